"""What changed hands between two states: two dates, or two dates of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.graph import connected
from geo.territory import label_polygons, land_frame
from geo.tessellation import CONTESTED, SHARED, UNASSESSED, Tessellation

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

Ints = NDArray[np.int64]


def changed_hands(
    tess: Tessellation, before: ArrayLike, after: ArrayLike, *, pieces: bool = False
) -> GeoDataFrame:
    """Land that changed hands: `lost_by`, `gained_by`, `area_km2`, `places`, `geometry`.

    `before` and `after` are who holds each place, int (n,), as in `territories`. One row per pair
    of holders, sorted by them (-1 not assessed and -2 contested are among them: land that is now in
    dispute was lost, too); with `pieces=True` one row for each connected piece of it. `places` are
    the numbers of the places in it, ascending, as a tuple: their claims are what is behind it.
    Geometries are EPSG:4326, cut at the antimeridian; areas are geodesic.

    Raises ControllerError for controllers that do not fit.
    """
    was, now = tess.cell_controller(before), tess.cell_controller(after)
    cells = np.flatnonzero((was != now) & (tess.area_km2 > 0))
    pairs, which = _pairs(was[cells], now[cells])
    label = np.full(len(tess), -1, dtype=np.int64)
    label[cells] = which
    if pieces:
        label, of_piece = _pieces(tess, label)
        pairs = pairs[of_piece]
    count = len(pairs)
    area = np.bincount(label[cells], tess.area_km2[cells], minlength=count).astype(np.float64)
    columns = {
        "lost_by": pairs[:, 0],
        "gained_by": pairs[:, 1],
        "area_km2": area,
        "places": members(tess, label, count),
    }
    return land_frame(columns, label_polygons(tess, label))


def gained(tess: Tessellation, before: ArrayLike, after: ArrayLike) -> GeoDataFrame:
    """Land each holder has in `after` and had not in `before`.

    Columns `controller`, `area_km2`, `geometry` (EPSG:4326). The mirror of `lost`:
    gained(a, b) equals lost(b, a). Contested land, -2, is a holder.
    """
    was, now = tess.cell_controller(before), tess.cell_controller(after)
    return _by_holder(tess, np.where(was != now, now, UNASSESSED))


def lost(tess: Tessellation, before: ArrayLike, after: ArrayLike) -> GeoDataFrame:
    """Land each holder had in `before` and has not in `after`; columns as in `gained`."""
    return gained(tess, after, before)


def balance(tess: Tessellation, before: ArrayLike, after: ArrayLike) -> DataFrame:
    """Each holder's account: `controller`, `before_km2`, `gained_km2`, `lost_km2`, `after_km2`.

    before + gained - lost = after in every row, and what is gained is lost by another: with -1 (not
    assessed) and -2 (contested) among the rows both columns have one sum.
    """
    import pandas as pd

    was, now = tess.cell_controller(before), tess.cell_controller(after)
    own = np.flatnonzero(tess.area_km2 > 0)
    was, now, area = was[own], now[own], tess.area_km2[own]
    codes = np.unique(np.concatenate([was, now]))

    def total(held: Ints, some: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(
            np.searchsorted(codes, held[some]), area[some], minlength=codes.size
        ).astype(np.float64)

    changed, every = was != now, np.ones(own.size, bool)
    return pd.DataFrame(
        {
            "controller": codes,
            "before_km2": total(was, every),
            "gained_km2": total(now, changed),
            "lost_km2": total(was, changed),
            "after_km2": total(now, every),
        }
    )


def _by_holder(tess: Tessellation, held: Ints) -> GeoDataFrame:
    own = (held != UNASSESSED) & (tess.area_km2 > 0)
    codes, which = np.unique(held[own], return_inverse=True)
    label = np.full(len(tess), -1, dtype=np.int64)
    label[own] = which.reshape(-1)
    area = np.bincount(label[own], tess.area_km2[own], minlength=codes.size).astype(np.float64)
    return land_frame({"controller": codes, "area_km2": area}, label_polygons(tess, label))


def _pairs(was: Ints, now: Ints) -> tuple[Ints, Ints]:
    """The distinct pairs (p, 2), ascending, and each row's position among them."""
    width = int(max(was.max(initial=0), now.max(initial=0))) - CONTESTED + 1
    code, which = np.unique(
        (was - CONTESTED) * np.int64(width) + now - CONTESTED, return_inverse=True
    )
    pairs = np.column_stack([code // width, code % width]) + CONTESTED
    return pairs.astype(np.int64), which.reshape(-1)


def _pieces(tess: Tessellation, label: Ints) -> tuple[Ints, Ints]:
    """Labels split into connected parts, and the old label of each new one."""
    shared = np.flatnonzero(tess.edge_kind == SHARED)
    a, b = tess.edge_left[shared], tess.edge_right[shared]
    joined = (label[a] == label[b]) & (label[a] >= 0)
    part = connected(a[joined].astype(np.int64), b[joined].astype(np.int64), len(tess))
    cells = np.flatnonzero(label >= 0)
    # By old label, then by first place.
    _, first, which = np.unique(part[cells], return_index=True, return_inverse=True)
    order = np.lexsort((cells[first], label[cells][first]))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    out = np.full(label.size, -1, dtype=np.int64)
    out[cells] = rank[which.reshape(-1)]
    return out, label[cells][first][order]


def members(tess: Tessellation, label: Ints, count: int) -> NDArray[np.object_]:
    """For each label the places in its cells, as tuples."""
    place = np.flatnonzero(tess.cell_of >= 0)
    of = label[tess.cell_of[place]]
    place, of = place[of >= 0], of[of >= 0]
    order = np.argsort(of, kind="stable")
    groups = np.split(place[order], np.cumsum(np.bincount(of, minlength=count))[:-1])
    out = np.empty(count, dtype=object)
    out[:] = [tuple(group.tolist()) for group in groups[:count]]
    return out
