"""The parts of SciPy this package stands on: triangulation, near pairs, connected parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def triangulate(xy: Floats) -> tuple[Ints, Ints]:
    """Delaunay triangles (m, 3) of points, counter-clockwise, and the triangle beside each side.

    Side j is the one opposite corner j; -1 where there is no triangle (Qhull; Barber et al. 1996).
    """
    from scipy.spatial import Delaunay  # type: ignore[import-untyped, unused-ignore]

    mesh = Delaunay(xy)
    return mesh.simplices.astype(np.int64), mesh.neighbors.astype(np.int64)


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
