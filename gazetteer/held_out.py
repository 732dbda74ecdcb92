"""What networks of certainty are worth on places they never saw.

Places are split by a hash of their id; networks fitted on four parts judge the fifth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from gazetteer.certainty import FEATURES, certainty_from_json
from gazetteer.development import FOLDS
from gazetteer.memory import F64
from gazetteer.train import Sample, networks

Flags = NDArray[np.bool_]
WRONG_MAX, PRECISION_MIN = 0.0475, 0.9705
"""A little stricter than what is promised (0.05 and 0.97), for sets that were not seen."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of all queries: answered rightly; and, the place absent, answered, and wrongly."""

    answered: float
    precision: float
    absent: float
    wrong_when_absent: float


def rates(present: tuple[F64, Flags], absent: tuple[F64, Flags], least: float) -> Rates:
    """What a threshold yields; logits are -inf where the best does not stand clear."""
    told = present[0] >= least
    precision = float(present[1][told].mean()) if told.any() else 1.0
    lost = absent[0] >= least
    return Rates(
        float((told & present[1]).mean()),
        precision,
        float(lost.mean()),
        float((lost & ~absent[1]).mean()),
    )


def held_out(
    samples: Sequence[Sample], names: Sequence[str] = FEATURES, *, added: bool = False
) -> list[F64]:
    """The logits of each sample, every place judged by networks that never saw it."""
    sure = [np.zeros(len(s.right)) for s in samples]
    for fold in range(FOLDS):
        table = networks([_part(s, s.fold != fold) for s in samples], names, added=added)
        certainty = certainty_from_json(table, names)
        for k, s in enumerate(samples):
            rows = s.fold == fold
            if rows.any():
                sure[k][rows] = certainty.logits(s.table[rows]) + s.extra[rows]
    return sure


Told = dict[tuple[str, bool], tuple[F64, Flags]]


def by_name(samples: Sequence[Sample], sure: Sequence[F64]) -> Told:
    """Logits (-inf where not clear) and rightness by name and absence."""
    told: Told = {}
    for key in {(s.name, s.absent) for s in samples}:
        at = [k for k, s in enumerate(samples) if (s.name, s.absent) == key]
        told[key] = (
            np.concatenate([np.where(samples[k].clear, sure[k], -inf) for k in at]),
            np.concatenate([samples[k].right for k in at]),
        )
    return told


def _part(s: Sample, rows: Flags) -> Sample:
    columns = ("table", "right", "clear", "extra", "exact", "fold", "bearing")
    return replace(s, **{column: getattr(s, column)[rows] for column in columns})


def threshold(told: Told, name: str) -> float:
    """The least logit at which both promises hold."""
    for least in np.arange(0.0, 5.0, 0.02):
        seen = rates(told[name, False], told[name, True], float(least))
        if seen.precision >= PRECISION_MIN and seen.wrong_when_absent <= WRONG_MAX:
            return round(float(least), 2)
    return 5.0


def least_of(table: Mapping[str, float], name: str) -> float:
    """The threshold of a sample: another one where a context was told."""
    return table["resolve_told" if " with " in name else "resolve"]
