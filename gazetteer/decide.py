"""From evidence to an answer: resolved, ambiguous or unknown.

How sure we are of the best candidate is a logistic function of its evidence, of its lead over
every rival more than ``RIVAL_M`` away, of how many such rivals there are, of the edit cost per
symbol and of the length of the name. Its numbers were fitted on names whose place is in the index
and on names whose place is not; they lie in ``thresholds.json`` with the account of the fitting,
and :mod:`gazetteer.tune` makes them.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gazetteer.context import distance_m
from gazetteer.match import FOLDED, PARTLY, REASONS
from gazetteer.memory import F64, I64, Index
from gazetteer.names import clean, fold
from gazetteer.places import Candidate, Match, Name, Place

RIVAL_M = 10_000.0
"""Candidates nearer to each other than this are no rivals: either pin would be about right."""
SAME_PLACE_M = 5_000.0
"""Records of one name within this distance are taken for one place."""
KNOWN, OWN = 0.3, 0.7
"""Certainty per nat of prominence, and of being in our own table: such places are seldom others.

Prominence counts double for a name that is spelled exactly so.
"""
HOMONYM, HOMONYM_LEAD = 1.0, 2.5
"""Names this near in evidence are homonyms, and only so much more prominence decides for one."""
ALIAS_LEAD = 6.0
"""The same where the query is only another name of the best, and just as well one of the other."""
LEAD_MAX = 10.0
SHOWN = 8
"""Candidates an answer carries at most."""


REFERENCE_NAMES = 20_000
"""Names in the indexes of the fitting; larger ones reach more by chance, smaller ones less."""
FEATURES = ("evidence", "lead", "rivals", "cost_per_symbol", "length", "partly", "context", "one")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``weights`` of FEATURES give the logit that the best candidate is right.

    ``resolve`` is the least logit of a resolved answer, ``margin`` its least lead in nats, and
    ``consider`` the least logit of a candidate that is more than a suggestion.
    """

    weights: tuple[float, ...]
    resolve: float
    margin: float
    consider: float


@cache
def default_thresholds() -> Thresholds:
    """The fitted numbers that come with the package."""
    table = json.loads((Path(__file__).parent / "thresholds.json").read_text(encoding="utf-8"))
    return Thresholds(
        tuple(table["certainty"][name] for name in FEATURES),
        table["resolve"],
        table["margin"],
        table["consider"],
    )


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates of one query, best first: parallel arrays.

    ``symbols`` is the length of the query in sounds, ``away_m`` the distance from the best.
    ``evidence`` holds ``prominence`` (of people) and ``own`` (of the index) already; ``fits``
    tells whether a place lies, or may lie, in the area, country and box that were asked for.
    """

    symbols: int
    place: I64
    lon: F64
    lat: F64
    away_m: F64
    evidence: F64
    fits: NDArray[np.bool_]
    prominence: F64
    own: F64
    country: NDArray[np.object_]
    reason: NDArray[np.int8]
    cost: F64
    matched: NDArray[np.object_]


def chance(index: Index) -> float:
    """Nats that the best of all indexed names gains by their number alone."""
    return float(np.log(max(index.names_total, 1) / REFERENCE_NAMES))


def features(ranked: Ranked, context: bool) -> NDArray[np.float64]:
    """FEATURES of the best candidate; there must be one."""
    best = float(ranked.evidence[0])
    behind = best - ranked.evidence[ranked.away_m > RIVAL_M]
    lead = min(float(behind[0]), LEAD_MAX) if len(behind) else LEAD_MAX
    crowd = float(np.log(np.exp(-np.minimum(behind, 30.0)).sum() + 1e-3))
    partly = float(ranked.reason[0] == PARTLY)
    cost = float(ranked.cost[0]) / max(ranked.symbols, 1)
    return np.array(
        [
            best,
            min(lead, 3.0),
            crowd,
            cost,
            float(np.log1p(ranked.symbols)),
            partly,
            float(context),
            1.0,
        ]
    )


def has_homonym(ranked: Ranked, *, is_main_name: bool) -> bool:
    """Whether another pin has as good a name and is not far less prominent.

    Prominence says little where the query is the main name of neither.
    """
    named = ranked.evidence - ranked.own - ranked.prominence
    twin = (ranked.away_m > RIVAL_M) & (named >= named[0] - HOMONYM)
    if ranked.reason[0] == FOLDED:
        twin &= ranked.reason == FOLDED
    if not twin.any():
        return False
    # Being in our own table tells a place from one abroad, not from its neighbours.
    abroad = ranked.country != ranked.country[0]
    weight = ranked.evidence - np.where(abroad, 0.0, ranked.own)
    first = np.where(abroad, ranked.evidence[0], ranked.evidence[0] - ranked.own[0])
    alias_twins = ranked.reason[0] == FOLDED and not is_main_name
    enough = np.where(alias_twins & ~abroad, ALIAS_LEAD, HOMONYM_LEAD)
    return bool((weight > first - enough)[twin].any())


def decide(index: Index, query: str, ranked: Ranked, context: bool, limits: Thresholds) -> Match:
    """The answer to one query, asked with or without context."""
    if not len(ranked.place):
        shown = clean(query)
        return Match("unknown", None, (), f"no indexed name resembles “{shown}”", query)
    told = features(ranked, context)
    shift = limits.weights[0] * chance(index)
    sure = float(told @ np.array(limits.weights)) - shift
    exact = 2.0 if ranked.reason[0] == FOLDED else 1.0
    sure += KNOWN * exact * float(ranked.prominence[0]) + OWN * float(ranked.own[0])
    candidates = _candidates(index, ranked, sure, limits)
    first = candidates[0]
    lead = float(told[1])
    is_main = fold(clean(query)) in (fold(first.place.name), fold(first.place.name_ar))
    apart = lead >= limits.margin and not has_homonym(ranked, is_main_name=is_main)
    if sure >= limits.resolve and apart and ranked.fits[0]:
        return Match("resolved", first.place, candidates, first.why, query)
    shown = clean(query)
    if sure < limits.consider:
        return Match("unknown", None, candidates, f"nothing resembles “{shown}” closely", query)
    if not ranked.fits[0]:
        why = f"“{first.place.name}” lies elsewhere than was asked for"
    elif not apart:
        why = f"several places fit “{shown}” about equally well; say which area is meant"
    else:
        why = f"“{first.place.name}” is likely but not certain for “{shown}”"
    return Match("ambiguous", None, candidates, why, query)


def confidence(sure: float) -> float:
    """A logit as a probability with four digits."""
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, sure)))), 4)


def _candidates(
    index: Index, ranked: Ranked, sure: float, limits: Thresholds
) -> tuple[Candidate, ...]:
    slope = max(limits.weights[0], 0.5)
    found: list[Candidate] = []
    sources: set[str] = set()
    evidence = ranked.evidence[:SHOWN].tolist()
    rows = zip(ranked.place.tolist(), ranked.reason.tolist(), ranked.cost.tolist(), strict=True)
    for i, (number, reason, cost) in zip(range(SHOWN), rows, strict=False):
        place = index.place(number)
        score = confidence(sure - (evidence[0] - evidence[i]) * slope)
        matched = ranked.matched[i]
        why = reason_text(reason, cost) + _time_of(place, matched)
        candidate = Candidate(place, score, why, matched)
        sources.add(place.source)
        # Records of one source are places of their own, however near.
        twin = (
            next((k for k, c in enumerate(found) if _same(c.place, place)), None)
            if (len(sources) > 1)
            else None
        )
        if twin is None:
            found.append(candidate)
        else:
            found[twin] = replace(found[twin], place=joined(found[twin].place, place))
    return tuple(found)


def _time_of(place: Place, matched: str) -> str:
    """A remark when the name that matched is one of another time."""
    for name in place.names:
        if isinstance(name, Name) and name == matched and (name.kind or name.end):
            span = " to ".join(part for part in (name.begin, name.end) if part)
            return f", {name.kind or 'former'} name" + (f", {span}" if span else "")
    return ""


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
