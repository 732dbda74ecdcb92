"""A long line in short runs of segments: few lie near any cell, and a tree finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Runs:
    """The line of a boundary in r short lines, their boxes (r, 4) widened by `near_deg`, and a
    tree of those boxes; all in degrees.
    """

    lines: NDArray[Any]
    boxes: Floats
    tree: shapely.STRtree

    @classmethod
    def of(cls, boundary: Any, *, near_deg: float) -> Runs:
        lines = _runs(boundary)
        boxes = shapely.bounds(lines) + np.array([-1, -1, 1, 1]) * near_deg
        return cls(lines, boxes, shapely.STRtree(shapely.box(*boxes.T)))


def _runs(boundary: Any, length: int = 12) -> NDArray[Any]:
    """The boundary line in short runs of segments, for a tree of tight boxes."""
    rings = shapely.get_rings(shapely.get_parts(boundary))
    xy, which = shapely.get_coordinates(rings, return_index=True)
    start = np.arange(len(xy) - 1)
    start = start[which[:-1] == which[1:]]
    # Every segment falls in the run of its ring and its twelve; a run's line has one more vertex.
    at = np.arange(len(xy)) - np.searchsorted(which, which)
    run = np.cumsum(
        np.append(True, (which[start][1:] != which[start][:-1]) | (at[start][1:] % length == 0))
    )
    opening = np.append(True, run[1:] != run[:-1])
    lo = start[opening]
    hi = start[np.append(opening[1:], True)] + 1
    size = hi - lo + 1
    take = np.repeat(lo - np.cumsum(size) + size, size) + np.arange(size.sum())
    return np.asarray(shapely.linestrings(xy[take], indices=np.repeat(np.arange(size.size), size)))
