"""The rings of a tessellation as small integer columns, walked so that most need not be said.

Rings are walked outward from one of them, the oldest side that a neighbour has left open next; a
ring then mostly runs along open sides to its last new vertices, and it is enough to say how many
of each. This is the idea of connectivity coding by region growing (Touma and Gotsman 1998;
Rossignac 1999) with the coder left to gzip. Which two cells share a side follows from the walk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
FINEST_STEPS = 65535  # a small map is cut into 16 bits,
COARSEST_DEG = 3e-4  # a large one never coarser than about 30 m
SPACING_STEPS = 160  # and a map of many cells no finer than this many steps from cell to cell
MANY_CELLS = 1000
NOWHERE = -(2**31)
ROWS = ("rc", "skip", "back", "chain", "rn", "odd")  # of each ring
NEW = 0
OLD = 255  # a vertex met before that no open side leads to; its number is in `rb`
AFRESH = -1  # in `skip`: no open side is gone on from


@dataclass(frozen=True, slots=True)
class Grid:
    """The lattice that coordinates snap to: `west`, `south`, `step` in degrees."""

    west: float
    south: float
    step: float

    def snap(self, lonlat: NDArray[np.float64]) -> Ints:
        """(n, 2) degrees to (n, 2) whole steps from the south-west corner; NaN to `NOWHERE`."""
        origin = np.array([self.west, self.south])
        known = np.isfinite(lonlat)
        steps = np.rint((np.where(known, lonlat, origin) - origin) / self.step)
        return np.where(known, steps, NOWHERE).astype(np.int64)

    def degrees(self, steps: NDArray[np.integer]) -> NDArray[np.float64]:
        """The inverse of `snap`, to half a step."""
        lonlat = np.array([self.west, self.south]) + steps * self.step
        return np.where(steps == NOWHERE, np.nan, lonlat)


@dataclass(frozen=True, slots=True)
class PackedLand:
    """The land of an unpacked scene, with the columns of `geo.scene.Land` and its own lattice."""

    vertices: NDArray[np.float64]
    ring_offset: NDArray[np.int32]
    ring_vertex: NDArray[np.int32]
    ring_cell: NDArray[np.int32]
    grid: Grid | None = None


def grid_for(vertices: NDArray[np.float64], cells: int) -> Grid:
    """The lattice for these vertices (v, 2); rounded so that it survives a round trip as JSON."""
    if not len(vertices):
        return Grid(west=0.0, south=0.0, step=COARSEST_DEG)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    extent = float((high - low).max())
    spacing = extent / max(1.0, float(cells)) ** 0.5 if cells > MANY_CELLS else 0.0
    step = min(COARSEST_DEG, max(extent / FINEST_STEPS, spacing / SPACING_STEPS, 1e-6))
    step = float(f"{step:.2e}")
    west, south = (float(np.floor(v / step) * step) for v in low)
    return Grid(west=round(west, 9), south=round(south, 9), step=step)


@dataclass(frozen=True, slots=True)
class Walk:
    """Rings as walked: ring i is `vertices[offset[i]:offset[i + 1]]`, of cell `cells[i]`.

    Vertices are numbered as they are met; `before` (v,) is the one that each was reached from, -1
    where the walk set out. `met` (k, 2): a cell and a neighbour whose open side it closed.
    """

    offset: Ints
    vertices: Ints
    cells: Ints
    before: Ints
    met: Ints


class Sides:
    """Sides that one cell has walked and its neighbour not yet, in the order of their birth."""

    def __init__(self) -> None:
        self.born: dict[tuple[int, int], int] = {}  # (from, to) to its place in `sides`
        self.sides: list[tuple[int, int] | None] = []
        self.cell: list[int] = []
        self.into: dict[int, list[int]] = {}  # vertex: where its open sides come from
        self.out: dict[int, list[int]] = {}  # vertex: where they lead to
        self.cursor = 0  # no side before it will be gone on from
        self.met: list[tuple[int, int]] = []

    def oldest(self, skip: int) -> tuple[int, int]:
        """The open side at the cursor, after `skip` others."""
        while True:
            side = self.sides[self.cursor]
            skip -= side is not None
            if side is not None and skip < 0:
                return side
            self.cursor += 1

    def latest_into(self, vertex: int) -> int:
        """Where the latest open side that ends in `vertex` comes from, -1 if there is none."""
        found = self.into.get(vertex)
        return found[-1] if found else -1

    def latest_out(self, vertex: int) -> int:
        """Where the latest open side that begins in `vertex` leads to, -1 if there is none."""
        found = self.out.get(vertex)
        return found[-1] if found else -1

    def walk(self, a: int, b: int, cell: int) -> None:
        """Go from `a` to `b`: closes the neighbour's side from `b` to `a`, or opens one.

        A side that two cells walk the same way (no valid coverage) is opened once.
        """
        if (b, a) in self.born:
            place = self.born.pop((b, a))
            self.sides[place] = None
            self.met.append((cell, self.cell[place]))
            self.into[a].remove(b)
            self.out[b].remove(a)
        elif (a, b) not in self.born:
            self.born[a, b] = len(self.sides)
            self.sides.append((a, b))
            self.cell.append(cell)
            self.into.setdefault(b, []).append(a)
            self.out.setdefault(a, []).append(b)


def decode_walk(columns: Mapping[str, NDArray[np.integer]]) -> Walk:
    """The rings that `geo.landwalk.encode_walk` coded.

    Of each ring: its cell `rc`; `skip`, how many open sides are passed over from the oldest on
    (`AFRESH`: it touches none); `back`, along how many sides it came to that one; `chain`, how many
    steps it goes on along the latest open side at hand; `rn`, how many vertices are left. Those are
    new ones, but where `odd` is 1 each is told in `rv`: `NEW`, `OLD` with its distance in `rb`, or
    k, along the kth latest open side.
    """
    sides = Sides()
    steps, named = iter(columns["rv"].tolist()), iter(columns["rb"].tolist())
    before: list[int] = []
    rings: list[list[int]] = []
    names = ("rc", "skip", "back", "chain", "rn", "odd")
    for cell, skip, back, chain, left, odd in zip(
        *(columns[n].tolist() for n in names), strict=True
    ):
        ring: list[int] = []
        if skip != AFRESH:
            last, first = sides.oldest(skip)
            ring = [first, last]
            for _ in range(back):
                ring.insert(0, sides.latest_out(ring[0]))
            for a, b in pairwise(ring):
                sides.walk(a, b, cell)
        else:
            sides.cursor = len(sides.sides)
        for _ in range(chain):
            ring.append(sides.latest_into(ring[-1]))
            sides.walk(ring[-2], ring[-1], cell)
        for _ in range(left):
            step = next(steps) if odd else NEW
            if step == NEW:
                vertex = len(before)
                before.append(ring[-1] if ring else len(before) - 1)
            elif step == OLD:
                vertex = len(before) - next(named)
            else:
                vertex = sides.into[ring[-1]][-step]
            if ring:
                sides.walk(ring[-1], vertex, cell)
            ring.append(vertex)
        sides.walk(ring[-1], ring[0], cell)
        rings.append(ring)
    return walk_of(rings, columns["rc"].tolist(), before, sides.met)


def walk_of(
    rings: list[list[int]], cells: list[int], before: list[int], met: list[tuple[int, int]]
) -> Walk:
    """A Walk from lists."""
    sizes = [len(ring) for ring in rings]
    return Walk(
        offset=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        vertices=np.array([v for ring in rings for v in ring], np.int64),
        cells=np.array(cells, np.int64),
        before=np.array(before, np.int64),
        met=np.array(met, np.int64).reshape(-1, 2),
    )
