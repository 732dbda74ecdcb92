"""Questions over time agree with the state of each day."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claim_worlds import PLACES, control, timeline_of
from timelines import open_timeline
from timelines.casualties import casualties
from timelines.dates import day
from timelines.errors import QueryError
from timelines.spells import changes, days_held, spells
from timelines.timeline import Timeline

DAYS = [f"2015-01-{n:02d}" for n in range(1, 16)]
WORLDS = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from("abc"), st.sampled_from(list(PLACES))),
    min_size=1,
    max_size=12,
).map(lambda rows: timeline_of(*(control(d, a, p, id=str(i)) for i, (d, a, p) in enumerate(rows))))


def state(timeline: Timeline, on: str) -> dict[str, tuple[str, str | None]]:
    return held(timeline.state(on=on))


def held(table: pd.DataFrame) -> dict[str, tuple[str, str | None]]:
    """Status and holder by place; a named tuple a row would take longer than all else here."""
    rows = zip(table["status"], table["controller"], strict=True)
    return dict(zip(table["place_id"], rows, strict=True))


@given(WORLDS)
@settings(max_examples=60, deadline=None)
def test_spells_are_the_states_of_every_day(timeline: Timeline) -> None:
    table = spells(timeline)
    for on in DAYS:
        at = pd.Timestamp(on)
        due = table[(table["begin"] <= at) & ~(table["end"] <= at)]
        known = held(due)
        assert len(due) == len(known)
        expected = {p: s for p, s in state(timeline, on).items() if s[0] != "unknown"}
        assert known == expected


@given(WORLDS, st.sampled_from(DAYS), st.sampled_from(DAYS))
@settings(max_examples=60, deadline=None)
def test_changes_lead_from_one_state_to_the_other(timeline: Timeline, a: str, b: str) -> None:
    a, b = sorted((a, b))
    now = state(timeline, a)
    table = changes(timeline, day(a) + 1, b)
    assert table["day"].is_monotonic_increasing
    for row in table.itertuples():
        held = row.after_status == "held"
        now[row.place_id] = (row.after_status, row.after if held else None)
    assert now == state(timeline, b)
    assert len(timeline.diff(a, b)) <= len(table)


@given(WORLDS, st.sampled_from(DAYS), st.sampled_from(DAYS))
@settings(max_examples=60, deadline=None)
def test_days_held_sum_to_the_window(timeline: Timeline, a: str, b: str) -> None:
    a, b = sorted((a, b))
    table = days_held(timeline, a, b)
    assert (table["days"] > 0).all()
    totals = table.groupby("place_id")["days"].sum()
    assert set(totals) == {day(b) - day(a) + 1}
    counted: dict[tuple[str, str], int] = {}
    for on in range(day(a), day(b) + 1):
        for place, (status, controller) in state(timeline, on).items():
            key = (place, controller or status)
            counted[key] = counted.get(key, 0) + 1
    assert {(r.place_id, r.controller): r.days for r in table.itertuples()} == counted


def test_the_history_of_one_place() -> None:
    table = spells(open_timeline("aleppo"), place="Marea")
    assert set(table["place_id"]) == {"marea"}
    assert table["end"].isna().sum() == 1
    assert (table["begin"].iloc[1:].to_numpy() >= table["end"].iloc[:-1].to_numpy()).all()


@pytest.mark.parametrize(
    "by", [("province", "side"), ("side",), ("week",), ("side", "week"), ("province", "week")]
)
def test_casualties_sum_the_same_however_grouped(by: tuple[str, ...]) -> None:
    timeline = open_timeline("aleppo")
    window = ("2016-10-01", "2016-10-31")
    every = casualties(timeline, *window, by=("side",))
    grouped = casualties(timeline, *window, by=by)
    for column in ("events", "killed_low", "wounded_low"):
        assert grouped[column].sum() == every[column].sum()
    assert list(grouped.columns[: len(by)]) == list(by)


def test_weeks_begin_on_monday() -> None:
    table = casualties(open_timeline("aleppo"), "2016-10-01", "2016-10-31", by=("week",))
    assert (table["week"].dt.day_of_week == 0).all()


@pytest.mark.parametrize("by", [(), ("moon",)])
def test_grouping_by_something_else_is_refused(by: tuple[str, ...]) -> None:
    with pytest.raises(QueryError, match="Group by"):
        casualties(open_timeline("aleppo"), "2016-10-01", "2016-10-31", by=by)
