"""Borders between nearest places: the duals of the Delaunay triangulation, and where they meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.graph import connected, triangulate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Edges shorter than this are drawn together into one vertex; it is the last digit of a coordinate
# with seven decimals.
SNAP_M = 0.01
# A corner this little beyond the reach counts as reached: no pinholes where three circles meet.
REACH_SLACK_M = 0.05
_NEAR_M = 10.0


@dataclass(frozen=True)
class Duals:
    """Voronoi edges between neighbouring places a and b.

    `low` and `high` are positions along the bisector, in metres from the middle of a and b, with a
    on the left of the way up; `low_node` and `high_node` number the Voronoi vertices there (-1
    where the edge runs to infinity) at `node_xy`, `node_radius` metres from their places.
    """

    a: Ints
    b: Ints
    low: Floats
    high: Floats
    low_node: Ints
    high_node: Ints
    node_xy: Floats
    node_radius: Floats


def merge_nodes(duals: Duals, edge_reach: Floats) -> tuple[Ints, NDArray[np.bool_]]:
    """A group number per node (its first reached member), and whether the node is within reach.

    A node counts as reached when it is within the reach of any of its edges, so that at a node out
    of reach every edge ends short of it.
    """
    m = len(duals.node_xy)
    limit = np.zeros(m + 1)
    for node in (duals.low_node, duals.high_node):
        # Index -1 falls on the spare last entry.
        np.maximum.at(limit, node, edge_reach)
    reached = np.append(duals.node_radius <= limit[:m] + REACH_SLACK_M, False)
    group = np.arange(m + 1)
    near = (duals.low_node >= 0) & (duals.high_node >= 0)
    near &= duals.high - duals.low < SNAP_M
    near[near] = (
        np.maximum(
            duals.node_radius[duals.low_node[near]], duals.node_radius[duals.high_node[near]]
        )
        < edge_reach[near] + _NEAR_M
    )
    if near.any():
        label = connected(duals.low_node[near], duals.high_node[near], m)
        # The group's representative: its first member within reach, else its first member.
        rank = np.lexsort((np.arange(m), ~reached[:m], label))
        lead = np.ones(m, bool)
        lead[1:] = label[rank][1:] != label[rank][:-1]
        leader = np.empty(int(label.max()) + 1, dtype=np.int64)
        leader[label[rank][lead]] = rank[lead]
        group[:m] = leader[label]
        reached = reached[group]
    return group, reached


def duals_of(xy: Floats) -> Duals:
    none = np.zeros(0, dtype=np.int64)
    empty = Duals(none, none, np.zeros(0), np.zeros(0), none, none, np.zeros((0, 2)), np.zeros(0))
    if len(xy) < 2:
        return empty
    line = _along_a_line(xy)
    if line is not None:
        a, b = line[:-1], line[1:]
        endless = np.full(len(a), np.inf)
        nowhere = np.full(len(a), -1)
        return Duals(a, b, -endless, endless, nowhere, nowhere, np.zeros((0, 2)), np.zeros(0))
    return _from_triangles(xy)


def _along_a_line(xy: Floats) -> Ints | None:
    """Order of the places along their common line, None where they span an area."""
    if len(xy) == 2:
        return np.array([0, 1])
    x, y = (column - column.mean() for column in np.ascontiguousarray(xy.T))
    # The direction of the greatest spread: twice its angle is that of the second moments.
    # Sums and no dot products, which wake the threads of BLAS.
    turn = np.arctan2(2 * (x * y).sum(), (x**2).sum() - (y**2).sum()) / 2
    cos, sin = np.cos(turn), np.sin(turn)
    along, across = cos * x + sin * y, cos * y - sin * x
    if np.abs(across).max() > max(1e-3, 1e-9 * float(np.sqrt((along**2).sum()))):
        return None
    return np.argsort(along, kind="stable")


def _from_triangles(xy: Floats) -> Duals:
    """Voronoi edges as the duals of the Delaunay triangulation."""
    corner, beside = triangulate(xy - xy.mean(axis=0))
    # Side j is opposite corner j and runs with the triangle on its left. One row a side: numpy is
    # twice as fast along long rows, and faster by one flat number than by two.
    m = corner.shape[1]
    x, y = (np.ascontiguousarray(column).take(corner) for column in xy.T)
    run_x, run_y = (z[[2, 0, 1]] - z[[1, 2, 0]] for z in (x, y))
    side = np.sqrt(run_x**2 + run_y**2)
    cross = np.abs(run_x[0] * run_y[1] - run_x[1] * run_y[0])
    # The two other sides run into and out of corner j: minus their product is the cosine part.
    dot = -(run_x[[1, 2, 0]] * run_x[[2, 0, 1]] + run_y[[1, 2, 0]] * run_y[[2, 0, 1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where the circumcentre stands from the side's middle: half its length times the
        # cotangent of the opposite angle; infinite for a flat triangle.
        offset = side * dot / (2 * cross)
    offset[np.isnan(offset)] = np.inf
    row = np.arange(m)
    far = np.abs(offset)
    best = np.where(far[1] < far[0], m, 0)
    best[far[2] < np.minimum(far[0], far[1])] = 2 * m
    start, end = (best + m) % (3 * m) + row, (best + 2 * m) % (3 * m) + row
    px, py, qx, qy = x.take(start), y.take(start), x.take(end), y.take(end)
    t, length = offset.take(best + row), side.take(best + row)
    finite = np.isfinite(t)
    stride = np.where(finite, t, 0.0)
    node_x = (px + qx) / 2 + stride * ((py - qy) / length)
    node_y = (py + qy) / 2 + stride * ((qx - px) / length)
    node_radius = np.where(finite, np.sqrt((length / 2) ** 2 + t**2), np.inf)

    half = np.flatnonzero((beside < 0) | (row < beside))
    k, nb = half % m, beside.take(half)
    back = np.where(beside[1].take(nb) == k, m, 0) + np.where(beside[2].take(nb) == k, 2 * m, 0)
    low = np.where(nb >= 0, -offset.take(back + nb), -np.inf)
    return Duals(
        corner[[1, 2, 0]].take(half),
        corner[[2, 0, 1]].take(half),
        low,
        offset.take(half),
        nb,
        k,
        np.column_stack([node_x, node_y]),
        node_radius,
    )
