"""Whatever is handed in: an honest map, or one of our errors that says what to change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import Tessellation, frontline_history, frontlines, holding_history, territories
from geo.errors import BoundaryError, ControllerError, GeoError

BOX = shapely.box(36.0, 35.5, 38.0, 37.0)
ISLANDS = shapely.MultiPolygon(
    [
        shapely.box(36, 36, 37, 37).difference(shapely.box(36.4, 36.4, 36.6, 36.6)),
        shapely.box(37.5, 36, 38, 36.5),
    ]
)
THREE = Tessellation([37.0, 37.1, 37.2], [36.0, 36.0, 36.1], BOX)

PLACES = {
    "all on one point": (np.full(5, 37.0), np.full(5, 36.0), BOX, 15.0),
    "one": ([37.0], [36.0], BOX, 15.0),
    "two": ([37.0, 37.1], [36.0, 36.0], BOX, 15.0),
    "in a row": (np.linspace(36.5, 37.5, 9), np.full(9, 36.0), BOX, 15.0),
    "in a column": (np.full(9, 37.0), np.linspace(35.6, 36.9, 9), BOX, 15.0),
    "on the boundary": ([36.0, 36.0, 38.0, 37.0], [35.5, 36.0, 37.0, 37.0], BOX, 15.0),
    "on each other's bisectors": ([36.9, 37.1, 37.0, 37.0], [36, 36, 36, 36.2], BOX, 15.0),
    "on islands and in a hole": ([36.2, 36.5, 37.7, 36.8], [36.2, 36.5, 36.2, 36.8], ISLANDS, 40.0),
    "all outside": ([10.0, 11.0], [50.0, 51.0], BOX, 15.0),
    "nowhere": ([], [], BOX, 15.0),
    "with no reach to speak of": ([37.0, 37.1], [36.0, 36.0], BOX, 1e-3),
    "with a reach beyond the world": ([37.0, 37.1], [36.0, 36.0], BOX, 1e6),
    "with heights": ([37.0, 37.1], [36.0, 36.0], shapely.force_3d(BOX, 5.0), 15.0),
    "as series": (pd.Series([37.0, 37.1], index=[5, 6]), pd.Series([36.0, 36.0]), BOX, 15.0),
}


@pytest.mark.parametrize("name", PLACES)
def test_places_however_they_lie(name: str) -> None:
    lon, lat, boundary, reach_km = PLACES[name]
    tess = Tessellation(lon, lat, boundary, reach_km=reach_km)
    n = len(tess)
    cells = tess.polygons()
    cells = cells[cells != np.array(None)]
    assert shapely.is_valid(cells).all()
    assert len(cells) == (tess.area_km2 > 0).sum()
    if len(cells):
        assert shapely.coverage_is_valid(cells)
    for held in (np.arange(n) % 3, np.full(n, -1), np.full(n, -2)):
        land = territories(tess, held)
        assert list(land.columns) == ["controller", "area_km2", "geometry"]
        assert land.is_valid.all()
        own = tess.cell_controller(held)
        assert land["area_km2"].sum() == pytest.approx(tess.area_km2[own != -1].sum())
        fronts = frontlines(tess, held)
        assert list(fronts.columns) == ["side_a", "side_b", "length_km", "geometry"]
        assert (fronts["side_a"] < fronts["side_b"]).all()
        assert len(fronts) == 0 or held.max() > 0
        none = np.zeros(0, dtype=np.int64)
        history = frontline_history(tess, held, none, none, none)
        assert list(history.columns) == ["edge", "side_a", "side_b", "begin", "end"]
        assert len(holding_history(tess, held, none, none, none)) == (own != -1).sum()


@pytest.mark.parametrize("reach_km", [0, -1, np.nan, -np.inf, None, "15", True])
def test_no_reach(reach_km: Any) -> None:
    with pytest.raises(GeoError, match="reach_km must be a number of kilometres above 0"):
        Tessellation([37.0], [36.0], BOX, reach_km)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ([np.nan], [36.0]), ([37.0], [np.inf]), ([None], [36.0]), (["a"], [36.0]),
        ([37.0, 38.0], [36.0]), ([[37.0]], [[36.0]]), ([37.0], [90.1]), ([360.5], [36.0]),
    ],
)  # fmt: skip
def test_no_coordinates(lon: Any, lat: Any) -> None:
    with pytest.raises(GeoError):
        Tessellation(lon, lat, BOX)


@pytest.mark.parametrize(
    "boundary",
    [
        shapely.Polygon(), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), None, "SY",
        shapely.LineString([(0, 0), (1, 1)]), shapely.GeometryCollection([BOX]),
        shapely.box(3.6e6, 3.5e6, 3.8e6, 3.7e6),
    ],
)  # fmt: skip
def test_no_boundary(boundary: Any) -> None:
    with pytest.raises(BoundaryError):
        Tessellation([37.0], [36.0], boundary)


@pytest.mark.parametrize(
    "controller",
    [
        np.array([0, 1, 2], np.int8), np.array([0, 1, 2], np.uint16), pd.Series([0, 1, 2]),
        pd.array([0, 1, 2], dtype="Int64"), [0, 1, 2], (10**6, 0, 2_000_000_000),
    ],
)  # fmt: skip
def test_whole_numbers_of_any_kind(controller: Any) -> None:
    assert len(territories(THREE, controller)) == len(frontlines(THREE, controller)) == 3


@pytest.mark.parametrize(
    "controller",
    [
        [0, 1], [0, 1, 2, 3], [0.0, 1.0, 2.0], ["a", "b", "c"], [[0, 1, 2]], [-3, 0, 1],
        [None, 0, 1], [0, 1, np.nan], 0, [],
    ],
)  # fmt: skip
def test_no_controllers(controller: Any) -> None:
    for draw in (territories, frontlines):
        with pytest.raises(ControllerError):
            draw(THREE, controller)


DAYS = ("2015-01-02", "2015-01-03")


@pytest.mark.parametrize(
    "days",
    [
        np.array(DAYS, "datetime64[D]"), pd.to_datetime(list(DAYS)), list(DAYS),
        pd.Series(pd.to_datetime(list(DAYS))), [pd.Timestamp(day) for day in DAYS],
    ],
)  # fmt: skip
def test_dates_of_any_kind(days: Any) -> None:
    table = frontline_history(THREE, [0, 1, 2], days, [0, 1], [1, 2])
    numbers = frontline_history(THREE, [0, 1, 2], [16437, 16438], [0, 1], [1, 2])
    for column in ("begin", "end"):
        dated = table[column].to_numpy(dtype="datetime64[D]")
        whole = numbers[column].to_numpy(dtype=float, na_value=np.nan)
        assert np.isnat(dated).tolist() == np.isnan(whole).tolist()
        some = ~np.isnat(dated)
        assert dated[some].astype(int).tolist() == whole[some].tolist()


@pytest.mark.parametrize(
    ("day", "place", "to"),
    [
        ([1.0], [0], [1]), (["x"], [0], [1]), ([1], [3], [1]), ([1], [-1], [1]), ([1], [0], [-3]),
        ([1, 2], [0], [1]), (pd.to_datetime(list(DAYS)).tz_localize("UTC"), [0, 1], [1, 2]),
        ([np.datetime64("NaT", "D")], [0], [1]), (["2015-01-02T12:00"], [0], [1]),
    ],
)  # fmt: skip
def test_no_changes(day: Any, place: Any, to: Any) -> None:
    with pytest.raises(ControllerError):
        frontline_history(THREE, [0, 1, 2], day, place, to)
