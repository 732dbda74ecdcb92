"""GeoJSON in its several dialects: plain, OCHA, OpenStreetMap, Who's On First, Linked Places."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from gazetteer.places import Name, Place, SourceError
from gazetteer.sources import tables
from gazetteer.sources.base import LINE_MAX, Licence, Report, make_place, names_of, open_bytes

OSM = Licence(
    "OpenStreetMap",
    "ODbL 1.0",
    "© OpenStreetMap contributors",
    "https://www.openstreetmap.org/copyright",
)
WOF = Licence(
    "Who's On First",
    "CC0; some geometries and names from GeoNames, CC BY 4.0",
    "Who's On First; GeoNames",
    "https://whosonfirst.org/docs/licenses/",
)
LINKED_PLACES = Licence("Linked Places")
_CHUNK = 1 << 20
_DEPTH_MAX = 100
_WOF_KINDS = {"locality": "populated place", "region": "governorate", "county": "district"}


def features_of(handle: IO[bytes], report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, feature) of a FeatureCollection, of newline-delimited features, or of one feature.

    The file is read piece by piece; a feature that cannot be read is reported.
    """
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    head = handle.read(_CHUNK).decode("utf-8-sig", errors="replace").lstrip()
    at = head.find('"features"')
    if at < 0:
        yield from _one_a_line(head, handle, report)
        return
    opened = head.find("[", at)
    if opened < 0:
        raise SourceError("“features” is no list; this is not GeoJSON")
    text, row = head[opened + 1 :], 0
    while True:
        text = text.lstrip(" \t\r\n,")
        if text.startswith("]"):
            return
        try:
            if _too_deep(text):
                raise SourceError(f"a feature is nested more than {_DEPTH_MAX} deep")
            feature, end = decoder.raw_decode(text)
        except (json.JSONDecodeError, ValueError) as error:
            more = handle.read(_CHUNK).decode("utf-8", errors="replace")
            if not more or len(text) > 16 * LINE_MAX:
                report.leave_out(row + 1, f"the file breaks off or is damaged here: {error}")
                return
            text += more
            continue
        row += 1
        text = text[end:]
        if isinstance(feature, dict):
            yield row, feature
        else:
            report.leave_out(row, "it is no feature")


def _one_a_line(
    head: str, handle: IO[bytes], report: Report
) -> Iterator[tuple[int, dict[str, Any]]]:
    rest = handle.read(64 * _CHUNK).decode("utf-8", errors="replace")
    whole = head + rest
    try:
        single = json.loads(whole, parse_constant=_no_constant) if not _too_deep(whole) else None
    except ValueError:
        single = None
    if isinstance(single, dict):
        yield 1, single
        return
    for row, line in enumerate(whole.splitlines(), start=1):
        try:
            feature = json.loads(line, parse_constant=_no_constant) if not _too_deep(line) else 0
        except ValueError as error:
            report.leave_out(row, f"it is not JSON: {error}")
            continue
        if isinstance(feature, dict):
            yield row, feature


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _too_deep(text: str) -> bool:
    """A cheap bound on nesting, since the parser recurses: long runs of brackets."""
    return "[" * _DEPTH_MAX in text[:LINE_MAX] or '{"a":' * _DEPTH_MAX in text[:LINE_MAX]


def dialect(feature: Mapping[str, Any], collection_context: str = "") -> str:
    """Which family a feature belongs to: lpf, wof, osm, ocha or plain."""
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if "linkedplaces" in collection_context or isinstance(feature.get("names"), list):
        return "lpf"
    if "wof:name" in properties or "wof:id" in properties:
        return "wof"
    if "place" in properties or "@id" in properties or "osm_id" in properties:
        return "osm"
    if any("pcode" in str(key).lower() for key in properties):
        return "ocha"
    return "plain"


def licence_of(kind: str) -> Licence:
    """Terms of a dialect's usual publisher."""
    known = {"lpf": LINKED_PLACES, "wof": WOF, "osm": OSM, "ocha": tables.OCHA}
    return known.get(kind, tables.PLAIN)


def first_dialect(path: Path) -> str:
    """The dialect of the first feature of a file.

    Raises:
        SourceError: there is no feature in it.
    """
    with open_bytes(path) as handle:
        for _, feature in features_of(handle, Report()):
            return dialect(feature)
    raise SourceError(f"{path} holds no GeoJSON feature")


def read(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of a GeoJSON file in any dialect, gzipped or not."""
    with open_bytes(path) as handle:
        for row, feature in features_of(handle, report):
            place = place_of_feature(feature, report, row, mapping)
            if place is not None:
                yield place


def read_wof(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Who's On First as a folder of GeoJSON files, or the same in a tar archive."""
    row = 0
    if path.is_dir():
        for file in sorted(path.rglob("*.geojson")):
            row += 1
            if "-alt" not in file.stem:
                yield from _wof_file(file.read_bytes(), report, row, mapping)
        return
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name
            if member.isfile() and name.endswith(".geojson") and "-alt" not in name:
                row += 1
                handle = archive.extractfile(member)
                if handle is not None and member.size <= 16 * LINE_MAX:
                    yield from _wof_file(handle.read(), report, row, mapping)


def _wof_file(data: bytes, report: Report, row: int, mapping: Mapping[str, str]) -> Iterator[Place]:
    try:
        feature = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        report.leave_out(row, f"it is not JSON: {error}")
        return
    place = place_of_feature(feature, report, row, mapping) if isinstance(feature, dict) else None
    if place is not None:
        yield place


def place_of_feature(
    feature: Mapping[str, Any], report: Report, row: int, mapping: Mapping[str, str]
) -> Place | None:
    """One feature as a place, or None and a line in the report."""
    kind = dialect(feature)
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    lon, lat = _point(feature.get("geometry"))
    if kind == "wof":
        return make_place(report, row, _wof(properties, lon, lat))
    if kind == "lpf":
        return make_place(report, row, _linked(feature, properties, lon, lat))
    if kind == "osm":
        return make_place(report, row, _osm(feature, properties, lon, lat))
    plain = {"lon": lon, "lat": lat, **properties}
    return tables.place_of(plain, report, row, {"lon": "lon", "lat": "lat", **mapping})


def _point(geometry: object) -> tuple[float | None, float | None]:
    """A point of a geometry: itself, or the middle of its bounds."""
    if not isinstance(geometry, dict):
        return None, None
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        return _point(parts[0]) if isinstance(parts, list) and parts else (None, None)
    flat: list[tuple[float, float]] = []
    stack = [geometry.get("coordinates")]
    while stack:
        item = stack.pop()
        if isinstance(item, list) and item:
            if isinstance(item[0], (int, float)) and len(item) > 1:
                flat.append((float(item[0]), float(item[1])))
            else:
                stack.extend(item)
    if not flat:
        return None, None
    lons, lats = zip(*flat, strict=True)
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def _wof(properties: dict[str, Any], lon: float | None, lat: float | None) -> dict[str, Any]:
    names = [
        Name(text, lang=key.split(":")[1][:3].split("_")[0])
        for key, texts in properties.items()
        if key.startswith("name:") and isinstance(texts, list)
        for text in texts
        if isinstance(text, str) and text.strip()
    ]
    kind = str(properties.get("wof:placetype") or "")
    return {
        "id": f"wof:{properties.get('wof:id', '')}",
        "name": properties.get("wof:name"),
        "lon": properties.get("lbl:longitude") or properties.get("geom:longitude") or lon,
        "lat": properties.get("lbl:latitude") or properties.get("geom:latitude") or lat,
        "names": names_of(names),
        "name_ar": next((str(n) for n in names if n.lang == "ara"), ""),
        "population": properties.get("wof:population") or properties.get("gn:population"),
        "kind": _WOF_KINDS.get(kind, kind),
        "country": properties.get("wof:country") or properties.get("iso:country"),
        "source": f"Who's On First {properties.get('wof:id', '')} ({WOF.licence})",
    }


def _osm(
    feature: Mapping[str, Any], properties: dict[str, Any], lon: float | None, lat: float | None
) -> dict[str, Any]:
    names = []
    for key, text in properties.items():
        if isinstance(text, str) and (key.startswith("name:") or key in _OSM_NAMES):
            language = key.partition(":")[2] if key.startswith("name:") else ""
            kind = "former" if key.startswith("old_name") else ""
            names += [Name(part, lang=language, kind=kind) for part in text.split(";")]
    id_ = properties.get("@id") or properties.get("osm_id") or feature.get("id") or ""
    return {
        "id": f"osm:{id_}" if id_ else "",
        "name": properties.get("name:en") or properties.get("name"),
        "lon": lon,
        "lat": lat,
        "names": names_of(names, properties.get("name")),
        "name_ar": properties.get("name:ar"),
        "population": str(properties.get("population") or "").replace(" ", ""),
        "kind": properties.get("place") or properties.get("military") or "",
        "source": f"OpenStreetMap {id_} ({OSM.licence})",
    }


_OSM_NAMES = {"alt_name", "old_name", "int_name", "loc_name", "official_name", "short_name"}


def _linked(
    feature: Mapping[str, Any], properties: dict[str, Any], lon: float | None, lat: float | None
) -> dict[str, Any]:
    """Linked Places Format 1.x: https://github.com/LinkedPasts/linked-places-format."""
    names = []
    entries = feature.get("names")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("toponym"), str):
            begin, end = _span(entry.get("when"))
            language = str(entry.get("lang") or "")
            names.append(Name(entry["toponym"], lang=language, begin=begin, end=end))
    countries = properties.get("ccodes")
    types = feature.get("types")
    first = types[0] if isinstance(types, list) and types else {}
    kind = first if isinstance(first, dict) else {}
    return {
        "id": str(feature.get("@id") or feature.get("id") or ""),
        "name": properties.get("title") or (str(names[0]) if names else ""),
        "lon": lon,
        "lat": lat,
        "names": names_of(names),
        "kind": kind.get("label") or kind.get("sourceLabel") or "",
        "country": countries[0] if isinstance(countries, list) and countries else "",
        "source": str(feature.get("@id") or "Linked Places"),
    }


def _span(when: object) -> tuple[str, str]:
    """First and last date of a ``when`` with one timespan."""
    spans = when.get("timespans") if isinstance(when, dict) else None
    span = spans[0] if isinstance(spans, list) and spans and isinstance(spans[0], dict) else {}

    def edge(name: str) -> str:
        part = span.get(name)
        return str(next(iter(part.values()), "")) if isinstance(part, dict) else ""

    return edge("start"), edge("end")
