"""Why a place is as it is: the deciding claims, those set aside, and the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timelines import dates
from timelines.adjudicate import LOW, Rule
from timelines.claims import Claim, Source
from timelines.history import UNKNOWN, Runs
from timelines.places import TimelinePlace
from timelines.timeline import Why
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
    return _why(timeline, place, runs, run, day, "", "").text


def _why(
    timeline: Timeline,
    place: TimelinePlace,
    runs: Runs,
    run: int,
    on: int,
    known_on: str,
    maybe: str,
) -> Why:
    rule = Rule(int(runs.rule[run])) if run >= 0 else Rule.NONE
    holder = int(runs.holder[run]) if run >= 0 else UNKNOWN
    since = int(runs.since[run]) if run >= 0 else LOW
    claims, key = timeline.claims, timeline.claims.key
    deciding = [(key(row), claims[row]) for row in (runs.deciding(run) if run >= 0 else ())]
    losers = [(key(row), claims[row]) for row in (runs.losers(run) if run >= 0 else ())]
    holders = timeline.holders_of(runs, holder, on)

    def name(text: str) -> str:
        actor_id = timeline.actors.id_of(text)
        return timeline.actors.on(actor_id, on).name if actor_id else text

    status = "held" if holder >= 0 else "unknown" if holder == UNKNOWN else "contested"
    text = sentence(
        place=place.name,
        holders=[name(h) for h in holders],
        rule=rule,
        since=since,
        deciding=deciding,
        losers=losers,
        sources=timeline.sources,
        name=name,
        maybe=name(maybe) if maybe else "",
        independent=independent_sources(timeline, [claim for _, claim in deciding]),
    )
    return Why(
        text=text,
        place_id=place.id,
        place=place.name,
        on=dates.iso(on),
        known_on=known_on,
        controller=holders[0] if status == "held" else None,
        status=status,
        contenders=holders if status == "contested" else (),
        since=dates.iso(since) if since > LOW else "",
        rule=RULES[rule],
        claim_ids=tuple(k for k, _ in deciding),
        loser_ids=tuple(k for k, _ in losers),
        independent=independent_sources(timeline, [claim for _, claim in deciding]),
        deciding=tuple(claim for _, claim in deciding),
        losers=tuple(claim for _, claim in losers),
        maybe=maybe,
    )
