"""Two thousand random worlds: what must hold of every map, whatever the places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from geo import Tessellation, frontline_history, frontlines, holding_history, territories
from tests.geo_worlds import World, awkward, changes, wild, world

WORLDS, BATCH = 2000, 50


@pytest.mark.parametrize("batch", range(WORLDS // BATCH))
def test_what_holds_of_every_world(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        w = (awkward, world, wild)[seed % 3](seed)
        tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
        _fronts_are_borders(tess, w, _tiles(tess, w))
        _history_is_snapshots(tess, w)


def test_lines_that_all_but_coincide_are_noded_on_a_grid() -> None:
    w = awkward(7818)
    _tiles(Tessellation(w.lon, w.lat, w.boundary, w.reach_km), w)


def _tiles(tess: Tessellation, w: World) -> dict[int, Any]:
    """The land of each holder, once all that must hold of it was seen to."""
    every = tess.polygons()
    cells = every[~shapely.is_missing(every)]
    assert shapely.is_valid(cells).all(), w.seed
    if not len(cells):
        return {}
    assert shapely.coverage_is_valid(cells), w.seed
    whole = shapely.union_all(cells).area
    assert shapely.area(cells).sum() == pytest.approx(whole, rel=1e-6), w.seed
    land = territories(tess, w.controller)
    assert land.is_valid.all(), w.seed
    if land.empty:
        return {}
    shapes = land.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes), w.seed
    held = tess.cell_controller(w.controller)
    assessed = every[(held != -1) & (tess.area_km2 > 0)]
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(assessed).sum(), rel=1e-6)
    assert land["area_km2"].sum() == pytest.approx(tess.area_km2[held != -1].sum(), rel=1e-9)
    own = dict(zip(land["controller"].tolist(), shapes, strict=True))
    for holder, shape in own.items():
        union = shapely.coverage_union_all(every[held == holder])
        assert shape.symmetric_difference(union).area <= 1e-9 * union.area, w.seed
    return own


def _fronts_are_borders(tess: Tessellation, w: World, land: dict[int, Any]) -> None:
    fronts = frontlines(tess, w.controller)
    lines = fronts.geometry.to_numpy()
    for name in ("side_a", "side_b"):
        borders = shapely.boundary(np.array([land[side] for side in fronts[name].tolist()]))
        stray = shapely.length(shapely.difference(lines, borders))
        assert (stray <= 1e-9 * shapely.length(lines)).all(), w.seed


def _history_is_snapshots(tess: Tessellation, w: World) -> None:
    day, place, to = changes(w, 20, 6)
    fronts, spells = (
        {name: column.to_numpy(dtype=float, na_value=np.inf) for name, column in table.items()}
        for table in (
            frontline_history(tess, w.controller, day, place, to, start=0),
            holding_history(tess, w.controller, day, place, to, start=0),
        )
    )
    for on in (0, 3, 6):
        held = w.controller.copy()
        for row in np.argsort(day, kind="stable"):
            if day[row] <= on:
                held[place[row]] = to[row]
        own = tess.cell_controller(held)
        a, b = own[tess.edge_left], np.append(own, -1)[tess.edge_right]
        live = (tess.edge_kind == 0) & (a != b) & (a >= 0) & (b >= 0)
        now = (fronts["begin"] <= on) & (on < fronts["end"])
        assert fronts["edge"][now].tolist() == np.flatnonzero(live).tolist(), w.seed
        now = (spells["begin"] <= on) & (on < spells["end"])
        held_now = own[(own != -1) & (tess.area_km2 > 0)]
        assert spells["controller"][now].tolist() == held_now.tolist(), w.seed


@pytest.mark.parametrize("batch", range(8))
def test_one_more_place_of_a_side_never_shrinks_its_land(batch: int) -> None:
    for seed in range(batch * 25, (batch + 1) * 25):
        w = world(seed)
        if seed % 6 == 5:
            continue
        rng = np.random.default_rng(seed)
        side = int(rng.integers(0, 4))
        x = np.append(w.lon, w.lon.mean() + rng.normal() * 0.2)
        y = np.append(w.lat, w.lat.mean() + rng.normal() * 0.2)
        before = territories(Tessellation(w.lon, w.lat, w.boundary, w.reach_km), w.controller)
        after = territories(
            Tessellation(x, y, w.boundary, w.reach_km), np.append(w.controller, side)
        )
        old = before.geometry[before["controller"] == side]
        new = after.geometry[after["controller"] == side]
        if len(old):
            gone = old.iloc[0].difference(new.iloc[0])
            # Circles are drawn with 64 corners, and a new neighbour moves corners.
            assert gone.area <= 2e-3 * old.iloc[0].area, seed
