"""Small networks fitted by Adam with numpy alone, and those of :mod:`gazetteer.certainty`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gazetteer.certainty import FEATURES
from gazetteer.memory import F64, I64
from gazetteer.network import CLIP

Flags = NDArray[np.bool_]
NETWORKS, RATE, BATCH = 6, 3e-3, 512


@dataclass(frozen=True)
class Sample:
    """Queries of one kind: features (n, f), whether the best is right, whether it stands clear.

    ``extra`` is what :func:`gazetteer.decide.judge` adds to the network's logit, ``exact`` whether
    the best is spelled exactly so, ``bearing`` the logit of :mod:`gazetteer.bearers`, NaN where it
    leaves the judging to the network.
    """

    name: str
    absent: bool
    table: F64
    right: Flags
    clear: Flags
    extra: F64
    exact: Flags
    fold: NDArray[np.int64]
    weight: float
    bearing: F64


Batches = Callable[[np.random.Generator], Iterator[I64]]
"""The rows of one round, a batch at a time."""
Pull = Callable[[F64, I64], F64]
"""Slope of the loss in the logits (b,) of these rows (b,) of the table."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the hidden layers, rounds over the table, pull of the weights towards nothing."""

    hidden: tuple[int, ...] = (24, 12)
    rounds: int = 24
    decay: float = 3e-4


def adam(
    table: F64, batches: Batches, pull: Pull, seed: int, shape: Shape
) -> list[tuple[F64, F64]]:
    """Layers fitted by Adam to features (n, f) that are scaled already."""
    rng = np.random.default_rng(seed)
    sizes = (table.shape[1], *shape.hidden, 1)
    values = [
        part
        for a, b in pairwise(sizes)
        for part in (rng.normal(0, 1 / np.sqrt(a), (a, b)), np.zeros(b))
    ]
    first, second = ([np.zeros_like(v) for v in values] for _ in range(2))
    step = 0
    for epoch in range(shape.rounds):
        rate = RATE * (1 - epoch / shape.rounds) + 1e-4
        for rows in batches(rng):
            slopes = _slopes(values, table[rows], rows, pull)
            step += 1
            for k, slope in enumerate(slopes):
                slope = slope + shape.decay * values[k] * (values[k].ndim == 2)
                first[k] = 0.9 * first[k] + 0.1 * slope
                second[k] = 0.999 * second[k] + 0.001 * slope**2
                size = np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8
                values[k] = values[k] - rate * first[k] / (1 - 0.9**step) / size
    return [(values[k], values[k + 1]) for k in range(0, len(values), 2)]


def _slopes(values: Sequence[F64], x: F64, rows: I64, pull: Pull) -> list[F64]:
    """Slope of the loss in each array of ``values``."""
    layers = [x]
    for k in range(0, len(values) - 2, 2):
        layers.append(np.tanh(layers[-1] @ values[k] + values[k + 1]))
    back = pull((layers[-1] @ values[-2] + values[-1])[:, 0], rows)[:, None]
    slopes: list[F64] = []
    for k in range(len(values) - 2, -1, -2):
        before = layers[k // 2]
        slopes = [before.T @ back, back.sum(axis=0), *slopes]
        back = (back @ values[k].T) * (1 - before**2)
    return slopes


def fit(samples: Sequence[Sample], seed: int, *, added: bool) -> list[tuple[F64, F64]]:
    """Layers fitted on the mean weighted logarithmic loss.

    With ``added`` they learn to correct what is added to them, else as if nothing were.
    """
    extra = np.concatenate([s.extra for s in samples]) * added
    table = np.concatenate([s.table for s in samples])
    target = np.concatenate([s.right for s in samples]).astype(float)
    weight = np.concatenate([np.full(len(s.right), s.weight) for s in samples])

    def batches(rng: np.random.Generator) -> Iterator[I64]:
        order = rng.permutation(len(table))
        for start in range(0, len(order), BATCH):
            yield order[start : start + BATCH]

    def pull(logit: F64, rows: I64) -> F64:
        odds = 1 / (1 + np.exp(-np.clip(logit + extra[rows], -30, 30)))
        slope: F64 = weight[rows] * (odds - target[rows]) / len(rows)
        return slope

    return adam(table, batches, pull, seed, Shape())


def scaling(table: F64) -> tuple[F64, F64]:
    """Mean and deviation (f,) of each feature; 1 where it never varies."""
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < 1e-6] = 1.0
    return mean, scale


def scaled(table: F64, mean: F64, scale: F64) -> F64:
    """Features as the networks see them."""
    seen: F64 = np.clip((table - mean) / scale, -CLIP, CLIP)
    return seen


def stored(
    features: Sequence[str], mean: F64, scale: F64, fitted: Sequence[list[tuple[F64, F64]]]
) -> dict[str, Any]:
    """Networks as :func:`gazetteer.network.networks_from_json` reads them."""
    return {
        "features": list(features),
        "mean": mean.round(4).tolist(),
        "scale": scale.round(4).tolist(),
        "networks": [
            [[w.round(3).tolist(), b.round(3).tolist()] for w, b in layers] for layers in fitted
        ],
    }


def networks(
    samples: Sequence[Sample], features: Sequence[str] = FEATURES, *, added: bool = False
) -> dict[str, Any]:
    """Fitted networks, as they are stored."""
    mean, scale = scaling(np.concatenate([s.table for s in samples]))
    seen = [replace(s, table=scaled(s.table, mean, scale)) for s in samples]
    fitted = [fit(seen, seed, added=added) for seed in range(NETWORKS)]
    return stored(features, mean, scale, fitted)
