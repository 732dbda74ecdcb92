"""Which cells the line of a boundary passes.

The long line in short runs of segments, few of them near any cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.ragged import spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
    return np.asarray(
        shapely.linestrings(xy[spread(lo, size)], indices=np.repeat(np.arange(size.size), size))
    )


@dataclass(frozen=True)
class Rim:
    """Cells that the boundary line may pass, as polygons, and pairs (2, p) of one of them, by its
    position here, and a run of the line whose boxes meet.
    """

    cells: Ints
    polygons: NDArray[Any]
    pairs: Ints


def sort_out(
    vertices: Floats, rings: tuple[Ints, Ints], boundary: Any, runs: Runs
) -> tuple[Rim, Ints]:
    """Cells that the boundary line may pass, and cells wholly inside."""
    offset, ring = rings
    first = offset[:-1]
    # A column at a time: numpy is faster along long rows than across pairs.
    x, y = (np.ascontiguousarray(column).take(ring) for column in vertices.T)
    boxes = np.stack(
        [extreme.reduceat(z, first) for extreme in (np.minimum, np.maximum) for z in (x, y)]
    )
    maybe = np.flatnonzero(_touches(boxes, runs.boxes.T))
    pairs = runs.tree.query(shapely.box(*boxes[:, maybe]))
    is_near = mask(maybe.size, pairs[0])
    near = maybe[is_near]
    shapely.prepare(boundary)
    polygons = _polygons(vertices, offset, ring, near)
    # Their places lie within the boundary, so what is not inside is cut.
    cut = ~shapely.contains_properly(boundary, polygons)
    rim = near[cut]
    inside = np.ones(first.size, bool)
    inside[rim] = False
    position = np.full(maybe.size, -1)
    position[np.flatnonzero(is_near)[cut]] = np.arange(rim.size)
    pairs[0] = position[pairs[0]]
    return Rim(rim, polygons[cut], pairs[:, pairs[0] >= 0]), np.flatnonzero(inside)


def _touches(boxes: Floats, runs: Floats) -> Bools:
    """Whether each box (4, n) may meet one of the runs' (4, r): by a raster of tiles, never a
    false no.
    """
    tiles = min(400, 16 + 2 * math.isqrt(boxes.shape[1]))
    west, south = (min(boxes[i].min(), runs[i].min()) for i in (0, 1))
    east, north = (max(boxes[i].max(), runs[i].max()) for i in (2, 3))
    scale_x, scale_y = tiles / max(east - west, 1e-12), tiles / max(north - south, 1e-12)

    def tile(box: Floats) -> tuple[Ints, ...]:
        """The first tile of each box, and the one after its last, along both axes."""
        start, scale = (west, south, west, south), (scale_x, scale_y, scale_x, scale_y)
        x0, y0, x1, y1 = (
            np.clip(((edge - a) * b).astype(np.int64), 0, tiles - 1)
            for edge, a, b in zip(box, start, scale, strict=True)
        )
        return x0, y0, x1 + 1, y1 + 1

    # Mark corners of the runs' boxes and sum twice: tiles under a box count at least one.
    marks = np.zeros((tiles + 1, tiles + 1), dtype=np.int64)
    x0, y0, x1, y1 = tile(runs)
    for x, y, sign in ((x0, y0, 1), (x1, y0, -1), (x0, y1, -1), (x1, y1, 1)):
        np.add.at(marks, (x, y), sign)
    busy = marks.cumsum(axis=0).cumsum(axis=1)[:tiles, :tiles] > 0
    sums = np.zeros((tiles + 1, tiles + 1), dtype=np.int64)
    sums[1:, 1:] = busy.cumsum(axis=0).cumsum(axis=1)
    x0, y0, x1, y1 = tile(boxes)
    return np.asarray(sums[x1, y1] - sums[x0, y1] - sums[x1, y0] + sums[x0, y0] > 0)


def _polygons(vertices: Floats, offset: Ints, ring: Ints, cells: Ints) -> NDArray[Any]:
    sizes = np.diff(offset)[cells]
    members = ring[spread(offset[cells], sizes)]
    rings = shapely.linearrings(vertices[members], indices=np.repeat(np.arange(cells.size), sizes))
    return np.asarray(shapely.polygons(rings))


def mask(n: int, index: Ints) -> Bools:
    out = np.zeros(n, bool)
    out[index] = True
    return out
