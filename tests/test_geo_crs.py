"""Metres on the ground against pyproj's geodesics."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod, Proj

from geo import crs
from geo.antimeridian import cut_antimeridian
from geo.errors import GeoError
from tests.geo_worlds import proj_string

GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize("lat", [-78.0, -33.0, 0.0, 36.2, 78.2])
@pytest.mark.parametrize("step", [1e-5, 0.01, 0.3])
def test_segments_are_as_long_as_geodesics(lat: float, step: float) -> None:
    rng = np.random.default_rng(7)
    start = np.column_stack([rng.uniform(-180, 180, 50), lat + rng.uniform(-1, 1, 50)])
    end = start + rng.uniform(-step, step, (50, 2))
    truth = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    assert crs.segment_length_m(start, end) == pytest.approx(truth, rel=2e-8, abs=1e-6)


def test_long_segments_go_by_geodesics_too() -> None:
    start, end = np.array([[0.0, 0.0]]), np.array([[60.0, 40.0]])
    truth = GEOD.inv(0, 0, 60, 40)[2]
    assert crs.segment_length_m(start, end)[0] == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize("lon", [-179.9, 0.0, 37.2, 179.9])
@pytest.mark.parametrize("lat", [-70.0, 0.0, 36.2, 78.2])
def test_ring_areas_are_geodesic(lon: float, lat: float) -> None:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.column_stack([lon + 0.2 * np.cos(angle), lat + 0.15 * np.sin(angle)])
    strips = crs.segment_area_m2(ring, np.roll(ring, -1, axis=0))
    truth = GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]
    assert truth > 0
    assert strips.sum() == pytest.approx(truth, rel=2e-6)
    assert crs.area_km2(shapely.Polygon(ring))[0] == pytest.approx(truth / 1e6, rel=1e-9)


def test_a_hole_takes_area_off_whichever_way_its_ring_runs() -> None:
    outer, inner = shapely.box(37, 36, 38, 37), shapely.box(37.2, 36.2, 37.4, 36.4)
    for hole in (inner.exterior.coords, inner.exterior.coords[::-1]):
        pierced = shapely.Polygon(outer.exterior.coords, [hole])
        assert crs.area_km2(pierced)[0] == pytest.approx(
            crs.area_km2(outer)[0] - crs.area_km2(inner)[0], rel=1e-9
        )


def test_there_and_back_along_a_bearing() -> None:
    lon, lat = crs.destination(37.16, 36.2, bearing_deg=[0, 90, 225], distance_m=[1e3, 35e3, 4e5])
    assert crs.distance_m(37.16, 36.2, lon, lat) == pytest.approx([1e3, 35e3, 4e5], rel=1e-9)
    assert crs.bearing_deg(37.16, 36.2, lon, lat) == pytest.approx([0, 90, 225], abs=1e-6)
    assert lon[1] > 37.16


@pytest.mark.parametrize("bounds", [(35, 32, 43, 38), (10, 74, 35, 81), (175, -20, -175, -12)])
def test_the_metric_plane_is_metric(bounds: crs.Bounds) -> None:
    plane = crs.plane_of(bounds)
    lon0, lat0 = crs.centre_of(bounds)
    rng = np.random.default_rng(3)
    lon = lon0 + rng.uniform(-3, 3, 40)
    lat = lat0 + rng.uniform(-2.5, 2.5, 40)
    scale = crs.scale_factor(plane, lon, lat)
    for bearing in (0, 45, 90, 200):
        lon2, lat2 = crs.destination(lon, lat, bearing_deg=bearing, distance_m=5000.0)
        moved = crs.to_metric(plane, lon2, lat2) - crs.to_metric(plane, lon, lat)
        assert np.hypot(*moved.T) / scale == pytest.approx(np.full(40, 5000.0), rel=3e-4)
    back = crs.to_lonlat(plane, crs.to_metric(plane, lon, lat), lon0)
    assert back == pytest.approx(np.column_stack([lon, lat]), abs=1e-9)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [([np.nan], [1.0]), ([np.inf], [1.0]), ([1.0], [91.0]), ([1.0, 2.0], [1.0]), ([400.0], [0.0])],
)
def test_coordinates_that_are_none_are_refused(lon: list[float], lat: list[float]) -> None:
    with pytest.raises(GeoError):
        crs.check_lonlat(lon, lat)


def test_cutting_at_the_antimeridian_keeps_every_part() -> None:
    land = shapely.MultiPolygon([shapely.box(178, 0, 183, 2), shapely.box(170, 0, 171, 1)])
    cut = cut_antimeridian(land)
    assert cut.is_valid
    assert cut.bounds[0] >= -180
    assert cut.bounds[2] <= 180
    assert cut.area == pytest.approx(land.area)
    line = cut_antimeridian(shapely.LineString([(179, 0), (181, 1)]))
    assert line.length == pytest.approx(np.hypot(2, 1))
    assert len(line.geoms) == 2
    plain = shapely.box(1, 1, 2, 2)
    assert cut_antimeridian(plain) is plain


@pytest.mark.parametrize("lat", [-90.0, -52.0, 0.0, 36.2, 78.2, 89.9, 90.0])
def test_the_projection_is_that_of_proj(lat: float) -> None:
    plane = crs.plane_of((20.0, lat, 20.0, lat))
    srs = proj_string(plane)
    rng = np.random.default_rng(5)
    lon = rng.uniform(-180, 180, 500)
    # Not about the antipode, which is infinitely far.
    near = np.clip(lat + rng.uniform(-60, 60, 500), -90, 90)
    ours = crs.to_metric(plane, lon, near)
    theirs = np.column_stack(Proj(srs)(lon, near))
    close = np.hypot(*theirs.T) < 2e7
    assert close.sum() > 200
    assert ours[close] == pytest.approx(theirs[close], rel=1e-11, abs=1e-6)
    again = crs.to_metric(plane, *crs.to_lonlat(plane, ours[close], 20.0).T)
    assert again == pytest.approx(ours[close], rel=1e-12, abs=1e-7)
    factors = Proj(srs).get_factors(lon[close], np.clip(near[close], -89.999, 89.999))
    scale = crs.scale_factor(plane, lon[close], near[close])
    assert scale == pytest.approx(factors.meridional_scale, rel=1e-4)
