"""Runs of holders for every place, for one policy and one day of knowledge.

Most places have at most one answer a day and no claim that is hedged against another: their runs
are found for all places at once. The few others go through `adjudicate.weigh`, place by place, and
are kept for as long as the same claims are known. Both ways give the same runs (there is a test).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from timelines.adjudicate import LOW, Decision, Lookback, Rule, Window, weigh
from timelines.ledger import Int, Ledger, Lineages
from timelines.runs import UNKNOWN, Runs, pick

__all__ = ["UNKNOWN", "Historian", "Runs", "pick"]

Bool = NDArray[np.bool_]
Found = tuple[list[Decision], list[Window]]
MAX_KEPT = 500_000  # places weighed one by one, over all days of knowledge asked for
_SPAN = 1 << 33  # more than there are days between an open begin and an open end


@dataclass(slots=True)
class _Part:
    """Runs of some places before all are sorted together; row numbers point into `pool`."""

    runs: Int  # (n, 6): place, begin, holder, since, evidence, rule
    rows: Int  # (n, 3): first, middle, last
    pool: Int
    windows: Int  # (m, 4): place, begin, end, holder


class Historian:
    """Makes `Runs` from a ledger for any day of knowledge."""

    def __init__(
        self, ledger: Ledger, lineages: Lineages, lookback: Lookback, *, by_report: bool = False
    ) -> None:
        self.ledger = ledger
        self.lookback = lookback
        self.by_report = by_report
        self._alliances = lineages.alliances()
        self._memo: dict[tuple[int, bytes], Found] = {}
        self._begins = np.array([lineages.begins(k) for k in range(len(lineages.ids))], np.int64)
        self._starts = starts = _starts(ledger.place)
        self._ends = np.append(starts[1:], len(ledger)).astype(np.int64)
        hard = np.ones(len(ledger), bool) if by_report else _hard_rows(ledger)
        numbers = np.cumsum(_changed(ledger.place)) - 1
        self._hard = np.zeros(len(starts), bool)
        self._hard[numbers[hard]] = True
        self._easy_row = ~self._hard[numbers] if len(ledger) else np.zeros(0, bool)

    def runs(self, known: Bool) -> Runs:
        """The runs that follow from the rows of the ledger that are known."""
        contests: dict[tuple[int, ...], int] = {}
        easy = self._easy(np.flatnonzero(known & self._easy_row))
        return _joined([easy, self._hard_part(known, contests)], contests)

    def _easy(self, rows: Int) -> _Part:
        led = self.ledger
        place, settled, actor = led.place[rows], led.settled[rows], led.actor[rows]
        new_place = _changed(place)
        group = np.flatnonzero(new_place | _changed(settled))
        if not len(group):
            return _Part(_none(6), _none(3), rows, _none(4))
        end = np.append(group[1:], len(rows))
        holder, day = actor[group], settled[group]
        first_group = new_place[group]
        index = np.arange(len(group))
        tenure = np.maximum.accumulate(np.where(first_group | _changed(holder), index, 0))
        since = np.where(holder == UNKNOWN, LOW, day[tenure])
        rule = np.where(holder == UNKNOWN, int(Rule.NO_HOLDER), int(Rule.NEWEST))
        runs = np.stack([place[group], day, holder, since, day, rule], axis=1)
        prior, prior_of = self._priors(rows, group, first_group)
        before = np.where(first_group, UNKNOWN, np.append(UNKNOWN, holder[:-1]))
        before[prior_of] = prior[:, 2]
        windows = self._windows(rows, group, first_group, before)
        spans = np.stack([group, end, end], axis=1)
        return _Part(
            np.concatenate([prior, runs]),
            np.concatenate([spans[prior_of], spans]),
            led.claim[rows],
            windows,
        )

    def _priors(self, rows: Int, group: Int, first_group: Bool) -> tuple[Int, Int]:
        """Runs of prior holders, and the group each comes before. See `adjudicate._prior`."""
        led = self.ledger
        at = np.flatnonzero(first_group)
        row = rows[group[at]]
        target, actor = led.target[row], led.actor[row]
        earliest = np.minimum.reduceat(led.earliest[rows], group)[at]
        begins = self._begins[target] if len(self._begins) else np.zeros(0, np.int64)
        begin = np.maximum(
            np.maximum(earliest - self.lookback.days, self.lookback.first_day), begins
        )
        good = (target >= 0) & (target != actor) & (earliest > LOW) & (self.lookback.days > 0)
        good &= (begin < led.settled[row]) & (begin <= earliest)
        n = int(good.sum())
        columns = (
            led.place[row][good],
            begin[good],
            target[good],
            np.full(n, LOW),
            earliest[good],
            np.full(n, int(Rule.PRIOR)),
        )
        return np.stack(columns, axis=1).astype(np.int64), at[good]

    def _windows(self, rows: Int, group: Int, first_group: Bool, before: Int) -> Int:
        """Windows of rows into which no other claim falls; see `adjudicate._windows`."""
        led = self.ledger
        vague = np.flatnonzero(led.earliest[rows] < led.settled[rows])
        row = rows[vague]
        of = np.searchsorted(group, vague, side="right") - 1
        open_start = led.earliest[row] == LOW
        previous_day = led.settled[rows[group[np.maximum(of - 1, 0)]]]
        begin = np.where(open_start, previous_day + 1, led.earliest[row])
        actor = led.actor[row]
        good = (actor >= 0) & (before[of] != actor) & ~(open_start & first_group[of])
        good &= begin < led.settled[row]
        columns = (led.place[row], begin, led.settled[row], actor)
        return np.stack([column[good] for column in columns], axis=1)

    def _hard_part(self, known: Bool, contests: dict[tuple[int, ...], int]) -> _Part:
        runs: list[tuple[int, ...]] = []
        spans: list[tuple[int, int, int]] = []
        pool: list[int] = []
        windows: list[tuple[int, int, int, int]] = []
        for number in np.flatnonzero(self._hard).tolist():
            low, high = int(self._starts[number]), int(self._ends[number])
            place = int(self.ledger.place[low])
            decisions, possible = self._weighed(low, known[low:high])
            runs.extend(_records(place, decisions, contests))
            for one in decisions:
                first, middle = len(pool), len(pool) + len(one.deciding)
                pool.extend((*one.deciding, *one.losers))
                spans.append((first, middle, len(pool)))
            windows.extend((place, w.begin, w.end, w.holder) for w in possible)
        return _Part(
            np.array(runs, np.int64).reshape(-1, 6),
            np.array(spans, np.int64).reshape(-1, 3),
            np.array(pool, np.int64),
            np.array(windows, np.int64).reshape(-1, 4),
        )

    def _weighed(self, low: int, known: Bool) -> Found:
        key = (low, known.tobytes())
        if key not in self._memo:
            if len(self._memo) >= MAX_KEPT:
                self._memo.clear()
            rows = np.flatnonzero(known) + low
            self._memo[key] = weigh(
                self.ledger.statements(rows),
                self._alliances,
                self.lookback,
                by_report=self.by_report,
            )
        return self._memo[key]


def _starts(place: Int) -> Int:
    return np.flatnonzero(_changed(place))


def _changed(values: Int) -> Bool:
    """True where a value differs from the one before it, and at the first (n,)."""
    result = np.ones(len(values), bool)
    result[1:] = values[1:] != values[:-1]
    return result


def _none(columns: int) -> Int:
    return np.zeros((0, columns), np.int64)


def _hard_rows(led: Ledger) -> Bool:
    """Rows that need to be weighed one against another, whatever part of the ledger is known."""
    hard = np.zeros(len(led), bool)
    if len(led) < 2:
        return hard
    same_place = led.place[1:] == led.place[:-1]
    same_day = same_place & (led.settled[1:] == led.settled[:-1])
    differ = (led.actor[1:] != led.actor[:-1]) | (led.target[1:] != led.target[:-1])
    hard[1:] |= same_day & differ
    # The day of the group before: a row whose closed window reaches back to it is hedged by it.
    new_group = np.append(True, ~same_day)
    group = np.cumsum(new_group) - 1
    first = np.flatnonzero(new_group)
    before = np.full(len(first), LOW - 1)
    inside = led.place[first[1:]] == led.place[first[:-1]]
    before[1:][inside] = led.settled[first[:-1]][inside]
    closed = (led.earliest > LOW) & (led.earliest < led.settled)
    reached: Bool = before[group] >= led.earliest
    return hard | (closed & reached)


def _records(
    place: int, decisions: Sequence[Decision], contests: dict[tuple[int, ...], int]
) -> list[tuple[int, ...]]:
    records: list[tuple[int, ...]] = []
    previous, since = UNKNOWN, LOW
    for one in decisions:
        holder = _code(one.holders, contests)
        if holder != previous:
            since = LOW if one.rule == Rule.PRIOR or holder == UNKNOWN else one.begin
        previous = holder
        records.append((place, one.begin, holder, since, one.evidence_day, int(one.rule)))
    return records


def _code(holders: tuple[int, ...], contests: dict[tuple[int, ...], int]) -> int:
    if not holders:
        return UNKNOWN
    if len(holders) == 1:
        return holders[0]
    return -2 - contests.setdefault(holders, len(contests))


def _joined(parts: list[_Part], contests: dict[tuple[int, ...], int]) -> Runs:
    offset = np.repeat([0, len(parts[0].pool)], [len(part.runs) for part in parts])
    runs = np.concatenate([part.runs for part in parts])
    rows = np.concatenate([part.rows for part in parts]) + offset[:, None]
    order = np.argsort(runs[:, 0] * _SPAN + runs[:, 1] - LOW)
    runs, rows = np.ascontiguousarray(runs[order].T), np.ascontiguousarray(rows[order].T)
    windows = np.concatenate([part.windows for part in parts]).T
    return Runs(
        place=runs[0],
        begin=runs[1],
        holder=runs[2],
        since=runs[3],
        evidence=runs[4],
        rule=runs[5],
        contests=tuple(contests),
        window_place=windows[0],
        window_begin=windows[1],
        window_end=windows[2],
        window_holder=windows[3],
        first=rows[0],
        middle=rows[1],
        last=rows[2],
        pool=np.concatenate([part.pool for part in parts]),
    )
