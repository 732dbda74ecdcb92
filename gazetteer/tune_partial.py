"""Fitting :mod:`gazetteer.partial`, a part of :mod:`gazetteer.tune`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gazetteer.certainty import FEATURES, Certainty
from gazetteer.held_out import WRONG_MAX, Told, by_name, held_out, least_of, rates
from gazetteer.partial import PARTIAL_FEATURES, of_added_sources
from gazetteer.train import Sample, networks

DEVELOPMENT = 0.15
"""Weight of the development sets, which teach what a near spelling and a context are."""
JUDGED_BY = ("default sy", "default sy with country")


def partial_networks(
    development: Sequence[Sample],
    everyday: Sequence[Sample],
    certainty: Certainty,
    limits: Mapping[str, float],
) -> tuple[dict[str, Any], Told]:
    """Networks for near spellings as they are stored, and what they say of ``everyday``, held out.

    Exact spellings are judged by :mod:`gazetteer.bearers`, or by ``certainty`` as in
    :mod:`gazetteer.decide`; so is what users add. Logits are lowered until, at the
    thresholds of ``limits``, at most WRONG_MAX of the names whose place is not there get a wrong
    answer.
    """
    less = [replace(s, weight=DEVELOPMENT * s.weight) for s in development]
    sure = held_out([*less, *everyday], PARTIAL_FEATURES, added=True)[len(less) :]
    plain = [
        np.where(
            np.isnan(s.bearing),
            certainty.logits(s.table[:, : len(FEATURES)]) + s.extra,
            s.bearing,
        )
        for s in everyday
    ]
    own = PARTIAL_FEATURES.index("own")
    settled = [s.exact | of_added_sources(s.table[:, own]) | ~np.isnan(s.bearing) for s in everyday]

    def lowered(by: float) -> Told:
        judged = [
            np.where(known, one, near - by)
            for known, one, near in zip(settled, plain, sure, strict=True)
        ]
        return by_name(everyday, judged)

    def holds(by: float) -> bool:
        told = lowered(by)
        seen = (rates(told[n, False], told[n, True], least_of(limits, n)) for n in JUDGED_BY)
        return all(one.wrong_when_absent <= WRONG_MAX for one in seen)

    by = next((by for by in np.arange(0.0, 3.0, 0.05).round(2).tolist() if holds(by)), 3.0)
    table = networks([*less, *everyday], PARTIAL_FEATURES, added=True)
    for network in table["networks"]:
        network[-1][1][0] = round(network[-1][1][0] - by, 3)
    return table, lowered(by)


PARTIAL_FITTED = (
    "Networks with two hidden layers, averaged; Adam on the logarithmic loss of the logit with "
    "what gazetteer.decide adds. Names of places in Syria, Iraq and Ukraine (Who's On First, "
    "CC0; names from GeoNames, CC BY 4.0) asked of the gazetteer that comes with the package, "
    "with and without the country: places it has by spellings it lacks, places it lacks, and "
    "names as indexed; names of Syria once more with all its places added; and, at less weight, "
    "the samples of certainty.json. Lowered until at most 4.75 % of the Syrian names whose "
    "place is lacking get a wrong answer, networks having seen none of the places they judge "
    "(held_out in thresholds.json)."
)
