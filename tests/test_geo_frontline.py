"""Fronts: borders of rivals, and only those."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import Tessellation, frontlines, territories
from geo.crs import length_km
from geo.errors import ControllerError
from tests.geo_worlds import world

BOX = shapely.box(36.0, 35.5, 38.0, 37.0)


@pytest.mark.parametrize("seed", [s for s in range(80) if s % 6 != 5])
def test_fronts_are_where_two_territories_meet(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    fronts = frontlines(tess, w.controller)
    assert list(fronts.columns) == ["side_a", "side_b", "length_km", "geometry"]
    land = territories(tess, w.controller).set_index("controller").geometry
    pairs = {}
    for a in land.index:
        for b in land.index:
            if 0 <= a < b:
                shared = land[a].intersection(land[b])
                if shared.length > 0:
                    pairs[a, b] = shared.length
    found = {(r.side_a, r.side_b): r.geometry.length for r in fronts.itertuples()}
    assert found == pytest.approx(pairs, rel=1e-9)
    for row in fronts.itertuples():
        for side in (row.side_a, row.side_b):
            assert row.geometry.difference(land[side].boundary).length == pytest.approx(0, abs=1e-9)
        assert row.length_km == pytest.approx(length_km(row.geometry)[0], rel=1e-7)


@pytest.mark.parametrize("seed", range(0, 80, 2))
@pytest.mark.parametrize("allied", [False, True])
def test_simplified_fronts_run_along_simplified_land(seed: int, allied: bool) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    side = {code: code % 2 for code in range(10)} if allied else None
    whole = frontlines(tess, w.controller, side=side, contested=True)
    light = frontlines(tess, w.controller, side=side, contested=True, tolerance_m=3000)
    assert light.attrs["tolerance_m"] == 3000
    assert light.drop(columns="geometry").equals(whole.drop(columns="geometry"))
    land = territories(tess, w.controller, tolerance_m=3000)
    of = land["controller"].map(lambda code: side[code] if side and code >= 0 else code)
    for row in light.itertuples():
        for one in (row.side_a, row.side_b):
            border = shapely.union_all(shapely.boundary(land.geometry[of == one].to_numpy()))
            assert row.geometry.difference(border).length == 0
        assert row.geometry.length > 0


def row_of_five() -> Tessellation:
    return Tessellation(36.4 + np.arange(5) * 0.2, np.full(5, 36.2), BOX, reach_km=30)


def sides(held: list[int], **options: object) -> list[tuple[int, int]]:
    fronts = frontlines(row_of_five(), np.array(held), **options)  # type: ignore[arg-type]
    return list(zip(fronts["side_a"], fronts["side_b"], strict=True))


@pytest.mark.parametrize(
    ("held", "options", "expected"),
    [
        ([0, 0, 1, 1, 1], {}, [(0, 1)]),
        ([3, 1, 0, 0, 0], {}, [(0, 1), (1, 3)]),
        ([0, 0, 0, 0, 0], {}, []),
        ([0, 0, -1, 1, 1], {}, []),
        ([0, 0, -2, 1, 1], {}, []),
        ([0, 0, -2, 1, 1], {"contested": True}, [(-2, 0), (-2, 1)]),
        ([0, -2, -1, -2, -2], {"contested": True}, [(-2, 0)]),
        ([0, 1, 2, 2, 2], {"side": {0: 0, 1: 0, 2: 1}}, [(0, 1)]),
        ([0, 1, 2, 2, 2], {"side": [5, 4, 5]}, [(4, 5)]),
        ([0, 1, 2, 2, 2], {"side": [1, 1, 1]}, []),
    ],
)
def test_who_faces_whom(
    held: list[int], options: dict[str, object], expected: list[tuple[int, int]]
) -> None:
    assert sides(held, **options) == expected


@pytest.mark.parametrize("side", [{0: 0}, [0], {0: 0, 1: -1}])
def test_a_holder_without_a_side_is_refused(side: object) -> None:
    with pytest.raises(ControllerError, match="holder 1 has no side"):
        sides([0, 0, 1, 1, 1], side=side)


def test_touching_edges_are_one_line() -> None:
    w = world(8, places=200)
    tess = Tessellation(w.lon, w.lat, w.boundary, 40)
    west = np.where(w.lon < np.median(w.lon), 0, 1)
    fronts = frontlines(tess, west)
    edges = (west[tess.edge_left] != west[tess.edge_right]) & (tess.edge_kind == 0)
    assert shapely.get_num_geometries(fronts.geometry.values).sum() < edges.sum() / 5


def test_the_front_across_the_antimeridian_is_cut_there() -> None:
    lon, lat = [179.9, 179.9, -179.9, -179.9], [0.1, -0.1, 0.1, -0.1]
    tess = Tessellation(lon, lat, shapely.box(179, -1, 181, 1), 30)
    (front,) = frontlines(tess, np.array([0, 1, 0, 1])).itertuples()
    west, _, east, _ = front.geometry.bounds
    assert (west, east) == (-180, 180)
    assert front.length_km == pytest.approx(length_km(front.geometry)[0], rel=1e-7)
