"""Pockets: what is cut off, what it borders on, and since when."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import Tessellation, cut_off_history, pockets
from tests.geo_worlds import changes, world
from tests.test_geo_history import on, replay
from tests.test_geo_territory import lattice


def grid(rows: str) -> np.ndarray:
    """A 9 by 9 lattice of holders, north at the top: a digit, `?` contested, `.` not assessed."""
    held = [[{"?": -2, ".": -1}.get(c, -3) for c in row] for row in rows.split()]
    table = np.array(
        [
            [int(c) if c.isdigit() else h for c, h in zip(row, line, strict=True)]
            for row, line in zip(rows.split(), held, strict=True)
        ]
    )
    return table[::-1].ravel()


BESIEGED = """
000000000
000000000
001111000
001221000
001111000
000000000
000000000
222222222
222222222
"""


def test_a_besieged_town_is_a_pocket() -> None:
    tess = lattice(9)
    (row,) = (
        pockets(tess, grid(BESIEGED))[["side", "main", "places", "shut_in", "open_km"]]
        .query("side == 2")
        .itertuples(index=False)
    )
    assert (row.side, row.main, row.shut_in, row.open_km) == (2, False, True, 0)
    assert len(row.places) == 2
    shut = pockets(tess, grid(BESIEGED)).query("side == 1")
    assert shut["main"].tolist() == [True]
    assert shut["rival_km"].iloc[0] > 0


def test_allies_open_the_ring() -> None:
    tess = lattice(9)
    assert pockets(tess, grid(BESIEGED), side={0: 0, 1: 2, 2: 2}).query("side == 2")["places"].map(
        len
    ).tolist() == [12]
    assert pockets(tess, grid(BESIEGED), side={0: 2, 1: 2, 2: 2}).empty


@pytest.mark.parametrize(("gap", "column"), [("?", "contested_km"), (".", "open_km")])
def test_a_ring_with_a_gap_says_what_is_in_the_gap(gap: str, column: str) -> None:
    tess = lattice(9)
    held = grid(BESIEGED.replace("001221000", f"00122{gap}000"))
    (row,) = pockets(tess, held).query("side == 2").itertuples()
    assert getattr(row, column) > 0
    assert row.shut_in == (gap == "?")


@pytest.mark.parametrize("seed", range(40))
def test_borders_add_up_to_the_outline(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    found = pockets(tess, w.controller)
    assert found.is_valid.all()
    cells = tess.cell_controller(w.controller)
    for row in found.itertuples():
        assert set(cells[tess.cell_of[list(row.places)]]) == {row.side}
        if seed % 6 != 5:
            from geo.crs import length_km

            outline = length_km(shapely.boundary(row.geometry))[0]
            assert row.rival_km + row.contested_km + row.open_km == pytest.approx(outline, rel=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_any_day_of_the_history_is_that_days_pockets(seed: int) -> None:
    w = world(seed, places=60)
    tess = Tessellation(w.lon, w.lat, w.boundary, 40)
    rows = changes(w, 60, 20)
    side = {0: 0, 1: 1, 2: 0, 3: 2} if seed % 2 else None
    history = cut_off_history(tess, w.controller, *rows, side=side, start=0)
    for day in range(-1, 21):
        found = pockets(tess, replay(w.controller, rows, max(day, 0)), side=side)
        cut = found[~found["main"]]
        expected = sorted(
            {(int(tess.cell_of[p]), r.side) for r in cut.itertuples() for p in r.places}
        )
        today = on(history, max(day, 0))
        assert list(zip(today["cell"], today["side"], strict=True)) == expected
    closed = history["end"].notna()
    assert (history["begin"][closed] < history["end"][closed]).all()
