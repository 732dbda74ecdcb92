"""Packing a scene: small, the same bytes each time, and nothing lost but the last metres."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import columns, landcode, payload
from geo.scene import NO_DAY_HIGH, NO_DAY_LOW, Scene
from tests.scenes import moving_front

INT32 = st.integers(-(2**31), 2**31 - 1)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return moving_front(12, 9, changes=160, strikes=80)


@given(st.lists(INT32, max_size=60))
def test_integer_columns_come_back(values: list[int]) -> None:
    assert columns.decode(columns.encode(np.array(values, np.int64))).tolist() == values


@given(st.lists(st.floats(width=32), max_size=40))
def test_float_columns_come_back(values: list[float]) -> None:
    back = columns.decode(columns.encode(np.array(values, np.float64)))
    assert np.array_equal(back, np.array(values, np.float32), equal_nan=True)


def test_a_number_beyond_int32_is_refused() -> None:
    with pytest.raises(ValueError, match="int32"):
        columns.encode(np.array([2**31]))


def test_texts_come_back_as_they_were(scene: Scene) -> None:
    back = payload.unpack(payload.pack(scene))
    for name in (*payload.HEAD, "actors", "sources", "claims", "towns"):
        assert getattr(back, name) == getattr(scene, name), name
    assert back.flips.why == scene.flips.why
    assert back.flips.claims == scene.flips.claims


def test_columns_come_back_as_they_were(scene: Scene) -> None:
    back = payload.unpack(payload.pack(scene))
    for part in ("flips", "maybes"):
        for f in fields(getattr(scene, part)):
            if f.name not in ("why", "claims"):
                one, other = (getattr(getattr(s, part), f.name) for s in (scene, back))
                assert np.array_equal(one, other), (part, f.name)
    for name in ("begin", "end", "claim", "killed"):
        one, other = (np.asarray(getattr(s.events, name), np.float64) for s in (scene, back))
        assert np.array_equal(one, other, equal_nan=True), name
    assert np.allclose(back.events.lon, scene.events.lon, atol=1e-5)


def test_open_ends_and_unlocated_events_survive(scene: Scene) -> None:
    lon = scene.events.lon.copy()
    lon[0] = np.nan
    killed = scene.events.killed.copy()
    killed[1] = (5, np.inf)
    end = scene.events.end.copy()
    end[2] = NO_DAY_HIGH
    events = replace(scene.events, lon=lon, killed=killed, end=end)
    back = payload.unpack(payload.pack(replace(scene, events=events)))
    assert np.isnan(back.events.lon[0])
    assert back.events.killed[1].tolist() == [5, np.inf]
    assert back.events.end[2] == NO_DAY_HIGH
    assert NO_DAY_LOW in back.flips.day


def test_land_keeps_its_shape(scene: Scene) -> None:
    """Each border keeps its points and its two neighbours."""
    back = payload.unpack(payload.pack(scene))
    grid = landcode.grid_for(scene.tessellation.vertices)

    def borders(s: Scene) -> set[tuple[frozenset[str], frozenset[tuple[int, ...]]]]:
        land = s.tessellation
        name = {p.cell: p.id for p in s.places} | {-1: ""}
        points = [tuple(map(int, p)) for p in grid.snap(land.vertices)]
        out = set()
        for e in range(len(land.edge_left)):
            chain = land.edge_vertex[land.edge_offset[e] : land.edge_offset[e + 1]]
            sides = frozenset((name[int(land.edge_left[e])], name[int(land.edge_right[e])]))
            out.add((sides, frozenset(points[v] for v in chain)))
        return out

    assert borders(back) == borders(scene)
    assert grid.step <= landcode.COARSEST_DEG


def test_left_stays_left(scene: Scene) -> None:
    """The left cell's place lies to the left of each edge: one that is flipped swaps its sides."""
    back = payload.unpack(payload.pack(scene))
    land = back.tessellation
    at = {p.cell: (p.lon, p.lat) for p in back.places}
    for e in range(len(land.edge_left)):
        a, b = land.vertices[land.edge_vertex[land.edge_offset[e] : land.edge_offset[e + 1]][:2]]
        x, y = np.array(at[int(land.edge_left[e])]) - a
        assert (b - a)[0] * y - (b - a)[1] * x > 0


def test_same_scene_same_bytes_and_packing_twice_changes_nothing(scene: Scene) -> None:
    data = payload.pack(scene)
    assert payload.pack(scene) == data
    assert payload.pack(payload.unpack(data)) == data


def test_empty_scene_is_a_scene() -> None:
    full = moving_front(2, 2, changes=0, strikes=0)
    none = np.zeros(0, np.int32)
    land = landcode.PackedLand(
        np.zeros((0, 2)), np.zeros(1, np.int32), none, none, none, none.astype(np.uint8)
    )
    flips = replace(full.flips, day=none, place=none, holder=none, age_day=none, why=(), claims=())
    empty = replace(full, places=(), flips=flips, claims=(), tessellation=land)
    assert payload.unpack(payload.pack(empty)).places == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a packed scene"),
        (b"PK\x03\x04 a zip file", "not a packed scene"),
        (b"FRNT\xff\xff\x02\x00" + bytes(8), "newer"),
        (b"FRNT\x01\x00\x02\x00\x05\x00\x00\x00\x00\x00\x00\x00hello", "damaged"),
    ],
)
def test_other_bytes_are_refused_with_a_remedy(data: bytes, why: str) -> None:
    with pytest.raises(payload.PayloadError, match=why):
        payload.unpack(data)
