"""Fitting the second look of :mod:`gazetteer.rerank`.

``python -m gazetteer.rerank_fit --sets DIR --areas FILE`` rewrites ``reranker.json``; DIR holds the
development sets and ``gaz_*.tsv.gz`` (see :mod:`gazetteer.development`), FILE the governorates:
Syrian names are asked with theirs, too. Queries that some candidate spells
exactly are left out: the sets leave out that spelling of the right place. ``--fold K`` leaves out
a fifth of the places, reports on it before and after, and writes nothing. Nothing here runs when
names are looked up; run :mod:`gazetteer.tune` afterwards, whose networks see the new evidence.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gazetteer.development import (
    FOLDS,
    Development,
    arabic_set,
    areas_of,
    ask,
    is_hit,
    other_spellings,
    read_set,
    spellings_set,
)
from gazetteer.lookup import Gazetteer
from gazetteer.match import FOLDED
from gazetteer.memory import F64, I64, expand
from gazetteer.pairs import Flags
from gazetteer.rerank import SEEN, Reranker, reranker_from_json
from gazetteer.train import Shape, adam, scaled, scaling, stored

LOOKED_AT, BATCH, NETWORKS = 20, 256, 1
SHAPE = Shape((64,), 16, 1e-4)
SETS: tuple[tuple[str, str, int, float], ...] = (
    ("S1_sy", "sy", 14_000, 1.0),
    ("S1_ua", "ua", 8_000, 0.7),
    ("S2_sy", "", 0, 2.0),
    ("SN_sy", "", 0, 2.0),
    ("S3_ocha", "", 0, 4.0),
)
"""Development set, gazetteer with more spellings, how many of them, weight of a query."""


@dataclass(frozen=True)
class Lists:
    """Candidates of queries: query i has the rows ``edges[i]:edges[i + 1]``, best first.

    ``facts`` (m, FACTS), ``evidence`` (m,) in nats without a second look, ``named`` (m,) that of
    the names alone, ``right`` (m,).
    """

    edges: I64
    facts: F64
    evidence: F64
    named: F64
    right: Flags
    exact: Flags
    fold: I64
    weight: F64

    def seen(self) -> F64:
        """What the networks see of each candidate (m, SEEN)."""
        best = np.maximum.reduceat(self.named, self.edges[:-1])
        behind = self.named - np.repeat(best, np.diff(self.edges))
        return np.column_stack([self.facts, self.named, behind])

    def usable(self) -> Flags:
        """Queries (n,) that teach something: the right place is there, and no exact spelling."""
        right, exact = (
            np.add.reduceat(x.astype(int), self.edges[:-1]) for x in (self.right, self.exact)
        )
        told: Flags = (right > 0) & (exact == 0) & (np.diff(self.edges) > 1)
        return told


def lists_of(given: Development, weight: float, *, within: bool = False) -> Lists:
    """The LOOKED_AT best candidates of each query that has any."""
    plain = Gazetteer(Gazetteer.from_places(given.places).index, reranker=Reranker(()))
    ranking = ask(plain, given.queries, within)
    some = np.flatnonzero(ranking.sizes)
    low = ranking.edges[some]
    of, at = expand(low, np.minimum(ranking.edges[some + 1], low + LOOKED_AT))
    rows = ranking.rows.rows(at)
    asked = [given.queries[i] for i in some.tolist()]
    places = [plain.index.place(number) for number in rows.place.tolist()]
    pairs = zip(of.tolist(), places, strict=True)
    return Lists(
        np.searchsorted(of, np.arange(len(some) + 1)).astype(np.int64),
        rows.facts,
        rows.evidence,
        rows.evidence - rows.prominence - rows.own - rows.gain,
        np.array([is_hit(asked[i], place) for i, place in pairs], dtype=bool),
        rows.reason == FOLDED,
        np.array([query.fold for query in asked], dtype=np.int64),
        np.full(len(asked), weight),
    )


def joined(parts: Sequence[Lists]) -> Lists:
    """All queries of several sets."""
    sizes = np.concatenate([np.diff(part.edges) for part in parts])
    columns = ("facts", "evidence", "named", "right", "exact", "fold", "weight")
    return Lists(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        *(np.concatenate([getattr(part, column) for part in parts]) for column in columns),
    )


def fitted(lists: Lists, queries: I64) -> Reranker:
    """Networks fitted on some of the queries."""
    return reranker_from_json(table_of(lists, queries))


def table_of(lists: Lists, queries: I64) -> dict[str, object]:
    """Networks as they are stored; what they add is nothing for the mean right place."""
    low, high = lists.edges[queries], lists.edges[queries + 1]
    of, rows = expand(low, high)
    facts = lists.seen()
    mean, scale = scaling(facts[rows])
    seen = scaled(facts, mean, scale)
    place = np.full(len(lists.evidence), -1)
    place[rows] = of

    def batches(rng: np.random.Generator) -> Iterator[I64]:
        order = rng.permutation(len(queries))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            yield expand(low[some], high[some])[1]

    def pull(logit: F64, rows: I64) -> F64:
        _, group = np.unique(place[rows], return_inverse=True)
        score = logit + lists.evidence[rows]
        share = _share(score, group, np.ones(len(rows), dtype=bool))
        aim = _share(score, group, lists.right[rows])
        slope: F64 = (share - aim) * lists.weight[queries[place[rows]]] / BATCH
        return slope

    layers = [adam(seen, batches, pull, seed, SHAPE) for seed in range(NETWORKS)]
    table = stored(SEEN, mean, scale, layers)
    best = rows[lists.right[rows]]
    for network, known in zip(table["networks"], reranker_from_json(table).networks, strict=True):
        network[-1][1][0] = round(network[-1][1][0] - float(known.logits(facts[best]).mean()), 3)
    return table


def _share(score: F64, group: I64, counted: Flags) -> F64:
    """Each row's share of its group by exp(score), 0 for rows that do not count."""
    top = np.full(int(group.max()) + 1, -np.inf)
    np.maximum.at(top, group[counted], score[counted])
    odds = np.where(counted, np.exp(score - top[group]), 0.0)
    shares: F64 = odds / np.bincount(group, odds)[group]
    return shares


def hits(lists: Lists, reranker: Reranker, queries: I64) -> tuple[float, float]:
    """Shares of the queries whose right place is first, and among the first five."""
    of, rows = expand(lists.edges[queries], lists.edges[queries + 1])
    named = lists.named[rows]
    again = reranker.corrected(of, named, lists.facts[rows], lists.exact[rows])
    score = lists.evidence[rows] + again - named + 100.0 * lists.exact[rows]
    order = np.lexsort((np.arange(len(rows)), -score, of))
    rank = np.arange(len(rows)) - np.searchsorted(of, of)
    right = lists.right[rows][order]
    first, five = (len(np.unique(of[right & (rank < most)])) for most in (1, 5))
    return first / len(queries), five / len(queries)


def main(arguments: Sequence[str] | None = None) -> dict[str, tuple[float, ...]]:
    """Fit and store, or with ``--fold`` report on places that were left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--areas", type=Path, required=True, help="GeoJSON of governorates")
    parser.add_argument("--fold", type=int, default=-1, choices=range(FOLDS))
    given = parser.parse_args(arguments)
    sets = dict(sets_of(given.sets, given.areas))
    whole = joined(list(sets.values()))
    if given.fold < 0:
        table = table_of(whole, np.flatnonzero(whole.usable()))
        text = json.dumps({"fitted": FITTED, **table}, separators=(",", ":"))
        (Path(__file__).parent / "reranker.json").write_text(text + "\n", encoding="utf-8")
        return {}
    again = fitted(whole, np.flatnonzero(whole.usable() & (whole.fold != given.fold)))
    told: dict[str, tuple[float, ...]] = {}
    for name, lists in sets.items():
        left = np.flatnonzero(lists.fold == given.fold)
        told[name] = (*hits(lists, Reranker(()), left), *hits(lists, again, left))
    return told


def sets_of(folder: Path, areas: Path) -> Iterator[tuple[str, Lists]]:
    """All that is fitted on, by name."""
    for name, country, more, weight in SETS:
        path = folder / f"{name}_dev.json.gz"
        known = read_set(path, areas_of(path, areas) if country != "ua" else None)
        yield name, lists_of(known, weight)
        if told := [q for q in known.queries if q.area]:
            chosen = Development(known.places, told)
            yield f"{name} with governorate", lists_of(chosen, weight, within=True)
        if more:
            asked = {(q.id, q.text) for q in known.queries}
            extra = other_spellings(folder / f"gaz_{country}.tsv.gz", known.places, more)
            left = [q for q in extra if (q.id, q.text) not in asked]
            yield f"more {name}", lists_of(Development(known.places, left), weight)
            if told := [q for q in left if q.area][: len(left) // 2]:
                chosen = Development(known.places, told)
                yield f"more {name} with governorate", lists_of(chosen, weight, within=True)
    yield "Arabic", lists_of(arabic_set(folder / "gaz_sy.tsv.gz", 6_000), 1.0)
    yield "Arabic, Iraq", lists_of(arabic_set(folder / "gaz_iq.tsv.gz", 5_000), 0.7)
    yield "Iraq", lists_of(spellings_set(folder / "gaz_iq.tsv.gz", 14_000), 0.7)


FITTED = (
    "A network with a hidden layer; Adam on the logarithm of the share that the right "
    "place has among the candidates. Queries: the development sets S1, S2, S3 and SN of Syria and "
    "S1 of Ukraine, up to 14,000 more spellings of Syrian, 8,000 of Ukrainian and 14,000 of Iraqi "
    "places in Who's On First (CC0; names from GeoNames, CC BY 4.0), Syria with and without the "
    "governorate, and Arabic names of Syria and Iraq asked of Latin ones; without those that some "
    "candidate spells exactly."
)


if __name__ == "__main__":
    for set_name, seen in main().items():
        sys.stdout.write(f"{set_name}: " + " ".join(f"{share:.3f}" for share in seen) + "\n")
