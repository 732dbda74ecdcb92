"""Questions over time, answered from the runs at once: changes, spells of holding, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from timelines import dates
from timelines.frames import days_to_datetime, objects
from timelines.ledger import NEVER, Int
from timelines.runs import UNKNOWN, Runs, run_status

if TYPE_CHECKING:
    from timelines.timeline import Day, Timeline


def run_ends(runs: Runs) -> Int:
    """The day on which each run ends (n,), exclusive; `NEVER` for the last one of a place."""
    end = np.full(len(runs), NEVER, np.int64)
    if len(runs) > 1:
        follows = runs.place[1:] == runs.place[:-1]
        end[:-1][follows] = runs.begin[1:][follows]
    return end


def _spells(runs: Runs) -> tuple[Int, Int, Int]:
    """First run, begin and end of each unbroken spell of one holder (or none) at one place."""
    if not len(runs):
        none = np.zeros(0, np.int64)
        return none, none, none
    new = np.ones(len(runs), bool)
    new[1:] = (runs.place[1:] != runs.place[:-1]) | (runs.holder[1:] != runs.holder[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(runs)) - 1
    return first, runs.begin[first], run_ends(runs)[last]


def spells(
    timeline: Timeline,
    *,
    place: str = "",
    known_on: Day | None = None,
    policy: str = "default",
) -> pd.DataFrame:
    """Who held what from when to when: one row for each unbroken spell, by place and begin.

    Columns: `place_id`, `place`, `controller` (id under its name on the first day, None unless
    held), `status`, `contenders`, `begin`, `end` (datetime64, end exclusive, NaT while it lasts),
    `claim_ids` (of the first day of the spell). Spells of which nothing is known are left out.
    `place` (id or name) asks for one place only.
    """
    runs = timeline.runs(known_on=known_on, policy=policy)
    first, begin, end = _spells(runs)
    keep = runs.holder[first] != UNKNOWN
    if place:
        keep &= runs.place[first] == timeline.place_number[timeline.find_place(place).id]
    first, begin, end = first[keep], begin[keep], end[keep]
    who = [
        timeline.holders_of(runs, holder, day)
        for holder, day in zip(runs.holder[first].tolist(), begin.tolist(), strict=True)
    ]
    held = runs.holder[first] >= 0
    places = [timeline.place_list[i] for i in runs.place[first].tolist()]
    return pd.DataFrame(
        {
            "place_id": objects([p.id for p in places]),
            "place": objects([p.name for p in places]),
            "controller": objects([w[0] if h else None for w, h in zip(who, held, strict=True)]),
            "status": objects(np.where(held, "held", "contested").tolist()),
            "contenders": objects([() if h else w for w, h in zip(who, held, strict=True)]),
            "begin": days_to_datetime(begin),
            "end": days_to_datetime(end),
            "claim_ids": objects(
                [tuple(timeline.claims.key(r) for r in runs.deciding(i)) for i in first.tolist()]
            ),
        }
    )


def changes(
    timeline: Timeline,
    begin: Day,
    end: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
) -> pd.DataFrame:
    """Every change of holder in a window (both days inclusive), by day and place.

    Columns: `day` (datetime64), `place_id`, `place`, `before`, `before_status`, `after`,
    `after_status` (ids of the day, bar-separated where contested), `claim_ids`.
    """
    runs = timeline.runs(known_on=known_on, policy=policy)
    first, days, _ = _spells(runs)
    inside = (days >= dates.day(begin)) & (days <= dates.day(end))
    follows = np.zeros(len(first), bool)
    follows[1:] = runs.place[first][1:] == runs.place[first][:-1]
    had = np.full(len(first), UNKNOWN, np.int64)
    had[1:] = np.where(follows[1:], runs.holder[first][:-1], UNKNOWN)
    has = runs.holder[first]
    pick = np.flatnonzero(inside & (had != has))
    pick = pick[np.lexsort((runs.place[first[pick]], days[pick]))]

    def names(holders: Int) -> list[str | None]:
        pairs = zip(holders[pick].tolist(), days[pick].tolist(), strict=True)
        return ["|".join(timeline.holders_of(runs, h, d)) or None for h, d in pairs]

    places = [timeline.place_list[i] for i in runs.place[first[pick]].tolist()]
    rows = first[pick].tolist()
    return pd.DataFrame(
        {
            "day": days_to_datetime(days[pick]),
            "place_id": objects([p.id for p in places]),
            "place": objects([p.name for p in places]),
            "before": objects(names(had)),
            "before_status": objects([run_status(h) for h in had[pick].tolist()]),
            "after": objects(names(has)),
            "after_status": objects([run_status(h) for h in has[pick].tolist()]),
            "claim_ids": objects(
                [tuple(timeline.claims.key(r) for r in runs.deciding(i)) for i in rows]
            ),
        }
    )


def days_held(
    timeline: Timeline,
    begin: Day,
    end: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
) -> pd.DataFrame:
    """For how many days of a window (both inclusive) each place was held by each actor.

    Columns: `place_id`, `controller` (id under its last name; `contested`; `unknown`), `days`.
    The days of a place sum to the window. By place, longest first.
    """
    low, high = dates.day(begin), dates.day(end) + 1
    runs = timeline.runs(known_on=known_on, policy=policy)
    first, start, stop = _spells(runs)
    days = np.clip(stop, low, high) - np.clip(start, low, high)
    holder = np.maximum(runs.holder[first], -2)
    table = pd.DataFrame({"place": runs.place[first], "holder": holder, "days": days})
    known = np.bincount(table["place"], weights=days, minlength=len(timeline.place_list))
    shown = timeline.shown.place
    gaps = pd.DataFrame({"place": shown, "holder": UNKNOWN, "days": high - low - known[shown]})
    table = pd.concat([table, gaps]).astype(np.int64)
    table = table.groupby(["place", "holder"], as_index=False).agg({"days": "sum"})
    table = table[table["days"] > 0].sort_values(
        ["place", "days", "holder"], ascending=[True, False, True], ignore_index=True
    )
    names: dict[int, Any] = {UNKNOWN: "unknown", -2: "contested"}
    names |= dict(enumerate(timeline.lineages.names_on(high - 1)))
    return pd.DataFrame(
        {
            "place_id": objects([timeline.place_list[i].id for i in table["place"].tolist()]),
            "controller": objects([names[h] for h in table["holder"].tolist()]),
            "days": table["days"],
        }
    )
