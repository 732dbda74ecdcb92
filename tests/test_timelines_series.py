"""Figures of every day agree with those of each single day, and know since when land is cut off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.claim_worlds import control, timeline_of
from timelines import dates, open_timeline
from timelines.actors import Actor, Actors, Dated
from timelines.errors import QueryError
from timelines.series import (
    cut_off_on,
    cut_off_spells,
    series,
    side_changes,
    side_looks,
    side_name,
    steps,
)
from timelines.tally import control_on, front_lengths, side_numbers
from timelines.timeline import Timeline

DAYS = ["2012-07-01", "2013-08-09", "2014-06-01", "2015-10-09", "2015-10-10", "2017-06-30"]


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


def drawn(timeline: Timeline, on: str, **more: str) -> dict[str, float]:
    """Land by side as it is drawn on one day."""
    tess = timeline.land().tessellation
    held = control_on(timeline, on, **more)  # type: ignore[arg-type]
    number, sides = side_numbers(timeline, on)
    cells = tess.cell_controller(np.where(held >= 0, number[np.maximum(held, 0)], held))
    names = {code: sides[code] if code >= 0 else "contested" for code in set(cells.tolist()) - {-1}}
    return {name: float(tess.area_km2[cells == code].sum()) for code, name in names.items()}


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("more", [{}, {"known_on": "2015-10-20"}, {"policy": "latest-report"}])
def test_a_day_of_the_series_is_that_day(aleppo: Timeline, on: str, more: dict[str, str]) -> None:
    found = series(aleppo, **more)  # type: ignore[arg-type]
    day = dates.day(on)
    areas = found.areas[found.areas["day"] == day]
    held = dict(zip(areas["side"], areas["area_km2"], strict=True))
    expected = {side: km2 for side, km2 in drawn(aleppo, on, **more).items() if km2}
    assert {side: km2 for side, km2 in held.items() if km2} == pytest.approx(expected, rel=1e-6)
    fronts = found.fronts[found.fronts["day"] == day]
    pairs = zip(fronts["side_a"], fronts["side_b"], strict=True)
    lengths = {
        frozenset(pair): km for pair, km in zip(pairs, fronts["length_km"], strict=True) if km
    }
    alone = front_lengths(aleppo, on, **more)  # type: ignore[arg-type]
    assert lengths == pytest.approx(
        {frozenset((r.side_a, r.side_b)): r.length_km for r in alone.itertuples()}, rel=1e-6
    )


def test_every_day_has_its_row(aleppo: Timeline) -> None:
    found = series(aleppo)
    days = aleppo.last_day - aleppo.first_day + 1
    for frame in (found.areas, found.fronts):
        assert set(frame.groupby("day").size()) == {len(frame) // days}
        assert frame["day"].min() == aleppo.first_day and frame["day"].max() == aleppo.last_day


def test_steps_say_the_same_in_fewer_rows(aleppo: Timeline) -> None:
    whole = series(aleppo).areas[["day", "side", "area_km2"]]
    short = steps(whole, "area_km2")
    assert len(short) < len(whole) / 4
    for side, mine in whole.groupby("side"):
        kept = short[short["side"] == side].set_index("day")["area_km2"]
        again = kept.reindex(mine["day"]).ffill().to_numpy()
        assert (again == mine["area_km2"].to_numpy()).all()


def turncoats() -> Timeline:
    """`x` and `y` are allies until x leaves; nobody takes a place on that day."""
    actors = Actors(
        [
            Actor("x", "The X", sides=(Dated("y", None, dates.day("2015-03-31")),)),
            Actor("y", "The Y", color="#123456", pattern="dots"),
        ]
    )
    return timeline_of(
        control("2015-01-01", "x", "marea"),
        control("2015-01-01", "y", "dabiq"),
        control("2015-06-01", "y", "azaz"),
        actors=actors,
    )


def test_who_changes_sides_takes_his_land_with_him() -> None:
    timeline = turncoats()
    found = series(timeline)
    by_day = found.areas.pivot(index="day", columns="side", values="area_km2")
    before, after = by_day.loc[dates.day("2015-03-31")], by_day.loc[dates.day("2015-04-01")]
    assert before["x"] == 0 and after["x"] > 0
    assert before.sum() == pytest.approx(after.sum())
    length = found.fronts.set_index("day")["length_km"]
    assert length[dates.day("2015-03-31")] == 0 < length[dates.day("2015-04-01")]


def test_codes_of_a_day_follow_its_last_change() -> None:
    timeline = turncoats()
    changes = side_changes(timeline)
    for day in range(timeline.first_day, timeline.last_day + 1):
        held = control_on(timeline, day)
        number, sides = side_numbers(timeline, day)
        expected = [sides[number[h]] if h >= 0 else "" for h in held.tolist()]
        codes = changes.on(day)
        names = [changes.sides[c] if c >= 0 else "" for c in codes.tolist()]
        assert names == expected


def test_cut_off_land_is_what_history_says(aleppo: Timeline) -> None:
    spells = cut_off_spells(aleppo)
    for on in DAYS:
        found = cut_off_on(aleppo, on, spells=spells)
        away = found[~found["main"]]
        assert (away["since"] <= dates.day(on)).all()
        assert (found["shut_in"] == (found["enclosed"] == 1)).all()
        assert found["enclosed"].between(0, 1).all()
        assert (found.loc[found["shut_in"], "open_km"] == 0).all()


def test_a_known_siege_is_found(aleppo: Timeline) -> None:
    """Kweires air base, shut in by the Islamic State from 2013 until 10 November 2015."""
    found = cut_off_on(aleppo, "2015-10-09")
    held = found[[("kweires-air-base" in ids) for ids in found["place_ids"]]]
    assert held["shut_in"].tolist() == [True]
    assert held["side"].tolist() == ["government"]
    assert dates.iso(int(held["since"].iloc[0])) < "2014"
    later = cut_off_on(aleppo, "2016-06-01")
    assert not any("kweires-air-base" in ids for ids in later["place_ids"])


def test_a_timeline_that_holds_nothing_has_no_rows() -> None:
    found = series(timeline_of())
    assert found.areas.empty and found.fronts.empty
    assert cut_off_on(timeline_of(), "2015-01-01").empty


def test_too_long_a_period_is_told() -> None:
    timeline = timeline_of(
        control("0001-01-01", "x"), control("2999-01-01", "y"), *(
            control(f"2015-01-{d:02d}", f"a{d}") for d in range(1, 9)
        )
    )  # fmt: skip
    with pytest.raises(QueryError, match="first_day"):
        series(timeline)


def test_names_and_looks_of_sides() -> None:
    timeline = turncoats()
    assert side_name(timeline, "y") == "The Y"
    assert side_name(timeline, "others") == "Others"
    assert side_name(timeline, "contested") == "Contested"


def test_a_side_looks_like_most_of_its_actors() -> None:
    one, other = Dated("s"), "#abcdef"
    actors = Actors(
        [
            Actor("a", "A", sides=(one,), color="#123456", pattern="dots"),
            Actor("b", "B", sides=(one,), color="#123456", pattern="dots"),
            Actor("c", "C", sides=(one,), color=other, pattern="cross"),
        ]
    )
    looks = side_looks(timeline_of(actors=actors), ["s", "contested"])
    assert looks == {"s": ("#123456", "dots"), "contested": ("", "")}


def test_steps_of_an_empty_table() -> None:
    empty = pd.DataFrame({"day": [], "side": [], "area_km2": []})
    assert steps(empty, "area_km2").empty
