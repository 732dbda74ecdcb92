"""Runs of holders as the scene's flips, under the names of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.scene import Flips, Maybes
from timelines.ledger import NEVER
from timelines.reasons import run_sentence
from timelines.runs import UNKNOWN, Runs

if TYPE_CHECKING:
    from timelines.timeline import Timeline


class Codes:
    """Holder codes of a scene: actors by name of the day, contests numbered as they appear."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._actor = {actor_id: i for i, actor_id in enumerate(timeline.actors)}
        self._contests: dict[tuple[int, ...], int] = {}

    def code(self, runs: Runs, holder: int, day: int) -> int:
        """The scene's code for a holder of `runs` on a day."""
        ids = self._timeline.holders_of(runs, holder, day)
        if not ids:
            return UNKNOWN
        numbers = tuple(sorted(self._actor[actor_id] for actor_id in ids))
        if len(numbers) == 1:
            return numbers[0]
        return -2 - self._contests.setdefault(numbers, len(self._contests))

    @property
    def contests(self) -> tuple[tuple[int, ...], ...]:
        """Who contests, by index."""
        return tuple(self._contests)


@dataclass(frozen=True, slots=True)
class _Flip:
    day: int
    place: int
    holder: int
    age_day: int
    why: str
    claims: tuple[int, ...]


def flips_of(timeline: Timeline, runs: Runs, codes: Codes) -> Flips:
    """Every change of holder, of its name, or of the newest evidence, by day and place."""
    found = sorted(_flips(timeline, runs, codes), key=lambda flip: (flip.day, flip.place))
    return Flips(
        day=np.array([flip.day for flip in found], np.int32),
        place=np.array([flip.place for flip in found], np.int32),
        holder=np.array([flip.holder for flip in found], np.int32),
        age_day=np.array([flip.age_day for flip in found], np.int32),
        why=tuple(flip.why for flip in found),
        claims=tuple(flip.claims for flip in found),
    )


def _flips(timeline: Timeline, runs: Runs, codes: Codes) -> Iterator[_Flip]:
    count = len(runs.begin)
    for run in range(count):
        place, begin = int(runs.place[run]), int(runs.begin[run])
        follows = run + 1 < count and int(runs.place[run + 1]) == place
        end = int(runs.begin[run + 1]) if follows else NEVER
        holder = int(runs.holder[run])
        for day in (begin, *_renamings(timeline, runs, holder, begin, end)):
            yield _Flip(
                day=day,
                place=place,
                holder=codes.code(runs, holder, day),
                age_day=int(runs.evidence[run]),
                why=run_sentence(timeline, runs, run, day),
                claims=runs.deciding(run),
            )


def _renamings(timeline: Timeline, runs: Runs, holder: int, begin: int, end: int) -> list[int]:
    if holder == UNKNOWN:
        return []
    lines = (holder,) if holder >= 0 else runs.contests[-2 - holder]
    days = {day for line in lines for day in timeline.lineages.rename_days(line)}
    return sorted(day for day in days if begin < day < end)


def maybes_of(timeline: Timeline, runs: Runs, codes: Codes) -> Maybes:
    """The windows in which a change may already have happened, by begin and place."""
    columns = (runs.window_begin, runs.window_place, runs.window_end, runs.window_holder)
    found = sorted(
        (begin, place, end, codes.code(runs, holder, begin))
        for begin, place, end, holder in zip(*(c.tolist() for c in columns), strict=True)
    )
    table = np.array(found, np.int32).reshape(-1, 4)
    return Maybes(begin=table[:, 0], end=table[:, 2], place=table[:, 1], holder=table[:, 3])
