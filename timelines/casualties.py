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
from timelines.claims import KINDS
from timelines.compose import event_days
from timelines.counts import parse_count
from timelines.errors import QueryError
from timelines.frames import days_to_datetime
from timelines.ledger import Int
from timelines.problems import shown
from timelines.tally import (
    CONTROL,
    NOT_KNOWN,
    actor_names,
    claim_keys,
    column_texts,
    each,
    pairs_of,
    publishers,
    window_rows,
)

if TYPE_CHECKING:
    from timelines.timeline import Day, Timeline

TOLL = KINDS.index("toll")
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
    accounts = rows.groupby([*_EVENT, *extra, "source"], sort=False, observed=True)
    summed = accounts[BOUNDS].sum(min_count=1)
    summed["events"] = accounts.size()
    events = summed.reset_index().groupby([*_EVENT, *extra], sort=False, observed=True)
    ranges = events[["killed_low", "wounded_low"]].min()
    ranges[["killed_high", "wounded_high", "events"]] = events[
        ["killed_high", "wounded_high", "events"]
    ].max()
    ranges["uncounted"] = ranges[["killed_low", "wounded_low"]].isna().all(axis=1).astype(int)
    groups = ranges.reset_index().groupby(list(by), observed=True)
    result = groups[BOUNDS].sum(min_count=1)
    result[["events", "uncounted"]] = groups[["events", "uncounted"]].sum()
    order = [*by, "events", *BOUNDS, "uncounted"]
    result = result.reset_index()[order]
    named = {name: str for name in by if name != "week"}
    return result.astype(named)


def _events(timeline: Timeline, rows: Int) -> pd.DataFrame:
    """The rows that are events and no tolls, as columns; names as categories in their order."""
    kinds = timeline.kinds[rows]
    rows = rows[(kinds != CONTROL) & (kinds != TOLL)]
    places, lineages = timeline.place_list, timeline.lineages
    provinces = np.array([*(p.admin1 or NOT_KNOWN for p in places), NOT_KNOWN], object)
    actor = each(column_texts(timeline, "actor", rows), lineages.index).astype(np.int64)
    settled = timeline.clocks.settled[rows]
    pairs, pair_of = pairs_of(actor, settled)
    known = [(lineages.side(a, d), lineages.name_on(a, d)) if a >= 0 else (NOT_KNOWN, NOT_KNOWN)
             for a, d in pairs]  # fmt: skip
    names = np.array(known, object).reshape(-1, 2)[pair_of]
    start, _ = event_days(timeline)
    monday = start[rows] - (start[rows] + 3) % 7  # 1970-01-01 was a Thursday
    columns = {
        "place": timeline.place_of[rows],
        "province": pd.Categorical(provinces[timeline.place_of[rows]]),
        "side": pd.Categorical(names[:, 0]),
        "actor": pd.Categorical(names[:, 1]),
        "week": days_to_datetime(monday),
        "earliest": timeline.clocks.earliest[rows],
        "latest": timeline.clocks.latest[rows],
        "source": pd.Categorical(column_texts(timeline, "source", rows)),
    }
    for name in ("killed", "wounded"):
        bounds = _counts(timeline, name, rows)
        columns |= {f"{name}_low": bounds[:, 0], f"{name}_high": bounds[:, 1]}
    return pd.DataFrame(columns)


def _counts(timeline: Timeline, name: str, rows: Int) -> np.ndarray[tuple[int, int]]:
    codes, found = pd.factorize(column_texts(timeline, name, rows))
    return np.array([parse_count(text) for text in found], float).reshape(-1, 2)[codes]


def tolls(timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None) -> pd.DataFrame:
    """Counts over an area for a window, one a row, kept apart: they may overlap each other.

    Columns: `place`, `date`, `actor`, `killed_low`, `killed_high`, `wounded_low`, `wounded_high`,
    `source`, `claim_id`.
    """
    rows = window_rows(timeline, begin, end, known_on=known_on)
    rows = rows[timeline.kinds[rows] == TOLL]
    killed, wounded = (_counts(timeline, name, rows) for name in ("killed", "wounded"))
    actors = column_texts(timeline, "actor", rows)
    columns = {
        "place": column_texts(timeline, "place", rows),
        "date": column_texts(timeline, "date", rows),
        "actor": actor_names(timeline, actors, timeline.clocks.settled[rows]),
        **dict(zip(BOUNDS, (*killed.T, *wounded.T), strict=True)),
        "source": publishers(timeline, column_texts(timeline, "source", rows)),
        "claim_id": claim_keys(timeline, rows),
    }
    return pd.DataFrame(columns)
