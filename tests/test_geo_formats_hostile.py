"""Words of strangers in every export format: text, never formulas, markup or half a name."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl

from geo.escape import cell_text
from geo.export import select, write_export
from geo.scene import Scene
from tests.hostile import HOSTILE
from tests.scenes import moving_front

KML = {"k": "http://www.opengis.net/kml/2.2"}


def hostile_texts(scene: Scene) -> Scene:
    return replace(
        scene,
        title="".join(HOSTILE),
        places=tuple(
            replace(place, name=HOSTILE[n % len(HOSTILE)]) for n, place in enumerate(scene.places)
        ),
        claims=tuple(
            replace(c, note=HOSTILE[n % len(HOSTILE)]) for n, c in enumerate(scene.claims)
        ),
        actors=tuple(replace(a, name=HOSTILE[40 + n]) for n, a in enumerate(scene.actors)),
    )


HOSTILE_SCENE = hostile_texts(moving_front(20, 12, strikes=240))


def cells(path: Path) -> Iterator[Any]:
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_workbooks_hold_text_never_formulas(tmp_path: Path) -> None:
    path = write_export(tmp_path / "map.xlsx", HOSTILE_SCENE)
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            assert b"<f>" not in archive.read(entry)
            assert b"externalLink" not in archive.read(entry)
    kinds = [(cell.data_type, cell.value) for cell in cells(path)]
    assert all(kind in {"s", "n", "inlineStr"} for kind, _ in kinds)
    texts = {value for _, value in kinds if isinstance(value, str)}
    assert not [t for t in texts if re.match(r"[\s\ufeff\u00a0]*[=@]", t)]
    names = {p.name for p in HOSTILE_SCENE.places}
    assert {cell_text(n) for n in names if n.strip() and "\r" not in n and len(n) < 99} <= texts


def test_tables_hold_no_formulas(tmp_path: Path) -> None:
    raw = write_export(tmp_path / "map.csv", HOSTILE_SCENE).read_text("utf-8-sig")
    for row in csv.reader(io.StringIO(raw, newline="")):
        for cell in row:
            assert cell_text(cell) == cell


def test_hostile_names_go_through_gis_formats_as_they_are(tmp_path: Path) -> None:
    names = {place.name for place in HOSTILE_SCENE.places} - {""}
    path = write_export(tmp_path / "map.gpkg", HOSTILE_SCENE, layers=["place"])
    # C libraries end a text at NUL; all else is kept.
    kept = {name.split("\0")[0] for name in names}
    assert kept <= set(gpd.read_file(path, layer="place")["name"].fillna("")) | {""}
    parquet = gpd.read_parquet(
        write_export(tmp_path / "map.parquet", HOSTILE_SCENE, layers=["place"])
    )
    assert names <= set(parquet["name"])


def test_hostile_names_are_text_in_kml(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    path = write_export(tmp_path / "map.kml", HOSTILE_SCENE)
    root = ElementTree.fromstring(path.read_bytes())
    marks = root.findall(".//k:Placemark", KML)
    assert len(marks) == len(select(HOSTILE_SCENE))
    allowed = {
        "kml", "Document", "name", "description", "Style", "LineStyle", "PolyStyle", "IconStyle",
        "color", "width", "scale", "Folder", "Placemark", "TimeSpan", "begin", "end", "styleUrl",
        "ExtendedData", "Data", "value", "Polygon", "MultiGeometry", "outerBoundaryIs",
        "BalloonStyle", "text",
        "innerBoundaryIs", "LinearRing", "LineString", "Point", "coordinates",
    }  # fmt: skip
    assert {node.tag.split("}")[1] for node in root.iter()} <= allowed
    description = root.find("k:Document/k:description", KML)
    assert description is not None
    assert "<script" not in (description.text or "")
    for balloon in root.findall(".//k:BalloonStyle/k:text", KML):
        assert balloon.text == "$[description]"
    assert len(root.findall(".//k:BalloonStyle", KML)) == len(root.findall(".//k:Style", KML))
    for card in root.findall(".//k:Placemark/k:description", KML):
        assert not re.search(r"<(?!br>)|\$\[", card.text or "")
