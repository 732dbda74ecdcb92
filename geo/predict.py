"""Where points are expected, so that only the difference is stored: sites and vertices of cells.

A cell's site is told from the mean of its neighbours' sites that are known before it. Where three
cells meet, their sites are equally far, so such a vertex is told from the centre of the circle
through them, which mostly leaves nothing to say; the others from the vertex before them. Every
reader must find the same numbers to the last bit: only additions, multiplications, divisions and
roundings of doubles take part, in the order written here and in `player/predict.mjs`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.landcode import NOWHERE, Grid, Ints, Walk

Floats = NDArray[np.float64]
FARTHEST = 1e6  # steps from a site to the centre of a circle that is still used
COSINE = (1.0, -2.0, 24.0, -720.0, 40320.0, -3628800.0, 479001600.0)  # signed factorials


def tell_places(spot: Ints, cell: Ints, walk: Walk, cells: int) -> Ints:
    """Positions (n, 2) in whole steps (NOWHERE: not known) to differences; see `find_places`."""
    return _places(spot, cell, walk, cells, tell=True)[0]


def find_places(rest: Ints, cell: Ints, walk: Walk, cells: int) -> tuple[Ints, Ints]:
    """The inverse of `tell_places`, and the site of each cell (cells, 2), NOWHERE where none is.

    `cell` (n,) is the cell of each place, -1 for none; the first place of a cell is its site.
    """
    return _places(rest, cell, walk, cells, tell=False)


def _places(given: Ints, cell: Ints, walk: Walk, cells: int, *, tell: bool) -> tuple[Ints, Ints]:
    earlier: list[list[int]] = [[] for _ in range(cells)]
    for one, other in walk.met.tolist():
        if one != other:
            earlier[max(one, other)].append(min(one, other))
    sites: list[tuple[int, int] | None] = [None] * cells
    out: list[tuple[int, int]] = []
    last = (0, 0)
    for (x, y), c in zip(given.tolist(), cell.tolist(), strict=True):
        if NOWHERE in (x, y):
            out.append((NOWHERE, NOWHERE))
            continue
        known = [s for n in earlier[c] if (s := sites[n]) is not None] if c >= 0 else []
        base = last
        if c >= 0 and (own := sites[c]) is not None:
            base = own
        elif known:
            base = (sum(k[0] for k in known) // len(known), sum(k[1] for k in known) // len(known))
        last = (x, y) if tell else (x + base[0], y + base[1])
        out.append((x - base[0], y - base[1]) if tell else last)
        if c >= 0 and sites[c] is None:
            sites[c] = last
    found = [(NOWHERE, NOWHERE) if s is None else s for s in sites]
    return np.array(out, np.int64).reshape(-1, 2), np.array(found, np.int64).reshape(-1, 2)


def tell_vertices(
    points: Ints, sites: Ints, walk: Walk, grid: Grid, scale: float
) -> tuple[Ints, Ints]:
    """Vertices of the walk (v, 2) in whole steps to differences, from circles and from before.

    `sites` as `find_places` gives them, in steps of `scale` of the grid's.
    """
    centre, known = _centres(sites, scale, walk, grid, len(points))
    before = np.where((walk.before >= 0)[:, None], points[walk.before], 0)
    return (points - centre)[known], (points - before)[~known]


def find_vertices(
    told: tuple[Ints, Ints], sites: Ints, walk: Walk, grid: Grid, scale: float
) -> Ints:
    """The inverse of `tell_vertices`."""
    count = len(told[0]) + len(told[1])
    centre, known = _centres(sites, scale, walk, grid, count)
    points = np.zeros((count, 2), np.int64)
    points[known] = centre[known] + told[0]
    for vertex, step in zip(np.flatnonzero(~known).tolist(), told[1], strict=True):
        before = walk.before[vertex]
        points[vertex] = step + (points[before] if before >= 0 else 0)
    return points


def _centres(
    told: Ints, scale: float, walk: Walk, grid: Grid, count: int
) -> tuple[Ints, NDArray[np.bool_]]:
    """The lattice point next to each vertex's circle's centre (v, 2), and where there is one."""
    sites, has_site = told.astype(np.float64) * scale, told[:, 0] != NOWHERE
    around = _first_three(walk, has_site, count)
    known = around[:, 2] >= 0
    a, b, c = (np.where(known[:, None], sites[np.maximum(0, around[:, i])], 0.0) for i in range(3))
    wide = _cosine_squared(grid.south + a[:, 1] * grid.step)
    (bx, by), (cx, cy) = (b - a).T, (c - a).T
    twice = 2.0 * (bx * cy - by * cx)
    known &= twice != 0
    twice = np.where(known, twice, 1.0)
    far_b = wide * bx * bx + by * by
    far_c = wide * cx * cx + cy * cy
    x = (cy * far_b - by * far_c) / twice / wide
    y = (bx * far_c - cx * far_b) / twice
    known &= (np.abs(x) < FARTHEST) & (np.abs(y) < FARTHEST)
    centre = np.stack([np.floor(a[:, 0] + x + 0.5), np.floor(a[:, 1] + y + 0.5)], axis=1)
    return np.where(known[:, None], centre, 0.0).astype(np.int64), known


def _first_three(walk: Walk, has_site: NDArray[np.bool_], count: int) -> Ints:
    """The first three cells with a site around each vertex (v, 3), as walked; -1 beyond."""
    around = [[-1, -1, -1] for _ in range(count)]
    cells = np.repeat(walk.cells, np.diff(walk.offset))
    kept = has_site[cells]
    for vertex, cell in zip(walk.vertices[kept].tolist(), cells[kept].tolist(), strict=True):
        row = around[vertex]
        if cell not in row and row[2] < 0:
            row[row.index(-1)] = cell
    return np.array(around, np.int64).reshape(-1, 3)


def _cosine_squared(lat: Floats) -> Floats:
    """By a series of its own: libraries differ in the last bit of a cosine."""
    angle = lat * 0.03490658503988659  # twice, in radians
    square = angle * angle
    total = np.zeros_like(lat)
    power = np.ones_like(lat)
    for factor in COSINE:
        total = total + power / factor
        power = power * square
    return np.asarray((1.0 + total) / 2.0)
