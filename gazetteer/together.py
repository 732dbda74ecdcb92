"""Names of one report support each other: its places mostly lie near one another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gazetteer.certainty import Ranked, Ranking, joined
from gazetteer.context import distance_m
from gazetteer.memory import F64

HALF_M = 40_000.0
"""Distance at which the support of another place has fallen to a half."""
WEIGHT = 7.0
"""Nats for a candidate that every other name of the report supports fully."""
SEEN, NAMES_MAX = 8, 400
"""Candidates of a name, and names of a report, that are compared with each other."""


def support(ranking: Ranking) -> Ranking:
    """The same candidates, those near the likely candidates of the other names moved up."""
    ranked = [ranking[i] for i in range(len(ranking))]
    voters = [one for one in ranked[:NAMES_MAX] if len(one)]
    likely = [_likely(one) for one in voters]
    supported = []
    for one in ranked:
        if len(one):
            total, count = np.zeros(len(one)), 0
            for voter, weight in zip(voters, likely, strict=True):
                if voter is not one:
                    total += _near(one, voter, weight)
                    count += 1
            one = _reordered(one, WEIGHT * total / max(count, 1))
        supported.append(one)
    return replace(ranking, rows=joined(supported))


def _likely(one: Ranked) -> F64:
    """How likely each of the first candidates is, among them."""
    odds = np.exp(np.clip(one.evidence[:SEEN] - one.evidence[0], -30, 0))
    likely: F64 = odds / odds.sum()
    return likely


def _near(one: Ranked, voter: Ranked, likely: F64) -> F64:
    """For each candidate, the best of the voter's candidates: likely and near."""
    best = np.zeros(len(one))
    for k, weight in enumerate(likely):
        away = distance_m(one.lon, one.lat, (float(voter.lon[k]), float(voter.lat[k])))
        best = np.maximum(best, weight / (1 + (away / HALF_M) ** 2))
    return best


def _reordered(one: Ranked, more: F64) -> Ranked:
    evidence = one.evidence + more
    order = np.argsort(-evidence, kind="stable").astype(np.int64)
    moved = replace(one, evidence=evidence, gain=one.gain + more).rows(order)
    best = (float(moved.lon[0]), float(moved.lat[0]))
    return replace(moved, away_m=distance_m(moved.lon, moved.lat, best))
