"""Sharpening edit costs and ranking weights for the ranking itself.

``python -m gazetteer.sharpen --sets DIR`` starts from the prices that :mod:`gazetteer.fit` learned
and rewrites ``edit_costs.json`` and the weights in ``thresholds.json``; DIR holds the development
sets and ``gaz_*.tsv.gz`` (see :mod:`gazetteer.development`). Prices learned from pairs say how
spellings come about; here they, and the weights of the evidence, move to where the right place
comes first more often: gradient steps on the logarithm of its share among all candidates
(conditional logit), through the cheapest edit script of each pair, held near where they began.
Other places that bear the very spelling asked are left out of it, since the sets leave out that
spelling of the right one. ``--fold K`` leaves out a fifth of the places and reports on it, and
writes nothing. It needs numpy only; nothing here runs when names are looked up.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gazetteer import editcost, pool
from gazetteer.context import between_m, prominence
from gazetteer.development import FOLDS, HIT_M, Query, other_spellings, read_set
from gazetteer.editcost import PROFILES, Codes, Costs, Layers
from gazetteer.match import EXACT_LEAD, Weights, default_weights
from gazetteer.memory import F64, I64, MemoryIndex
from gazetteer.names import forms
from gazetteer.script import cheapest
from gazetteer.traits import trait

Flags = NDArray[np.bool_]
STEPS, WEIGHTS_ALONE = 48, 10
RATE, HOLD, PRICE_MAX = 0.08, 4.0, 12.0
"""Step of a price in nats, pull towards where it began, and the most it may become."""
SETS: tuple[tuple[str, str, int, float], ...] = (
    ("S1_sy", "sy", 14_000, 1.0),
    ("S1_ua", "ua", 6_000, 0.7),
    ("S2_sy", "", 0, 2.0),
    ("S3_ocha", "", 0, 3.0),
    ("SN_sy", "", 0, 3.0),
)
"""Development set, gazetteer with more spellings, how many of them, weight of a query."""
_FITTED = ("best", "per_symbol", "likeness", "initial", "foreign", "article")
_RATES = {"best": 0.02, "per_symbol": 0.1, "likeness": 0.2, "other": 0.02, "names": 0.04}


@dataclass(frozen=True)
class Rows:
    """A set drawn and thinned: one row a (query, indexed name), pointing to pairs of forms."""

    asked: Codes
    stored: Codes
    slavic: Flags
    pair: I64
    query: I64
    place: I64
    same: Flags
    facts: F64
    length: F64
    arabic: Flags
    known: F64
    labels: F64
    right: Flags
    fold: NDArray[np.int64]


def rows_of(index: MemoryIndex, queries: Sequence[Query]) -> Rows:
    """What the ranking sees of these queries."""
    asked = forms([query.text for query in queries])
    drawn = pool.draw(index, asked)
    unique, where = np.unique(drawn.form, return_inverse=True)
    columns = index.forms(unique)
    query, where, alike = pool.thin(asked, columns, drawn.query, where)
    priced = pool.price(asked, columns, unique, query, where, alike)
    pair, name = index.members(priced.form)
    names = index.names(name)
    of = priced.query[pair]
    places = index.places(names.place)
    own = np.array([index.by_id(q.id) if q.id != "None" else None for q in queries], dtype=object)
    point = np.array([(q.lon, q.lat) for q in queries])
    away = between_m(places.lon, places.lat, point[of, 0], point[of, 1])
    agree = trait(names.traits, "article") == np.array(asked.article, dtype=bool)[of]
    facts = [priced.alike[pair], priced.initial[pair], priced.foreign[pair], agree]
    return Rows(
        editcost.encode(asked.marked, editcost.default_costs())[priced.query],
        columns.flat[where],
        columns.slavic[where],
        pair,
        of,
        names.place,
        names.fold == np.array(asked.fold, dtype=object)[of],
        np.column_stack(facts).astype(np.float64),
        np.maximum(priced.length[pair], 1.0),
        priced.arabic[pair],
        prominence(places),
        np.log(places.labels),
        (names.place == own[of]) | (away <= HIT_M),
        np.array([q.fold for q in queries]),
    )


@dataclass(frozen=True)
class Standing:
    """One row a (query, place): rows of its best name and of the one in the other script."""

    query: I64
    best: I64
    other: I64
    gap: F64
    told: Flags
    score: F64
    facts: F64
    layer: Layers


def stand(rows: Rows, costs: Costs, by: Weights) -> Standing:
    """The score of each place, as :func:`gazetteer.match.weigh_places` has it."""
    layer = editcost.profiles(rows.asked, rows.stored, rows.slavic, costs)
    cost = editcost.distances(rows.asked, rows.stored, layer, costs).astype(np.float64)
    saved = editcost.alone(rows.asked, layer, costs) - cost
    share = -cost[rows.pair] / rows.length
    facts = np.column_stack([saved[rows.pair], share, rows.facts])
    single = facts @ np.array([getattr(by, name) for name in _FITTED])
    key = rows.query * np.int64(rows.place.max(initial=0) + 1) + rows.place
    order = np.lexsort((-single, key))
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    best = order[first]
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(order)))
    foreign = np.flatnonzero(rows.arabic[order] != rows.arabic[best][group])
    begins = foreign[np.flatnonzero(np.diff(group[foreign], prepend=-1))]
    other = best.copy()
    other[group[begins]] = order[begins]
    told = other != best
    gap = np.where(told, np.maximum(single[other] - single[best], -6.0), 0.0)
    score = single[best] + np.where(told, by.other * gap, -by.lone)
    score = score + rows.known[best] + by.names * rows.labels[best]
    return Standing(rows.query[best], best, other, gap, told, score, facts, layer)


def slopes(
    rows: Rows, costs: Costs, by: Weights, weight: float, seen: Flags, prices: list[F64] | None
) -> dict[str, float]:
    """Slope of the loss in each weight; those in each price are added to ``prices``."""
    now = stand(rows, costs, by)
    count, query, best, other = len(rows.fold), now.query, now.best, now.other
    right = rows.right[best]
    used = seen[query] & ~(rows.same[best] & ~right)
    top = np.full(count, -1e9)
    np.maximum.at(top, query[used], now.score[used])
    odds = np.where(used, np.exp(np.clip(now.score - top[query], -30, 0)), 0.0)
    share = odds / np.maximum(np.bincount(query, odds, count), 1e-30)[query]
    mine = np.bincount(query, np.where(right, share, 0), count)[query]
    aim = np.where(right, share / np.maximum(mine, 1e-30), 0.0)
    slope = np.where(used & (mine > 1e-9), share - aim, 0.0) * weight
    live = now.told & (now.gap > -6)
    facts = now.facts[best] + (by.other * live)[:, None] * (now.facts[other] - now.facts[best])
    found = dict(zip(_FITTED, (slope @ facts).tolist(), strict=True))
    found["other"] = float(slope @ now.gap)
    found["lone"] = float(-slope @ ~now.told)
    found["names"] = float(slope @ rows.labels[best])
    if prices is not None:
        per = -(by.best + by.per_symbol / rows.length)
        whole = slope * np.where(live, 1 - by.other, 1.0) * per[best]
        part = (slope * by.other * per[other])[live]
        pull = np.bincount(
            rows.pair[np.concatenate([best, other[live]])],
            np.concatenate([whole, part]),
            minlength=len(rows.asked),
        )
        at = np.flatnonzero(np.abs(pull) > 1e-3)
        cheapest(
            rows.asked[at],
            rows.stored[at],
            now.layer[at],
            costs,
            pull[at].astype(np.float64),
            prices,
        )
    return found


def sharpen(
    sets: Mapping[str, Rows], shares: Mapping[str, float], left_out: int = -1
) -> tuple[Costs, Weights]:
    """Prices and weights after STEPS steps of Adam, the places of one fold left out."""
    costs, by = editcost.default_costs(), default_weights()
    kinds = ("substitute", "drop", "add")
    start = [getattr(costs, kind).astype(np.float64) for kind in kinds]
    values = [value.copy() for value in start]
    first, second = ([np.zeros_like(v) for v in values] for _ in range(2))
    speed: dict[str, tuple[float, float]] = {}
    for step in range(STEPS):
        prices = [np.zeros(v.size) for v in values] if step >= WEIGHTS_ALONE else None
        total: dict[str, float] = {}
        for name, rows in sets.items():
            found = slopes(rows, costs, by, shares[name], rows.fold != left_out, prices)
            total = {k: total.get(k, 0.0) + slope for k, slope in found.items()}
        moved = {}
        for key, slope in total.items():
            a, b = speed.get(key, (0.0, 0.0))
            speed[key] = a, b = 0.8 * a + 0.2 * slope, 0.95 * b + 0.05 * slope**2
            pace = a / (1 - 0.8 ** (step + 1)) / (np.sqrt(b / (1 - 0.95 ** (step + 1))) + 3.0)
            moved[key] = float(getattr(by, key) - _RATES.get(key, 0.06) * pace)
        by = replace(by, **moved)
        if prices is None:
            continue
        turn = step + 1 - WEIGHTS_ALONE
        for k, used in enumerate(prices):
            pull = used.reshape(values[k].shape) + HOLD * (values[k] - start[k])
            first[k] = 0.8 * first[k] + 0.2 * pull
            second[k] = 0.95 * second[k] + 0.05 * pull**2
            pace_of = first[k] / (1 - 0.8**turn) / (np.sqrt(second[k] / (1 - 0.95**turn)) + 3.0)
            kept = (start[k] > PRICE_MAX) | (start[k] == 0)
            values[k] = np.where(kept, start[k], np.clip(values[k] - RATE * pace_of, 0, PRICE_MAX))
        told = dict(zip(kinds, (v.astype(np.float32) for v in values), strict=True))
        costs = replace(costs, **told)
    return costs, by


def hits(rows: Rows, costs: Costs, by: Weights, chosen: Flags) -> tuple[float, float]:
    """Shares of the chosen queries whose right place is first, and among the first five."""
    now = stand(rows, costs, by)
    exact = rows.same[now.best]
    score = now.score + by.folded * exact
    top = np.full(len(rows.fold), -np.inf)
    np.maximum.at(top, now.query[exact], score[exact])
    limit = np.where(np.isfinite(top), top - EXACT_LEAD, np.inf)[now.query]
    score = np.where(exact, score, np.minimum(score, limit))
    order = np.lexsort((-score, now.query))
    query = now.query[order]
    rank = np.arange(len(order)) - np.searchsorted(query, query)
    right = rows.right[now.best][order]
    place = np.full(len(rows.fold), 99)
    np.minimum.at(place, query[right], rank[right])
    return float((place[chosen] < 1).mean()), float((place[chosen] < 5).mean())


def main(arguments: Sequence[str] | None = None) -> dict[str, tuple[float, float]]:
    """Sharpen and store, or, with a fold left out, report on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=-1, choices=range(FOLDS))
    given = parser.parse_args(arguments)
    sets = {}
    for name, country, more, _ in SETS:
        known = read_set(given.sets / f"{name}_dev.json.gz")
        queries = {(q.id, q.text): q for q in known.queries}
        if more:
            extra = other_spellings(given.sets / f"gaz_{country}.tsv.gz", known.places, more)
            queries |= {(q.id, q.text): q for q in extra}
        sets[name] = rows_of(MemoryIndex(known.places), list(queries.values()))
    costs, by = sharpen(sets, {name: weight for name, _, _, weight in SETS}, given.fold)
    if given.fold < 0:
        store(costs, by)
        return {}
    return {name: hits(rows, costs, by, rows.fold == given.fold) for name, rows in sets.items()}


def store(costs: Costs, by: Weights) -> None:
    """Write prices and weights beside this module."""
    folder = Path(__file__).parent
    path = folder / "edit_costs.json"
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for layer, name in enumerate(PROFILES):
        block = table["profiles"][name]
        row = costs.code[[ord(c) for c in block["query"]]].astype(np.intp)
        column = costs.code[[ord(c) for c in block["name"]]].astype(np.intp)
        block["substitute"] = _cents(costs.substitute[layer][np.ix_(row, column)])
        block["drop"] = _cents(costs.drop[layer, row])
        block["add"] = _cents(costs.add[layer, column])
    if "Sharpened" not in table["fitted"]:
        table["fitted"] += " Sharpened for the ranking by gazetteer.sharpen."
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")
    path = folder / "thresholds.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    table["weights"] = {name: round(value, 3) for name, value in asdict(by).items()}
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _cents(prices: NDArray[np.float32]) -> list[Any]:
    cents: list[Any] = np.round(100 * prices).astype(int).tolist()
    return cents


if __name__ == "__main__":
    for set_name, (one, five) in main().items():
        sys.stdout.write(f"{set_name}: first {one:.3f}, in five {five:.3f}\n")
