"""Development sets: places to index, spellings to ask, and where the right answers lie.

Sets are gzipped JSON: ``places`` with id, lat, lon, pop and names, ``queries`` with q, lat, lon and
id. A gazetteer with all names of the same places (tab-separated: id, name, lat, lon, people, other
names by bars) yields further spellings to ask. Only fitting and benchmarks read them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gazetteer.certainty import Ranking, gathered
from gazetteer.context import Context, distance_m
from gazetteer.lookup import Gazetteer
from gazetteer.memory import F64
from gazetteer.names import forms, script_of
from gazetteer.places import Place

HIT_M = 5_000.0
FOLDS = 5
"""Parts that places are split into by a hash of their id: what is fitted never sees its test."""


@dataclass(frozen=True, slots=True)
class Query:
    """One name to ask, and where the right answer lies."""

    text: str
    lon: float
    lat: float
    id: str
    area: str = ""

    @property
    def fold(self) -> int:
        """The part of the places this one belongs to, 0 to FOLDS - 1."""
        known = self.id if self.id != "None" else f"{self.lon:.5f},{self.lat:.5f}"
        return int(hashlib.md5(known.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Development:
    """A development set: places to index, queries to ask."""

    places: list[Place]
    queries: list[Query]


def read_set(path: Path, areas: dict[tuple[float, float], str] | None = None) -> Development:
    """A set from its gzipped JSON; ``areas`` gives the governorate of each (lon, lat)."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        table = json.load(handle)
    known = areas or {}

    def area(row: dict[str, Any]) -> str:
        return known.get((row["lon"], row["lat"]), "")

    return Development(
        [
            Place(
                str(p["id"]),
                p["names"][0],
                p["lon"],
                p["lat"],
                tuple(p["names"][1:]),
                p["pop"],
                admin1=area(p),
            )
            for p in table["places"]
        ],
        [
            Query(q["q"], q["lon"], q["lat"], str(q.get("id")), area(q) or q.get("adm1", ""))
            for q in table["queries"]
        ],
    )


def areas_of(path: Path, areas: Path) -> dict[tuple[float, float], str]:
    """The area that each point of a set lies in, by its name in English."""
    import shapely

    shapes = json.loads(areas.read_text(encoding="utf-8"))["features"]
    tree = shapely.STRtree([shapely.from_geojson(json.dumps(f["geometry"])) for f in shapes])
    labels = [
        next(v for k, v in f["properties"].items() if k.lower() in ("adm1_en", "name_en"))
        for f in shapes
    ]
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        table = json.load(handle)
    points = [(r["lon"], r["lat"]) for r in (*table["places"], *table["queries"])]
    row, shape = tree.query(shapely.points(points), predicate="within")
    return {points[i]: labels[k] for i, k in zip(row, shape, strict=True)}


@dataclass(frozen=True, slots=True)
class Row:
    """A place of a country's gazetteer: degrees, people (0: not known), names, main one first."""

    id: str
    lon: float
    lat: float
    people: int
    names: tuple[str, ...]


def gazetteer_rows(path: Path) -> Iterator[Row]:
    """The places of ``gaz_*.tsv.gz``: id, main name, lat, lon, population, other names by bars."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            fields = line.rstrip("\n").split("\t")
            others = fields[5].split("|") if len(fields) > 5 else []
            names = tuple(dict.fromkeys(name for name in (fields[1], *others) if name))
            people = int(fields[4] or 0) if len(fields) > 4 else 0
            yield Row(fields[0], float(fields[3]), float(fields[2]), people, names)


def other_spellings(path: Path, places: Sequence[Place], limit: int) -> list[Query]:
    """Latin spellings in a gazetteer of the places that are not indexed, ``limit`` at random."""
    indexed = {place.id: place for place in places}
    found: list[Query] = []
    for row in gazetteer_rows(path):
        place = indexed.get(row.id)
        if place is None:
            continue
        latin = [name for name in row.names if script_of(name) == "Latn"]
        known = set(forms(place.all_names()).fold)
        for name, folded in zip(latin, forms(latin).fold, strict=True):
            if folded and folded not in known:
                known.add(folded)
                found.append(Query(name, place.lon, place.lat, place.id, place.admin1))
    random.Random(1).shuffle(found)  # noqa: S311 (a sample, no secret)
    return found[:limit]


def arabic_set(path: Path, limit: int = 2_000) -> Development:
    """Places of a gazetteer by their main Latin name alone; their Arabic names are asked.

    ``limit`` queries at random, the first Arabic name of a place each.
    """
    places: list[Place] = []
    queries: list[Query] = []
    for row in gazetteer_rows(path):
        latin = [name for name in row.names if script_of(name) == "Latn"]
        arabic = [name for name in row.names if script_of(name) == "Arab"]
        if latin:
            places.append(Place(row.id, latin[0], row.lon, row.lat, (), row.people))
            queries += [Query(name, row.lon, row.lat, row.id) for name in arabic[:1]]
    random.Random(1).shuffle(queries)  # noqa: S311 (a sample, no secret)
    return Development(places, queries[:limit])


def spellings_set(path: Path, limit: int) -> Development:
    """Places of a gazetteer by their main name and the first in another script, as S1 has them.

    ``limit`` of their other spellings are asked, at random.
    """
    places: list[Place] = []
    queries: list[Query] = []
    for row in gazetteer_rows(path):
        main, *rest = row.names
        native = [name for name in rest if script_of(name) != script_of(main)][:1]
        places.append(Place(row.id, main, row.lon, row.lat, tuple(native), row.people))
        folded = forms([main, *native, *rest]).fold
        known = set(folded[: 1 + len(native)])
        for name, text in zip(rest, folded[1 + len(native) :], strict=True):
            if text and text not in known:
                known.add(text)
                queries.append(Query(name, row.lon, row.lat, row.id))
    random.Random(1).shuffle(queries)  # noqa: S311 (a sample, no secret)
    return Development(places, queries[:limit])


def reachable(given: Development, *, within: bool = False) -> tuple[float, float]:
    """The share of queries whose right place can be first, 0..1, however good the matching.

    Places with the same folded names, the same population and, with ``within``, in the same area
    look alike to whoever ranks them: of such the right one comes first by luck alone. A query
    whose right place is not indexed counts as lost. The second share counts as lost too what only
    wrong places are called: an exact name is never outranked.
    """
    counts = [len(p.all_names()) for p in given.places]
    folded = iter(forms([name for p in given.places for name in p.all_names()]).fold)
    names = [frozenset(next(folded) for _ in range(count)) for count in counts]
    area = [place.admin1 if within else "" for place in given.places]
    look = [(n, a, p.population or 0) for n, a, p in zip(names, area, given.places, strict=True)]
    alike: dict[tuple[object, ...], list[int]] = {}
    bearers: dict[tuple[str, str], list[int]] = {}
    for i in range(len(look)):
        alike.setdefault(look[i], []).append(i)
        for name in names[i]:
            bearers.setdefault((name, area[i]), []).append(i)
    lon, lat = _points(given.places)
    numbers = {place.id: number for number, place in enumerate(given.places)}
    asked = forms([query.text for query in given.queries]).fold
    lucky = exact = 0.0
    for query, text in zip(given.queries, asked, strict=True):
        near = np.flatnonzero(distance_m(lon, lat, (query.lon, query.lat)) <= HIT_M).tolist()
        own = numbers.get(query.id)
        right = {*near} if own is None else {*near, own}
        # What happens to lie near is no way to find the place that is meant.
        twins = [alike[look[i]] for i in (near if own is None else [own])]
        chance = max((len(right.intersection(t)) / len(t) for t in twins), default=0.0)
        called = bearers.get((text, query.area if within else ""), [])
        lucky += chance
        exact += chance if not called or right.intersection(called) else 0.0
    return lucky / max(1, len(asked)), exact / max(1, len(asked))


def _points(places: Sequence[Place]) -> tuple[F64, F64]:
    """Longitudes and latitudes, degrees, float64 (n,) each."""
    lon, lat = (np.array([getattr(p, at) for p in places], dtype=float) for at in ("lon", "lat"))
    return lon, lat


def is_hit(query: Query, place: Place) -> bool:
    """Whether a place is the right answer: its id, or within HIT_M."""
    if place.id == query.id:
        return True
    point = (np.array([place.lon]), np.array([place.lat]))
    return bool(distance_m(*point, (query.lon, query.lat))[0] <= HIT_M)


def without(places: Sequence[Place], queries: Sequence[Query]) -> list[Place]:
    """The places but those that the queries ask for: by id, or by distance where none is told."""
    asked = {query.id for query in queries}
    lon, lat = _points(places)
    near = np.zeros(len(places), dtype=bool)
    for query in queries:
        if query.id == "None":
            near |= distance_m(lon, lat, (query.lon, query.lat)) <= HIT_M
    return [p for p, gone in zip(places, near, strict=True) if not gone and p.id not in asked]


def ask(gazetteer: Gazetteer, queries: Sequence[Query], within: bool) -> Ranking:
    """The candidates of the queries, with the governorate of each given or not."""
    order: list[int] = []
    found: list[Ranking] = []
    for area in sorted({q.area for q in queries} or {""}) if within else [""]:
        at = [i for i, q in enumerate(queries) if not within or q.area == area]
        for start in range(0, max(len(at), 1), 2000):
            some = at[start : start + 2000]
            order += some
            found.append(gazetteer.rank([queries[i].text for i in some], Context(within=area)))
    return gathered(found).of(np.argsort(order).astype(np.int64))
