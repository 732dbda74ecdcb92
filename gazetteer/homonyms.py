"""Many places of the very name asked must not fill the list of candidates.

Ten villages called Romanovka, all alike, help nobody who means Romanivka, which is on record
without its Russian name. The first two keep their places; each further one steps back a little, so
that near spellings that fit almost as well are seen too. Nothing that is decided changes: the best
candidate and its nearest rival stay where they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gazetteer.certainty import RIVAL_M, Ranking
from gazetteer.match import FOLDED

STEP, MOST = 2.0, 4.0
"""Nats per e-fold of homonyms before it that one steps back, and the most it does."""


def spread(ranking: Ranking) -> Ranking:
    """The same candidates of each query, homonyms behind the second moved back."""
    rows = ranking.rows
    exact = (rows.reason == FOLDED) & (rows.away_m > RIVAL_M)
    if not exact.any():
        return ranking
    query = np.repeat(np.arange(len(ranking)), ranking.sizes)
    earlier = np.cumsum(exact) - exact
    before = earlier - earlier[ranking.edges[query]]
    less = np.where(exact & (before > 0), np.minimum(STEP * np.log(before + 2.0), MOST), 0.0)
    evidence = rows.evidence - less
    order = np.lexsort((np.arange(len(query)), -evidence, query))
    return replace(ranking, rows=replace(rows, evidence=evidence).rows(order))
