"""Dated polygons: kept as given, measured, compared with each other and with maps from points."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import (
    Tessellation,
    agreement,
    frontlines,
    points_series,
    polygon_areas,
    polygon_changes,
    polygon_fronts,
    polygon_series,
    territories,
    with_remainder,
)
from geo.crs import area_km2, length_km
from geo.errors import GeoError
from tests.geo_worlds import world

LAND = shapely.box(36.0, 36.0, 38.0, 37.0)


def series(*rows: tuple[object, int, object]) -> geopandas.GeoDataFrame:
    day, controller, geometry = zip(*rows, strict=True)
    return polygon_series(
        geopandas.GeoDataFrame(
            {"day": list(day), "controller": list(controller)}, geometry=list(geometry), crs=4326
        )
    )


def moving(*borders: float) -> geopandas.GeoDataFrame:
    """Holder 0 west of a border that moves from day to day, holder 1 east of it."""
    return series(
        *[(d, 0, shapely.box(36, 36, b, 37)) for d, b in enumerate(borders)],
        *[(d, 1, shapely.box(b, 36, 38, 37)) for d, b in enumerate(borders)],
    )


def test_areas_of_every_day() -> None:
    table = polygon_areas(moving(36.5, 37.0))
    assert table[["day", "controller"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert table["area_km2"].tolist() == pytest.approx(
        [
            area_km2(shapely.box(*b))[0]
            for b in ((36, 36, 36.5, 37), (36.5, 36, 38, 37), (36, 36, 37, 37), (37, 36, 38, 37))
        ]
    )
    assert table["overlap_km2"].tolist() == [0, 0, 0, 0]


def test_land_that_two_claim_is_counted_as_overlap() -> None:
    both = series((1, 0, shapely.box(36, 36, 37.2, 37)), (1, 1, shapely.box(37, 36, 38, 37)))
    shared = area_km2(shapely.box(37, 36, 37.2, 37))[0]
    assert polygon_areas(both)["overlap_km2"].tolist() == pytest.approx([shared, shared])


def test_gains_and_losses_mirror_each_other() -> None:
    there, back = polygon_changes(moving(36.5, 37.0)), polygon_changes(moving(37.0, 36.5))
    assert there[["controller", "change"]].to_numpy().tolist() == [[0, "gained"], [1, "lost"]]
    assert back[["controller", "change"]].to_numpy().tolist() == [[0, "lost"], [1, "gained"]]
    moved = area_km2(shapely.box(36.5, 36, 37, 37))[0]
    for table in (there, back):
        assert table["area_km2"].tolist() == pytest.approx([moved, moved])
        assert table.is_valid.all()
    assert polygon_changes(moving(36.5, 36.5)).empty
    assert polygon_changes(moving(36.5, 36.50001), least_km2=1.0).empty


def test_a_holder_that_vanishes_has_lost_all() -> None:
    rows = series((1, 0, LAND), (1, 1, shapely.box(40, 36, 41, 37)), (2, 0, LAND))
    (row,) = polygon_changes(rows).itertuples()
    assert (row.controller, row.change, row.before, row.day) == (1, "lost", 1, 2)


@pytest.mark.parametrize("gap", [0.0, 0.0003])
def test_fronts_where_polygons_meet_or_nearly(gap: float) -> None:
    rows = series(
        (1, 0, shapely.box(36, 36, 37, 37)),
        (1, 1, shapely.box(37 + gap, 36, 38, 37)),
        (1, -2, shapely.box(36, 35, 38, 36)),
    )
    (front,) = polygon_fronts(rows, 1).itertuples()
    assert (front.side_a, front.side_b) == (0, 1)
    meridian = length_km(shapely.LineString([(37, 36), (37, 37)]))[0]
    assert front.length_km == pytest.approx(meridian, rel=2e-3)


def test_distant_polygons_have_no_front() -> None:
    rows = series((1, 0, shapely.box(36, 36, 36.9, 37)), (1, 1, shapely.box(37, 36, 38, 37)))
    assert polygon_fronts(rows, 1).empty
    assert list(polygon_fronts(rows, 1).columns) == ["side_a", "side_b", "length_km", "geometry"]


def test_the_rest_of_a_country_goes_to_whom_one_says() -> None:
    occupied = series((1, 0, shapely.box(36, 36, 37, 37)), (2, 0, shapely.box(36, 36, 36.5, 37)))
    full = with_remainder(occupied, LAND, 5)
    assert full[["day", "controller"]].to_numpy().tolist() == [[1, 0], [1, 5], [2, 0], [2, 5]]
    areas = polygon_areas(full)
    assert areas["overlap_km2"].max() == pytest.approx(0, abs=1e-6)
    for _, today in full.groupby("day"):
        assert shapely.union_all(today.geometry.values).equals(LAND)
    with pytest.raises(GeoError, match="already"):
        with_remainder(full, LAND, 5)


def test_agreement_over_time() -> None:
    one = moving(36.5, 37.0, 37.5)
    same = agreement(one, one)
    assert same["iou"].tolist() == pytest.approx([1.0] * 6)
    # The other publishes only day 1: nothing is said before, and it stands after.
    other = series((1, 0, shapely.box(36, 36, 37, 37)))
    table = agreement(one, other)
    assert table["day"].tolist() == [1, 1, 2, 2]
    iou = table.set_index(["day", "controller"])["iou"]
    assert iou[1, 0] == pytest.approx(1)
    assert iou[2, 0] == pytest.approx(2 / 3, rel=1e-6)
    assert iou[1, 1] == 0
    assert table["both_km2"].iloc[0] + table["only_one_km2"].iloc[0] == pytest.approx(
        area_km2(shapely.box(36, 36, 37, 37))[0]
    )


@pytest.mark.parametrize("seed", [1, 3, 4, 8])
def test_a_map_from_points_compares_with_polygons(seed: int) -> None:
    w = world(seed)
    tess = Tessellation(w.lon, w.lat, w.boundary, w.reach_km)
    land = territories(tess, w.controller)
    if land.empty:
        pytest.fail("this seed was chosen for its land")
    mine = points_series({1: land, 3: land})
    assert agreement(mine, polygon_series(mine))["iou"].tolist() == pytest.approx(
        [1.0] * 2 * len(land)
    )
    areas = polygon_areas(mine)
    assert areas["area_km2"].tolist() == pytest.approx(land["area_km2"].tolist() * 2, rel=1e-5)
    borders = polygon_fronts(mine, 1, touch_m=1.0)
    fronts = frontlines(tess, w.controller)
    held = {(r.side_a, r.side_b): r.length_km for r in fronts.itertuples()}
    found = {(r.side_a, r.side_b): r.length_km for r in borders.itertuples()}
    for pair, length in held.items():
        assert found[pair] == pytest.approx(length, rel=0.02, abs=0.05)


def test_dates_and_mended_rings() -> None:
    bow_tie = shapely.Polygon([(36, 36), (37, 37), (37, 36), (36, 37)])
    days = pd.to_datetime(["2024-07-08", "2024-07-08"])
    frame = geopandas.GeoDataFrame(
        {"day": days, "controller": [0, 0]},
        geometry=[bow_tie, shapely.box(36.5, 37, 37, 38)],
        crs=4326,
    )
    rows = polygon_series(frame)
    assert rows.attrs["mended"] == 1
    assert len(rows) == 1
    assert rows.is_valid.all()
    assert rows["day"].tolist() == [days[0]]
    assert rows.geometry[0].area == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"controller": [0.5]}, "whole numbers"),
        ({"controller": [-1]}, "whole numbers"),
        ({"day": [None]}, "row 0 has no day"),
        ({"geometry": [shapely.Point(1, 1)]}, "row 0"),
        ({"geometry": [shapely.Polygon()]}, "row 0"),
        ({"geometry": [shapely.box(0, 0, np.inf, 1)]}, "row 0"),
    ],
)
def test_rows_that_are_no_statement_are_refused(change: dict[str, list], message: str) -> None:
    columns = {"day": [1], "controller": [0], "geometry": [LAND]} | change
    frame = geopandas.GeoDataFrame(columns, geometry="geometry", crs=4326)
    with pytest.raises(GeoError, match=message):
        polygon_series(frame)
    with pytest.raises(GeoError, match="CRS"):
        polygon_series(frame.set_crs(None, allow_override=True))
    with pytest.raises(GeoError, match="day"):
        polygon_series(frame.drop(columns="day"))
