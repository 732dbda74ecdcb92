"""The benchmark's wars as scenes: bare columns, as the peers' figures have no names either."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import shapely

from geo import Tessellation
from geo.coverage import Coverage, partition
from geo.scene import (
    DRAWN,
    NO_DAY_LOW,
    Events,
    Flips,
    Maybes,
    Scene,
    SceneActor,
    SceneClaim,
    ScenePlace,
)
from tests.geo_workloads import ACTORS, REACH_KM, SIZES, war

DAY0 = 15000
COLORS = ("#d5734f", "#4aa98a", "#5f5f5f", "#e5d75c", "#6a8fc5")
PATTERNS = ("solid", "diagonal", "cross", "dots", "horizontal")


@cache
def war_scene(size: str, *, strikes: int = 0, named: bool = False) -> Scene:
    """The war of `size` as a scene: places without names or claims unless `named`."""
    world = war(size)
    land = Tessellation(world.lon, world.lat, world.boundary, reach_km=REACH_KM)
    known = np.flatnonzero(world.initial != -1)
    # Those that held from the start come first, in order of places; then days in order.
    day = np.concatenate([np.full(known.size, NO_DAY_LOW), DAY0 + world.day])
    place = np.concatenate([known, world.place])
    holder = np.concatenate([world.initial[known], world.controller])
    order = np.lexsort((np.arange(day.size), place, day))
    flips = Flips(*(a[order].astype(np.int32) for a in (day, place, holder, np.maximum(day, DAY0))))
    west, south, east, north = world.boundary.bounds
    none = np.zeros(0, np.int32)
    return Scene(
        title=f"War of size {size}",
        first_day=DAY0,
        last_day=DAY0 + SIZES[size][2],
        view=(west, south, east, north),
        actors=tuple(
            SceneActor(f"a{k}", f"Actor {k}", f"s{k}", COLORS[k], PATTERNS[k])
            for k in range(ACTORS)
        ),
        places=tuple(
            ScenePlace(f"p{i}" if named else "", f"Place {i}" if named else "", x, y, i)
            for i, (x, y) in enumerate(zip(world.lon.tolist(), world.lat.tolist(), strict=True))
        ),
        sources=(),
        claims=(SceneClaim("s", "strike", "", -1, "", 0, -1, "reported", -1),) if strikes else (),
        flips=flips,
        maybes=Maybes(none, none, none, none),
        events=_strikes(world.lon, world.lat, SIZES[size][2], strikes),
        tessellation=land,
        contests=((0, 1),),
        rule=f"Nearest place, out to {REACH_KM:g} km.",
    )


def _strikes(lon: np.ndarray, lat: np.ndarray, days: int, count: int) -> Events:
    rng = np.random.default_rng(5)
    begin = np.sort(rng.integers(DAY0, DAY0 + days, count)).astype(np.int32)
    at = rng.integers(0, lon.size, count)
    killed = np.full((count, 2), np.nan)
    killed[: count // 2] = rng.integers(0, 12, (count // 2, 1))
    return Events(
        begin, begin + 1, np.zeros(count, np.int32), lon[at], lat[at], np.full(count, 500.0),
        killed, np.full((count, 2), np.nan),
    )  # fmt: skip


@cache
def polygon_scene(days: int) -> Scene:
    """Two sides' areas drawn anew every day, of which a few bites have changed hands."""
    rng = np.random.default_rng(9)
    angle = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    waves = sum(rng.normal() / k * np.cos(k * angle + rng.uniform(0, 6)) for k in range(3, 60))
    far = 1.6 + 0.12 * np.asarray(waves)
    held = shapely.Polygon(np.column_stack([37 + far * np.cos(angle), 48 + far * np.sin(angle)]))
    world = shapely.box(34, 45, 40, 51)
    bites, taken = [], held
    for _ in range(3 * days):
        line = taken.exterior
        spot = line.interpolate(rng.uniform(0, line.length)).buffer(rng.uniform(0.01, 0.03), 4)
        bite = shapely.difference(spot, taken)
        bites.append(max(shapely.get_parts(bite), key=lambda part: part.area, default=bite))
        taken = shapely.union(taken, bites[-1])
        taken = max(shapely.get_parts(taken), key=lambda part: part.area)
    areas = [held, *bites, shapely.difference(world, taken)]
    faces, area, face = partition(areas)
    of = np.full(len(faces), len(areas) - 1)
    np.minimum.at(of, face, area)
    place = np.arange(len(faces))
    falls = (of > 0) & (of < len(areas) - 1)
    day = np.concatenate([np.full(len(faces), NO_DAY_LOW), DAY0 + 1 + (of[falls] - 1) // 3])
    holder = np.concatenate([np.where(of == 0, 0, 1), np.zeros(falls.sum())])
    order = np.argsort(day, kind="stable")
    rows = (day, np.concatenate([place, place[falls]]), holder, np.maximum(day, DAY0))
    land = Coverage(faces)
    bare = war_scene("S")
    return replace(
        bare, title="Areas drawn anew every day", last_day=DAY0 + days, view=(34, 45, 40, 51),
        flips=Flips(*(column[order].astype(np.int32) for column in rows)), tessellation=land,
        places=tuple(
            ScenePlace(f"area-{i}", "", x, y, i, kind=DRAWN)
            for i, (x, y) in enumerate(zip(land.lon.tolist(), land.lat.tolist(), strict=True))
        ),
    )  # fmt: skip
