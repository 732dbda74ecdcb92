"""Land by holder on one date."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError
from geo.frames import frame
from geo.rings import assemble, outline
from geo.tessellation import UNASSESSED, Tessellation
from geo.topology import EdgeArrays

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def territories(
    tess: Tessellation, controller: ArrayLike, *, tolerance_m: float | None = None
) -> GeoDataFrame:
    """Land of each holder: `controller`, `area_km2`, `geometry` (EPSG:4326), one row per holder.

    `controller` is who holds each place: int (n,), -1 not assessed (no row), -2 contested (a row of
    its own, controller -2), 0 and up holders. Rows ascend by controller. Geometries are valid
    (Multi)Polygons with right-hand rings, cut at the antimeridian; together they tile the assessed
    land. Areas are geodesic and always those of the unsimplified land.

    `tolerance_m` simplifies borders for display (Visvalingam-Whyatt, shared borders stay shared):
    about how far, in metres, a line may move. The tolerance is kept in `.attrs["tolerance_m"]`.

    Raises ControllerError for controllers that do not fit the tessellation.
    """
    held = tess.cell_controller(controller)
    codes, label = labels(held)
    geometry = label_polygons(tess, label)
    area = np.bincount(label + 1, tess.area_km2, minlength=codes.size + 1)[1:].astype(np.float64)
    return land_frame({"controller": codes, "area_km2": area}, geometry, tolerance_m)


def labels(held: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The holders that occur, ascending, and each cell's position among them (-1 not assessed)."""
    codes, label = distinct(held)
    gap = int(np.searchsorted(codes, UNASSESSED))
    if gap < codes.size and codes[gap] == UNASSESSED:
        rank = np.arange(codes.size) - (np.arange(codes.size) > gap)
        rank[gap] = -1
        label, codes = rank[label], np.delete(codes, gap)
    return codes, label


def distinct(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`np.unique` with the inverse; without sorting where the values lie close together."""
    lowest, highest = int(values.min(initial=0)), int(values.max(initial=0))
    if highest - lowest > max(1024, 4 * values.size):
        found, which = np.unique(values, return_inverse=True)
        return found, which.reshape(-1)
    present = np.zeros(highest - lowest + 1, bool)
    present[values - lowest] = True
    return np.flatnonzero(present) + lowest, (np.cumsum(present) - 1)[values - lowest]


def label_polygons(tess: EdgeArrays, label: NDArray[Any]) -> NDArray[Any]:
    """One (Multi)Polygon per label 0, 1, .. that holds cells; `label` int (n,), negative none.

    Labels must be dense: each of 0 to the highest holds at least one place with a cell; labels
    whose places have no land are None.
    """
    drawn = outline(tess, label)
    found = assemble(drawn.offset, drawn.xy, drawn.label, drawn.hole)
    top = int(label.max(initial=-1)) + 1
    if len(found) == top:
        return found
    out = np.full(top, None, dtype=object)
    out[np.unique(drawn.label)] = found
    return out


def land_frame(
    columns: dict[str, Any], geometry: NDArray[Any], tolerance_m: float | None = None
) -> GeoDataFrame:
    """A GeoDataFrame (EPSG:4326) of the rows that have land, simplified and cut for display."""
    kept = ~shapely.is_missing(geometry)
    if not kept.all():
        geometry = geometry[kept]
        columns = {name: np.asarray(column)[kept] for name, column in columns.items()}
    if tolerance_m is not None and len(geometry):
        geometry = simplified(geometry, tolerance_m)
    table = frame(columns, geometry)
    if tolerance_m is not None:
        table.attrs["tolerance_m"] = float(tolerance_m)
    return table


def simplified(shapes: NDArray[Any], tolerance_m: float) -> NDArray[Any]:
    """Land that fits together (WGS84 degrees) with fewer corners: shared borders stay shared.

    Raises GeoError for a tolerance that is no length.
    """
    if not (isinstance(tolerance_m, (int, float)) and 0 <= tolerance_m < math.inf):
        raise GeoError(f"tolerance_m must be metres from 0 up, got {tolerance_m!r}")
    # A degree of latitude in metres; for display, and said so.
    return np.asarray(shapely.coverage_simplify(shapes, tolerance_m / 111_320.0))
