"""Rings of shared edges: land of one holder without dissolving anything.

The outline of a holder's land is every edge with the holder on one side and another on the other.
Walking those edges with the land on the left, and turning at each vertex from cell to cell of it,
gives the rings; a walk that comes through a vertex twice is split there, so that rings touch at
points and never themselves, which is what a valid polygon asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.graph import cycles
from geo.ragged import spread
from geo.topology import EdgeArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# So many pairs of a hole and an exterior are compared faster than a tree is built.
_FEW_PAIRS = 100_000


@dataclass(frozen=True)
class Outline:
    """Closed rings of points (exteriors before their holes), each with the label it bounds."""

    offset: Ints
    xy: Floats
    label: Ints
    hole: Bools


def assemble(offset: NDArray[Any], xy: Floats, label: NDArray[Any], hole: Bools) -> NDArray[Any]:
    """One shapely (Multi)Polygon per distinct label, in ascending order of labels.

    Rings of points `xy` (k, 2), the first repeated at the end, come grouped by label, each exterior
    directly followed by its holes.
    """
    if not len(label):
        return np.zeros(0, dtype=object)
    face = np.flatnonzero(~hole)
    several = label[face]
    lead = np.flatnonzero(np.append(True, several[1:] != several[:-1]))
    faces, shapes = np.append(face, len(label)), np.append(lead, face.size)
    out: Any = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, xy, (offset, faces, shapes)
    )
    one = np.flatnonzero(np.diff(shapes) == 1)
    out[one] = shapely.get_geometry(out[one], 0)
    return np.asarray(out)


def closed(offset: NDArray[Any], member: NDArray[Any]) -> tuple[Ints, NDArray[Any]]:
    """Rings of members with the first of each repeated at its end: offsets and members."""
    size = np.diff(offset) + 1
    out = np.concatenate([[0], np.cumsum(size)])
    take = np.arange(out[-1]) - np.repeat(np.arange(size.size), size)
    take[out[1:] - 1] = offset[:-1]
    return out, member[take]


def outline(land: EdgeArrays, label: NDArray[Any]) -> Outline:
    """Outlines of all labels at once, in ascending order of labels.

    `label` (n,) is each cell's, negative where there is no land to draw.
    """
    left, right = sides_of_edges(land, label)
    parts = left != right
    border = np.flatnonzero(parts)
    of_left, of_right = left[border], right[border]
    up, down = of_left >= 0, of_right >= 0
    edge = np.concatenate([border[up], border[down]])
    of = np.concatenate([of_left[up], of_right[down]]).astype(np.int64)
    if not edge.size:
        none = np.zeros(0, dtype=np.int64)
        return Outline(np.zeros(1, dtype=np.int64), np.zeros((0, 2)), none, np.zeros(0, bool))
    back = np.arange(edge.size) >= np.count_nonzero(up)
    half = 2 * edge + back
    first, last = land.edge_offset[edge], land.edge_offset[edge + 1] - 1
    begin = np.where(back, last, first)
    order, start = cycles(_following(land, half, parts))
    tail = land.edge_vertex[begin]
    crossing = _crossing(land, tail, of)
    if crossing.size:
        start = _split(order, start, crossing, tail)

    # From half-edges to points: each writes all of its polyline but the last, a ring's last all.
    size = (last - first)[order]
    size[np.append(start[1:], order.size) - 1] += 1
    at = np.cumsum(size) - size
    ramp = np.arange(int(size.sum())) - np.repeat(at, size)
    step = np.where(back, -1, 1)[order]
    take = np.repeat(begin[order], size) + np.repeat(step, size) * ramp
    xy = land.vertices.take(land.edge_vertex[take], axis=0)
    return _nest(np.append(at[start], len(xy)), xy, of[order[start]])


def sides_of_edges(
    land: EdgeArrays, label: NDArray[Any]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The label on the left and on the right of each edge, -1 outside; `label` (n,) of cells."""
    # Cell -1, the outside, picks the spare last entry.
    side = np.append(label, -1).astype(np.int32)
    left, right = land.edge_cells
    return side.take(left), side.take(right)


def _following(land: EdgeArrays, half: Ints, parts: Bools) -> Ints:
    """For each half-edge of the outline the position of the next one, keeping to the same land.

    At its end it turns from cell to cell around the vertex, as long as they are of one land: so the
    land on its left stays one piece, and pieces that touch at a vertex only stay apart.
    """
    ahead = land.half_next[half]
    inner = np.flatnonzero(~parts[ahead >> 1])
    while inner.size:
        turned = land.half_next[ahead[inner] ^ 1]
        ahead[inner] = turned
        inner = inner[~parts[turned >> 1]]
    at = np.empty(2 * parts.size, dtype=np.int64)
    at[half] = np.arange(half.size)
    return at[ahead]


def _crossing(land: EdgeArrays, tail: NDArray[Any], of: Ints) -> Ints:
    """Half-edges from vertices that the outline of their label passes more than once."""
    some = np.flatnonzero(land.busy_vertex[tail])
    if not some.size:
        return some
    key = tail[some] * np.int64(of.max() + 1) + of[some]
    _, which, count = np.unique(key, return_inverse=True, return_counts=True)
    return np.asarray(some[count[which.reshape(-1)] > 1])


def _split(order: Ints, start: Ints, crossing: Ints, tail: NDArray[Any]) -> Ints:
    """Rings that pass a vertex twice become several rings that touch there.

    Turns `order` round in place within those rings; returns where all rings start.
    """
    crosses = np.zeros(order.size, bool)
    crosses[crossing] = True
    stop = np.append(start[1:], order.size)
    touched = np.unique(np.searchsorted(start, np.flatnonzero(crosses[order]), side="right") - 1)
    extra: list[int] = []
    for lo, hi in zip(start[touched].tolist(), stop[touched].tolist(), strict=True):
        path: list[int] = []
        out: list[int] = []
        seen: dict[int, int] = {}
        for h in order[lo:hi].tolist():
            if crosses[h]:
                v = int(tail[h])
                if v in seen:
                    loop = path[seen[v] :]
                    del path[seen[v] :]
                    seen = {w: p for w, p in seen.items() if p < len(path)}
                    out.extend(loop)
                    extra.append(lo + len(out))
                seen[v] = len(path)
            path.append(h)
        order[lo:hi] = out + path
    return np.sort(np.concatenate([start, np.array(extra, dtype=np.int64)]))


def chains(key: Ints) -> tuple[Ints, Ints]:
    """Join lines end to end where exactly two ends have one key.

    `key` (2 n,) are the ends of n lines, 2 i and 2 i + 1 those of line i. Returns the lines in
    walking order, each as the end it is entered by, and the position where each chain starts.
    """
    order = np.argsort(key)
    ranked = key[order]
    opening = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    count = np.diff(np.append(opening, ranked.size))
    two = opening[count == 2]
    # An end meets its mate; a loose end meets itself, so that a walk turns round there.
    mate = np.arange(key.size)
    mate[order[two]], mate[order[two + 1]] = order[two + 1], order[two]
    loose = np.flatnonzero(mate == np.arange(key.size))
    walk, start = cycles(mate[np.arange(key.size) ^ 1], loose)
    # Every chain was walked there and back: an open one in one cycle, a closed one in two.
    lead, size = walk[start], np.diff(np.append(start, walk.size))
    is_open = mate[lead] == lead
    size = np.where(is_open, size // 2, size)
    kept = is_open | (lead & 1 == 0)
    start, size = start[kept], size[kept]
    begin = np.cumsum(size) - size
    return walk[spread(start, size)], begin


def _nest(offset: Ints, xy: Floats, label: Ints) -> Outline:
    """Sort rings by label, each exterior before the holes that lie in it."""
    size = np.diff(offset)
    x, y = np.ascontiguousarray(xy.T)
    # Sums of strips: steps in y are exact to the last digit, so a small ring keeps its sign.
    strip = (x + np.append(x[1:], 0)) * (np.append(y[1:], 0) - y)
    strip[offset[1:] - 1] = 0
    area = np.add.reduceat(strip, offset[:-1])
    hole = area < 0
    owner = np.arange(size.size)
    holes, shells = np.flatnonzero(hole), np.flatnonzero(~hole)
    if holes.size:
        # Most holders have one piece of land; the holes of the others are looked up.
        count = np.bincount(label[shells], minlength=int(label.max()) + 1)
        only = np.zeros(count.size, dtype=np.int64)
        only[label[shells]] = shells
        owner[holes] = only[label[holes]]
        unsure = holes[count[label[holes]] > 1]
        if unsure.size:
            owner[unsure] = _around((x, y), offset, (label, area), unsure, shells)
    order = np.lexsort((hole, owner, label))
    lengths = size[order]
    new_offset = np.concatenate([[0], np.cumsum(lengths)])
    take = spread(offset[:-1][order], lengths)
    return Outline(new_offset, xy.take(take, axis=0), label[order], hole[order])


def _around(
    at: tuple[Floats, Floats], offset: Ints, of_ring: tuple[Ints, Floats], holes: Ints, shells: Ints
) -> Ints:
    """For each hole the smallest exterior of its label that contains it.

    Boxes settle most; the rest is asked at the middle of a segment, because a hole may touch its
    exterior, but only at vertices.
    """
    (x, y), (label, area), first = at, of_ring, offset[:-1]
    wanted = np.zeros(int(label.max()) + 1, bool)
    wanted[label[holes]] = True
    shells = shells[wanted[label[shells]]]
    west, east = np.minimum.reduceat(x, first), np.maximum.reduceat(x, first)
    south, north = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    if holes.size * shells.size <= _FEW_PAIRS:
        which, shell = np.nonzero(label[holes][:, None] == label[shells])
    else:
        boxes = shapely.box(west, south, east, north)
        which, shell = shapely.STRtree(boxes[shells]).query(boxes[holes])
    inner, outer = holes[which], shells[shell]
    fits = (west[inner] >= west[outer]) & (east[inner] <= east[outer])
    fits &= (south[inner] >= south[outer]) & (north[inner] <= north[outer])
    fits &= label[inner] == label[outer]
    which, outer = which[fits], outer[fits]
    unsure = np.flatnonzero(np.bincount(which, minlength=holes.size)[which] > 1)
    if unsure.size:
        asked, at_shell = np.unique(outer[unsure], return_inverse=True)
        lengths = np.diff(offset)[asked]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        take = spread(first[asked], lengths)
        rings = np.column_stack([x[take], y[take]])
        polygons: Any = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON, rings, (ends, np.arange(asked.size + 1))
        )
        shapely.prepare(polygons)
        a = first[holes[which[unsure]]]
        middle_x, middle_y = (x[a] + x[a + 1]) / 2, (y[a] + y[a + 1]) / 2
        beside = ~shapely.contains_xy(polygons[at_shell.reshape(-1)], middle_x, middle_y)
        which, outer = np.delete(which, unsure[beside]), np.delete(outer, unsure[beside])
    order = np.lexsort((area[outer], which))
    found, smallest = np.unique(which[order], return_index=True)
    owner = np.empty(holes.size, dtype=np.int64)
    owner[found] = outer[order][smallest]
    return owner
