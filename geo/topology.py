"""Shared edges of a coverage: who lies left and right of every line, found once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.clip import Rings
from geo.ragged import spread

Ints = NDArray[np.int64]

SHARED, REACH, BOUNDARY = 0, 1, 2


class EdgeArrays(Protocol):
    """Edges in the public columns of `Tessellation`, whoever keeps them."""

    @property
    def vertices(self) -> NDArray[np.float64]: ...
    @property
    def edge_offset(self) -> NDArray[np.int32]: ...
    @property
    def edge_vertex(self) -> NDArray[np.int32]: ...
    @property
    def edge_left(self) -> NDArray[np.int32]: ...
    @property
    def edge_right(self) -> NDArray[np.int32]: ...
    @property
    def edge_cells(self) -> NDArray[np.intp]: ...
    @property
    def half_next(self) -> NDArray[np.int32]: ...
    @property
    def busy_vertex(self) -> NDArray[np.bool_]: ...


@dataclass(frozen=True)
class Edges:
    """Polylines of vertex numbers between cells.

    Edge i is `vertex[offset[i]:offset[i + 1]]`, with cell `left[i]` on its left and `right[i]` on
    its right (-1 outside, always on the right); `left_face` and `right_face` number the exterior
    ring (the connected piece of the cell) on each side; `kind` is SHARED, REACH or BOUNDARY.

    Half-edge 2 i runs along edge i with `left[i]` on its left, 2 i + 1 back with `right[i]` on its
    left; `half_next` is the next one around the same cell (a doubly-connected edge list; Muller and
    Preparata 1978). `busy` marks the vertices at which more than three edges meet.
    """

    offset: Ints
    vertex: Ints
    left: Ints
    right: Ints
    left_face: Ints
    right_face: Ints
    kind: NDArray[np.uint8]
    half_next: Ints
    busy: NDArray[np.bool_]


def shared_edges(rings: Rings) -> Edges:
    """Match every ring segment with its opposite and chain the matches into edges."""
    size = np.diff(rings.ring_offset)
    if not size.size:
        none = np.zeros(0, dtype=np.int64)
        return Edges(
            np.zeros(1, dtype=np.int64),
            none,
            none,
            none,
            none,
            none,
            none.astype(np.uint8),
            none,
            np.zeros(len(rings.vertices), bool),
        )
    ring = np.repeat(np.arange(size.size), size)
    tail = rings.ring_vertex
    following = np.arange(tail.size) + 1
    following[rings.ring_offset[1:] - 1] = rings.ring_offset[:-1]
    before = np.arange(tail.size) - 1
    before[rings.ring_offset[:-1]] = rings.ring_offset[1:] - 1
    head = tail[following]
    face = (np.cumsum(~rings.ring_hole) - 1)[ring]

    twin = _twins(tail, head, len(rings.vertices))
    cell = rings.ring_cell[ring]
    other = np.where(twin >= 0, cell[twin], -1)
    other_face = np.where(twin >= 0, face[twin], -1)
    kind = np.where(twin >= 0, SHARED, np.where(rings.on_boundary, BOUNDARY, REACH))
    owner = (twin < 0) | (np.arange(tail.size) < twin)

    # How many lines meet at each vertex: an edge runs on through it only when exactly two do.
    # A shared line starts at one of its ends for the one ring and at the other for the other.
    meeting = np.bincount(tail, minlength=len(rings.vertices))
    meeting += np.bincount(head[twin < 0], minlength=len(rings.vertices))
    runs_on = (
        owner
        & owner[before]
        & (other_face == other_face[before])
        & (kind == kind[before])
        & (meeting[tail] == 2)
    )
    order = _from_breaks(runs_on, rings.ring_offset)
    at = order[owner[order]]
    opening = ~runs_on[at]
    first = np.flatnonzero(opening)
    lead = at[first]
    count = np.diff(np.append(first, at.size))
    offset = np.concatenate([[0], np.cumsum(count + 1)])
    vertex = np.empty(offset[-1], dtype=np.int64)
    slot = np.repeat(offset[:-1] - first, count) + np.arange(at.size)
    vertex[slot] = tail[at]
    vertex[offset[1:] - 1] = head[at[np.append(first[1:], at.size) - 1]]
    # The same edges as runs of the rings' segments, each ring's own way around.
    edge = np.empty(tail.size, dtype=np.int64)
    edge[at] = np.cumsum(opening) - 1
    half = np.where(owner, 2 * edge, 2 * edge[twin] + 1)
    half_next = np.arange(2 * first.size)
    last = np.flatnonzero(half != half[following])
    half_next[half[last]] = half[following[last]]
    return Edges(
        offset,
        vertex,
        cell[lead],
        other[lead],
        face[lead],
        other_face[lead],
        kind[lead].astype(np.uint8),
        half_next,
        meeting > 3,
    )


def _from_breaks(runs_on: NDArray[np.bool_], offset: Ints) -> Ints:
    """The entries of the rings in their order, each ring from where an edge begins.

    A ring of one piece has no such place: it is broken, in `runs_on`, where it is written first.
    """
    order = np.arange(runs_on.size)
    late = np.flatnonzero(runs_on[offset[:-1]])
    if late.size:
        start, size = offset[late], np.diff(offset)[late]
        entry = spread(start, size)
        step = spread(0, size)
        begins = np.where(runs_on[entry], runs_on.size, step)
        first = np.minimum.reduceat(begins, np.cumsum(size) - size)
        whole = first == runs_on.size
        runs_on[start[whole]] = False
        first[whole] = 0
        order[entry] = np.repeat(start, size) + (step + np.repeat(first, size)) % np.repeat(
            size, size
        )
    return order


def _twins(tail: Ints, head: Ints, vertices: int) -> Ints:
    """Index of the segment running the other way between the same vertices, -1 for none."""
    key = np.minimum(tail, head) * np.int64(vertices) + np.maximum(tail, head)
    order = np.argsort(key)
    ranked = key[order]
    pair = np.flatnonzero(ranked[1:] == ranked[:-1])
    twin = np.full(tail.size, -1)
    twin[order[pair]] = order[pair + 1]
    twin[order[pair + 1]] = order[pair]
    return twin
