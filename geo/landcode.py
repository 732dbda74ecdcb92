"""A tessellation as small integer columns: rings walked so that most of them need not be said.

Cells are renumbered along a Morton curve (Morton 1966), so that each cell walked touches cells
walked before. While walking, every step from vertex to vertex is either along a side that a
neighbour has left open (then it is enough to say which), or to a new vertex. This is the idea of
connectivity coding by region growing (Touma and Gotsman 1998; Rossignac 1999) with the coder left
to gzip. Which two cells share a side follows from the walk and is not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.scene import Land

Ints = NDArray[np.int64]
FINEST_STEPS = 65535  # a small map is cut into 16 bits,
COARSEST_DEG = 2e-4  # a large one never coarser than about 20 m
SPACING_STEPS = 160  # and a map of many cells no finer than this many steps from cell to cell
MANY_CELLS = 1000
NOWHERE = -(2**31)
NEW = 0
OLD = 255  # a vertex met before that no open side leads to; its number is in `rb`


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


def cell_order(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Ints:
    """New number of each cell (n,): its rank along the Morton curve of its position (degrees)."""
    key = _spread(_sixteen_bits(lon)) | (_spread(_sixteen_bits(lat)) << np.uint64(1))
    rank = np.empty(len(key), np.int64)
    rank[np.argsort(key, kind="stable")] = np.arange(len(key))
    return rank


class _Sides:
    """Sides that one cell has walked and its neighbour not yet, the latest last."""

    def __init__(self) -> None:
        self.born: dict[tuple[int, int], int] = {}  # (from, to) to its place in `sides`
        self.sides: list[tuple[int, int] | None] = []
        self.into: dict[int, list[int]] = {}  # vertex: where its open sides come from

    def recency(self, side: tuple[int, int]) -> int:
        """1 for the open side born last, 2 for the one before."""
        place = self.born[side]
        return sum(1 for s in self.sides[place:] if s is not None)

    def latest(self, recency: int) -> tuple[int, int]:
        """The inverse of `recency`."""
        for side in reversed(self.sides):
            recency -= side is not None
            if side is not None and recency == 0:
                return side
        raise ValueError("the code names a side that is not open")

    def walk(self, a: int, b: int) -> None:
        """Go from `a` to `b`: closes the neighbour's side from `b` to `a`, or opens one.

        A side that two cells walk the same way (no valid coverage) is opened once.
        """
        if (b, a) in self.born:
            self.sides[self.born.pop((b, a))] = None
            self.into[a].remove(b)
            while self.sides and self.sides[-1] is None:
                self.sides.pop()
        elif (a, b) not in self.born:
            self.born[a, b] = len(self.sides)
            self.sides.append((a, b))
            self.into.setdefault(b, []).append(a)


def encode_land(land: Land, rank: Ints, grid: Grid) -> dict[str, Ints]:
    """The columns: `rn` ring sizes, `rc` ring cells, `rs` starts, `rv` steps, `rb`, `vx`, `vy`."""
    rings = _rings_in_order(land, rank)
    sides, number = _Sides(), dict[int, int]()
    starts, steps, named = [], [], []
    for _, ring in rings:
        ahead = [*ring[1:], ring[0]]
        shared = [i for i, side in enumerate(zip(ahead, ring, strict=True)) if side in sides.born]
        if shared:
            at = max(shared, key=lambda i: sides.born[ahead[i], ring[i]])
            starts.append(sides.recency((ahead[at], ring[at])))
            ring[:] = ring[at:] + ring[:at]
            sides.walk(ring[0], ring[1])
            done = 2
        else:
            starts.append(0)
            done = 0
        for i in range(done, len(ring)):
            into = sides.into.get(ring[i - 1], []) if i else []
            if i and ring[i] in into:
                steps.append(len(into) - into.index(ring[i]))
            elif ring[i] in number:
                steps.append(OLD)
                named.append(len(number) - number[ring[i]])
            else:
                steps.append(NEW)
                number[ring[i]] = len(number)
            if i:
                sides.walk(ring[i - 1], ring[i])
        sides.walk(ring[-1], ring[0])
    walked = np.array([v for _, ring in rings for v in ring], np.int64)
    points = grid.snap(np.asarray(land.vertices, np.float64).reshape(-1, 2))
    new = np.zeros(len(walked), bool)
    new[np.unique(walked, return_index=True)[1]] = True
    moves = np.diff(points[walked], axis=0, prepend=0)[new]
    return {
        "rn": np.array([len(ring) for _, ring in rings], np.int64),
        "rc": np.array([cell for cell, _ in rings], np.int64),
        "rs": np.array(starts, np.int64),
        "rv": np.array(steps, np.int64),
        "rb": np.array(named, np.int64),
        "vx": moves[:, 0],
        "vy": moves[:, 1],
    }


def decode_land(columns: Mapping[str, NDArray[np.integer]], grid: Grid) -> PackedLand:
    """The inverse of `encode_land`, with the cells' new numbers and vertices on the lattice."""
    sides = _Sides()
    steps, named = iter(columns["rv"].tolist()), iter(columns["rb"].tolist())
    moves = iter(zip(columns["vx"].tolist(), columns["vy"].tolist(), strict=True))
    points: list[tuple[int, int]] = []
    walked: list[int] = []
    last = (0, 0)
    for size, start in zip(columns["rn"].tolist(), columns["rs"].tolist(), strict=True):
        ring: list[int] = []
        if start:
            ring = list(reversed(sides.latest(start)))
            sides.walk(*ring)
            last = points[ring[-1]]
        while len(ring) < size:
            step = next(steps)
            if step == NEW:
                dx, dy = next(moves)
                points.append((last[0] + dx, last[1] + dy))
                vertex = len(points) - 1
            elif step == OLD:
                vertex = len(points) - next(named)
            else:
                vertex = sides.into[ring[-1]][-step]
            if ring:
                sides.walk(ring[-1], vertex)
            ring.append(vertex)
            last = points[vertex]
        sides.walk(ring[-1], ring[0])
        walked += ring
    return PackedLand(
        vertices=grid.degrees(np.array(points, np.int64).reshape(-1, 2)),
        ring_offset=np.concatenate([[0], np.cumsum(columns["rn"])]).astype(np.int32),
        ring_vertex=np.array(walked, np.int32),
        ring_cell=columns["rc"].astype(np.int32),
        grid=grid,
    )


def _rings_in_order(land: Land, rank: Ints) -> list[tuple[int, list[int]]]:
    cells = rank[np.asarray(land.ring_cell, np.int64)] if len(land.ring_cell) else np.zeros(0, int)
    vertex, offset = land.ring_vertex.tolist(), land.ring_offset.tolist()
    return [
        (int(cells[r]), vertex[offset[r] : offset[r + 1]])
        for r in np.argsort(cells, kind="stable").tolist()
        if offset[r + 1] - offset[r] >= 3
    ]


def _sixteen_bits(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    if not len(values):
        return np.zeros(0, np.uint64)
    low, high = float(values.min()), float(values.max())
    scale = 65535 / (high - low) if high > low else 0.0
    return np.rint((values - low) * scale).astype(np.uint64)


def _spread(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero between any two of the sixteen bits."""
    out = bits
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        out = (out | (out << np.uint64(shift))) & np.uint64(mask)
    return out
