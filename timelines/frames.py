"""Answers as data frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from timelines import dates
from timelines.adjudicate import LOW, Rule
from timelines.daycolumns import HIGH
from timelines.errors import QueryError
from timelines.ledger import Int
from timelines.runs import UNKNOWN, Runs, pick, run_status
from timelines.wording import RULES

if TYPE_CHECKING:
    from timelines.timeline import Timeline

Objects = np.ndarray[Any, np.dtype[np.object_]]
_RULE_TEXTS = pd.Index([RULES[rule] for rule in Rule])
_STATUS_TEXTS = pd.Index(["unknown", "held", "contested"])


def objects(values: Sequence[Any], index: pd.Index[Any] | None = None) -> pd.Series[Any]:
    """A column of objects, one element a value: tuples stay tuples and None stays None."""
    array = np.empty(len(values), object)
    array[:] = values
    return pd.Series(array, index=index, dtype=object, copy=False)


def _empty_tuples(length: int) -> Objects:
    result = np.empty(length, object)
    result.fill(())
    return result


def _column(array: Objects, index: pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(array, index=index, dtype=object, copy=False)


def labels(codes: np.ndarray[Any, Any], texts: pd.Index[str]) -> pd.Categorical[str]:
    """A categorical column from codes into `texts`."""
    return pd.Categorical.from_codes(codes.astype(np.int8, copy=False), texts)


def days_to_datetime(days: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Day numbers to `datetime64[s]`; open begins and ends become NaT."""
    result = days.astype("datetime64[D]").astype("datetime64[s]")
    result[(days <= LOW) | (days >= HIGH)] = np.datetime64("NaT", "s")
    return result


@dataclass(frozen=True, slots=True)
class Shown:
    """What a state's frame repeats on every date, made once for a timeline."""

    place: Int
    index: pd.Index[Any]
    place_id: pd.Series[Any]
    name: pd.Series[Any]
    lon: pd.Series[Any]
    lat: pd.Series[Any]


class RunTexts:
    """Columns of a state by run, made once for all dates: the last row is "no run yet" (-1)."""

    def __init__(self, runs: Runs) -> None:
        status = np.where(runs.holder >= 0, 1, np.where(runs.holder == UNKNOWN, 0, 2))
        self.holder = np.append(runs.holder, UNKNOWN)
        self.status = np.append(status, 0).astype(np.int8)
        self.rule = np.append(runs.rule, 0).astype(np.int8)
        self.since = days_to_datetime(np.append(runs.since, LOW))
        self.evidence = days_to_datetime(np.append(runs.evidence, LOW))
        self._asked = False
        self._ids: Objects | None = None

    def claim_ids(self, timeline: Timeline, runs: Runs, run: Int) -> Objects:
        """The keys of the deciding claims of some runs, as tuples."""
        if self._ids is None and self._asked:  # the second date: from now on for all of them
            self._ids = _claim_ids(timeline, runs, np.append(np.arange(len(runs)), -1))
        self._asked = True
        return _claim_ids(timeline, runs, run) if self._ids is None else self._ids[run]


def shown_places(timeline: Timeline) -> Shown:
    """The places that a control claim is about, in the order of the timeline's places."""
    numbers = np.unique(timeline.ledger.place)
    places = [timeline.place_list[i] for i in numbers.tolist()]
    index = pd.RangeIndex(len(places))
    lon = np.array([np.nan if p.lon is None else p.lon for p in places], float)
    lat = np.array([np.nan if p.lat is None else p.lat for p in places], float)
    return Shown(
        place=numbers,
        index=index,
        place_id=objects([p.id for p in places], index),
        name=objects([p.name for p in places], index),
        lon=pd.Series(lon, index=index, copy=False),
        lat=pd.Series(lat, index=index, copy=False),
    )


def state_frame(timeline: Timeline, *, on: int, runs: Runs, texts: RunTexts) -> pd.DataFrame:
    """See `Timeline.state`."""
    shown, count = timeline.shown, len(timeline.place_list)
    index = shown.index
    run = runs.at(on, count)[shown.place]
    holder = texts.holder[run]
    names = np.array([*timeline.lineages.names_on(on), None], object)  # -1 picks the None
    contenders = _empty_tuples(len(run))
    for i in np.flatnonzero(holder < UNKNOWN).tolist():
        contenders[i] = timeline.holders_of(runs, int(holder[i]), on)
    columns = {
        "place_id": shown.place_id,
        "place": shown.name,
        "lon": shown.lon,
        "lat": shown.lat,
        "controller": _column(names[np.maximum(holder, -1)], index),
        "status": labels(texts.status[run], _STATUS_TEXTS),
        "since": texts.since[run],
        "claim_ids": _column(texts.claim_ids(timeline, runs, run), index),
        "why": labels(texts.rule[run], _RULE_TEXTS),
        "contenders": _column(contenders, index),
        "maybe": _column(names[runs.maybe_at(on, count)[shown.place]], index),
        "evidence": texts.evidence[run],
    }
    # All columns have one index, so that none is aligned: half the time. A copy would put the
    # columns into one block each.
    return pd.DataFrame(columns, index=index, copy=False)


def _claim_ids(timeline: Timeline, runs: Runs, run: Int) -> Objects:
    """The keys of the deciding claims of each run, as tuples."""
    first, middle = pick(runs.first, run, 0), pick(runs.middle, run, 0)
    pool = np.append(runs.pool, -1)  # -1 picks the empty tuple
    result: Objects = timeline.key_tuples[pool[np.where(middle - first == 1, first, -1)]]
    for i in np.flatnonzero(middle - first > 1).tolist():
        result[i] = tuple(timeline.claims.key(row) for row in runs.deciding(int(run[i])))
    return result


def diff_frame(timeline: Timeline, begin: int, end: int, runs: Runs) -> pd.DataFrame:
    """See `Timeline.diff`."""
    from timelines.reasons import run_sentence

    if end < begin:
        raise QueryError(
            f"{dates.iso(begin)} comes after {dates.iso(end)}. Give the earlier day first."
        )
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
        # The holder came with the first run of its spell; later ones only confirm it.
        came = runs.spell_start(new)
        dated = runs.rule[came] != Rule.PRIOR
        deciding = dict.fromkeys([*runs.deciding(came), *runs.deciding(new)])
        rows.append(
            (
                place.id,
                place.name,
                np.nan if place.lon is None else place.lon,
                np.nan if place.lat is None else place.lat,
                " | ".join(timeline.holders_of(runs, had, begin)) or None,
                run_status(had),
                " | ".join(timeline.holders_of(runs, has, end)) or None,
                run_status(has),
                dates.iso(int(runs.begin[came])) if dated else "",
                tuple(timeline.claims.key(row) for row in deciding),
                run_sentence(timeline, runs, new, end),
            )
        )
    rows.sort(key=lambda row: (row[8], row[0]))
    columns = list(zip(*rows, strict=True)) or [()] * len(_DIFF)
    return pd.DataFrame({n: objects(c) for n, c in zip(_DIFF, columns, strict=True)})


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
