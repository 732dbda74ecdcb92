"""Gains and losses: mirrors of each other, and sums that close."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo import Tessellation, balance, changed_hands, gained, lost, territories
from tests.geo_worlds import world


def states(seed: int) -> tuple[Tessellation, np.ndarray, np.ndarray]:
    w = world(seed)
    rng = np.random.default_rng(seed + 9)
    after = np.where(rng.random(w.lon.size) < 0.5, w.controller, rng.integers(-2, 4, w.lon.size))
    return Tessellation(w.lon, w.lat, w.boundary, w.reach_km), w.controller, after


@pytest.mark.parametrize("seed", range(60))
def test_gained_is_lost_seen_from_the_other_end(seed: int) -> None:
    tess, before, after = states(seed)
    assert_geodataframe_equal(gained(tess, before, after), lost(tess, after, before))


@pytest.mark.parametrize("seed", range(60))
def test_every_account_closes(seed: int) -> None:
    tess, before, after = states(seed)
    book = balance(tess, before, after).set_index("controller")
    assert (book["before_km2"] + book["gained_km2"] - book["lost_km2"]).to_numpy() == pytest.approx(
        book["after_km2"].to_numpy(), abs=1e-9
    )
    assert book["gained_km2"].sum() == pytest.approx(book["lost_km2"].sum(), rel=1e-12)
    rows = changed_hands(tess, before, after)
    for column, side in (("gained_km2", "gained_by"), ("lost_km2", "lost_by")):
        sums = rows.groupby(side)["area_km2"].sum()
        assert book[column][book[column] > 0].to_dict() == pytest.approx(sums.to_dict(), rel=1e-9)
    for state, column in ((before, "before_km2"), (after, "after_km2")):
        land = territories(tess, state).set_index("controller")["area_km2"]
        held = book[column][(book.index != -1) & (book[column] > 0)]
        assert held.to_dict() == pytest.approx(land.to_dict(), rel=1e-9)


@pytest.mark.parametrize("seed", [s for s in range(40) if s % 6 != 5])
def test_the_land_is_the_difference_of_the_maps(seed: int) -> None:
    tess, before, after = states(seed)
    old = territories(tess, before).set_index("controller").geometry
    new = territories(tess, after).set_index("controller").geometry
    for row in gained(tess, before, after).itertuples():
        had = old.get(row.controller, shapely.Polygon())
        truth = new[row.controller].difference(had)
        assert row.geometry.symmetric_difference(truth).area < 1e-9


@pytest.mark.parametrize("seed", range(30))
def test_pieces_are_connected_and_name_their_places(seed: int) -> None:
    tess, before, after = states(seed)
    whole, pieces = (
        changed_hands(tess, before, after),
        changed_hands(tess, before, after, pieces=True),
    )
    assert pieces["area_km2"].sum() == pytest.approx(whole["area_km2"].sum())
    named = sorted(place for row in pieces["places"] for place in row)
    assert named == sorted(place for row in whole["places"] for place in row)
    changed = tess.cell_controller(before) != tess.cell_controller(after)
    inside = np.flatnonzero(tess.cell_of >= 0)
    assert named == inside[changed[tess.cell_of[inside]]].tolist()
    for rows in (whole, pieces):
        assert rows.is_valid.all()
        for row in rows.itertuples():
            for place in row.places:
                cell = tess.cell_of[place]
                assert tess.cell_controller(before)[cell] == row.lost_by
                assert tess.cell_controller(after)[cell] == row.gained_by


def test_no_change_is_an_empty_table() -> None:
    tess, before, _ = states(3)
    rows = changed_hands(tess, before, before)
    assert rows.empty
    assert list(rows.columns) == ["lost_by", "gained_by", "area_km2", "places", "geometry"]
    assert changed_hands(tess, before, before, pieces=True).empty
    assert gained(tess, before, before).empty
