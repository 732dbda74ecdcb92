"""The order of takeovers within one day; see `timelines.adjudicate`."""

from __future__ import annotations

from collections.abc import Sequence

from timelines.statements import Statement

MAX_STEPS = 8  # takeovers of one place on one day that are put in order


def after_succession(named: Sequence[Statement], before: tuple[int, ...]) -> list[Statement] | None:
    """The claims that no other claim of the day follows; None for a circle that stays closed."""
    steps = list(dict.fromkeys((s.target, s.actor) for s in named if s.target not in (-1, s.actor)))
    came = {actor for _, actor in steps}
    # "X holds it", said of whoever held it the day before, or in dispute, denies a takeover and
    # does not come before it.
    denied = {s.actor for s in named if s.target in (-1, s.actor)} - came
    denied = {a for a in denied if before == (a,)} | {
        s.actor for s in named if s.actor in denied and s.status == 0
    }
    actors = {s.actor for s in named}
    followed = {target for target, _ in steps} & actors - denied
    if len(followed) < len(actors):
        ends = actors - followed
        if not _circular(steps, ends):
            return [s for s in named if s.actor in ends]
    if len(before) == 1 and len(steps) <= MAX_STEPS:
        ends = _ends_of_walks(steps, before[0])
        off_path = actors - {actor for _, actor in steps} - {target for target, _ in steps}
        if len(ends) == 1:
            return [s for s in named if s.actor in ends | off_path]
    return None


def _circular(steps: Sequence[tuple[int, int]], ends: set[int]) -> bool:
    """Does some step lead to none of the ends (it goes round in a circle of its own)?"""
    reaches = set(ends)
    grown = True
    while grown:
        more = {target for target, actor in steps if actor in reaches} - reaches
        grown = bool(more)
        reaches |= more
    return any(actor not in reaches for _, actor in steps)


def _ends_of_walks(steps: Sequence[tuple[int, int]], start: int) -> set[int]:
    """Last holders of all orders in which every takeover happens once, beginning from `start`."""
    ends: set[int] = set()

    def walk(here: int, left: tuple[tuple[int, int], ...]) -> None:
        if not left:
            ends.add(here)
        for step in left:
            if step[0] == here:
                walk(step[1], tuple(other for other in left if other != step))

    walk(start, tuple(steps))
    return ends
