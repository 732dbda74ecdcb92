"""Packing a scene: small, the same bytes each time, and nothing lost but the last metres."""

from __future__ import annotations

import base64
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import Tessellation, columns, landcode, landwalk, payload, predict
from geo.scene import NO_DAY_HIGH, NO_DAY_LOW, Scene
from geo.settle import settle
from tests.geo_worlds import world
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


def test_what_comes_back_is_the_settled_scene(scene: Scene) -> None:
    """Packing orders and snaps (`settle`), and loses nothing more."""
    back, settled = payload.unpack(payload.pack(scene)), settle(scene)
    for name in (*payload.HEAD, "actors", "sources", "claims", "towns"):
        assert getattr(back, name) == getattr(settled, name), name
    for one, other in zip(back.places, settled.places, strict=True):
        assert replace(one, lon=0, lat=0) == replace(other, lon=0, lat=0)
        assert (one.lon, one.lat) == pytest.approx((other.lon, other.lat), abs=1e-12)
    for part in ("flips", "maybes", "events"):
        for f in fields(getattr(settled, part)):
            one, other = (getattr(getattr(s, part), f.name) for s in (settled, back))
            if isinstance(one, tuple):
                assert one == other
            else:
                assert np.allclose(one, other, atol=1e-9, equal_nan=True), (part, f.name)


def test_settling_keeps_who_holds_what_when_and_why(scene: Scene) -> None:
    """By name instead of number: the same places, changes, reasons, claims and events."""

    def told(s: Scene) -> list[object]:
        name = [p.id for p in s.places]
        flips = zip(
            s.flips.day.tolist(),
            [name[p] for p in s.flips.place],
            s.flips.holder.tolist(),
            s.flips.age_day.tolist(),
            s.flips.why,
            [[s.claims[c].id for c in group] for group in s.flips.claims],
            strict=True,
        )
        claims = {c.id: name[c.place] for c in s.claims}
        maybes = zip(s.maybes.begin.tolist(), [name[p] for p in s.maybes.place], strict=True)
        return [sorted(name), sorted(flips), claims, sorted(maybes)]

    settled = settle(scene)
    assert told(settled) == told(scene)
    assert settle(settled).places == settled.places
    assert np.all(np.diff(settled.flips.day.astype(np.int64)) >= 0)
    here = {p.id: (p.lon, p.lat) for p in scene.places}
    assert all(here[p.id] == pytest.approx((p.lon, p.lat), abs=1e-5) for p in settled.places)


def test_open_ends_and_unlocated_events_survive(scene: Scene) -> None:
    lon = scene.events.lon.copy()
    lon[0] = np.nan
    killed = scene.events.killed.copy()
    killed[1], killed[2], killed[3] = (5, np.inf), (np.nan, 4), (0, 0)
    end = scene.events.end.copy()
    end[2] = NO_DAY_HIGH
    events = replace(scene.events, lon=lon, killed=killed, end=end)
    back = payload.unpack(payload.pack(replace(scene, events=events)))
    assert np.isnan(back.events.lon[0])
    assert np.array_equal(back.events.killed[:4], killed[:4], equal_nan=True)
    assert back.events.end[2] == NO_DAY_HIGH
    assert NO_DAY_LOW in back.flips.day


def rings_by_place(scene: Scene, grid: landcode.Grid) -> dict[str, list[list[tuple[int, ...]]]]:
    """Each place's rings as lattice points, turned to begin at their least point."""
    land = scene.tessellation
    name = {p.cell: p.id for p in scene.places}
    points = [tuple(map(int, p)) for p in grid.snap(land.vertices)]
    out: dict[str, list[list[tuple[int, ...]]]] = {}
    for r, cell in enumerate(land.ring_cell.tolist()):
        ring = [points[v] for v in land.ring_vertex[land.ring_offset[r] : land.ring_offset[r + 1]]]
        at = ring.index(min(ring))
        out.setdefault(name[cell], []).append(ring[at:] + ring[:at])
    return {key: sorted(rings) for key, rings in out.items()}


def test_land_keeps_its_rings_and_shares_its_vertices(scene: Scene) -> None:
    back = payload.unpack(payload.pack(scene))
    grid = landcode.grid_for(scene.tessellation.vertices, len(scene.places))
    assert rings_by_place(back, grid) == rings_by_place(scene, grid)
    assert len(back.tessellation.vertices) == len(scene.tessellation.vertices)
    assert grid.step <= landcode.COARSEST_DEG


def test_a_place_nobody_can_locate_stays_in_the_list(scene: Scene) -> None:
    lost = replace(scene.places[5], lon=float("nan"), lat=float("nan"), cell=-1)
    places = (*scene.places[:5], lost, *scene.places[6:])
    back = payload.unpack(payload.pack(replace(scene, places=places)))
    found = [p for p in back.places if np.isnan(p.lon)]
    assert [p.id for p in found] == [lost.id]
    assert not np.isnan(back.events.lon).any()


@pytest.mark.parametrize("seed", range(12))
def test_land_of_any_world_comes_back(seed: int) -> None:
    """Holes, islands, coincident places, cells in pieces; ring by ring."""
    made = world(seed, places=40)
    land = Tessellation(made.lon, made.lat, made.boundary, reach_km=made.reach_km)
    grid = landcode.grid_for(land.vertices, len(made.lon))
    columns_, walk, number = landwalk.encode_walk(land, grid)
    back = landcode.decode_walk(columns_)
    for f in fields(walk):
        assert np.array_equal(getattr(back, f.name), getattr(walk, f.name)), f.name

    def rings(offset, vertex, cell):  # type: ignore[no-untyped-def]
        out = []
        for r in range(len(cell)):
            ring = vertex[offset[r] : offset[r + 1]].tolist()
            out.append((int(cell[r]), min(ring[k:] + ring[:k] for k in range(len(ring)))))
        return sorted(out)

    one = rings(land.ring_offset, land.ring_vertex, land.ring_cell)
    assert one == rings(back.offset, number[back.vertices], back.cells)

    spots = grid.snap(np.stack([made.lon, made.lat], axis=1))
    cell = np.asarray(land.cell_of, np.int64)
    rest = predict.tell_places(spots, cell, back, len(cell))
    found, sites = predict.find_places(rest, cell, back, len(cell))
    assert np.array_equal(found, spots)
    points = grid.snap(land.vertices[number])
    told = predict.tell_vertices(points, sites, back, grid, 1.0)
    assert np.array_equal(predict.find_vertices(told, sites, back, grid, 1.0), points)


def test_where_three_cells_meet_nearly_nothing_is_left_to_say() -> None:
    made = world(3, places=400)
    land = Tessellation(made.lon, made.lat, made.boundary, reach_km=made.reach_km)
    grid = landcode.Grid(west=float(made.lon.min()) - 1, south=float(made.lat.min()) - 1, step=2e-4)
    _, walk, number = landwalk.encode_walk(land, grid)
    cell = np.asarray(land.cell_of, np.int64)
    spots = grid.snap(np.stack([made.lon, made.lat], axis=1))
    rest = predict.tell_places(spots, cell, walk, len(cell))
    sites = predict.find_places(rest, cell, walk, len(cell))[1]
    circles, _ = predict.tell_vertices(grid.snap(land.vertices[number]), sites, walk, grid, 1.0)
    assert len(circles) > 100
    assert np.median(np.abs(circles)) <= 2


def test_same_scene_same_bytes_and_packing_twice_changes_nothing(scene: Scene) -> None:
    data = payload.pack(scene)
    assert payload.pack(scene) == data
    assert payload.pack(payload.unpack(data)) == data


def test_half_a_surrogate_pair_is_carried_too(scene: Scene) -> None:
    odd = replace(scene, title="half \ud83d a pair \\ud83d and a whole \U0001f5fa")
    assert payload.unpack(payload.pack(odd)).title == odd.title


def test_a_scene_of_format_1_is_for_the_player_which_still_opens_it() -> None:
    """Its bytes are kept, never written again; `tests/player/decode.test.mjs` opens them."""
    text = (Path(__file__).parent / "player" / "scene-1.b64").read_text(encoding="ascii")
    with pytest.raises(payload.PayloadError, match="read by the player only"):
        payload.unpack(base64.b64decode(text))


def test_empty_scene_is_a_scene() -> None:
    full = moving_front(2, 2, changes=0, strikes=0)
    none = np.zeros(0, np.int32)
    land = landcode.PackedLand(np.zeros((0, 2)), np.zeros(1, np.int32), none, none)
    flips = replace(full.flips, day=none, place=none, holder=none, age_day=none, why=(), claims=())
    empty = replace(full, places=(), flips=flips, claims=(), tessellation=land)
    assert payload.unpack(payload.pack(empty)).places == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a packed scene"),
        (b"PK\x03\x04 a zip file", "not a packed scene"),
        (b"FRNT\xff\xff\x02\x00" + bytes(8), "newer"),
        (b"FRNT\x02\x00\x02\x00\x05\x00\x00\x00\x00\x00\x00\x00hello", "damaged"),
    ],
)
def test_other_bytes_are_refused_with_a_remedy(data: bytes, why: str) -> None:
    with pytest.raises(payload.PayloadError, match=why):
        payload.unpack(data)
