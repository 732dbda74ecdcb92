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

from gazetteer.memory import F64, I64, expand
from gazetteer.network import Network, mean_logits, networks_from_json
from gazetteer.pairs import ALIKE, COST, FACTS, OTHER_COST

Flags = NDArray[np.bool_]

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


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, one row each: those of one query, best first, or of several one after another.

    ``away_m`` is the distance from the best of the query. ``evidence`` holds ``prominence`` (of
    people) and ``own`` (of the index) already; ``fits`` tells whether a place lies, or may lie, in
    the area, country and box that were asked for. ``facts`` (n, FACTS) describe each pair of
    names; ``gain`` is what the context added to the evidence.
    """

    place: I64
    lon: F64
    lat: F64
    away_m: F64
    evidence: F64
    fits: Flags
    prominence: F64
    own: F64
    country: NDArray[np.object_]
    reason: NDArray[np.int8]
    cost: F64
    matched: NDArray[np.object_]
    facts: F64
    gain: F64

    def __len__(self) -> int:
        return len(self.place)

    def rows(self, which: slice | I64) -> Ranked:
        """Some of the rows."""
        return Ranked(*(getattr(self, name)[which] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of a batch of queries: query i has the rows ``edges[i]:edges[i + 1]``.

    ``density`` (n, kinds of key) counts indexed names by the kind of key they share with the
    query; ``narrowed`` (n,) is the logarithm of the share of them that the context left.
    """

    edges: I64
    rows: Ranked
    density: F64
    narrowed: F64

    def __len__(self) -> int:
        return len(self.edges) - 1

    def __getitem__(self, query: int) -> Ranked:
        return self.rows.rows(slice(int(self.edges[query]), int(self.edges[query + 1])))

    @property
    def sizes(self) -> I64:
        """How many candidates each query has (n,)."""
        return np.diff(self.edges)

    def of(self, queries: I64) -> Ranking:
        """The same for some of the queries, in the order given."""
        of, rows = expand(self.edges[queries], self.edges[queries + 1])
        edges = np.searchsorted(of, np.arange(len(queries) + 1)).astype(np.int64)
        return Ranking(edges, self.rows.rows(rows), self.density[queries], self.narrowed[queries])


def joined(parts: Sequence[Ranked]) -> Ranked:
    """The rows of all parts, one after another."""
    return Ranked(*(np.concatenate([getattr(p, c) for p in parts]) for c in Ranked.__slots__))


def gathered(rankings: Sequence[Ranking]) -> Ranking:
    """Several batches as one."""
    sizes = np.concatenate([ranking.sizes for ranking in rankings])
    return Ranking(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        joined([ranking.rows for ranking in rankings]),
        np.concatenate([ranking.density for ranking in rankings]),
        np.concatenate([ranking.narrowed for ranking in rankings]),
    )


@dataclass(frozen=True)
class Certainty:
    """Networks whose logits are averaged."""

    networks: tuple[Network, ...]

    def logits(self, table: F64) -> F64:
        """The logit (n,) that each best candidate is right; ``table`` (n, FEATURES)."""
        return mean_logits(self.networks, table)


@cache
def default_certainty() -> Certainty:
    """The fitted networks that come with the package."""
    text = (Path(__file__).parent / "certainty.json").read_text(encoding="utf-8")
    return certainty_from_json(json.loads(text))


def certainty_from_json(table: dict[str, Any], names: Sequence[str] = FEATURES) -> Certainty:
    """Networks as :mod:`gazetteer.tune` writes them, of the features called so.

    Raises:
        ValueError: they were fitted on other features than are computed now.
    """
    refusal = "the certainty was fitted on other features; run gazetteer.tune again"
    return Certainty(networks_from_json(table, names, refusal))


def features(ranking: Ranking, names_total: int) -> F64:
    """FEATURES (n, f) of the best candidate of each query; each must have one."""
    rows, sizes, count = ranking.rows, ranking.sizes, len(ranking)
    first = ranking.edges[:-1]
    of = np.repeat(np.arange(count), sizes)
    away = rows.away_m > RIVAL_M
    away &= rows.gain[first][of] - rows.gain < OUT_OF_IT
    best = rows.facts[first]
    behind = rows.evidence[first][of] - rows.evidence
    chances = np.where(away, np.exp(-np.minimum(behind, 30.0)), 0.0)
    crowd = np.log(np.bincount(of, chances, count) + 1e-3)
    counted = [np.bincount(of, away & (behind < nats), count) for nats in NEAR_BY]
    rivals, whose = rows.facts[away], of[away]
    columns = [
        (rows.evidence - rows.prominence - rows.own)[first],
        _least(whose, behind[away], count, LEAD_MAX),
        crowd,
        *(np.log1p(number) for number in counted),
        _least(whose, rivals[:, COST], count, 5.0) - best[:, COST],
        _least(whose, rivals[:, OTHER_COST], count, 5.0) - best[:, OTHER_COST],
        best[:, ALIKE] + _least(whose, -rivals[:, ALIKE], count, 0.0),
    ]
    size = np.full(count, np.log(max(names_total, 1)))
    return np.column_stack([best, *columns, np.log1p(ranking.density), size, ranking.narrowed])


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
