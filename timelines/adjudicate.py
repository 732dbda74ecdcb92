"""From competing claims about one place to one answer, and the rule that gave it.

The newest applicable event date wins; then confirmed over reported over claimed over disputed;
then the reliability of the source (the letters of the Admiralty or NATO code). What stays tied
between rivals is contested; between allies the more specific name wins (a group over its
coalition), then the most recent report.

*Applicable.* A claim counts from its settled day: the first on which it has happened for certain
(31 October for `2015-10`). From its earliest day until then it is a `Window`: it may already have
happened, and the holder before stays.

*Within one day* claims are put in order where they name whom the place was taken from: a claim
whose target is another's actor follows it, unless that other only says that the place is held by
its holder of the day before, or is disputed: then it denies the takeover. A circle (A from B, B
from A) is ordered by the holder of the day before; where that does not order it, the place is
contested. A claim with a closed window (`2015-10`) is moved up to the day of a dated claim inside
the window that names its actor as target: it must have come first.

*Before the first claim* about a place nothing is known, except that a claim which names the prior
holder is evidence of that holder just before. It is shown for at most `prior_days` before the
claim's earliest day, never before the timeline begins, and never for a claim with an open start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from timelines.statements import (
    LOW,
    Alliances,
    Decision,
    Lookback,
    Rule,
    Statement,
    Window,
)
from timelines.succession import after_succession
from timelines.windows import windows_of

__all__ = [
    "LOW",
    "Alliances",
    "Decision",
    "Lookback",
    "Rule",
    "Statement",
    "Window",
    "settle_day",
    "weigh",
]


def weigh(
    statements: Sequence[Statement],
    alliances: Alliances,
    lookback: Lookback,
    *,
    by_report: bool = False,
) -> tuple[list[Decision], list[Window]]:
    """Decisions of one place in order of their begin, and the windows of possible change.

    With `by_report` the claim that was reported last decides, whatever its event date, of those
    that have happened by the day.
    """
    ordered = sorted(_moved_up(statements), key=lambda s: (s.settled, s.row))
    days = [list(group) for _, group in groupby(ordered, key=lambda s: s.settled)]
    decisions: list[Decision] = []
    if days and (prior := _prior(days[0], alliances, lookback)):
        decisions.append(prior)
    if by_report:
        decisions.extend(_by_report(ordered, alliances))
        return decisions, windows_of(ordered, decisions)
    for group in days:
        before = decisions[-1].holders if decisions else ()
        decisions.append(settle_day(group, before, alliances))
    return decisions, windows_of(ordered, decisions)


def _by_report(ordered: Sequence[Statement], alliances: Alliances) -> list[Decision]:
    decisions: list[Decision] = []
    for day in sorted({s.settled for s in ordered}):
        due = [s for s in ordered if s.settled <= day]
        told = max(s.told for s in due)
        last = [s for s in due if s.told == told]
        newest = max(s.settled for s in last)
        before = decisions[-1].holders if decisions else ()
        one = settle_day([s for s in last if s.settled == newest], before, alliances)
        if not decisions or one.deciding != decisions[-1].deciding:
            decisions.append(replace(one, begin=day))
    return decisions


def _moved_up(statements: Sequence[Statement]) -> list[Statement]:
    moved = []
    for one in statements:
        if LOW < one.earliest < one.settled and one.actor >= 0:
            inside = [
                other.settled
                for other in statements
                if other.target == one.actor != other.actor
                and one.earliest <= other.settled < one.settled
            ]
            if inside:
                one = replace(one, settled=min(inside))
        moved.append(one)
    return moved


def _prior(group: Sequence[Statement], alliances: Alliances, lookback: Lookback) -> Decision | None:
    taken = {s.actor for s in group if s.target >= 0 or s.status > 0}
    named = [s for s in group if s.target >= 0 and s.target not in taken]
    earliest = min(s.earliest for s in group)
    if len({s.target for s in named}) != 1 or earliest == LOW or lookback.days <= 0:
        return None
    target = named[0].target
    begin = max(lookback.first_day, earliest - lookback.days, alliances.begins(target))
    if begin >= group[0].settled or begin > earliest:
        return None
    rows = tuple(s.row for s in named)
    return Decision(begin, (target,), Rule.PRIOR, rows, (), earliest)


def settle_day(
    group: Sequence[Statement], before: tuple[int, ...], alliances: Alliances
) -> Decision:
    """The outcome of one day's claims, given the holders of the day before."""
    day = group[0].settled
    named = [s for s in group if s.actor >= 0]
    if not named:
        return _decision(day, (), Rule.NO_HOLDER, group, group)
    if len({s.actor for s in named}) == 1:
        return _decision(day, (named[0].actor,), Rule.NEWEST, named, group)
    left, rule = after_succession(named, before), Rule.SUCCESSION
    if left is None:  # a circle that the day before does not open
        return _contested(day, named, group, alliances)
    if len({s.actor for s in left}) == 1:
        return _decision(day, (left[0].actor,), rule, left, group)
    for rule, weight in ((Rule.STATUS, _status), (Rule.RELIABILITY, _reliability)):
        best = max(weight(s) for s in left)
        left = [s for s in left if weight(s) == best]
        if len({s.actor for s in left}) == 1:
            return _decision(day, (left[0].actor,), rule, left, group)
    return _contested(day, left, group, alliances)


def _status(statement: Statement) -> int:
    return statement.status


def _reliability(statement: Statement) -> int:
    return statement.reliability


def _decision(
    day: int,
    holders: tuple[int, ...],
    rule: Rule,
    deciding: Sequence[Statement],
    group: Sequence[Statement],
) -> Decision:
    rows = tuple(sorted(s.row for s in deciding))
    losers = tuple(sorted(s.row for s in group if s.row not in rows))
    return Decision(day, holders, rule, rows, losers, day)


def _contested(
    day: int, left: Sequence[Statement], group: Sequence[Statement], alliances: Alliances
) -> Decision:
    sides: dict[str, list[Statement]] = {}
    for statement in left:
        sides.setdefault(alliances.side(statement.actor, day), []).append(statement)
    chosen: list[Statement] = []
    rule = Rule.TIED
    for allies in sides.values():
        kept, how = _among_allies(allies, day, alliances)
        chosen.extend(kept)
        rule = how if len(sides) == 1 else rule
    holders = tuple(sorted({s.actor for s in chosen}))
    return _decision(day, holders, rule, chosen, group)


def _among_allies(
    allies: Sequence[Statement], day: int, alliances: Alliances
) -> tuple[list[Statement], Rule]:
    def covered(one: Statement) -> bool:
        return any(
            alliances.is_broader(one.actor, other.actor, day)
            for other in allies
            if other.actor != one.actor
        )

    left = [one for one in allies if not covered(one)] or list(allies)
    if len({s.actor for s in left}) == 1:
        return left, Rule.SPECIFIC
    last = max(left, key=lambda s: (s.told, s.earliest, -s.row))
    return [s for s in left if s.actor == last.actor], Rule.REPORT
