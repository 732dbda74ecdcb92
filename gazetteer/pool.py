"""Names that a query may mean: drawn by key, thinned by rapidfuzz, priced by edit cost.

Work is done on forms, which homonyms share; :mod:`gazetteer.match` brings them together by place.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

from gazetteer import editcost, keys
from gazetteer.memory import F64, I64, FormColumns, Index
from gazetteer.names import Forms, skeletons

POOL, SHORTLIST = 600, 32
"""Forms per query that rapidfuzz compares, and that the edit cost then prices."""
LESS_ALIKE, FEWEST = 0.32, 8
"""Forms so much less alike than the best are not priced, but for this many."""
# Order of looking, by kind of key: sound, skeleton, core, edit, word.
_KEY_WEIGHT = np.array([20.0, 8.0, 6.0, 3.0, 3.0])
SAME_SOUND = 1.5
"""Nats up to which two forms are called the same sounds; the very same never cost more."""
PART_LESS = 0.04
"""How much less names count as alike that are so without their generic words only."""
_SMALL = 1e-3  # values of less than 500 stay within their group


@dataclass(frozen=True, slots=True)
class Drawn:
    """(query, form) pairs that share a key.

    ``density`` counts for each query the forms by the kind of key they share with it,
    ``narrowed`` is the logarithm of the share of the pairs that a context left.
    """

    query: I64
    form: I64
    density: F64
    narrowed: F64


@dataclass(frozen=True, slots=True)
class Priced:
    """One row a (query, form) pair.

    ``cost`` is the edit cost and ``evidence`` what it saves over a chance match, in nats;
    ``alike`` the rapidfuzz ratio, ``initial`` whether both begin alike, ``arabic``
    the script of the form, ``foreign`` whether it differs from the query's, ``length`` symbols of
    the query, ``longer`` how many more the form has, ``bones`` how many consonants differ.
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
    longer: F64
    bones: F64

    def of_names(self, row: I64, same: NDArray[np.bool_]) -> Priced:
        """One row a name instead: those of its form; the ``same`` name sounds the same."""
        named = Priced(*(getattr(self, field.name)[row] for field in fields(self)))
        # Marks of the query are priced, and form and name have none: it is the name all the same.
        cost = np.where(same, np.minimum(named.cost, SAME_SOUND), named.cost)
        return replace(named, cost=cost, evidence=named.evidence + (named.cost - cost))


def draw(index: Index, asked: Forms, pool: int = POOL) -> Drawn:
    """(query, form) pairs that share a key, the most telling ``pool`` of each query."""
    found = keys.keys_of(asked)
    position, form, shared = index.postings(found.key)
    owner, kind = found.owner[position], found.kind[position]
    count, kinds = len(asked.flat), len(_KEY_WEIGHT)
    density = np.bincount(owner * kinds + kind, minlength=count * kinds).reshape(count, kinds)
    weight = _KEY_WEIGHT[kind] - 0.5 * np.log(shared + 1.0)
    pair = owner * np.int64(index.forms_total + 1) + form
    order = np.argsort(pair)
    pair, weight = pair[order], weight[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    total = np.maximum.reduceat(weight, first) if len(pair) else weight
    owner, form = owner[order][first], form[order][first]
    kept = best_of(owner, total, pool)
    return Drawn(owner[kept], form[kept], density.astype(np.float64), np.zeros(count))


def best_of(group: I64, value: F64, limit: int, behind: float = np.inf, least: int = 0) -> I64:
    """Rows with the ``limit`` highest values (to 6 digits) of each group; ties to the earlier.

    Rows more than ``behind`` below the best of their group go too, but for the ``least`` best.
    """
    order = np.argsort(group - np.round(value, 6) * _SMALL, kind="stable")
    grouped = group[order]
    first = np.searchsorted(grouped, grouped, side="left")
    rank = np.arange(len(grouped)) - first
    good = rank < limit
    if behind < np.inf:
        ordered = value[order]
        good &= (rank < least) | (ordered >= ordered[first] - behind)
    kept: I64 = order[good]
    return kept


def thin(asked: Forms, columns: FormColumns, query: I64, where: I64) -> tuple[I64, I64, F64]:
    """The SHORTLIST pairs of each query that look most alike, whole or without generic words.

    Of those far less alike than the best only FEWEST stay: they have never been what was meant.
    Returns the query and the form of each pair, and how alike they are as wholes, 0..1.
    """
    if not len(query):
        return query, where, np.zeros(0)
    rough, bare = (np.array(texts, dtype=object) for texts in (asked.rough, asked.bare))
    whole = _likeness(rough[query], columns.rough[where])
    apart = np.flatnonzero((rough != bare)[query] | (columns.rough != columns.bare)[where])
    part = _likeness(bare[query[apart]], columns.bare[where[apart]])
    best = whole.copy()
    best[apart] = np.maximum(best[apart], part - PART_LESS)
    kept = best_of(query, best, SHORTLIST, LESS_ALIKE, FEWEST)
    return query[kept], where[kept], whole[kept]


def _likeness(one: NDArray[np.object_], other: NDArray[np.object_]) -> F64:
    ratio: F64 = process.cpdist(
        one.tolist(), other.tolist(), scorer=Indel.normalized_similarity
    ).astype(np.float64)
    return ratio


def price(
    asked: Forms, columns: FormColumns, unique: I64, query: I64, where: I64, alike: F64
) -> Priced:
    """What each pair of forms costs, and what a chance match would have cost."""
    costs = editcost.default_costs()
    codes = editcost.encode(asked.marked, costs)
    mine, theirs = codes[query], columns.flat[where]
    arabic, from_arabic = editcost.is_arabic(theirs, costs), editcost.is_arabic(codes, costs)[query]
    layer = editcost.layers(from_arabic, arabic, columns.slavic[where])
    cost = editcost.distances(mine, theirs, layer, costs).astype(np.float64)
    # Prices are learned from spellings that differ, and say little of the very same sounds.
    same = (mine == theirs).all(axis=1)
    cost[same] = np.minimum(cost[same], SAME_SOUND)
    first = np.array([rough[:1] for rough in asked.rough], dtype=object)
    stored = np.array([rough[:1] for rough in columns.rough], dtype=object)
    length = (codes > 0).sum(axis=1).astype(np.float64)[query]
    bones = np.array(skeletons(asked.bare), dtype=object)[query].tolist()
    theirs_bones = np.array(skeletons(columns.bare.tolist()), dtype=object)[where].tolist()
    return Priced(
        query,
        unique[where],
        editcost.alone(mine, layer, costs) - cost,
        cost,
        alike,
        first[query] == stored[where],
        arabic,
        arabic != from_arabic,
        length,
        (theirs > 0).sum(axis=1) - length,
        process.cpdist(bones, theirs_bones, scorer=Levenshtein.distance).astype(np.float64),
    )
