"""Territories: they tile the assessed land, and equal what dissolving gives."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import Tessellation, frontlines, territories
from geo.crs import area_km2
from geo.errors import ControllerError, GeoError
from tests.geo_worlds import world

BOX = shapely.box(36.0, 35.5, 38.0, 37.0)


@pytest.mark.parametrize("seed", range(80))
def test_territories_equal_the_union_of_their_cells(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    land = territories(tess, w.controller)
    assert list(land.columns) == ["controller", "area_km2", "geometry"]
    assert land.crs == "EPSG:4326"
    assert land.is_valid.all()
    held = tess.cell_controller(w.controller)
    assessed = (held != -1) & (tess.area_km2 > 0)
    assert land["controller"].tolist() == np.unique(held[assessed]).tolist()
    if assessed.any():
        assert land["area_km2"].sum() == pytest.approx(tess.area_km2[assessed].sum(), rel=1e-12)
        assert shapely.coverage_is_valid(land.geometry.values)
    cells = tess.polygons()
    for row in land.itertuples():
        mine = cells[assessed & (held == row.controller)]
        truth = shapely.union_all(mine)
        assert row.geometry.symmetric_difference(truth).area <= 1e-9 * truth.area
        # The cut at the antimeridian adds vertices on straight lines, not on geodesics.
        assert row.area_km2 == pytest.approx(area_km2(row.geometry)[0], rel=5e-5)


def lattice(side: int) -> Tessellation:
    steps = np.arange(side) * 0.1
    lon, lat = (v.ravel() for v in np.meshgrid(36.2 + steps, 35.7 + steps))
    return Tessellation(lon, lat, BOX, reach_km=30)


@pytest.mark.parametrize("seed", range(40))
def test_land_that_touches_itself_at_corners_is_valid(seed: int) -> None:
    # A lattice has corners where four cells meet: chequers, pinched rings and touching holes.
    tess = lattice(9)
    held = np.random.default_rng(seed).integers(0, 2, 81)
    land = territories(tess, held)
    assert land.is_valid.all()
    assert shapely.coverage_is_valid(land.geometry.values)
    for row in land.itertuples():
        truth = shapely.coverage_union_all(tess.polygons()[held == row.controller])
        assert row.geometry.area == pytest.approx(truth.area, rel=1e-12)
        assert shapely.get_num_geometries(row.geometry) == shapely.get_num_geometries(truth)


def test_a_pocket_is_a_hole_and_a_pocket_in_a_pocket_is_land() -> None:
    tess = lattice(9)
    ring = np.full((9, 9), 0)
    ring[2:7, 2:7] = 1
    ring[4, 4] = 0
    land = territories(tess, ring.ravel()).set_index("controller").geometry
    assert [len(part.interiors) for part in shapely.get_parts(land[0])] == [1, 0]
    assert len(land[1].interiors) == 1


def test_contested_land_has_a_row_and_unassessed_land_none() -> None:
    tess = lattice(3)
    land = territories(tess, np.array([-1, -1, -1, -2, -2, -2, 7, 7, 7]))
    assert land["controller"].tolist() == [-2, 7]
    assert territories(tess, np.full(9, -1)).empty
    assert list(territories(tess, np.full(9, -1)).columns) == ["controller", "area_km2", "geometry"]


def test_great_codes_are_as_good_as_small() -> None:
    tess = lattice(3)
    land = territories(tess, np.array([2 * 10**9] * 4 + [5] * 5))
    assert land["controller"].tolist() == [5, 2 * 10**9]


def test_simplified_borders_stay_shared_and_areas_stay_true() -> None:
    w = world(4, places=200)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    full, light = territories(tess, w.controller), territories(tess, w.controller, tolerance_m=2000)
    assert light.attrs["tolerance_m"] == 2000
    assert light["area_km2"].tolist() == full["area_km2"].tolist()
    assert shapely.coverage_is_valid(light.geometry.values)
    count = shapely.get_num_coordinates
    assert count(light.geometry.values).sum() < count(full.geometry.values).sum()


def test_controllers_of_another_map_are_refused() -> None:
    with pytest.raises(ControllerError, match="one per place"):
        territories(lattice(3), np.zeros(4, dtype=int))


@pytest.mark.parametrize("tolerance_m", [-1, np.nan, np.inf, "far"])
def test_a_tolerance_that_is_no_length_is_refused(tolerance_m: float) -> None:
    w = world(1)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    for draw in (territories, frontlines):
        with pytest.raises(GeoError, match="tolerance_m"):
            draw(tess, w.controller, tolerance_m=tolerance_m)
