"""What is known of a pair of names, a query's and an indexed place's: one table for all who judge.

:mod:`gazetteer.rerank` ranks by it, :mod:`gazetteer.certainty` tells from it how sure an answer is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gazetteer.memory import F64, I64
from gazetteer.pool import Priced
from gazetteer.traits import AGREE, agreement

Flags = NDArray[np.bool_]
COST, ALIKE, OTHER_COST = 0, 2, 7
FACTS = (
    *("cost", "saved", "alike", "initial", "foreign", "article", "folded"),
    *("other_cost", "other_saved", "other_alike", "has_other"),
    *("symbols", "longer", "bones", "other_bones"),
    *(f"{kind}{trait}" for kind in ("same_", "other_") for trait in AGREE),
)
"""What is known of a pair of names: edit cost and evidence per symbol, rapidfuzz ratio, what
agrees, the same of the name in the other script, lengths, consonants that differ, and the
agreement of the traits of both names with the query's."""


def facts_of(
    priced: Priced,
    best: I64,
    other: I64,
    lone: Flags,
    *,
    folded: Flags,
    asked: I64,
    best_traits: I64,
    other_traits: I64,
) -> F64:
    """FACTS (n, len) of places, given the rows of the best name and of the other script's.

    ``lone`` places have no name in the other script. ``asked``, ``best_traits`` and
    ``other_traits`` are the traits of the query and of both names.
    """
    length = np.maximum(priced.length[best], 1.0)
    of_best, of_other = agreement(asked, best_traits), agreement(asked, other_traits)
    of_other[lone] = 0.0
    columns = [
        priced.cost[best] / length,
        priced.evidence[best] / length,
        priced.alike[best],
        priced.initial[best],
        priced.foreign[best],
        of_best[:, AGREE.index("leading")],
        folded,
        np.where(lone, 3.0, priced.cost[other] / length),
        np.where(lone, -1.0, priced.evidence[other] / length),
        np.where(lone, 0.5, priced.alike[other]),
        ~lone,
        np.log1p(length),
        np.clip(priced.longer[best], -5, 5),
        priced.bones[best],
        np.where(lone, 1.0, priced.bones[other]),
        of_best,
        of_other,
    ]
    return np.column_stack(columns).astype(np.float64)
