"""Tallies: land sums to the assessed land, nobody is counted twice, the feed holds every claim."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import territories
from tests.claim_worlds import PLACES, control, timeline_of
from timelines import dates, open_timeline
from timelines.casualties import casualties, tolls
from timelines.claims import Claim
from timelines.counts import parse_count, show_count
from timelines.places import TimelinePlace
from timelines.series import series
from timelines.tally import control_on, feed, front_lengths, held_areas
from timelines.timeline import Timeline


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


@pytest.mark.parametrize("on", ["2012-07-01", "2014-06-01", "2015-10-10", "2016-10-16"])
def test_areas_sum_to_the_held_land(aleppo: Timeline, on: str) -> None:
    frame = held_areas(aleppo, on)
    tess, held = aleppo.land().tessellation, control_on(aleppo, on)
    land = tess.area_km2[held != -1]
    assert frame["area_km2"].sum() == pytest.approx(land.sum(), rel=1e-9)
    assert frame["places"].sum() == (land > 0).sum()
    drawn = territories(tess, held)["area_km2"].sort_values(ascending=False)
    assert frame["area_km2"].tolist() == pytest.approx(drawn.tolist(), rel=1e-9)


def test_people_are_summed_where_known_and_counted_where_not() -> None:
    places = {
        **PLACES,
        "azaz": replace(PLACES["azaz"], population=31_623),
        "marea": replace(PLACES["marea"], population=16_904),
    }
    made = timeline_of(
        control("2015-10-01", "rebels", "azaz"),
        control("2015-10-01", "rebels", "marea"),
        control("2015-10-01", "rebels", "dabiq"),
        control("2015-10-03", "isil", "marea"),
        places=places,
    )
    for day, expected in (
        ("2015-10-02", {"rebels": (48_527, 1)}),
        ("2015-10-03", {"rebels": (31_623, 1), "isil": (16_904, 0)}),
    ):
        rows = held_areas(made, day).set_index("actor")[["population", "population_unknown"]]
        assert {k: tuple(v) for k, v in zip(rows.index, rows.to_numpy(), strict=True)} == expected
        daily = series(made).areas
        daily = daily[(daily["day"] == dates.day(day)) & (daily["places"] > 0)].set_index("side")
        for actor, (people, silent) in expected.items():
            row = daily.loc[made.actors.side(actor, dates.day(day))]
            assert (row["population"], row["population_unknown"]) == (people, silent)


def test_places_on_one_point_have_one_answer_everywhere() -> None:
    """The first of them has the land: in figures, in what is drawn, in the days' table."""
    twin = TimelinePlace("twin", "Twin", lon=37.0, lat=36.0)
    made = timeline_of(
        control("2015-10-01", "rebels"),
        control("2015-10-01", "isil", "dabiq"),
        control("2015-10-01", "isil", "twin"),
        places={**PLACES, "twin": twin},
    )
    land = made.land()
    assert [int(land.place_cell[made.place_number[p]]) for p in ("marea", "twin")] == [0, -1]
    figures = held_areas(made, "2015-10-01").set_index("actor")
    assert figures["places"].to_dict() == {"rebels": 1, "isil": 1}
    drawn = territories(land.tessellation, control_on(made, "2015-10-01"))
    assert (drawn["controller"] >= 0).all()
    assert figures["area_km2"].sum() == pytest.approx(drawn["area_km2"].sum(), rel=1e-9)
    daily = series(made).areas.set_index("side")["area_km2"]
    for actor, area in figures["area_km2"].items():
        assert daily[made.actors.side(str(actor), 16709)] == pytest.approx(area, rel=1e-9)


def test_a_longer_reach_holds_more(aleppo: Timeline) -> None:
    small, large = (held_areas(aleppo, "2015-10-10", reach_km=r)["area_km2"].sum() for r in (3, 8))
    assert small < large


def test_fronts_lie_between_sides_and_never_between_allies(aleppo: Timeline) -> None:
    frame = front_lengths(aleppo, "2016-10-16")
    assert (frame["side_a"] != frame["side_b"]).all()
    assert (frame["length_km"] > 0).all()
    assert {"government", "isil"} <= set(frame["side_a"]) | set(frame["side_b"])


def strike(source: str, killed: str = "", wounded: str = "", **more: str) -> Claim:
    place = more.pop("place", "marea")
    date, actor = more.pop("date", "2016-10-11"), more.pop("actor", "russia")
    kind = more.pop("kind", "strike")
    return Claim(kind, date, place, actor, source, killed=killed, wounded=wounded, **more)  # type: ignore[arg-type]


def figures(*claims: Claim, begin: str = "2016-10-11", end: str = "2016-10-11") -> list[float]:
    frame = casualties(timeline_of(*claims), begin, end)
    assert len(frame) == 1
    return frame.loc[0, ["killed_low", "killed_high", "wounded_low", "wounded_high"]].tolist()


def test_one_source_adds_up() -> None:
    claims = [strike("a", k, weapon=w) for k, w in (("8", "x"), ("14", "y"), ("2", "z"))]
    assert figures(*claims)[:2] == [24, 24]


def test_two_sources_are_two_accounts_of_the_same_dead() -> None:
    one = [strike("a", k, weapon=w) for k, w in (("8", "x"), ("14", "y"), ("2", "z"))]
    assert figures(*one, strike("b", "25", "3..5"))[:4] == [24, 25, 3, 5]


def test_open_and_missing_counts_stay_open_and_missing() -> None:
    assert figures(strike("a", "10.."))[:2] == [10, math.inf]
    low, high, *_ = figures(strike("a"))
    assert math.isnan(low) and math.isnan(high)
    frame = casualties(
        timeline_of(strike("a"), strike("a", "3", place="azaz")), *["2016-10-11"] * 2
    )
    assert frame.loc[0, ["events", "uncounted", "killed_low"]].tolist() == [2, 1, 3]


def test_what_may_have_happened_outside_the_window_counts_from_none() -> None:
    assert figures(strike("a", "10", date="2016-10"))[:2] == [0, 10]
    assert figures(strike("a", "10", date="2016-10"), begin="2016-10-01", end="2016-10-31")[:2] == [
        10,
        10,
    ]


def test_tolls_are_apart() -> None:
    timeline = timeline_of(strike("a", "8"), strike("a", "41", kind="toll", actor=""))
    assert casualties(timeline, "2016-10-11", "2016-10-11")["killed_high"].tolist() == [8]
    assert tolls(timeline, "2016-10-11", "2016-10-11")["killed_low"].tolist() == [41]


def test_a_window_knows_only_what_was_reported() -> None:
    timeline = timeline_of(strike("a", "8", reported="2016-10-20", id="x"), strike("b", "9"))
    assert feed(timeline, "2016-10-11", "2016-10-11", known_on="2016-10-12")["source"].tolist() == [
        "b"
    ]
    assert len(feed(timeline, "2016-10-11", "2016-10-11")) == 2


def test_the_feed_of_the_whole_period_holds_every_claim_that_stands(aleppo: Timeline) -> None:
    frame = feed(aleppo, aleppo.first_day, aleppo.last_day)
    inside = (aleppo.clocks.settled >= aleppo.first_day) & (
        aleppo.clocks.earliest <= aleppo.last_day
    )
    retracted = sum(status == "retracted" for status in aleppo.claims.column("status"))
    assert len(frame) >= inside.sum() - retracted
    assert frame["claim_id"].is_unique
    assert frame["day"].is_monotonic_increasing


def test_the_feed_of_a_day_has_no_control_settled_before() -> None:
    timeline = timeline_of(control("2016-10", "isil"), control("2015-01-01", "rebels", "azaz"))
    assert len(feed(timeline, "2016-10-11", "2016-10-12")) == 1


@pytest.mark.parametrize(
    "text, bounds, words",
    [("8", (8, 8), "8"), ("8..10", (8, 10), "8–10"), ("10..", (10, math.inf), "at least 10"),
     ("..5", (0, 5), "up to 5"), ("0", (0, 0), "0"), ("1200", (1200, 1200), "1,200")],
)  # fmt: skip
def test_counts(text: str, bounds: tuple[float, float], words: str) -> None:
    assert parse_count(text) == bounds
    assert show_count(*bounds) == words


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_count_or_an_error(text: str) -> None:
    try:
        low, high = parse_count(text)
    except ValueError:
        return
    assert math.isnan(low) or 0 <= low <= high
