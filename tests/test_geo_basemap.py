"""Boundaries and lines from the packaged files: right, valid, refused where they would be wrong."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path

import numpy as np
import platformdirs
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point

from geo import basemap
from geo.basemap import BasemapError, BasemapWarning, boundary, boundary_from_geojson, faces, lines
from geo.basemap.data import raw

INSIDE = {
    "SY": [(36.29, 33.51), (37.16, 36.20), (41.22, 37.05), (35.95, 34.95)],
    "IQ": [(44.37, 33.31), (43.13, 36.34), (47.78, 30.51), (40.3, 33.0)],
    "TR": [(32.85, 39.93), (28.95, 41.10), (43.74, 37.57), (26.55, 41.67)],
    "UA": [(30.52, 50.45), (37.80, 48.0), (34.1, 44.95), (22.3, 48.6)],
}
OUTSIDE = {
    "SY": [(35.5, 33.89), (44.37, 33.31), (37.1, 36.8), (35.95, 31.95), (35.2, 35.0)],
    "IQ": [(47.98, 29.37), (36.29, 33.51), (51.39, 35.69)],
    "TR": [(37.16, 36.20), (23.73, 37.98), (44.51, 40.18)],
    "UA": [(37.62, 55.76), (21.01, 52.23), (28.83, 47.01), (31.0, 43.0)],
}
LAND_KM2 = {"SY": 185_180, "IQ": 438_317, "TR": 783_562, "UA": 603_550}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "cache"))
    basemap._boundary.cache_clear()
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boundaries")


@pytest.fixture
def kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test of this module builds, the next ones read."""
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(folder))
    basemap._boundary.cache_clear()


@pytest.mark.parametrize("code", LAND_KM2)
def test_countries_are_valid_and_where_they_ought_to_be(code: str, kept: None) -> None:
    found = boundary([code])
    assert isinstance(found.polygon, MultiPolygon)
    assert found.polygon.is_valid
    assert all(found.polygon.contains(Point(p)) for p in INSIDE[code])
    assert not any(found.polygon.contains(Point(p)) for p in OUTSIDE[code])
    area_km2 = faces.area_km2(found.polygon.geoms)
    assert area_km2 == pytest.approx(LAND_KM2[code], rel=0.02)
    assert "World Data Bank" in found.source
    assert "1 km" in found.accuracy


def test_countries_join_without_a_seam(kept: None) -> None:
    joint = boundary(["iq", "SY"])
    assert joint.codes == ("IQ", "SY")
    areas = [faces.area_km2(boundary([c]).polygon.geoms) for c in joint.codes]
    assert faces.area_km2(joint.polygon.geoms) == pytest.approx(sum(areas), rel=1e-6)
    assert len(joint.polygon.geoms) == 1


def test_strays_are_said(kept: None) -> None:
    """The Golan lies inside Syria's line as drawn there; GeoNames counts a town of it elsewhere."""
    found = boundary(["SY"])
    assert found.polygon.contains(Point(35.77, 33.27))
    assert "IL" in found.accuracy


@pytest.mark.parametrize("code", ["OM", "RS"])
def test_what_the_lines_cannot_give_is_refused_with_a_remedy(code: str, cache: Path) -> None:
    with pytest.raises(BasemapError, match=f"{code}.*boundary of your own"):
        boundary([code])


def test_a_country_without_a_known_city_is_refused(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = faces._Cities(np.zeros((0, 2)), np.zeros(0, dtype=str))
    monkeypatch.setattr(faces, "_all_cities", lambda least: nobody)
    with pytest.raises(BasemapError, match=r"no city.*boundary of your own"):
        boundary(["AQ"])


@pytest.mark.parametrize("codes", [[], ["Syria"], ["ZZ"], "SY", ["SY", ""]])
def test_bad_codes_are_refused(codes: list[str], cache: Path) -> None:
    with pytest.raises(BasemapError):
        boundary(codes)


def test_a_long_bridge_over_a_gap_warns(cache: Path) -> None:
    with pytest.warns(BasemapWarning, match="KZ.*straight piece"):
        assert boundary(["KZ"]).polygon.is_valid


def test_the_antimeridian_is_cut(cache: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BasemapWarning)
        russia = boundary(["RU"]).polygon
    assert russia.contains(Point(-175.0, 66.5))
    assert russia.contains(Point(170.0, 67.0))
    assert russia.bounds[0] >= -180.0
    assert russia.bounds[2] <= 180.0


def test_the_cache_gives_the_same_without_building(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = boundary(["LB"])
    (kept,) = cache.iterdir()
    basemap._boundary.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(basemap, "_build", None)
        assert boundary(["LB"]) == first
    basemap._boundary.cache_clear()
    kept.write_bytes(kept.read_bytes()[:100])
    assert boundary(["LB"]) == first


def test_a_home_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "file" / "no"))
    basemap._boundary.cache_clear()
    assert boundary(["LB"]).codes == ("LB",)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_lines_stay_in_their_box_and_know_their_kind() -> None:
    box = (35.5, 35.5, 39.5, 37.5)
    found = lines(box, tolerance_deg=0.0)
    assert {line.kind for line in found} == {"coast", "border", "river"}
    for line in found:
        assert line.points.shape[0] >= 2
        assert (line.points.min(0) >= (box[0], box[1])).all()
        assert (line.points.max(0) <= (box[2], box[3])).all()
    # The Euphrates passes Jarabulus.
    rivers = shapely.MultiLineString([li.points for li in found if li.kind == "river"])
    assert rivers.distance(Point(38.01, 36.82)) < 0.03


def test_simplified_lines_are_shorter_and_near() -> None:
    box = (34.0, 34.0, 42.0, 38.0)
    fine, coarse = (lines(box, tolerance_deg=t) for t in (0.0, 0.01))
    assert sum(map(len, (li.points for li in coarse))) < sum(map(len, (li.points for li in fine)))
    whole = shapely.MultiLineString([li.points for li in fine if li.kind == "border"])
    for line in coarse:
        if line.kind == "border":
            assert shapely.MultiPoint(line.points).hausdorff_distance(whole) >= 0.0
            assert all(whole.distance(Point(p)) < 0.011 for p in line.points)


def test_lines_across_the_antimeridian() -> None:
    found = lines((170.0, 50.0, -170.0, 70.0), tolerance_deg=0.05)
    west = [line for line in found if line.points[:, 0].max() < 0]
    assert west
    assert len(west) < len(found)
    assert all(np.ptp(line.points[:, 0]) <= 10.0 for line in found)


@pytest.mark.parametrize(
    "box",
    [(0, 0, 0, 1), (0, 1, 1, 0), (-190, 0, 1, 1), (0, -91, 1, 1), (0, 0, float("nan"), 1)],
)
def test_bounds_that_are_no_box_are_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(BasemapError):
        lines(box, tolerance_deg=0.0)


def test_raw_lines_are_read_once_and_whole() -> None:
    countries = raw("countries")
    assert countries.offset[-1] == len(countries.points)
    assert np.isfinite(countries.points).all()
    assert len(countries.level) == len(countries.bounds) == len(countries.offset) - 1


SQUARE = [[36.0, 36.0], [37.0, 36.0], [37.0, 37.0], [36.0, 37.0], [36.0, 36.0]]
HOLE = [[36.4, 36.4], [36.4, 36.6], [36.6, 36.6], [36.6, 36.4], [36.4, 36.4]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
GOOD = {
    "polygon": POLYGON,
    "multi": {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE]]},
    "feature": {"type": "Feature", "properties": None, "geometry": POLYGON},
    "collection": {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"[[[": "{"}, "geometry": POLYGON},
            {"type": "Feature", "properties": {}, "geometry": None},
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}},
        ],
    },
    "geometries": {"type": "GeometryCollection", "geometries": [POLYGON]},
}


@pytest.mark.parametrize("kind", GOOD)
def test_own_boundaries_are_read(kind: str) -> None:
    found = boundary_from_geojson(b"\xef\xbb\xbf" + json.dumps(GOOD[kind]).encode())
    assert found.polygon.area == pytest.approx(0.96)
    assert found.codes == ()


def ring(points: object) -> bytes:
    return json.dumps({"type": "Polygon", "coordinates": [points]}).encode()


BAD = {
    "empty": (b"", "not GeoJSON"),
    "text": (b"<OGRVRTDataSource/>", "not GeoJSON"),
    "gdal": (b'{"type":"gdal_streamed_alg","command_line":"gdal"}', "type"),
    "list": (b"[]", "type"),
    "deep": (b'{"type":"Polygon","coordinates":' + b"[" * 100_000, "nested"),
    "deep objects": (b'{"a":' * 100_000, "nested"),
    "large": (b" " * 31_000_000, "30 MB"),
    "points": (b'{"type":"Point","coordinates":[1,2]}', "no polygon"),
    "NaN": (ring([[36, 36], [37, 36], [float("nan"), 37], [36, 36]]), "NaN"),
    "1e999": (ring(SQUARE).replace(b"37.0", b"1e999", 1), "finite"),
    "projected": (ring([[4e6, 4e6], [5e6, 4e6], [5e6, 5e6], [4e6, 4e6]]), "EPSG:4326"),
    "bow tie": (ring([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), "Fix geometries"),
    "open": (ring(SQUARE[:-1]), "close it"),
    "short": (ring(SQUARE[:3]), "fewer than 4"),
    "flat": (ring([1, 2, 3, 4]), "position"),
    "words": (ring([["a", "b"]] * 4), "not a number"),
    "booleans": (ring([[True, False]] * 4), "not a number"),
    "antimeridian": (ring([[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]), "antimeridian"),
    "no rings": (b'{"type":"Polygon","coordinates":[]}', "without rings"),
    "null": (b'{"type":"Polygon","coordinates":null}', "without rings"),
    "multi null": (b'{"type":"MultiPolygon","coordinates":null}', "type"),
    "features": (b'{"type":"FeatureCollection","features":3}', "without a list"),
    "latin": (b'{"type":"Polygon\xff"}', "not GeoJSON"),
    "big integer": (ring(SQUARE).replace(b"37.0", b"9" * 400, 1), "finite"),
}


@pytest.mark.parametrize("kind", BAD)
def test_hostile_boundaries_are_refused_quickly(kind: str) -> None:
    content, message = BAD[kind]
    begin = time.thread_time()
    with pytest.raises(BasemapError, match=message):
        boundary_from_geojson(content)
    assert time.thread_time() - begin < 2.0


def test_too_many_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.boundary.MAX_VERTICES", 4)
    with pytest.raises(BasemapError, match="simplify"):
        boundary_from_geojson(ring(SQUARE))
