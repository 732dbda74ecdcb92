"""The walk over a land's rings that `geo.landcode.decode_walk` reads back, and its columns."""

from __future__ import annotations

import numpy as np

from geo.landcode import AFRESH, NEW, OLD, ROWS, Grid, Ints, Sides, Walk, walk_of
from geo.scene import Land


def encode_walk(land: Land, grid: Grid) -> tuple[dict[str, Ints], Walk, Ints]:
    """The columns, the walk, and the number in `land` of each of the walk's vertices (v,).

    The walk follows the geometry alone, not the numbers of cells and vertices: it sets out at the
    ring with the least point of the lattice, and goes on from the oldest open side that another
    ring shares.
    """
    rings, cells = _rings(land)
    owner = {(ring[i - 1], ring[i]): r for r, ring in enumerate(rings) for i in range(len(ring))}
    fresh = iter(_by_position(land, rings, grid))
    coder, done = _Coder(), [False] * len(rings)
    for _ in rings:
        skip, side = coder.ahead(owner, done)
        if side is None:
            ring = next(r for r in fresh if not done[r])
            coder.ring(rings[ring], cells[ring], AFRESH)
        else:
            ring = owner[side[::-1]]
            coder.ring(_turned(rings[ring], side), cells[ring], skip)
        done[ring] = True
    return coder.columns(), coder.walk(), np.array(list(coder.number), np.int64)


def cell_order(land: Land, grid: Grid) -> Ints:
    """New number of each cell (n,): the order in which the walk comes to it; the others after."""
    count = int(land.ring_cell.max()) + 1 if len(land.ring_cell) else 0
    met = dict.fromkeys(encode_walk(land, grid)[1].cells.tolist())
    rank = np.empty(count, np.int64)
    rank[np.array([*met, *(c for c in range(count) if c not in met)], np.int64)] = np.arange(count)
    return rank


class _Coder:
    """The walk as it goes, in the vertices of the land, and what must be said of it."""

    def __init__(self) -> None:
        self.sides = Sides()
        self.number: dict[int, int] = {}  # vertex of the land to vertex of the walk
        self.before: list[int] = []
        self.rings: list[list[int]] = []
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.steps: list[int] = []
        self.named: list[int] = []

    def ahead(
        self, owner: dict[tuple[int, int], int], done: list[bool]
    ) -> tuple[int, tuple[int, int] | None]:
        """The oldest open side that a ring not walked yet shares, and how many come before it."""
        skip = 0
        while self.sides.cursor < len(self.sides.sides):
            side = self.sides.sides[self.sides.cursor]
            ring = owner.get(side[::-1]) if side else None
            if ring is not None and not done[ring]:
                return skip, side
            skip += side is not None
            self.sides.cursor += 1
        return 0, None

    def ring(self, ring: list[int], cell: int, skip: int) -> None:
        """Walk a ring; unless AFRESH its first step closes the side at the cursor."""
        sides, back, chain, at = self.sides, 0, 0, 0
        if skip != AFRESH:
            while back < len(ring) - 2 and sides.latest_out(ring[-back]) == ring[-back - 1]:
                back += 1
            ring = ring[-back:] + ring[:-back] if back else ring
            for at in range(1, back + 2):
                sides.walk(ring[at - 1], ring[at], cell)
            while at + 1 < len(ring) and sides.latest_into(ring[at]) == ring[at + 1]:
                sides.walk(ring[at], ring[at + 1], cell)
                at, chain = at + 1, chain + 1
            at += 1
        rest = ring[at:]
        odd = len(set(rest)) < len(rest) or any(v in self.number for v in rest)
        for i in range(at, len(ring)):
            step = self._step(ring[i - 1] if i else -1, ring[i])
            if odd:
                self.steps.append(step)
            if i:
                sides.walk(ring[i - 1], ring[i], cell)
        sides.walk(ring[-1], ring[0], cell)
        self.rows.append((cell, skip, back, chain, len(rest), int(odd)))
        self.rings.append([self.number[v] for v in ring])

    def _step(self, here: int, to: int) -> int:
        into = self.sides.into.get(here, [])
        if to in into:
            return len(into) - into.index(to)
        if to in self.number:
            self.named.append(len(self.number) - self.number[to])
            return OLD
        self.before.append(self.number[here] if here >= 0 else len(self.number) - 1)
        self.number[to] = len(self.number)
        return NEW

    def columns(self) -> dict[str, Ints]:
        table = np.array(self.rows, np.int64).reshape(-1, len(ROWS))
        told = {name: table[:, i] for i, name in enumerate(ROWS)}
        return told | {"rv": np.array(self.steps, np.int64), "rb": np.array(self.named, np.int64)}

    def walk(self) -> Walk:
        return walk_of(self.rings, [row[0] for row in self.rows], self.before, self.sides.met)


def _rings(land: Land) -> tuple[list[list[int]], list[int]]:
    vertex, offset = land.ring_vertex.tolist(), land.ring_offset.tolist()
    kept = [r for r in range(len(land.ring_cell)) if offset[r + 1] - offset[r] >= 3]
    cells = np.asarray(land.ring_cell)[kept].tolist() if kept else []
    return [vertex[offset[r] : offset[r + 1]] for r in kept], cells


def _by_position(land: Land, rings: list[list[int]], grid: Grid) -> list[int]:
    """Ring numbers by their least lattice point; each ring is turned to begin there."""
    points = [tuple(p) for p in grid.snap(np.asarray(land.vertices).reshape(-1, 2)).tolist()]
    for ring in rings:
        at = min(range(len(ring)), key=lambda i: (points[ring[i]], points[ring[i - 1]]))
        ring[:] = ring[at:] + ring[:at]
    return sorted(range(len(rings)), key=lambda r: [points[v] for v in rings[r][:8]])


def _turned(ring: list[int], side: tuple[int, int]) -> list[int]:
    """The ring from where it walks a neighbour's side the other way."""
    at = next(i for i in range(len(ring)) if (ring[i - 1], ring[i]) == side[::-1]) - 1
    return ring[at:] + ring[:at]
