"""Land and fronts against the ways they are usually made, in the same run on the same data.

    python -m pytest tests/bench_geo.py                              sizes S, M and L
    FRONTLINES_BENCH=S,M,L,XL python -m pytest tests/bench_geo.py    with one that takes minutes
    python -m pytest tests/bench_geo.py -k one_date --benchmark-columns=median,rounds

Rows of one group do the same work: `ours`, `geopandas` (Voronoi, buffer and clip; `dissolve` and
intersected boundaries) and `shapely` (the fastest way we know with shapely alone). The last test
prints how many times faster ours is, by processor time: all three run on one thread, and a busy
machine slows them alike. `--benchmark-timer=time.process_time` does the same for the tables.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geo import (
    cut_off_history,
    write_territory_history,
)
from tests.geo_ways import (
    WAYS,
    cells,
    histories_ours,
    rows,
    tessellation,
)
from tests.geo_workloads import REACH_KM, war

SIZES = os.environ.get("FRONTLINES_BENCH", "S,M,L").split(",")
ROUNDS = {"S": 30, "M": 10, "L": 5, "XL": 2}
# The plain way needs as many maps as days; a whole period of it is counted from one map.
SLOW = {"L", "XL"}


def _prepare(size: str) -> None:
    """Everything that is not the work itself: data, cells, imports."""
    tessellation(size).edge_length_km  # noqa: B018
    cells(size)


CASES = [
    (size, work, way)
    for size in SIZES
    for work, ways in WAYS.items()
    for way in ways
    if way == "ours" or size != "XL"
]


@pytest.mark.parametrize(("size", "work", "way"), CASES)
def test_bench(benchmark: Any, size: str, work: str, way: str) -> None:
    _prepare(size)
    benchmark.group = f"{size}: {work}"
    rounds = ROUNDS[size] if way == "ours" else max(2, ROUNDS[size] // 3)
    benchmark.pedantic(WAYS[work][way], (size,), rounds=rounds, warmup_rounds=1)


@pytest.mark.parametrize("size", SIZES)
def test_bench_encirclement(benchmark: Any, size: str) -> None:
    benchmark.group = f"{size}: every date, what is cut off"
    _prepare(size)
    benchmark.pedantic(
        cut_off_history, (tessellation(size), *rows(war(size))), rounds=1, warmup_rounds=0
    )


@pytest.mark.parametrize("size", [size for size in SIZES if size != "XL"])
def test_bench_every_change_date_written(benchmark: Any, size: str, tmp_path: Path) -> None:
    benchmark.group = f"{size}: every change date dissolved and written"
    _prepare(size)
    path = tmp_path / "land.parquet"
    benchmark.pedantic(
        write_territory_history,
        (path, tessellation(size), *rows(war(size))),
        rounds=1,
        warmup_rounds=0,
    )
    assert path.stat().st_size > 0


_BUILD_ALONE = """
import sys, time
import numpy as np, shapely
from geo import Tessellation
data = np.load(sys.argv[1])
boundary = shapely.from_wkb(data["boundary"].tobytes())
start = time.perf_counter()
Tessellation(data["lon"], data["lat"], boundary, float(data["reach_km"]))
# Kilobytes on Linux.
seconds = time.perf_counter() - start
# `ru_maxrss` would count what the parent held when this process was split off from it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak.split()[1]) / 1024)
"""


@pytest.mark.parametrize("size", SIZES)
def test_memory_of_a_build(size: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Peak memory of a process that does nothing but build the cells: at most 1 GB at any size."""
    w, path = war(size), tmp_path / "war.npz"
    wkb = np.frombuffer(shapely.to_wkb(w.boundary), np.uint8)
    np.savez(path, lon=w.lon, lat=w.lat, boundary=wkb, reach_km=REACH_KM)
    done = subprocess.run(
        [sys.executable, "-c", _BUILD_ALONE, str(path)], check=True, capture_output=True, text=True
    )
    seconds, megabytes = (float(word) for word in done.stdout.split())
    with capsys.disabled():
        print(
            f"\n{size} build in a process of its own: {seconds:.2f} s, {megabytes:.0f} MB at most"
        )
    assert megabytes < 1000


def _median_ms(work: Callable[[str], Any], size: str, rounds: int) -> float:
    work(size)
    took = []
    for _ in range(rounds):
        start = time.process_time()
        work(size)
        took.append(time.process_time() - start)
    return float(np.median(took)) * 1000


@pytest.mark.parametrize("size", [size for size in SIZES if size in {"M", "L"}])
def test_how_many_times_faster(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The goals that are ratios, on this machine, now."""
    _prepare(size)
    lines = []
    for work in ("build", "one date, land", "one date, land and fronts"):
        rounds = ROUNDS[size]
        ms = {
            way: _median_ms(WAYS[work][way], size, rounds if way == "ours" else 3)
            for way in ("ours", "shapely", "geopandas")
        }
        lines.append(
            f"{size} {work}: ours {ms['ours']:.1f} ms; shapely {ms['shapely']:.0f} ms "
            f"({ms['shapely'] / ms['ours']:.1f}x); geopandas {ms['geopandas']:.0f} ms "
            f"({ms['geopandas'] / ms['ours']:.0f}x)"
        )
        assert ms["ours"] < ms["geopandas"]
    w = war(size)
    days = np.unique(w.day).size
    histories = _median_ms(histories_ours, size, 3)
    every = ms["geopandas"] * days
    lines.append(
        f"{size} every date: ours {histories:.0f} ms; geopandas about {every / 1000:.0f} s "
        f"for {days} maps ({every / histories:.0f}x)"
    )
    with capsys.disabled():
        print("\n" + "\n".join(lines))
