"""Cells cut at a boundary, all cuts made once so that neighbours keep fitting together.

Only cells that the boundary line passes are touched. Their edges and the line are noded together
(GEOS, in longitude and latitude: the boundary's own vertices survive bit for bit), the faces are
read off, and each face goes to the cell it came from. Cutting cell by cell would compute every
crossing twice and hope for equal floats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lineruns import Runs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# About a tenth of a millimetre: midpoints this close to the boundary line lie on it.
_ON_LINE_DEG = 1e-9
# About a centimetre: what a rounded crossing could touch is cut, too.
_NEAR_LINE_DEG = 1e-7
# About a square centimetre: between lines that differ in their last digit there is no land.
_LEAST_DEG2 = 1e-14
# About a micrometre: lines nearer to each other than this are one where noding needs a grid.
_GRID_DEG = 1e-11


@dataclass(frozen=True)
class Rings:
    """Vertices (v, 2) lon/lat; closed rings of vertex numbers, each with its cell.

    An exterior is followed by its holes. `on_boundary` marks the segment from each ring entry to
    the next that runs along the boundary line.
    """

    vertices: Floats
    ring_offset: Ints
    ring_vertex: Ints
    ring_cell: Ints
    ring_hole: Bools
    on_boundary: Bools


def clip_rings(
    vertices: Floats, ring_offset: Ints, ring_vertex: Ints, boundary: Any, *, grid_deg: float = 0.0
) -> Rings:
    """Cut one ring per cell, (v, 2) lon/lat, at `boundary` ((Multi)Polygon in the same degrees).

    Every cell's place lies within the boundary, so a cell that its line does not pass is inside.
    Where lines that all but coincide are noded wrongly, all is done again on a grid of `grid_deg`.
    """
    n = len(ring_offset) - 1
    runs = Runs.of(boundary, near_deg=_NEAR_LINE_DEG)
    rim, kept = _sort_out(vertices, (ring_offset, ring_vertex), boundary, runs)
    sizes = np.diff(ring_offset)
    same = Rings(
        vertices,
        np.concatenate([[0], np.cumsum(sizes[kept])]),
        ring_vertex[np.repeat(_mask(n, kept), sizes)],
        kept,
        np.zeros(kept.size, bool),
        np.zeros(int(sizes[kept].sum()), bool),
    )
    if not rim.size:
        return same
    old = np.flatnonzero(_mask(len(vertices), ring_vertex[np.repeat(_mask(n, rim), sizes)]))
    polygons = _polygons(vertices, ring_offset, ring_vertex, rim)
    lines = vertices[_lines(len(vertices), ring_offset, ring_vertex, rim)]
    faces, cells = _faces(polygons, rim, _noded(lines, boundary, runs, grid_deg), boundary)
    if not grid_deg and _leaks(polygons, rim, faces, cells):
        line = shapely.set_precision(shapely.linestrings(vertices), _GRID_DEG, mode="pointwise")
        coarse = shapely.set_precision(boundary, _GRID_DEG)
        return clip_rings(
            shapely.get_coordinates(line), ring_offset, ring_vertex, coarse, grid_deg=_GRID_DEG
        )
    return _join(same, old, faces, cells, boundary)


def _leaks(polygons: NDArray[Any], rim: Ints, faces: NDArray[Any], cells: Ints) -> bool:
    """Whether a face runs over from its cell into another: a crossing was missed in noding."""
    own = shapely.area(polygons)
    got = np.bincount(np.searchsorted(rim, cells), shapely.area(faces), minlength=rim.size)
    return bool((got > own * (1 + 1e-6) + _LEAST_DEG2).any())


def _mask(n: int, index: Ints) -> Bools:
    out = np.zeros(n, bool)
    out[index] = True
    return out


def _polygons(vertices: Floats, offset: Ints, ring: Ints, cells: Ints) -> NDArray[Any]:
    sizes = np.diff(offset)[cells]
    members = ring[
        np.repeat(offset[cells] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    ]
    rings = shapely.linearrings(vertices[members], indices=np.repeat(np.arange(cells.size), sizes))
    return np.asarray(shapely.polygons(rings))


def _sort_out(
    vertices: Floats, rings: tuple[Ints, Ints], boundary: Any, runs: Runs
) -> tuple[Ints, Ints]:
    """Cells that the boundary line passes, and cells wholly inside."""
    offset, ring = rings
    first = offset[:-1]
    # A column at a time: numpy is faster along long rows than across pairs.
    columns = [np.ascontiguousarray(column)[ring] for column in vertices.T]
    low = np.stack([np.minimum.reduceat(column, first) for column in columns], axis=1)
    high = np.stack([np.maximum.reduceat(column, first) for column in columns], axis=1)
    maybe = np.flatnonzero(_touches(low, high, runs.boxes))
    boxes = shapely.box(low[maybe, 0], low[maybe, 1], high[maybe, 0], high[maybe, 1])
    near = maybe[np.unique(runs.tree.query(boxes)[0])]
    shapely.prepare(boundary)
    polygons = _polygons(vertices, offset, ring, near)
    whole = shapely.contains_properly(boundary, polygons)
    cut = ~whole & shapely.intersects(boundary, polygons)
    inside = np.ones(first.size, bool)
    inside[near[~whole]] = False
    return near[cut], np.flatnonzero(inside)


def _touches(low: Floats, high: Floats, runs: Floats) -> Bools:
    """Whether each box may meet one of the runs' boxes, by a raster of tiles: never a false no."""
    tiles = min(400, 16 + 2 * math.isqrt(len(low)))
    origin = np.minimum(low.min(axis=0), runs[:, :2].min(axis=0))
    size = np.maximum(high.max(axis=0), runs[:, 2:].max(axis=0)) - origin
    scale = tiles / np.maximum(size, 1e-12)

    def tile(xy: Floats) -> Ints:
        return np.asarray(np.clip(((xy - origin) * scale).astype(np.int64), 0, tiles - 1))

    # Mark corners of the runs' boxes and sum twice: tiles under a box count at least one.
    marks = np.zeros((tiles + 1, tiles + 1), dtype=np.int64)
    (x0, y0), (x1, y1) = tile(runs[:, :2]).T, tile(runs[:, 2:]).T + 1
    for x, y, sign in ((x0, y0, 1), (x1, y0, -1), (x0, y1, -1), (x1, y1, 1)):
        np.add.at(marks, (x, y), sign)
    busy = marks.cumsum(axis=0).cumsum(axis=1)[:tiles, :tiles] > 0
    sums = np.zeros((tiles + 1, tiles + 1), dtype=np.int64)
    sums[1:, 1:] = busy.cumsum(axis=0).cumsum(axis=1)
    (x0, y0), (x1, y1) = tile(low).T, tile(high).T + 1
    return np.asarray(sums[x1, y1] - sums[x0, y1] - sums[x1, y0] + sums[x0, y0] > 0)


def _lines(vertices: int, offset: Ints, ring: Ints, cells: Ints) -> Ints:
    """The segments of the cells, each once: vertex numbers (s, 2)."""
    sizes = np.diff(offset)[cells]
    slot = np.cumsum(sizes) - sizes
    members = np.repeat(offset[cells] - slot, sizes) + np.arange(sizes.sum())
    tail = ring[members]
    head = np.append(tail[1:], 0)
    head[slot + sizes - 1] = tail[slot]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    once = np.unique(low * np.int64(vertices) + high)
    return np.stack([once // vertices, once % vertices], axis=1)


def _noded(lines: Floats, boundary: Any, runs: Runs, grid_deg: float) -> list[Any]:
    """The boundary's line with those segments (s, 2, 2) that meet it cut where they do, and those
    that lie inside as they are; those outside bound nothing.
    """
    segments: Any = shapely.linestrings(lines)
    meets = np.zeros(len(lines), bool)
    # Pairs and then their distance: to prepare each segment, as a predicate would, takes longer.
    segment, run = runs.tree.query(segments)
    close = shapely.dwithin(segments[segment], runs.lines[run], _NEAR_LINE_DEG)
    meets[segment[close]] = True
    inside = ~meets
    inside[inside] = shapely.contains_xy(boundary, *lines[inside, 0].T)
    cut = shapely.union(
        shapely.multilinestrings(segments[meets]), boundary.boundary, grid_size=grid_deg or None
    )
    return [cut, shapely.multilinestrings(segments[inside])]


def _faces(
    polygons: NDArray[Any], cells: Ints, noded: list[Any], boundary: Any
) -> tuple[NDArray[Any], Ints]:
    """Pieces of the polygons inside the boundary, each with its cell, as one noded coverage."""
    faces = shapely.get_parts(shapely.polygonize(noded))
    faces = faces[shapely.area(faces) > _LEAST_DEG2]
    inside = shapely.point_on_surface(faces)
    held = shapely.contains(boundary, inside)
    faces, inside = faces[held], inside[held]
    face, polygon = shapely.STRtree(polygons).query(inside, predicate="intersects")
    # A sliver's inner point can round onto the border of two cells: the first takes it.
    face, once = np.unique(face, return_index=True)
    order = np.argsort(polygon[once], kind="stable")
    faces = shapely.orient_polygons(faces[face[order]], exterior_cw=False)
    return faces, cells[polygon[once][order]]


def _join(same: Rings, old: Ints, faces: NDArray[Any], cells: Ints, boundary: Any) -> Rings:
    """Kept cells and cut faces in one set of rings, by cell, with vertices numbered together."""
    rings, face = shapely.get_rings(faces, return_index=True)
    hole = np.append(False, face[1:] == face[:-1])
    xy, which = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(which[1:] != which[:-1], True)
    xy, which = xy[~closing], which[~closing]
    border = shapely.get_coordinates(boundary)

    pool = np.concatenate([same.vertices[old], border, xy])
    number, first = _number(pool)
    from_old = first < old.size
    from_border = np.zeros(first.size, bool)
    from_border[number[old.size : old.size + len(border)]] = True
    in_faces = np.zeros(first.size, bool)
    in_faces[number[old.size + len(border) :]] = True
    vertex = np.full(first.size, -1)
    vertex[from_old] = old[first[from_old]]
    fresh = in_faces & ~from_old
    vertex[fresh] = len(same.vertices) + np.arange(fresh.sum())
    point = number[old.size + len(border) :]
    ring_vertex = vertex[point]

    size = np.bincount(which, minlength=len(rings))
    offset = np.concatenate([[0], np.cumsum(size)])
    following = np.arange(len(point)) + 1
    following[offset[1:] - 1] = offset[:-1]
    # A segment with one end in the boundary's own vertices runs along it, one with an end in a
    # cell's own vertices does not; only crossing to crossing needs a look.
    own_line = from_border[point] & ~from_old[point]
    own_cell = from_old[point] & ~from_border[point]
    along = own_line | own_line[following]
    unsure = ~along & ~own_cell & ~own_cell[following]
    if unsure.any():
        middle = shapely.points((xy[unsure] + xy[following[unsure]]) / 2)
        line = boundary.boundary
        shapely.prepare(line)
        along[unsure] = shapely.dwithin(line, middle, _ON_LINE_DEG)

    vertices = np.concatenate([same.vertices, pool[first[fresh]]])
    joined = Rings(vertices, offset, ring_vertex, cells[face], hole, along)
    return _by_cell(same, joined)


def _number(xy: Floats) -> tuple[Ints, Ints]:
    """For each point the number of its distinct value, and each value's first position."""
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    ranked = xy[order]
    new = np.append(True, (ranked[1:] != ranked[:-1]).any(axis=1))
    number = np.empty(len(xy), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    # The sort is stable, so the first of each run is its lowest position.
    return number, order[new]


def _by_cell(a: Rings, b: Rings) -> Rings:
    """Both sets of rings in the order of their cells (exteriors stay before their holes)."""
    cell = np.concatenate([a.ring_cell, b.ring_cell])
    order = np.argsort(cell, kind="stable")
    size = np.concatenate([np.diff(a.ring_offset), np.diff(b.ring_offset)])
    start = np.concatenate([a.ring_offset[:-1], b.ring_offset[:-1] + a.ring_offset[-1]])[order]
    size = size[order]
    offset = np.concatenate([[0], np.cumsum(size)])
    take = np.repeat(start - offset[:-1], size) + np.arange(offset[-1])
    return Rings(
        b.vertices,
        offset,
        np.concatenate([a.ring_vertex, b.ring_vertex])[take],
        cell[order],
        np.concatenate([a.ring_hole, b.ring_hole])[order],
        np.concatenate([a.on_boundary, b.on_boundary])[take],
    )
