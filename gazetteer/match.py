"""Candidates for a batch of names: drawn by key, thinned by rapidfuzz, priced by edit cost.

The evidence for a place is the logarithm of how much likelier the query is as a spelling of one
of its names than as a string that has nothing to do with it. A little is added for prominence and
for context. :mod:`gazetteer.decide` turns evidence into an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from gazetteer import editcost, keys
from gazetteer.memory import Index, NameColumns, encode_forms
from gazetteer.names import Forms, forms

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

POOL, SHORTLIST = 160, 24
"""Names per query that rapidfuzz compares, and that the edit cost then prices."""
# Order of looking, by kind of key: fold, sound, skeleton, core, edit, word.
_KEY_WEIGHT = np.array([100.0, 12.0, 8.0, 6.0, 3.0, 3.0])
SPELLED_ALIKE = 1.5
"""Nats for the very spelling; little, since homonyms are spelled alike too."""
GENERIC_LEFT_OUT = 3.0
"""Nats paid when two names agree only without their generic words."""

FOLDED, SOUNDS, SKELETON, GENERIC, EDITED = range(5)
REASONS = (
    "folded name",
    "same sounds",
    "consonant skeleton",
    "generic word aside",
    "near spelling",
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One row a (query, place) pair that was looked at; rows are grouped by query, best first.

    ``asked`` are the folded queries.
    """

    asked: Sequence[str]
    query: I64
    place: I64
    name: I64
    text: NDArray[np.object_]
    evidence: F64
    cost: F64
    reason: NDArray[np.int8]


def score(index: Index, queries: Sequence[str]) -> Scored:
    """Names of the index that each query may be a spelling of, with their evidence in nats."""
    asked = forms(queries)
    query, name = _draw(index, asked)
    unique, where = np.unique(name, return_inverse=True)
    columns = index.names(unique)
    query, where = _thin(asked, columns, query, where)
    return _price(asked, columns, unique, query, where)


def _draw(index: Index, asked: Forms) -> tuple[I64, I64]:
    """(query, name) pairs that share a key, the most telling POOL of each query."""
    found = keys.keys_of(asked)
    position, name, shared = index.postings(found.key)
    owner, kind = found.owner[position], found.kind[position]
    weight = _KEY_WEIGHT[kind] - 0.5 * np.log(shared + 1.0)
    pair = owner * np.int64(index.names_total + 1) + name
    order = np.argsort(pair, kind="stable")
    pair, weight = pair[order], weight[order]
    first = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]])) if len(pair) else pair
    total = np.maximum.reduceat(weight, first) if len(pair) else weight
    owner, name = owner[order][first], name[order][first]
    return _best(owner, total, POOL, owner, name)


def _best(group: I64, value: F64, limit: int, *columns: I64) -> tuple[I64, I64]:
    """Rows with the ``limit`` highest values of each group; ties go to the earlier row."""
    order = np.lexsort((-value, group))
    grouped = group[order]
    rank = np.arange(len(grouped)) - np.searchsorted(grouped, grouped, side="left")
    kept = order[rank < limit]
    return columns[0][kept], columns[1][kept]


def _thin(asked: Forms, columns: NameColumns, query: I64, where: I64) -> tuple[I64, I64]:
    if not len(query):
        return query, where
    rough = np.array(asked.rough, dtype=object)[query]
    likeness = process.cpdist(
        rough, columns.rough[where], scorer=Indel.normalized_similarity
    ).astype(np.float64)
    same = columns.fold[where] == np.array(asked.fold, dtype=object)[query]
    return _best(query, likeness + 2.0 * same, SHORTLIST, query, where)


def _price(asked: Forms, columns: NameColumns, unique: I64, query: I64, where: I64) -> Scored:
    costs = editcost.default_costs()
    flat, core = encode_forms(asked)
    slavic = columns.slavic[where]
    mine, theirs = flat[query], columns.flat[where]
    layer = editcost.profiles(mine, theirs, slavic, costs)
    whole = editcost.distances(mine, theirs, layer, costs).astype(np.float64)
    shorn = np.full(len(query), np.inf)
    bare, bare_theirs = core[query], columns.core[where]
    differs = ((bare != mine).any(axis=1) | (bare_theirs != theirs).any(axis=1)) & (
        (bare > 0).any(axis=1) & (bare_theirs > 0).any(axis=1)
    )
    rows = np.flatnonzero(differs)
    shorn[rows] = GENERIC_LEFT_OUT + editcost.distances(
        bare[rows], bare_theirs[rows], layer[rows], costs
    )
    evidence = np.where(
        whole <= shorn,
        editcost.alone(mine, layer, costs) - whole,
        editcost.alone(bare, layer, costs) - shorn,
    )
    same = columns.fold[where] == np.array(asked.fold, dtype=object)[query]
    evidence = evidence + SPELLED_ALIKE * same
    reason = np.select(
        [same, whole < 1.5, whole <= shorn], [FOLDED, SOUNDS, EDITED], GENERIC
    ).astype(np.int8)
    return _per_place(
        Scored(
            asked.fold,
            query,
            columns.place[where],
            unique[where],
            columns.text[where],
            evidence,
            np.minimum(whole, shorn),
            reason,
        )
    )


def _per_place(rows: Scored) -> Scored:
    """The best name of each place for each query, best place first."""
    order = np.lexsort((rows.name, -rows.evidence, rows.place, rows.query))
    query, place = rows.query[order], rows.place[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (query[1:] != query[:-1]) | (place[1:] != place[:-1])
    kept = order[new]
    kept = kept[np.lexsort((rows.place[kept], -rows.evidence[kept], rows.query[kept]))]
    return Scored(
        rows.asked,
        rows.query[kept],
        rows.place[kept],
        rows.name[kept],
        rows.text[kept],
        rows.evidence[kept],
        rows.cost[kept],
        rows.reason[kept],
    )
