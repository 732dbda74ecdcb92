"""Answers as data frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from timelines import dates
from timelines.adjudicate import LOW, Rule
from timelines.history import UNKNOWN, Runs
from timelines.wording import RULES

if TYPE_CHECKING:
    from timelines.timeline import Timeline

_RULE_TEXTS = [RULES[rule] for rule in Rule]
_STATUS_TEXTS = ["unknown", "held", "contested"]


def objects(values: Sequence[Any]) -> pd.Series[Any]:
    """A column of objects, one element a value: tuples stay tuples and None stays None."""
    array = np.empty(len(values), object)
    array[:] = values
    return pd.Series(array, dtype=object, copy=False)


def labels(codes: np.ndarray[Any, Any], texts: list[str]) -> pd.Categorical[str]:
    """A categorical column from codes into `texts`."""
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(texts))


def days_to_datetime(days: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Day numbers to `datetime64[s]`; open begins become NaT."""
    result = days.astype("datetime64[D]").astype("datetime64[s]")
    result[days <= LOW] = np.datetime64("NaT")
    return result


def state_frame(timeline: Timeline, *, on: int, runs: Runs) -> pd.DataFrame:
    """See `Timeline.state`."""
    shown = np.unique(timeline.ledger.place)
    run = runs.at(on, len(timeline.place_list))[shown]
    none = run < 0
    pick = np.where(none, 0, run)
    blank = not len(runs.holder)
    holder = np.full(len(run), UNKNOWN) if blank else np.where(none, UNKNOWN, runs.holder[pick])
    keys = timeline.claims.key
    ids = [() if i < 0 else tuple(keys(row) for row in runs.deciding[i]) for i in run.tolist()]
    codes = np.where(holder == UNKNOWN, 0, np.where(holder >= 0, 1, 2))
    names = [timeline.lineages.name_on(k, on) for k in range(len(timeline.lineages.ids))]
    places = [timeline.place_list[i] for i in shown.tolist()]
    maybe = {
        place: window.holder for place, window in runs.windows if window.begin <= on < window.end
    }
    since = np.full(len(run), LOW) if blank else np.where(none, LOW, runs.since[pick])
    evidence = np.full(len(run), LOW) if blank else np.where(none, LOW, runs.evidence[pick])
    rules = np.zeros(len(run), int) if blank else np.where(none, 0, runs.rule[pick])
    return pd.DataFrame(
        {
            "place_id": objects([p.id for p in places]),
            "place": objects([p.name for p in places]),
            "lon": np.array([np.nan if p.lon is None else p.lon for p in places], float),
            "lat": np.array([np.nan if p.lat is None else p.lat for p in places], float),
            "controller": objects([names[h] if h >= 0 else None for h in holder.tolist()]),
            "status": labels(codes, _STATUS_TEXTS),
            "since": days_to_datetime(since),
            "claim_ids": objects(ids),
            "why": labels(rules, _RULE_TEXTS),
            "contenders": objects(
                [timeline.holders_of(runs, h, on) if h < UNKNOWN else () for h in holder.tolist()]
            ),
            "maybe": objects([names[maybe[i]] if i in maybe else None for i in shown.tolist()]),
            "evidence": days_to_datetime(evidence),
        }
    )


def diff_frame(timeline: Timeline, begin: int, end: int, runs: Runs) -> pd.DataFrame:
    """See `Timeline.diff`."""
    from timelines.reasons import run_sentence

    count = len(timeline.place_list)
    before, after = runs.at(begin, count), runs.at(end, count)
    rows = []
    for number in np.flatnonzero(before != after).tolist():
        old, new = int(before[number]), int(after[number])
        had = int(runs.holder[old]) if old >= 0 else UNKNOWN
        has = int(runs.holder[new]) if new >= 0 else UNKNOWN
        if had == has:
            continue
        place = timeline.place_list[number]
        rows.append(
            (
                place.id,
                place.name,
                np.nan if place.lon is None else place.lon,
                np.nan if place.lat is None else place.lat,
                " | ".join(timeline.holders_of(runs, had, begin)) or None,
                _status(had),
                " | ".join(timeline.holders_of(runs, has, end)) or None,
                _status(has),
                dates.iso(int(runs.begin[new])),
                tuple(timeline.claims.key(row) for row in runs.deciding[new]),
                run_sentence(timeline, runs, new, end),
            )
        )
    rows.sort(key=lambda row: (row[8], row[0]))
    columns = list(zip(*rows, strict=True)) or [()] * len(_DIFF)
    return pd.DataFrame({n: objects(c) for n, c in zip(_DIFF, columns, strict=True)})


def _status(holder: int) -> str:
    return "held" if holder >= 0 else "unknown" if holder == UNKNOWN else "contested"


_DIFF = (
    "place_id",
    "place",
    "lon",
    "lat",
    "before",
    "before_status",
    "after",
    "after_status",
    "day",
    "claims",
    "why",
)
