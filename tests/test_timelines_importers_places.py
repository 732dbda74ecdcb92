"""GeoJSON, KML and GeoPackage: properties are columns, geometry is where, in degrees."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import distance_m
from tests.importer_cases import SAID, zipped
from tests.importer_geopackages import geopackage, gp, wkb_point
from tests.importer_shapes import SQUARE
from timelines.claims import Claims
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping, ImportReport, merge, sniff

FEATURES = gpd.GeoDataFrame(
    {"place": ["Dabiq", "Kweires", "M4"], "date": ["2014-08-13", "2015-11", "2016"]},
    geometry=[
        shapely.Point(37.268, 36.538),
        shapely.box(37.55, 36.17, 37.60, 36.20),
        shapely.LineString([(36.0, 35.8), (36.5, 35.9), (37.0, 36.1)]),
    ],
    crs="EPSG:4326",
)


def read(data: bytes, fmt: str, mapping: FieldMapping = SAID) -> tuple[Claims, ImportReport]:
    claims, report = FORMATS[fmt].parse(data, mapping=mapping, name=f"a.{fmt}")
    assert isinstance(claims, Claims)
    assert report.rows == report.taken_rows + report.refused_rows + report.repeated
    return claims, report


def written(driver: str, folder: Path, frame: gpd.GeoDataFrame = FEATURES, **more: Any) -> bytes:
    path = folder / f"a.{driver.lower()}"
    frame.to_file(path, driver=driver, **more)
    return path.read_bytes()


@pytest.fixture(params=["GeoJSON", "KML", "GPKG"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, bytes]:
    """The same features as GDAL writes them."""
    frame = FEATURES
    if request.param == "KML":
        frame = FEATURES.rename(columns={"place": "Name"})
    return request.param.lower(), written(request.param, tmp_path, frame)


def test_three_formats_say_the_same(made: tuple[str, bytes]) -> None:
    fmt, data = made
    mapping = FieldMapping(constants=SAID.constants)
    claims, report = read(data, fmt, mapping)
    assert [c.place for c in claims] == ["Dabiq", "Kweires", "M4"]
    assert [c.date for c in claims] == ["2014-08-13", "2015-11", "2016"]
    assert (claims[0].lon, claims[0].lat) == (37.268, 36.538)
    assert claims[0].uncertainty_m is None
    assert any("areas" in text for text in report.warnings)
    assert merge(claims, read(data, fmt, mapping)[0]).added == 0


def test_a_point_that_stands_for_a_shape_is_on_it_and_reaches_its_edge(
    made: tuple[str, bytes],
) -> None:
    claims, _ = read(made[1], made[0], FieldMapping(constants=SAID.constants))
    for claim, shape in zip(claims, FEATURES.geometry, strict=True):
        assert claim.lon is not None and claim.lat is not None
        assert shape.distance(shapely.Point(claim.lon, claim.lat)) < 1e-6
        corners = shapely.get_coordinates(shape)
        far = distance_m(claim.lon, claim.lat, corners[:, 0], corners[:, 1]).max()
        assert (claim.uncertainty_m or 0) == pytest.approx(far, abs=1.0)


@pytest.mark.parametrize("code", [32637, 3857, 2154])
def test_metres_become_the_degrees_they_are(code: int, tmp_path: Path) -> None:
    metres = FEATURES.to_crs(code)
    legacy = json.loads(metres.to_json(drop_id=True, to_wgs84=False))
    legacy["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
    for fmt, data in (
        ("geojson", json.dumps(legacy).encode()),
        ("gpkg", written("GPKG", tmp_path, metres)),
    ):
        claims, report = read(data, fmt)
        assert claims[0].lon == pytest.approx(37.268, abs=1e-6)
        assert claims[0].lat == pytest.approx(36.538, abs=1e-6)
        assert any(f"EPSG:{code}" in text for text in report.warnings)


def test_a_legacy_member_for_degrees_changes_nothing() -> None:
    plain = json.loads(FEATURES.to_json(drop_id=True))
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "OGC:CRS84"):
        with_member = {**plain, "crs": {"type": "name", "properties": {"name": name}}}
        assert read(json.dumps(with_member).encode(), "geojson")[1].content_hash == (
            read(json.dumps(plain).encode(), "geojson")[1].content_hash
        )


def test_metres_without_a_name_are_refused_or_asked_for() -> None:
    metres = FEATURES.to_crs(32637).to_json(drop_id=True).encode()
    bare = json.loads(metres)
    bare.pop("crs", None)
    _, report = read(json.dumps(bare).encode(), "geojson")
    assert report.refused_rows == 3
    assert "say crs" in report.refused[0].remedy
    said = FieldMapping(constants=SAID.constants, crs="EPSG:32637")
    claims, _ = read(json.dumps(bare).encode(), "geojson", said)
    assert claims[0].lon == pytest.approx(37.268, abs=1e-6)


def test_properties_named_like_coordinates_do_not_move_a_point() -> None:
    feature = {
        "type": "Feature",
        "properties": {"place": "Dabiq", "lon": 1, "lat": 2, "tags": ["a", None, 3]},
        "geometry": {"type": "Point", "coordinates": [37.268, 36.538]},
    }
    (claim,) = read(json.dumps(feature).encode(), "geojson")[0]
    assert (claim.lon, claim.lat) == (37.268, 36.538)
    assert dict(claim.extra) == {"lon_in_file": "1", "lat_in_file": "2", "tags": "a||3"}


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>map</name>
<Folder><name>Aleppo</name><Folder><name>North</name>
<Placemark><name>Dabiq</name><description>taken</description>
<TimeSpan><begin>2014-08-13</begin><end>2016-10-16</end></TimeSpan>
<ExtendedData><Data name="actor"><value>isis</value></Data></ExtendedData>
<Point><coordinates>37.268,36.538,400</coordinates></Point></Placemark></Folder>
<Placemark><name>Mare'</name><TimeStamp><when>2016-05-27</when></TimeStamp>
<MultiGeometry><Point><coordinates>37.19,36.48</coordinates></Point>
<Polygon><outerBoundaryIs><LinearRing><coordinates>37.1,36.4 37.3,36.4 37.2,36.6 37.1,36.4
</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark>
</Folder></Document></kml>"""


@pytest.mark.parametrize("packed", [False, True])
def test_placemarks_keep_names_times_folders_and_data(packed: bool) -> None:
    data = KML.encode()
    content = zipped({"images/x.png": b"x", "doc.kml": data}) if packed else data
    assert sniff("a.kmz" if packed else "a.kml", content) == "kml"
    mapping = FieldMapping(
        constants={"kind": "control", "source": "a", "actor": "fsa"},
        columns={"date": "begin"},
        on="2016-05-27",
    )
    (dabiq, mare), report = read(content, "kml", mapping)
    assert (dabiq.place, dabiq.actor, dabiq.date, dabiq.note) == (
        "Dabiq",
        "isis",
        "2014-08-13",
        "taken",
    )
    assert dict(dabiq.extra)["folder"] == "Aleppo / North"
    assert dict(dabiq.extra)["end"] == "2016-10-16"
    assert (mare.place, mare.actor, dict(mare.extra)["folder"]) == ("Mare'", "fsa", "Aleppo")
    assert mare.uncertainty_m and mare.uncertainty_m > 10_000
    texts = " ".join(report.warnings)
    assert "end nothing" in texts and "heights" in texts


def test_a_layer_is_asked_for_and_found(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    FEATURES.to_file(path, layer="one", driver="GPKG")
    FEATURES.iloc[:1].to_file(path, layer="two", driver="GPKG")
    with pytest.raises(DataError, match="“one”, “two”"):
        read(path.read_bytes(), "gpkg")
    claims, _ = read(path.read_bytes(), "gpkg", FieldMapping(constants=SAID.constants, layer="two"))
    assert [c.place for c in claims] == ["Dabiq"]


def test_row_numbers_of_a_program_are_not_part_of_a_claim(tmp_path: Path) -> None:
    first = read(written("GPKG", tmp_path), "gpkg")[0]
    turned = read(written("GPKG", tmp_path, FEATURES.iloc[::-1]), "gpkg")[0]
    assert {c.id for c in first} == {c.id for c in turned}


def test_a_geopackage_is_read_from_memory_alone(tmp_path: Path) -> None:
    """The bytes are enough: no file beside them is made or opened."""
    data = geopackage(blobs=(gp(wkb_point(37.268, 36.538)),))
    before = sorted(tmp_path.iterdir())
    claims, _ = FORMATS["gpkg"].parse(io.BytesIO(data), mapping=SAID, name=str(tmp_path / "a.gpkg"))
    assert len(claims) == 1 and sorted(tmp_path.iterdir()) == before


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["geojson", "kml", "gpkg"]))
def test_flipped_bytes_never_raise_anything_else(seed: int, fmt: str) -> None:
    good = {
        "geojson": FEATURES.to_json(drop_id=True).encode(),
        "kml": KML.encode(),
        "gpkg": geopackage(blobs=(gp(wkb_point(37.268, 36.538)),) * 3),
    }[fmt]
    chance = random.Random(seed)
    data = bytearray(good)
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        claims, _ = read(bytes(data), fmt)
    except DataError as error:
        assert str(error)
    else:
        lons = np.array([c.lon for c in claims if c.lon is not None])
        assert (np.abs(lons) <= 180).all()


def test_a_hundred_thousand_points_are_a_file_like_any_other() -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"place": f"P{i}"},
            "geometry": {"type": "Point", "coordinates": [36 + i % 997 / 997, 35 + i % 991 / 991]},
        }
        for i in range(20_000)
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    claims, report = read(data, "geojson")
    assert (len(claims), report.refused_rows) == (20_000, 0)


def test_a_square_keeps_its_middle() -> None:
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": {"place": "x"}, "geometry": shape}
    (claim,) = read(json.dumps(feature).encode(), "geojson")[0]
    assert (claim.lon, claim.lat) == pytest.approx((37.05, 36.05))
