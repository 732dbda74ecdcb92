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

from geo.topology import EdgeArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Outline:
    """Rings of vertex numbers (exteriors before their holes), each with the label it bounds."""

    offset: Ints
    vertex: Ints
    label: Ints
    hole: Bools


def assemble(
    vertices: Floats, offset: NDArray[Any], vertex: NDArray[Any], hole: Bools, label: NDArray[Any]
) -> NDArray[Any]:
    """One shapely (Multi)Polygon per distinct label, in ascending order of labels.

    Rings come grouped by label, each exterior directly followed by its holes.
    """
    if not len(label):
        return np.zeros(0, dtype=object)
    size = np.diff(offset)
    rings = shapely.linearrings(vertices[vertex], indices=np.repeat(np.arange(size.size), size))
    face = np.cumsum(~hole) - 1
    polygons = shapely.polygons(rings, indices=face)
    face_label = np.asarray(label)[~hole]
    _, first, count = np.unique(face_label, return_index=True, return_counts=True)
    out = polygons[first]
    several = np.flatnonzero(count > 1)
    if several.size:
        members = np.repeat(first[several], count[several]) + (
            np.arange(count[several].sum())
            - np.repeat(np.cumsum(count[several]) - count[several], count[several])
        )
        out[several] = shapely.multipolygons(
            polygons[members], indices=np.repeat(np.arange(several.size), count[several])
        )
    return np.asarray(out)


def outline(land: EdgeArrays, label: NDArray[Any]) -> Outline:
    """Outlines of all labels at once, in ascending order of labels.

    `label` (n,) is each cell's, negative where there is no land to draw.
    """
    side = np.append(label, -1).astype(np.int32)
    # Cell -1, the outside, picks the spare last entry.
    left, right = side.take(land.edge_left), side.take(land.edge_right)
    parts = left != right
    border = np.flatnonzero(parts)
    of_left, of_right = left[border], right[border]
    up, down = of_left >= 0, of_right >= 0
    edge = np.concatenate([border[up], border[down]])
    of = np.concatenate([of_left[up], of_right[down]]).astype(np.int64)
    if not edge.size:
        none = np.zeros(0, dtype=np.int64)
        return Outline(np.zeros(1, dtype=np.int64), none, none, np.zeros(0, bool))
    back = np.arange(edge.size) >= np.count_nonzero(up)
    half = 2 * edge + back
    first, last = land.edge_offset[edge].astype(np.int64), land.edge_offset[edge + 1] - np.int64(1)
    begin = np.where(back, last, first)
    order, start = _cycles(_following(land, half, parts))
    tail = land.edge_vertex[begin]
    crossing = _crossing(land, tail, of)
    if crossing.size:
        start = _split(order, start, crossing, tail)

    # From half-edges to vertices: each writes all of its polyline but the last vertex.
    size = (last - first)[order]
    at = np.cumsum(size) - size
    ramp = np.arange(int(size.sum())) - np.repeat(at, size)
    step = np.where(back, -1, 1)[order]
    take = np.repeat(begin[order], size) + np.repeat(step, size) * ramp
    ring_vertex = land.edge_vertex[take].astype(np.int64)
    ring_offset = np.append(at[start], ring_vertex.size)
    return _nest(land.vertices, ring_offset, ring_vertex, of[order[start]])


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


def _cycles(following: Ints) -> tuple[Ints, Ints]:
    """The cycles of a permutation one after another, by lowest member, and where each starts."""
    todo = bytearray(b"\x01") * len(following)
    ahead = following.tolist()
    order: list[int] = []
    start: list[int] = []
    step = order.append
    h = todo.find(1)
    while h >= 0:
        start.append(len(order))
        here = h
        while todo[here]:
            todo[here] = 0
            step(here)
            here = ahead[here]
        h = todo.find(1, h + 1)
    return np.asarray(order), np.asarray(start)


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
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    opening = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    count = np.diff(np.append(opening, ranked.size))
    two = opening[count == 2]
    mate = np.full(key.size, -1)
    mate[order[two]], mate[order[two + 1]] = order[two + 1], order[two]
    mates = mate.tolist()
    todo = bytearray(b"\x01") * (key.size // 2)
    walk: list[int] = []
    start: list[int] = []
    # From loose ends first; what is left then runs in circles.
    for entry in [*np.flatnonzero(mate < 0).tolist(), *range(0, key.size, 2)]:
        if todo[entry >> 1]:
            start.append(len(walk))
            here = entry
            while here >= 0 and todo[here >> 1]:
                todo[here >> 1] = 0
                walk.append(here)
                here = mates[here ^ 1]
    return np.asarray(walk), np.asarray(start)


def _nest(vertices: Floats, offset: Ints, vertex: Ints, label: Ints) -> Outline:
    """Sort rings by label, each exterior before the holes that lie in it."""
    xy = vertices[vertex]
    size = np.diff(offset)
    following = np.arange(vertex.size) + 1
    following[offset[1:] - 1] = offset[:-1]
    # Relative to each ring's first vertex, so that small rings far from 0, 0 keep their sign.
    near = xy - np.repeat(xy[offset[:-1]], size, axis=0)
    cross = near[:, 0] * near[following, 1] - near[following, 0] * near[:, 1]
    area = np.add.reduceat(cross, offset[:-1])
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
            owner[unsure] = _around(xy, offset, (label, area), unsure, shells)
    order = np.lexsort((hole, owner, label))
    lengths = size[order]
    new_offset = np.concatenate([[0], np.cumsum(lengths)])
    take = np.repeat(offset[:-1][order] - new_offset[:-1], lengths) + np.arange(vertex.size)
    return Outline(new_offset, vertex[take], label[order], hole[order])


def _around(
    xy: Floats, offset: Ints, of_ring: tuple[Ints, Floats], holes: Ints, shells: Ints
) -> Ints:
    """For each hole the smallest exterior of its label that contains it.

    Boxes settle most; the rest is asked at the middle of a segment, because a hole may touch its
    exterior, but only at vertices.
    """
    label, area = of_ring
    shells = shells[np.isin(label[shells], label[holes])]
    low = np.minimum.reduceat(xy, offset[:-1])
    high = np.maximum.reduceat(xy, offset[:-1])
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    which, shell = shapely.STRtree(boxes[shells]).query(boxes[holes])
    hole_at, shell_at = holes[which], shells[shell]
    fits = label[hole_at] == label[shell_at]
    fits &= (low[hole_at] >= low[shell_at]).all(axis=1)
    fits &= (high[hole_at] <= high[shell_at]).all(axis=1)
    which, shell = which[fits], shell[fits]
    unsure = np.flatnonzero(np.bincount(which, minlength=holes.size)[which] > 1)
    if unsure.size:
        wanted = np.unique(shell[unsure])
        polygons: Any = shapely.polygons(_linearrings(xy, offset, shells[wanted]))
        shapely.prepare(polygons)
        middle = (xy[offset[holes]] + xy[offset[holes] + 1]) / 2
        asked = polygons[np.searchsorted(wanted, shell[unsure])]
        outside = unsure[~shapely.contains_xy(asked, middle[which[unsure]])]
        which, shell = np.delete(which, outside), np.delete(shell, outside)
    order = np.lexsort((area[shells[shell]], which))
    found, at = np.unique(which[order], return_index=True)
    owner = np.empty(holes.size, dtype=np.int64)
    owner[found] = shells[shell[order][at]]
    return owner


def _linearrings(xy: Floats, offset: Ints, rings: Ints) -> NDArray[Any]:
    sizes = np.diff(offset)[rings]
    take = np.repeat(offset[rings] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    return np.asarray(
        shapely.linearrings(xy[take], indices=np.repeat(np.arange(rings.size), sizes))
    )
