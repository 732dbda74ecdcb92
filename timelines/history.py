"""Runs of holders for every place, for one policy and one day of knowledge.

Most places have at most one claim a day, none of them hedged against another: their runs are found
for all places at once. The few others go through `adjudicate.weigh`, place by place; the result is
kept for as long as the same claims are known. Both ways give the same runs (there is a test).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from timelines.adjudicate import LOW, Decision, Lookback, Rule, Window, weigh
from timelines.ledger import Int, Ledger, Lineages

Bool = NDArray[np.bool_]
UNKNOWN = -1
Memo = dict[tuple[int, int], tuple[list[Decision], list[Window]]]


@dataclass(frozen=True, slots=True)
class Runs:
    """Who held what from when on: runs sorted by place, then begin. Equal length n.

    `holder` is a lineage index, -1 not known, `-2 - k` contested between `contests[k]`; `since`
    the day from which this holder holds without a break (`LOW`: not known); `evidence` the day of
    the newest evidence. `deciding` and `losers` are claim rows.
    """

    place: Int
    begin: Int
    holder: Int
    since: Int
    evidence: Int
    rule: Int
    deciding: list[tuple[int, ...]]
    losers: list[tuple[int, ...]]
    contests: tuple[tuple[int, ...], ...]
    windows: tuple[tuple[int, Window], ...]  # place, window

    def at(self, day: int, n_places: int) -> Int:
        """The run in force at each place on a day (n_places,); -1 where there is none yet."""
        result = np.full(n_places, -1, np.int64)
        due = np.flatnonzero(self.begin <= day)
        result[self.place[due]] = due  # runs are sorted: the last assignment is the newest
        return result


class Historian:
    """Makes `Runs` from a ledger for any day of knowledge."""

    def __init__(self, ledger: Ledger, lineages: Lineages, lookback: Lookback) -> None:
        self.ledger = ledger
        self.lineages = lineages
        self.lookback = lookback
        self._alliances = lineages.alliances()
        self._memo: Memo = {}
        self._first = np.flatnonzero(np.r_[True, ledger.place[1:] != ledger.place[:-1]])
        if not len(ledger):
            self._first = np.empty(0, np.int64)
        self._last = np.r_[self._first[1:], len(ledger)].astype(np.int64)
        self._hard = np.ones(len(self._first), bool)

    def runs(self, known: Bool) -> Runs:
        """The runs that follow from the rows of the ledger that are known."""
        found: list[tuple[int, list[Decision], list[Window]]] = []
        for number in np.flatnonzero(self._hard).tolist():
            low, high = int(self._first[number]), int(self._last[number])
            mask = known[low:high]
            key = (number, int.from_bytes(np.packbits(mask).tobytes()) << 1 | 1)
            if key not in self._memo:
                rows = np.flatnonzero(mask) + low
                self._memo[key] = weigh(
                    self.ledger.statements(rows), self._alliances, self.lookback
                )
            found.append((int(self.ledger.place[low]), *self._memo[key]))
        return _collect(found)


def _collect(found: list[tuple[int, list[Decision], list[Window]]]) -> Runs:
    contests: dict[tuple[int, ...], int] = {}
    records: list[tuple[int, int, int, int, int, int]] = []
    deciding: list[tuple[int, ...]] = []
    losers: list[tuple[int, ...]] = []
    windows: list[tuple[int, Window]] = []
    for place, decisions, possible in found:
        previous, since = UNKNOWN, LOW
        for one in decisions:
            holder = _code(one.holders, contests)
            if holder != previous:
                since = LOW if one.rule == Rule.PRIOR else one.begin
            previous = holder
            records.append((place, one.begin, holder, since, one.evidence_day, int(one.rule)))
            deciding.append(one.deciding)
            losers.append(one.losers)
        windows.extend((place, window) for window in possible)
    table = np.array(records, np.int64).reshape(-1, 6).T
    return Runs(
        place=table[0],
        begin=table[1],
        holder=table[2],
        since=table[3],
        evidence=table[4],
        rule=table[5],
        deciding=deciding,
        losers=losers,
        contests=tuple(contests),
        windows=tuple(windows),
    )


def _code(holders: tuple[int, ...], contests: dict[tuple[int, ...], int]) -> int:
    if not holders:
        return UNKNOWN
    if len(holders) == 1:
        return holders[0]
    return -2 - contests.setdefault(holders, len(contests))
