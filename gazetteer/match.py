"""Candidates for a batch of names, with the evidence for each place.

:mod:`gazetteer.pool` draws and prices forms of names; here they come together by place. The
evidence for a place is on a logarithmic scale, in nats: how much likelier the query is as a
spelling of its names than as a string that has nothing to do with them. :mod:`gazetteer.decide`
turns evidence into an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gazetteer.area import Area, likest
from gazetteer.memory import F64, I64, Index, PlaceColumns
from gazetteer.names import Forms, forms
from gazetteer.pairs import facts_of
from gazetteer.pool import POOL, SAME_SOUND, Drawn, Priced, draw, price, thin
from gazetteer.traits import trait, traits
from gazetteer.translate import translated

_NEVER = -40.0
EXACT_LEAD = 0.25
"""Nats by which an exact spelling leads near ones at least."""

FOLDED, SOUNDS, PARTLY, EDITED, TRANSLATED = range(5)
REASONS = (
    *("folded name", "same sounds", "generic word or part of the name aside", "near spelling"),
    "translated name",
)
TRANSLATED_COST = 2.0
"""Nats that a translated name (:mod:`gazetteer.translate`) costs beside one in its own words."""
TRANSLATED_BEHIND = 7.0
"""Nats more that it stays behind a place of the very name."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How the features of a (query, place) pair add up; fitted, see ``thresholds.json``."""

    best: float
    per_symbol: float
    likeness: float
    initial: float
    foreign: float
    article: float
    folded: float
    other: float
    lone: float
    names: float


@cache
def default_weights() -> Weights:
    """The fitted weights that come with the package."""
    table = json.loads((Path(__file__).parent / "thresholds.json").read_text(encoding="utf-8"))
    return Weights(**table["weights"])


@dataclass(frozen=True, slots=True)
class Scored:
    """One row a (query, place) pair that was looked at; rows are grouped by query.

    ``asked`` are the folded queries, one each, ``density`` (n, kinds of key) and ``narrowed`` (n,)
    as :class:`Drawn` has them. ``facts`` (m, FACTS) describe the pair.
    """

    asked: Sequence[str]
    query: I64
    place: I64
    name: I64
    text: NDArray[np.object_]
    evidence: F64
    cost: F64
    reason: NDArray[np.int8]
    facts: F64
    density: F64
    narrowed: F64

    def rows(self, kept: NDArray[np.bool_] | I64) -> Scored:
        """Some of the rows, in this order."""
        columns = ("query", "place", "name", "text", "evidence", "cost", "reason", "facts")
        return replace(self, **{column: getattr(self, column)[kept] for column in columns})


Fits = Callable[[PlaceColumns], NDArray[np.bool_]]
"""Which places a context allows at all."""


def score(
    index: Index,
    queries: Sequence[str],
    weights: Weights | None = None,
    fits: Fits | None = None,
    area: Area | None = None,
) -> Scored:
    """Places that each query may mean, with their evidence in nats.

    Places that do not fit are passed over where a query has any that do. Of an ``area`` all names
    are looked at, whether they share a key with the query or not. Names that can be said in another
    tongue are asked in both.
    """
    asked = forms(queries)
    others = list(translated(asked.fold))
    if others:
        queries = [*queries, *(text for _, text in others)]
        asked = forms(queries)
    drawn = draw(index, asked, POOL if fits is None else 4 * POOL)
    if fits is not None:
        drawn = _fitting_forms(index, drawn, fits)
    if area is not None:
        drawn = _with_area(index, asked, drawn, area)
    unique, where = np.unique(drawn.form, return_inverse=True)
    columns = index.forms(unique)
    query, where, alike = thin(asked, columns, drawn.query, where)
    priced = price(asked, columns, unique, query, where, alike)
    told = traits(queries, asked.article)
    scored = weigh_places(index, asked, told, drawn, priced, weights)
    if others:
        scored = _in_one_tongue(scored, np.array([i for i, _ in others], dtype=np.int64))
    return scored if fits is None else _fitting(index, scored, fits)


def _in_one_tongue(scored: Scored, owner: I64) -> Scored:
    """The rows of the last queries given to the ``owner`` (k,) each translates, best names first.

    A place found by its name in either tongue stays once, by the name that fits better.
    """
    count = len(scored.asked) - len(owner)
    whose = np.concatenate([np.arange(count), owner])[scored.query]
    foreign = scored.query >= count
    evidence = scored.evidence - np.where(foreign, TRANSLATED_COST, 0.0)
    order = np.lexsort((-evidence, scored.place, whose))
    new = np.diff(whose[order], prepend=-1) + np.abs(np.diff(scored.place[order], prepend=-1))
    kept = order[new != 0]
    reason = np.where(foreign, TRANSLATED, scored.reason).astype(np.int8)
    told = replace(scored, query=whose, evidence=evidence, reason=reason).rows(kept)
    return replace(
        told,
        asked=scored.asked[:count],
        density=scored.density[:count],
        narrowed=scored.narrowed[:count],
    )


def below_exact(scored: Scored, evidence: F64, fits: NDArray[np.bool_]) -> F64:
    """The evidence, with every near spelling below the best exact one that fits the context.

    A name that is spelled so is never outranked by one that only resembles it, however prominent,
    and one that only means the same is no rival to it.
    """
    exact = (scored.reason == FOLDED) & fits
    best = np.full(len(scored.asked), np.inf)
    top = np.full(len(scored.asked), -np.inf)
    np.maximum.at(top, scored.query[exact], evidence[exact])
    known = np.isfinite(top)
    best[known] = top[known] - EXACT_LEAD
    most = best[scored.query] - np.where(scored.reason == TRANSLATED, TRANSLATED_BEHIND, 0.0)
    capped: F64 = np.where(exact, evidence, np.minimum(evidence, most))
    return capped


def _fitting_forms(index: Index, drawn: Drawn, fits: Fits) -> Drawn:
    """The pairs whose form some fitting place has; all pairs of a query that has no such."""
    unique, where = np.unique(drawn.form, return_inverse=True)
    row, name = index.members(unique)
    place = index.names(name).place
    places, at = np.unique(place, return_inverse=True)
    good = np.zeros(len(unique), dtype=bool)
    good[row[fits(index.places(places))[at]]] = True
    kept = _or_all(drawn.query, good[where])
    before = np.bincount(drawn.query, minlength=len(drawn.narrowed))
    after = np.bincount(drawn.query[kept], minlength=len(drawn.narrowed))
    narrowed = np.log((after + 1.0) / (before + 1.0))
    return replace(drawn, query=drawn.query[kept], form=drawn.form[kept], narrowed=narrowed)


def _with_area(index: Index, asked: Forms, drawn: Drawn, area: Area) -> Drawn:
    """The pairs drawn and the likest of the area, each once; important forms of a query first."""
    query, form = likest(asked, area)
    total = np.int64(index.forms_total + 1)
    pairs = np.unique(np.concatenate([drawn.query * total + drawn.form, query * total + form]))
    return replace(drawn, query=pairs // total, form=pairs % total)


def _fitting(index: Index, scored: Scored, fits: Fits) -> Scored:
    """The rows whose place fits; all rows of a query that has no such."""
    return scored.rows(_or_all(scored.query, fits(index.places(scored.place))))


def _or_all(query: I64, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows that are good, or belong to a query without any good row."""
    lucky = np.zeros(int(query.max(initial=-1)) + 1, dtype=bool)
    lucky[query[good]] = True
    kept: NDArray[np.bool_] = good | ~lucky[query]
    return kept


def weigh_places(
    index: Index,
    asked: Forms,
    told: I64,
    drawn: Drawn,
    priced: Priced,
    weights: Weights | None = None,
) -> Scored:
    """Evidence of (query, form) pairs brought together by place; ``told`` are traits."""
    by = weights or default_weights()
    row, name = index.members(priced.form)
    columns = index.names(name)
    query = priced.query[row]
    same = columns.fold == np.array(asked.fold, dtype=object)[query]
    named = priced.of_names(row, same)
    agree = trait(columns.traits, "article") == trait(told, "article")[query]
    single = (
        by.best * named.evidence
        + by.likeness * named.alike
        + by.initial * named.initial
        + by.foreign * named.foreign
        + by.article * agree
        + by.folded * same
        - by.per_symbol * named.cost / np.maximum(named.length, 1.0)
    )
    # The best name of each place, then what the best one in the other script adds. The very name
    # is the best whatever the others score: it is what outranks every near spelling.
    pair = query * np.int64(index.places_total + 1) + columns.place
    order = np.lexsort((name, -single, ~same, pair))
    first = np.flatnonzero(np.diff(pair[order], prepend=-1))
    top = order[first]
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(order)))
    other = np.full(len(first), _NEVER)
    foreign = np.flatnonzero(named.arabic[order] != named.arabic[top][group])
    # Within a place the names are in order, so the first in the other script is the best.
    begins = foreign[np.flatnonzero(np.diff(group[foreign], prepend=-1))]
    second = top.copy()
    second[group[begins]] = order[begins]
    lone = second == top
    other[~lone] = single[second[~lone]]
    gap = np.maximum(other - single[top], -6.0)
    evidence = single[top] + np.where(lone, -by.lone, by.other * gap)
    rough = np.select(
        [same[top], named.cost[top] <= SAME_SOUND, named.evidence[top] > 0],
        [FOLDED, SOUNDS, EDITED],
        PARTLY,
    )
    return Scored(
        asked.fold,
        query[top],
        columns.place[top],
        name[top],
        columns.text[top],
        evidence,
        named.cost[top],
        rough.astype(np.int8),
        facts_of(
            named,
            top,
            second,
            lone,
            folded=same[top],
            asked=told[query[top]],
            best_traits=columns.traits[top],
            other_traits=columns.traits[second],
        ),
        drawn.density,
        drawn.narrowed,
    )
