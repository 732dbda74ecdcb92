"""How far could the line be off? The same places under other reaches and other readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo import crs
from geo.antimeridian import cut_antimeridian
from geo.errors import GeoError
from geo.frontline import Sides, frontlines, side_of
from geo.territory import label_polygons, land_frame
from geo.tessellation import UNASSESSED, Tessellation

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

Floats = NDArray[np.float64]
REACHES_KM = (5.0, 10.0, 15.0, 20.0, 30.0)
# Points along a front between which distances are taken.
_STEP_M = 250.0
_MOST_POINTS = 20_000


@dataclass(frozen=True)
class Sensitivity:
    """What other choices would have drawn.

    `areas`: `policy`, `reach_km`, `controller`, `area_km2`, `change_km2` (against the reference).
    `fronts`: `policy`, `reach_km`, `length_km`, `hausdorff_km` (the furthest that any point of one
    front is from the other), `mean_km` (how far on average); NaN where there is no front in one of
    the two. `band` (EPSG:4326): `controller`, `certain_km2` (held under every choice),
    `possible_km2` (held under some), `geometry`: the land between the two, to within the metres by
    which borders of two reaches are bent apart.
    """

    areas: DataFrame
    fronts: DataFrame
    band: GeoDataFrame


def sensitivity(
    lon: ArrayLike,
    lat: ArrayLike,
    boundary: Any,
    controller: ArrayLike,
    *,
    reach_km: float = 15.0,
    reaches_km: Iterable[float] = REACHES_KM,
    policies: Mapping[str, ArrayLike] | None = None,
    side: Sides | None = None,
) -> Sensitivity:
    """Draw the same date under every reach and every policy, and measure against the reference.

    `lon`, `lat`, `boundary` as in `Tessellation`; `controller` int (n,) and `reach_km` are the
    reference, policy "reference". `policies` name other readings of the same claims, int (n,) each
    (confirmed claims only, one party's claims ...); each is drawn under every reach. With `side`
    the allies' land is one. Raises GeoError without any variant.
    """
    import pandas as pd

    reaches = sorted({float(reach) for reach in reaches_km} | {float(reach_km)})
    readings = {"reference": controller, **(policies or {})}
    if len(reaches) * len(readings) < 2:
        raise GeoError("nothing to compare with; give other reaches or policies")
    tessellations = {reach: Tessellation(lon, lat, boundary, reach) for reach in reaches}
    held = {name: _sides(reading, side) for name, reading in readings.items()}
    cells = {
        (name, reach): tess.cell_controller(reading)
        for name, reading in held.items()
        for reach, tess in tessellations.items()
    }
    codes = np.unique(np.concatenate([*cells.values()]))
    codes = codes[codes != UNASSESSED]
    first = ("reference", float(reach_km))
    reference_area = _areas(tessellations[first[1]], cells[first], codes)
    reference_front = _fronts(tessellations[first[1]], held["reference"])[0]

    areas, fronts = [], []
    for (policy, reach), of_cell in cells.items():
        area = _areas(tessellations[reach], of_cell, codes)
        named = (area > 0) | (reference_area > 0)
        areas.append(
            pd.DataFrame(
                {
                    "policy": policy,
                    "reach_km": reach,
                    "controller": codes[named],
                    "area_km2": area[named],
                    "change_km2": (area - reference_area)[named],
                }
            )
        )
        front, length = _fronts(tessellations[reach], held[policy])
        furthest, mean = front_displacement(reference_front, front)
        fronts.append((policy, reach, length, furthest, mean))
    return Sensitivity(
        pd.concat(areas, ignore_index=True),
        pd.DataFrame(
            fronts, columns=["policy", "reach_km", "length_km", "hausdorff_km", "mean_km"]
        ),
        _band(tessellations, cells, codes),
    )


def front_displacement(one: Any, other: Any) -> tuple[float, float]:
    """Hausdorff and mean distance in kilometres between two lines (shapely, WGS84).

    Taken every 250 m along each line (of a line longer than 5,000 km: at 20,000 points of it) to
    the nearest point of the other, both ways, in a plane about the middle of the two corrected for
    its scale. NaN where either is empty.
    """
    if one.is_empty or other.is_empty:
        return float("nan"), float("nan")
    west, south, east, north = shapely.total_bounds([one, other])
    plane = crs.plane_of((west, south, east, north))
    a, b = (crs.flattened(line, plane) for line in (one, other))
    away = np.concatenate([_distances(a, b, plane), _distances(b, a, plane)])
    return float(away.max()) / 1000, float(away.mean()) / 1000


def _distances(line: Any, other: Any, plane: Any) -> Floats:
    """Metres from points along a line to the nearest point of the other."""
    start, end = _segments(line)
    step = np.hypot(*(end - start).T)
    apart = max(_STEP_M, float(step.sum()) / _MOST_POINTS)
    # Every so many metres along all segments as if they were one, and both ends of the line.
    ends = np.cumsum(step)
    along = np.arange(apart / 2, float(ends[-1]), apart)
    on = np.minimum(np.searchsorted(ends, along), step.size - 1)
    share = (along - ends[on] + step[on]) / np.maximum(step[on], 1e-12)
    inner = start[on] + share[:, None] * (end - start)[on]
    parts = shapely.get_parts(line)
    outer = [shapely.get_coordinates(shapely.get_point(parts, n)) for n in (0, -1)]
    xy = np.concatenate([inner, *outer])
    tree = shapely.STRtree(shapely.linestrings(np.stack(_segments(other), axis=1)))
    at, away = tree.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)
    metres = np.empty(len(xy))
    metres[at[0]] = away
    return np.asarray(metres / crs.scale_factor(plane, *crs.to_lonlat(plane, xy).T))


def _segments(line: Any) -> tuple[Floats, Floats]:
    """Both ends of every segment of the line, (s, 2) each."""
    xy, which = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    inner = np.flatnonzero(which[1:] == which[:-1])
    return xy[inner], xy[inner + 1]


def _areas(tess: Tessellation, of_cell: NDArray[np.int64], codes: NDArray[np.int64]) -> Floats:
    """Land of each holder in square kilometres."""
    own = of_cell != UNASSESSED
    which = np.searchsorted(codes, of_cell[own])
    return np.bincount(which, tess.area_km2[own], minlength=codes.size).astype(np.float64)


def _fronts(tess: Tessellation, held: NDArray[np.int64]) -> tuple[Any, float]:
    """All fronts as one line, lonlat, and their length in km."""
    table = frontlines(tess, held)
    parts: Any = shapely.get_parts(table.geometry.to_numpy())
    return shapely.multilinestrings(parts), float(table["length_km"].sum())


def _sides(controller: ArrayLike, side: Sides | None) -> NDArray[np.int64]:
    return side_of(np.asarray(controller).astype(np.int64), side)


def _band(
    tessellations: Mapping[float, Tessellation],
    cells: Mapping[tuple[str, float], NDArray[np.int64]],
    codes: NDArray[np.int64],
) -> GeoDataFrame:
    """For each holder the land that some drawings give it and others do not.

    A shorter reach never gives a place more, so the shortest has what is certain in all readings
    and the longest what is possible in any.
    """
    short, long = min(tessellations), max(tessellations)
    rows: dict[str, list[Any]] = {"controller": [], "certain_km2": [], "possible_km2": []}
    geometry = np.empty(codes.size, dtype=object)
    for n, code in enumerate(codes.tolist()):
        land = []
        for reach, every in ((short, np.all), (long, np.any)):
            readings = [held == code for (_, at), held in cells.items() if at == reach]
            mine = every(readings, axis=0) & (tessellations[reach].area_km2 > 0)
            land.append(_land(tessellations[reach], mine))
        for name, (_, area) in zip(("certain_km2", "possible_km2"), land, strict=True):
            rows[name].append(area)
        rows["controller"].append(code)
        geometry[n] = _area_only(shapely.difference(land[1][0], land[0][0]))
    return land_frame(rows, geometry)


def _land(tess: Tessellation, mine: NDArray[np.bool_]) -> tuple[Any, float]:
    if not mine.any():
        return shapely.Polygon(), 0.0
    shape = label_polygons(tess, np.where(mine, 0, -1))[0]
    return cut_antimeridian(shape), float(tess.area_km2[mine].sum())


def _area_only(shape: Any) -> Any:
    """The polygons of an overlay's result without the lines and points where shapes touched."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons: Any = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    return shapely.multipolygons(polygons)
