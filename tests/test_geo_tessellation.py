"""Cells: nearest place, within reach, inside the boundary, fitting together."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import Tessellation
from geo.crs import distance_m
from geo.errors import BoundaryError, ControllerError, GeoError
from tests.geo_worlds import BOX, build, edge_lines, world


@pytest.mark.parametrize("seed", range(60))
def test_cells_are_a_valid_coverage_with_matching_edges(seed: int) -> None:
    tess = build(world(seed))
    cells = tess.polygons()
    cells = cells[cells != np.array(None)]
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)
    # Every shared border is an edge of kind 0, every other edge is the rim of the whole.
    lines = edge_lines(tess)
    length = shapely.length(lines)
    outer = tess.edge_kind != 0
    assert (tess.edge_right[outer] == -1).all()
    assert (tess.edge_right[~outer] >= 0).all()
    whole = shapely.length(shapely.union_all(cells)) if len(cells) else 0.0
    crossing = any(abs(lon) > 180 for lon in tess.vertices[:, 0])
    if not crossing:
        assert length[outer].sum() == pytest.approx(whole, rel=1e-9)
        perimeter = shapely.length(cells).sum()
        assert perimeter == pytest.approx(length[outer].sum() + 2 * length[~outer].sum(), rel=1e-9)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_land_goes_to_the_nearest_place_within_reach(seed: int) -> None:
    w = world(seed)
    tess = build(w)
    rng = np.random.default_rng(seed)
    own = np.unique(tess.cell_of[tess.cell_of >= 0])
    west, south, east, north = tess.boundary.bounds
    x, y = rng.uniform(west, east, 60), rng.uniform(south, north, 60)
    cells = tess.polygons()
    inside = shapely.contains_xy(tess.boundary, x, y)
    if own.size:
        away = distance_m(x[:, None], y[:, None], tess.lon[own], tess.lat[own])
        ranked = np.sort(away, axis=1)
        nearest = np.where(ranked[:, 0] <= w.reach_km * 1000, own[away.argmin(axis=1)], -1)
        runner_up = ranked[:, 1] if own.size > 1 else np.full(60, np.inf)
        # Leave out what lies on a border to within the stated tolerances.
        clear = (runner_up - ranked[:, 0] > 30) & (
            abs(ranked[:, 0] / w.reach_km / 1000 - 1) > 0.004
        )
    else:
        nearest, clear = np.full(60, -1), np.ones(60, bool)
    nearest = np.where(inside, nearest, -1)
    point = shapely.points((x + 180) % 360 - 180, y)
    for i in np.flatnonzero(clear):
        holds = [c for c in own if cells[c] is not None and cells[c].contains(point[i])]
        assert holds == ([] if nearest[i] < 0 else [nearest[i]])


def test_cells_cover_the_boundary_when_every_reach_overlaps() -> None:
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(36, 38, 400), rng.uniform(35.5, 37, 400)
    tess = Tessellation(lon, lat, BOX, reach_km=60)
    assert tess.outside.size == 0
    assert set(tess.edge_kind) == {0, 2}
    union = shapely.union_all(tess.polygons())
    assert union.symmetric_difference(BOX).area == pytest.approx(0, abs=1e-9)


def test_a_lone_place_has_a_disc_of_its_reach() -> None:
    tess = Tessellation([37.0], [36.2], BOX, reach_km=10)
    disc = tess.polygons()[0]
    away = distance_m(37.0, 36.2, *shapely.get_coordinates(disc).T) / 1000
    assert away == pytest.approx(np.full(away.size, 10), rel=1e-4)
    assert tess.area_km2[0] == pytest.approx(np.pi * 100, rel=2e-3)
    assert set(tess.edge_kind) == {1}


@pytest.mark.parametrize("reach_km", [5.0, 40.0, math.inf])
def test_a_boundary_along_the_cells_own_edges_changes_nothing(reach_km: float) -> None:
    """To within the five metres by which edges are bent anew about another middle."""
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(36.1, 37.9, 30), rng.uniform(35.6, 36.9, 30)
    whole = Tessellation(lon, lat, BOX, reach_km=reach_km)
    half = shapely.union_all(whole.polygons()[:15])
    again = Tessellation(lon, lat, half, reach_km=reach_km)
    assert again.area_km2[15:].sum() == 0
    assert again.area_km2[:15] == pytest.approx(whole.area_km2[:15], rel=1e-3)
    assert shapely.coverage_is_valid(again.polygons()[:15])


def test_places_outside_are_reported_and_take_no_land() -> None:
    tess = Tessellation([37.0, 38.001, 20.0], [36.2, 36.2, 5.0], BOX, reach_km=200)
    assert tess.outside.tolist() == [1, 2]
    assert tess.cell_of.tolist() == [0, -1, -1]
    assert tess.area_km2[1] == tess.area_km2[2] == 0
    assert tess.polygons()[0].contains(shapely.Point(37.99, 36.2))


def test_coincident_places_share_a_cell_and_speak_together() -> None:
    lon = np.array([37.0, 37.3, 37.0, 37.0 + 4e-6])
    lat = np.array([36.2, 36.3, 36.2, 36.2])
    tess = Tessellation(lon, lat, BOX)
    assert tess.cell_of.tolist() == [0, 1, 0, 0]
    assert (tess.area_km2 > 0).tolist() == [True, True, False, False]
    for places, cell in [((2, 0, 2, 2), 2), ((2, 0, -1, -1), 2), ((2, 0, 1, 2), -2)]:
        assert tess.cell_controller(np.array(places)).tolist() == [cell, 0, -1, -1]
    assert tess.cell_controller(np.array([-1, 0, -1, -1])).tolist() == [-1, 0, -1, -1]


@pytest.mark.parametrize(
    "boundary", [BOX, shapely.box(10, 76, 30, 81), shapely.box(178, -19, 182, -15)]
)
@pytest.mark.parametrize("reach_km", [3000.0, np.inf])
def test_without_a_limit_everything_inside_is_assessed(
    boundary: shapely.Polygon, reach_km: float
) -> None:
    west, south, east, north = boundary.bounds
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(west, east, 7), rng.uniform(south, north, 7)
    tess = Tessellation(lon, lat, boundary, reach_km)
    assert set(tess.edge_kind) == {0, 2}
    union = shapely.union_all(tess.polygons())
    assert union.area == pytest.approx(boundary.area, rel=1e-9)


def test_thousands_on_one_point_are_soon_told() -> None:
    """One pair for each two of them would be two hundred million."""
    lon = np.append(np.full(20_000, 37.0), 37.2)
    tess = Tessellation(lon, np.full(lon.size, 36.2), BOX, reach_km=10)
    assert (tess.cell_of[:-1] == 0).all()
    assert tess.cell_of[-1] == 20_000


def test_the_callers_arrays_stay_the_callers() -> None:
    lon, lat = np.array([37.0, 37.2]), np.array([36.2, 36.3])
    tess = Tessellation(lon, lat, BOX)
    lon[0] = 0.0
    assert tess.lon[0] == 37.0


def test_no_places_make_no_land() -> None:
    tess = Tessellation([], [], BOX)
    assert len(tess) == 0
    assert tess.area_km2.shape == (0,)
    assert tess.vertices.shape == (0, 2)
    outside = Tessellation([0.0], [0.0], BOX)
    assert outside.outside.tolist() == [0]
    assert outside.polygons().tolist() == [None]


@pytest.mark.parametrize("count", [2, 3, 9])
def test_places_on_one_line(count: int) -> None:
    lon = np.linspace(36.5, 37.5, count)
    tess = Tessellation(lon, np.full(count, 36.2), BOX, reach_km=15)
    cells = tess.polygons()
    assert shapely.coverage_is_valid(cells)
    assert (tess.area_km2 > 0).all()


@pytest.mark.parametrize("reach_km", [1.0, 5.0, 2**0.5 * 5, 5.0000001, 9.0, 40.0])
def test_lattices_where_four_cells_meet(reach_km: float) -> None:
    steps = np.arange(6) * 0.09
    lon, lat = (v.ravel() for v in np.meshgrid(36.5 + steps * 1.24, 36 + steps))
    cells = Tessellation(lon, lat, BOX, reach_km=reach_km).polygons()
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)


def test_arrays_are_what_the_contract_says() -> None:
    tess = build(world(3))
    types = {
        "vertices": "f8",
        "ring_offset": "i4",
        "ring_vertex": "i4",
        "ring_cell": "i4",
        "ring_hole": "?",
        "edge_offset": "i4",
        "edge_vertex": "i4",
        "edge_left": "i4",
        "edge_right": "i4",
        "edge_kind": "u1",
        "area_km2": "f8",
        "outside": "i4",
    }
    for name, kind in types.items():
        array = getattr(tess, name)
        assert array.dtype == np.dtype(kind), name
        assert not array.flags.writeable, name
    assert np.unique(tess.ring_vertex).tolist() == list(range(len(tess.vertices)))
    rings = [
        shapely.LinearRing(tess.vertices[tess.ring_vertex[a:b]])
        for a, b in zip(tess.ring_offset[:-1], tess.ring_offset[1:], strict=True)
    ]
    assert [ring.is_ccw for ring in rings] == (~tess.ring_hole).tolist()


@pytest.mark.parametrize(
    "boundary",
    [
        None,
        shapely.Point(37, 36),
        shapely.Polygon(),
        shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
        shapely.box(0, 80, 10, 90),
        shapely.box(4e5, 4e6, 5e5, 5e6),
    ],
)
def test_boundaries_that_are_no_area_are_refused(boundary: object) -> None:
    with pytest.raises(BoundaryError):
        Tessellation([5.0], [85.0], boundary)


@pytest.mark.parametrize("reach_km", [0, -1, np.nan, -np.inf, "15"])
def test_reaches_that_are_none_are_refused(reach_km: object) -> None:
    with pytest.raises(GeoError):
        Tessellation([37.0], [36.0], BOX, reach_km)  # type: ignore[arg-type]


@pytest.mark.parametrize("controller", [[0], [0.5, 1.0], [0, -3], [0, 2**31], [[0, 1]]])
def test_controllers_that_do_not_fit_are_refused(controller: list[object]) -> None:
    tess = Tessellation([37.0, 37.1], [36.0, 36.0], BOX)
    with pytest.raises(ControllerError):
        tess.cell_controller(controller)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_an_edge_ends_only_where_it_must(seed: int) -> None:
    """Where just two edges end they differ in what they part, or one edge is closed there."""
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    ends: dict[int, list[int]] = {}
    for edge, (lo, hi) in enumerate(itertools.pairwise(tess.edge_offset.tolist())):
        for vertex in (tess.edge_vertex[lo], tess.edge_vertex[hi - 1]):
            ends.setdefault(int(vertex), []).append(edge)
    for meeting in ends.values():
        if len(meeting) == 2 and meeting[0] != meeting[1]:
            sides = [
                (tess.edge_kind[e], {tess.edge_left_face[e], tess.edge_right_face[e]})
                for e in meeting
            ]
            assert sides[0] != sides[1], seed
