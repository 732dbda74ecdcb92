"""How far could the line be off? The same places under other reaches and other readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo import crs
from geo.errors import GeoError
from geo.frontline import Sides, frontlines, side_of
from geo.territory import land_frame, territories
from geo.tessellation import Tessellation

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

Floats = NDArray[np.float64]
REACHES_KM = (5.0, 10.0, 15.0, 20.0, 30.0)
# Points along a front between which distances are taken.
_STEP_M = 250.0


@dataclass(frozen=True)
class Sensitivity:
    """What other choices would have drawn.

    `areas`: `policy`, `reach_km`, `controller`, `area_km2`, `change_km2` (against the reference).
    `fronts`: `policy`, `reach_km`, `length_km`, `hausdorff_km` (the furthest that any point of one
    front is from the other), `mean_km` (how far on average); NaN where there is no front in one of
    the two. `band` (EPSG:4326): `controller`, `certain_km2` (held under every choice),
    `possible_km2` (held under some), `geometry`: the land between the two.
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
    base = tessellations[float(reach_km)]
    reference_front = _line(base, held["reference"])
    reference_land = territories(base, held["reference"]).set_index("controller")["area_km2"]

    areas, fronts, drawn = [], [], []
    for policy, reading in held.items():
        for reach, tess in tessellations.items():
            land = territories(tess, reading)
            drawn.append(land)
            codes = np.union1d(land["controller"], reference_land.index)
            area = land.set_index("controller")["area_km2"].reindex(codes, fill_value=0.0)
            change = area - reference_land.reindex(codes, fill_value=0.0)
            areas.append(
                pd.DataFrame(
                    {
                        "policy": policy,
                        "reach_km": reach,
                        "controller": codes.astype(np.int64),
                        "area_km2": area.to_numpy(),
                        "change_km2": change.to_numpy(),
                    }
                )
            )
            front = _line(tess, reading)
            length = float(frontlines(tess, reading)["length_km"].sum())
            furthest, mean = front_displacement(reference_front, front)
            fronts.append((policy, reach, length, furthest, mean))
    return Sensitivity(
        pd.concat(areas, ignore_index=True),
        pd.DataFrame(
            fronts, columns=["policy", "reach_km", "length_km", "hausdorff_km", "mean_km"]
        ),
        _band(drawn),
    )


def front_displacement(one: Any, other: Any) -> tuple[float, float]:
    """Hausdorff and mean distance in kilometres between two lines (shapely, WGS84).

    Taken every 250 m along each line to the nearest point of the other, both ways, in a plane about
    the middle of the two corrected for its scale. NaN where either is empty.
    """
    if one.is_empty or other.is_empty:
        return float("nan"), float("nan")
    west, south, east, north = shapely.total_bounds([one, other])
    plane = crs.metric_crs((west, south, east, north))
    a, b = (shapely.transform(line, crs.Flattener(plane)) for line in (one, other))
    away = np.concatenate([_distances(a, b, plane), _distances(b, a, plane)])
    return float(away.max()) / 1000, float(away.mean()) / 1000


def _distances(line: Any, other: Any, plane: Any) -> Floats:
    """Metres from points along a line to the nearest point of the other."""
    parts = shapely.get_parts(line)
    count = np.maximum(np.ceil(shapely.length(parts) / _STEP_M).astype(np.int64), 1)
    share = (np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)) + 0.5
    # Both ends and the middle of every step.
    inner = shapely.line_interpolate_point(
        np.repeat(parts, count), share / np.repeat(count, count), normalized=True
    )
    points = np.concatenate([inner, shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    tree = shapely.STRtree(shapely.get_parts(_segments(other)))
    at, away = tree.query_nearest(points, return_distance=True, all_matches=False)
    metres = np.empty(points.size)
    metres[at[0]] = away
    lonlat = crs.to_lonlat(plane, shapely.get_coordinates(points))
    return np.asarray(metres / crs.scale_factor(plane, lonlat[:, 0], lonlat[:, 1]))


def _segments(line: Any) -> Any:
    """The line as two-point lines: a tree of them is finer than one of whole lines."""
    xy, which = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    inner = np.flatnonzero(which[1:] == which[:-1])
    pairs: Any = shapely.linestrings(np.stack([xy[inner], xy[inner + 1]], axis=1))
    return shapely.multilinestrings(pairs)


def _line(tess: Tessellation, held: NDArray[np.int64]) -> Any:
    """All fronts as one line, lonlat."""
    lines = frontlines(tess, held).geometry.to_numpy()
    parts: Any = shapely.get_parts(lines)
    return shapely.multilinestrings(parts)


def _sides(controller: ArrayLike, side: Sides | None) -> NDArray[np.int64]:
    return side_of(np.asarray(controller).astype(np.int64), side)


def _band(drawn: list[GeoDataFrame]) -> GeoDataFrame:
    """For each holder the land that some drawings give it and others do not."""
    codes = sorted({int(code) for land in drawn for code in land["controller"]})
    rows: dict[str, list[Any]] = {"controller": codes, "certain_km2": [], "possible_km2": []}
    bands = []
    for code in codes:
        shapes = [_land(land, code) for land in drawn]
        certain, possible = shapely.intersection_all(shapes), shapely.union_all(shapes)
        rows["certain_km2"].append(crs.area_km2(_area_only(certain))[0])
        rows["possible_km2"].append(crs.area_km2(_area_only(possible))[0])
        bands.append(_area_only(shapely.difference(possible, certain)))
    geometry = np.empty(len(bands), dtype=object)
    geometry[:] = bands
    return land_frame(rows, geometry)


def _land(land: GeoDataFrame, code: int) -> Any:
    found = land.geometry[land["controller"] == code]
    return found.iloc[0] if len(found) else shapely.Polygon()


def _area_only(shape: Any) -> Any:
    """The polygons of an overlay's result without the lines and points where shapes touched."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons: Any = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    return shapely.multipolygons(polygons)
