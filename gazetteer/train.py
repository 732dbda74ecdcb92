"""The networks of :mod:`gazetteer.certainty`, fitted by Adam with numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gazetteer.certainty import CLIP, FEATURES
from gazetteer.memory import F64

Flags = NDArray[np.bool_]
HIDDEN, ROUNDS, NETWORKS = (24, 12), 24, 6
DECAY, RATE, BATCH = 3e-4, 3e-3, 512


@dataclass(frozen=True)
class Sample:
    """Queries of one kind: FEATURES (n, f), whether the best is right, whether it stands clear.

    ``extra`` is what :func:`gazetteer.decide.judge` adds to the network's logit.
    """

    name: str
    absent: bool
    table: F64
    right: Flags
    clear: Flags
    extra: F64
    fold: NDArray[np.int64]
    weight: float


def fit(samples: Sequence[Sample], seed: int) -> list[tuple[F64, F64]]:
    """Layers fitted by Adam on the logarithmic loss, on features that are scaled already."""
    table = np.concatenate([s.table for s in samples])
    target = np.concatenate([s.right for s in samples]).astype(float)
    weight = np.concatenate([np.full(len(s.right), s.weight) for s in samples])
    rng = np.random.default_rng(seed)
    sizes = (table.shape[1], *HIDDEN, 1)
    values = [
        part
        for a, b in pairwise(sizes)
        for part in (rng.normal(0, 1 / np.sqrt(a), (a, b)), np.zeros(b))
    ]
    first, second = ([np.zeros_like(v) for v in values] for _ in range(2))
    step = 0
    for epoch in range(ROUNDS):
        rate = RATE * (1 - epoch / ROUNDS) + 1e-4
        order = rng.permutation(len(table))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            slopes = _slopes(values, table[rows], target[rows], weight[rows])
            step += 1
            for k, slope in enumerate(slopes):
                slope = slope + DECAY * values[k] * (values[k].ndim == 2)
                first[k] = 0.9 * first[k] + 0.1 * slope
                second[k] = 0.999 * second[k] + 0.001 * slope**2
                size = np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8
                values[k] = values[k] - rate * first[k] / (1 - 0.9**step) / size
    return [(values[k], values[k + 1]) for k in range(0, len(values), 2)]


def _slopes(values: Sequence[F64], x: F64, target: F64, weight: F64) -> list[F64]:
    """Slope of the mean weighted logarithmic loss in each array of ``values``."""
    layers = [x]
    for k in range(0, len(values) - 2, 2):
        layers.append(np.tanh(layers[-1] @ values[k] + values[k + 1]))
    logit = (layers[-1] @ values[-2] + values[-1])[:, 0]
    back = (weight * (1 / (1 + np.exp(-np.clip(logit, -30, 30))) - target) / len(x))[:, None]
    slopes: list[F64] = []
    for k in range(len(values) - 2, -1, -2):
        before = layers[k // 2]
        slopes = [before.T @ back, back.sum(axis=0), *slopes]
        back = (back @ values[k].T) * (1 - before**2)
    return slopes


def networks(samples: Sequence[Sample]) -> dict[str, Any]:
    """Fitted networks, as they are stored."""
    table = np.concatenate([s.table for s in samples])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < 1e-6] = 1.0
    scaled = [replace(s, table=np.clip((s.table - mean) / scale, -CLIP, CLIP)) for s in samples]
    return {
        "features": list(FEATURES),
        "mean": mean.round(4).tolist(),
        "scale": scale.round(4).tolist(),
        "networks": [
            [[w.round(3).tolist(), b.round(3).tolist()] for w, b in fit(scaled, seed)]
            for seed in range(NETWORKS)
        ],
    }
