"""Small networks, as :mod:`gazetteer.certainty` and :mod:`gazetteer.rerank` use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
ROWS = 256
"""Rows put through a network at once: so few that BLAS leaves the other cores alone."""
CLIP = 3.0
"""Standard deviations beyond which a feature says no more: nothing is extrapolated."""


@dataclass(frozen=True)
class Network:
    """Layers of (weights, bias) after the features are centred and scaled."""

    mean: F64
    scale: F64
    layers: tuple[tuple[F64, F64], ...]

    def logits(self, table: F64) -> F64:
        """The logit of each row of features (n,)."""
        blocks = [self._logits(table[at : at + ROWS]) for at in range(0, len(table), ROWS)]
        return np.concatenate(blocks) if blocks else np.zeros(0)

    def _logits(self, table: F64) -> F64:
        x = np.clip((table - self.mean) / self.scale, -CLIP, CLIP)
        for weights, bias in self.layers[:-1]:
            x = np.tanh(x @ weights + bias)
        weights, bias = self.layers[-1]
        told: F64 = (x @ weights + bias)[:, 0]
        return told


def mean_logits(networks: Sequence[Network], table: F64) -> F64:
    """The logit of each row (n,), the mean over the networks."""
    told: F64 = np.mean([network.logits(table) for network in networks], axis=0)
    return told


def networks_from_json(
    table: dict[str, Any], features: Sequence[str], refusal: str
) -> tuple[Network, ...]:
    """Networks as :func:`gazetteer.train.stored` writes them.

    Raises:
        ValueError: they were fitted on other features; ``refusal`` says what to do.
    """
    if table["features"] != list(features):
        raise ValueError(refusal)
    mean, scale = np.array(table["mean"]), np.array(table["scale"])
    return tuple(
        Network(mean, scale, tuple((np.array(w), np.array(b)) for w, b in layers))
        for layers in table["networks"]
    )
