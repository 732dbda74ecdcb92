"""Files of one's own under the map: read by signature, clipped, refused where they are not that."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.basemap.data import BasemapError
from geo.basemap.own import boundary_from_file, lines_from_file
from tests.damage import damaged

BOX = (36.0, 34.0, 40.0, 38.0)
LINES = gpd.GeoDataFrame(
    {"name": ["a", "b"]},
    geometry=[
        shapely.LineString([(35.0, 35.0), (37.0, 36.0), (41.0, 36.5)]),
        shapely.LineString([(10.0, 10.0), (11.0, 11.0)]),
    ],
    crs="EPSG:4326",
)
COUNTRIES = gpd.GeoDataFrame(
    {"ISO_A2": ["SY", "-99"], "ISO_A2_EH": ["SY", "FR"]},
    geometry=[shapely.box(36.5, 33.0, 42.0, 37.0), shapely.box(0.0, 43.0, 7.0, 50.0)],
    crs="EPSG:4326",
)


def zipped(folder: Path, stem: str, table: gpd.GeoDataFrame, extra: str = "") -> Path:
    parts = folder / "parts"
    parts.mkdir()
    table.to_file(parts / f"{stem}.shp")
    archive = folder / f"{stem}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for part in sorted(parts.iterdir()):
            file.write(part, part.name)
        if extra:
            file.writestr(extra, "<OGRVRTDataSource/>")
    return archive


def write(folder: Path, form: str, table: gpd.GeoDataFrame, stem: str) -> Path:
    if form == "zip":
        return zipped(folder, stem, table)
    path = folder / f"{stem}.{form}"
    if form == "geojson":
        path.write_text(table.to_json(drop_id=True), "utf-8")
    elif form == "pmtiles":
        options = {"driver": "PMTiles", "layer": stem, "MINZOOM": 0, "MAXZOOM": 9}
        pyogrio.write_dataframe(table.to_crs(3857), path, **options)
    else:
        table.to_file(path, layer=stem)
    return path


@pytest.mark.parametrize("form", ["shp", "zip", "gpkg", "pmtiles", "geojson"])
def test_lines_are_read_clipped_and_named(form: str, tmp_path: Path) -> None:
    path = write(tmp_path, form, LINES, "ne_10m_rivers")
    found = lines_from_file(path, BOX, tolerance_deg=0.0)
    assert {line.kind for line in found} == {"river"}
    together = shapely.MultiLineString([line.points for line in found])
    want = shapely.clip_by_rect(LINES.geometry[0], *BOX)
    assert together.hausdorff_distance(want) < 0.01
    assert together.length == pytest.approx(want.length, rel=0.02)


@pytest.mark.parametrize("form", ["gpkg", "pmtiles", "geojson"])
def test_polygons_give_their_outlines_without_the_frame_or_tiles(form: str, tmp_path: Path) -> None:
    path = write(tmp_path, form, COUNTRIES, "admin_0_countries")
    found = lines_from_file(path, BOX, tolerance_deg=0.0)
    assert {line.kind for line in found} == {"border"}
    together = shapely.unary_union([shapely.LineString(line.points) for line in found])
    outline = shapely.box(36.5, 33.0, 42.0, 37.0).boundary
    want = shapely.clip_by_rect(outline, *BOX)
    assert together.hausdorff_distance(want) < 0.01
    assert together.length == pytest.approx(want.length, rel=0.02)


def test_the_kind_can_be_given_and_must_be_where_names_say_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "gpkg", LINES, "stuff")
    with pytest.raises(BasemapError, match="give kind"):
        lines_from_file(path, BOX, tolerance_deg=0.0)
    assert lines_from_file(path, BOX, tolerance_deg=0.0, kind="coast")[0].kind == "coast"
    with pytest.raises(BasemapError, match="kinds are"):
        lines_from_file(path, BOX, tolerance_deg=0.0, kind="road")


@pytest.mark.parametrize("form", ["shp", "zip", "gpkg", "geojson"])
def test_countries_by_code(form: str, tmp_path: Path) -> None:
    path = write(tmp_path, form, COUNTRIES, "ne_10m_admin_0_countries")
    found = boundary_from_file(path, ["sy"])
    assert found.polygon.equals(shapely.box(36.5, 33.0, 42.0, 37.0))
    assert path.name in found.source
    assert boundary_from_file(path, ["SY", "FR"]).polygon.area == pytest.approx(22 + 49)
    with pytest.raises(BasemapError, match="no country IQ"):
        boundary_from_file(path, ["SY", "IQ"])


def test_a_geojson_boundary_needs_no_codes(tmp_path: Path) -> None:
    path = write(tmp_path, "geojson", COUNTRIES, "mine")
    assert boundary_from_file(path, []).polygon.area == pytest.approx(71)


BAD = {
    "vrt": b"<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>",
    "gdalg.json": b'{"type":"gdal_streamed_alg","command_line":"gdal vector read /etc/passwd"}',
    "shp": b"not a shapefile",
    "sqlite": b"SQLite format 3\0" + b"\0" * 80,
    "zip": b"PK\x03\x04broken",
    "pmtiles": b"PMTilesX",
    "txt": b"",
}


@pytest.mark.parametrize("suffix", BAD)
def test_what_is_none_of_these_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"coast.{suffix}"
    path.write_bytes(BAD[suffix])
    with pytest.raises(BasemapError):
        boundary_from_file(path, ["SY"])
    with pytest.raises(BasemapError):
        boundary_from_file(path, [])


def test_archives_hold_one_shapefile_and_nothing_that_reads_elsewhere(tmp_path: Path) -> None:
    path = zipped(tmp_path, "coast", LINES, extra="evil.vrt")
    with pytest.raises(BasemapError, match="nothing else"):
        lines_from_file(path, BOX, tolerance_deg=0.0)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BasemapError, match="cannot read"):
        lines_from_file(tmp_path / "no.shp", BOX, tolerance_deg=0.0)


def test_numbers_off_the_globe_make_no_line(tmp_path: Path) -> None:
    path = tmp_path / "coast.geojson"
    shape = {"type": "LineString", "coordinates": [[36, 36], [500, 36], [37, 1e30], [38, 37]]}
    path.write_text(json.dumps(shape), "utf-8")
    assert lines_from_file(path, BOX, tolerance_deg=0.0) == ()


def test_simplification_stays_near(tmp_path: Path) -> None:
    x = np.linspace(36.2, 39.8, 400)
    wavy = shapely.LineString(np.stack([x, 36 + 0.01 * np.sin(40 * x)], axis=1))
    table = gpd.GeoDataFrame({"n": [1]}, geometry=[wavy], crs="EPSG:4326")
    path = write(tmp_path, "gpkg", table, "coastline")
    (line,) = lines_from_file(path, BOX, tolerance_deg=0.02)
    assert len(line.points) < 50
    assert shapely.LineString(line.points).hausdorff_distance(wavy) < 0.021


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # GDAL's own, of rings that do not close
@pytest.mark.parametrize("form", ["zip", "geojson", "gpkg", "pmtiles"])
def test_a_damaged_file_is_one_error(tmp_path: Path, form: str) -> None:
    path = write(tmp_path, form, COUNTRIES, "ne_10m_admin_0_countries")
    whole = path.read_bytes()
    refused = 0
    for seed in range(25):
        path.write_bytes(damaged(whole, seed))
        for read in (
            lambda: lines_from_file(path, BOX, tolerance_deg=0.01),
            lambda: boundary_from_file(path, ["SY"]),
        ):
            try:
                read()
            except BasemapError as error:
                refused += 1
                assert len(str(error)) < 400
    assert refused > 5


def test_more_features_than_are_drawn_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.basemap.own.MAX_FEATURES", 1)
    twice = pd.concat([LINES.iloc[:1], LINES.iloc[:1]])
    path = write(tmp_path, "gpkg", twice, "ne_10m_coastline")
    with pytest.raises(BasemapError, match="coarser"):
        lines_from_file(path, BOX, tolerance_deg=0.01)
