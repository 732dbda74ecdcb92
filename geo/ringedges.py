"""Edges from rings: which two cells lie on the two sides of each piece of border.

A `Tessellation` keeps its edges; a scene's `Land` promises rings only (`geo.scene.Land`). Every
ring has its cell on the left, so a segment that two rings run through in opposite directions parts
their cells, and one that a single ring runs through is the outer edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from geo.scene import Land
from geo.tessellation import Tessellation
from geo.topology import BOUNDARY, SHARED


@dataclass(frozen=True, slots=True)
class SegmentLand:
    """Land with one edge a segment; columns as in `Tessellation`."""

    vertices: NDArray[np.float64]
    edge_offset: NDArray[np.int32]
    edge_vertex: NDArray[np.int32]
    edge_left: NDArray[np.int32]
    edge_right: NDArray[np.int32]
    edge_kind: NDArray[np.uint8]
    edge_cells: NDArray[np.intp]
    half_next: NDArray[np.int32]
    busy_vertex: NDArray[np.bool_]


def with_edges(land: Land) -> Tessellation:
    """`land` itself if it has edges, else its edges found from its rings.

    What comes back has the columns `vertices` and `edge_*` of a `Tessellation`, and no more.
    """
    if isinstance(land, Tessellation) or hasattr(land, "edge_left"):
        return cast("Tessellation", land)
    return cast("Tessellation", _from_rings(land))


def _from_rings(land: Land) -> SegmentLand:
    start = land.ring_vertex.astype(np.int64)
    following = np.arange(start.size) + 1
    closes = land.ring_offset[1:].astype(np.int64) - 1
    following[closes] = land.ring_offset[:-1]
    end = start[following]
    cell = np.repeat(land.ring_cell.astype(np.int64), np.diff(land.ring_offset))
    forward = start < end
    key = np.minimum(start, end) * (len(land.vertices) + 1) + np.maximum(start, end)
    pairs, which = np.unique(key, return_inverse=True)
    left = np.full(pairs.size, -1, dtype=np.int64)
    right = np.full(pairs.size, -1, dtype=np.int64)
    left[which[forward]] = cell[forward]
    right[which[~forward]] = cell[~forward]
    low, high = np.divmod(pairs, len(land.vertices) + 1)
    turned = left < 0  # the outside is always on the right
    a, b = np.where(turned, high, low), np.where(turned, low, high)
    left, right = np.where(turned, right, left), np.where(turned, -1, right)
    # Every segment of a ring is a half-edge: which way it runs along its edge says which.
    half = 2 * which.reshape(-1) + (start == b[which.reshape(-1)])
    half_next = np.arange(2 * pairs.size)
    half_next[half] = half[following]
    meeting = np.bincount(np.concatenate([a, b]), minlength=len(land.vertices))
    return SegmentLand(
        np.asarray(land.vertices, dtype=np.float64),
        np.arange(0, 2 * pairs.size + 1, 2, dtype=np.int32),
        np.stack([a, b], axis=1).ravel().astype(np.int32),
        left.astype(np.int32),
        right.astype(np.int32),
        np.where(right < 0, BOUNDARY, SHARED).astype(np.uint8),
        np.stack([left, right]).astype(np.intp),
        half_next.astype(np.int32),
        meeting > 3,
    )
