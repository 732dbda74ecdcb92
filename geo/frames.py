"""Tables with geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from numpy.typing import NDArray

from geo import crs
from geo.antimeridian import cut_antimeridian

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def frame(columns: dict[str, Any], geometry: NDArray[Any]) -> GeoDataFrame:
    """A GeoDataFrame of the columns, then `geometry`, in EPSG:4326 and cut at the antimeridian."""
    from geopandas import GeoDataFrame
    from geopandas.array import from_shapely
    from pandas import DataFrame

    shapes = cut_antimeridian(geometry) if len(geometry) else geometry
    array = from_shapely(shapes, crs=crs.wgs84())
    # What geopandas' own constructor ends up with, without its looking the column up four times:
    # that takes as long as all the geometry of a map of 5,000 places.
    table: Any = DataFrame({**columns, "geometry": array}, copy=False)
    table.__class__ = GeoDataFrame
    table._geometry_column_name = "geometry"
    return cast("GeoDataFrame", table)
