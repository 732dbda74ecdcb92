"""Killed and wounded in a window, as ranges, without counting anybody twice.

Two sources about one place, day and side are two accounts of the same dead: each source's rows are
added up, and the accounts give the range from the lowest to the highest. An event that may have
happened before or after the window counts from none to its number. A `toll` counts dead over
an area and may contain the single strikes; tolls are listed apart and never added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from timelines import dates
from timelines.compose import event_days
from timelines.counts import parse_count
from timelines.errors import QueryError
from timelines.frames import days_to_datetime
from timelines.ledger import Int, distinct
from timelines.problems import shown
from timelines.tally import NOT_KNOWN, actor_name, window_rows

if TYPE_CHECKING:
    from timelines.timeline import Day, Timeline

BY = ("province", "side", "actor", "week")
BOUNDS = ["killed_low", "killed_high", "wounded_low", "wounded_high"]
_EVENT = ["place", "side", "earliest", "latest"]


def casualties(
    timeline: Timeline,
    begin: Day,
    end: Day,
    *,
    known_on: Day | None = None,
    by: tuple[str, ...] = ("province", "side"),
) -> pd.DataFrame:
    """By any of province, side, actor (of whoever struck) and week, for a window (both inclusive).

    `events` counts strikes, clashes and sieges (the fullest account of each place and day),
    `uncounted` those places and days for which no source gives a number; the bounds are floats
    (NaN: nobody counted; infinity: open). `week` is the Monday (datetime64) of the event's first
    day. Sorted by the grouping.

    Raises:
        QueryError: grouping by something else.
    """
    wrong = [name for name in by if name not in BY]
    if wrong or not by:
        raise QueryError(f"Group by {', '.join(BY)}, not {shown(', '.join(wrong) or 'nothing')}.")
    rows = _events(timeline, window_rows(timeline, begin, end, known_on=known_on))
    first, last = dates.day(begin), dates.day(end)
    outside = (rows["earliest"] < first) | (rows["latest"] > last)
    for column in ("killed_low", "wounded_low"):
        rows.loc[outside & rows[column].notna(), column] = 0.0
    extra = [name for name in by if name not in ("side",)]
    # One account a source: what it says of one place and day, added up.
    accounts = rows.groupby([*_EVENT, *extra, "source"], sort=False)
    summed = accounts[BOUNDS].sum(min_count=1)
    summed["events"] = accounts.size()
    events = summed.reset_index().groupby([*_EVENT, *extra], sort=False)
    ranges = events[["killed_low", "wounded_low"]].min()
    ranges[["killed_high", "wounded_high", "events"]] = events[
        ["killed_high", "wounded_high", "events"]
    ].max()
    ranges["uncounted"] = ranges[["killed_low", "wounded_low"]].isna().all(axis=1).astype(int)
    groups = ranges.reset_index().groupby(list(by))
    result = groups[BOUNDS].sum(min_count=1)
    result[["events", "uncounted"]] = groups[["events", "uncounted"]].sum()
    order = [*by, "events", *BOUNDS, "uncounted"]
    return result.reset_index()[order]


def _events(timeline: Timeline, rows: Int) -> pd.DataFrame:
    """The rows that are events and no tolls, as columns."""
    kinds = np.array(timeline.claims.column("kind"), object)[rows]
    rows = rows[(kinds != "control") & (kinds != "toll")]
    index = rows.tolist()
    places = timeline.place_list
    provinces = np.array([*(p.admin1 or NOT_KNOWN for p in places), NOT_KNOWN], object)
    lineages = timeline.lineages
    actor = [lineages.index(text) for text in _column(timeline, "actor", index)]
    settled = timeline.clocks.settled[rows]
    days = list(zip(actor, settled.tolist(), strict=True))
    counts = {name: _counts(timeline, name, index) for name in ("killed", "wounded")}
    start, _ = event_days(timeline)
    monday = start[rows] - (start[rows] + 3) % 7  # 1970-01-01 was a Thursday
    return pd.DataFrame(
        {
            "place": timeline.place_of[rows],
            "province": provinces[timeline.place_of[rows]],
            "side": [lineages.side(a, d) if a >= 0 else NOT_KNOWN for a, d in days],
            "actor": [lineages.name_on(a, d) if a >= 0 else NOT_KNOWN for a, d in days],
            "week": days_to_datetime(monday),
            "earliest": timeline.clocks.earliest[rows],
            "latest": timeline.clocks.latest[rows],
            "source": _column(timeline, "source", index),
            **{
                f"{name}_{end}": counts[name][:, i]
                for name in ("killed", "wounded")
                for i, end in enumerate(("low", "high"))
            },
        }
    )


def _column(timeline: Timeline, name: str, index: list[int]) -> list[str]:
    column = timeline.claims.column(name)
    return [column[i] for i in index]


def _counts(timeline: Timeline, name: str, index: list[int]) -> np.ndarray[tuple[int, int]]:
    found = distinct(_column(timeline, name, index), parse_count)
    return np.array(found, float).reshape(-1, 2)


def tolls(timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None) -> pd.DataFrame:
    """Counts over an area for a window, one a row, kept apart: they may overlap each other.

    Columns: `place`, `date`, `actor`, `killed_low`, `killed_high`, `wounded_low`, `wounded_high`,
    `source`, `claim_id`.
    """
    rows = []
    kinds = timeline.claims.column("kind")
    for row in window_rows(timeline, begin, end, known_on=known_on).tolist():
        if kinds[row] == "toll":
            claim = timeline.claims[row]
            source = timeline.sources.get(claim.source)
            rows.append(
                (
                    claim.place,
                    claim.date,
                    actor_name(timeline, claim.actor, int(timeline.clocks.settled[row])),
                    *parse_count(claim.killed),
                    *parse_count(claim.wounded),
                    (source.publisher or source.id) if source else claim.source,
                    timeline.claims.key(row),
                )
            )
    columns = ["place", "date", "actor", *BOUNDS, "source", "claim_id"]
    return pd.DataFrame(rows, columns=columns)
