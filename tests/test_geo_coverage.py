"""Given areas as cells: they tile what was drawn, and every shared line is one edge."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import crs, frontlines, territories
from geo.coverage import Coverage, partition
from geo.errors import GeoError


def boxes(draw: Any) -> list[Any]:
    count = draw(st.integers(1, 6))
    step = st.integers(0, 8)
    made = []
    for _ in range(count):
        x, y, w, h = draw(step), draw(step), draw(st.integers(1, 4)), draw(st.integers(1, 4))
        made.append(shapely.box(37 + x / 10, 36 + y / 10, 37 + (x + w) / 10, 36 + (y + h) / 10))
    return made


areas = st.composite(boxes)()


@settings(max_examples=60, deadline=None)
@given(areas)
def test_faces_tile_each_area_exactly(drawn: list[Any]) -> None:
    faces, area, face = partition(drawn)
    assert shapely.coverage_is_valid(faces)
    for number, shape in enumerate(drawn):
        mine = shapely.union_all(faces[face[area == number]])
        assert shapely.symmetric_difference(mine, shape).area < 1e-9
    whole = shapely.union_all(drawn)
    cover = Coverage(faces)
    # A straight line in degrees is two geodesics where another line meets it.
    assert cover.area_km2.sum() == pytest.approx(crs.area_km2([whole])[0], rel=1e-4)
    assert len(cover) == len(faces)


@settings(max_examples=40, deadline=None)
@given(areas, st.integers(0, 2**16))
def test_land_and_fronts_of_a_coverage(drawn: list[Any], seed: int) -> None:
    faces, _, _ = partition(drawn)
    held = np.random.default_rng(seed).integers(-1, 2, len(faces))
    cover = Coverage(faces)
    land = territories(cover, held)
    assert land["area_km2"].sum() == pytest.approx(cover.area_km2[held >= 0].sum(), rel=1e-9)
    front = frontlines(cover, held)
    sides = [shapely.union_all(faces[held == side]) for side in (0, 1)]
    shared = shapely.intersection(*(shapely.boundary(side) for side in sides))
    lines = [one for one in shapely.get_parts(shared) if one.geom_type == "LineString"]
    expected = sum(one.length for one in lines)
    assert shapely.length(front.geometry.to_numpy()).sum() == pytest.approx(expected, abs=1e-9)


def test_holes_islands_and_touching_corners() -> None:
    ring = shapely.box(37, 36, 38, 37).difference(shapely.box(37.4, 36.4, 37.6, 36.6))
    faces, area, face = partition([ring, shapely.box(37.5, 36.5, 37.55, 36.55)])
    cover = Coverage(faces)
    assert len(faces) == 2 and sorted(zip(area.tolist(), face.tolist(), strict=True)) == [
        (0, 0),
        (1, 1),
    ]
    assert cover.ring_hole.sum() == 1
    assert (cover.edge_right == -1).all()  # they do not touch


def test_areas_that_do_not_fit_are_refused() -> None:
    with pytest.raises(GeoError, match="overlap"):
        Coverage([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)])


def test_nothing_is_a_coverage_too() -> None:
    assert len(Coverage([])) == 0
    faces, area, _ = partition([])
    assert not len(faces) and not len(area)
