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

import functools
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from geo import (
    Tessellation,
    changed_hands,
    crs,
    cut_off_history,
    daily_fronts,
    daily_holdings,
    frontline_history,
    frontlines,
    holding_history,
    territories,
    write_territory_history,
)
from tests.geo_workloads import REACH_KM, War, war
from tests.geo_worlds import proj_string

SIZES = os.environ.get("FRONTLINES_BENCH", "S,M,L").split(",")
ROUNDS = {"S": 30, "M": 10, "L": 5, "XL": 2}
# The plain way needs as many maps as days; a whole period of it is counted from one map.
SLOW = {"L", "XL"}


@functools.cache
def tessellation(size: str) -> Tessellation:
    w = war(size)
    return Tessellation(w.lon, w.lat, w.boundary, REACH_KM)


@functools.cache
def middle(size: str) -> np.ndarray:
    """Who holds what half-way through."""
    return war(size).at(int(war(size).day.max()) // 2)


@functools.cache
def cells(size: str) -> geopandas.GeoDataFrame:
    frame = geopandas.GeoDataFrame(
        {"controller": middle(size)}, geometry=tessellation(size).polygons(), crs=4326
    )
    return frame[(frame["controller"] != -1) & frame.geometry.notna()].reset_index(drop=True)


def rows(w: War) -> tuple[np.ndarray, ...]:
    return w.initial, w.day, w.place, w.controller


# -- building ------------------------------------------------------------------------------------


def build_ours(size: str) -> Any:
    w = war(size)
    return Tessellation(w.lon, w.lat, w.boundary, REACH_KM)


def build_geopandas(size: str) -> Any:
    w = war(size)
    plane = proj_string(crs.plane_of(w.boundary.bounds))
    places = geopandas.GeoSeries.from_xy(w.lon, w.lat, crs=4326).to_crs(plane)
    boundary = geopandas.GeoSeries([w.boundary], crs=4326).to_crs(plane).iloc[0]
    cell = geopandas.GeoSeries(places.voronoi_polygons(extend_to=boundary), crs=plane)
    frame = geopandas.GeoDataFrame(geometry=cell).sjoin(
        geopandas.GeoDataFrame({"place": np.arange(len(places))}, geometry=places)
    )
    frame = frame.sort_values("place")
    disc = places.iloc[frame["place"].to_numpy()].buffer(REACH_KM * 1000)
    return (
        frame.geometry.reset_index(drop=True)
        .intersection(disc.reset_index(drop=True))
        .intersection(boundary)
        .to_crs(4326)
    )


def build_shapely(size: str) -> Any:
    """Ordered Voronoi cells, discs only where the cell is wider, the border only at the rim."""
    w = war(size)
    plane = crs.plane_of(w.boundary.bounds)
    xy = crs.to_metric(plane, w.lon, w.lat)
    boundary = crs.flattened(w.boundary, plane)
    cell = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=boundary, ordered=True)
    )
    corner, which = shapely.get_coordinates(cell, return_index=True)
    far = np.hypot(*(corner - xy[which]).T) > REACH_KM * 1000
    wide = np.unique(which[far])
    cell[wide] = shapely.intersection(
        cell[wide], shapely.buffer(shapely.points(xy[wide]), REACH_KM * 1000, quad_segs=16)
    )
    shapely.prepare(boundary)
    rim = np.flatnonzero(~shapely.contains_properly(boundary, cell))
    cell[rim] = shapely.intersection(cell[rim], boundary)
    return crs.unflattened(cell, plane, 38.0)


# -- one date ------------------------------------------------------------------------------------


def land_ours(size: str) -> Any:
    return territories(tessellation(size), middle(size))


def land_geopandas(size: str) -> Any:
    return cells(size).dissolve(by="controller")


def land_shapely(size: str) -> Any:
    """The coverage union: of shapely's unions the fastest on cells, by ten times and more."""
    frame = cells(size)
    shapes, held = frame.geometry.to_numpy(), frame["controller"].to_numpy()
    return {code: shapely.coverage_union_all(shapes[held == code]) for code in np.unique(held)}


def land_coverage(size: str) -> Any:
    """Geopandas told that the cells are a coverage."""
    return cells(size).dissolve(by="controller", method="coverage")


def map_ours(size: str) -> Any:
    return land_ours(size), frontlines(tessellation(size), middle(size))


def map_geopandas(size: str) -> Any:
    land = land_geopandas(size)
    equal_area = "+proj=laea +lat_0=35 +lon_0=38 +ellps=WGS84"
    land["area_km2"] = land.to_crs(equal_area).area / 1e6
    return land, _fronts(dict(zip(land.index, land.geometry, strict=True)))


def map_shapely(size: str) -> Any:
    land = land_shapely(size)
    return land, crs.area_km2(np.array(list(land.values()))), _fronts(land)


def _fronts(land: dict[int, Any]) -> Any:
    pairs = list(itertools.combinations([code for code in land if code >= 0], 2))
    border = {code: shapely.boundary(shape) for code, shape in land.items()}
    lines = [shapely.line_merge(shapely.intersection(border[a], border[b])) for a, b in pairs]
    return pairs, lines, [crs.length_km(line)[0] for line in lines]


# -- every date ----------------------------------------------------------------------------------


def histories_ours(size: str) -> Any:
    """Both histories, and land and fronts of every day."""
    t, r = tessellation(size), rows(war(size))
    return (
        frontline_history(t, *r),
        holding_history(t, *r),
        daily_holdings(t, *r),
        daily_fronts(t, *r),
    )


WAYS: dict[str, dict[str, Callable[[str], Any]]] = {
    "build": {"ours": build_ours, "geopandas": build_geopandas, "shapely": build_shapely},
    "one date, land": {
        "ours": land_ours, "geopandas": land_geopandas, "shapely": land_shapely,
        "geopandas, coverage": land_coverage,
    },
    "one date, land and fronts": {
        "ours": map_ours, "geopandas": map_geopandas, "shapely": map_shapely,
    },
    "every date, histories and daily figures": {"ours": histories_ours},
    "gains and losses between two dates": {
        "ours": lambda size: changed_hands(tessellation(size), war(size).initial, middle(size))
    },
}  # fmt: skip


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
