"""What changed, in sentences to be checked: who, when, who says so and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from timelines import dates
from timelines.adjudicate import LOW, Rule
from timelines.history import UNKNOWN
from timelines.wording import cite, join, said

if TYPE_CHECKING:
    from timelines.compare import Comparison, Moment
    from timelines.timeline import Timeline

CITED = 2  # sources named in a sentence; the others are counted


def change_sentence(comparison: Comparison, number: int) -> str:
    """The sentence of one place of a comparison."""
    had, has = int(comparison.before.holder[number]), int(comparison.after.holder[number])
    place = comparison.timeline.place_list[number].name
    if comparison.of_knowledge:
        text = f"{place} on {words(comparison.after.moment.on)}: {_knowledge(comparison, had, has)}"
    elif had == has:
        text = f"{place}: {_steady(comparison, number)}"
    else:
        text = f"{place}: {_changed(comparison, number)}"
    if had != has:
        text += _said_by(comparison, number)
    against = disputes(comparison, number)
    if against and has != UNKNOWN:
        text += f", disputed by {_against(comparison, against)}"
    gone = comparison.withdrawn(_deciding_before(comparison, number)) if had != has else ()
    if gone:
        text += f"; withdrawn since: {join([_cite(comparison.timeline, row) for row in gone])}"
    return text + "."


def words(day: int) -> str:
    """`9 October 2015`."""
    return str(dates.parse(dates.iso(day)))


def moment_words(moment: Moment) -> str:
    """`9 October 2015`, and where it is not now, as known on which day."""
    known = "" if moment.known_on is None else f", as known on {words(moment.known_on)}"
    return words(moment.on) + known


def holder_words(comparison: Comparison, holder: int, day: int) -> str:
    """`Islamic State`, `contested between … and …`, or `not known`."""
    names = [comparison.timeline.actors[a].name for a in comparison.names(holder, day)]
    if not names:
        return "not known"
    return names[0] if holder >= 0 else f"contested between {join(names)}"


def disputes(comparison: Comparison, number: int) -> tuple[int, ...]:
    """Rows of the claims that were set aside and name a holder of another side."""
    holder, run = int(comparison.after.holder[number]), int(comparison.after.run[number])
    if run < 0 or holder < 0:  # what is contested or not known names all sides anyway
        return ()
    timeline, runs, day = comparison.timeline, comparison.after.runs, comparison.after.moment.on
    side = timeline.lineages.side(holder, day)
    found = []
    for row in dict.fromkeys((*runs.losers(runs.spell_start(run)), *runs.losers(run))):
        who = timeline.lineages.index(timeline.claims.column("actor")[row])
        if who >= 0 and timeline.lineages.side(who, day) != side:
            found.append(row)
    return tuple(found)


def _deciding_before(comparison: Comparison, number: int) -> tuple[int, ...]:
    run = int(comparison.before.run[number])
    return comparison.before.runs.deciding(run) if run >= 0 else ()


def _changed(comparison: Comparison, number: int) -> str:
    had, has = int(comparison.before.holder[number]), int(comparison.after.holder[number])
    before, after = comparison.before.moment, comparison.after.moment
    new = holder_words(comparison, has, after.on)
    old = holder_words(comparison, had, before.on)
    run = int(comparison.after.run[number])
    if run < 0:
        return f"{old} to not known"
    start = comparison.after.runs.spell_start(run)
    when = _when(comparison.timeline, comparison.after.runs.deciding(start))
    if comparison.after.runs.rule[start] == Rule.PRIOR:
        return f"not known on {words(before.on)}; {new} until it changed hands ({when})"
    steps = len(comparison.between(number))
    if had == UNKNOWN:
        text = f"not known on {words(before.on)}; {new}, {when}"
        return text if steps < 2 else f"{text}, the last of {steps} holders in between"
    return f"{old} to {new}, {when}" + (f", the last of {steps} changes" if steps > 1 else "")


def _steady(comparison: Comparison, number: int) -> str:
    day = comparison.after.moment.on
    holder = holder_words(comparison, int(comparison.after.holder[number]), day)
    runs, between = comparison.after.runs, comparison.between(number)
    if between:
        held = []
        for run in between:
            who = comparison.shared(int(runs.holder[run]))
            name = holder_words(comparison, who, int(runs.begin[run]))
            held.append(f"{name}, {_when(comparison.timeline, runs.deciding(run))}")
        return f"{holder} on both days, but not throughout: {'; '.join(held)}"
    evidence = int(runs.evidence[int(comparison.after.run[number])])
    verb = "held throughout by " if comparison.after.holder[number] >= 0 else "throughout "
    return f"{verb}{holder}" + (f"; newest evidence of {words(evidence)}" if evidence > LOW else "")


def _knowledge(comparison: Comparison, had: int, has: int) -> str:
    day = comparison.after.moment.on
    earlier, later = as_known(comparison.before.moment), as_known(comparison.after.moment)
    if had == has:
        return f"{holder_words(comparison, has, day)}, {earlier} and {later}"
    old, new = (holder_words(comparison, holder, day) for holder in (had, has))
    return f"{old} {earlier}, {new} {later}"


def as_known(moment: Moment) -> str:
    """`as known now`, or on which day."""
    return "as known now" if moment.known_on is None else f"as known on {words(moment.known_on)}"


def _said_by(comparison: Comparison, number: int) -> str:
    """`, reported by …`: who the later state rests on, first those that told of the change."""
    run = int(comparison.after.run[number])
    if run < 0:
        return ""
    timeline, runs = comparison.timeline, comparison.after.runs
    rows = runs.deciding(run if comparison.of_knowledge else runs.spell_start(run))
    if not rows:
        return ""
    status = timeline.claims[rows[0]].status
    told = join([_cite(timeline, row) for row in rows], CITED)
    if runs.rule[run] == Rule.NO_HOLDER:
        return f": {told} {'says' if len(rows) == 1 else 'say'} who lost it, not who holds it"
    return f", {said(status)} by {told}"


def _against(comparison: Comparison, rows: Iterable[int]) -> str:
    timeline, day = comparison.timeline, comparison.after.moment.on
    said = []
    for row in rows:
        who = timeline.lineages.index(timeline.claims.column("actor")[row])
        name = timeline.actors[timeline.lineages.name_on(who, day)].name
        said.append(f"{_cite(timeline, row)}, which says {name}")
    return join(said, CITED)


def _cite(timeline: Timeline, row: int) -> str:
    return cite(timeline.claims[row], timeline.claims.key(row), timeline.sources)


def _when(timeline: Timeline, rows: Iterable[int]) -> str:
    texts = [timeline.claims.column("date")[row] for row in rows]
    # The narrowest date that was given for it: two reports of one day may differ in precision.
    found = [dates.parse(text) for text in texts]
    exact = [when for when in found if when.exact]
    return str((exact or found)[0]) if found else "day not known"
