"""Fitting how sure an answer is, on names whose place is indexed and on names whose place is not.

``python -m gazetteer.tune --sets DIR --areas FILE`` rewrites ``certainty.json``, the thresholds in
``thresholds.json`` and, by :mod:`gazetteer.tune_partial`, ``partial.json``; DIR holds
``*_dev.json.gz`` and ``gaz_*.tsv.gz`` (see :mod:`gazetteer.development`), FILE the governorates.
The reported figures, and the thresholds, come from networks that never saw the places they judge
(:mod:`gazetteer.held_out`); the stored networks are fitted on all. Nothing here runs when names
are looked up.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gazetteer.certainty import FEATURES, Certainty, certainty_from_json, features
from gazetteer.decide import default_thresholds, judge
from gazetteer.development import (
    FOLDS,
    Development,
    Query,
    arabic_set,
    areas_of,
    ask,
    is_hit,
    other_spellings,
    read_set,
    without,
)
from gazetteer.everyday import Asked, everyday_samples
from gazetteer.held_out import Rates, by_name, held_out, least_of, rates, threshold
from gazetteer.lookup import Gazetteer
from gazetteer.match import FOLDED, TRANSLATED
from gazetteer.memory import F64
from gazetteer.partial import partial_features
from gazetteer.train import Sample, networks
from gazetteer.tune_partial import PARTIAL_FITTED, partial_networks


def sample(
    name: str,
    gazetteer: Gazetteer,
    queries: Sequence[Query],
    *,
    within: bool,
    absent: bool,
    weight: float = 1.0,
) -> Sample:
    """What one gazetteer says to some queries; those without any candidate are left out."""
    told = name + (" with governorate" if within else "")
    ranking = ask(gazetteer, queries, within)
    silent = np.full(len(queries), np.nan)
    return sample_of(Asked(told, absent, gazetteer, list(queries), ranking, weight, silent))


def sample_of(given: Asked) -> Sample:
    """The same of queries that were ranked already; the table has PARTIAL_FEATURES."""
    limits, gazetteer, ranking = default_thresholds(), given.gazetteer, given.ranking
    kept = np.flatnonzero(ranking.sizes)
    some = ranking.of(kept)
    first = some.rows.rows(some.edges[:-1])
    best = [gazetteer.index.place(number) for number in first.place.tolist()]
    total = gazetteer.index.names_total
    judged = judge(some, total, _Silent(()))
    main = [text in (p.name, p.name_ar) for text, p in zip(first.matched, best, strict=True)]
    rivalled = np.where(main, judged.rivalled[:, 1], judged.rivalled[:, 0])
    asked = [given.queries[i] for i in kept.tolist()]
    bearing = given.bearing[kept]
    clear = (judged.lead >= limits.margin) & ~rivalled | ~np.isnan(bearing)
    return Sample(
        given.name,
        given.absent,
        partial_features(some, features(some, total)),
        np.array([is_hit(query, place) for query, place in zip(asked, best, strict=True)], bool),
        first.fits & clear & (first.reason != TRANSLATED),
        judged.sure,
        first.reason == FOLDED,
        np.array([query.fold for query in asked], dtype=np.int64),
        given.weight,
        bearing,
    )


class _Silent(Certainty):
    """Says nothing, so that what is added to a network's logit can be seen alone."""

    def logits(self, table: F64) -> F64:
        return np.zeros(len(table))


def both(
    name: str, given: Development, queries: Sequence[Query], *, within: bool, weight: float = 1.0
) -> Iterator[Sample]:
    """The queries with their places in the index, and, fold by fold, with them taken out."""
    present = Gazetteer.from_places(given.places)
    yield sample(name, present, queries, within=within, absent=False, weight=weight)
    for fold in range(FOLDS):
        part = [query for query in queries if query.fold == fold]
        lacking = Gazetteer.from_places(without(given.places, part))
        yield sample(name, lacking, part, within=within, absent=True, weight=weight)


def small(given: Development, queries: Sequence[Query], rng: random.Random) -> Iterator[Sample]:
    """Queries put to indexes of a few places: of theirs, and of others."""
    by_id = {place.id: place for place in given.places}
    for size, times in ((3, 60), (30, 20), (300, 4), (3000, 1)):
        for _ in range(times):
            asked = rng.sample(queries, min(size, 400))
            others = rng.sample(given.places, size)
            own = list({q.id: by_id[q.id] for q in asked}.values())
            present = Gazetteer.from_places([*own, *others][: max(size, len(own))])
            yield sample("small", present, asked, within=False, absent=False)
            gone = {query.id for query in asked}
            lacking = Gazetteer.from_places([p for p in others if p.id not in gone])
            yield sample("small", lacking, asked, within=False, absent=True)


def samples_of(folder: Path, areas: Path) -> Iterator[Sample]:
    """All that is fitted on: every set, exact names, and indexes of a few places."""
    rng = random.Random(1)  # noqa: S311 (a sample, no secret)
    for name, more, weight in (("S1_sy", 6000, 1.0), ("S2_sy", 0, 1.0), ("S3_ocha", 0, 1.0)):
        path = folder / f"{name}_dev.json.gz"
        given = read_set(path, areas_of(path, areas))
        extra = other_spellings(folder / "gaz_sy.tsv.gz", given.places, more) if more else []
        queries = list({(q.id, q.text): q for q in (*given.queries, *extra)}.values())
        for within in (False, True):
            known = [q for q in queries if q.area] if within else queries
            yield from both(name, given, known, within=within, weight=weight)
        if name == "S1_sy":
            chosen = rng.sample([p for p in given.places if p.admin1], 1500)
            exact = [Query(p.name, p.lon, p.lat, p.id, p.admin1) for p in chosen]
            for within in (False, True):
                yield from both("exact", given, exact, within=within, weight=0.5)
            yield from small(given, [q for q in queries if q.id != "None"], rng)
    arabic = arabic_set(folder / "gaz_sy.tsv.gz", 3_000)
    yield from both("Arabic", arabic, arabic.queries, within=False, weight=0.7)
    for name in ("SN_sy", "S1_ua"):
        given = read_set(folder / f"{name}_dev.json.gz")
        yield from both(name, given, given.queries, within=False, weight=0.7)


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Fit, report and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--areas", type=Path, required=True, help="GeoJSON of governorates")
    given = parser.parse_args(arguments)
    samples = list(samples_of(given.sets, given.areas))
    return store(samples, [sample_of(asked) for asked in everyday_samples(given.sets)])


def store(samples: Sequence[Sample], everyday: Sequence[Sample]) -> dict[str, Any]:
    """Networks and thresholds fitted on these samples, written beside this module."""
    folder = Path(__file__).parent
    plain = [replace(s, table=s.table[:, : len(FEATURES)]) for s in samples]
    told = by_name(plain, held_out(plain))
    table = json.loads((folder / "thresholds.json").read_text(encoding="utf-8"))
    table["resolve"] = threshold(told, "S1_sy")
    table["resolve_told"] = threshold(told, "S1_sy with governorate")
    certainty = networks(plain)
    judges = certainty_from_json(certainty)
    partial, more = partial_networks(samples, everyday, judges, table)
    table["held_out"] = {}
    told |= more
    for key in sorted({name for name, absent in told if absent}):
        seen = rates(told[key, False], told[key, True], least_of(table, key))
        table["held_out"][key] = {k: round(getattr(seen, k), 3) for k in Rates.__slots__}
    _write(folder / "thresholds.json", table, 1)
    _write(folder / "certainty.json", {"fitted": FITTED, **certainty}, None)
    _write(folder / "partial.json", {"fitted": PARTIAL_FITTED, **partial}, None)
    return dict(table)


def _write(path: Path, table: dict[str, Any], indent: int | None) -> None:
    marks = (",", ": ") if indent else (",", ":")
    text = json.dumps(table, indent=indent, ensure_ascii=False, separators=marks)
    path.write_text(text + "\n", encoding="utf-8")


FITTED = (
    "Networks with two hidden layers, averaged; Adam on the logarithmic loss. Queries: S1, S2, S3 "
    "and SN of Syria and S1 of Ukraine, 6,000 more spellings of Syrian places in Who's On First "
    "(CC0; names from GeoNames, CC BY 4.0), 3,000 Arabic names asked of Latin ones, 1,500 names as "
    "indexed, and the same put to indexes of 3 to 3,000 places; each asked with its place in the "
    "index and, fold by fold, without, Syria with and without the governorate. `held_out` in "
    "thresholds.json: networks that saw none of the places they judge."
)


if __name__ == "__main__":
    for set_name, seen in main()["held_out"].items():
        sys.stdout.write(f"{set_name}: {seen}\n")
