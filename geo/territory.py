"""Land by holder on one date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

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
    codes, label = _labels(held)
    geometry = label_polygons(tess, label)
    own = label >= 0
    area = np.bincount(label[own], tess.area_km2[own], minlength=codes.size).astype(np.float64)
    return land_frame({"controller": codes, "area_km2": area}, geometry, tolerance_m)


def _labels(held: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The holders that occur, ascending, and each cell's position among them (-1 not assessed)."""
    if not held.size:
        return held, held
    lowest = int(held.min())
    present = np.zeros(int(held.max()) - lowest + 1, bool) if held.max() < 1 << 20 else None
    if present is None:
        codes = np.unique(held)
        label = np.searchsorted(codes, held)
    else:
        present[held - lowest] = True
        codes = np.flatnonzero(present) + lowest
        label = (np.cumsum(present) - 1)[held - lowest]
    gap = int(np.searchsorted(codes, UNASSESSED))
    if gap < codes.size and codes[gap] == UNASSESSED:
        label = np.where(label == gap, -1, label - (label > gap))
        codes = np.delete(codes, gap)
    return codes, label


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
        # A degree of latitude in metres; for display, and said so.
        geometry = shapely.coverage_simplify(geometry, tolerance_m / 111_320.0)
    table = frame(columns, geometry)
    if tolerance_m is not None:
        table.attrs["tolerance_m"] = float(tolerance_m)
    return table
