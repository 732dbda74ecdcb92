"""Runs of holders: who held what from when on, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from timelines.ledger import Int

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Runs:
    """Who held what from when on: n runs sorted by place, then begin; int64 columns (n,).

    `holder` is a lineage index, -1 not known, `-2 - k` contested between `contests[k]`; `since`
    the day from which this holder holds without a break (`LOW`: not known); `evidence` the day of
    the newest evidence; `rule` an `adjudicate.Rule`. `deciding()` and `losers()` give claim rows.
    `window_…` (m,): the days (end exclusive) in which `window_holder` may already have the place.
    """

    place: Int
    begin: Int
    holder: Int
    since: Int
    evidence: Int
    rule: Int
    contests: tuple[tuple[int, ...], ...]
    window_place: Int
    window_begin: Int
    window_end: Int
    window_holder: Int
    first: Int  # claim rows of run i: pool[first[i]:middle[i]] decide, up to last[i] are set aside
    middle: Int
    last: Int
    pool: Int

    def __len__(self) -> int:
        return len(self.place)

    def deciding(self, run: int) -> tuple[int, ...]:
        """Rows of the claims that decide a run."""
        return tuple(self.pool[self.first[run] : self.middle[run]].tolist())

    def losers(self, run: int) -> tuple[int, ...]:
        """Rows of the claims of the same day that are set aside."""
        return tuple(self.pool[self.middle[run] : self.last[run]].tolist())

    def spell_start(self, run: int) -> int:
        """The first run of the unbroken spell of one holder that a run belongs to."""
        while (
            run > 0
            and self.place[run - 1] == self.place[run]
            and self.holder[run - 1] == self.holder[run]
        ):
            run -= 1
        return run

    def at(self, day: int, n_places: int) -> Int:
        """The run in force at each place on a day (n_places,); -1 where there is none yet."""
        result = np.full(n_places, -1, np.int64)
        due = np.flatnonzero(self.begin <= day)
        result[self.place[due]] = due  # runs are sorted: the last assignment is the newest
        return result

    def maybe_at(self, day: int, n_places: int) -> Int:
        """Who may already have taken each place on a day (n_places,): lineage index, -1 nobody."""
        result = np.full(n_places, -1, np.int64)
        open_now = (self.window_begin <= day) & (day < self.window_end)
        result[self.window_place[open_now]] = self.window_holder[open_now]
        return result


def pick(values: Int, run: Int, otherwise: int) -> Int:
    """The values of some runs; `otherwise` where there is none (-1)."""
    if not len(values):
        return np.full(len(run), otherwise, np.int64)
    return np.where(run < 0, otherwise, values[run])


def run_status(holder: int) -> str:
    """`held`, `unknown` or `contested`, of a holder code."""
    return "held" if holder >= 0 else "unknown" if holder == UNKNOWN else "contested"
