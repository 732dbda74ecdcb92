"""Other reaches, other readings: how far land and line move."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from geo import Tessellation, sensitivity, territories
from geo.crs import area_km2, destination
from geo.errors import GeoError
from geo.variants import front_displacement
from tests.geo_worlds import world

BOX = shapely.box(36.0, 35.5, 38.0, 37.0)


def meridian(east_km: float) -> shapely.LineString:
    lat = np.linspace(36.0, 36.5, 60)
    lon, _ = destination(np.full(60, 37.0), lat, bearing_deg=90, distance_m=east_km * 1000)
    return shapely.LineString(np.column_stack([lon, lat]))


@pytest.mark.parametrize("km", [0.0, 0.4, 3.0, 12.0])
def test_a_front_moved_east_is_that_far_off(km: float) -> None:
    furthest, mean = front_displacement(meridian(0), meridian(km))
    assert mean == pytest.approx(km, rel=3e-3, abs=1e-6)
    assert furthest == pytest.approx(km, rel=3e-3, abs=1e-6)
    assert front_displacement(meridian(km), meridian(0)) == pytest.approx((furthest, mean))


def test_a_spur_counts_for_the_furthest_but_little_for_the_mean() -> None:
    spur = shapely.MultiLineString([meridian(0), shapely.LineString([(37, 36.2), (37.2, 36.2)])])
    furthest, mean = front_displacement(meridian(0), spur)
    assert furthest == pytest.approx(18.0, rel=0.01)
    assert 0 < mean < furthest / 4
    assert all(math.isnan(v) for v in front_displacement(spur, shapely.MultiLineString()))


@pytest.mark.parametrize("seed", [s for s in range(14) if s % 6 != 5])
def test_tables_say_what_each_choice_draws(seed: int) -> None:
    w = world(seed)
    rng = np.random.default_rng(seed)
    other = np.where(rng.random(w.lon.size) < 0.8, w.controller, -1)
    found = sensitivity(
        w.lon, w.lat, w.boundary, w.controller, reaches_km=(5, 20), policies={"confirmed": other}
    )
    assert set(found.fronts["policy"]) == {"reference", "confirmed"}
    assert found.fronts.groupby("policy")["reach_km"].apply(list).tolist() == [[5, 15, 20]] * 2
    for policy, held in (("reference", w.controller), ("confirmed", other)):
        for reach in (5, 15, 20):
            land = territories(Tessellation(w.lon, w.lat, w.boundary, reach), held)
            mine = found.areas.query(
                f"policy == {policy!r} and reach_km == {reach} and area_km2 > 0"
            )
            assert mine["area_km2"].tolist() == pytest.approx(land["area_km2"].tolist())
    same = found.areas.query("policy == 'reference' and reach_km == 15")
    assert (same["change_km2"] == 0).all()
    reference = found.fronts.query("policy == 'reference' and reach_km == 15").iloc[0]
    if reference["length_km"] > 0:
        assert reference["hausdorff_km"] == pytest.approx(0, abs=1e-6)
    for row in found.band.itertuples():
        assert row.possible_km2 - row.certain_km2 == pytest.approx(
            # Borders of two reaches are bent at other points, each to within five metres.
            area_km2(row.geometry)[0],
            rel=2e-3,
            abs=1e-3,
        )
        assert row.geometry.is_valid


def test_a_longer_reach_never_takes_land_from_a_holder() -> None:
    w = world(3)
    found = sensitivity(w.lon, w.lat, w.boundary, w.controller, reaches_km=(3, 6, 12, 24))
    by_reach = found.areas.pivot(index="controller", columns="reach_km", values="area_km2")
    assert (by_reach.diff(axis=1).iloc[:, 1:] >= -1e-9).all(axis=None)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(GeoError, match="nothing to compare"):
        sensitivity([37.0], [36.2], BOX, np.array([0]), reaches_km=())
