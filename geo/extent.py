"""What a map is to cover: boundaries checked and unrolled, places told apart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo import crs
from geo.antimeridian import turned
from geo.errors import BoundaryError
from geo.graph import connected, near_pairs

Floats = NDArray[np.float64]

# Places nearer to each other than this share one cell.
COINCIDENT_M = 1.0
# With this many places in a strip of a metre (a lattice) a tree finds near pairs faster.
_DENSE_STRIP = 8
_POLEWARD_DEG = 89.9
_METRES_A_DEGREE = 111_000.0
_LONG_REACH_M = 500_000.0


def check_boundary(boundary: Any) -> None:
    if not isinstance(boundary, (shapely.Polygon, shapely.MultiPolygon)):
        raise BoundaryError(
            f"boundary must be a shapely Polygon or MultiPolygon, got {type(boundary).__name__}"
        )
    if boundary.is_empty:
        raise BoundaryError("boundary is empty; give the area that is to be mapped")
    xy = shapely.get_coordinates(boundary)
    if not (np.isfinite(xy).all() and (np.abs(xy) <= [360, 90]).all()):
        raise BoundaryError("boundary must be in degrees, longitude first, finite")
    if not boundary.is_valid:
        raise BoundaryError(
            f"boundary is not valid ({shapely.is_valid_reason(boundary)}); "
            "mend it with shapely.make_valid and look at the result"
        )


def furthest_m(xy: Floats, boundary_xy: Floats) -> float:
    """A distance that takes every place beyond every corner of the boundary."""
    # A column at a time: numpy is faster along long rows than across pairs.
    away = [
        np.maximum(column - corner.min(), corner.max() - column)
        for column, corner in zip(xy.T, boundary_xy.T, strict=True)
    ]
    return float(np.sqrt((away[0] ** 2 + away[1] ** 2).max())) * 1.01 + 1000.0


def frame_around(boundary_xy: Floats, reach_m: float) -> float:
    """Metres from the middle of the map beyond which no cell need be drawn; infinite for all that
    the reach itself keeps near.
    """
    if reach_m <= _LONG_REACH_M:
        return math.inf
    return 1.25 * float(np.hypot(boundary_xy[:, 0], boundary_xy[:, 1]).max())


def check_latitudes(
    plane: Any, place_lat: Floats, boundary: Any, reach: tuple[float, float]
) -> float:
    """The highest latitude, north or south, at which cells are drawn before they are cut.

    `reach` are the longest reach and the frame of `frame_around`. Raises BoundaryError where that
    is a pole.
    """
    reach_m, frame_m = reach
    _, south, _, north = shapely.bounds(boundary)
    beyond = float(np.abs(place_lat).max(initial=0.0)) + reach_m / _METRES_A_DEGREE
    poles = crs.to_metric(plane, [0.0, 0.0], [-90.0, 90.0])
    if np.hypot(poles[:, 0], poles[:, 1]).min() > frame_m:
        turn = np.linspace(0, 2 * np.pi, 64)
        circle = frame_m * np.column_stack([np.cos(turn), np.sin(turn)])
        beyond = min(beyond, float(np.abs(crs.to_lonlat(plane, circle)[:, 1]).max()))
    furthest = max(abs(float(south)), abs(float(north)), beyond)
    if furthest > _POLEWARD_DEG:
        raise BoundaryError(
            "land within a reach of a pole has no shape in longitude and latitude; "
            f"end the boundary short of {_POLEWARD_DEG} degrees, or give a shorter reach"
        )
    return furthest


def check_seam(
    lonlat: Floats, ring_offset: NDArray[np.int64], ring_vertex: NDArray[np.int64]
) -> None:
    """Raise BoundaryError where a cell runs on across the far side of the world.

    A map is one sheet of longitude and latitude; a boundary that closes around the world (around a
    pole, say) has a seam that cells would have to cross.
    """
    step = np.abs(np.diff(lonlat[ring_vertex, 0]))
    step[ring_offset[1:-1] - 1] = 0
    if step.max(initial=0.0) > 180:
        raise BoundaryError(
            "the boundary closes around the world, and cells run across its seam; "
            "cut it along two meridians and map the halves apart"
        )


def boundary_bounds(boundary: Any) -> crs.Bounds:
    """Bounds with west > east where the parts lie closer across the antimeridian."""
    boxes = shapely.bounds(shapely.get_parts(boundary))
    south, north = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    turns = np.floor((boxes[:, 0] + 180) / 360) * 360
    west, east = boxes[:, 0] - turns, boxes[:, 2] - turns
    order = np.argsort(west)
    west, east = west[order], np.maximum.accumulate(east[order])
    gaps = np.append(west[1:], west[0] + 360) - east
    widest = int(np.argmax(gaps))
    start = float(west[(widest + 1) % west.size])
    stop = float(east[widest])
    stop = stop - 360 if stop > 180 else stop
    return start, south, stop, north


def unroll(boundary: Any, middle: float) -> Any:
    """The boundary with each part turned to within 180 degrees of the middle longitude."""
    parts = shapely.get_parts(boundary)
    boxes = shapely.bounds(parts)
    turns = np.round(((boxes[:, 0] + boxes[:, 2]) / 2 - middle) / 360) * 360
    if not turns.any():
        return boundary
    moved = [turned(part, -float(turn)) for part, turn in zip(parts, turns, strict=True)]
    # Parts cut at the antimeridian meet there again; the seam is no border.
    return shapely.union_all(moved)


def first_of_coincident(xy: Floats) -> NDArray[np.int64]:
    """For each point the first point that is the same place: linked by steps under one metre."""
    first = np.arange(len(xy))
    x, y = np.ascontiguousarray(xy.T)
    order = np.argsort(x)
    x, y = x[order], y[order]
    near: list[NDArray[np.int64]] = []
    # In order of x, such a pair is at most as many places apart as lie in a strip of one metre.
    for lag in range(1, len(xy)):
        strip = np.flatnonzero(x[lag:] - x[:-lag] <= COINCIDENT_M)
        if not strip.size:
            break
        if lag > _DENSE_STRIP:
            near = [first]
            break
        close = strip[np.abs(y[strip + lag] - y[strip]) <= COINCIDENT_M]
        near += [order[close], order[close + lag]]
    crowd = np.unique(np.concatenate(near)) if near else first[:0]
    if crowd.size:
        # Equal points are one: thousands of them would make millions of pairs.
        at, where = np.unique(xy[crowd, 0] + 1j * xy[crowd, 1], return_inverse=True)
        pairs = near_pairs(np.column_stack([at.real, at.imag]), COINCIDENT_M)
        label = connected(pairs[:, 0], pairs[:, 1], at.size)[where.reshape(-1)]
        _, lead = np.unique(label, return_index=True)
        first[crowd] = crowd[lead[label]]
    return first
