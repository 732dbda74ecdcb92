"""Features (properties and a geometry) as records of claims.

A claim has a point. A line or an area is taken as its middle point on the feature, with an
uncertainty that reaches its farthest corner: the place is somewhere in it, and the map says so.
Areas that are meant as control are for `polygons`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geo.crs import distance_m
from timelines.importers import cells
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping
from timelines.importers.report import Unfit
from timelines.importers.shapes import Budget, Points, parts

MAX_REACH_M = 300_000.0
ROW_NUMBERS = ("fid", "ogc_fid", "FID", "OBJECTID", "objectid")
"""Columns in which programs number rows as they write them: not part of what a claim says."""
GEOMETRY = ("lon", "lat", "uncertainty_m")


def located(geometry: Any, budget: Budget, collector: Collector) -> dict[str, str]:
    """lon, lat and, for lines and areas, uncertainty_m of a GeoJSON geometry (None: none of them).

    Raises:
        Unfit: coordinates that are no places, or a feature too large for a point to stand for.
    """
    if geometry is None:
        collector.account.count("features have no geometry; taken by the name of their place.")
        return {}
    found = list(parts(geometry, budget))
    if not found:
        raise Unfit("geometry", "is empty.", "Remove it, or draw it.")
    return point_of(found, collector)


def point_of(found: list[tuple[str, list[Points]]], collector: Collector) -> dict[str, str]:
    """The same for parts in degrees."""
    if len(found) == 1 and found[0][0] == "Point":
        lon, lat = (float(v) for v in found[0][1][0][0])
        lon, lat = cells.position(lon, lat, collector.mapping.bounds)
        return {"lon": cells.degrees(lon), "lat": cells.degrees(lat)}
    kinds = {kind for kind, _ in found}
    corners = np.vstack([points for _, rings in found for points in rings])
    lon, lat = _middle(found, corners)
    lon, lat = cells.position(lon, lat, collector.mapping.bounds)
    reach_m = float(distance_m(lon, lat, corners[:, 0], corners[:, 1]).max())
    if reach_m > MAX_REACH_M:
        remedy = "Areas of control are imported as polygons."
        raise Unfit("geometry", f"reaches {reach_m / 1000:,.0f} km; that is no place.", remedy)
    what = "areas" if "Polygon" in kinds else "lines" if "LineString" in kinds else "point groups"
    collector.account.count(
        f"{what} were taken as a point with an uncertainty that reaches their edge."
    )
    radius = str(max(1, round(reach_m)))
    return {"lon": cells.degrees(lon), "lat": cells.degrees(lat), "uncertainty_m": radius}


def _middle(found: list[tuple[str, list[Points]]], corners: Points) -> tuple[float, float]:
    """A point of the feature itself: inside its largest area, else its most central corner."""
    areas = [rings[0] for kind, rings in found if kind == "Polygon" and len(rings[0]) >= 4]
    if areas:
        best = max(areas, key=lambda ring: float(np.prod(np.ptp(ring, axis=0))))
        inside = shapely.Polygon(best).centroid
        if shapely.Polygon(best).is_valid and shapely.Polygon(best).contains(inside):
            return inside.x, inside.y
    centre = corners.mean(axis=0)
    nearest = corners[int(((corners - centre) ** 2).sum(axis=1).argmin())]
    return float(nearest[0]), float(nearest[1])


def with_point(
    properties: Mapping[str, str], where: Mapping[str, str], mapping: FieldMapping
) -> dict[str, str]:
    """Properties and position in one record; the geometry wins over columns of the same name."""
    record = {f"{name}_in_file" if name in GEOMETRY else name: v for name, v in properties.items()}
    return {**record, **where}
