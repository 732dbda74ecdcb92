"""The parts of SciPy this package stands on: triangulation, near pairs, connected parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


# A sparse matrix takes longer to make than so few steps to go.
_FEW = 400


def triangulate(xy: Floats) -> tuple[Ints, Ints]:
    """Delaunay triangles (3, m) of points, counter-clockwise, and the triangle beside each side.

    Side j is the one opposite corner j; -1 where there is no triangle. No two points are equal and
    they do not lie on one line. By CDT (Amirkhanov; exact predicates of Shewchuk 1997), and where
    that is not installed by Qhull (Barber et al. 1996), which takes three to seven times as long;
    they differ only in how they cut four points on one circle.
    """
    try:
        import pythoncdt
    except ImportError:
        return _by_qhull(xy)
    mesh = pythoncdt.Triangulation(
        pythoncdt.VertexInsertionOrder.AUTO, pythoncdt.IntersectingConstraintEdges.NOT_ALLOWED, 0.0
    )
    # Arrays are buffers; their type says so from Python 3.12 on.
    mesh.insert_vertices(xy)  # type: ignore[call-overload, unused-ignore]
    triangles = mesh.triangles_array(copy=False)
    # The first three corners are the mesh's own, around all points; it counts sides from corner 0.
    corner, beside = triangles["vertices"], triangles["neighbors"]
    real = np.flatnonzero((corner[:, 0] >= 3) & (corner[:, 1] >= 3) & (corner[:, 2] >= 3))
    number = np.full(len(corner), -1)
    number[real] = np.arange(real.size)
    sides = beside.take(real, axis=0).T[[1, 2, 0]]
    return corner.take(real, axis=0).T.astype(np.int64, order="C") - 3, number.take(sides)


def _by_qhull(xy: Floats) -> tuple[Ints, Ints]:
    from scipy.spatial import Delaunay  # type: ignore[import-untyped, unused-ignore]

    mesh = Delaunay(xy)
    return mesh.simplices.T.astype(np.int64), mesh.neighbors.T.astype(np.int64)


def near_pairs(xy: Floats, distance: float) -> Ints:
    """Pairs of points (p, 2) at most `distance` apart."""
    from scipy.spatial import KDTree  # type: ignore[import-untyped, unused-ignore]

    return np.asarray(KDTree(xy).query_pairs(distance, output_type="ndarray"), dtype=np.int64)


def connected(a: Ints, b: Ints, size: int) -> Ints:
    """For each of `size` nodes the number of its part in the graph of links a[i], b[i]."""
    from scipy.sparse import coo_array  # type: ignore[import-untyped, unused-ignore]
    from scipy.sparse.csgraph import (  # type: ignore[import-untyped, unused-ignore]
        connected_components,
    )

    links = coo_array((np.ones(len(a), bool), (a, b)), (size, size))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _walked(following: Ints, first: Ints | None) -> tuple[Ints, Ints]:
    """`cycles` one step at a time."""
    ahead = following.tolist()
    seen = bytearray(len(ahead))
    order: list[int] = []
    start: list[int] = []
    for at in [*(() if first is None else first.tolist()), *range(len(ahead))]:
        if not seen[at]:
            start.append(len(order))
            step = at
            while not seen[step]:
                seen[step] = 1
                order.append(step)
                step = ahead[step]
    return np.array(order, dtype=np.int64), np.array(start, dtype=np.int64)


def cycles(following: Ints, first: Ints | None = None) -> tuple[Ints, Ints]:
    """The cycles of a permutation one after another, and where each starts.

    They start at their members in `first`, in its order, and those without one at their lowest.
    """
    from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
    from scipy.sparse.csgraph import (  # type: ignore[import-untyped, unused-ignore]
        depth_first_order,
    )

    n = following.size
    if n < _FEW:
        return _walked(following, first)
    entry = np.arange(n) if first is None else np.concatenate([first, np.arange(n)])
    m = entry.size
    # One search depth first down a ladder: each rung leads into the cycle of its entry, all of
    # which it walks before it comes back, and then on to the next rung.
    link = np.empty(n + 2 * m - 1, dtype=np.int32)
    link[:n], link[n::2], link[n + 1 :: 2] = following, entry, np.arange(n + 1, n + m)
    rungs = np.append(np.arange(n, n + 2 * m, 2), link.size)
    start = np.concatenate([np.arange(n), rungs]).astype(np.int32)
    graph = csr_array((np.ones(link.size), link, start), (n + m, n + m))
    order = depth_first_order(graph, n, return_predecessors=False)
    order = order[order < n].astype(np.int64)
    return order, np.flatnonzero(np.append(True, order[1:] != following[order[:-1]]))


class LinkedParts:
    """A graph of many links asked again and again which nodes of one value hang together."""

    def __init__(self, a: Ints, b: Ints, size: int) -> None:
        tail, head = np.concatenate([a, b]), np.concatenate([b, a])
        # Each link once in each direction, in the row order that a sparse matrix wants.
        key = np.unique(tail * np.int64(size) + head)
        self._tail, self._head, self._size = key // max(size, 1), key % max(size, 1), size

    def parts(self, value: Ints) -> Ints:
        """For each node the number of its part: nodes joined by links between equal values."""
        from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
        from scipy.sparse.csgraph import (  # type: ignore[import-untyped, unused-ignore]
            connected_components,
        )

        equal = value[self._tail] == value[self._head]
        head = self._head[equal].astype(np.int32)
        count = np.bincount(self._tail[equal], minlength=self._size)
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        links = csr_array((np.ones(head.size), head, start), (self._size, self._size))
        # Links go both ways, so strong parts are the connected ones, without a transposed copy.
        return np.asarray(
            connected_components(links, directed=True, connection="strong")[1], dtype=np.int64
        )
