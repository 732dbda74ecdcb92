"""Claims as columns of numbers: days, actors, ranks, and when each was known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from timelines.actors import DEEPEST, Actors
from timelines.adjudicate import Alliances, Statement
from timelines.claims import Claims, Source
from timelines.dates import parse
from timelines.daycolumns import HIGH, LOW, day_columns
from timelines.reading import split_bar
from timelines.withdrawals import withdrawers_first

Int = NDArray[np.int64]
STATUS_RANK = {"confirmed": 3, "reported": 2, "claimed": 1, "disputed": 0}
RELIABILITY_RANK = {letter: 6 - rank for rank, letter in enumerate("ABCDE")} | {"F": 0, "": 0}
NEVER = HIGH


@dataclass(frozen=True, slots=True)
class Ledger:
    """Control claims sorted by place, settled day and row; equal length n, int64.

    `claim` is the row in the timeline's claims; `place` the index of its place; `actor`, `target`
    lineage indices (-1 not named); `known_from`, `known_to` the days (end exclusive) on which the
    claim was known and not withdrawn. A claim withdrawn and then restored has two rows.
    """

    claim: Int
    place: Int
    earliest: Int
    settled: Int
    actor: Int
    target: Int
    status: Int
    reliability: Int
    known_from: Int
    known_to: Int

    def __len__(self) -> int:
        return len(self.claim)

    def statements(self, rows: Int) -> list[Statement]:
        """Some rows as values for `adjudicate`."""
        names = ("claim", "earliest", "settled", "actor", "target", "status", "reliability")
        columns = [getattr(self, name)[rows].tolist() for name in (*names, "known_from")]
        return [Statement(*values) for values in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Clocks:
    """The days of every claim (n,): `LOW`/`NEVER` where open; `known` when it was reported."""

    earliest: Int
    latest: Int
    settled: Int
    known: Int


def distinct(values: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
    """`read` of every value, called once per distinct value."""
    cache = {value: read(value) for value in set(values)}
    return [cache[value] for value in values]


def clocks(claims: Claims, sources: Mapping[str, Source]) -> Clocks:
    """Both clocks of every claim. Not reported when: the date of the source, else the event's."""
    days = day_columns(claims.column("date"))
    reported = claims.column("reported")
    silent = np.array([not text.strip() for text in set(reported)], bool).any()
    known = np.array(
        distinct(claims.column("source"), lambda s: _told(sources[s].date) if s in sources else LOW)
        if silent
        else np.full(len(claims), LOW),
        np.int64,
    )
    known = np.where(known == LOW, days.settled, known)
    told = [i for i, text in enumerate(reported) if text.strip()] if silent else None
    if told is None:
        known = day_columns(reported).settled
    elif told:
        known[told] = day_columns([reported[i] for i in told]).settled
    return Clocks(days.earliest, days.latest, days.settled, known)


def _told(text: str) -> int:
    return parse(text).settled if text.strip() else LOW


class Lineages:
    """Actors numbered by lineage, and what adjudication asks about them."""

    def __init__(self, actors: Actors) -> None:
        self.actors = actors
        self.ids = tuple(dict.fromkeys(actors.lineage(actor_id) for actor_id in actors))
        self._index = {actor_id: i for i, actor_id in enumerate(self.ids)}
        self._sides: dict[tuple[int, int], str] = {}

    def index(self, text: str) -> int:
        """The lineage that an id, name or alias means; -1 for none."""
        actor_id = self.actors.id_of(text.strip()) if text.strip() else None
        return -1 if actor_id is None else self._index[self.actors.lineage(actor_id)]

    def name_on(self, lineage: int, day: int) -> str:
        """The actor id borne on a day."""
        return self.actors.on(self.ids[lineage], day).id

    def names_on(self, day: int) -> list[str]:
        """The actor id that every lineage bears on a day."""
        return [self.name_on(k, day) for k in range(len(self.ids))]

    def side(self, lineage: int, day: int) -> str:
        """The side on a day."""
        key = (lineage, day)
        if key not in self._sides:
            self._sides[key] = self.actors.side(self.ids[lineage], day)
        return self._sides[key]

    def is_broader(self, a: int, b: int, day: int) -> bool:
        """Is `a` a coalition that holds `b`, or the name of the side that `b` is on?"""
        actor, other = self.name_on(a, day), self.name_on(b, day)
        side = self.side(b, day)
        return actor in self._coalitions(other, day, set()) or (actor == side != other)

    def _coalitions(self, actor_id: str, day: int, seen: set[str]) -> set[str]:
        for dated in self.actors[actor_id].member_of:
            fresh = dated.value not in seen and len(seen) < DEEPEST
            if fresh and dated.covers(day) and dated.value in self.actors:
                seen.add(dated.value)
                self._coalitions(dated.value, day, seen)
        return seen

    def begins(self, lineage: int) -> int:
        """The first day of the lineage under any name; `LOW` where open."""
        begins = [a.begin for a in self.actors.names_of(self.ids[lineage])]
        return LOW if None in begins else min(b for b in begins if b is not None)

    def rename_days(self, lineage: int) -> tuple[int, ...]:
        """The days on which a new name begins."""
        names = self.actors.names_of(self.ids[lineage])
        return tuple(a.begin for a in names[1:] if a.begin is not None)

    def alliances(self) -> Alliances:
        """For `adjudicate.weigh`."""
        return Alliances(self.side, self.is_broader, self.begins)


def build_ledger(
    claims: Claims,
    times: Clocks,
    place_of: Int,
    lineages: Lineages,
    sources: Mapping[str, Source],
) -> Ledger:
    """The control claims of a timeline. Claims of status `retracted` state nothing."""
    kinds, statuses = claims.column("kind"), claims.column("status")
    control = np.array(
        [k == "control" and s != "retracted" for k, s in zip(kinds, statuses, strict=True)], bool
    )
    rows = np.flatnonzero(control & (place_of >= 0))
    actor = np.array(distinct(claims.column("actor"), lineages.index), np.int64)[rows]
    target = np.array(distinct(claims.column("target"), lineages.index), np.int64)[rows]
    status = distinct(statuses, lambda s: STATUS_RANK.get(s, STATUS_RANK["reported"]))
    letters = distinct(claims.column("source"), lambda s: _rank(sources.get(s)))
    known_to = np.full(len(rows), NEVER, np.int64)
    known_from = times.known[rows]
    keep = (actor >= 0) | (target >= 0)
    columns = [
        rows,
        place_of[rows],
        times.earliest[rows],
        times.settled[rows],
        actor,
        target,
        np.array(status, np.int64)[rows],
        np.array(letters, np.int64)[rows],
        known_from,
        known_to,
    ]
    table = np.stack([column[keep] for column in columns], axis=1)
    table = _withdrawn(table, claims, times.known)
    order = np.lexsort((table[:, 0], table[:, 3], table[:, 1]))
    return Ledger(*(np.ascontiguousarray(column) for column in table[order].T))


def _rank(source: Source | None) -> int:
    return RELIABILITY_RANK.get(source.reliability, 0) if source else 0


def retraction_spans(claims: Claims, known: Int) -> dict[int, list[tuple[int, int]]]:
    """For every claim that is ever withdrawn: the spans of days on which it stands."""
    if not any(claims.column("retracts")):
        return {}
    by: dict[int, list[int]] = {}
    for row, text in enumerate(claims.column("retracts")):
        for key in split_bar(text):
            try:
                by.setdefault(claims.index_of(key), []).append(row)
            except KeyError:
                continue  # `check` has reported it
    found: dict[int, list[tuple[int, int]]] = {}
    for row in withdrawers_first(by):
        spans = [(int(known[row]), NEVER)]
        for other in by[row]:
            # What nobody withdraws, or what is in a circle (reported by `check`), stands.
            for low, high in found.get(other, [(int(known[other]), NEVER)]):
                spans = _minus(spans, low, high)
        found[row] = spans
    return found


def _minus(spans: list[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    left = []
    for begin, end in spans:
        left.extend([(begin, min(end, low)), (max(begin, high), end)])
    return [(begin, end) for begin, end in left if begin < end]


def _withdrawn(table: Int, claims: Claims, known: Int) -> Int:
    spans = retraction_spans(claims, known)
    if not spans:
        return table
    touched = np.isin(table[:, 0], np.fromiter(spans, np.int64))
    extra = []
    for record in table[touched].tolist():
        for low, high in spans[record[0]]:
            extra.append([*record[:-2], low, high])
    more = np.array(extra, np.int64).reshape(-1, table.shape[1])
    return np.concatenate([table[~touched], more])
