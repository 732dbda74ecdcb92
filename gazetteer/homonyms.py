"""Many places of the very name asked must not fill the list of candidates, nor may one spot.

Ten villages called Romanovka, all alike, help nobody who means Romanivka, which is on record
without its Russian name. The first two keep their places; each further one steps back a little, so
that near spellings that fit almost as well are seen too. So does a candidate a few kilometres from
one that is listed already: where the first is right, either pin is about right, and where it is
not, neither is. Nothing that is decided changes: the best candidate and its nearest rival stay
where they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gazetteer.certainty import RIVAL_M, Flags, Ranked, Ranking
from gazetteer.context import between_m
from gazetteer.match import FOLDED
from gazetteer.memory import F64, I64

STEP, MOST = 3.0, 6.0
"""Nats per e-fold of homonyms before it that one steps back, and the most it does."""
NEAR_M, NEAR_STEP, LISTED = 5_000.0, 1.0, 8
"""How near to an earlier candidate one steps back, by how many nats, among so many of a query."""


def spread(ranking: Ranking) -> Ranking:
    """The same candidates of each query, moved back where others stand for them."""
    rows = ranking.rows
    if not len(rows):
        return ranking
    query = np.repeat(np.arange(len(ranking)), ranking.sizes)
    rank = np.arange(len(query)) - ranking.edges[query]
    less = _crowded(ranking, query) + np.where(_beside(rows, rank), NEAR_STEP, 0.0)
    if not less.any():
        return ranking
    evidence = rows.evidence - less
    order = np.lexsort((rank, -evidence, query))
    return replace(ranking, rows=replace(rows, evidence=evidence).rows(order))


def _crowded(ranking: Ranking, query: I64) -> F64:
    """Nats that homonyms behind the second step back (m,)."""
    rows = ranking.rows
    exact = (rows.reason == FOLDED) & (rows.away_m > RIVAL_M)
    earlier = np.cumsum(exact) - exact
    before = earlier - earlier[ranking.edges[query]]
    return np.where(exact & (before > 0), np.minimum(STEP * np.log(before + 2.0), MOST), 0.0)


def _beside(rows: Ranked, rank: I64) -> Flags:
    """Whether an earlier candidate of the same query lies near, under another name.

    Records of one name side by side are left together: they may be one place.
    """
    near = np.zeros(len(rank), dtype=bool)
    for back in range(1, LISTED):
        at = np.flatnonzero((rank >= back) & (rank < LISTED))
        other = at - back
        away = between_m(rows.lon[at], rows.lat[at], rows.lon[other], rows.lat[other])
        near[at] |= (away < NEAR_M) & (rows.matched[at] != rows.matched[other])
    return near
