"""Runs for all places at once are the runs of each place weighed on its own."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claim_worlds import timeline_of
from timelines import open_timeline
from timelines.adjudicate import Lookback
from timelines.claims import Claim
from timelines.history import Historian, Runs
from timelines.timeline import Timeline

DATES = st.one_of(
    st.integers(1, 28).map(lambda d: f"2015-01-{d:02d}"),
    st.sampled_from(["2015-01", "../2015-01-15", "2015-01-05/2015-01-20", "2015-01-10/..", "2015"]),
)
CLAIMS = st.lists(
    st.builds(
        lambda place, date, actor, target, status, told, retracts: Claim(
            "control",
            date,
            place,
            actor,
            "s",
            target=target,
            status=status,
            reported=f"2015-01-{told:02d}",
            extra=(("retracts", retracts),),
        ),
        st.sampled_from(["marea", "dabiq", "azaz"]),
        DATES,
        st.sampled_from(["a", "b", "c", ""]),
        st.sampled_from(["", "", "a", "b"]),
        st.sampled_from(["confirmed", "reported", "claimed", "disputed"]),
        st.integers(1, 31),
        st.sampled_from(["", "", "", "0", "1"]),
    ).filter(lambda claim: bool(claim.actor or claim.target)),
    max_size=9,
).map(lambda claims: [_numbered(claim, i) for i, claim in enumerate(claims)])


def _numbered(claim: Claim, number: int) -> Claim:
    values = {f.name: getattr(claim, f.name) for f in fields(Claim)}
    values["id"] = str(number)
    if claim.extra[0][1] == str(number):
        values["extra"] = (("retracts", ""),)
    return Claim(**values)


def readable(runs: Runs) -> list[tuple[object, ...]]:
    """Runs as values: contests by who contests, claims by their rows."""
    return [
        (
            int(runs.place[i]),
            int(runs.begin[i]),
            runs.contests[-2 - int(runs.holder[i])] if runs.holder[i] < -1 else int(runs.holder[i]),
            int(runs.since[i]),
            int(runs.evidence[i]),
            int(runs.rule[i]),
            runs.deciding(i),
            runs.losers(i),
        )
        for i in range(len(runs))
    ]


def windows(runs: Runs) -> list[tuple[int, ...]]:
    columns = (runs.window_place, runs.window_begin, runs.window_end, runs.window_holder)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def one_by_one(timeline: Timeline, known: np.ndarray) -> Runs:  # type: ignore[type-arg]
    slow = Historian(
        timeline.ledger,
        timeline.lineages,
        Lookback(timeline.first_day, timeline.settings.prior_days),
    )
    starts = np.unique(timeline.ledger.place, return_index=True)[1].tolist()
    slow._hard = list(zip(starts, [*starts[1:], len(timeline.ledger)], strict=False))
    slow._easy_row[:] = False
    return slow.runs(known)


@given(CLAIMS, st.integers(1, 32))
@settings(max_examples=500, deadline=None)
def test_all_at_once_is_one_by_one(claims: list[Claim], known_day: int) -> None:
    timeline = timeline_of(*claims)
    ledger = timeline.ledger
    day = 16436 - 1 + known_day  # 1 January 2015
    known = (ledger.known_from <= day) & (day < ledger.known_to)
    slow, fast = one_by_one(timeline, known), timeline.runs(known_on=day)
    assert readable(fast) == readable(slow)
    assert windows(fast) == windows(slow)


@pytest.mark.parametrize("known_on", [None, "2014-12-31", "2016-06-01", "2023-08-25"])
def test_the_bundled_timeline_too(known_on: str | None) -> None:
    timeline = open_timeline("aleppo")
    from timelines.dates import day

    ledger = timeline.ledger
    now = 2**31 - 2 if known_on is None else day(known_on)
    known = (ledger.known_from <= now) & (now < ledger.known_to)
    slow, fast = one_by_one(timeline, known), timeline.runs(known_on=known_on)
    assert readable(fast) == readable(slow)
    assert windows(fast) == windows(slow)


def test_most_places_take_the_short_way() -> None:
    timeline = open_timeline("aleppo")
    timeline.runs()
    places = len(set(timeline.ledger.place.tolist()))
    assert len(timeline._runs.historian("default")[0]._hard) < 0.5 * places


@given(CLAIMS, st.lists(st.integers(1, 32), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_an_answer_does_not_tell_what_was_asked_before(
    claims: list[Claim], known_days: list[int]
) -> None:
    asked = timeline_of(*claims)
    for day in known_days:
        again = asked.runs(known_on=16436 - 1 + day)
        first = timeline_of(*claims).runs(known_on=16436 - 1 + day)
        assert again.contests == first.contests
        assert again.holder.tolist() == first.holder.tolist()
        assert again.pool.tolist() == first.pool.tolist()


@given(CLAIMS)
@settings(max_examples=200, deadline=None)
def test_runs_are_sorted_and_since_is_where_the_holder_came(claims: list[Claim]) -> None:
    runs = timeline_of(*claims).runs()
    keys = list(zip(runs.place.tolist(), runs.begin.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert (runs.since <= runs.begin).all()
    for i in range(1, len(runs)):
        same = runs.place[i] == runs.place[i - 1] and runs.holder[i] == runs.holder[i - 1]
        if same:
            assert runs.since[i] == runs.since[i - 1]
