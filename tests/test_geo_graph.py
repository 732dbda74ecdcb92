"""Triangles: the same cells with the fast triangulator and without it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import shapely

from geo import Tessellation, graph
from geo.graph import cycles, triangulate
from tests.geo_worlds import awkward, world


def _area(xy: np.ndarray, corner: np.ndarray) -> np.ndarray:
    (ax, ay), (bx, by), (cx, cy) = (xy[row].T for row in corner)
    return np.asarray((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2


def _cases() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    lattice = np.column_stack([v.ravel() for v in np.meshgrid(np.arange(9), np.arange(5))]) * 1e3
    angle = np.arange(40) * 2 * np.pi / 40
    wide = np.linspace(-2e5, 2e5, 50)
    return {
        "scattered": rng.uniform(-5e6, 5e6, (300, 2)),
        "lattice": lattice.astype(float),
        "circle": 1e5 * np.column_stack([np.cos(angle), np.sin(angle)]),
        "bow": np.column_stack([wide, wide**2 * 1e-9]),
        "two crowds": np.concatenate([rng.normal(size=(40, 2)) * 3, rng.normal(size=(9, 2)) * 1e6]),
        "three": np.array([[0.0, 0.0], [1e3, 0.0], [0.0, 1e3]]),
    }


@pytest.mark.parametrize("name", list(_cases()))
@pytest.mark.parametrize("fast", [True, False])
def test_triangles_fill_the_hull_and_know_their_neighbours(
    name: str, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not fast:
        monkeypatch.setitem(sys.modules, "pythoncdt", None)
    xy = _cases()[name]
    corner, beside = triangulate(xy)
    assert set(corner.ravel()) == set(range(len(xy)))
    assert _area(xy, corner).sum() == pytest.approx(
        shapely.convex_hull(shapely.multipoints(xy)).area, rel=1e-9
    )
    for side in range(3):
        for k in np.flatnonzero(beside[side] >= 0):
            ends = {corner[(side + 1) % 3, k], corner[(side + 2) % 3, k]}
            assert ends == set(corner[:, k]) & set(corner[:, beside[side, k]])
    assert (beside < 0).sum() >= 3


def test_cells_are_the_same_without_the_fast_triangulator() -> None:
    worlds = [make(seed) for make in (world, awkward) for seed in range(40)]
    fast = [Tessellation(w.lon, w.lat, w.boundary, w.reach_km) for w in worlds]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pythoncdt", None)
        slow = [Tessellation(w.lon, w.lat, w.boundary, w.reach_km) for w in worlds]
    for a, b in zip(fast, slow, strict=True):
        assert a.area_km2 == pytest.approx(b.area_km2, abs=1e-4)
        cells = a.polygons()
        has = cells != np.array(None)
        assert (has == (b.polygons() != np.array(None))).all()
        # Vertices within a centimetre are one; which of them stands for all may differ.
        apart = shapely.hausdorff_distance(cells[has], b.polygons()[has])
        assert apart.max(initial=0.0) < 1e-7


@pytest.mark.parametrize("size", [0, 1, 7, 399])
def test_a_short_walk_is_the_long_one(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few steps are gone one by one, many by SciPy: the same cycles from the same starts."""
    rng = np.random.default_rng(size)
    following = rng.permutation(size)
    for first in (None, rng.permutation(size)[:3]):
        order, start = cycles(following, first)
        assert np.sort(order).tolist() == list(range(size))
        if size:
            monkeypatch.setattr(graph, "_FEW", 0)
            again = cycles(following, first)
            assert (order.tolist(), start.tolist()) == tuple(part.tolist() for part in again)
            monkeypatch.undo()
