"""Land and fronts counted for every day of a period, from the changes and not from the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo import crs
from geo.changes import Changes, cell_changes
from geo.errors import GeoError
from geo.frontline import Sides, pair_sides
from geo.history import front_spells, holding_spells
from geo.ragged import spread
from geo.tessellation import Tessellation

if TYPE_CHECKING:
    from pandas import DataFrame

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def daily_holdings(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    population: ArrayLike | None = None,
    start: Any = None,
    end: Any = None,
) -> DataFrame:
    """What each holder has at the end of each day: `day`, `controller`, `area_km2`, `places`.

    One row for each day from `start` to `end` (default: the first and the last day of change) and
    each holder that ever holds anything (contested, -2, is one), by day, then controller. Other
    arguments as in `cell_changes`. `places` counts every place that the holder has, those that
    share a cell each.

    `population` float (n,), NaN where it is not known, adds `population`, the sum of those known,
    and `population_unknown`, in how many of the places it is not.
    """
    changes = cell_changes(tess, initial, day, place, controller, start=start)
    cell, holder, begin, stop = holding_spells(changes)
    codes, which = np.unique(holder, return_inverse=True)
    inside = tess.cell_of >= 0
    crowd = np.bincount(tess.cell_of[inside], minlength=len(tess))
    weights = {"area_km2": tess.area_km2[cell], "places": crowd[cell].astype(float)}
    if population is not None:
        people = np.asarray(population, dtype=np.float64)
        if people.shape != (len(tess),) or (people < 0).any():
            raise GeoError(f"population must be {len(tess)} numbers from 0 up, NaN where unknown")
        known = np.isfinite(people)
        at = tess.cell_of[inside]
        sums = np.bincount(at, np.where(known, people, 0)[inside], minlength=len(tess))
        unknown = np.bincount(at, ~known[inside], minlength=len(tess))
        weights |= {"population": sums[cell], "population_unknown": unknown[cell]}
    days = _length(changes, end)
    spells = which.reshape(-1), begin, stop
    held = {name: _running(spells, w, days, codes.size) for name, w in weights.items()}
    # Running sums of floats leave dust where nothing is left.
    for name in ("area_km2", "population"):
        if name in held:
            held[name] = np.where(held["places"] > 0.5, held[name], 0.0)
    for name in ("places", "population_unknown"):
        if name in held:
            held[name] = np.rint(held[name]).astype(np.int64)
    return _frame(changes, days, {"controller": codes}, held)


def daily_fronts(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    side: Sides | None = None,
    contested: bool = False,
    start: Any = None,
    end: Any = None,
) -> DataFrame:
    """Length of each front at the end of each day: `day`, `side_a`, `side_b`, `length_km`.

    One row for each day from `start` to `end` and each pair that is ever at a front, by day, then
    pair; arguments as in `daily_holdings` and `frontlines`.
    """
    changes = cell_changes(tess, initial, day, place, controller, start=start)
    edge, pair, begin, stop = front_spells(tess, changes, side=side, contested=contested)
    pairs, which = np.unique(pair, return_inverse=True)
    days = _length(changes, end)
    spells = which.reshape(-1), begin, stop
    count = _running(spells, np.ones(edge.size), days, pairs.size)
    length = _running(spells, tess.edge_length_km[edge], days, pairs.size)
    low, high = pair_sides(pairs)
    length = np.where(count > 0.5, length, 0.0)
    return _frame(changes, days, {"side_a": low, "side_b": high}, {"length_km": length})


def front_distance(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    lon: float,
    lat: float,
    side: Sides | None = None,
    start: Any = None,
    end: Any = None,
) -> DataFrame:
    """How far the nearest front is from a point each day: `day`, `distance_km`, `side_a`, `side_b`.

    The point is WGS84; distances are geodesic to within a metre per kilometre of the local plane's
    scale. Days without any front have <NA> throughout. Other arguments as in `daily_fronts`.
    """
    import pandas as pd

    changes = cell_changes(tess, initial, day, place, controller, start=start)
    edge, pair, begin, stop = front_spells(tess, changes, side=side)
    days = _length(changes, end)
    edges, at = np.unique(edge, return_inverse=True)
    away = _distance_km(tess, edges, lon, lat)[at.reshape(-1)]
    best = np.full(days, -1, dtype=np.int64)
    # From far to near: the nearest front of a day is painted last.
    for i in np.argsort(-away, kind="stable").tolist():
        best[begin[i] : min(stop[i], days)] = i
    some = best >= 0
    # The spare last entries answer for days without a front.
    low, high = pair_sides(np.append(pair, 0)[best])
    away = np.append(away, np.nan)
    return pd.DataFrame(
        {
            "day": changes.when(np.arange(days)),
            "distance_km": away[best],
            "side_a": pd.arrays.IntegerArray(low, ~some),
            "side_b": pd.arrays.IntegerArray(high, ~some),
        }
    )


def _distance_km(tess: Tessellation, edges: Ints, lon: float, lat: float) -> Floats:
    """Distance of a point from each edge, in a plane about the point."""
    crs.check_lonlat(lon, lat)
    if not edges.size:
        return np.zeros(0)
    plane = crs.plane_of((float(lon), float(lat), float(lon), float(lat)))
    first = tess.edge_offset[edges].astype(np.int64)
    size = tess.edge_offset[edges + 1] - first
    take = spread(first, size)
    xy = crs.to_metric(plane, *tess.vertices[tess.edge_vertex[take]].T)
    # Stereographic about the point: ground distance is 2 R atan(r / 2 R) along every ray.
    lines = shapely.linestrings(xy, indices=np.repeat(np.arange(edges.size), size))
    flat = shapely.distance(lines, shapely.Point(0, 0))
    radius = 2 * crs.AUTHALIC_RADIUS_M
    return np.asarray(radius * np.arctan(flat / radius) / 1000)


def _length(changes: Changes, end: Any) -> int:
    """Days in the table; `end` is the last."""
    if end is None:
        return changes.last + 1
    days = changes.count(end) + 1
    if days < 1:
        raise GeoError("end lies before start; give a later end")
    return days


def _running(
    spells: tuple[Ints, Ints, Ints], weight: NDArray[Any], days: int, kinds: int
) -> Floats:
    """Sum of the weights of the spells that cover each day, by kind: (days, kinds)."""
    which, begin, stop = spells
    begins, stops = begin < days, stop < days
    step = np.bincount(
        begin[begins] * kinds + which[begins], weight[begins], minlength=days * kinds
    )
    step -= np.bincount(stop[stops] * kinds + which[stops], weight[stops], minlength=days * kinds)
    return np.asarray(np.cumsum(step.reshape(days, kinds), axis=0))


def _frame(
    changes: Changes, days: int, keys: dict[str, Ints], values: dict[str, NDArray[Any]]
) -> DataFrame:
    import pandas as pd

    kinds = next(iter(keys.values())).size
    return pd.DataFrame(
        {
            "day": np.repeat(changes.when(np.arange(days)), kinds),
            **{name: np.tile(column, days) for name, column in keys.items()},
            **{name: column.ravel() for name, column in values.items()},
        }
    )
