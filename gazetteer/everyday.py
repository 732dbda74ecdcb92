"""Samples of the gazetteer that comes with the package, for :mod:`gazetteer.tune`.

Development sets index every village of a country. The gazetteer people use does not: it holds our
own table of conflict places and the cities of the world, and most villages of Syria, Ukraine or
Iraq are in neither. A near spelling means less there, for the place asked is likely one it lacks.
Places of three countries are asked of it, those it has by spellings that it lacks and those it
does not have, with and without the country; and places of Syria once more with all of them added,
as after ``frontlines gazetteer add``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gazetteer.bearers import likelihood
from gazetteer.bundle import CITIES_PRIOR, cities_file, own_index
from gazetteer.certainty import Ranking, gathered
from gazetteer.context import Context, distance_m
from gazetteer.development import (
    FOLDS,
    HIT_M,
    Development,
    Query,
    ask,
    gazetteer_rows,
    other_spellings,
    read_set,
    without,
)
from gazetteer.index import SqliteIndex
from gazetteer.lookup import Gazetteer
from gazetteer.memory import F64, I64, Index, MemoryIndex
from gazetteer.names import forms, script_of
from gazetteer.namesakes import COUNTED, unlisted
from gazetteer.stack import StackedIndex

COUNTRIES = ("sy", "iq", "ua")
MOST = {"sy": 3_000, "iq": 1_200, "ua": 1_200}
"""Names asked of each country whose place is not there, and as many at most whose place is."""
SHARE, EXACT = 900.0, 0.3
"""Weight of all names of a kind together, and of one that stands so in the gazetteer."""
BATCH = 1_000


@dataclass(frozen=True)
class Asked:
    """Names put to one gazetteer, and what it ranks; ``weight`` of each in the fitting.

    ``bearing`` (n,) is what :mod:`gazetteer.bearers` says of them, NaN where it does not judge.
    """

    name: str
    absent: bool
    gazetteer: Gazetteer
    queries: list[Query]
    ranking: Ranking
    weight: float
    bearing: F64


def everyday_samples(folder: Path) -> Iterator[Asked]:
    """All of them; ``folder`` holds ``S1_sy_dev.json.gz`` and ``gaz_*.tsv.gz``."""
    given = read_set(folder / "S1_sy_dev.json.gz")
    more = other_spellings(folder / "gaz_sy.tsv.gz", given.places, 6_000)
    queries = list({(q.id, q.text): q for q in (*given.queries, *more)}.values())
    yield from asked_of_all(given, queries[:3_000])
    yield from asked_of_the_default(folder)


def everyday() -> StackedIndex:
    """The gazetteer that comes with the package, without what a user added."""
    cities = cities_file()
    return StackedIndex([own_index(cities.parent), SqliteIndex(cities, prior=CITIES_PRIOR)])


@dataclass(frozen=True)
class Names:
    """Names to put to the gazetteer, with or without the country; ``exact``: as they stand in it.

    ``absent`` tells whether the gazetteer lacks their places.
    """

    name: str
    country: str
    queries: list[Query]
    absent: bool = False
    exact: bool = False


def everyday_names(folder: Path, index: Index) -> Iterator[Names]:
    """Places that the index has and lacks, by spellings it lacks, and names as it has them."""
    rng = random.Random(2)  # noqa: S311 (a sample, no secret)
    exact = _as_indexed(index, rng)
    for country in COUNTRIES:
        known, unknown = _split(index, folder / f"gaz_{country}.tsv.gz", MOST[country], rng)
        for code in ("", country.upper()):
            name = f"default {country}" + (" with country" if code else "")
            yield Names(name, code, known)
            yield Names(name, code, unknown, absent=True)
            if country == "sy":
                yield Names(
                    "default exact" + (" with country" if code else ""), code, exact, exact=True
                )


def cities_by_people(index: Index) -> Iterator[Names]:
    """Main names of 600 cities of each country, drawn as people live in them."""
    rng = random.Random(7)  # noqa: S311 (a sample, no secret)
    columns = index.places(np.arange(index.places_total, dtype=np.int64))
    for country in sorted(COUNTED):
        rows = np.flatnonzero((columns.country == country) & (columns.population > 0))
        drawn = rng.choices(rows.tolist(), columns.population[rows].tolist(), k=600)
        places = [index.place(number) for number in drawn]
        queries = [Query(p.name, p.lon, p.lat, p.id) for p in places]
        for code in ("", country):
            name = f"cities {country}" + (" with country" if code else "")
            yield Names(name, code, queries, exact=True)


def asked_of_the_default(folder: Path) -> Iterator[Asked]:
    """What the gazetteer that comes with the package ranks for them."""
    gazetteer = Gazetteer(everyday())
    for names in everyday_names(folder, gazetteer.index):
        ranking = _ranked(gazetteer, names.queries, names.country)
        weight = EXACT if names.exact else SHARE / max(len(names.queries), 1)
        bearing = _bearing(gazetteer, names.queries, ranking, names.country)
        yield Asked(names.name, names.absent, gazetteer, names.queries, ranking, weight, bearing)


def asked_of_all(given: Development, queries: Sequence[Query]) -> Iterator[Asked]:
    """The queries of a set, its places added to the gazetteer, and fold by fold taken out."""
    base = everyday()
    whole = Gazetteer(StackedIndex([base, MemoryIndex(given.places)]))
    yield _added(whole, queries, absent=False)
    for fold in range(FOLDS):
        part = [query for query in queries if query.fold == fold]
        left = without(given.places, part)
        lacking = Gazetteer(StackedIndex([base, MemoryIndex(left)]))
        yield _added(lacking, part, absent=True)


def _added(gazetteer: Gazetteer, queries: Sequence[Query], *, absent: bool) -> Asked:
    ranking = ask(gazetteer, queries, False)
    bearing = _bearing(gazetteer, queries, ranking, "")
    return Asked("added", absent, gazetteer, list(queries), ranking, 0.5, bearing)


def _bearing(gazetteer: Gazetteer, queries: Sequence[Query], ranking: Ranking, country: str) -> F64:
    texts = [query.text for query in queries]
    context = Context(country=country)
    more = unlisted(texts, ranking, context)
    return likelihood(gazetteer.index, texts, ranking, more, context)


def _ranked(gazetteer: Gazetteer, queries: Sequence[Query], country: str) -> Ranking:
    texts = [query.text for query in queries]
    context = Context(country=country)
    return gathered(
        [gazetteer.rank(texts[i : i + BATCH], context) for i in range(0, len(texts), BATCH)]
    )


def _as_indexed(index: Index, rng: random.Random) -> list[Query]:
    """Names as they stand in the index, one each of places at random, ours first."""
    ours = range(min(1_000, index.places_total))
    others = rng.sample(range(index.places_total), min(500, index.places_total))
    places = [index.place(number) for number in (*ours, *others)]
    return [Query(rng.choice(p.all_names()), p.lon, p.lat, p.id) for p in places]


def _split(
    index: Index, path: Path, most: int, rng: random.Random
) -> tuple[list[Query], list[Query]]:
    """Spellings the index lacks of places it has, and names of places it lacks.

    It has a place where a record within 5 km bears one of its names.
    """
    every = np.arange(index.places_total, dtype=np.int64)
    columns = index.places(every)
    known: list[Query] = []
    unknown: list[Query] = []
    rows = list(gazetteer_rows(path))
    rng.shuffle(rows)
    for row in rows:
        names = [name for name in row.names if script_of(name) in _SCRIPTS]
        if not names:
            continue
        box = np.flatnonzero(
            (abs(columns.lat - row.lat) < 0.05) & (abs(columns.lon - row.lon) < 0.09)
        )
        near = box[distance_m(columns.lon[box], columns.lat[box], (row.lon, row.lat)) <= HIT_M]
        folded = forms(names).fold
        borne = _names_of(index, near)
        if borne.isdisjoint(folded):
            if len(unknown) < most:
                unknown.append(Query(rng.choice(names), row.lon, row.lat, row.id))
            continue
        lacked = [n for n, text in zip(names, folded, strict=True) if text not in borne]
        known += [Query(name, row.lon, row.lat, row.id) for name in lacked]
    return rng.sample(known, min(most, len(known))), unknown


_SCRIPTS = ("Latn", "Arab", "Cyrl")


def _names_of(index: Index, numbers: I64) -> set[str]:
    """The folded names of some places."""
    names = [name for number in numbers.tolist() for name in index.place(number).all_names()]
    return set(forms(names).fold)
