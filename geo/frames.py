"""Tables with geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from geo import crs

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def frame(columns: dict[str, Any], geometry: NDArray[Any]) -> GeoDataFrame:
    """A GeoDataFrame of the columns, then `geometry`, in EPSG:4326 and cut at the antimeridian."""
    from geopandas import GeoDataFrame
    from geopandas.array import from_shapely

    shapes = crs.cut_antimeridian(geometry) if len(geometry) else geometry
    # Handed over as an array: several times as fast as aligning a GeoSeries.
    array = from_shapely(shapes, crs=crs.wgs84())
    return GeoDataFrame({**columns, "geometry": array}, geometry="geometry", copy=False)
