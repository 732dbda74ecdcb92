"""Of the places that bear the very name asked, how likely the best one is meant.

:mod:`gazetteer.certainty` was fitted on names that the index spells otherwise: there an exact hit
is a namesake's, and it trusts exact names little. People ask mostly for names as they stand in the
gazetteer, and of those that bear a name they mean the one that reports mention most. That goes
roughly by population; to be in our own table, which was collected from reports, counts too, and
against a place that it is hardly known by the name: Engels, in Russia, was once called Pokrovsk.
Against it stand the namesakes that are not indexed (:mod:`gazetteer.namesakes`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from anyascii import anyascii
from rapidfuzz.distance import Indel

from gazetteer.certainty import RIVAL_M, Flags, Ranked, Ranking
from gazetteer.context import OUTSIDE, PROMINENCE, REGION, Context
from gazetteer.match import FOLDED, SOUNDS, Scored
from gazetteer.memory import F64, Index
from gazetteer.names import forms
from gazetteer.namesakes import COUNTED
from gazetteer.partial import of_added_sources
from gazetteer.places import Place

OTHERWISE_CALLED = 2.0
"""Nats of evidence by which who is called nothing like it steps back behind who is."""
OURS, ABROAD = 1.0, 1.5
"""Nats for a place of our own table, and against one of another country beside it."""
STANDING = {
    **{"city": 2.4, "town": 1.6, "crossing": 1.6},
    **{"air base": 1.6, "airport": 1.6, "dam": 1.6},
}
"""Nats for such places of our own table whose people are not on record, by kind."""
IN_REGION = 1.0
"""Nats for a place of the countries that reports on wars are about."""
OTHER_NAME = 4.0
"""Nats against a place whose main name is nothing like the one asked."""
NOT_SO_SPELLED = 2.0
"""Nats against a place whose name sounds like the one asked and is spelled otherwise."""
SPELLED_SO, NOTHING_LIKE = 0.2, 0.5
"""How unlike its main name, 0..1, a name may be and still be a spelling of it; and from where on
it is another word, that means a city abroad only where the country is told: "Africa" is one.
"""
FAMOUS, LARGE, METROPOLIS = 1.5, 2.75, 3.75
"""Prominence, in nats, of a city that is known in its country, of one that is known abroad, and of
one known by other names everywhere: of twelve thousand people, a hundred and five hundred thousand.
"""
BY_PEOPLE = 0.8
"""Nats per e-fold of population."""
NAMESAKE, NAMESAKE_OF_OURS = 0.5, 0.3
"""Weight of a namesake that is not indexed beside a city of a thousand people, and beside ours."""
RIVAL_LEAD = 1.7
"""Nats by which the best must lead any one rival: one of an eighth of its people, say."""
OTHERWISE_LEAD = 6.0
"""The same where it is but another name of ours, and a second place of ours bears it."""
OTHERS, OTHERS_OF_OURS = 0.25, 0.05
"""Weight of what nobody counted, beside the best where it is of a thousand people, or ours."""
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def by_main_name(index: Index, scored: Scored, evidence: F64, fits: Flags) -> F64:
    """The evidence (m,), of places that bear one exact name less where their main name differs.

    Engels is larger than Pokrovsk in Ukraine, yet who writes Pokrovsk hardly means Engels.
    """
    less = np.zeros(len(evidence))
    exact = np.flatnonzero((scored.reason == FOLDED) & fits)
    top = np.full(len(scored.asked), -np.inf)
    np.maximum.at(top, scored.query[exact], evidence[exact])
    # One that lies further behind gains nothing by the best one's stepping back.
    exact = exact[evidence[exact] >= top[scored.query[exact]] - OTHERWISE_CALLED]
    shared = np.bincount(scored.query[exact], minlength=len(scored.asked)) > 1
    for query in np.flatnonzero(shared).tolist():
        rows = exact[scored.query[exact] == query]
        places = [index.place(number) for number in scored.place[rows].tolist()]
        less[rows] = OTHERWISE_CALLED * _unlike(scored.asked[query], places)
    reduced: F64 = evidence - less
    return reduced


def likelihood(
    index: Index, names: Sequence[str], ranking: Ranking, unlisted: F64, context: Context
) -> F64:
    """Logits (n,) that the best candidate is meant; NaN where :mod:`gazetteer.certainty` is to say.

    That is of near spellings, and of small towns abroad: there is one called Russia. ``unlisted``
    (n,) counts namesakes that are not indexed.
    """
    logits = np.full(len(ranking), np.nan)
    rows = ranking.rows
    some = np.flatnonzero(ranking.sizes)
    for query in some[rows.reason[ranking.edges[some]] <= SOUNDS].tolist():
        ranked = ranking[query]
        bearing = ranked.rows(np.flatnonzero(ranked.reason <= SOUNDS))
        places = [index.place(number) for number in bearing.place.tolist()]
        other = _unlike(names[query], places)
        if not context.country and _is_but_a_word(bearing, other):
            logits[query] = 0.0
        elif _is_known(bearing, other, told=bool(context.country)):
            # Other names of ours were collected from reports: they are names in use.
            nats = _mentioned(bearing, places) - OTHER_NAME * np.where(bearing.own > 0, 0.0, other)
            if context.areas:
                nats -= OUTSIDE * _elsewhere(bearing)
            lead = OTHERWISE_LEAD if _otherwise_called(bearing, other) else RIVAL_LEAD
            logits[query] = _logit(bearing, nats, float(unlisted[query]), lead)
    return logits


def _is_known(bearing: Ranked, other: F64, *, told: bool) -> bool:
    """Whether the best is spelled so, and of a source that has its neighbours or a known city.

    Of countries whose names nobody counted the gazetteer has cities, and their villages are
    likelier meant. ``told`` is whether the country was.
    """
    people = bearing.prominence[0]
    if bearing.reason[0] != FOLDED:
        likely = bearing.own[0] <= 0 and people >= FAMOUS and other[0] <= SPELLED_SO
        return bool(likely and (not _is_uncounted(bearing) or people >= LARGE))
    return not _is_uncounted(bearing) or bool(people >= (FAMOUS if told else LARGE))


def _is_but_a_word(bearing: Ranked, other: F64) -> bool:
    """Whether the best is a city abroad, and no metropolis, whose main name is another word."""
    small = bearing.prominence[0] < METROPOLIS
    return bool(small and other[0] > NOTHING_LIKE) and _is_uncounted(bearing)


def _is_uncounted(bearing: Ranked) -> bool:
    """Whether the best is a city of a country whose names nobody counted."""
    ours = bearing.own[0] > 0 or of_added_sources(bearing.own)[0]
    return not ours and bearing.country[0] not in COUNTED


def _otherwise_called(bearing: Ranked, other: F64) -> bool:
    """Whether the name is only another name of the best, and another place of ours bears it too."""
    ours = (bearing.reason == FOLDED) & (bearing.own > 0)
    return bool(ours[0] and other[0] > SPELLED_SO and (ours & (bearing.away_m > RIVAL_M)).any())


def _mentioned(bearing: Ranked, places: Sequence[Place]) -> F64:
    """Nats (k,) for each place by how often reports mention the like of it."""
    ours = bearing.own > 0
    people = bearing.prominence * (BY_PEOPLE / PROMINENCE)
    by_kind = np.where(ours, [STANDING.get(place.kind, 0.0) for place in places], 0.0)
    nats: F64 = np.maximum(people, by_kind) + _context(bearing) + OURS * ours
    nats -= NOT_SO_SPELLED * (bearing.reason == SOUNDS)
    if ours[0]:
        nats -= ABROAD * _elsewhere(bearing)
    return nats


def _elsewhere(bearing: Ranked) -> Flags:
    """Which places (k,) are on record in another country than the best."""
    country = bearing.country
    away: Flags = (country != country[0]) & (country != "") & (country[0] != "")
    return away


def _logit(bearing: Ranked, nats: F64, unlisted: float, lead: float) -> float:
    # Records of one place may differ in whether they know its people.
    here = bearing.away_m <= RIVAL_M
    best, rivals = nats[here].max(), nats[~here]
    ours = bearing.own[0] > 0
    nobody_counted = OTHERS_OF_OURS if ours else OTHERS
    counted = (NAMESAKE_OF_OURS if ours else NAMESAKE) * unlisted
    others = np.exp(_context(bearing)[0]) * (nobody_counted + counted)
    logit = float(best - np.log(others + np.exp(rivals).sum()))
    rivalled = len(rivals) and best - rivals.max() < lead
    return min(logit, 0.0) if rivalled else logit


def _context(bearing: Ranked) -> F64:
    """Nats (k,) by where each place lies."""
    nats: F64 = bearing.gain + IN_REGION * np.array([c in REGION for c in bearing.country])
    return nats


def _unlike(name: str, places: Sequence[Place]) -> F64:
    """How unlike the letters of the name are to those of each place's main names (k,), 0..1."""
    # What stands in brackets tells places of a name apart and is no part of it.
    main = [_BRACKETS.sub("", place.name) or place.name for place in places]
    both = zip(main, [place.name_ar for place in places], strict=True)
    texts = [text for latin, arabic in both for text in (latin, arabic or latin)]
    asked, *others = map(anyascii, forms([name, *texts]).fold)
    away = [Indel.normalized_distance(asked, other) for other in others]
    least: F64 = np.array(away, dtype=np.float64).reshape(-1, 2).min(axis=1)
    return least
