"""Cells cut at a boundary, all cuts made once so that neighbours keep fitting together.

Only cells that the boundary line passes are touched. Their edges and the line are noded together
(GEOS, in longitude and latitude: the boundary's own vertices survive bit for bit), the faces are
read off, and each face goes to the cell it came from. Cutting cell by cell would compute every
crossing twice and hope for equal floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.ragged import spread
from geo.rim import Rim, Runs, mask, sort_out

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
    rim, kept = sort_out(vertices, (ring_offset, ring_vertex), boundary, runs)
    cells = rim.cells
    sizes = np.diff(ring_offset)
    same = Rings(
        vertices,
        np.concatenate([[0], np.cumsum(sizes[kept])]),
        ring_vertex[np.repeat(mask(n, kept), sizes)],
        kept,
        np.zeros(kept.size, bool),
        np.zeros(int(sizes[kept].sum()), bool),
    )
    if not cells.size:
        return same
    old = np.flatnonzero(mask(len(vertices), ring_vertex[np.repeat(mask(n, cells), sizes)]))
    lines = _lines(vertices, (ring_offset, ring_vertex), cells, joined=not grid_deg)
    faces, cell = _faces(rim, _noded(lines, rim.pairs, runs, boundary, grid_deg), boundary)
    if not grid_deg and _leaks(rim, faces, cell):
        line = shapely.set_precision(shapely.linestrings(vertices), _GRID_DEG, mode="pointwise")
        coarse = shapely.set_precision(boundary, _GRID_DEG)
        return clip_rings(
            shapely.get_coordinates(line), ring_offset, ring_vertex, coarse, grid_deg=_GRID_DEG
        )
    return _join(same, old, faces, cells[cell], boundary)


@dataclass(frozen=True)
class _Lines:
    """Segments of rings, each once, as the rings run: from `tail` to `head` (s, 2) lon/lat.

    `ring` is the ring that each was taken from; `runs_on` whether it goes on where the one before
    it ends and no other line meets them there.
    """

    tail: Floats
    head: Floats
    ring: Ints
    runs_on: Bools


def _leaks(rim: Rim, faces: NDArray[Any], cell: Ints) -> bool:
    """Whether a face runs over from its cell into another: a crossing was missed in noding."""
    own = shapely.area(rim.polygons)
    got = np.bincount(cell, shapely.area(faces), minlength=own.size)
    return bool((got > own * (1 + 1e-6) + _LEAST_DEG2).any())


def _lines(vertices: Floats, rings: tuple[Ints, Ints], cells: Ints, *, joined: bool) -> _Lines:
    """The segments of the rings of these cells, each once.

    `joined` says that vertices of different numbers are different points. On a grid they may be
    one, and lines that meet there do not know it: none of them runs on.
    """
    offset, ring = rings
    sizes = np.diff(offset)[cells]
    slot = np.cumsum(sizes) - sizes
    tail = ring[spread(offset[cells], sizes)]
    head = np.append(tail[1:], 0)
    head[slot + sizes - 1] = tail[slot]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    _, once = np.unique(low * np.int64(len(vertices)) + high, return_index=True)
    once.sort()
    tail, head = tail[once], head[once]
    meeting = np.bincount(tail, minlength=len(vertices))
    meeting += np.bincount(head, minlength=len(vertices))
    of = np.repeat(np.arange(cells.size), sizes)[once]
    runs_on = joined & (meeting[tail] == 2) & np.append(False, head[:-1] == tail[1:])
    runs_on &= np.append(False, of[1:] == of[:-1])
    return _Lines(vertices[tail], vertices[head], of, runs_on)


def _noded(lines: _Lines, pairs: Ints, runs: Runs, boundary: Any, grid_deg: float) -> NDArray[Any]:
    """The boundary's line with those segments that meet it cut where they do, and those that lie
    inside as they are, end to end; those outside bound nothing.

    `pairs` are a ring of the lines and a run of the boundary's line each, all that could meet.
    """
    meets = _meets(lines, pairs, runs)
    crossing = shapely.multilinestrings(np.stack([lines.tail[meets], lines.head[meets]], axis=1))
    cut = shapely.union(crossing, boundary.boundary, grid_size=grid_deg or None)
    # None of these comes near the boundary's line, so one point tells for all that hang together.
    rest = np.flatnonzero(~meets)
    opening = ~(lines.runs_on[rest] & np.append(False, np.diff(rest) == 1))
    chain = np.cumsum(opening) - 1
    inside = shapely.contains_xy(boundary, *lines.tail[rest[opening]].T)
    rest, opening = rest[inside[chain]], opening[inside[chain]]
    if not rest.size:
        return np.array([cut])
    # A chain writes the start of each of its segments, and the end of its last.
    last = np.append(opening[1:], True)
    chain = np.cumsum(opening) - 1
    at = np.arange(rest.size) + chain
    xy = np.empty((int(at[-1]) + 2, 2))
    xy[at], xy[at[last] + 1] = lines.tail[rest], lines.head[rest[last]]
    chains = shapely.linestrings(xy, indices=np.repeat(chain, 1 + last))
    return np.append(chains, cut)


def _meets(lines: _Lines, pairs: Ints, runs: Runs) -> Bools:
    """Whether each segment comes near the boundary's line; `pairs` as in `_noded`."""
    count = np.bincount(lines.ring, minlength=int(pairs[0].max(initial=-1)) + 1)
    each = count[pairs[0]]
    start = (np.cumsum(count) - count)[pairs[0]]
    segment = spread(start, each)
    run = np.repeat(pairs[1], each)
    # Boxes first, by numbers alone: to make a line of each segment would take longer.
    low, high = np.minimum(lines.tail, lines.head), np.maximum(lines.tail, lines.head)
    close = np.ones(segment.size, bool)
    for axis in (0, 1):
        close &= low[:, axis].take(segment) <= runs.boxes[:, 2 + axis].take(run)
        close &= high[:, axis].take(segment) >= runs.boxes[:, axis].take(run)
    segment, run = segment[close], run[close]
    asked = np.flatnonzero(mask(len(low), segment))
    made: Any = shapely.linestrings(np.stack([lines.tail[asked], lines.head[asked]], axis=1))
    number = np.zeros(len(low), dtype=np.int64)
    number[asked] = np.arange(asked.size)
    # Pairs and then their distance: to prepare each segment, as a predicate would, takes longer.
    near = shapely.dwithin(made[number[segment]], runs.lines[run], _NEAR_LINE_DEG)
    return mask(len(low), segment[near])


def _faces(rim: Rim, noded: NDArray[Any], boundary: Any) -> tuple[NDArray[Any], Ints]:
    """Pieces of the rim's cells inside the boundary, each with its cell's position there, as one
    noded coverage.
    """
    faces = shapely.get_parts(shapely.polygonize(noded))
    faces = faces[shapely.area(faces) > _LEAST_DEG2]
    inside = shapely.point_on_surface(faces)
    held = shapely.contains(boundary, inside)
    faces, inside = faces[held], inside[held]
    face, cell = shapely.STRtree(rim.polygons).query(inside, predicate="intersects")
    # A sliver's inner point can round onto the border of two cells: the first takes it.
    face, once = np.unique(face, return_index=True)
    order = np.argsort(cell[once], kind="stable")
    faces = shapely.orient_polygons(faces[face[order]], exterior_cw=False)
    return faces, cell[once][order]


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
    # One number of both coordinates sorts several times faster than they do; 0.0 takes off signs
    # of zero.
    bits = (xy + 0.0).view(np.uint64)
    bits ^= bits >> np.uint64(32)  # round numbers have nothing in their lower half
    key = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15) + bits[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
    order = np.argsort(key)
    ranked, key = xy[order], key[order]
    differs = (ranked[1:, 0] != ranked[:-1, 0]) | (ranked[1:, 1] != ranked[:-1, 1])
    if (differs & (key[1:] == key[:-1])).any():  # two points of one number
        order = np.lexsort((xy[:, 1], xy[:, 0]))
        ranked = xy[order]
        differs = (ranked[1:, 0] != ranked[:-1, 0]) | (ranked[1:, 1] != ranked[:-1, 1])
    new = np.append(True, differs)
    number = np.empty(len(xy), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return number, np.minimum.reduceat(order, np.flatnonzero(new))


def _by_cell(a: Rings, b: Rings) -> Rings:
    """Both sets of rings in the order of their cells (exteriors stay before their holes)."""
    cell = np.concatenate([a.ring_cell, b.ring_cell])
    order = np.argsort(cell, kind="stable")
    size = np.concatenate([np.diff(a.ring_offset), np.diff(b.ring_offset)])
    start = np.concatenate([a.ring_offset[:-1], b.ring_offset[:-1] + a.ring_offset[-1]])[order]
    size = size[order]
    offset = np.concatenate([[0], np.cumsum(size)])
    take = spread(start, size)
    return Rings(
        b.vertices,
        offset,
        np.concatenate([a.ring_vertex, b.ring_vertex])[take],
        cell[order],
        np.concatenate([a.ring_hole, b.ring_hole])[order],
        np.concatenate([a.on_boundary, b.on_boundary])[take],
    )
