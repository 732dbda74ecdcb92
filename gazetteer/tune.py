"""Fitting the weights of evidence and the certainty of answers on development sets.

Run ``python -m gazetteer.tune --sets DIR`` (sets as ``*_dev.json.gz``: ``places`` with id, lat,
lon, pop, names, and ``queries`` with q, lat, lon, id); it rewrites ``thresholds.json``. Half of
the queries of each set fit, the other half is reported. Nothing here runs when names are looked
up.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gazetteer.context import Context, distance_m
from gazetteer.decide import FEATURES, Ranked, features
from gazetteer.lookup import Gazetteer
from gazetteer.places import Place

F64 = NDArray[np.float64]
HIT_M = 5_000.0
WRONG_MAX, PRECISION_MIN = 0.05, 0.97


@dataclass(frozen=True, slots=True)
class Query:
    """One name to ask, and where the right answer lies."""

    text: str
    lon: float
    lat: float
    id: str
    area: str = ""


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


def is_hit(query: Query, place: Place) -> bool:
    """Whether a place is the right answer: its id, or within HIT_M."""
    if place.id == query.id:
        return True
    point = (np.array([place.lon]), np.array([place.lat]))
    return bool(distance_m(*point, (query.lon, query.lat))[0] <= HIT_M)


def without_answers(given: Development) -> list[Place]:
    """The places of a set but those that its queries ask for."""
    asked = {query.id for query in given.queries}
    return [place for place in given.places if place.id not in asked]


def ask(gazetteer: Gazetteer, queries: Sequence[Query], within: bool) -> list[Ranked]:
    """Ranked candidates of each query, with its governorate given or not."""
    found: dict[int, Ranked] = {}
    for area in {q.area for q in queries} if within else {""}:
        at = [i for i, q in enumerate(queries) if not within or q.area == area]
        ranked = gazetteer.rank([queries[i].text for i in at], Context(within=area))
        found.update(zip(at, ranked, strict=True))
    return [found[i] for i in range(len(queries))]


def certainty_table(
    gazetteer: Gazetteer, queries: Sequence[Query], within: bool
) -> tuple[F64, NDArray[np.bool_]]:
    """FEATURES of the best candidate of each query (n, f), and whether it is right (n,)."""
    table = np.zeros((len(queries), len(FEATURES)))
    right = np.zeros(len(queries), dtype=bool)
    for i, ranked in enumerate(ask(gazetteer, queries, within)):
        if len(ranked.place):
            table[i] = features(ranked, within)
            right[i] = is_hit(queries[i], gazetteer.index.place(int(ranked.place[0])))
        else:
            table[i, 0] = -20.0
    return table, right


def logistic(table: F64, right: NDArray[np.bool_], rounds: int = 60) -> F64:
    """Weights of a logistic regression by Newton steps, lightly regularised."""
    scale = table.std(axis=0)
    scale[scale == 0] = 1.0
    x = table / scale
    weights = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (p - right) + weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    fitted: F64 = weights / scale
    return fitted


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of all queries: answered rightly, and wrongly though the place is absent."""

    answered: float
    precision: float
    wrong_when_absent: float


def rates(
    sure: F64, right: NDArray[np.bool_], absent: F64, near: NDArray[np.bool_], least: float
) -> Rates:
    """What a threshold yields with the places present and absent."""
    told = sure >= least
    precision = float(right[told].mean()) if told.any() else 1.0
    wrong = float(((absent >= least) & ~near).mean())
    return Rates(float((told & right).mean()), precision, wrong)


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Fit, report and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--areas", type=Path, help="GeoJSON of governorates with adm1 names")
    given = parser.parse_args(arguments)
    path = Path(__file__).parent / "thresholds.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    tables = []
    for name, withins in (("S1_sy", (False, True)), ("S2_sy", (False, True))):
        file = given.sets / f"{name}_dev.json.gz"
        areas = areas_of(file, given.areas) if given.areas and "ua" not in name else {}
        development = read_set(file, areas)
        present = Gazetteer.from_places(development.places)
        lacking = Gazetteer.from_places(without_answers(development))
        for within in withins:
            tables.append(
                (
                    name,
                    certainty_table(present, development.queries, within),
                    certainty_table(lacking, development.queries, within),
                )
            )
    fitted = tables[:2]  # S1 holds out more spellings, as reports do
    half = [np.arange(len(right)) % 2 == 0 for _, (_, right), _ in tables]
    x = np.concatenate(
        [t[h] for (_, a, b), h in zip(fitted, half, strict=False) for t in (a[0], b[0])]
    )
    y = np.concatenate(
        [t[h] for (_, a, b), h in zip(fitted, half, strict=False) for t in (a[1], b[1])]
    )
    weights = logistic(x, y)
    least = 0.0
    for step in np.arange(0.0, 4.0, 0.02):
        told = [
            rates(a[0] @ weights, a[1], b[0] @ weights, b[1], step)
            for (_, a, b), h in zip(fitted, half, strict=False)
        ]
        if all(r.precision >= PRECISION_MIN and r.wrong_when_absent <= WRONG_MAX for r in told):
            least = float(step)
            break
    table["certainty"] = {k: round(float(w), 3) for k, w in zip(FEATURES, weights, strict=True)}
    table["resolve"] = round(least, 2)
    table["held_out"] = {}
    for (name, a, b), h in zip(tables, half, strict=True):
        seen = rates(a[0][~h] @ weights, a[1][~h], b[0][~h] @ weights, b[1][~h], least)
        key = f"{name}{' with governorate' if a[0][0, FEATURES.index('context')] else ''}"
        table["held_out"][key] = {
            "answered": round(seen.answered, 3),
            "precision": round(seen.precision, 3),
            "wrong_when_absent": round(seen.wrong_when_absent, 3),
        }
    path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return dict(table)


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


if __name__ == "__main__":
    main()
