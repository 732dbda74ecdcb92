"""From a province to 33,000 places: land equals what the coverage union of its cells makes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import Tessellation, frontlines, territories
from geo.crs import length_km
from tests.geo_workloads import REACH_KM, war


@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_land_and_fronts_at_every_size(size: str) -> None:
    w = war(size)
    tess = Tessellation(w.lon, w.lat, w.boundary, REACH_KM)
    cells = tess.polygons()
    whole = cells[cells != np.array(None)]
    assert shapely.is_valid(whole).all()
    assert shapely.coverage_is_valid(whole)
    for day in (0, int(w.day.max()) // 2, int(w.day.max())):
        held = w.at(day)
        land = territories(tess, held)
        assert land.is_valid.all()
        own = tess.cell_controller(held)
        for row in land.itertuples():
            union = shapely.coverage_union_all(cells[own == row.controller])
            assert shapely.equals(row.geometry, union), (day, row.controller)
        assert land["area_km2"].sum() == pytest.approx(tess.area_km2[own != -1].sum(), rel=1e-9)
        shapes = land.set_index("controller").geometry
        for row in frontlines(tess, held).itertuples():
            border = shapely.intersection(
                shapely.boundary(shapes[row.side_a]), shapely.boundary(shapes[row.side_b])
            )
            assert row.geometry.length == pytest.approx(border.length, rel=1e-9)
            assert row.length_km == pytest.approx(length_km(row.geometry)[0], rel=1e-7)
