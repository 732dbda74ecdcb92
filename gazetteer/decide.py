"""From evidence to an answer: resolved, ambiguous or unknown.

An answer is resolved when :mod:`gazetteer.certainty` is sure enough of the best candidate and the
best stands clear of every rival more than ``RIVAL_M`` away. The thresholds were fitted on names
whose place is in the index and on names whose place is not; they lie in ``thresholds.json`` with
the account of the fitting, and :mod:`gazetteer.tune` makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

import numpy as np

from gazetteer.certainty import FEATURES, RIVAL_M, Certainty, Ranked, features, unrivalled
from gazetteer.context import distance_m
from gazetteer.match import FOLDED, REASONS
from gazetteer.memory import F64, Index
from gazetteer.names import clean
from gazetteer.places import Candidate, Match, Name, Place

SAME_PLACE_M = 5_000.0
"""Records of one name within this distance are taken for one place."""
KNOWN, OWN, OWN_EXACT = 0.3, 0.6, 2.3
"""Certainty per nat of prominence, and of being in our own table: such places are seldom others.

Prominence counts double for a name that is spelled exactly so. OWN_EXACT is added where our own
table has the very name: its spellings were collected from reports.
"""
EXACT, EXACT_CLEAR = 0.5, 4.0
"""Certainty added for an exact spelling that leads by so many nats.

The development sets leave out the exact spellings, so that networks trust them too little.
"""
HOMONYM, HOMONYM_LEAD, MAIN_LEAD = 1.0, 2.5, 2.0
"""Names this near in evidence are homonyms, and only so much more prominence decides for one; less
where the query is the main name of the best ("Homs" is also a name of a town in Libya).
"""
ALIAS_LEAD = 6.0
"""The same where the query is only another name of the best, and just as well one of the other."""
SLOPE = 0.4
"""Logits that the score of a candidate loses per nat behind the best."""
SHOWN = 8
"""Candidates an answer carries at most."""


_LEAD = FEATURES.index("lead")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Logits of certainty: ``resolve`` is the least of a resolved answer, ``resolve_told`` the
    same where a context ruled places out, ``consider`` the least of a name that, rivals aside, is
    more than a suggestion. ``margin`` is the least lead of a resolved answer in nats.
    """

    resolve: float
    resolve_told: float
    margin: float
    consider: float


@cache
def default_thresholds() -> Thresholds:
    """The fitted numbers that come with the package."""
    table = json.loads((Path(__file__).parent / "thresholds.json").read_text(encoding="utf-8"))
    return Thresholds(**{f.name: table[f.name] for f in fields(Thresholds)})


@dataclass(frozen=True, slots=True)
class Judged:
    """Per query: how sure we are of its best candidate (a logit), and its lead in nats.

    ``named`` is how sure we should be if there were no rivals: of several homonyms none is likely,
    yet one of them is meant.
    """

    sure: F64
    lead: F64
    named: F64


def judge(ranked: Sequence[Ranked], names_total: int, certainty: Certainty) -> Judged:
    """Each query judged; one without candidates is not sure at all."""
    some = [i for i, one in enumerate(ranked) if len(one.place)]
    sure, named = (np.full(len(ranked), -np.inf) for _ in range(2))
    lead = np.zeros(len(ranked))
    if some:
        chosen = [ranked[i] for i in some]
        told = features(chosen, names_total)
        lead[some] = told[:, _LEAD]
        exact = np.array([one.reason[0] == FOLDED for one in chosen])
        known = np.array([float(one.prominence[0]) for one in chosen])
        own = np.array([float(one.own[0]) for one in chosen])
        famous = KNOWN * known * (1 + exact)
        more = famous + OWN * own + OWN_EXACT * (exact & (own > 0))
        clear = exact & (lead[some] >= EXACT_CLEAR)
        sure[some] = certainty.logits(told) + more + EXACT * clear
        # A near spelling is no likelier to be a place at all for one of ours resembling it.
        more = np.where(exact, more, famous)
        named[some] = certainty.logits(unrivalled(told)) + more + EXACT * exact
    return Judged(sure, lead, np.maximum(sure, named))


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
    lead = MAIN_LEAD if ranked.reason[0] == FOLDED and is_main_name else HOMONYM_LEAD
    enough = np.where(alias_twins & ~abroad, ALIAS_LEAD, lead)
    return bool((weight > first - enough)[twin].any())


def decide(
    index: Index,
    query: str,
    ranked: Ranked,
    judged: tuple[float, float, float],
    limits: Thresholds,
) -> Match:
    """The answer to one query, ``judged`` (sure, lead, named) as :class:`Judged` has it."""
    sure, lead, named = judged
    if not len(ranked.place):
        shown = clean(query)
        return Match("unknown", None, (), f"no indexed name resembles “{shown}”", query)
    candidates = _candidates(index, ranked, sure)
    first = candidates[0]
    is_main = ranked.matched[0] in (first.place.name, first.place.name_ar)
    if resolves(ranked, sure, lead, limits, is_main_name=is_main):
        return Match("resolved", first.place, candidates, first.why, query)
    shown = clean(query)
    # A place that bears the very name is more than a suggestion, however unsure.
    if named < limits.consider and ranked.reason[0] != FOLDED:
        return Match("unknown", None, candidates, f"nothing resembles “{shown}” closely", query)
    least = limits.resolve_told if ranked.narrowed else limits.resolve
    if not ranked.fits[0]:
        why = f"“{first.place.name}” lies elsewhere than was asked for"
    elif sure >= least:
        why = f"several places fit “{shown}” about equally well; say which area is meant"
    else:
        why = f"“{first.place.name}” is likely but not certain for “{shown}”"
    return Match("ambiguous", None, candidates, why, query)


def resolves(
    ranked: Ranked, sure: float, lead: float, limits: Thresholds, *, is_main_name: bool
) -> bool:
    """Whether the best candidate is the answer."""
    least = limits.resolve_told if ranked.narrowed else limits.resolve
    return (
        sure >= least
        and bool(ranked.fits[0])
        and lead >= limits.margin
        and not has_homonym(ranked, is_main_name=is_main_name)
    )


def _candidates(index: Index, ranked: Ranked, sure: float) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    sources: set[str] = set()
    evidence = ranked.evidence[:SHOWN].tolist()
    rows = zip(
        ranked.place[:SHOWN].tolist(),
        ranked.reason[:SHOWN].tolist(),
        ranked.cost[:SHOWN].tolist(),
        ranked.matched[:SHOWN].tolist(),
        evidence,
        strict=True,
    )
    for number, reason, cost, matched, known in rows:
        place = index.place(number)
        # Eight numbers are sooner done one by one than as an array.
        logit = sure - (evidence[0] - known) * SLOPE
        score = round(1 / (1 + math.exp(-min(max(logit, -30.0), 30.0))), 4)
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
