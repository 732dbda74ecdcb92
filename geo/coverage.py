"""Areas that others drew, as cells: one partition of the ground, with every shared edge once.

It has the columns of a `Tessellation`, so that land, fronts, histories, files and the player take
either. `partition` reads the faces off any set of areas, overlapping or not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.clip import Rings
from geo.errors import GeoError
from geo.tessellation import Tessellation
from geo.topology import shared_edges

GRID_DEG = 1e-5  # about a metre: lines that lie closer are one line
MOST_SEGMENTS = 3_000_000

Ints = NDArray[np.int64]
Complex = NDArray[np.complex128]


class Coverage(Tessellation):
    """Cells given as n areas: valid (Multi)Polygons in WGS84 degrees that do not overlap and meet
    vertex to vertex (those of `partition` do). Cell i is area i, and its place a point inside it.

    `reach_km` only names the reach that was asked for: given areas end where they were drawn.

    Raises GeoError for areas that overlap or do not fit together.
    """

    def __init__(self, areas: ArrayLike, reach_km: float = 15.0) -> None:
        shapes = shapely.orient_polygons(np.asarray(areas, dtype=object))
        if len(shapes) and not shapely.coverage_is_valid(shapes):
            raise GeoError("the given areas overlap or do not meet vertex to vertex")
        inside = shapely.point_on_surface(shapes)
        self.reach_km = float(reach_km)
        self.lon, self.lat = _frozen(shapely.get_x(inside)), _frozen(shapely.get_y(inside))
        self.boundary = shapely.coverage_union_all(shapes) if len(shapes) else shapely.Polygon()
        bounds = self.boundary.bounds if len(shapes) else (-1.0, -1.0, 1.0, 1.0)
        self.bounds = bounds
        self.cell_of = _frozen(np.arange(len(shapes), dtype=np.int32))
        self.outside = _frozen(np.zeros(0, np.int32))
        rings = _rings(shapes)
        self._adopt(rings, shared_edges(rings))


def partition(areas: ArrayLike, *, grid_deg: float = GRID_DEG) -> tuple[NDArray[Any], Ints, Ints]:
    """The faces of some areas ((Multi)Polygons, WGS84 degrees): every piece of ground that lies in
    the same of them and is joined.

    Returns Polygons (f,) in a fixed order that fit together exactly, and pairs `area`, `face`
    (m,), (m,): that face lies in that area. Coordinates are rounded to `grid_deg`, and what is
    narrower is gone. Raises GeoError where there are too many lines.
    """
    shapes = np.asarray(areas, dtype=object)
    lines = _segments(shapes, grid_deg)
    if len(lines) > MOST_SEGMENTS:
        raise GeoError(
            f"the areas have {len(lines):,} pieces of line that differ, more than "
            f"{MOST_SEGMENTS:,}; take fewer days, or simpler areas"
        )
    # Rounded as GEOS rounds while noding, so that ends of either kind are equal to the last bit.
    segments: Any = shapely.set_precision(shapely.linestrings(lines), grid_deg, mode="pointwise")
    busy = _busy(segments, 2 * grid_deg)
    noded = shapely.union_all(segments[busy], grid_size=grid_deg)
    faces = shapely.get_parts(
        shapely.polygonize(np.append(segments[~busy], shapely.get_parts(noded)))
    )
    if not len(faces):
        return faces, np.zeros(0, np.int64), np.zeros(0, np.int64)
    inside = shapely.point_on_surface(faces)
    order = np.lexsort((shapely.get_y(inside), shapely.get_x(inside)))
    faces, inside = faces[order], inside[order]
    area, face = shapely.STRtree(inside).query(shapes, predicate="contains")
    used = np.unique(face)
    return faces[used], area, np.searchsorted(used, face)


def _segments(shapes: NDArray[Any], grid_deg: float) -> NDArray[np.float64]:
    """Every piece of line of the areas once, whichever way it runs: (s, 2, 2)."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    grid = np.round(xy / grid_deg).astype(np.int64)
    same = ring[1:] == ring[:-1]
    # One number a vertex: 180 degrees are 18 million steps of the grid and fit in 26 bits.
    code = (grid[:, 0] << 31) + grid[:, 1]
    start, end = code[:-1][same], code[1:][same]
    pairs = np.stack([np.minimum(start, end), np.maximum(start, end)], axis=1)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    rank = np.lexsort(pairs.T[::-1])
    pairs = pairs[rank]
    fresh = np.ones(len(pairs), bool)
    fresh[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    pairs = pairs[fresh]
    x = (pairs + (1 << 30)) >> 31
    y = pairs - (x << 31)
    made: NDArray[np.float64] = np.stack([x, y], axis=2) * grid_deg
    return made


def _busy(segments: NDArray[Any], near: float) -> NDArray[np.bool_]:
    """Which segments come within `near` of another elsewhere than at a shared end: bool (s,).

    Only those need noding, which takes long; most lines run from day to day unchanged.
    """
    ends = shapely.get_coordinates(segments).reshape(-1, 2, 2) @ np.array([1, 1j])
    low, high = shapely.bounds(segments)[:, :2] - near, shapely.bounds(segments)[:, 2:] + near
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    one, other = shapely.STRtree(segments).query(boxes)
    once = one < other
    one, other = one[once], other[once]
    a, b, c, d = ends[one, 0], ends[one, 1], ends[other, 0], ends[other, 1]
    meets = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    for point, start, end in ((a, c, d), (b, c, d), (c, a, b), (d, a, b)):
        own = (point == start) | (point == end)
        meets |= ~own & (_distance(point, start, end) <= near)
    busy = np.zeros(len(segments), bool)
    busy[one[meets]] = busy[other[meets]] = True
    return busy


def _side(start: Complex, end: Complex, point: Complex) -> NDArray[np.float64]:
    """Above 0 where a point lies left of its line, below 0 where right."""
    return np.asarray(((end - start).conj() * (point - start)).imag)


def _distance(point: Complex, start: Complex, end: Complex) -> NDArray[np.float64]:
    along = end - start
    share = ((point - start) * along.conj()).real / np.abs(along) ** 2
    return np.asarray(np.abs(point - start - np.clip(share, 0, 1) * along))


def _rings(shapes: NDArray[Any]) -> Rings:
    """The rings of oriented areas, equal vertices under one number."""
    parts, cell = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.ones(len(xy), bool)
    last[:-1] = ring[1:] != ring[:-1]
    keep = ~last  # a ring's last vertex repeats its first
    xy, ring = xy[keep], ring[keep]
    sizes = np.bincount(ring, minlength=len(rings))
    found, vertex = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    hole = np.zeros(len(rings), bool)
    hole[1:] = part[1:] == part[:-1]
    return Rings(
        vertices=np.stack([found.real, found.imag], axis=1),
        ring_offset=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        ring_vertex=vertex.astype(np.int64),
        ring_cell=cell[part].astype(np.int64),
        ring_hole=hole,
        on_boundary=np.ones(len(vertex), bool),
    )


def _frozen(array: Any) -> Any:
    array.setflags(write=False)
    return array
