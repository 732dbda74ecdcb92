"""A tessellation as small integer columns: shared vertices once, cells and edges in walking order.

Cells are renumbered along a Morton curve (Morton 1966) through their places, edges sorted by the
lower of their two cells, vertices numbered by first use. An edge then names either a new vertex
(code 0) or one met a few numbers ago, and each column holds small differences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.scene import Land

Ints = NDArray[np.int64]
FINEST_STEPS = 65535  # a small map is cut into 16 bits,
COARSEST_DEG = 2e-4  # a large one never coarser than about 20 m


@dataclass(frozen=True, slots=True)
class PackedLand:
    """The land of an unpacked scene, with the columns of `geo.scene.Land`."""

    vertices: NDArray[np.float64]
    edge_offset: NDArray[np.int32]
    edge_vertex: NDArray[np.int32]
    edge_left: NDArray[np.int32]
    edge_right: NDArray[np.int32]
    edge_kind: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lattice that coordinates snap to: `west`, `south`, `step` in degrees."""

    west: float
    south: float
    step: float

    def snap(self, lonlat: NDArray[np.float64]) -> Ints:
        """(n, 2) degrees to (n, 2) whole steps from the south-west corner."""
        origin = np.array([self.west, self.south])
        steps: Ints = np.rint((lonlat - origin) / self.step).astype(np.int64)
        return steps

    def degrees(self, steps: NDArray[np.integer]) -> NDArray[np.float64]:
        """The inverse of `snap`, to half a step."""
        lonlat: NDArray[np.float64] = np.array([self.west, self.south]) + steps * self.step
        return lonlat


def grid_for(vertices: NDArray[np.float64]) -> Grid:
    """The lattice for these vertices (v, 2); rounded so that it survives a round trip as JSON."""
    if not len(vertices):
        return Grid(west=0.0, south=0.0, step=COARSEST_DEG)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    extent = float((high - low).max())
    step = min(COARSEST_DEG, max(extent / FINEST_STEPS, 1e-6))
    step = float(f"{step:.2e}")
    west, south = (float(np.floor(v / step) * step) for v in low)
    return Grid(west=round(west, 9), south=round(south, 9), step=step)


def cell_order(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Ints:
    """New number of each cell (n,): its rank along the Morton curve of its position (degrees)."""
    key = _spread(_sixteen_bits(lon)) | (_spread(_sixteen_bits(lat)) << np.uint64(1))
    rank = np.empty(len(key), np.int64)
    rank[np.argsort(key, kind="stable")] = np.arange(len(key))
    return rank


def encode_land(land: Land, rank: Ints, grid: Grid) -> dict[str, Ints]:
    """The columns `vx vy ev en el er ek`: vertices, edge vertices and lengths, cells, kind."""
    left, right = _renumber(land.edge_left, rank), _renumber(land.edge_right, rank)
    flip = (left < 0) | ((right >= 0) & (right < left))
    low, high = np.where(flip, right, left), np.where(flip, left, right)
    kind = np.asarray(land.edge_kind, np.int64)
    order = np.lexsort((kind, high, low))
    starts, counts = land.edge_offset[:-1].astype(np.int64), np.diff(land.edge_offset)
    take = _walk(starts[order], counts[order].astype(np.int64), flip[order])
    used = land.edge_vertex[take].astype(np.int64)
    old, first, inverse = np.unique(used, return_index=True, return_inverse=True)
    number = np.empty(len(old), np.int64)
    by_use = np.argsort(first, kind="stable")
    number[by_use] = np.arange(len(old))
    named = number[inverse]
    new = np.zeros(len(used), bool)
    new[first] = True
    met = np.cumsum(new) - new
    steps = grid.snap(np.asarray(land.vertices, np.float64)[old[by_use]])
    return {
        "vx": steps[:, 0],
        "vy": steps[:, 1],
        "ev": np.where(new, 0, met - named),
        "en": counts[order].astype(np.int64),
        "el": low[order],
        "er": np.where(high[order] < 0, 0, high[order] - low[order]),
        "ek": kind[order],
    }


def decode_land(columns: dict[str, NDArray[np.integer]], grid: Grid) -> PackedLand:
    """The inverse of `encode_land`, with the cells' new numbers and vertices on the lattice."""
    back = columns["ev"].astype(np.int64)
    new = back == 0
    met = np.cumsum(new) - new
    left = columns["el"].astype(np.int32)
    gap = columns["er"].astype(np.int32)
    steps = np.stack([columns["vx"], columns["vy"]], axis=1)
    return PackedLand(
        vertices=grid.degrees(steps),
        edge_offset=np.concatenate([[0], np.cumsum(columns["en"])]).astype(np.int32),
        edge_vertex=np.where(new, met, met - back).astype(np.int32),
        edge_left=left,
        edge_right=np.where(gap == 0, -1, left + gap).astype(np.int32),
        edge_kind=columns["ek"].astype(np.uint8),
    )


def _renumber(cells: NDArray[np.int32], rank: Ints) -> Ints:
    wide = np.asarray(cells, np.int64)
    if not len(rank):
        return np.full(len(wide), -1, np.int64)
    return np.where(wide >= 0, rank[np.maximum(wide, 0)], -1)


def _walk(starts: Ints, counts: Ints, flip: NDArray[np.bool_]) -> Ints:
    """Positions in `edge_vertex` of all edges in turn, the flipped ones backwards."""
    offset = np.concatenate([[0], np.cumsum(counts)])[:-1]
    within = np.arange(int(counts.sum())) - np.repeat(offset, counts)
    ahead = np.repeat(starts, counts) + within
    behind = np.repeat(starts + counts - 1, counts) - within
    walked: Ints = np.where(np.repeat(flip, counts), behind, ahead)
    return walked


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
