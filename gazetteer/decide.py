"""From evidence to an answer: resolved, ambiguous or unknown.

An answer is resolved when :mod:`gazetteer.certainty` is sure enough of the best candidate and the
best stands clear of every rival more than ``RIVAL_M`` away. The thresholds were fitted on names
whose place is in the index and on names whose place is not; they lie in ``thresholds.json`` with
the account of the fitting, and :mod:`gazetteer.tune` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np

from gazetteer.candidates import candidates_of
from gazetteer.certainty import FEATURES, RIVAL_M, Certainty, Flags, Ranking, features, unrivalled
from gazetteer.match import FOLDED, REASONS, SOUNDS, TRANSLATED
from gazetteer.memory import F64, Index
from gazetteer.names import clean
from gazetteer.pairs import ALIKE
from gazetteer.partial import of_added_sources, partial_features
from gazetteer.places import Candidate, Match

KNOWN, OWN = 0.3, 0.6
"""Certainty per nat of prominence, and of being in our own table: such places are seldom others.

Prominence counts double for a name that is spelled exactly so.
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
FAMOUS = 1.0
"""Nats of prominence from which on what sounds like a place of ours is as good as spelled so."""
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


def judge(
    ranking: Ranking,
    names_total: int,
    certainty: Certainty,
    partial: Certainty | None = None,
    bearing: F64 | None = None,
) -> Judged:
    """Each query judged; one without candidates is not sure at all.

    Where most places are not indexed, ``partial`` judges near spellings (:mod:`gazetteer.partial`)
    and ``bearing`` (n,) are the logits of :mod:`gazetteer.bearers` for names as they are spelled.
    """
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
        known = KNOWN * best.prominence * (1 + exact)
        more = known + OWN * best.own
        clear = exact & (lead[some] >= EXACT_CLEAR)
        sure[some] = certainty.logits(told) + more + EXACT * clear
        if partial is not None:
            near = partial.logits(partial_features(chosen, told)) + more
            # "City of Aleppo" is not spelled "Aleppo", but it sounds so, and is no village.
            famous = (best.reason == SOUNDS) & (best.own > 0) & (best.prominence >= FAMOUS)
            plain = exact | famous | of_added_sources(best.own)
            sure[some] = np.where(plain, sure[some], near)
        # A near spelling is no likelier to be a place at all for one of ours resembling it.
        more = np.where(exact, more, known)
        named[some] = certainty.logits(unrivalled(told)) + more + EXACT * exact
        rivalled[some] = _rivalled(chosen)
    if bearing is not None:
        by_name = ~np.isnan(bearing)
        sure = np.where(by_name, bearing, sure)
        lead = np.where(by_name, np.inf, lead)
        rivalled &= ~by_name[:, None]
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
    index: Index,
    queries: Sequence[str],
    ranking: Ranking,
    judged: Judged,
    limits: Thresholds,
    unlisted: F64 | None = None,
) -> list[Match]:
    """The answer to each query; ``unlisted`` (n,) counts places of the name that it lacks."""
    fits, reason = ranking.rows.fits, ranking.rows.reason
    least = np.where(ranking.narrowed != 0, limits.resolve_told, limits.resolve)
    # What a name means in another tongue many places are called: it is for people to confirm.
    best = np.minimum(ranking.edges[:-1], max(len(reason) - 1, 0))
    likely = judged.sure >= least
    far = judged.named < limits.consider
    translated = np.zeros(len(ranking), dtype=bool)
    if len(reason):
        translated = reason[best] == TRANSLATED
        likely &= ~translated
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
        translated.tolist(),
        [0] * len(queries) if unlisted is None else np.rint(unlisted).astype(int).tolist(),
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
    translated: bool,
    unlisted: int,
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
    elif translated:
        why = f"“{clean(query)}” may be “{first.place.name}”, said in another tongue"
    elif likely or sum(c.why.startswith(REASONS[FOLDED]) for c in shown) > 1:
        more = f", and {unlisted} or so more are not in this gazetteer" if unlisted > 1 else ""
        why = f"several places fit “{clean(query)}” about equally well{more}"
        why += "; say which area is meant"
    elif exact and unlisted > 1:
        why = f"{unlisted} or so more places called “{clean(query)}” are not in this gazetteer"
        why += "; say which area is meant"
    elif exact:
        where = first.place.admin1 or first.place.country
        told = f"“{first.place.name}” ({where})" if where else f"“{first.place.name}”"
        why = f"{told} bears this name, but it is not certain that it is meant"
    else:
        why = f"“{first.place.name}” is likely but not certain for “{clean(query)}”"
    return Match("ambiguous", None, shown, why, query)
