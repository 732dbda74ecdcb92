"""From evidence to an answer: resolved, ambiguous or unknown.

``resolved`` needs the best candidate to pass a threshold of evidence **and** to stand clear of
every rival more than ``RIVAL_M`` away. The numbers and how they were fitted are in
``thresholds.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gazetteer.context import distance_m
from gazetteer.match import REASONS
from gazetteer.memory import F64, I64, Index
from gazetteer.names import clean
from gazetteer.places import Candidate, Match, Place

RIVAL_M = 10_000.0
"""Candidates nearer to each other than this are no rivals: either pin would be about right."""
SAME_PLACE_M = 5_000.0
"""Records of one name within this distance are taken for one place."""
SHOWN = 8
"""Candidates an answer carries at most."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Nats. ``resolve`` of evidence, ``margin`` over rivals, ``consider`` to be more than noise."""

    resolve: float
    margin: float
    consider: float


@cache
def default_thresholds() -> Thresholds:
    """The fitted numbers that come with the package."""
    table = json.loads((Path(__file__).parent / "thresholds.json").read_text(encoding="utf-8"))
    return Thresholds(table["resolve"], table["margin"], table["consider"])


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates of one query, best first: parallel arrays; ``matched`` of the first SHOWN."""

    place: I64
    lon: F64
    lat: F64
    evidence: F64
    reason: NDArray[np.int8]
    cost: F64
    matched: list[str]


def surprise(index: Index) -> float:
    """Nats of evidence that the best of so many names reaches by chance."""
    return float(np.log(max(index.names_total, 1)))


def lead_of(ranked: Ranked) -> float:
    """Nats between the best candidate and the next one that is another pin on the map."""
    away = distance_m(ranked.lon, ranked.lat, (float(ranked.lon[0]), float(ranked.lat[0])))
    rivals = np.flatnonzero(away > RIVAL_M)
    return float(ranked.evidence[0] - ranked.evidence[rivals[0]]) if len(rivals) else np.inf


def decide(index: Index, query: str, ranked: Ranked, limits: Thresholds) -> Match:
    """The answer to one query."""
    shown = clean(query)
    if not len(ranked.place):
        return Match("unknown", None, (), f"no indexed name resembles “{shown}”", query)
    chance = surprise(index)
    best = float(ranked.evidence[0]) - chance
    candidates = _candidates(index, ranked, limits, chance)
    first = candidates[0]
    if best < limits.consider:
        return Match("unknown", None, candidates, f"nothing resembles “{shown}” closely", query)
    lead = lead_of(ranked)
    if best >= limits.resolve and lead >= limits.margin:
        return Match("resolved", first.place, candidates, first.why, query)
    if lead < limits.margin:
        close = int((ranked.evidence[:SHOWN] > ranked.evidence[0] - limits.margin).sum())
        why = f"{close} places fit “{shown}” about equally well; say which area is meant"
    else:
        why = f"“{first.place.name}” is likely but not certain for “{shown}”"
    return Match("ambiguous", None, candidates, why, query)


def confidence(evidence: float, limits: Thresholds) -> float:
    """Evidence beyond chance on a scale of 0..1; the threshold of ``resolved`` is at 0.75."""
    return round(float(1 / (1 + np.exp(-(evidence - limits.resolve) / 3 - np.log(3)))), 4)


def _candidates(
    index: Index, ranked: Ranked, limits: Thresholds, chance: float
) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for i in range(min(len(ranked.place), SHOWN)):
        place = index.place(int(ranked.place[i]))
        score = confidence(float(ranked.evidence[i]) - chance, limits)
        why = reason_text(int(ranked.reason[i]), float(ranked.cost[i]))
        candidate = Candidate(place, score, why, ranked.matched[i])
        twin = next((k for k, c in enumerate(found) if _same(c.place, place)), None)
        if twin is None:
            found.append(candidate)
        else:
            found[twin] = replace(found[twin], place=joined(found[twin].place, place))
    return tuple(found)


def _same(one: Place, other: Place) -> bool:
    """Whether two records of different sources are one place: a common name, a few km apart."""
    if one.id == other.id:
        return True
    if one.source == other.source or not _like_kinds(one.kind, other.kind):
        return False
    point = (np.array([one.lon]), np.array([one.lat]))
    if float(distance_m(*point, (other.lon, other.lat))[0]) > SAME_PLACE_M:
        return False
    mine = {name.casefold() for name in one.all_names()}
    return any(name.casefold() in mine for name in other.all_names())


def _like_kinds(one: str, other: str) -> bool:
    settled = {"", "city", "town", "village", "populated place"}
    return one == other or (one in settled and other in settled)


def joined(one: Place, other: Place) -> Place:
    """``one`` with the names of ``other``, and what only the other knows."""
    names = tuple(
        dict.fromkeys(
            n for n in (*one.all_names(), *other.all_names()) if n not in (one.name, one.name_ar)
        )
    )
    return replace(
        one,
        names=names,
        population=one.population if one.population is not None else other.population,
        name_ar=one.name_ar or other.name_ar,
        admin1=one.admin1 or other.admin1,
        admin2=one.admin2 or other.admin2,
        country=one.country or other.country,
        kind=one.kind or other.kind,
        source=" + ".join(dict.fromkeys(s for s in (one.source, other.source) if s)),
    )


def reason_text(code: int, cost: float) -> str:
    """Why a candidate was proposed, in a few words."""
    return f"{REASONS[code]} (edit cost {cost:.1f})" if cost >= 0.05 else REASONS[code]
