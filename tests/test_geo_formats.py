"""Every export format: round trips and the same bytes again."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import sqlite3
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.export import FORMATS, export_bytes, select, write_export
from geo.features import LAYERS, ExportWarning, Feature
from geo.geojson import moment, rounded
from geo.scene import NO_DAY_LOW, Scene
from tests.export_scenes import real_scene
from tests.scenes import moving_front

KML = {"k": "http://www.opengis.net/kml/2.2"}


def unlocated(scene: Scene) -> Scene:
    lon = scene.events.lon.copy()
    lon[0] = np.nan
    return replace(scene, events=replace(scene.events, lon=lon))


SCENE = moving_front()
CLOCK_S = 2.1  # a clock in a file goes on by then: a zip archive knows even seconds only
HOLES = moving_front(30, 20, changes=900, seed=11)


@pytest.fixture(scope="module")
def features() -> list[Feature]:
    return select(HOLES)


def by_id(table: pd.DataFrame) -> dict[str, Any]:
    return {row["id"]: row for row in table.to_dict("records")}


def same_shape(got: Any, want: Any) -> bool:
    return bool(shapely.equals(shapely.normalize(got), shapely.normalize(rounded(want))))


def same_facts(rows: dict[str, Any], features: list[Feature]) -> None:
    """Begin, end, text and shape of every feature, whatever the order of the rows."""
    assert len(rows) == len(features)
    for feature in features:
        row = rows[feature.properties["id"]]
        for end, day in (("begin", feature.begin), ("end", feature.end)):
            if day is None:
                assert pd.isna(row[end])
            else:
                assert pd.Timestamp(row[end]).tz_convert("UTC") == pd.Timestamp(
                    str(np.datetime64(day, "D")), tz="UTC"
                )
        assert (row.get("name") or row.get("Name") or "") == feature.properties["name"]
        assert same_shape(row["geometry"], feature.geometry)


def test_the_scene_has_what_round_trips_lose(features: list[Feature]) -> None:
    shapes = [f.geometry for f in features if f.layer == "control"]
    assert any(s.geom_type == "MultiPolygon" for s in shapes)
    assert any(len(part.interiors) for s in shapes for part in shapely.get_parts(s))
    assert any(f.begin is None for f in features)
    assert any(f.end is None for f in features)
    assert any("قرية" in f.properties.get("name_ar", "") for f in features)


@pytest.fixture(scope="module")
def earlier() -> tuple[float, dict[str, bytes]]:
    """The scene in every format, and when the last of them was made."""
    files = {name: export_bytes(SCENE, name) for name in FORMATS}
    return time.monotonic(), files


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_scene_gives_the_same_bytes(
    name: str, earlier: tuple[float, dict[str, bytes]], tmp_path: Path
) -> None:
    written, files = earlier
    time.sleep(max(0.0, written + CLOCK_S - time.monotonic()))
    path = write_export(tmp_path / f"two.{name}", SCENE)
    assert path.read_bytes() == files[name]


def test_geopackage_round_trips_and_has_its_tables(tmp_path: Path, features: list[Feature]) -> None:
    path = write_export(tmp_path / "map.gpkg", HOLES)
    rows: dict[str, Any] = {}
    for layer in LAYERS:
        table = gpd.read_file(path, layer=layer)
        assert table.crs == "EPSG:4326"
        assert str(table["begin"].dtype).startswith("datetime64")
        rows |= by_id(table)
    flat = [replace(f, geometry=as_multi(f)) for f in features]
    same_facts(rows, flat)
    about = pyogrio.read_dataframe(path, layer="about", read_geometry=False)
    said = dict(zip(about["name"], about["value"], strict=True))
    assert said["rule"] == HOLES.rule
    assert said["version"] == HOLES.data_hash
    assert len(pyogrio.read_dataframe(path, layer="sources", read_geometry=False)) == 3


def as_multi(feature: Feature) -> Any:
    kind = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString}
    wrap = kind.get(feature.geometry.geom_type)
    return wrap([feature.geometry]) if wrap else feature.geometry


def test_flatgeobuf_round_trips(tmp_path: Path, features: list[Feature]) -> None:
    table = gpd.read_file(write_export(tmp_path / "map.fgb", HOLES))
    same_facts(by_id(table), features)
    assert set(table["layer"]) == set(LAYERS)


def test_flatgeobuf_says_what_it_leaves_out(tmp_path: Path) -> None:
    with pytest.warns(ExportWarning, match="1 events"):
        path = write_export(tmp_path / "map.fgb", unlocated(SCENE))
    assert len(gpd.read_file(path)) == len(select(SCENE)) - 1


def test_geoparquet_round_trips_with_lists_and_metadata(
    tmp_path: Path, features: list[Feature]
) -> None:
    import pyarrow.parquet as pq

    path = write_export(tmp_path / "map.parquet", HOLES)
    table = gpd.read_parquet(path)
    same_facts(by_id(table), features)
    row = by_id(table)[features[0].properties["id"]]
    assert list(row["sources"]) == features[0].properties["sources"]
    metadata = pq.read_schema(path).metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert "covering" in geo["columns"]["geometry"]
    assert json.loads(metadata[b"frontlines"])["rule"] == HOLES.rule


def test_moments_of_a_geopackage_are_as_old_readers_want_them(tmp_path: Path) -> None:
    """QGIS 3.22 calls a moment without milliseconds not conformant, and 1.4 not supported."""
    path = write_export(tmp_path / "map.gpkg", SCENE)
    with contextlib.closing(sqlite3.connect(path)) as base:
        assert base.execute("pragma user_version").fetchone() == (10300,)
        begins = [row[0] for row in base.execute("select begin from control") if row[0]]
        types = {row[1]: row[2] for row in base.execute("pragma table_info(control)")}
    assert begins
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", text) for text in begins)
    assert types["begin"] == types["end"] == "DATETIME"


def read_back(path: Path) -> dict[str, Any]:
    """Rows of any export that has shapes, by id."""
    rows: dict[str, Any] = {}
    kind = path.suffix.lstrip(".")
    if kind in {"gpkg", "kml", "kmz"}:
        for layer, shape in pyogrio.list_layers(path):
            if shape is not None:
                rows |= by_id(gpd.read_file(path, layer=layer))
    elif kind == "parquet":
        rows = by_id(gpd.read_parquet(path))
    elif kind == "csv":
        csv.field_size_limit(10**9)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = {row["id"]: row for row in csv.DictReader(file)}
        for row in rows.values():
            row |= {"begin": row["begin"] or None, "end": row["end"] or None}
            row["geometry"] = shapely.from_wkt(row["wkt"])
    elif kind == "zip":
        with zipfile.ZipFile(path) as archive:
            rows = by_id(gpd.read_file(io.BytesIO(archive.read("data/map.geojson"))))
    else:
        rows = by_id(gpd.read_file(path))
    return rows


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"xlsx"}))
def test_land_across_the_antimeridian_round_trips(name: str, tmp_path: Path) -> None:
    boundary = shapely.box(179.0, -17.0, 181.0, -16.0)
    scene = real_scene([179.6, -179.6], [-16.5, -16.4], boundary, [(NO_DAY_LOW, 0, 0), (20, 1, 2)])
    wanted = select(scene)
    assert any(f.geometry.geom_type == "MultiPolygon" for f in wanted)
    if name == "gpkg":
        wanted = [replace(f, geometry=as_multi(f)) for f in wanted]
    rows = read_back(write_export(tmp_path / f"map.{name}", scene))
    same_facts(rows, wanted)
    assert all(-180 <= x <= 180 for row in rows.values() for x in row["geometry"].bounds[::2])


def test_workbooks_round_trip(tmp_path: Path, features: list[Feature]) -> None:
    """Open ends are empty cells, Arabic stays Arabic, points have their coordinates."""
    book = openpyxl.load_workbook(write_export(tmp_path / "map.xlsx", HOLES), read_only=True)
    rows: dict[str, dict[str, Any]] = {}
    for sheet in book.worksheets[:4]:
        head, *lines = sheet.iter_rows(values_only=True)
        rows |= {line[head.index("id")]: dict(zip(head, line, strict=True)) for line in lines}
    assert len(rows) == len(features)
    for feature in features:
        row, said = rows[feature.properties["id"]], feature.properties
        assert row["begin"] == moment(feature.begin)
        assert row["end"] == moment(feature.end)
        assert row["name"] == said["name"]
        assert (row.get("name_ar") or "") == said.get("name_ar", "")
        if isinstance(feature.geometry, shapely.Point):
            at = (row["lon"], row["lat"])
            assert np.allclose(at, feature.geometry.coords[0], atol=1e-7, rtol=0)


@pytest.mark.parametrize("suffix", ["kml", "kmz"])
def test_kml_round_trips_through_gdal(suffix: str, tmp_path: Path, features: list[Feature]) -> None:
    path = write_export(tmp_path / f"map.{suffix}", HOLES)
    rows: dict[str, Any] = {}
    for layer, _ in pyogrio.list_layers(path):
        rows |= by_id(gpd.read_file(path, layer=layer))
    same_facts(rows, features)


def test_kml_has_spans_folders_and_colours(tmp_path: Path) -> None:
    text = write_export(tmp_path / "map.kml", SCENE).read_text("utf-8")
    assert "<TimeSpan><begin>2013-10-24T00:00:00Z</begin><end>" in text
    assert text.count("<Folder>") == 4
    assert "993c45a8" in text  # #a8453c as aabbggrr
    assert SCENE.rule in text


def test_csv_round_trips_through_wkt(tmp_path: Path, features: list[Feature]) -> None:
    path = write_export(tmp_path / "map.csv", HOLES)
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    for row in rows.values():
        row["geometry"] = shapely.from_wkt(row["wkt"])
        for end in ("begin", "end"):
            row[end] = row[end] or None
    same_facts(rows, features)


def test_unlocated_events_stay_where_a_format_can_hold_them(tmp_path: Path) -> None:
    scene = unlocated(SCENE)
    for name in set(FORMATS) - {"fgb"}:
        write_export(tmp_path / f"map.{name}", scene)
    assert pyogrio.read_info(tmp_path / "map.gpkg", layer="strike")["features"] == 300


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_map_is_a_file_too(name: str, tmp_path: Path) -> None:
    path = write_export(tmp_path / f"map.{name}", SCENE, on=-9999, layers=["frontline"])
    assert path.stat().st_size > 0


def test_data_packages_describe_their_tables(tmp_path: Path) -> None:
    path = write_export(tmp_path / "map.zip", SCENE)
    with zipfile.ZipFile(path) as archive:
        package = json.loads(archive.read("datapackage.json"))
        assert package["profile"] == "data-package"
        assert package["version"] == SCENE.data_hash
        tables = {}
        for resource in package["resources"]:
            body = archive.read(resource["path"])
            assert len(body) == resource["bytes"]
            if resource["name"] != "map":
                rows = list(csv.DictReader(io.StringIO(body.decode("utf-8"), newline="")))
                fields = [field["name"] for field in resource["schema"]["fields"]]
                assert list(rows[0]) == fields
                tables[resource["name"]] = (rows, resource["schema"])
    assert len(tables["claims"][0]) == len(SCENE.claims)
    assert len(tables["places"][0]) == len(SCENE.places)
    for rows, schema in tables.values():
        if schema.get("primaryKey"):
            assert len({row["id"] for row in rows}) == len(rows)
        for key in schema["foreignKeys"]:
            known = {row["id"] for row in tables[key["reference"]["resource"]][0]}
            assert {row[key["fields"]] for row in rows} - {""} <= known
        for field in schema["fields"]:
            for value in filter(None, (row[field["name"]] for row in rows)):
                if field["type"] in {"number", "integer"}:
                    float(value)
                if field["type"] == "date":
                    np.datetime64(value, "D")
