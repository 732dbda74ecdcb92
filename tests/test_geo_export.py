"""Exports as facts: every day of a range export is that day's map, in valid RFC 7946 GeoJSON."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo import Tessellation, frontlines, territories
from geo.export import (
    features_between,
    features_on,
)
from geo.features import Feature
from geo.scene import (
    NO_DAY_HIGH,
    NO_DAY_LOW,
    Scene,
)
from tests.export_scenes import DAYS, GRID, SCENE, SIDES, data, real_scene


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
