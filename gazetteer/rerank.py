"""A second look at the best candidates of a query: which of several like names is meant.

Weights add up what is known of a pair of names (:mod:`gazetteer.match`); small networks see what
adds up to more or less than its parts, and the traits that forms leave out
(:mod:`gazetteer.traits`). They correct the evidence by a few nats at most, fitted by
:mod:`gazetteer.rerank_fit` so that the right place comes first: the logarithm of its share among
the candidates (ListNet with one right answer: Cao et al. 2007, "Learning to rank").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gazetteer.memory import F64, I64
from gazetteer.network import Network, mean_logits, networks_from_json
from gazetteer.pairs import FACTS, Flags

BEHIND = 12.0
"""Nats behind the best of a query from which on a candidate is not looked at again."""
MOST = 4.0
"""Nats by which evidence is corrected at most."""
SEEN = (*FACTS, "evidence", "behind")
"""What the networks see of a candidate: its facts, its evidence, and how far it lies behind."""


@dataclass(frozen=True)
class Reranker:
    """Networks whose corrections are averaged; none at all leave the evidence as it is."""

    networks: tuple[Network, ...]

    def corrected(self, query: I64, evidence: F64, facts: F64, exact: Flags) -> F64:
        """The evidence (n,) of the pairs after the second look, nats.

        ``query`` (n,) numbers the queries, ``facts`` are (n, FACTS). Names that are spelled
        ``exact``-ly so need no second look: that they come first is settled.
        """
        if not self.networks or not len(query):
            return evidence
        top = np.full(int(query.max()) + 1, -np.inf)
        np.maximum.at(top, query, evidence)
        seen = np.flatnonzero((evidence > top[query] - BEHIND) & ~exact)
        behind = evidence[seen] - top[query[seen]]
        table = np.column_stack([facts[seen], evidence[seen], behind])
        told = mean_logits(self.networks, table)
        corrected = evidence.copy()
        corrected[seen] += np.clip(told, -MOST, MOST)
        return corrected


@cache
def default_reranker() -> Reranker:
    """The fitted networks that come with the package."""
    text = (Path(__file__).parent / "reranker.json").read_text(encoding="utf-8")
    return reranker_from_json(json.loads(text))


def reranker_from_json(table: dict[str, Any]) -> Reranker:
    """Networks as :mod:`gazetteer.rerank_fit` writes them.

    Raises:
        ValueError: they were fitted on other facts than are known now.
    """
    refusal = "reranker.json was fitted on other facts; run gazetteer.rerank_fit again"
    return Reranker(networks_from_json(table, SEEN, refusal))
