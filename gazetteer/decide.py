"""From evidence to an answer: resolved, ambiguous or unknown.

An answer is resolved when :mod:`gazetteer.certainty` is sure enough of the best candidate and the
best stands clear of every rival more than ``RIVAL_M`` away. The thresholds were fitted on names
whose place is in the index and on names whose place is not; they lie in ``thresholds.json`` with
the account of the fitting, and :mod:`gazetteer.tune` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from gazetteer.certainty import FEATURES, RIVAL_M, Certainty, Flags, Ranking, features, unrivalled
from gazetteer.context import distance_m
from gazetteer.match import FOLDED, REASONS, TRANSLATED
from gazetteer.memory import F64, Index, expand
from gazetteer.names import clean
from gazetteer.pairs import ALIKE
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
MUCH_ALIKE = 0.9
"""Likeness of letters, 0..1, from which on a name is more than a suggestion, however unsure."""


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
    yet one of them is meant. ``rivalled`` tells whether another pin has as good a name and is not
    far less prominent: the second column where the query is the main name of the best, which
    makes its prominence say more, the first where it is another one.
    """

    sure: F64
    lead: F64
    named: F64
    rivalled: Flags


def judge(ranking: Ranking, names_total: int, certainty: Certainty) -> Judged:
    """Each query judged; one without candidates is not sure at all."""
    count = len(ranking)
    sure, named = (np.full(count, -np.inf) for _ in range(2))
    lead, rivalled = np.zeros(count), np.zeros((count, 2), dtype=bool)
    some = np.flatnonzero(ranking.sizes)
    if len(some):
        chosen = ranking.of(some) if len(some) < count else ranking
        told = features(chosen, names_total)
        lead[some] = told[:, _LEAD]
        best = chosen.rows.rows(chosen.edges[:-1])
        exact = best.reason == FOLDED
        famous = KNOWN * best.prominence * (1 + exact)
        more = famous + OWN * best.own + OWN_EXACT * (exact & (best.own > 0))
        clear = exact & (lead[some] >= EXACT_CLEAR)
        sure[some] = certainty.logits(told) + more + EXACT * clear
        # A near spelling is no likelier to be a place at all for one of ours resembling it.
        more = np.where(exact, more, famous)
        named[some] = certainty.logits(unrivalled(told)) + more + EXACT * exact
        rivalled[some] = _rivalled(chosen)
    return Judged(sure, lead, np.maximum(sure, named), rivalled)


def _rivalled(ranking: Ranking) -> Flags:
    """``rivalled`` (n, 2) of :class:`Judged`; prominence says little among mere other names."""
    rows = ranking.rows
    of = np.repeat(np.arange(len(ranking)), ranking.sizes)
    best = ranking.edges[:-1][of]
    named = rows.evidence - rows.own - rows.prominence
    twin = (rows.away_m > RIVAL_M) & (named >= named[best] - HOMONYM)
    exact = (rows.reason == FOLDED)[best]
    twin &= ~exact | (rows.reason == FOLDED)
    # Being in our own table tells a place from one abroad, not from its neighbours.
    abroad = rows.country != rows.country[best]
    weight = rows.evidence - np.where(abroad, 0.0, rows.own)
    first = rows.evidence[best] - np.where(abroad, 0.0, rows.own[best])
    leads = (
        np.where(exact & ~abroad, ALIAS_LEAD, HOMONYM_LEAD),
        np.where(exact, MAIN_LEAD, HOMONYM_LEAD),
    )
    columns = [np.bincount(of, twin & (weight > first - lead), len(ranking)) > 0 for lead in leads]
    return np.column_stack(columns)


def decide(
    index: Index, queries: Sequence[str], ranking: Ranking, judged: Judged, limits: Thresholds
) -> list[Match]:
    """The answer to each query."""
    fits, reason = ranking.rows.fits, ranking.rows.reason
    least = np.where(ranking.narrowed != 0, limits.resolve_told, limits.resolve)
    # What a name means in another tongue many places are called: it is for people to confirm.
    best = np.minimum(ranking.edges[:-1], max(len(reason) - 1, 0))
    likely = judged.sure >= least
    far = judged.named < limits.consider
    if len(reason):
        likely &= reason[best] != TRANSLATED
        far &= ranking.rows.facts[best, ALIKE] < MUCH_ALIKE
    able = likely & (judged.lead >= limits.margin)
    told = zip(
        queries,
        candidates_of(index, ranking, judged.sure),
        ranking.edges[:-1].tolist(),
        likely.tolist(),
        able.tolist(),
        judged.rivalled.tolist(),
        far.tolist(),
        strict=True,
    )
    return [
        _decided(query, shown, bool(fits[at]), bool(reason[at] == FOLDED), *rest)
        if shown
        else Match("unknown", None, (), f"no indexed name resembles “{clean(query)}”", query)
        for query, shown, at, *rest in told
    ]


def _decided(
    query: str,
    shown: tuple[Candidate, ...],
    fits: bool,
    exact: bool,
    likely: bool,
    able: bool,
    rivalled: Sequence[bool],
    far: bool,
) -> Match:
    """The answer to one query that has candidates."""
    first = shown[0]
    is_main = first.matched in (first.place.name, first.place.name_ar)
    if able and fits and not rivalled[is_main]:
        return Match("resolved", first.place, shown, first.why, query)
    # A place that bears the very name is more than a suggestion, however unsure.
    if far and not exact:
        why = f"nothing resembles “{clean(query)}” closely"
        return Match("unknown", None, shown, why, query)
    if not fits:
        why = f"“{first.place.name}” lies elsewhere than was asked for"
    elif likely:
        why = f"several places fit “{clean(query)}” about equally well; say which area is meant"
    else:
        why = f"“{first.place.name}” is likely but not certain for “{clean(query)}”"
    return Match("ambiguous", None, shown, why, query)


def candidates_of(index: Index, ranking: Ranking, sure: F64) -> list[tuple[Candidate, ...]]:
    """The first candidates of each query, whose best is right with the logit ``sure`` (n,).

    No other is likelier than that the best is wrong.
    """
    edges = ranking.edges
    of, rows = expand(edges[:-1], np.minimum(edges[1:], edges[:-1] + SHOWN))
    seen = ranking.rows
    logit = sure[of] - (seen.evidence[edges[of]] - seen.evidence[rows]) * SLOPE
    score = 1 / (1 + np.exp(-np.clip(logit, -30.0, 30.0)))
    best = np.flatnonzero(np.diff(of, prepend=-1))
    others = np.ones(len(of), dtype=bool)
    others[best] = False
    left = np.repeat(1.0 - score[best], np.diff(best, append=len(of)))
    score = np.where(others, np.minimum(score, left), score).round(4)
    numbers = seen.place[rows]
    place = {number: index.place(number) for number in np.unique(numbers).tolist()}
    tenths = np.rint(seen.cost[rows] * 10).astype(np.int64)
    reasons, which = np.unique(tenths * len(REASONS) + seen.reason[rows], return_inverse=True)
    why = [reason_text(r % len(REASONS), r // len(REASONS)) for r in reasons.tolist()]
    columns = (numbers, score, which, seen.matched[rows])
    made = [
        Candidate(place[number], sure_of, why[told] + _time_of(place[number], name), name)
        for number, sure_of, told, name in zip(*(c.tolist() for c in columns), strict=True)
    ]
    ends = np.searchsorted(of, np.arange(len(ranking) + 1)).tolist()
    return [_merged(made[low:high]) for low, high in pairwise(ends)]


def _merged(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates, records of one place brought together."""
    # Records of one source are places of their own, however near.
    if len({candidate.place.source for candidate in candidates}) < 2:
        return tuple(candidates)
    found: list[Candidate] = []
    for one in candidates:
        twin = next((k for k, c in enumerate(found) if _same(c.place, one.place)), None)
        if twin is None:
            found.append(one)
        else:
            found[twin] = replace(found[twin], place=joined(found[twin].place, one.place))
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


def reason_text(code: int, tenths: int) -> str:
    """Why a candidate was proposed, in a few words; the edit cost in tenths of a nat."""
    told = tenths and code != FOLDED
    return f"{REASONS[code]} (edit cost {tenths / 10:.1f})" if told else REASONS[code]
