"""The benchmark's wars as scenes: bare columns, as the peers' figures have no names either."""

from __future__ import annotations

from functools import cache

import numpy as np

from geo import Tessellation
from geo.scene import NO_DAY_LOW, Events, Flips, Maybes, Scene, SceneActor, SceneClaim, ScenePlace
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
