"""Cutting at the boundary: what its parts promise each other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.clip import _number
from geo.rim import Runs, sort_out


def _one_key() -> np.ndarray:
    """Two points that differ and are one number to the sort: y one step on, x far enough back."""
    a, c = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
    for step in range(1, 100):
        bits = np.array([[0x4042800000000000, 0x4042000000000000]] * 2, dtype=np.uint64)
        bits[1, 1] += np.uint64(step)
        back = step * c * pow(a, -1, 2**64)
        bits[1, 0] = np.uint64((int(bits[0, 0]) - back) % 2**64)
        # What `_number` folds is unfolded: the upper half stands, the lower is crossed with it.
        points = (bits ^ (bits >> np.uint64(32))).view(np.float64)
        if np.isfinite(points).all():
            return np.asarray(points)
    raise AssertionError


@pytest.mark.parametrize("twins", [False, True])
def test_points_are_numbered_by_their_value(twins: bool) -> None:
    rng = np.random.default_rng(1)
    xy = np.concatenate([rng.integers(-3, 3, (200, 2)) * 0.5, [[-0.0, 0.0], [0.0, -0.0]]])
    if twins:
        xy = np.concatenate([xy, *[_one_key()] * 20])
    number, first = _number(xy)
    assert len(first) == len(np.unique(xy + 0.0, axis=0))
    assert (xy[first[number]] == xy).all()
    for value, at in enumerate(first):
        assert at == np.flatnonzero(number == value)[0]


def test_cells_near_the_line_come_with_the_runs_that_may_meet_them() -> None:
    boundary = shapely.Point(0, 0).buffer(1.0)
    corner = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 0.1
    where = np.array([[x, y] for x in np.arange(-1, 1, 0.1) for y in np.arange(-1, 1, 0.1)])
    squares = shapely.polygons(where[:, None] + corner)
    own = shapely.intersects(boundary, squares)
    vertices = (where[own][:, None] + corner).reshape(-1, 2)
    rings = np.arange(own.sum() + 1) * 4, np.arange(len(vertices))
    runs = Runs.of(boundary, near_deg=1e-7)
    rim, inside = sort_out(vertices, rings, boundary, runs)
    line = boundary.boundary
    assert rim.cells.tolist() == np.flatnonzero(shapely.intersects(line, squares[own])).tolist()
    assert sorted([*rim.cells, *inside]) == list(range(own.sum()))
    for position, polygon in enumerate(rim.polygons):
        met = np.flatnonzero(shapely.intersects(polygon, runs.lines))
        assert set(met) <= set(rim.pairs[1][rim.pairs[0] == position])
