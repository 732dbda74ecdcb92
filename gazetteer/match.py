"""Candidates for a batch of names: drawn by key, thinned by rapidfuzz, priced by edit cost.

Work is done on forms, which homonyms share, and only the last step looks at places. The evidence
for a place is on a logarithmic scale, in nats: how much likelier the query is as a spelling of its
names than as a string that has nothing to do with them. :mod:`gazetteer.decide` turns evidence
into an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from gazetteer import editcost, keys
from gazetteer.memory import F64, I64, FormColumns, Index, PlaceColumns
from gazetteer.names import Forms, forms

POOL, SHORTLIST = 300, 32
"""Forms per query that rapidfuzz compares, and that the edit cost then prices."""
# Order of looking, by kind of key: sound, skeleton, core, edit, word.
_KEY_WEIGHT = np.array([20.0, 8.0, 6.0, 3.0, 3.0])
_NEVER = -40.0
_SMALL = 1e-3  # values of less than 500 stay within their group
EXACT_LEAD = 0.25
"""Nats by which an exact spelling leads near ones at least."""
SAME_SOUND = 1.5
"""Nats up to which two forms are called the same sounds."""

FOLDED, SOUNDS, PARTLY, EDITED = range(4)
REASONS = ("folded name", "same sounds", "generic word or part of the name aside", "near spelling")


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


@cache
def default_weights() -> Weights:
    """The fitted weights that come with the package."""
    table = json.loads((Path(__file__).parent / "thresholds.json").read_text(encoding="utf-8"))
    return Weights(**table["weights"])


@dataclass(frozen=True, slots=True)
class Scored:
    """One row a (query, place) pair that was looked at; rows are grouped by query.

    ``asked`` are the folded queries, one each, ``symbols`` how many sounds each has.
    """

    asked: Sequence[str]
    symbols: Sequence[int]
    query: I64
    place: I64
    name: I64
    text: NDArray[np.object_]
    evidence: F64
    cost: F64
    reason: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Priced:
    """One row a (query, form) pair.

    ``cost`` is the edit cost and ``evidence`` what it saves over a chance match, in nats;
    ``alike`` the rapidfuzz ratio, ``initial`` whether both begin alike, ``arabic``
    the script of the form, ``foreign`` whether it differs from the query's, ``length`` symbols.
    """

    query: I64
    form: I64
    evidence: F64
    cost: F64
    alike: F64
    initial: NDArray[np.bool_]
    arabic: NDArray[np.bool_]
    foreign: NDArray[np.bool_]
    length: F64


Fits = Callable[[PlaceColumns], NDArray[np.bool_]]
"""Which places a context allows at all."""


def score(
    index: Index, queries: Sequence[str], weights: Weights | None = None, fits: Fits | None = None
) -> Scored:
    """Places that each query may mean, with their evidence in nats.

    Places that do not fit are passed over where a query has any that do.
    """
    asked = forms(queries)
    query, form = draw(index, asked, POOL if fits is None else 4 * POOL)
    if fits is not None:
        query, form = _fitting_forms(index, query, form, fits)
    unique, where = np.unique(form, return_inverse=True)
    columns = index.forms(unique)
    query, where, alike = thin(asked, columns, query, where)
    priced = price(asked, columns, unique, query, where, alike)
    scored = weigh_places(index, asked, priced, weights)
    return scored if fits is None else _fitting(index, scored, fits)


def below_exact(scored: Scored, evidence: F64, fits: NDArray[np.bool_]) -> F64:
    """The evidence, with every near spelling below the best exact one that fits the context.

    A name that is spelled so is never outranked by one that only resembles it, however prominent.
    """
    exact = (scored.reason == FOLDED) & fits
    best = np.full(len(scored.asked), np.inf)
    top = np.full(len(scored.asked), -np.inf)
    np.maximum.at(top, scored.query[exact], evidence[exact])
    known = np.isfinite(top)
    best[known] = top[known] - EXACT_LEAD
    capped: F64 = np.where(exact, evidence, np.minimum(evidence, best[scored.query]))
    return capped


def _fitting_forms(index: Index, query: I64, form: I64, fits: Fits) -> tuple[I64, I64]:
    """The pairs whose form some fitting place has; all pairs of a query that has no such."""
    unique, where = np.unique(form, return_inverse=True)
    row, name = index.members(unique)
    place = index.names(name).place
    places, at = np.unique(place, return_inverse=True)
    good = np.zeros(len(unique), dtype=bool)
    good[row[fits(index.places(places))[at]]] = True
    kept = _or_all(query, good[where])
    return query[kept], form[kept]


def _fitting(index: Index, scored: Scored, fits: Fits) -> Scored:
    """The rows whose place fits; all rows of a query that has no such."""
    kept = _or_all(scored.query, fits(index.places(scored.place)))
    columns = ("query", "place", "name", "text", "evidence", "cost", "reason")
    return replace(scored, **{column: getattr(scored, column)[kept] for column in columns})


def _or_all(query: I64, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows that are good, or belong to a query without any good row."""
    lucky = np.zeros(int(query.max(initial=-1)) + 1, dtype=bool)
    lucky[query[good]] = True
    kept: NDArray[np.bool_] = good | ~lucky[query]
    return kept


def draw(index: Index, asked: Forms, pool: int = POOL) -> tuple[I64, I64]:
    """(query, form) pairs that share a key, the most telling ``pool`` of each query."""
    found = keys.keys_of(asked)
    position, form, shared = index.postings(found.key)
    owner, kind = found.owner[position], found.kind[position]
    weight = _KEY_WEIGHT[kind] - 0.5 * np.log(shared + 1.0)
    pair = owner * np.int64(index.forms_total + 1) + form
    order = np.argsort(pair)
    pair, weight = pair[order], weight[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    total = np.maximum.reduceat(weight, first) if len(pair) else weight
    owner, form = owner[order][first], form[order][first]
    kept = best_of(owner, total, pool)
    return owner[kept], form[kept]


def best_of(group: I64, value: F64, limit: int) -> I64:
    """Rows with the ``limit`` highest values (to 6 digits) of each group; ties to the earlier."""
    order = np.argsort(group - np.round(value, 6) * _SMALL, kind="stable")
    grouped = group[order]
    rank = np.arange(len(grouped)) - np.searchsorted(grouped, grouped, side="left")
    kept: I64 = order[rank < limit]
    return kept


def thin(asked: Forms, columns: FormColumns, query: I64, where: I64) -> tuple[I64, I64, F64]:
    """The SHORTLIST pairs of each query that look most alike, whole or without generic words.

    Returns the query and the form of each pair, and how alike they are as wholes, 0..1.
    """
    if not len(query):
        return query, where, np.zeros(0)
    rough, stored = np.array(asked.rough, dtype=object)[query], columns.rough[where]
    whole = _likeness(rough, stored)
    bare, shorn = np.array(asked.bare, dtype=object)[query], columns.bare[where]
    apart = np.flatnonzero((rough != bare) | (stored != shorn))
    best = whole.copy()
    best[apart] = np.maximum(best[apart], _likeness(bare[apart], shorn[apart]) - 0.04)
    kept = best_of(query, best, SHORTLIST)
    return query[kept], where[kept], whole[kept]


def _likeness(one: NDArray[np.object_], other: NDArray[np.object_]) -> F64:
    ratio: F64 = process.cpdist(one, other, scorer=Indel.normalized_similarity).astype(np.float64)
    return ratio


def price(
    asked: Forms, columns: FormColumns, unique: I64, query: I64, where: I64, alike: F64
) -> Priced:
    """What each pair of forms costs, and what a chance match would have cost."""
    costs = editcost.default_costs()
    mine = editcost.encode(asked.flat, costs)[query]
    theirs = columns.flat[where]
    layer = editcost.profiles(mine, theirs, columns.slavic[where], costs)
    cost = editcost.distances(mine, theirs, layer, costs).astype(np.float64)
    first = np.array([rough[:1] for rough in asked.rough], dtype=object)
    stored = np.array([rough[:1] for rough in columns.rough], dtype=object)
    arabic = costs.arabic[theirs & editcost.SYMBOL].any(axis=1)
    return Priced(
        query,
        unique[where],
        editcost.alone(mine, layer, costs) - cost,
        cost,
        alike,
        first[query] == stored[where],
        arabic,
        arabic != costs.arabic[mine & editcost.SYMBOL].any(axis=1),
        (mine > 0).sum(axis=1).astype(np.float64),
    )


def weigh_places(
    index: Index, asked: Forms, priced: Priced, weights: Weights | None = None
) -> Scored:
    """Evidence of (query, form) pairs brought together by place."""
    by = weights or default_weights()
    row, name = index.members(priced.form)
    columns = index.names(name)
    query = priced.query[row]
    same = columns.fold == np.array(asked.fold, dtype=object)[query]
    agree = columns.article == np.array(asked.article, dtype=bool)[query]
    cost, length = priced.cost[row], np.maximum(priced.length[row], 1.0)
    single = (
        (by.best * priced.evidence + by.likeness * priced.alike + by.initial * priced.initial)[row]
        + by.foreign * priced.foreign[row]
        + by.article * agree
        + by.folded * same
        - by.per_symbol * cost / length
    )
    # The best name of each place, then what the best one in the other script adds.
    pair = query * np.int64(index.places_total + 1) + columns.place
    order = np.lexsort((name, -single, pair))
    first = np.flatnonzero(np.diff(pair[order], prepend=-1))
    top = order[first]
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(order)))
    other = np.full(len(first), _NEVER)
    foreign = priced.arabic[row[order]] != priced.arabic[row[top]][group]
    np.maximum.at(other, group[foreign], single[order][foreign])
    lone = other <= _NEVER
    gap = np.maximum(other - single[top], -6.0)
    evidence = single[top] + np.where(lone, -by.lone, by.other * gap)
    rough = np.select(
        [same[top], cost[top] <= SAME_SOUND, priced.evidence[row[top]] > 0],
        [FOLDED, SOUNDS, EDITED],
        PARTLY,
    )
    return Scored(
        asked.fold,
        [len(rough) for rough in asked.rough],
        query[top],
        columns.place[top],
        name[top],
        columns.text[top],
        evidence,
        cost[top],
        rough.astype(np.int8),
    )
