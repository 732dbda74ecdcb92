"""The values that adjudication works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

LOW = -(2**31)  # an open begin, as in geo.scene


class Rule(IntEnum):
    """What decided. The texts are in `timelines.wording`."""

    NONE = 0
    NEWEST = 1
    SUCCESSION = 2
    STATUS = 3
    RELIABILITY = 4
    SPECIFIC = 5
    REPORT = 6
    TIED = 7
    PRIOR = 8
    NO_HOLDER = 9


@dataclass(frozen=True, slots=True)
class Statement:
    """A control claim, ready to be weighed. Actors are lineage indices, -1 where not named.

    `row` is the claim's row; `settled` the day from which it counts, `earliest` the first on which
    it may have happened (`LOW` open); `told` the day on which it became known.
    """

    row: int
    earliest: int
    settled: int
    actor: int
    target: int
    status: int
    reliability: int
    told: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Who holds from `begin` on. No holder: not known; several: contested between them.

    `deciding` and `losers` are claim rows; `evidence_day` is the day of the newest evidence.
    """

    begin: int
    holders: tuple[int, ...]
    rule: Rule
    deciding: tuple[int, ...]
    losers: tuple[int, ...]
    evidence_day: int


@dataclass(frozen=True, slots=True)
class Window:
    """From `begin` (inclusive) to `end` (exclusive) `holder` may already have taken the place."""

    begin: int
    end: int
    holder: int
    row: int


@dataclass(frozen=True, slots=True)
class Alliances:
    """What adjudication asks about actors, by lineage index and day."""

    side: Callable[[int, int], str]
    is_broader: Callable[[int, int, int], bool]  # (a, b, day): is a a coalition or side of b?
    begins: Callable[[int], int]  # first day of the lineage, LOW where open


@dataclass(frozen=True, slots=True)
class Lookback:
    """Where a prior holder may be shown: from `first_day`, at most `days` before the claim."""

    first_day: int
    days: int
