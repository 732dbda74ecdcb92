"""Tables with geometry."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

from numpy.typing import NDArray

from geo import crs
from geo.antimeridian import cut_antimeridian

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Index


@functools.lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> Index[str]:
    from pandas import Index

    return Index(names)


def frame(columns: dict[str, Any], geometry: NDArray[Any]) -> GeoDataFrame:
    """A GeoDataFrame of the columns, then `geometry`, in EPSG:4326 and cut at the antimeridian."""
    from geopandas import GeoDataFrame
    from geopandas.array import from_shapely
    from pandas import DataFrame

    shapes = cut_antimeridian(geometry) if len(geometry) else geometry
    array = from_shapely(shapes, crs=crs.wgs84())
    # What geopandas' own constructor ends up with, without its looking the column up four times:
    # that takes as long as all the geometry of a map of 5,000 places. Names go in by themselves,
    # because to find out what kind of text they are takes half of the rest.
    table: Any = DataFrame(dict(enumerate([*columns.values(), array])), copy=False)
    table.columns = _names((*columns, "geometry")).view()
    table.__class__ = GeoDataFrame
    table._geometry_column_name = "geometry"
    return cast("GeoDataFrame", table)
