"""Histories: on every day what a snapshot of that day would say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import Tessellation, cell_changes, frontline_history, holding_history
from geo.errors import ControllerError
from geo.frontline import is_front
from tests.geo_worlds import changes, world

BOX = shapely.box(36.0, 35.5, 38.0, 37.0)


def three() -> Tessellation:
    return Tessellation([36.8, 37.0, 37.2], [36.2, 36.2, 36.2], BOX, reach_km=20)


def on(history: pd.DataFrame, day: object) -> pd.DataFrame:
    return history[(history["begin"] <= day) & (history["end"].isna() | (history["end"] > day))]


def replay(held: np.ndarray, rows: tuple[np.ndarray, ...], until: int) -> np.ndarray:
    held = held.copy()
    for day, place, to in sorted(zip(*rows, strict=True), key=lambda row: row[0]):
        if day <= until:
            held[place] = to
    return held


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("contested", [False, True])
def test_any_day_of_the_history_is_that_days_snapshot(seed: int, contested: bool) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    rows = changes(w, 60, 20)
    side = {0: 0, 1: 1, 2: 0, 3: 2} if seed % 2 else None
    fronts = frontline_history(tess, w.controller, *rows, side=side, contested=contested, start=0)
    spells = holding_history(tess, w.controller, *rows, start=0)
    shared = tess.edge_kind == 0
    for day in range(21):
        held = tess.cell_controller(replay(w.controller, rows, day))
        own = np.flatnonzero((held != -1) & (tess.cell_of == np.arange(w.lon.size)))
        now = on(spells, day)
        assert now["cell"].tolist() == own.tolist()
        assert now["controller"].tolist() == held[own].tolist()
        of = np.array([c if c < 0 or side is None else side[c] for c in held.tolist()])
        a, b = of[tess.edge_left], of[tess.edge_right]
        live = np.flatnonzero(shared & is_front(a, b, contested=contested))
        today = on(fronts, day)
        assert today["edge"].tolist() == live.tolist()
        assert today["side_a"].tolist() == np.minimum(a, b)[live].tolist()
        assert today["side_b"].tolist() == np.maximum(a, b)[live].tolist()


@pytest.mark.parametrize("seed", range(20))
def test_spells_are_unbroken(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    for history, key in (
        (frontline_history(tess, w.controller, *changes(w, 80, 20)), "edge"),
        (holding_history(tess, w.controller, *changes(w, 80, 20)), "cell"),
    ):
        closed = history["end"].notna()
        assert (history["begin"][closed] < history["end"][closed]).all()
        same = [key, *(c for c in ("side_a", "side_b", "controller") if c in history)]
        runs_on = (history[same].shift(-1) == history[same]).all(axis=1)
        assert not (runs_on & (history["begin"].shift(-1) == history["end"])).any()


@pytest.mark.parametrize("seed", range(20))
def test_order_of_rows_does_not_matter_unless_they_contradict_each_other(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    rows = pd.DataFrame(dict(zip(("day", "place", "to"), changes(w, 60, 20), strict=True)))
    rows = rows.drop_duplicates(["day", "place"])
    shuffled = rows.sample(frac=1, random_state=seed)
    first, second = (
        frontline_history(tess, w.controller, r["day"], r["place"], r["to"])
        for r in (rows, shuffled)
    )
    pd.testing.assert_frame_equal(first, second)


def test_the_last_word_of_a_day_counts() -> None:
    spells = holding_history(three(), [0, 0, 0], [5, 5], [1, 1], [1, 2])
    assert spells[["cell", "controller"]].to_numpy().tolist() == [[0, 0], [1, 2], [2, 0]]


def test_numbers_and_dates() -> None:
    tess = three()
    by_number = frontline_history(tess, [0, 0, 1], [3, 9], [1, 1], [1, 0])
    assert by_number.dtypes[["begin", "end"]].astype(str).tolist() == ["Int64", "Int64"]
    assert by_number["begin"].tolist() == [3, 9]
    assert by_number["end"].tolist()[0] == 9
    assert by_number["end"].isna().tolist() == [False, True]
    days = pd.to_datetime(["2015-10-09", "2016-02-03"])
    by_date = frontline_history(tess, [0, 0, 1], days, [1, 1], [1, 0])
    assert by_date["begin"].tolist() == list(days)
    assert by_date["end"].isna().tolist() == [False, True]
    first = np.datetime64("2012-07-19")
    started = holding_history(tess, [0, 0, 1], days, [1, 1], [1, 0], start=first)
    assert started["begin"].min() == pd.Timestamp("2012-07-19")


def test_nothing_changes() -> None:
    none = np.zeros(0, dtype=int)
    fronts = frontline_history(three(), [0, 0, 1], none, none, none)
    assert fronts[["side_a", "side_b", "begin"]].to_numpy().tolist() == [[0, 1, 0]]
    assert fronts["end"].isna().all()


@pytest.mark.parametrize(
    ("day", "place", "to"),
    [
        ([1, 2], [0], [1]),
        ([1], [3], [1]),
        ([1], [-1], [1]),
        ([1], [0], [-3]),
        ([1.5], [0], [1]),
        (np.array(["NaT"], "datetime64[D]"), [0], [1]),
        (np.array(["2015-01-01T12:00"], "datetime64[m]"), [0], [1]),
        (["soon"], [0], [1]),
    ],
)
def test_rows_that_do_not_fit_are_refused(day: object, place: object, to: object) -> None:
    with pytest.raises(ControllerError):
        cell_changes(three(), [0, 0, 0], day, place, to)  # type: ignore[arg-type]


def test_changes_before_the_start_are_refused() -> None:
    with pytest.raises(ControllerError, match="before start"):
        cell_changes(three(), [0, 0, 0], [1], [0], [1], start=2)


def test_places_of_one_cell_are_contested_until_they_agree() -> None:
    tess = Tessellation([36.8, 36.8, 37.2], [36.2, 36.2, 36.2], BOX)
    spells = holding_history(tess, [0, 0, 1], [1, 4, 6], [0, 1, 1], [1, 1, -1])
    mine = spells[spells["cell"] == 0]
    assert mine["controller"].tolist() == [-2, 1]
    assert mine["begin"].tolist() == [1, 4]
