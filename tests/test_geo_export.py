"""Exports as facts: every day of a range export is that day's map, in valid RFC 7946 GeoJSON."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from geo import Tessellation, frontlines, territories
from geo.export import (
    LAYERS,
    ExportError,
    export_geojson,
    features_between,
    features_on,
    write_export,
)
from geo.features import Feature
from geo.safeio import SafeWriteError
from geo.scene import (
    NO_DAY_HIGH,
    NO_DAY_LOW,
    Events,
    Flips,
    Maybes,
    Scene,
    SceneClaim,
    ScenePlace,
    SceneSource,
)
from tests.hostile import HOSTILE
from tests.scenes import moving_front

SCENE = moving_front()
DAYS = np.linspace(SCENE.first_day, SCENE.last_day, 9).astype(int).tolist()
SIDES = {"gov": 0, "reb": 1, "is": 2, "sdf": 3}


def real_scene(lon: Any, lat: Any, boundary: Any, rows: list[tuple[int, int, int]]) -> Scene:
    """A scene on a real tessellation; `rows` are day, place, holder."""
    land = Tessellation(np.array(lon), np.array(lat), boundary, reach_km=60.0)
    days = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    nothing, none = np.zeros(0, np.int32), np.zeros(0)
    return Scene(
        title="Real land",
        first_day=10,
        last_day=100,
        view=(0, 0, 1, 1),
        actors=SCENE.actors,
        places=tuple(
            ScenePlace(f"p{n}", f"P{n}", float(x), float(y), int(land.cell_of[n]))
            for n, (x, y) in enumerate(zip(lon, lat, strict=True))
        ),
        sources=(SceneSource("s", "Agency", url="https://example.org"),),
        claims=(SceneClaim("c0", "control", "1970", 0, "P", 0, -1, "reported", 0),),
        flips=Flips(
            *(days[:, n].astype(np.int32) for n in range(3)),
            days[:, 0].astype(np.int32),
            tuple("because" for _ in days),
            tuple((0,) for _ in days),
        ),
        maybes=Maybes(nothing, nothing, nothing, nothing),
        events=Events(
            nothing, nothing, nothing, none, none, none, np.zeros((0, 2)), np.zeros((0, 2))
        ),
        tessellation=land,
        rule="Nearest place, out to 60 km.",
        data_hash="feed",
    )


def grid_scene() -> Scene:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(36.0, 38.0, 80), rng.uniform(35.0, 37.0, 80)
    lon[5], lat[5] = lon[6], lat[6]  # two places on one spot
    boundary = shapely.box(36.1, 35.1, 37.9, 36.9).difference(shapely.box(36.9, 35.9, 37.1, 36.1))
    rows = [(NO_DAY_LOW, n, int(rng.integers(-1, 5))) for n in range(70)]
    rows += [
        (int(rng.integers(11, 95)), int(rng.integers(0, 80)), int(rng.integers(-1, 5)))
        for _ in range(120)
    ]
    return real_scene(lon, lat, boundary, rows)


GRID = grid_scene()


def held_on(scene: Scene, day: int) -> np.ndarray:
    """Who holds each place: the plainest reading of the flips."""
    held = np.full(len(scene.places), -1)
    for when, place, holder in zip(
        scene.flips.day, scene.flips.place, scene.flips.holder, strict=True
    ):
        if when <= day:
            held[place] = holder
    return held


def holds(feature: Feature, day: int) -> bool:
    return (feature.begin is None or feature.begin <= day) and (
        feature.end is None or day < feature.end
    )


@pytest.mark.parametrize("scene", [SCENE, GRID], ids=["lattice", "real"])
def test_a_range_holds_every_day_of_it(scene: Scene) -> None:
    whole = features_between(scene, scene.first_day, scene.last_day)
    for day in np.linspace(scene.first_day, scene.last_day, 9).astype(int).tolist():
        want = features_on(scene, day)
        got = [feature for feature in whole if holds(feature, day)]
        assert [f.properties["id"] for f in got] == [f.properties["id"] for f in want]
        for a, b in zip(got, want, strict=True):
            assert (a.begin, a.end, a.properties) == (b.begin, b.end, b.properties)
            assert a.geometry == b.geometry


@pytest.mark.parametrize("day", [10, 37, 62, 100])
def test_land_and_fronts_are_those_of_the_day(day: int) -> None:
    """The sweep's answer against the room's own, built for the day from the state of the day."""
    land = GRID.tessellation
    assert isinstance(land, Tessellation)
    held = held_on(GRID, day)
    want = territories(land, held)
    features = features_on(GRID, day, ["control"])
    assert sum(f.properties["area_km2"] for f in features) == pytest.approx(
        want["area_km2"].sum(), rel=1e-6
    )
    by_actor = {f.properties["actors"][0]: f for f in features if len(f.properties["actors"]) == 1}
    for row in want[want["controller"] >= 0].itertuples():
        found = by_actor[GRID.actors[row.controller].id]
        assert shapely.symmetric_difference(found.geometry, row.geometry).area < 1e-9
    number = [SIDES[actor.side] for actor in GRID.actors]
    length = frontlines(land, held, side=number)["length_km"].sum()
    fronts = features_on(GRID, day, ["frontlines"])
    assert sum(f.properties["length_km"] for f in fronts) == pytest.approx(length, rel=1e-5)


def test_pieces_of_one_holder_follow_each_other() -> None:
    pieces: dict[tuple[str, ...], list[Feature]] = {}
    for feature in features_between(SCENE, SCENE.first_day, SCENE.last_day, ["control"]):
        pieces.setdefault(tuple(feature.properties["actors"]), []).append(feature)
    for chain in pieces.values():
        for before, after in itertools.pairwise(chain):
            assert before.end is not None
            assert after.begin is not None
            assert before.end <= after.begin
            if before.end == after.begin:
                assert not before.geometry.equals(after.geometry)


def test_allies_have_no_front_and_the_unknown_has_none() -> None:
    for feature in features_between(SCENE, SCENE.first_day, SCENE.last_day, ["frontline"]):
        assert len(feature.properties["sides"]) == 2
        assert feature.geometry.length > 0


def test_places_of_one_spot_that_disagree_make_contested_land() -> None:
    box = shapely.box(0, 0, 1, 1)
    scene = real_scene(
        [0.5, 0.5, 0.2], [0.5, 0.5, 0.2], box, [(NO_DAY_LOW, 0, 0), (20, 1, 2), (30, 0, 2)]
    )
    status = {
        f.begin: (f.properties["status"], f.properties["actors"], f.end)
        for f in features_between(scene, 10, 100, ["control"])
    }
    assert status == {
        None: ("held", ["gov"], 20),
        20: ("contested", ["gov", "reb"], 30),
        30: ("held", ["reb"], None),
    }


def data(scene: Scene, **asked: Any) -> Any:
    return json.loads(export_geojson(scene, **asked))


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


def test_one_day_shows_the_whole_time_of_each_fact() -> None:
    begins = {f.begin for f in features_on(SCENE, DAYS[4], ["control"])}
    assert any(begin is None or begin < DAYS[4] for begin in begins)


def test_an_event_that_is_not_located_stays_without_a_point() -> None:
    events = SCENE.events
    lon = events.lon.copy()
    lon[0] = np.nan
    scene = replace(SCENE, events=replace(events, lon=lon))
    features = data(scene, layers=["strikes"])["features"]
    assert len(features) == len(events.begin)
    (lost,) = [feature for feature in features if feature["geometry"] is None]
    assert lost["properties"]["place_as_written"] == "near town"


def test_sieges_without_an_end_stay_open() -> None:
    open_ones = int((SCENE.events.end == NO_DAY_HIGH).sum())
    features = data(SCENE, layers=["strike"])["features"]
    assert sum(feature["properties"]["end"] is None for feature in features) == open_ones > 0


def test_uncertain_changes_say_since_when_perhaps() -> None:
    features = features_between(SCENE, SCENE.first_day, SCENE.last_day, ["place"])
    perhaps = [f for f in features if f.properties["perhaps_from"]]
    assert len(perhaps) == len(SCENE.maybes.begin)
    leaving = {(f.properties["place_id"], f.end) for f in features if f.properties["perhaps_until"]}
    assert leaving == {(f.properties["place_id"], f.begin) for f in perhaps}
    assert all(
        f.properties["perhaps_from"] < str(np.datetime64(f.begin, "D"))
        for f in perhaps
        if f.begin is not None
    )


def test_a_place_nobody_reported_on_is_unknown_not_absent() -> None:
    scene = real_scene([0.5, 0.2], [0.5, 0.2], shapely.box(0, 0, 1, 1), [(20, 0, 0)])
    said = {
        (f.properties["place_id"], f.begin, f.end): f.properties["status"]
        for f in features_between(scene, 10, 100, ["place"])
    }
    assert said == {
        ("p0", None, 20): "unknown",
        ("p0", 20, None): "held",
        ("p1", None, None): "unknown",
    }


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
