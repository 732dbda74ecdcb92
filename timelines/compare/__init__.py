"""What changed between two days, or between what was known of one day then and later.

A place that has one holder on both days was not held *throughout* if it changed hands in between;
a place of which nothing was known before did not change hands when the first report came. The two
are told apart here, in the sentences as in the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from timelines import dates
from timelines.adjudicate import Rule
from timelines.errors import QueryError
from timelines.history import UNKNOWN, Runs, pick
from timelines.ledger import NEVER, Int

if TYPE_CHECKING:
    from timelines.timeline import Timeline

Kind = Literal["changed", "found", "lost", "held"]
KINDS: dict[Kind, str] = {
    "changed": "changed hands",
    "found": "holder not known before",
    "lost": "holder no longer known",
    "held": "same holder on both",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, as known on a day (None: now). Day numbers, as `timelines.dates.day` gives them."""

    on: int
    known_on: int | None = None

    @property
    def known(self) -> int:
        """The day of knowledge as a number; past every report for now."""
        return NEVER - 1 if self.known_on is None else self.known_on


@dataclass(frozen=True, slots=True)
class Change:
    """One place on both sides of a comparison.

    `before`, `after`: actor ids under their names of the day; none where not known, several where
    contested. `day`: ISO day on which the later holder came, empty where not known or not changed.
    `steps`: how often a new holder came in between. `claims` decide the later holder and
    `against` contradict it; `withdrawn` decided the earlier one and are retracted since. `text` is
    the sentence, `why` the reason for the later state alone. `area_km2`: land of its cell.
    """

    place_id: str
    place: str
    lon: float
    lat: float
    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]
    day: str
    steps: int
    claims: tuple[str, ...]
    against: tuple[str, ...]
    withdrawn: tuple[str, ...]
    why: str
    text: str
    area_km2: float


@dataclass(frozen=True)
class Side:
    """One side of a comparison. `run` (places,) is the run in force, -1 for none; `holder`
    (places,) its holder in the coding that both sides share (see `Comparison.contests`).
    """

    moment: Moment
    runs: Runs
    run: Int
    holder: Int


@dataclass(frozen=True)
class Comparison:
    """Two moments of one timeline, place by place. Made by `compare`.

    Holders are lineage indices, -1 not known, `-2 - k` contested between `contests[k]`.
    """

    timeline: Timeline
    before: Side
    after: Side
    contests: tuple[tuple[int, ...], ...]
    policy: str
    reach_km: float | None = None

    @property
    def of_knowledge(self) -> bool:
        """Is it one day as known on two days, not two days?"""
        return self.before.moment.on == self.after.moment.on

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The places whose holder differs, by day and place."""
        rows = np.flatnonzero(self.before.holder != self.after.holder).tolist()
        return tuple(sorted(map(self.change, rows), key=lambda c: (c.day, c.place_id)))

    @cached_property
    def steady(self) -> tuple[int, ...]:
        """Numbers of the places with one holder (or one contest) on both sides, by name."""
        same = (self.before.holder == self.after.holder) & (self.after.holder != UNKNOWN)
        places = self.timeline.place_list
        return tuple(sorted(np.flatnonzero(same).tolist(), key=lambda i: (places[i].name, i)))

    def change(self, number: int) -> Change:
        """One place of the comparison, by its number in `timeline.place_list`."""
        from timelines.compare.words import change_sentence, disputes
        from timelines.reasons import run_sentence

        timeline, place = self.timeline, self.timeline.place_list[number]
        old, new = int(self.before.run[number]), int(self.after.run[number])
        had, has = int(self.before.holder[number]), int(self.after.holder[number])
        runs, key = self.after.runs, timeline.claims.key
        first = runs.spell_start(new) if new >= 0 else -1
        dated = had != has and new >= 0 and runs.rule[first] != Rule.PRIOR
        deciding = [*runs.deciding(first), *runs.deciding(new)] if new >= 0 else []
        before_claims = self.before.runs.deciding(old) if old >= 0 else ()
        against = disputes(self, number)
        land = timeline.land(self.reach_km)
        cell = int(land.place_cell[number])
        return Change(
            place_id=place.id,
            place=place.name,
            lon=np.nan if place.lon is None else place.lon,
            lat=np.nan if place.lat is None else place.lat,
            kind=_kind(had, has),
            before=self.names(had, self.before.moment.on),
            after=self.names(has, self.after.moment.on),
            day=dates.iso(int(runs.begin[first])) if dated else "",
            steps=len(self.between(number)),
            claims=tuple(dict.fromkeys(key(row) for row in deciding)),
            against=tuple(key(row) for row in against),
            withdrawn=tuple(key(row) for row in self.withdrawn(before_claims)),
            why=run_sentence(timeline, runs, new, self.after.moment.on)
            if new >= 0
            else f"{place.name}: not known; no claim known by then says who held it.",
            text=change_sentence(self, number),
            area_km2=float(land.tessellation.area_km2[cell]) if cell >= 0 else 0.0,
        )

    def names(self, holder: int, day: int) -> tuple[str, ...]:
        """Actor ids (names of the day) behind a holder: none, one, or the contenders."""
        if holder == UNKNOWN:
            return ()
        lines = (holder,) if holder >= 0 else self.contests[-2 - holder]
        return tuple(self.timeline.lineages.name_on(line, day) for line in lines)

    def between(self, number: int) -> tuple[int, ...]:
        """The runs with which a new holder came after the first day, up to the second."""
        if self.of_knowledge:
            return ()
        runs = self.after.runs
        low, high = np.searchsorted(runs.place, [number, number + 1])
        held = int(self.before.holder[number])
        found = []
        for run in range(int(low), int(high)):
            if not self.before.moment.on < runs.begin[run] <= self.after.moment.on:
                continue
            holder = self.shared(int(runs.holder[run]))
            if holder != held:
                found.append(run)
                held = holder
        return tuple(found)

    def shared(self, holder: int) -> int:
        """A holder of the later runs in the shared coding."""
        if holder >= UNKNOWN:
            return holder
        return -2 - self._number[tuple(sorted(self.after.runs.contests[-2 - holder]))]

    @cached_property
    def _number(self) -> dict[tuple[int, ...], int]:
        return {lines: number for number, lines in enumerate(self.contests)}

    def withdrawn(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        """Those of some claims that counted at first and are retracted by the second day."""
        return tuple(row for row in rows if row in self._gone)

    @cached_property
    def _gone(self) -> frozenset[int]:
        ledger = self.timeline.ledger
        counted, counts = (
            set(ledger.claim[(ledger.known_from <= k) & (k < ledger.known_to)].tolist())
            for k in (self.before.moment.known, self.after.moment.known)
        )
        return frozenset(counted - counts)


def compare(
    timeline: Timeline,
    before: Moment,
    after: Moment,
    *,
    policy: str = "default",
    reach_km: float | None = None,
) -> Comparison:
    """Set two moments side by side: two days, or one day as known on two days.

    Raises:
        QueryError: the second moment comes before the first, or there is no such policy or reach.
    """
    if after.on < before.on:
        raise QueryError(
            f"{dates.iso(before.on)} comes after {dates.iso(after.on)}. Give the earlier day first."
        )
    if before.on == after.on and after.known < before.known:
        raise QueryError("The second day of knowledge comes before the first. Swap the two.")
    timeline.land(reach_km)  # a reach that is no length is told at once
    contests: dict[tuple[int, ...], int] = {}
    sides = [_side(timeline, moment, policy, contests) for moment in (before, after)]
    return Comparison(timeline, sides[0], sides[1], tuple(contests), policy, reach_km)


def _side(
    timeline: Timeline, moment: Moment, policy: str, contests: dict[tuple[int, ...], int]
) -> Side:
    runs = timeline.runs(known_on=moment.known_on, policy=policy)
    run = runs.at(moment.on, len(timeline.place_list))
    shared = [contests.setdefault(tuple(sorted(c)), len(contests)) for c in runs.contests]
    holder = pick(runs.holder, run, UNKNOWN)
    contested = holder < UNKNOWN
    holder[contested] = -2 - np.array(shared, np.int64)[-2 - holder[contested]]
    return Side(moment, runs, run, holder)


def _kind(had: int, has: int) -> Kind:
    if had == has:
        return "held"
    if had == UNKNOWN:
        return "found"
    return "lost" if has == UNKNOWN else "changed"
