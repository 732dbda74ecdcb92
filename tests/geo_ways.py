"""Ways to land, fronts and histories, to measure: ours, geopandas', shapely's."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import geopandas
import numpy as np
import shapely

from geo import (
    Tessellation,
    changed_hands,
    crs,
    daily_fronts,
    daily_holdings,
    frontline_history,
    frontlines,
    holding_history,
    territories,
)
from tests.geo_workloads import REACH_KM, War, war
from tests.geo_worlds import proj_string


@functools.cache
def tessellation(size: str) -> Tessellation:
    w = war(size)
    return Tessellation(w.lon, w.lat, w.boundary, REACH_KM)


@functools.cache
def middle(size: str) -> np.ndarray:
    """Who holds what half-way through."""
    return war(size).at(int(war(size).day.max()) // 2)


@functools.cache
def cells(size: str) -> geopandas.GeoDataFrame:
    frame = geopandas.GeoDataFrame(
        {"controller": middle(size)}, geometry=tessellation(size).polygons(), crs=4326
    )
    return frame[(frame["controller"] != -1) & frame.geometry.notna()].reset_index(drop=True)


def rows(w: War) -> tuple[np.ndarray, ...]:
    return w.initial, w.day, w.place, w.controller


# -- building ------------------------------------------------------------------------------------


def build_ours(size: str) -> Any:
    w = war(size)
    return Tessellation(w.lon, w.lat, w.boundary, REACH_KM)


def build_geopandas(size: str) -> Any:
    w = war(size)
    plane = proj_string(crs.plane_of(w.boundary.bounds))
    places = geopandas.GeoSeries.from_xy(w.lon, w.lat, crs=4326).to_crs(plane)
    boundary = geopandas.GeoSeries([w.boundary], crs=4326).to_crs(plane).iloc[0]
    cell = geopandas.GeoSeries(places.voronoi_polygons(extend_to=boundary), crs=plane)
    frame = geopandas.GeoDataFrame(geometry=cell).sjoin(
        geopandas.GeoDataFrame({"place": np.arange(len(places))}, geometry=places)
    )
    frame = frame.sort_values("place")
    disc = places.iloc[frame["place"].to_numpy()].buffer(REACH_KM * 1000)
    return (
        frame.geometry.reset_index(drop=True)
        .intersection(disc.reset_index(drop=True))
        .intersection(boundary)
        .to_crs(4326)
    )


def build_shapely(size: str) -> Any:
    """Ordered Voronoi cells, discs only where the cell is wider, the border only at the rim."""
    w = war(size)
    plane = crs.plane_of(w.boundary.bounds)
    xy = crs.to_metric(plane, w.lon, w.lat)
    boundary = crs.flattened(w.boundary, plane)
    cell = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=boundary, ordered=True)
    )
    corner, which = shapely.get_coordinates(cell, return_index=True)
    far = np.hypot(*(corner - xy[which]).T) > REACH_KM * 1000
    wide = np.unique(which[far])
    cell[wide] = shapely.intersection(
        cell[wide], shapely.buffer(shapely.points(xy[wide]), REACH_KM * 1000, quad_segs=16)
    )
    shapely.prepare(boundary)
    rim = np.flatnonzero(~shapely.contains_properly(boundary, cell))
    cell[rim] = shapely.intersection(cell[rim], boundary)
    return crs.unflattened(cell, plane, 38.0)


# -- one date ------------------------------------------------------------------------------------


def land_ours(size: str) -> Any:
    return territories(tessellation(size), middle(size))


def land_geopandas(size: str) -> Any:
    return cells(size).dissolve(by="controller")


def land_shapely(size: str) -> Any:
    """The coverage union: of shapely's unions the fastest on cells, by ten times and more."""
    frame = cells(size)
    shapes, held = frame.geometry.to_numpy(), frame["controller"].to_numpy()
    return {code: shapely.coverage_union_all(shapes[held == code]) for code in np.unique(held)}


def land_coverage(size: str) -> Any:
    """Geopandas told that the cells are a coverage."""
    return cells(size).dissolve(by="controller", method="coverage")


def map_ours(size: str) -> Any:
    return land_ours(size), frontlines(tessellation(size), middle(size))


def map_geopandas(size: str) -> Any:
    land = land_geopandas(size)
    equal_area = "+proj=laea +lat_0=35 +lon_0=38 +ellps=WGS84"
    land["area_km2"] = land.to_crs(equal_area).area / 1e6
    return land, _fronts(dict(zip(land.index, land.geometry, strict=True)))


def map_shapely(size: str) -> Any:
    land = land_shapely(size)
    return land, crs.area_km2(np.array(list(land.values()))), _fronts(land)


def _fronts(land: dict[int, Any]) -> Any:
    pairs = list(itertools.combinations([code for code in land if code >= 0], 2))
    border = {code: shapely.boundary(shape) for code, shape in land.items()}
    lines = [shapely.line_merge(shapely.intersection(border[a], border[b])) for a, b in pairs]
    return pairs, lines, [crs.length_km(line)[0] for line in lines]


# -- every date ----------------------------------------------------------------------------------


def histories_ours(size: str) -> Any:
    """Both histories, and land and fronts of every day."""
    t, r = tessellation(size), rows(war(size))
    return (
        frontline_history(t, *r),
        holding_history(t, *r),
        daily_holdings(t, *r),
        daily_fronts(t, *r),
    )


WAYS: dict[str, dict[str, Callable[[str], Any]]] = {
    "build": {"ours": build_ours, "geopandas": build_geopandas, "shapely": build_shapely},
    "one date, land": {
        "ours": land_ours, "geopandas": land_geopandas, "shapely": land_shapely,
        "geopandas, coverage": land_coverage,
    },
    "one date, land and fronts": {
        "ours": map_ours, "geopandas": map_geopandas, "shapely": map_shapely,
    },
    "every date, histories and daily figures": {"ours": histories_ours},
    "gains and losses between two dates": {
        "ours": lambda size: changed_hands(tessellation(size), war(size).initial, middle(size))
    },
}  # fmt: skip
