"""What a period costs to export. Run: `pytest tests/bench_export.py --benchmark-only`.

Sizes as in the geometry benchmark: M 5,000 places and 10,000 changes, L 33,000 places and 60,000
changes over 1,700 days. `every date` is every change date dissolved and written, redrawing only the
holders that changed; it runs on one thread and is timed by processor time, as a busy machine would
have it otherwise.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from geo.export import FORMATS, export_geojson, write_export
from geo.image import image_bytes
from geo.pieces import Sweep, control_pieces, front_pieces
from geo.scene import Scene
from tests.scenes import moving_front

SIZES = {
    "S": {"nx": 12, "ny": 9, "days": 400, "changes": 300},
    "M": {"nx": 80, "ny": 63, "days": 800, "changes": 10_000},
    "L": {"nx": 190, "ny": 174, "days": 1_700, "changes": 60_000},
}
GOAL_S = {"S": 1.0, "M": 5.0, "L": 30.0}


@cache
def scene(size: str) -> Scene:
    return moving_front(**SIZES[size], strikes=300)


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("size", SIZES)
def test_every_date_dissolved(benchmark: Any, size: str) -> None:
    war = scene(size)

    def run() -> tuple[int, int]:
        sweep = Sweep(war)
        window = (war.first_day, war.last_day)
        return len(control_pieces(sweep, *window)), len(front_pieces(sweep, *window))

    benchmark.extra_info["pieces"] = benchmark.pedantic(run, rounds=3)
    assert benchmark.stats["median"] < GOAL_S[size]


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("size", SIZES)
def test_every_date_written(benchmark: Any, size: str, tmp_path: Path) -> None:
    war = scene(size)
    path = tmp_path / "map.geojson"
    layers = ["control", "frontline"]
    benchmark.pedantic(lambda: write_export(path, war, layers=layers), rounds=1)
    benchmark.extra_info["bytes"] = path.stat().st_size
    assert benchmark.stats["median"] < GOAL_S[size]


@pytest.mark.parametrize("size", SIZES)
def test_one_day_as_geojson(benchmark: Any, size: str) -> None:
    war = scene(size)
    day = (war.first_day + war.last_day) // 2
    benchmark(lambda: export_geojson(war, on=day, layers=["control", "frontline"]))


@pytest.mark.parametrize("name", FORMATS)
def test_formats(benchmark: Any, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"map.{name}"
    benchmark.pedantic(lambda: write_export(path, scene("S")), rounds=3)
    benchmark.extra_info["bytes"] = path.stat().st_size


@pytest.mark.parametrize("size", ["S", "M"])
def test_a_picture(benchmark: Any, size: str) -> None:
    war = scene(size)
    benchmark.pedantic(lambda: image_bytes(war, war.last_day), rounds=3)
