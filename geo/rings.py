"""Rings of shared edges: land of one holder without dissolving anything.

The outline of a holder's land is every edge with the holder on one side and another on the other.
Walking those edges with the land on the left, and turning at each vertex so as to keep hugging it,
gives the rings; a walk that comes through a vertex twice is split there, so that rings touch at
points and never themselves, which is what a valid polygon asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

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


def outline(
    vertices: Floats,
    edges: tuple[NDArray[Any], NDArray[Any]],
    left: NDArray[Any],
    right: NDArray[Any],
) -> Outline:
    """Outlines of all labels at once.

    `edges` are (offset, vertex) of the polylines, `left` and `right` the label on each side of each
    edge, negative where there is no land to draw. Rings come in ascending order of labels.
    """
    offset, vertex = edges
    border = np.flatnonzero(left != right)
    lab_l, lab_r = left[border], right[border]
    up, down = lab_l >= 0, lab_r >= 0
    edge = np.concatenate([border[up], border[down]])
    label = np.concatenate([lab_l[up], lab_r[down]]).astype(np.int64)
    forward = np.arange(edge.size) < np.count_nonzero(up)
    if not edge.size:
        none = np.zeros(0, dtype=np.int64)
        return Outline(np.zeros(1, dtype=np.int64), none, none, np.zeros(0, bool))
    first, last = offset[edge].astype(np.int64), offset[edge + 1].astype(np.int64) - 1
    begin, end = np.where(forward, first, last), np.where(forward, last, first)
    tail, head = vertex[begin], vertex[end]
    walk, start = _walk(vertices, vertex, (begin, end, forward), (tail, head, label))

    # From half-edges to vertices: each writes all of its polyline but the last vertex.
    size = (last - first)[walk]
    at = np.cumsum(size) - size
    ramp = np.arange(int(size.sum())) - np.repeat(at, size)
    step = np.where(forward[walk], 1, -1)
    ring_vertex = vertex[np.repeat(begin[walk], size) + np.repeat(step, size) * ramp].astype(
        np.int64
    )
    ring_offset = np.append(at[start], ring_vertex.size)
    return _nest(vertices, ring_offset, ring_vertex, label[walk[start]])


def _walk(
    vertices: Floats,
    vertex: NDArray[Any],
    half: tuple[Ints, Ints, Bools],
    ends: tuple[NDArray[Any], NDArray[Any], Ints],
) -> tuple[Ints, Ints]:
    """Half-edges in walking order, and the position where each ring starts."""
    begin, end, forward = half
    tail, head, label = ends
    width = int(label.max()) + 1
    out_key, in_key = tail * np.int64(width) + label, head * np.int64(width) + label
    by_out, by_in = np.argsort(out_key), np.argsort(in_key)
    following = np.empty(by_out.size, dtype=np.int64)
    following[by_in] = by_out
    ranked = out_key[by_out]
    again = ranked[1:] == ranked[:-1]
    crossing: set[int] = set()
    if again.any():
        step = np.where(forward, 1, -1)
        leaving = _direction(vertices, vertex[begin], vertex[begin + step])
        arriving = _direction(vertices, vertex[end], vertex[end - step])
        for key in np.unique(ranked[1:][again]):
            lo, hi = np.searchsorted(ranked, [key, key + 1])
            outs, ins = by_out[lo:hi], by_in[lo:hi]
            turn = np.mod(arriving[ins][:, None] - leaving[outs], 2 * np.pi)
            following[ins] = outs[np.argmin(turn, axis=1)]
            crossing.update(outs.tolist())
    order, start = _cycles(following.tolist())
    if crossing:
        order, start = _split(order, start, crossing, tail.tolist())
    return np.asarray(order), np.asarray(start)


def _direction(vertices: Floats, at: NDArray[Any], to: NDArray[Any]) -> Floats:
    way = vertices[to] - vertices[at]
    return np.asarray(np.arctan2(way[:, 1], way[:, 0]))


def _cycles(following: list[int]) -> tuple[list[int], list[int]]:
    """The cycles of a permutation, one after another, and where each starts."""
    todo = bytearray(b"\x01") * len(following)
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
            here = following[here]
        h = todo.find(1, h + 1)
    return order, start


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


def _split(
    order: list[int], start: list[int], crossing: set[int], tail: list[int]
) -> tuple[list[int], list[int]]:
    """Rings that pass a vertex twice become several rings that touch there."""
    out: list[int] = []
    out_start: list[int] = []
    for lo, hi in zip(start, [*start[1:], len(order)], strict=True):
        path: list[int] = []
        seen: dict[int, int] = {}
        for h in order[lo:hi]:
            if h in crossing:
                v = tail[h]
                if v in seen:
                    loop = path[seen[v] :]
                    del path[seen[v] :]
                    seen = {w: p for w, p in seen.items() if p < len(path)}
                    out_start.append(len(out))
                    out.extend(loop)
                seen[v] = len(path)
            path.append(h)
        out_start.append(len(out))
        out.extend(path)
    return out, out_start


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
