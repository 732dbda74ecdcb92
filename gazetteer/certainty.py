"""How sure we are that the best candidate is the right one.

A small network (two hidden layers, a few of them averaged) looks at how well the name fits in
both scripts, how far its rivals more than ``RIVAL_M`` away lie behind, and how crowded the
neighbourhood of the query is: where many indexed names share its consonants, one of them fits by
chance, and a place that is not indexed has a namesake that is. It was fitted on names whose place
is in the index and on names whose place is not, in indexes of five to ten thousand places; its
numbers lie in ``certainty.json`` with the account of the fitting, and :mod:`gazetteer.tune` makes
them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gazetteer.match import ALIKE, COST, FACTS, OTHER_COST
from gazetteer.memory import F64, I64

RIVAL_M = 10_000.0
"""Candidates nearer to each other than this are no rivals: either pin would be about right."""
LEAD_MAX = 12.0
OUT_OF_IT = 2.5
"""Nats by which a context must put a candidate behind the best to take it for no rival."""
NEAR_BY = (0.5, 1.5, 3.0, 6.0)
"""Nats behind the best within which rivals are counted."""
FEATURES = (
    *FACTS,
    *("evidence", "lead", "crowd", *(f"rivals_{nats:g}" for nats in NEAR_BY)),
    *("rival_cost", "rival_other_cost", "rival_alike"),
    *("same_sound", "same_skeleton", "same_core", "near_skeleton", "same_word"),
    *("index_names", "narrowed"),
)
CLIP = 3.0
"""Standard deviations beyond which a feature says no more: nothing is extrapolated."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates of one query, best first: parallel arrays.

    ``symbols`` is the length of the query in sounds, ``away_m`` the distance from the best.
    ``evidence`` holds ``prominence`` (of people) and ``own`` (of the index) already; ``fits``
    tells whether a place lies, or may lie, in the area, country and box that were asked for.
    ``facts`` (n, FACTS) describe each pair of names; ``density`` counts indexed names by the kind
    of key they share with the query; ``narrowed`` is the logarithm of the share of them that the
    context left; ``gain`` is what the context added to the evidence.
    """

    symbols: int
    place: I64
    lon: F64
    lat: F64
    away_m: F64
    evidence: F64
    fits: NDArray[np.bool_]
    prominence: F64
    own: F64
    country: NDArray[np.object_]
    reason: NDArray[np.int8]
    cost: F64
    matched: NDArray[np.object_]
    facts: F64
    density: F64
    narrowed: float
    gain: F64


@dataclass(frozen=True)
class Network:
    """Layers of (weights, bias) after the features are centred and scaled."""

    mean: F64
    scale: F64
    layers: tuple[tuple[F64, F64], ...]

    def logits(self, table: F64) -> F64:
        """The logit of each row of features (n,)."""
        x = np.clip((table - self.mean) / self.scale, -CLIP, CLIP)
        for weights, bias in self.layers[:-1]:
            x = np.tanh(x @ weights + bias)
        weights, bias = self.layers[-1]
        told: F64 = (x @ weights + bias)[:, 0]
        return told


@dataclass(frozen=True)
class Certainty:
    """Networks whose logits are averaged."""

    networks: tuple[Network, ...]

    def logits(self, table: F64) -> F64:
        """The logit (n,) that each best candidate is right; ``table`` (n, FEATURES)."""
        told: F64 = np.mean([network.logits(table) for network in self.networks], axis=0)
        return told


@cache
def default_certainty() -> Certainty:
    """The fitted networks that come with the package."""
    text = (Path(__file__).parent / "certainty.json").read_text(encoding="utf-8")
    return certainty_from_json(json.loads(text))


def certainty_from_json(table: dict[str, Any]) -> Certainty:
    """Networks as :mod:`gazetteer.tune` writes them.

    Raises:
        ValueError: they were fitted on other features than are computed now.
    """
    if tuple(table["features"]) != FEATURES:
        raise ValueError("certainty.json was fitted on other features; run gazetteer.tune again")
    mean, scale = np.array(table["mean"]), np.array(table["scale"])
    return Certainty(
        tuple(
            Network(mean, scale, tuple((np.array(w), np.array(b)) for w, b in layers))
            for layers in table["networks"]
        )
    )


def features(ranked: Sequence[Ranked], names_total: int) -> F64:
    """FEATURES (n, f) of the best candidate of each query; each must have one."""
    count = len(ranked)
    sizes = np.array([len(one.place) for one in ranked], dtype=np.int64)
    first = np.cumsum(sizes) - sizes
    of = np.repeat(np.arange(count), sizes)
    evidence = np.concatenate([one.evidence for one in ranked])
    facts = np.concatenate([one.facts for one in ranked])
    away = np.concatenate([one.away_m for one in ranked]) > RIVAL_M
    gain = np.concatenate([one.gain for one in ranked])
    away &= gain[first][of] - gain < OUT_OF_IT
    best = facts[first]
    behind = evidence[first][of] - evidence
    lead = _least(of[away], behind[away], count, LEAD_MAX)
    chances = np.where(away, np.exp(-np.minimum(behind, 30.0)), 0.0)
    crowd = np.log(np.bincount(of, chances, count) + 1e-3)
    rivals = [np.bincount(of, away & (behind < nats), count) for nats in NEAR_BY]
    named = [float(one.evidence[0] - one.prominence[0] - one.own[0]) for one in ranked]
    columns = [
        np.array(named),
        lead,
        crowd,
        *(np.log1p(number) for number in rivals),
        _least(of[away], facts[away, COST], count, 5.0) - best[:, COST],
        _least(of[away], facts[away, OTHER_COST], count, 5.0) - best[:, OTHER_COST],
        best[:, ALIKE] + _least(of[away], -facts[away, ALIKE], count, 0.0),
    ]
    density = np.log1p(np.array([one.density for one in ranked]))
    size = np.full(count, np.log(max(names_total, 1)))
    narrowed = np.array([one.narrowed for one in ranked])
    return np.column_stack([best, *columns, density, size, narrowed])


def unrivalled(table: F64) -> F64:
    """FEATURES as they would be without any rival: how sure we are of the name alone."""
    alone = table.copy()
    first = FEATURES.index("lead")
    alone[:, first], alone[:, first + 1] = LEAD_MAX, np.log(1e-3)
    alone[:, first + 2 : first + 2 + len(NEAR_BY)] = 0.0
    rival = FEATURES.index("rival_cost")
    alone[:, rival] = 5.0 - table[:, COST]
    alone[:, rival + 1] = 5.0 - table[:, OTHER_COST]
    alone[:, rival + 2] = table[:, ALIKE]
    return alone


def _least(group: I64, value: F64, count: int, most: float) -> F64:
    """The least value of each group, ``most`` where a group is empty or has only higher ones."""
    least = np.full(count, most)
    np.minimum.at(least, group, value)
    return least
