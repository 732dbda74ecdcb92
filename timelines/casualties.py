"""Killed and wounded in a window, as ranges, without counting anybody twice.

Two sources about one place, day and side are two accounts of the same dead: each source's rows are
added up, and the accounts give the range from the lowest to the highest. An event that may have
happened before or after the window counts from none to its number. A `toll` counts dead over
an area and may contain the single strikes; tolls are listed apart and never added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from timelines import dates
from timelines.counts import parse_count
from timelines.tally import NOT_KNOWN, actor_name, window_rows

if TYPE_CHECKING:
    from timelines.timeline import Day, Timeline

COLUMNS = [
    "province",
    "side",
    "events",
    "killed_low",
    "killed_high",
    "wounded_low",
    "wounded_high",
    "uncounted",
]
Range = tuple[float, float]


@dataclass(slots=True)
class _Account:
    """What one source says about one place, day and side."""

    killed: Range = (math.nan, math.nan)
    wounded: Range = (math.nan, math.nan)
    rows: int = 0


def casualties(
    timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None
) -> pd.DataFrame:
    """By province and side of whoever struck, for a window (both days inclusive).

    `events` counts strikes, clashes and sieges (the fullest account of each place and day),
    `uncounted` those places and days for which no source gives a number; the bounds are floats
    (NaN: nobody counted; infinity: open). Sorted by province and side.
    """
    accounts = _accounts(timeline, begin, end, known_on)
    groups: dict[tuple[str, str], list[list[_Account]]] = {}
    for (province, side, *_), by_source in accounts.items():
        groups.setdefault((province, side), []).append(list(by_source.values()))
    rows = []
    for (province, side), events in sorted(groups.items()):
        killed = _sum(_span(a.killed for a in event) for event in events)
        wounded = _sum(_span(a.wounded for a in event) for event in events)
        count = sum(max(a.rows for a in event) for event in events)
        silent = sum(
            all(math.isnan(a.killed[0]) and math.isnan(a.wounded[0]) for a in event)
            for event in events
        )
        rows.append((province, side, count, *killed, *wounded, silent))
    return pd.DataFrame(rows, columns=COLUMNS)


def tolls(timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None) -> pd.DataFrame:
    """Counts over an area for a window, one a row, kept apart: they may overlap each other.

    Columns: `place`, `date`, `actor`, `killed_low`, `killed_high`, `wounded_low`, `wounded_high`,
    `source`, `claim_id`.
    """
    rows = []
    for row in window_rows(timeline, begin, end, known_on=known_on).tolist():
        claim = timeline.claims[row]
        if claim.kind == "toll":
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
    columns = ["place", "date", "actor", *COLUMNS[3:7], "source", "claim_id"]
    return pd.DataFrame(rows, columns=columns)


def _accounts(
    timeline: Timeline, begin: Day, end: Day, known_on: Day | None
) -> dict[tuple[str, str, int, int, int], dict[str, _Account]]:
    found: dict[tuple[str, str, int, int, int], dict[str, _Account]] = {}
    times = timeline.clocks
    first, last = dates.day(begin), dates.day(end)
    for row in window_rows(timeline, begin, end, known_on=known_on).tolist():
        claim = timeline.claims[row]
        if claim.kind in ("control", "toll"):
            continue
        number = int(timeline.place_of[row])
        place = timeline.place_list[number] if number >= 0 else None
        actor = timeline.lineages.index(claim.actor)
        side = timeline.lineages.side(actor, int(times.settled[row])) if actor >= 0 else NOT_KNOWN
        days = (int(times.earliest[row]), int(times.latest[row]))
        key = ((place.admin1 if place else "") or NOT_KNOWN, side, number, *days)
        account = found.setdefault(key, {}).setdefault(claim.source, _Account())
        inside = first <= days[0] and days[1] <= last
        account.killed = _plus(account.killed, _counted(claim.killed, inside))
        account.wounded = _plus(account.wounded, _counted(claim.wounded, inside))
        account.rows += 1
    return found


def _counted(text: str, inside: bool) -> Range:
    """What may have happened outside the window counts from none."""
    low, high = parse_count(text)
    return (low, high) if inside or math.isnan(low) else (0.0, high)


def _plus(a: Range, b: Range) -> Range:
    if math.isnan(a[0]):
        return b
    return a if math.isnan(b[0]) else (a[0] + b[0], a[1] + b[1])


def _span(ranges: Iterable[Range]) -> Range:
    stated = [r for r in ranges if not math.isnan(r[0])]
    if not stated:
        return math.nan, math.nan
    return min(low for low, _ in stated), max(high for _, high in stated)


def _sum(ranges: Iterable[Range]) -> Range:
    total: Range = (math.nan, math.nan)
    for one in ranges:
        total = _plus(total, one)
    return total
