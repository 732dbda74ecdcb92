"""Daily figures: each day's equal what that day's maps measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import Tessellation, daily_fronts, daily_holdings, front_distance, frontlines, territories
from geo.crs import distance_m
from geo.errors import ControllerError, GeoError
from tests.geo_worlds import World, changes, world
from tests.test_geo_history import replay, three


def build(seed: int) -> tuple[World, Tessellation, tuple[np.ndarray, ...]]:
    w = world(seed)
    return w, Tessellation(w.lon, w.lat, w.boundary, w.reach_km), changes(w, 60, 12)


@pytest.mark.parametrize("seed", range(30))
def test_areas_and_lengths_of_every_day(seed: int) -> None:
    w, tess, rows = build(seed)
    land = daily_holdings(tess, w.controller, *rows, start=0, end=14)
    fronts = daily_fronts(tess, w.controller, *rows, start=0, end=14)
    assert sorted(land["day"].unique()) == ([] if land.empty else list(range(15)))
    for day in range(0, 15, 3):
        held = replay(w.controller, rows, day)
        shown = territories(tess, held)
        today = land[land["day"] == day]
        truth = dict(zip(shown["controller"], shown["area_km2"], strict=True))
        counted = dict(zip(today["controller"], today["area_km2"], strict=True))
        assert {c: a for c, a in counted.items() if a} == pytest.approx(truth, rel=1e-9)
        cells = tess.cell_controller(held)
        of_place = cells[tess.cell_of[tess.cell_of >= 0]]
        for row in today.itertuples():
            assert row.places == (of_place == row.controller).sum()
        lines = frontlines(tess, held)
        now = fronts[(fronts["day"] == day) & (fronts["length_km"] > 0)]
        assert now[["side_a", "side_b"]].to_numpy().tolist() == (
            lines[["side_a", "side_b"]].to_numpy().tolist()
        )
        assert now["length_km"].tolist() == pytest.approx(lines["length_km"].tolist(), rel=1e-9)


def test_population_is_summed_where_known_and_counted_where_not() -> None:
    people = np.array([1000.0, np.nan, 500.0])
    table = daily_holdings(three(), [0, 0, 1], [5], [1], [1], population=people, start=4)
    assert table[
        ["day", "controller", "places", "population", "population_unknown"]
    ].to_numpy().tolist() == [
        [4, 0, 2, 1000, 1],
        [4, 1, 1, 500, 0],
        [5, 0, 1, 1000, 0],
        [5, 1, 2, 500, 1],
    ]


@pytest.mark.parametrize("population", [[1.0], [1.0, -1.0, 2.0]])
def test_populations_that_do_not_fit_are_refused(population: list[float]) -> None:
    with pytest.raises(GeoError, match="population"):
        daily_holdings(three(), [0, 0, 1], [5], [1], [1], population=population)


def test_dates_stay_dates() -> None:
    days = pd.to_datetime(["2016-02-01", "2016-02-04"])
    table = daily_holdings(three(), [0, 0, 1], days, [1, 1], [1, 0])
    assert table["day"].unique().tolist() == list(pd.date_range("2016-02-01", "2016-02-04"))
    with pytest.raises(ControllerError):
        daily_holdings(three(), [0, 0, 1], days, [1, 1], [1, 0], end=7)
    with pytest.raises(GeoError, match="before start"):
        daily_holdings(three(), [0, 0, 1], days, [1, 1], [1, 0], end="2016-01-01")


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 7, 9, 10, 12])
def test_the_nearest_front_of_every_day(seed: int) -> None:
    w, tess, rows = build(seed)
    lon, lat = float(w.lon[0]), float(w.lat[0])
    table = front_distance(tess, w.controller, *rows, lon=lon, lat=lat, start=0)
    for row in table.itertuples():
        fronts = frontlines(tess, replay(w.controller, rows, row.day))
        if fronts.empty:
            assert pd.isna(row.distance_km)
            assert pd.isna(row.side_a)
            continue
        near = []
        for line in fronts.geometry.explode():
            along = line.segmentize(0.0005)
            x, y = np.array(along.coords).T
            near.append(distance_m(lon, lat, x, y).min() / 1000)
        assert row.distance_km == pytest.approx(min(near), rel=1e-3, abs=0.002)
