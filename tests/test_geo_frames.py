"""Tables with geometry are what geopandas itself would have made."""

from __future__ import annotations

import pickle

import geopandas
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.frames import frame


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_it_is_what_the_constructor_makes(rows: int) -> None:
    columns = {"controller": np.arange(rows), "area_km2": np.arange(rows) / 2}
    shapes = np.asarray(shapely.box(np.arange(rows), 0, np.arange(rows) + 0.5, 1)).reshape(rows)
    made = frame(columns, shapes)
    plain = geopandas.GeoDataFrame({**columns, "geometry": shapes}, geometry="geometry", crs=4326)
    assert_geodataframe_equal(made, plain, check_like=False)
    assert made.active_geometry_name == "geometry"
    for again in (made.copy(), made.iloc[:2], pickle.loads(pickle.dumps(made))):
        assert isinstance(again, geopandas.GeoDataFrame)
        assert again.crs == "EPSG:4326"
    assert made.to_crs(3857).crs == "EPSG:3857"


def test_columns_can_be_added_and_rows_dissolved() -> None:
    made = frame({"controller": np.array([1, 1])}, np.asarray(shapely.box([0, 1], 0, [1, 2], 1)))
    made["name"] = ["a", "b"]
    one = made.dissolve(by="controller")
    assert one.geometry.iloc[0].equals(shapely.box(0, 0, 2, 1))


def test_tables_with_the_same_columns_are_named_apart() -> None:
    columns = {"controller": np.array([1])}
    one, other = (frame(columns, np.asarray([shapely.Point(0, 0)])) for _ in "ab")
    one.columns.name = "mine"
    one = one.rename(columns={"controller": "holder"})
    assert other.columns.name is None
    assert list(other.columns) == ["controller", "geometry"]
