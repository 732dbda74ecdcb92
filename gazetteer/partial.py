"""How sure a near spelling is where most places are not indexed.

:mod:`gazetteer.certainty` was fitted on indexes of every village of a country. The gazetteer that
comes with the package holds our own table and the cities of the world: a name that only resembles
one of them is likely another village, which it lacks. Networks of their own judge near spellings
there; they see besides whether the place is one of ours, and how prominent it is. Near spellings
of villages that a user added are judged as everywhere, names that are spelled exactly so by
:mod:`gazetteer.bearers`.
``partial.json`` is made by :mod:`gazetteer.tune` from the samples of :mod:`gazetteer.everyday`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gazetteer.certainty import FEATURES, Certainty, Ranking, certainty_from_json
from gazetteer.memory import F64

PARTIAL_FEATURES = (*FEATURES, "own", "prominence")


def partial_features(ranking: Ranking, table: F64) -> F64:
    """PARTIAL_FEATURES (n, f) of the best candidates, given their FEATURES (n, len(FEATURES))."""
    first = ranking.edges[:-1]
    return np.column_stack([table, ranking.rows.own[first], ranking.rows.prominence[first]])


def of_added_sources(own: F64) -> NDArray[np.bool_]:
    """Which places (n,) come from sources that a user added, by the prior of their index.

    Whoever adds the villages of a country adds them all; our table and the cities of the world
    have priors of their own (:mod:`gazetteer.bundle`).
    """
    added: NDArray[np.bool_] = own == 0
    return added


@cache
def default_partial() -> Certainty:
    """The fitted networks that come with the package."""
    text = (Path(__file__).parent / "partial.json").read_text(encoding="utf-8")
    return certainty_from_json(json.loads(text), PARTIAL_FEATURES)
