"""Random worlds for the geometry tests: boundaries, places, holders, changes of hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

# South to far north, both sides of Greenwich, and across the antimeridian.
CENTRES = ((37.2, 36.2), (31.0, 48.5), (0.0, 0.1), (-58.0, -51.7), (16.0, 78.2), (179.9, -17.0))


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


def changes(world: World, count: int, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random changes of hands: day, place, controller."""
    rng = np.random.default_rng(world.seed + 1)
    return (
        rng.integers(0, days, count),
        rng.integers(0, world.lon.size, count),
        rng.integers(-2, 4, count),
    )
