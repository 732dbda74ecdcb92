"""GeoJSON of a scene: RFC 7946, the same bytes, facts with their whole time, whatever the words."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from geo.export import (
    LAYERS,
    ExportError,
    export_geojson,
    write_export,
)
from geo.safeio import SafeWriteError
from geo.scene import (
    NO_DAY_LOW,
    Scene,
)
from tests.export_scenes import DAYS, GRID, SCENE, data, real_scene
from tests.hostile import HOSTILE
from tests.scenes import moving_front


def positions(node: Any) -> list[list[float]]:
    if node and isinstance(node[0], float | int):
        return [node]
    return [position for child in node for position in positions(child)]


@pytest.mark.parametrize("scene", [SCENE, GRID], ids=["lattice", "real"])
def test_geojson_is_rfc_7946(scene: Scene) -> None:
    collection = data(scene)
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    assert collection["rule"] == scene.rule
    assert collection["version"] == scene.data_hash
    assert collection["attribution"] == list(scene.credits)
    assert {"title", "licence", "actors", "sources"} <= set(collection)
    ids = [feature["id"] for feature in collection["features"]]
    assert len(set(ids)) == len(ids)
    for feature in collection["features"]:
        properties = feature["properties"]
        assert properties["layer"] in LAYERS
        assert properties["version"] == scene.data_hash
        assert set(properties["sources"]) <= set(collection["sources"])
        assert set(properties["actors"]) <= set(collection["actors"])
        assert properties["status"]
        for end in ("begin", "end"):
            assert properties[end] is None or properties[end].endswith("T00:00:00Z")
        for lon, lat in positions(feature["geometry"]["coordinates"]):
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
            assert (round(lon, 7), round(lat, 7)) == (lon, lat)
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type == "Polygon":
                assert polygon.exterior.is_ccw
                assert not any(ring.is_ccw for ring in polygon.interiors)


def test_the_antimeridian_is_cut() -> None:
    boundary = shapely.box(179.0, -17.0, 181.0, -16.0)
    scene = real_scene([179.6, -179.6], [-16.5, -16.4], boundary, [(NO_DAY_LOW, 0, 0), (20, 1, 0)])
    (feature,) = data(scene, on=50, layers=["control"])["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    for polygon in feature["geometry"]["coordinates"]:
        lon = [position[0] for position in positions(polygon)]
        assert -180 <= min(lon) <= max(lon) <= 180
        assert max(lon) - min(lon) < 180


def test_gdal_reads_moments_and_lists() -> None:
    frame = geopandas.read_file(io.BytesIO(export_geojson(SCENE, layers=["control"])))
    assert str(frame["begin"].dtype).startswith("datetime64")
    assert str(frame["end"].dtype).startswith("datetime64")
    assert frame["end"].isna().any()
    assert frame.crs == "EPSG:4326"


def test_the_same_scene_gives_the_same_bytes() -> None:
    assert export_geojson(moving_front()) == export_geojson(SCENE)
    assert export_geojson(moving_front(seed=8)) != export_geojson(SCENE)


def test_hostile_names_arrive_as_they_are() -> None:
    text = "".join(HOSTILE)
    scene = moving_front(4, 4, changes=20, strikes=5, hostile=text)
    names = {f["properties"]["name"] for f in data(scene, layers=["place"])["features"]}
    assert names == {text}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"on": 1, "between": (1, 2)}, "not both"),
        ({"between": (5, 4)}, "swap them"),
        ({"layers": ["control", "roads"]}, "roads.*control, frontline"),
        ({"layers": []}, "layers are"),
    ],
)
def test_bad_requests_say_what_to_change(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        export_geojson(SCENE, **asked)


def test_files_are_written_whole_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_export(tmp_path / "map.geojson", SCENE, on=DAYS[3], layers=["controls"])
    assert path.read_bytes() == export_geojson(SCENE, on=DAYS[3], layers=["control"])
    before = path.read_bytes()
    monkeypatch.setattr("geo.export.feature_collection", lambda *_: b'{"features":[]}')
    with pytest.raises(SafeWriteError, match="0 of"):
        write_export(path, SCENE)
    assert path.read_bytes() == before
    with pytest.raises(ExportError, match="geojson"):
        write_export(tmp_path / "map.shp", SCENE)
    assert [p.name for p in tmp_path.iterdir()] == ["map.geojson"]
