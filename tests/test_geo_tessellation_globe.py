"""Cells anywhere on the globe: across the antimeridian, over a continent, close to a pole."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import Tessellation
from geo.crs import distance_m
from geo.errors import BoundaryError, GeoError
from tests.geo_worlds import CENTRES, build, world


@pytest.mark.parametrize("centre", range(len(CENTRES)))
def test_areas_are_geodesic_everywhere(centre: int) -> None:
    from geo.crs import area_km2

    tess = build(world(11, centre=centre))
    assert tess.area_km2.sum() > 0
    assert tess.area_km2 == pytest.approx(area_km2(tess.polygons()), rel=1e-5, abs=1e-7)


def test_across_the_antimeridian_as_anywhere_else() -> None:
    steps = np.array([-0.3, -0.1, 0.1, 0.3])
    lat = np.array([0.0, 0.1, 0.0, 0.1])
    here = Tessellation(50 + steps, lat, shapely.box(49, -1, 51, 1), 15)
    cut = shapely.MultiPolygon([shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)])
    runs_on = shapely.box(179, -1, 181, 1)
    wrapped = (180 + steps + 180) % 360 - 180
    for boundary in (cut, runs_on):
        there = Tessellation(wrapped, lat, boundary, 15)
        assert there.area_km2 == pytest.approx(here.area_km2, rel=1e-9)
        assert there.edge_left.size == here.edge_left.size
        bounds = shapely.bounds(there.polygons())
        assert bounds.min() >= -180
        assert bounds.max() <= 180


def test_a_continent_keeps_its_reach() -> None:
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(-15, 50, 300), rng.uniform(-33, 35, 300)
    tess = Tessellation(lon, lat, shapely.box(-20, -36, 55, 38), reach_km=50)
    alone = np.flatnonzero(~np.isin(np.arange(300), tess.edge_left[tess.edge_kind == 0]))
    alone = np.setdiff1d(alone, tess.edge_right)
    alone = np.setdiff1d(alone, tess.edge_left[tess.edge_kind == 2])
    assert alone.size > 20
    # Circles grow a little away from the middle of a conformal plane; 64-gon 0.16 % short.
    assert tess.area_km2[alone] == pytest.approx(np.full(alone.size, np.pi * 2500), rel=4e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_crowded_continent_is_a_coverage(seed: int) -> None:
    # Scale differs between neighbours there, and many circles only just touch.
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(-18, 52, 3000), rng.uniform(-35, 37, 3000)
    cells = Tessellation(lon, lat, shapely.box(-18, -35, 52, 37), reach_km=60).polygons()
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)
    assert shapely.union_all(cells).area == pytest.approx(shapely.area(cells).sum(), rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("reach_km", [np.inf, 6000.0])
def test_without_a_limit_a_continent_is_tiled(seed: int, reach_km: float) -> None:
    """Unclipped, such a reach runs over the pole; the map does not."""
    rng = np.random.default_rng(seed)
    west, south = rng.uniform(-150, 100), rng.uniform(-60, 10)
    east, north = west + rng.uniform(5, 60), south + rng.uniform(5, 55)
    boundary = shapely.box(west, south, east, north)
    if seed % 3 == 0:
        boundary = boundary.difference(boundary.centroid.buffer(2))
    n = int(rng.integers(1, 40))
    lon, lat = rng.uniform(west, east, n), rng.uniform(south, north, n)
    tess = Tessellation(lon, lat, boundary, reach_km)
    cells = tess.polygons()
    cells = cells[~shapely.is_missing(cells)]
    assert shapely.coverage_is_valid(cells)
    if np.isinf(reach_km):
        assert shapely.area(cells).sum() == pytest.approx(boundary.area, rel=1e-9)


def test_one_map_is_one_sheet_short_of_the_poles() -> None:
    """What has no shape in longitude and latitude is refused with a remedy, not drawn wrong."""
    arctic = shapely.box(-180, 60, 180, 90)
    with pytest.raises(BoundaryError, match=r"pole.*end the boundary short"):
        Tessellation([0.0], [80.0], arctic)
    with pytest.raises(BoundaryError, match="pole"):
        Tessellation([0.0], [89.95], shapely.box(-10, 80, 10, 89.99))
    around = shapely.box(-180, -80, 180, -62)
    with pytest.raises(BoundaryError, match=r"seam.*cut it along two meridians"):
        Tessellation([179.95, 0.0], [-70.0, -70.0], around, 100.0)
    halves = [shapely.box(-90, -80, 90, -62), shapely.box(90, -80, 270, -62)]
    both = [Tessellation([179.95, 0.0], [-70.0, -70.0], half, 100.0) for half in halves]
    assert [tess.outside.tolist() for tess in both] == [[0], [1]]
    assert both[1].area_km2[0] == pytest.approx(both[0].area_km2[1], rel=1e-3)
    with pytest.raises(GeoError, match="half the world; split"):
        Tessellation([-175.0, 175.0], [0.0, 0.0], shapely.box(-179, -60, 179, 75))


@pytest.mark.parametrize("lat", [86.0, -86.0, 89.0])
def test_close_to_a_pole_as_anywhere_else(lat: float) -> None:
    boundary = shapely.box(10, min(lat, lat - 0.8), 60, max(lat, lat + 0.7))
    tess = Tessellation([30.0, 40.0], [lat, lat], boundary, 15.0)
    cells = tess.polygons()
    assert shapely.coverage_is_valid(cells)
    apart = distance_m(30.0, lat, 40.0, lat) / 2000
    half = np.pi * 15**2 / 2
    lens = 15**2 * np.arcsin(min(1, apart / 15)) + apart * np.sqrt(max(0, 15**2 - apart**2))
    assert tess.area_km2 == pytest.approx(half + min(lens, half), rel=5e-3)
