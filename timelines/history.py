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

from timelines.adjudicate import LOW, Decision, Lookback, Rule, weigh
from timelines.ledger import Int, Ledger, Lineages
from timelines.runs import UNKNOWN, Runs, pick

__all__ = ["UNKNOWN", "Historian", "Runs", "pick"]

Bool = NDArray[np.bool_]
MAX_KEPT = 500_000  # places weighed one by one, over all days of knowledge asked for
_SPAN = 1 << 33  # more than there are days between an open begin and an open end


@dataclass(slots=True)
class _Part:
    """Runs of some places before all are sorted together; row numbers point into `pool`."""

    runs: Int  # (9, n): place, begin, holder, since, evidence, rule, first, middle, last
    pool: Int
    windows: Int  # (4, m): place, begin, end, holder


_ROWS = slice(6, 9)  # of `_Part.runs`: what points into its pool


def _together(parts: Sequence[_Part]) -> _Part:
    """Parts one after another, their pools as well."""
    if not parts:
        return _Part(_none(9), np.zeros(0, np.int64), _none(4))
    runs = np.concatenate([part.runs.T for part in parts]).T
    before = np.cumsum([0, *(len(part.pool) for part in parts[:-1])])
    runs[_ROWS] += np.repeat(before, [part.runs.shape[1] for part in parts])
    return _Part(
        runs,
        np.concatenate([part.pool for part in parts]),
        np.concatenate([part.windows.T for part in parts]).T,
    )


class Historian:
    """Makes `Runs` from a ledger for any day of knowledge."""

    def __init__(
        self, ledger: Ledger, lineages: Lineages, lookback: Lookback, *, by_report: bool = False
    ) -> None:
        self.ledger = ledger
        self.lookback = lookback
        self.by_report = by_report
        self._alliances = lineages.alliances()
        self._memo: dict[tuple[int, bytes], _Part] = {}
        self._contests: dict[tuple[int, ...], int] = {}
        self._begins = np.array([lineages.begins(k) for k in range(len(lineages.ids))], np.int64)
        starts = np.flatnonzero(_changed(ledger.place))
        ends = np.append(starts[1:], len(ledger))
        hard = np.ones(len(ledger), bool) if by_report else _hard_rows(ledger)
        numbers = np.cumsum(_changed(ledger.place)) - 1
        of_place = np.zeros(len(starts), bool)
        of_place[numbers[hard]] = True
        self._hard = list(zip(starts[of_place].tolist(), ends[of_place].tolist(), strict=True))
        self._easy_row = ~of_place[numbers] if len(ledger) else np.zeros(0, bool)

    def runs(self, known: Bool) -> Runs:
        """The runs that follow from the rows of the ledger that are known."""
        easy = self._easy(np.flatnonzero(known & self._easy_row))
        hard = _together([self._weighed(*place, known) for place in self._hard])
        hard.runs[2], contests = _renumbered(hard.runs[2], list(self._contests))
        return _joined([*easy, hard], contests)

    def _easy(self, rows: Int) -> list[_Part]:
        """Runs of prior holders, and those that claims tell of; both point into one pool."""
        led = self.ledger
        place, settled, actor = led.place[rows], led.settled[rows], led.actor[rows]
        new_place = _changed(place)
        group = np.flatnonzero(new_place | _changed(settled))
        if not len(group):
            return []
        end = np.append(group[1:], len(rows))
        holder, day, of = actor[group], settled[group], place[group]
        first_group = new_place[group]
        changed = first_group | _changed(holder)
        tenure = np.maximum.accumulate(np.where(changed, np.arange(len(group)), 0))
        since = np.where(holder == UNKNOWN, LOW, day[tenure])
        rule = np.where(holder == UNKNOWN, int(Rule.NO_HOLDER), int(Rule.NEWEST))
        runs = np.stack([of, day, holder, since, day, rule, group, end, end])
        prior, prior_of = self._priors(rows, group, first_group)
        before = np.where(first_group, UNKNOWN, np.append(UNKNOWN, holder[:-1]))
        before[prior_of] = prior[2]
        windows = self._windows(rows, group, first_group, before)
        pool = led.claim[rows]
        return [_Part(prior, pool, _none(4)), _Part(runs, pool, windows)]

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
        at, row = at[good], row[good]
        end = np.append(group[1:], len(rows))[at]
        return (
            np.stack(
                [
                    led.place[row],
                    begin[good],
                    target[good],
                    np.full(n, LOW),
                    earliest[good],
                    np.full(n, int(Rule.PRIOR)),
                    group[at],
                    end,
                    end,
                ]
            ),
            at,
        )

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
        return np.stack([column[good] for column in columns])

    def _weighed(self, low: int, high: int, known: Bool) -> _Part:
        """The runs of one place, whose rows are ``low`` to ``high``."""
        key = (low, known[low:high].tobytes())
        if key not in self._memo:
            if len(self._memo) >= MAX_KEPT:
                self._memo.clear()
            rows = np.flatnonzero(known[low:high]) + low
            self._memo[key] = self._weigh(int(self.ledger.place[low]), rows)
        return self._memo[key]

    def _weigh(self, place: int, rows: Int) -> _Part:
        decisions, possible = weigh(
            self.ledger.statements(rows), self._alliances, self.lookback, by_report=self.by_report
        )
        runs: list[tuple[int, ...]] = []
        pool: list[int] = []
        for record, one in zip(_records(place, decisions, self._contests), decisions, strict=True):
            first, middle = len(pool), len(pool) + len(one.deciding)
            pool.extend((*one.deciding, *one.losers))
            runs.append((*record, first, middle, len(pool)))
        windows = [(place, w.begin, w.end, w.holder) for w in possible]
        return _Part(
            np.array(runs, np.int64).reshape(-1, 9).T,
            np.array(pool, np.int64),
            np.array(windows, np.int64).reshape(-1, 4).T,
        )


def _changed(values: Int) -> Bool:
    """True where a value differs from the one before it, and at the first (n,)."""
    result = np.ones(len(values), bool)
    result[1:] = values[1:] != values[:-1]
    return result


def _none(columns: int) -> Int:
    return np.zeros((columns, 0), np.int64)


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


def _renumbered(
    holder: Int, contests: Sequence[tuple[int, ...]]
) -> tuple[Int, tuple[tuple[int, ...], ...]]:
    """The codes with contests numbered as they appear, and those contests.

    What is kept was numbered as it was first asked for; an answer must not tell of that.
    """
    code, first, of = np.unique(holder, return_index=True, return_inverse=True)
    tied = np.flatnonzero(code < UNKNOWN)
    ordered = tied[np.argsort(first[tied])]
    fresh = code.copy()
    fresh[ordered] = -2 - np.arange(len(ordered))
    return fresh[of], tuple(contests[-2 - k] for k in code[ordered].tolist())


def _joined(parts: Sequence[_Part], contests: tuple[tuple[int, ...], ...]) -> Runs:
    """The runs of all parts, sorted by place and begin."""
    *easy, hard = parts
    pool = easy[0].pool if easy else hard.pool[:0]
    hard.runs[_ROWS] += len(pool)
    runs = np.concatenate([part.runs for part in parts], axis=1)
    # Three parts, each in order: the stable sort is one that finds such.
    order = np.argsort(runs[0] * _SPAN + runs[1] - LOW, kind="stable")
    names = ("place", "begin", "holder", "since", "evidence", "rule", "first", "middle", "last")
    columns = {name: column[order] for name, column in zip(names, runs, strict=True)}
    windows = np.concatenate([part.windows for part in parts], axis=1)
    return Runs(
        **columns,
        contests=contests,
        window_place=windows[0],
        window_begin=windows[1],
        window_end=windows[2],
        window_holder=windows[3],
        pool=np.concatenate([pool, hard.pool]),
    )
