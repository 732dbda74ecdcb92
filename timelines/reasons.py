"""Why a place is as it is: the deciding claims, those set aside, and the rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from timelines import dates
from timelines.adjudicate import LOW, Rule
from timelines.answers import Why
from timelines.claims import Claim, Source
from timelines.places import TimelinePlace
from timelines.runs import UNKNOWN, Runs, run_status
from timelines.wording import RULES, sentence

if TYPE_CHECKING:
    from timelines.timeline import Timeline


def explain(timeline: Timeline, place: TimelinePlace, *, on: int, known_on: str, runs: Runs) -> Why:
    """See `Timeline.why`."""
    number = timeline.place_number[place.id]
    run = int(runs.at(on, len(timeline.place_list))[number])
    who = int(runs.maybe_at(on, len(timeline.place_list))[number])
    maybe = timeline.lineages.name_on(who, on) if who >= 0 else ""
    return _why(timeline, place, runs, run, on, known_on, maybe)


def independent_sources(timeline: Timeline, claims: list[Claim]) -> int:
    """How many sources say it; those that relay one another count once."""
    return len({origin(timeline.sources, claim.source) for claim in claims})


def origin(sources: dict[str, Source], source: str) -> str:
    """The source at the beginning of a chain of relays."""
    seen: set[str] = set()
    while source in sources and sources[source].relays and source not in seen:
        seen.add(source)
        source = sources[source].relays
    return min(seen) if source in seen else source


def run_sentence(timeline: Timeline, runs: Runs, run: int, day: int) -> str:
    """The sentence of one run, under the names of a day."""
    place = timeline.place_list[int(runs.place[run])]
    return _said(timeline, place, _facts(timeline, runs, run, day), day, "")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one run; `deciding` and `losers` are (key, claim)."""

    rule: Rule
    holder: int
    since: int
    holders: tuple[str, ...]
    deciding: list[tuple[str, Claim]]
    losers: list[tuple[str, Claim]]
    independent: int
    unordered: tuple[str, int] = ("", 0)  # holder and day of a run that may in truth be the later


def _facts(timeline: Timeline, runs: Runs, run: int, on: int) -> _Facts:
    if run < 0:
        return _Facts(Rule.NONE, UNKNOWN, LOW, (), [], [], 0)
    claims, key = timeline.claims, timeline.claims.key
    deciding = [(key(row), claims[row]) for row in runs.deciding(run)]
    holder = int(runs.holder[run])
    return _Facts(
        rule=Rule(int(runs.rule[run])),
        holder=holder,
        since=int(runs.since[run]),
        holders=timeline.holders_of(runs, holder, on),
        deciding=deciding,
        losers=[(key(row), claims[row]) for row in runs.losers(run)],
        independent=independent_sources(timeline, [claim for _, claim in deciding]),
        unordered=_unordered(timeline, runs, run),
    )


def _unordered(timeline: Timeline, runs: Runs, run: int) -> tuple[str, int]:
    """The holder before, where the deciding claim may have happened before it came.

    `2013-11` counts from the end of November; a rival's claim of 20 November may be the later one.
    """
    follows = run > 0 and runs.place[run - 1] == runs.place[run]
    if not follows or runs.rule[run - 1] == Rule.PRIOR or runs.holder[run - 1] < 0:
        return "", 0
    rows = list(runs.deciding(run))
    earliest = int(timeline.clocks.earliest[rows].min())
    day = int(runs.begin[run - 1])
    rival = runs.holder[run - 1] != runs.holder[run]
    if not (rival and LOW < earliest <= day):
        return "", 0
    return timeline.holders_of(runs, int(runs.holder[run - 1]), day)[0], day


def _said(timeline: Timeline, place: TimelinePlace, facts: _Facts, on: int, maybe: str) -> str:
    def name(text: str) -> str:
        actor_id = timeline.actors.id_of(text)
        return timeline.actors.on(actor_id, on).name if actor_id else text

    return sentence(
        place=place.name,
        holders=[name(holder) for holder in facts.holders],
        rule=facts.rule,
        since=facts.since,
        deciding=facts.deciding,
        losers=facts.losers,
        sources=timeline.sources,
        name=name,
        maybe=name(maybe) if maybe else "",
        independent=facts.independent,
        unordered=(name(facts.unordered[0]), facts.unordered[1]) if facts.unordered[0] else None,
    )


def _why(
    timeline: Timeline,
    place: TimelinePlace,
    runs: Runs,
    run: int,
    on: int,
    known_on: str,
    maybe: str,
) -> Why:
    facts = _facts(timeline, runs, run, on)
    holders, deciding, losers = facts.holders, facts.deciding, facts.losers
    status = run_status(facts.holder)
    return Why(
        text=_said(timeline, place, facts, on, maybe),
        place_id=place.id,
        place=place.name,
        on=dates.iso(on),
        known_on=known_on,
        controller=holders[0] if status == "held" else None,
        status=status,
        contenders=holders if status == "contested" else (),
        since=dates.iso(facts.since) if facts.since > LOW else "",
        rule=RULES[facts.rule],
        claim_ids=tuple(k for k, _ in deciding),
        loser_ids=tuple(k for k, _ in losers),
        independent=facts.independent,
        deciding=tuple(claim for _, claim in deciding),
        losers=tuple(claim for _, claim in losers),
        maybe=maybe,
    )
