"""The days on which a change may already have happened; see `timelines.adjudicate`."""

from __future__ import annotations

from collections.abc import Sequence

from timelines.statements import LOW, Decision, Rule, Statement, Window


def windows_of(ordered: Sequence[Statement], decisions: Sequence[Decision]) -> list[Window]:
    """The windows of one place: claims in order of their settled day, and what was decided."""
    windows: list[Window] = []
    for one in ordered:
        if one.earliest >= one.settled or one.actor < 0:
            continue
        begin = one.earliest
        if begin == LOW:  # it may have come at any time after the claim before it
            earlier = [d for d in decisions if d.begin < one.settled and d.rule != Rule.PRIOR]
            if not earlier:
                continue
            begin = earlier[-1].begin + 1
        windows.extend(
            Window(low, high, one.actor, one.row)
            for low, high in _not_held(begin, one.settled, one.actor, decisions)
        )
    return sorted(windows, key=lambda w: (w.begin, w.row))


def _not_held(
    begin: int, end: int, actor: int, decisions: Sequence[Decision]
) -> list[tuple[int, int]]:
    """The parts of a window in which the actor does not hold the place anyway."""
    parts = []
    cuts = [d for d in decisions if d.begin < end]
    low = begin
    held = False
    for decision in cuts:
        if decision.begin <= begin:
            held = decision.holders == (actor,)
            continue
        if not held and low < decision.begin:
            parts.append((low, decision.begin))
        low, held = decision.begin, decision.holders == (actor,)
    if not held and low < end:
        parts.append((low, end))
    return parts
