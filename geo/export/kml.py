"""Features as KML 2.2 and KMZ: folders by layer, styles by holder, a TimeSpan on every placemark.

Google Earth and QGIS play the TimeSpan. Its end is an instant, the first moment of the day on which
the fact no longer holds; an open end has no element.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.escape import html_text, xml_text
from geo.features import LAYERS, Feature
from geo.geojson import moment, rounded
from geo.safeio import SafeWriteError
from geo.scene import Scene
from geo.zips import write_zip

_NAMES = {
    "control": "Land by holder",
    "frontline": "Frontlines",
    "strike": "Strikes and events",
    "place": "Places",
}
_KMZ_ENTRY = "doc.kml"
_ALPHA = "99"
# Viewers fill their own balloon with raw values as HTML; ours shows the escaped description only.
_BALLOON = "<BalloonStyle><text>$[description]</text></BalloonStyle>"
_NOT_IN_CARD = {"id", "name", "color", "pattern", "place_id", "claims", "cited"}


def write_kml(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write one KML document, UTF-8."""
    path.write_bytes(kml_bytes(scene, features))


def write_kmz(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write the KML document zipped, the same bytes for the same features."""
    write_zip(path, {_KMZ_ENTRY: kml_bytes(scene, features)})


def check_kml(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the file parses and has a placemark a feature."""
    _check(path.read_bytes(), len(features))


def check_kmz(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the archive holds a document with a placemark a feature."""
    with zipfile.ZipFile(path) as archive:
        _check(archive.read(_KMZ_ENTRY), len(features))


def kml_bytes(scene: Scene, features: list[Feature]) -> bytes:
    """The KML document."""
    about = [scene.description, scene.rule, *scene.credits]
    about += [f"Licence: {scene.licence}" if scene.licence else ""]
    about += [f"Version of the data: {scene.data_hash}" if scene.data_hash else ""]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>',
        f"<name>{xml_text(scene.title)}</name>",
        f"<description>{_html(about)}</description>",
        *_styles(scene),
    ]
    for layer in LAYERS:
        of_layer = [feature for feature in features if feature.layer == layer]
        if of_layer:
            parts.append(f"<Folder><name>{_NAMES[layer]}</name>")
            parts += [_placemark(scene, feature) for feature in of_layer]
            parts.append("</Folder>")
    parts.append("</Document></kml>\n")
    return "\n".join(parts).encode("utf-8", "replace")


def _check(document: bytes, count: int) -> None:
    # Our own file, written a moment ago: no stranger's XML is parsed here.
    root = ElementTree.fromstring(document)  # noqa: S314
    found = len(root.findall(".//{http://www.opengis.net/kml/2.2}Placemark"))
    if found != count:
        raise SafeWriteError(f"{found} of {count} placemarks are in the file that was written")


def _html(lines: Iterable[str]) -> str:
    """Lines as escaped HTML inside XML: viewers render descriptions as HTML."""
    return xml_text("<br>".join(html_text(line) for line in lines if line))


def _styles(scene: Scene) -> Iterator[str]:
    for number, actor in enumerate(scene.actors):
        color = _color(actor.color)
        yield (
            f'<Style id="a{number}">'
            f"<IconStyle><color>ff{color}</color><scale>0.6</scale></IconStyle>"
            "<LineStyle><color>ff444444</color><width>1</width></LineStyle>"
            f"<PolyStyle><color>{_ALPHA}{color}</color></PolyStyle>{_BALLOON}</Style>"
        )
    yield (
        '<Style id="contested"><LineStyle><color>ff222222</color><width>2</width></LineStyle>'
        f"<PolyStyle><color>{_ALPHA}999999</color></PolyStyle>{_BALLOON}</Style>"
    )
    front = "<LineStyle><color>ff111111</color><width>4</width></LineStyle>"
    yield f'<Style id="front">{front}{_BALLOON}</Style>'
    event = "<IconStyle><color>ff12007a</color></IconStyle>"
    yield f'<Style id="event">{event}{_BALLOON}</Style>'


def _color(color: str) -> str:
    """`#rrggbb` as KML's bbggrr; grey for anything else."""
    found = re.fullmatch(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", color)
    return "".join(reversed(found.groups())).lower() if found else "999999"


def _placemark(scene: Scene, feature: Feature) -> str:
    said = feature.properties
    data = {"layer": feature.layer, **said, "version": scene.data_hash}
    extended = "".join(
        f'<Data name="{name}"><value>{xml_text(_text(value))}</value></Data>'
        for name, value in data.items()
        if name != "name" and value not in (None, "", [])
    )
    span = "".join(
        f"<{end}>{when}</{end}>"
        for end, when in (("begin", moment(feature.begin)), ("end", moment(feature.end)))
        if when
    )
    card = [str(said["name"]), *(f"{name.replace('_', ' ')}: {_text(value)}"
            for name, value in said.items()
            if name not in _NOT_IN_CARD and value not in (None, "", []))]  # fmt: skip
    shape = "" if feature.geometry is None else _geometry(rounded(feature.geometry))
    return (
        f"<Placemark><name>{xml_text(said['name'])}</name>"
        f"<description>{_html(card)}</description>"
        f"{f'<TimeSpan>{span}</TimeSpan>' if span else ''}"
        f"<styleUrl>#{_style(scene, feature)}</styleUrl>"
        f"<ExtendedData>{extended}</ExtendedData>{shape}</Placemark>"
    )


def _text(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _style(scene: Scene, feature: Feature) -> str:
    if feature.layer in {"frontline", "strike"}:
        return "front" if feature.layer == "frontline" else "event"
    holders = feature.properties["actors"]
    if len(holders) != 1:
        return "contested"
    return f"a{[actor.id for actor in scene.actors].index(holders[0])}"


def _geometry(shape: BaseGeometry) -> str:
    parts = [_part(part) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _part(part: BaseGeometry) -> str:
    if isinstance(part, shapely.Polygon):
        holes = "".join(
            f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in part.interiors
        )
        outer = f"<outerBoundaryIs>{_ring(part.exterior)}</outerBoundaryIs>"
        return f"<Polygon>{outer}{holes}</Polygon>"
    kind = "Point" if isinstance(part, shapely.Point) else "LineString"
    return f"<{kind}>{_coordinates(part)}</{kind}>"


def _ring(ring: BaseGeometry) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(part: BaseGeometry) -> str:
    points = np.round(shapely.get_coordinates(part), 7).tolist()
    return f"<coordinates>{' '.join(f'{lon!r},{lat!r}' for lon, lat in points)}</coordinates>"
