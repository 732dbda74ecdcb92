"""Nearest-place cells within a reach, in a metric plane, as vertices and rings.

A cell is the Voronoi cell of its place cut by the reach circle: both convex, so its ring is its
Voronoi edges in angular order with a reach arc in every gap. Vertices are numbered once, here, and
neighbours use the same numbers: the cells fit together by construction, not by comparing floats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.duals import SNAP_M, duals_of, merge_nodes
from geo.ragged import spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Arc vertices stay inside the circle by this share, so that discs that touch do not overlap.
ARC_SHRINK = 1e-7
STRAY_M = 5.0


@dataclass(frozen=True)
class Cells:
    """Vertices (v, 2) in metres; one closed counter-clockwise ring of vertex numbers per place."""

    vertices: Floats
    ring_offset: Ints
    ring_vertex: Ints


def reach_cells(
    xy: Floats,
    reach: Floats,
    *,
    arc_segments: int = 64,
    bend_per_m: float = 0.0,
    frame_m: float = np.inf,
) -> Cells:
    """The cell of each place: nearer to it than to any other, out to its own reach.

    `xy` are metres (n, 2), no two within `SNAP_M`; `reach` metres (n,), nearly equal among
    neighbours (a projection's scale differs a little from place to place).

    On another map a straight edge of s metres strays from itself by up to `bend_per_m` * s * s:
    edges get vertices between to keep that under five metres, and under a twentieth of the
    distance between the two places, so that each stays on its side.

    With `frame_m` nothing is drawn further than that from the origin (every place lies nearer): so
    a reach of half the world does not run over a pole.
    """
    n = len(xy)
    duals = duals_of(xy)
    a, b = duals.a, duals.b
    # Column by column: numpy is faster along long rows than across pairs.
    x, y = np.ascontiguousarray(xy.T)
    xa, ya, xb, yb = x[a], y[a], x[b], y[b]
    gap_x, gap_y = xb - xa, yb - ya
    apart = np.sqrt(gap_x**2 + gap_y**2)
    along_x, along_y = -gap_y / apart, gap_x / apart
    middle_x, middle_y = (xa + xb) / 2, (ya + yb) / 2
    edge_reach = (reach[a] + reach[b]) / 2
    span = np.sqrt(np.maximum(edge_reach**2 - (apart / 2) ** 2, 0.0))
    lowest, highest = -span, span

    group, reached = merge_nodes(duals, edge_reach)
    if np.isfinite(frame_m):
        foot = middle_x * along_x + middle_y * along_y
        past = middle_x**2 + middle_y**2 - foot**2
        half = np.sqrt(np.maximum(frame_m**2 - past, 0.0))
        lowest, highest = np.maximum(lowest, -foot - half), np.minimum(highest, half - foot)
        node = duals.node_xy[group[:-1]]
        reached[:-1] &= (node**2).sum(axis=1) < frame_m**2
    low_in = (duals.low_node >= 0) & reached[duals.low_node]
    high_in = (duals.high_node >= 0) & reached[duals.high_node]
    low = np.where(low_in, duals.low, np.maximum(duals.low, lowest))
    high = np.where(high_in, duals.high, np.minimum(duals.high, highest))
    low_node, high_node = group[duals.low_node], group[duals.high_node]
    both, one_node = low_in & high_in, low_node == high_node
    keep = np.where(both, ~one_node, high - low > SNAP_M)

    # Neighbours whose circles only just touch: where one's scale is larger, it must not reach over.
    touching = np.flatnonzero((span < SNAP_M) & ~keep & (apart < 2.05 * edge_reach))
    ceiling = np.full(n, np.inf)
    for place in (a[touching], b[touching]):
        np.minimum.at(ceiling, place, apart[touching] / 2)

    kept = np.flatnonzero(keep)
    a, b, low, high = a[kept], b[kept], low[kept], high[kept]
    low_in, high_in = low_in[kept], high_in[kept]
    low_node, high_node = low_node[kept], high_node[kept]
    e = len(a)

    is_used = np.zeros(len(duals.node_xy) + 1, bool)
    is_used[low_node[low_in]] = True
    is_used[high_node[high_in]] = True
    used = np.flatnonzero(is_used)
    node_id = np.cumsum(is_used) - 1
    v = used.size
    start = np.where(low_in, node_id[low_node], -1)
    free_low = np.flatnonzero(~low_in)
    start[free_low] = v + np.arange(free_low.size)
    v += free_low.size
    end = np.where(high_in, node_id[high_node], -1)
    free_high = np.flatnonzero(~high_in)
    end[free_high] = v + np.arange(free_high.size)
    v += free_high.size
    stray = np.clip(apart[kept] / 20, 0.05, STRAY_M)
    pieces = np.ceil((high - low) * np.sqrt(bend_per_m / stray))
    between = np.maximum(pieces.astype(np.int64) - 1, 0)
    inner_first = v + np.cumsum(between) - between
    which = np.repeat(np.arange(e), between)
    share = (spread(0, between) + 1) / (between[which] + 1)
    # Positions along edges, and the edges: ends in no node, then what lies between.
    t = np.concatenate([low[free_low], high[free_high], low[which] + share * (high - low)[which]])
    edge = kept[np.concatenate([free_low, free_high, which])]
    vertices = np.concatenate(
        [
            duals.node_xy[used],
            np.column_stack(
                [middle_x[edge] + t * along_x[edge], middle_y[edge] + t * along_y[edge]]
            ),
        ]
    )
    edges = a, b, start, end, between, inner_first
    return _rings(xy, (reach, ceiling, frame_m), vertices, edges, arc_segments=arc_segments)


def _rings(
    xy: Floats,
    reaches: tuple[Floats, Floats, float],
    vertices: Floats,
    edges: tuple[Ints, Ints, Ints, Ints, Ints, Ints],
    *,
    arc_segments: int,
) -> Cells:
    """Each place's edges in angular order, with arcs in the gaps: rings of vertex numbers.

    `reaches` are each place's reach, the most that any of its arcs may have, and the frame.
    """
    reach, ceiling, frame_m = reaches
    n = len(xy)
    a, b, start, end, between, inner_first = edges
    e = len(a)
    # Half-edge h < e runs up its edge around a, h >= e runs down around b.
    cell = np.concatenate([a, b])
    x, y = np.ascontiguousarray(xy.T)
    # One float sorts by cell, then angle: 8 > 2 pi. The way back is half a turn on.
    angle = np.arctan2(y[b] - y[a], x[b] - x[a])
    back = np.where(angle > 0, angle - np.pi, angle + np.pi)
    order = np.argsort(cell * 8.0 + np.concatenate([angle, back]))
    cell = cell[order]
    first = np.concatenate([start, end])[order]
    last = np.concatenate([end, start])[order]
    inner = np.concatenate([between, between])[order]
    inner_from = np.concatenate([inner_first, inner_first + between - 1])[order]
    inner_step = 1 - 2 * (order >= e)

    count = np.bincount(cell, minlength=n)
    cell_from = np.cumsum(count) - count
    lonely = np.flatnonzero(count == 0)
    following = np.arange(2 * e) + 1
    full = np.flatnonzero(count)
    following[cell_from[full] + count[full] - 1] = cell_from[full]
    gap = last != first[following] if e else np.zeros(0, bool)

    # Arcs: every vertex at a whole multiple of the step around the circle, strictly in the gap.
    step = 2 * np.pi / arc_segments
    g = np.flatnonzero(gap)
    centre = xy[cell[g]]
    out_from, out_to = vertices[last[g]] - centre, vertices[first[following[g]]] - centre
    t0 = np.arctan2(out_from[:, 1], out_from[:, 0])
    turn = np.mod(np.arctan2(out_to[:, 1], out_to[:, 0]) - t0, 2 * np.pi)
    turn = np.where((turn > 2 * np.pi - 1e-6) & (following[g] != g), 0.0, turn)
    k0 = np.floor(t0 / step + 0.1).astype(np.int64) + 1
    k1 = np.ceil((t0 + turn) / step - 0.1).astype(np.int64) - 1
    arc = np.zeros(2 * e, dtype=np.int64)
    arc[g] = np.maximum(k1 - k0 + 1, 0)
    w = np.repeat(np.arange(g.size), arc[g])
    theta = (k0[w] + spread(0, arc[g])) * step
    r0, r1 = (_radius(way, centre, reach[cell[g]], frame_m) for way in (out_from, out_to))
    part = (theta - t0[w]) / np.maximum(turn[w], 1e-12)
    radius = np.minimum(r0[w] + part * (r1 - r0)[w], ceiling[cell[g]][w]) * (1 - ARC_SHRINK)
    arc_xy = centre[w] + radius[:, None] * np.column_stack([np.cos(theta), np.sin(theta)])
    arc_xy = _within(arc_xy, frame_m)
    arc_first = np.zeros(2 * e, dtype=np.int64)
    arc_first[g] = len(vertices) + np.cumsum(arc[g]) - arc[g]

    circle = np.arange(arc_segments) * step
    unit = np.column_stack([np.cos(circle), np.sin(circle)]) * (1 - ARC_SHRINK)
    lone = np.minimum(reach, ceiling)[lonely, None, None]
    circles = _within((xy[lonely, None, :] + lone * unit).reshape(-1, 2), frame_m)
    circle_first = len(vertices) + len(arc_xy)

    # A half-edge writes: its first vertex, those between, and before a gap its last and the arc's.
    size = 1 + inner + gap + arc
    ring_size = np.bincount(cell, weights=size, minlength=n).astype(np.int64)
    ring_size[lonely] = arc_segments
    ring_offset = np.concatenate([[0], np.cumsum(ring_size)])
    ring_vertex = np.empty(ring_offset[-1], dtype=np.int64)
    # Half-edges are in cell order; lonely cells push the later ones back.
    at = np.cumsum(size) - size
    if lonely.size:
        at += arc_segments * np.searchsorted(lonely, cell)
        ring_vertex[(ring_offset[lonely][:, None] + np.arange(arc_segments)).ravel()] = (
            circle_first + np.arange(lonely.size * arc_segments)
        )
    ring_vertex[at] = first
    h = np.repeat(np.arange(2 * e), inner)
    ramp = spread(0, inner)
    ring_vertex[at[h] + 1 + ramp] = inner_from[h] + inner_step[h] * ramp
    ring_vertex[at[g] + 1 + inner[g]] = last[g]
    h = np.repeat(np.arange(2 * e), arc)
    ramp = spread(0, arc)
    ring_vertex[at[h] + 2 + inner[h] + ramp] = arc_first[h] + ramp
    return Cells(np.concatenate([vertices, arc_xy, circles]), ring_offset, ring_vertex)


def _radius(way: Floats, centre: Floats, reach: Floats, frame_m: float) -> Floats:
    """How far an arc starts from its place: where the edge ends, or the reach if at the frame."""
    end = way + centre
    framed = np.hypot(end[:, 0], end[:, 1]) > frame_m * (1 - 1e-9)
    return np.where(framed, reach, np.hypot(way[:, 0], way[:, 1]))


def _within(xy: Floats, frame_m: float) -> Floats:
    """Points no further from the origin than the frame."""
    if not np.isfinite(frame_m):
        return xy
    return xy * np.minimum(1.0, frame_m / np.hypot(xy[:, 0], xy[:, 1]))[:, None]
