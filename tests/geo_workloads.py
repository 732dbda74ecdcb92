"""Wars of four sizes from a seed, for benchmarks: a country, its places, fronts that move.

Each of five actors has a few centres and holds the places nearest to one of them; the centres
drift, and the places that now lie nearer to another's centre fall.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.spatial import KDTree

SIZES = {
    # places, changes, days, vertices of the border
    "S": (100, 200, 60, 300),
    "M": (5_000, 10_000, 1_340, 2_000),
    "L": (33_000, 60_000, 1_700, 6_000),
    "XL": (300_000, 1_000_000, 3_650, 20_000),
}
ACTORS = 5
REACH_KM = 15.0
# Extent in degrees of latitude: from a province to a large country.
RADIUS = {"S": 0.5, "M": 2.2, "L": 2.6, "XL": 6.0}


@dataclass(frozen=True)
class War:
    """Places in a boundary, who held them first, and `day`, `place`, `controller` of changes."""

    boundary: Any
    lon: np.ndarray
    lat: np.ndarray
    initial: np.ndarray
    day: np.ndarray
    place: np.ndarray
    controller: np.ndarray

    def at(self, day: int) -> np.ndarray:
        held = self.initial.copy()
        done = self.day <= day
        # Rows are in order of days, so the last of a place is written last.
        held[self.place[done]] = self.controller[done]
        return held


def country(rng: np.random.Generator, radius: float, corners: int) -> Any:
    """A ragged country with a lake and an island, about 35 degrees north."""

    def ragged(lon: float, lat: float, size: float, count: int) -> Any:
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        wave = np.arange(1, min(count // 3, 400))
        swing = rng.normal(size=wave.size) / wave**1.2
        far = 1 + 0.12 * (swing * np.cos(np.outer(angle, wave) + rng.uniform(0, 6, wave.size))).sum(
            1
        )
        far = size * np.clip(far, 0.4, 1.6)
        stretch = 1 / np.cos(np.radians(lat))
        return shapely.Polygon(
            np.column_stack([lon + far * np.cos(angle) * stretch, lat + far * np.sin(angle)])
        )

    land = ragged(38.0, 35.0, radius, corners)
    lake = ragged(38.0 + radius / 3, 35.0, radius / 12, corners // 10 + 8)
    island = ragged(38.0 + radius * 2.1, 35.0, radius / 8, corners // 10 + 8)
    return shapely.union(shapely.difference(land, lake), island)


@functools.cache
def war(size: str, seed: int = 2016) -> War:
    """The war of a size: the same for the same seed."""
    places, changes, days, corners = SIZES[size]
    rng = np.random.default_rng(seed)
    boundary = country(rng, RADIUS[size], corners)
    lon, lat = _settle(rng, boundary, places)
    xy = np.column_stack([lon * np.cos(np.radians(35)), lat])
    centres = xy[rng.integers(0, places, 6 * ACTORS)]
    owner = np.arange(len(centres)) % ACTORS
    initial = _who(xy, centres, owner)
    # Some land is nobody's to tell, and some in dispute.
    unknown = rng.random(places)
    initial[unknown < 0.03], initial[unknown > 0.985] = -1, -2
    held = initial.copy()
    rows: list[tuple[np.ndarray, np.ndarray]] = []
    drift = rng.normal(size=centres.shape) * RADIUS[size] * 0.002
    total = 0
    while total < changes:
        drift = 0.9 * drift + 0.1 * rng.normal(size=centres.shape) * RADIUS[size] * 0.01
        centres = centres + drift
        out = ~shapely.contains_xy(boundary, centres[:, 0] / np.cos(np.radians(35)), centres[:, 1])
        drift[out] = -drift[out] - 0.05 * (centres[out] - xy.mean(axis=0))
        new = _who(xy, centres, owner)
        hesitant = rng.random(places) < 0.01
        new[hesitant] = np.where(rng.random(hesitant.sum()) < 0.5, -2, held[hesitant])
        fell = rng.permutation(np.flatnonzero(new != held))
        rows.append((fell, new[fell]))
        held[fell] = new[fell]
        total += fell.size
    place = np.concatenate([row[0] for row in rows])[:changes]
    controller = np.concatenate([row[1] for row in rows])[:changes]
    day = np.sort(rng.integers(1, days + 1, changes))
    return War(boundary, lon, lat, initial, day, place, controller)


def _who(xy: np.ndarray, centres: np.ndarray, owner: np.ndarray) -> np.ndarray:
    return owner[KDTree(centres).query(xy)[1]].astype(np.int64)


def _settle(rng: np.random.Generator, boundary: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Half the places scattered, half in clusters, all inside."""
    west, south, east, north = boundary.bounds
    lon, lat = np.zeros(0), np.zeros(0)
    towns = np.column_stack([rng.uniform(west, east, 60), rng.uniform(south, north, 60)])
    shapely.prepare(boundary)
    while lon.size < count:
        x, y = rng.uniform(west, east, count), rng.uniform(south, north, count)
        near = rng.random(count) < 0.5
        around = (
            towns[rng.integers(0, 60, count)] + rng.normal(size=(count, 2)) * (north - south) / 15
        )
        x, y = np.where(near, around[:, 0], x), np.where(near, around[:, 1], y)
        inside = shapely.contains_xy(boundary, x, y)
        lon, lat = np.append(lon, x[inside]), np.append(lat, y[inside])
    return lon[:count], lat[:count]
