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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby

LOW = -(2**31)  # an open begin, as in geo.scene
MAX_STEPS = 8  # takeovers of one place on one day that are put in order


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
        return decisions, _windows(ordered, decisions)
    for group in days:
        before = decisions[-1].holders if decisions else ()
        decisions.append(settle_day(group, before, alliances))
    return decisions, _windows(ordered, decisions)


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
    left, rule = _after_succession(named, before), Rule.SUCCESSION
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


def _after_succession(
    named: Sequence[Statement], before: tuple[int, ...]
) -> list[Statement] | None:
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


def _windows(ordered: Sequence[Statement], decisions: Sequence[Decision]) -> list[Window]:
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
