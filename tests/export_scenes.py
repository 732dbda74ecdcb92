"""Scenes to export: a front that moves, and real tessellations."""

from __future__ import annotations

import json
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import shapely

from geo import Tessellation
from geo.export import FORMATS, export_geojson, write_export
from geo.scene import (
    NO_DAY_LOW,
    Events,
    Flips,
    Maybes,
    Scene,
    SceneClaim,
    ScenePlace,
    SceneSource,
)
from tests.scenes import moving_front

SCENE = moving_front()
SMALL = moving_front(6, 5, changes=30, strikes=20)
DAYS = np.linspace(SCENE.first_day, SCENE.last_day, 9).astype(int).tolist()
SIDES = {"gov": 0, "reb": 1, "is": 2, "sdf": 3}


def real_scene(lon: Any, lat: Any, boundary: Any, rows: list[tuple[int, int, int]]) -> Scene:
    """A scene on a real tessellation; `rows` are day, place, holder."""
    land = Tessellation(np.array(lon), np.array(lat), boundary, reach_km=60.0)
    days = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    nothing, none = np.zeros(0, np.int32), np.zeros(0)
    return Scene(
        title="Real land",
        first_day=10,
        last_day=100,
        view=(0, 0, 1, 1),
        actors=SCENE.actors,
        places=tuple(
            ScenePlace(f"p{n}", f"P{n}", float(x), float(y), int(land.cell_of[n]))
            for n, (x, y) in enumerate(zip(lon, lat, strict=True))
        ),
        sources=(SceneSource("s", "Agency", url="https://example.org"),),
        claims=(SceneClaim("c0", "control", "1970", 0, "P", 0, -1, "reported", 0),),
        flips=Flips(
            *(days[:, n].astype(np.int32) for n in range(3)),
            days[:, 0].astype(np.int32),
            tuple("because" for _ in days),
            tuple((0,) for _ in days),
        ),
        maybes=Maybes(nothing, nothing, nothing, nothing),
        events=Events(
            nothing, nothing, nothing, none, none, none, np.zeros((0, 2)), np.zeros((0, 2))
        ),
        tessellation=land,
        rule="Nearest place, out to 60 km.",
        data_hash="feed",
    )


def grid_scene() -> Scene:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(36.0, 38.0, 80), rng.uniform(35.0, 37.0, 80)
    lon[5], lat[5] = lon[6], lat[6]  # two places on one spot
    boundary = shapely.box(36.1, 35.1, 37.9, 36.9).difference(shapely.box(36.9, 35.9, 37.1, 36.1))
    rows = [(NO_DAY_LOW, n, int(rng.integers(-1, 5))) for n in range(70)]
    rows += [
        (int(rng.integers(11, 95)), int(rng.integers(0, 80)), int(rng.integers(-1, 5)))
        for _ in range(120)
    ]
    return real_scene(lon, lat, boundary, rows)


GRID = grid_scene()


def data(scene: Scene, **asked: Any) -> Any:
    return json.loads(export_geojson(scene, **asked))


def export_for_ever(says: Connection[Any, Any], folder: str) -> None:
    """Write a small scene in every format over and over; each round is said."""
    while True:
        for name in FORMATS:
            write_export(f"{folder}/map.{name}", SMALL)
        says.send_bytes(b"round")
