"""Coordinates of strangers to geometry: numbers checked before any geometry library sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from timelines.errors import DataError
from timelines.importers import cells, reference
from timelines.importers.limits import MAX_RINGS, MAX_VERTICES
from timelines.importers.report import Unfit

Points = NDArray[np.float64]
_NESTED = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_ELSEWHERE = "Export it in EPSG:4326, or say crs."


@dataclass(slots=True)
class Budget:
    """Vertices and rings a file may still have, and what was noticed in its coordinates."""

    code: int = 4326
    vertices: int = 0
    rings: int = 0
    heights: int = 0
    crossings: float = 0.0
    noticed: dict[str, int] = field(default_factory=dict)

    def spend(self, vertices: int) -> None:
        """Raises DataError where the file has more than any map needs."""
        self.vertices += vertices
        self.rings += 1
        if self.vertices > MAX_VERTICES or self.rings > MAX_RINGS:
            raise DataError(
                f"The file has more than {MAX_VERTICES:,} points or {MAX_RINGS:,} parts. "
                "Simplify or split it."
            )


def parts(geometry: Any, budget: Budget) -> Iterator[tuple[str, list[Points]]]:
    """(`Point`, `LineString` or `Polygon`, its rings) of a GeoJSON geometry, in degrees.

    Raises:
        Unfit: not a geometry, or coordinates that are no places.
    """
    if not isinstance(geometry, dict):
        raise Unfit("geometry", "is not a geometry.", "Export the file again.")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        if not isinstance(members, list):
            raise Unfit("geometry", "is a collection of nothing.", "Remove it.")
        for member in members:
            yield from parts(member, budget)
        return
    coordinates = geometry.get("coordinates")
    if kind not in _NESTED or not isinstance(coordinates, list):
        raise Unfit("geometry", f"{str(kind)[:40]!r} is no geometry.", "Export the file again.")
    if kind == "Point":
        yield "Point", [row([coordinates], budget)]
    elif kind == "MultiPoint":
        for point in coordinates:
            yield "Point", [row([point], budget)]
    elif kind == "LineString":
        yield "LineString", [row(coordinates, budget)]
    elif kind == "MultiLineString":
        for line in coordinates:
            yield "LineString", [row(line, budget)]
    else:
        for rings in [coordinates] if kind == "Polygon" else coordinates:
            if not isinstance(rings, list) or not rings:
                raise Unfit("geometry", "is an area without rings.", "Remove or redraw it.")
            yield "Polygon", [row(ring, budget) for ring in rings]


def row(positions: Any, budget: Budget) -> Points:
    """A list of GeoJSON positions as lon, lat in degrees (n, 2); heights are left out and counted.

    Raises:
        Unfit: not numbers, not finite, not on the globe.
    """
    if not isinstance(positions, list) or not positions:
        raise Unfit("geometry", "has no coordinates.", "Remove or redraw it.")
    budget.spend(len(positions))
    if not all(isinstance(position, list) for position in positions):
        raise Unfit("geometry", "has a position that is no list.", "Export the file again.")
    lengths = set(map(len, positions))
    if min(lengths) < 2 or max(lengths) > 4:
        raise Unfit("geometry", "has a position without two numbers.", "Export the file again.")
    if lengths != {2}:
        budget.heights += 1
        positions = [position[:2] for position in positions]
    if not set(map(type, chain.from_iterable(positions))) <= {float, int}:
        raise Unfit("geometry", "has a coordinate that is no number.", "Export the file again.")
    try:
        points = np.array(positions, dtype=np.float64)
    except (OverflowError, ValueError):
        raise Unfit("geometry", "has a coordinate that is too large.", _ELSEWHERE) from None
    return on_globe(points, budget.code)


def on_globe(points: Points, code: int) -> Points:
    """Points in degrees, wherever they were; raises `Unfit` for the first that is no place."""
    if not np.isfinite(points).all():
        raise Unfit("geometry", "has a coordinate that is not finite.", "Redraw it.")
    degrees = reference.to_degrees(points, code)
    bad = ~np.isfinite(degrees).all(axis=1)
    bad |= (np.abs(degrees[:, 0]) > 180) | (np.abs(degrees[:, 1]) > 90)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        if code != 4326:
            x, y = points[first]
            reason = f"{x:g}, {y:g} lies outside EPSG:{code}."
            raise Unfit("geometry", reason, "Is that the file's reference system?")
        lon, lat = (float(v) for v in degrees[first])
        cells.position(lon, lat)
    return degrees


def polygon(rings: list[Points], budget: Budget) -> shapely.Polygon:
    """A polygon from its rings, as given; open rings are closed and counted.

    Raises:
        Unfit: a ring of fewer than three points, or one that jumps across the antimeridian.
    """
    closed = []
    for ring in rings:
        if (ring[0] != ring[-1]).any():
            budget.noticed["rings were open; closed."] = (
                budget.noticed.get("rings were open; closed.", 0) + 1
            )
            ring = np.vstack([ring, ring[:1]])
        if len(ring) < 4:
            raise Unfit("geometry", "has a ring of fewer than three points.", "Redraw it.")
        if np.abs(np.diff(ring[:, 0])).max() > 180:
            remedy = "Cut it at 180 degrees (RFC 7946, 3.1.9)."
            raise Unfit("geometry", "jumps across the antimeridian.", remedy)
        closed.append(ring)
    return shapely.Polygon(closed[0], closed[1:])
