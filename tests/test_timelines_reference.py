"""The state of random worlds against a reference of loops, for every policy and pair of dates.

Worlds of single days, without prior holders: there the rule is short enough to be written twice.
"""

from __future__ import annotations

import datetime as dt
import random

import pytest

from tests.claim_worlds import timeline_of
from timelines.actors import Actor, Actors
from timelines.claims import Claim, Source
from timelines.policies import POLICIES, party_of

FIRST = dt.date(2015, 1, 1)
SIDES = ("isil", "rebels", "sdf")
SOURCES = {
    "a": Source("a", reliability="A"),
    "c": Source("c", reliability="C"),
    "c2": Source("c2", reliability="C"),
    "isil-press": Source("isil-press", reliability="C", party="isil"),
    "unrated": Source("unrated"),
}
ACTORS = Actors(Actor(side, side) for side in SIDES)
STATUS = {"confirmed": 3, "reported": 2, "claimed": 1, "disputed": 0}
LETTER = {"A": 6, "C": 4, "": 0}
ALL = (*POLICIES, "party-isil-claims", "party-sdf-claims")
WORLDS = 1_500
PAIRS = 2
COLUMNS = ("place_id", "status", "controller", "contenders")
Answer = tuple[str, tuple[str, ...]]  # status, who


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


def world(rng: random.Random) -> list[Claim]:
    claims: list[Claim] = []
    for number in range(rng.randrange(1, 9)):
        happened = rng.randrange(6)
        reported = happened + rng.randrange(4)
        withdraws = rng.random() < 0.25 and bool(claims)
        status = "retracted" if withdraws and rng.random() < 0.6 else rng.choice(list(STATUS))
        claims.append(
            Claim(
                "control",
                day(happened),
                rng.choice(("marea", "azaz")),
                "" if status == "retracted" else rng.choice(SIDES),
                rng.choice(list(SOURCES)),
                id=f"k{number}",
                status=status,
                reported=day(reported),
                extra=(("retracts", rng.choice(claims).id if withdraws else ""),),
            )
        )
    return claims


def known_since(claims: list[Claim], on: str) -> dict[str, str]:
    """The claims that are known and stand on a day, with the day since when without a break."""

    def stands(claim: Claim, at: str) -> bool:
        against = [c for c in claims if claim.id in dict(c.extra)["retracts"].split("|")]
        return claim.reported <= at and not any(stands(c, at) for c in against)

    days = [day(n) for n in range(12) if day(n) <= on]
    found = {}
    for claim in claims:
        if days and stands(claim, days[-1]):
            since = days[-1]
            for at in reversed(days):
                if not stands(claim, at):
                    break
                since = at
            found[claim.id] = since
    return found


def teller(claim: Claim) -> str:
    party = SOURCES[claim.source].party
    return party or (claim.actor if claim.status == "claimed" else "")


def reference(claims: list[Claim], place: str, on: str, known_on: str, policy: str) -> Answer:
    since = known_since(claims, known_on)
    due = [
        c for c in claims
        if c.id in since and c.place == place and c.status != "retracted" and c.date <= on
    ]  # fmt: skip
    rank = {c.id: STATUS[c.status] for c in due}
    if policy == "confirmed-only":
        due = [c for c in due if c.status == "confirmed"]
    elif policy == "latest-report":
        last = max((since[c.id] for c in due), default="")
        due = [c for c in due if since[c.id] == last]
    elif party := party_of(policy):
        due = [c for c in due if teller(c) in ("", party)]
        rank |= {c.id: 4 for c in due if teller(c) == party}
    newest = max((c.date for c in due), default="")
    left = [c for c in due if c.date == newest]
    for weight in (
        lambda c: rank[c.id],
        lambda c: LETTER[SOURCES[c.source].reliability],
    ):
        if len({c.actor for c in left}) > 1:
            best = max(weight(c) for c in left)
            left = [c for c in left if weight(c) == best]
    who = tuple(sorted({c.actor for c in left}))
    return ("unknown" if not who else "held" if len(who) == 1 else "contested"), who


@pytest.mark.parametrize("policy", ALL)
def test_pairs_of_dates_of_random_worlds(policy: str) -> None:
    rng = random.Random(policy)
    for number in range(WORLDS // len(ALL)):
        claims = world(rng)
        timeline = timeline_of(*claims, sources=SOURCES, actors=ACTORS)
        for _ in range(PAIRS):
            on, known_on = day(rng.randrange(8)), day(rng.randrange(11))
            frame = timeline.state(on=on, known_on=known_on, policy=policy)
            columns = (frame[name].tolist() for name in COLUMNS)
            for place, status, controller, contenders in zip(*columns, strict=True):
                expected = reference(claims, place, on, known_on, policy)
                who = (controller,) if controller else tuple(sorted(contenders))
                assert (status, who) == expected, (number, on, known_on, claims)
            if len(frame):
                why = timeline.why(place, on=on, known_on=known_on, policy=policy)
                assert why.status == status and why.claim_ids == frame["claim_ids"].iloc[-1]
                assert set(why.claim_ids).isdisjoint(why.loser_ids)
                assert {c.actor for c in claims if c.id in why.claim_ids} == set(expected[1])
