"""All maps of a period: any day's rows are that day's territories, and the file says the same."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo import (
    Tessellation,
    territories,
    territory_batches,
    territory_history,
    write_territory_history,
)
from tests.geo_worlds import changes, world
from tests.test_geo_history import on, replay, three


@pytest.mark.parametrize("seed", range(30))
def test_any_days_rows_are_that_days_map(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    rows = changes(w, 30, 12)
    every = territory_history(tess, w.controller, *rows, start=seed % 2 - 1)
    assert every["begin"].is_monotonic_increasing
    for day in range(13):
        today = on(every, day).sort_values("controller").reset_index(drop=True)
        map_ = territories(tess, replay(w.controller, rows, day))
        columns = ["controller", "area_km2", "geometry"]
        assert_geodataframe_equal(today[columns], map_[columns], check_less_precise=True)


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_drawn_twice(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    every = territory_history(tess, w.controller, *changes(w, 30, 40))
    for _, rows in every.groupby("controller"):
        same = rows.geometry.reset_index(drop=True).geom_equals(
            rows.geometry.shift(-1).reset_index(drop=True)
        )
        touching = rows["end"].reset_index(drop=True) == rows["begin"].shift(-1).reset_index(
            drop=True
        )
        assert not (same & touching.fillna(False)).any()


def test_batches_are_the_whole_in_parts() -> None:
    w = world(4)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    rows = changes(w, 60, 20)
    parts = list(territory_batches(tess, w.controller, *rows, rows=7))
    assert len(parts) > 3
    whole = territory_history(tess, w.controller, *rows)
    assert_geodataframe_equal(pd.concat(parts, ignore_index=True), whole)


def test_the_file_holds_the_table(tmp_path: Path) -> None:
    days = pd.to_datetime(["2016-02-01", "2016-02-04"])
    args = (three(), [0, 0, 1], days, [1, 1], [1, -2])
    path = write_territory_history(tmp_path / "land.parquet", *args)
    read = geopandas.read_parquet(path)
    assert read.crs == "EPSG:4326"
    # Parquet counts milliseconds.
    for column in ("begin", "end"):
        read[column] = read[column].astype("datetime64[s]")
    assert_geodataframe_equal(read, territory_history(*args))


def test_no_land_is_an_empty_table(tmp_path: Path) -> None:
    none = np.zeros(0, dtype=int)
    every = territory_history(three(), [-1, -1, -1], none, none, none)
    assert list(every.columns) == ["controller", "area_km2", "begin", "end", "geometry"]
    assert every.empty
    path = write_territory_history(tmp_path / "e.parquet", three(), [-1, -1, -1], none, none, none)
    assert geopandas.read_parquet(path).empty
