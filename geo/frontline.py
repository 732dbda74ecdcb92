"""Fronts: the shared edges between rivals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import ControllerError
from geo.frames import frame
from geo.ragged import spread
from geo.rings import chains, sides_of_edges
from geo.territory import distinct, label_polygons, labels, simplified
from geo.tessellation import CONTESTED, MOST, UNASSESSED, Tessellation
from geo.topology import EdgeArrays

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Sides = Mapping[int, int] | ArrayLike


def frontlines(
    tess: Tessellation,
    controller: ArrayLike,
    *,
    side: Sides | None = None,
    contested: bool = False,
    tolerance_m: float | None = None,
) -> GeoDataFrame:
    """Fronts between rivals: `side_a`, `side_b`, `length_km`, `geometry` (EPSG:4326).

    `controller` as in `territories`. One row per pair with side_a < side_b, merged lines, geodesic
    length. `side` maps each holder to its side (a mapping, or an array indexed by holder): holders
    of one side are allies, there is no front between them and the columns name sides; without it
    every holder is a side of its own.

    Land that is not assessed never makes a front. Contested land makes none by default, because
    where the line runs in it is exactly what is not known; with `contested=True` its borders to
    held land come as rows with side_a -2.

    `tolerance_m` simplifies for display: the lines run along the borders that `territories` draws
    with the same tolerance, and say so in `.attrs["tolerance_m"]`. Lengths stay those of the whole
    lines.

    Raises ControllerError for controllers that do not fit or have no side.
    """
    held = tess.cell_controller(controller)
    codes, label = labels(side_of(held, side))
    a, b = sides_of_edges(tess, label)
    front = np.flatnonzero(a != b)
    a, b = a[front], b[front]
    # Labels ascend by code, so contested land, where there is any, is label 0.
    lowest = int(np.searchsorted(codes, CONTESTED if contested else 0))
    rival = (a >= lowest) & (b >= lowest)
    front, a, b = front[rival], a[rival], b[rival]
    pairs, which = distinct(np.minimum(a, b) * np.int64(codes.size) + np.maximum(a, b))
    length = np.bincount(which, tess.edge_length_km[front], minlength=pairs.size).astype(np.float64)
    columns = {
        "side_a": codes[pairs // max(codes.size, 1)],
        "side_b": codes[pairs % max(codes.size, 1)],
        "length_km": length,
    }
    if tolerance_m is None:
        return frame(columns, edge_lines(tess, front, which))
    wanted = pair_code(columns["side_a"], columns["side_b"])
    table = frame(columns, _simplified(tess, held, side, wanted, tolerance_m))
    table.attrs["tolerance_m"] = float(tolerance_m)
    return table


def _simplified(
    tess: Tessellation,
    held: NDArray[np.int64],
    side: Sides | None,
    wanted: NDArray[np.int64],
    tolerance_m: float,
) -> NDArray[Any]:
    """The front of each pair code of sides, ascending, along the simplified land of holders."""
    from geo.coverage import Coverage

    codes, label = labels(held)
    shapes = label_polygons(tess, label)
    drawn = ~shapely.is_missing(shapes)
    land = Coverage(simplified(shapes[drawn], tolerance_m))
    sides = side_of(codes[drawn], side)
    a, b = (np.append(sides, UNASSESSED)[cells] for cells in (land.edge_left, land.edge_right))
    code = pair_code(a, b)
    front = np.flatnonzero((a != b) & (b != UNASSESSED) & np.isin(code, wanted))
    return edge_lines(land, front, np.searchsorted(wanted, code[front]))


def pair_code(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.int64]:
    """One number for two sides whatever their order; ascends by the lower side, then the higher."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    return np.asarray(((low - CONTESTED) << 31) + (high - CONTESTED))


def pair_sides(code: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lower and the higher side of `pair_code` numbers."""
    return (code >> 31) + CONTESTED, (code & ((1 << 31) - 1)) + CONTESTED


def is_front(a: NDArray[Any], b: NDArray[Any], *, contested: bool = False) -> NDArray[np.bool_]:
    """Whether an edge between land of sides a and b is a front."""
    lowest = CONTESTED if contested else 0
    return np.asarray(
        (a != b) & (a >= lowest) & (b >= lowest) & (a != UNASSESSED) & (b != UNASSESSED)
    )


def side_of(held: NDArray[np.int64], side: Sides | None) -> NDArray[np.int64]:
    """The side of each holder; -1 and -2 stay what they are.

    Raises ControllerError for a holder without a side or a side below 0.
    """
    if side is None or not held.size:
        return held
    codes, which = np.unique(held, return_inverse=True)
    known = dict(side) if isinstance(side, Mapping) else dict(enumerate(np.asarray(side).tolist()))
    out = codes.copy()
    for i, code in enumerate(codes.tolist()):
        if code >= 0:
            if not 0 <= known.get(code, -1) <= MOST:
                raise ControllerError(
                    f"holder {code} has no side; give every holder one (0 to {MOST}), "
                    "its own if it has no allies"
                )
            out[i] = known[code]
    return np.asarray(out[which.reshape(-1)])


def edge_lines(tess: EdgeArrays, edge: NDArray[Any], group: NDArray[Any]) -> NDArray[Any]:
    """The edges of each group 0, 1, .. as one (Multi)LineString, merged where two ends meet."""
    if not edge.size:
        return np.zeros(0, dtype=object)
    first = tess.edge_offset[edge].astype(np.int64)
    last = tess.edge_offset[edge + 1].astype(np.int64) - 1
    ends = np.stack([tess.edge_vertex[first], tess.edge_vertex[last]], axis=1).astype(np.int64)
    key = (group[:, None] * np.int64(len(tess.vertices)) + ends).ravel()
    walk, start = chains(key)
    # An odd end is an edge's last vertex: a walk that goes out from it runs backwards.
    at, back = walk >> 1, (walk & 1).astype(bool)
    from_, to = np.where(back, last[at], first[at]), np.where(back, first[at], last[at])
    # Every edge writes all of its polyline but the last vertex; a chain's last edge that, too.
    closing = np.zeros(walk.size, dtype=np.int64)
    closing[np.append(start[1:], walk.size) - 1] = 1
    size = np.abs(to - from_) + closing
    slot = np.cumsum(size) - size
    ramp = np.arange(int(size.sum())) - np.repeat(slot, size)
    take = np.repeat(from_, size) + np.repeat(np.where(back, -1, 1), size) * ramp
    # Chains by group, so that each group's lines are one shape.
    of = group[at[start]]
    order = np.argsort(of, kind="stable")
    length = np.diff(np.append(slot[start], take.size))[order]
    ends = np.concatenate([[0], np.cumsum(length)])
    take = take[spread(slot[start][order], length)]
    of = of[order]
    shapes = np.append(np.flatnonzero(np.append(True, of[1:] != of[:-1])), of.size)
    out: Any = shapely.from_ragged_array(
        shapely.GeometryType.MULTILINESTRING,
        tess.vertices[tess.edge_vertex[take]],
        (ends, shapes),
    )
    one = np.flatnonzero(np.diff(shapes) == 1)
    out[one] = shapely.get_geometry(out[one], 0)
    return np.asarray(out)
