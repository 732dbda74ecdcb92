"""Random worlds for the geometry tests: boundaries, places, holders, changes of hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo import Tessellation
from geo.stereographic import Stereographic

# South to far north, both sides of Greenwich, and across the antimeridian.
CENTRES = ((37.2, 36.2), (31.0, 48.5), (0.0, 0.1), (-58.0, -51.7), (16.0, 78.2), (179.9, -17.0))


BOX = shapely.box(36.0, 35.5, 38.0, 37.0)


@dataclass(frozen=True)
class World:
    """A boundary with places and, per place, a holder; `edge` where a test needs its seed."""

    seed: int
    boundary: Any
    lon: np.ndarray
    lat: np.ndarray
    reach_km: float
    controller: np.ndarray


def blob(rng: np.random.Generator, lon: float, lat: float, radius: float, corners: int) -> Any:
    """A star-shaped area with a ragged border, `radius` in degrees of latitude."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    far = radius * rng.uniform(0.6, 1.0, corners)
    stretch = 1 / np.cos(np.radians(lat))
    shape = shapely.Polygon(
        np.column_stack([lon + far * np.cos(angle) * stretch, lat + far * np.sin(angle)])
    )
    return shape if shape.is_valid and shape.area > 0 else shapely.Point(lon, lat).buffer(radius)


def world(seed: int, *, places: int = 30, centre: int | None = None) -> World:
    """A world of up to `places` places: islands, holes, lattices and coincident places included."""
    rng = np.random.default_rng(seed)
    lon, lat = CENTRES[seed % len(CENTRES) if centre is None else centre]
    radius = float(rng.choice([0.2, 0.6]))
    boundary = blob(rng, lon, lat, radius, int(rng.integers(5, 40)))
    stretch = 1 / np.cos(np.radians(lat))
    if rng.random() < 0.4:
        lake = blob(rng, lon + 0.2 * radius * stretch, lat, radius / 4, 9)
        boundary = boundary.difference(lake)
    if rng.random() < 0.4:
        boundary = boundary.union(blob(rng, lon + 1.6 * radius * stretch, lat, radius / 2, 9))
    n = int(rng.integers(1, places + 1))
    if rng.random() < 0.25:
        side = int(np.ceil(np.sqrt(n)))
        steps = np.linspace(-0.8, 0.8, side) * radius
        x, y = (v.ravel()[:n] for v in np.meshgrid(lon + steps * stretch, lat + steps))
    else:
        x = lon + rng.uniform(-1, 1, n) * radius * stretch
        y = lat + rng.uniform(-1, 1, n) * radius
    if n > 3 and rng.random() < 0.3:
        x[1], y[1] = x[0], y[0]
        x[3], y[3] = x[2] + 3e-6, y[2]
    reach_km = float(rng.choice([3.0, 8.0, 15.0, 40.0]))
    controller = rng.integers(-2, 4, n)
    return World(seed, boundary, x, y, reach_km, controller)


def awkward(seed: int) -> World:
    """Places set to be hard: lattices shaken a little, crowds, rows, borders along cell edges."""
    rng = np.random.default_rng(seed)
    lon, lat = CENTRES[seed % 5]
    stretch = 1 / np.cos(np.radians(lat))
    side = int(rng.integers(2, 7))
    step = float(rng.choice([0.001, 0.02, 0.1]))
    i, j = (v.ravel() for v in np.meshgrid(np.arange(side), np.arange(side)))
    shake = float(rng.choice([0.0, 1e-9, 1e-7, 1e-5, 1e-3])) * step
    x = lon + (i - side / 2) * step * stretch + rng.normal(0, 1, i.size) * shake
    y = lat + (j - side / 2) * step + rng.normal(0, 1, i.size) * shake
    if rng.random() < 0.3:
        x = np.append(x, x[0] + rng.normal(0, 2e-5, 5))
        y = np.append(y, y[0] + rng.normal(0, 2e-5, 5))
    half = side * step / 2
    if rng.random() < 0.5:
        # Half-way between rows: the border runs along cell edges and through their corners.
        boundary = shapely.box(
            lon - half * stretch, lat - half, lon + (half - step) * stretch, lat + half - step
        )
    else:
        boundary = blob(rng, lon, lat, half, 12)
    reach_km = float(rng.choice([0.5, 0.7072, 1.0, 3.0])) * step * 111.2
    return World(seed, boundary, x, y, reach_km, rng.integers(-2, 3, x.size))


def wild(seed: int) -> World:
    """Boundaries set to be hard: islands, lakes, combs, chequers that touch at corners."""
    rng = np.random.default_rng(seed)
    lon, lat = CENTRES[seed % 5]
    stretch = 1 / np.cos(np.radians(lat))

    def some(count: int, spread: float, size: tuple[float, float]) -> Any:
        return shapely.union_all(
            [
                blob(
                    rng,
                    lon + rng.normal() * spread * stretch,
                    lat + rng.normal() * spread,
                    rng.uniform(*size),
                    int(rng.integers(4, 50)),
                )
                for _ in range(count)
            ]
        )

    kind = int(rng.integers(0, 6))
    boundary = some(int(rng.integers(1, 8)), 0.4, (0.05, 0.5))
    boundary = boundary.difference(some(int(rng.integers(0, 5)), 0.3, (0.01, 0.2)))
    if kind == 0:
        squares = [(i, j) for i in range(4) for j in range(4) if (i + j) % 2 == 0]
        boundary = shapely.union_all(
            [
                shapely.box(lon + i / 5, lat + j / 5, lon + (i + 1) / 5, lat + (j + 1) / 5)
                for i, j in squares
            ]
        )
    elif kind == 1:
        boundary = shapely.set_precision(boundary, 0.05)
    elif kind == 2:
        teeth = [
            shapely.box(lon + i / 100, lat, lon + i / 100 + 0.004, lat + 0.5) for i in range(60)
        ]
        boundary = shapely.union_all([shapely.box(lon, lat, lon + 1, lat + 0.02), *teeth])
    if boundary.is_empty:
        boundary = shapely.box(lon, lat, lon + 1, lat + 1)
    west, south, east, north = boundary.bounds
    n = int(rng.integers(1, 40))
    x, y = rng.uniform(west, east, n), rng.uniform(south, north, n)
    if rng.random() < 0.4:
        x, y = np.round(x, 2), np.round(y, 2)
    if rng.random() < 0.3:
        corners = shapely.get_coordinates(boundary)
        some_corners = corners[rng.integers(0, len(corners), 5)]
        x, y = np.append(x, some_corners[:, 0]), np.append(y, some_corners[:, 1])
    reach_km = float(rng.choice([1.0, 5.0, 12.0, 30.0, 100.0]))
    return World(seed, boundary, x, y, reach_km, rng.integers(-2, 3, x.size))


def changes(world: World, count: int, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random changes of hands: day, place, controller."""
    rng = np.random.default_rng(world.seed + 1)
    return (
        rng.integers(0, days, count),
        rng.integers(0, world.lon.size, count),
        rng.integers(-2, 4, count),
    )


def proj_string(plane: Stereographic) -> str:
    """The plane of a map as PROJ, and with it geopandas, is told of it."""
    return (
        f"+proj=stere +lat_0={plane.lat_0} +lon_0={plane.lon_0} +k=1 +x_0=0 +y_0=0 "
        "+ellps=WGS84 +units=m +no_defs"
    )


def build(w: World) -> Tessellation:
    return Tessellation(w.lon, w.lat, w.boundary, w.reach_km)


def edge_lines(tess: Tessellation) -> np.ndarray:
    size = np.diff(tess.edge_offset)
    return shapely.linestrings(
        tess.vertices[tess.edge_vertex], indices=np.repeat(np.arange(size.size), size)
    )
