"""A user's own boundary: GeoJSON from outside, bounded and checked before any geometry is made.

The parsers below shapely and GDAL crash on deep nesting, read local files on request, and take
infinity for a number. So the bytes are measured first, parsed by `json`, walked by us, and only
numbers that lie on the globe reach shapely.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from geo.basemap.data import BasemapError

MAX_BYTES = 30_000_000
MAX_DEPTH = 32
MAX_VERTICES = 1_000_000
MAX_RINGS = 100_000
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_CONTAINERS = {"FeatureCollection": "features", "GeometryCollection": "geometries"}


@dataclass(frozen=True, slots=True)
class Boundary:
    """The land a map assesses. `polygon` is valid, WGS84, lon and lat.

    `source` says whose line it is and `accuracy` how good it is, in sentences for the reader;
    `codes` are the ISO 3166 alpha-2 codes it was made from, empty for a user's own.
    """

    polygon: MultiPolygon
    source: str
    accuracy: str
    codes: tuple[str, ...] = ()


def union(polygons: Iterable[shapely.Geometry]) -> MultiPolygon:
    """All of them as one MultiPolygon, the largest part first, so that order says nothing."""
    joint = shapely.union_all(list(polygons))
    parts: list[Polygon] = [part for part in shapely.get_parts(joint) if isinstance(part, Polygon)]
    order = sorted(range(len(parts)), key=lambda n: (-parts[n].area, parts[n].bounds))
    return MultiPolygon([parts[n] for n in order])


def boundary_from_geojson(content: bytes, *, name: str = "the boundary file") -> Boundary:
    """A `Boundary` from GeoJSON bytes: polygons of any geometry, feature or collection, as one.

    Raises `BasemapError` with the remedy for what is too large, too deep, not GeoJSON, has no
    polygon, leaves the globe, jumps the antimeridian, or is not a valid polygon.
    """
    data = parse_geojson(content, name)
    budget = _Budget(name)
    rings = list(_polygons(data, name))
    polygons = [_polygon(polygon, budget) for polygon in rings]
    if not polygons:
        raise BasemapError(f"{name} has no polygon; a boundary is a Polygon or MultiPolygon")
    return Boundary(
        union(polygons),
        source=f"{name}, given by the author of this map",
        accuracy=f"As given: {len(polygons)} polygons, {budget.vertices} points.",
    )


class _Budget:
    """What is left of the allowance of rings and vertices, and the name for messages."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.vertices = 0
        self.rings = 0

    def spend(self, vertices: int) -> None:
        self.rings += 1
        self.vertices += vertices
        if self.vertices > MAX_VERTICES or self.rings > MAX_RINGS:
            raise BasemapError(
                f"{self.name} has more than {MAX_VERTICES:,} points or {MAX_RINGS:,} rings; "
                "simplify it first"
            )


def parse_geojson(content: bytes, name: str) -> Any:
    """GeoJSON bytes as plain data, bounded in size and depth. Raises `BasemapError`."""
    if len(content) > MAX_BYTES:
        raise BasemapError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB; simplify it first")
    if _depth(content) > MAX_DEPTH:
        raise BasemapError(f"{name} is nested deeper than {MAX_DEPTH}; no boundary needs that")
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BasemapError(f"{name} is not GeoJSON: {error}") from error


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number in GeoJSON")


def _depth(content: bytes) -> int:
    brackets = np.frombuffer(_STRING.sub(b"", content), np.uint8)
    opens = np.isin(brackets, np.frombuffer(b"[{", np.uint8)).astype(np.int64)
    closes = np.isin(brackets, np.frombuffer(b"]}", np.uint8)).astype(np.int64)
    return int(np.cumsum(opens - closes).max(initial=0))


def _polygons(data: Any, name: str) -> Iterator[Any]:
    """The ring lists of every polygon in a parsed GeoJSON document."""
    kind = data.get("type") if isinstance(data, dict) else None
    if kind in _CONTAINERS:
        members = data.get(_CONTAINERS[kind])
        if not isinstance(members, list):
            raise BasemapError(f"{name}: a {kind} without a list of {_CONTAINERS[kind]}")
        for member in members:
            yield from _polygons(member, name)
    elif kind == "Feature":
        if data.get("geometry") is not None:
            yield from _polygons(data["geometry"], name)
    elif kind == "Polygon":
        yield data.get("coordinates")
    elif kind == "MultiPolygon" and isinstance(data.get("coordinates"), list):
        yield from data["coordinates"]
    elif kind not in {"Point", "MultiPoint", "LineString", "MultiLineString"}:
        raise BasemapError(f"{name} is not GeoJSON: type {str(kind)[:40]!r} is not one of its own")


def _polygon(rings: Any, budget: _Budget) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise BasemapError(f"{budget.name}: a polygon without rings")
    shell, *holes = [_ring(ring, budget) for ring in rings]
    polygon = Polygon(shell, holes)
    if not polygon.is_valid:
        raise BasemapError(
            f"{budget.name}: {explain_validity(polygon)}; repair it in QGIS (Fix geometries)"
        )
    return polygon


def _ring(ring: Any, budget: _Budget) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise BasemapError(f"{budget.name}: a ring has fewer than 4 points")
    budget.spend(len(ring))
    points = np.array([_position(position, budget.name) for position in ring])
    if (points[0] != points[-1]).any():
        raise BasemapError(f"{budget.name}: a ring ends elsewhere than it begins; close it")
    if np.abs(np.diff(points[:, 0])).max() > 180.0:
        raise BasemapError(
            f"{budget.name}: a ring jumps across the antimeridian; cut it there (RFC 7946, 3.1.9)"
        )
    return points


def _position(position: Any, name: str) -> tuple[float, float]:
    if not isinstance(position, list) or len(position) < 2:
        raise BasemapError(f"{name}: a position is not a list of longitude and latitude")
    lon, lat = position[0], position[1]
    for number in (lon, lat):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BasemapError(f"{name}: {str(number)[:40]!r} is not a number")
    # Compared before converted: a JSON integer may be too long for a float.
    if not (abs(lon) < 1e300 and abs(lat) < 1e300):
        raise BasemapError(f"{name}: a coordinate is not a finite number")
    if abs(lon) > 180 or abs(lat) > 90:
        raise BasemapError(
            f"{name}: {lon:g}, {lat:g} is not on the globe; GeoJSON is longitude, latitude in "
            "degrees (WGS84), so export it again in EPSG:4326"
        )
    return float(lon), float(lat)
