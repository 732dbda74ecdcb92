"""Metres on the ground: the only place that picks a projection, and the geodesic helpers.

Everything is WGS84, longitude before latitude, degrees; results are metres, kilometres or square
kilometres as the name says. All helpers are vectorised over numpy arrays.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError
from geo.stereographic import E2 as _E2
from geo.stereographic import SEMI_MAJOR_M, Stereographic
from geo.stereographic import E as _E

if TYPE_CHECKING:
    from pyproj import CRS, Geod

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

WGS84 = "EPSG:4326"
_Q_POLE = 1 - (1 - _E2) / (2 * _E) * float(np.log((1 - _E) / (1 + _E)))
AUTHALIC_RADIUS_M = SEMI_MAJOR_M * float(np.sqrt(_Q_POLE / 2))
# Beyond this chord the series of `segment_length_m` no longer holds a millimetre.
_SHORT_CHORD_M = 100_000.0


@functools.cache
def geod() -> Geod:
    """The WGS84 ellipsoid as pyproj's geodesic calculator (Karney 2013)."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


@functools.cache
def wgs84() -> CRS:
    """EPSG:4326 as an object, looked up once."""
    from pyproj import CRS

    return CRS.from_user_input(WGS84)


def check_lonlat(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Both coordinates as float64 arrays of one shape.

    Raises GeoError for other shapes, for values that are not finite, for latitudes beyond 90 and
    longitudes beyond 360 degrees: a missing coordinate is not a place.
    """
    try:
        x, y = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (lon, lat))
    except (TypeError, ValueError) as error:
        raise GeoError(f"lon and lat must be numbers, decimal degrees: {error}") from error
    if x.shape != y.shape or x.ndim != 1:
        raise GeoError(f"lon and lat must be one row of numbers each, got {x.shape} and {y.shape}")
    wrong = ~(np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 360) & (np.abs(y) <= 90))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise GeoError(
            f"place {first} has no usable coordinates (lon {x[first]}, lat {y[first]}); "
            "leave it out or give decimal degrees, longitude first"
        )
    return x, y


def wrap_lon(lon: ArrayLike, centre: float = 0.0) -> Floats:
    """Longitudes within 180 degrees of `centre`; those already there are left bit for bit."""
    x = np.asarray(lon, dtype=np.float64)
    off = np.abs(x - centre) > 180
    if not off.any():
        return x
    return np.where(off, (x - centre + 180) % 360 - 180 + centre, x)


def centre_of(bounds: Bounds) -> tuple[float, float]:
    """Middle longitude (may leave -180..180 when west > east) and latitude of the bounds."""
    west, south, east, north = bounds
    if not np.isfinite(bounds).all() or south > north:
        raise GeoError(f"bounds must be finite west, south, east, north; got {bounds}")
    return (west + (east if east >= west else east + 360)) / 2, (south + north) / 2


def plane_of(bounds: Bounds) -> Stereographic:
    """The plane in which land is measured: oblique stereographic about the middle of `bounds`.

    `bounds` are west, south, east, north in degrees; west > east crosses the antimeridian.
    Stereographic is conformal: nearest-place borders between neighbours stay right at any extent
    and latitude, and `scale_factor` corrects the reach (Snyder 1987, USGS PP 1395, ch. 21).
    """
    lon_0, lat_0 = centre_of(bounds)
    return Stereographic(round((lon_0 + 180) % 360 - 180, 6), round(lat_0, 6))


def to_metric(plane: Stereographic, lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Degrees to metres in a plane: float64 (n, 2)."""
    return np.column_stack(plane.forward(lon, lat))


def to_lonlat(plane: Stereographic, xy: Floats, centre_lon: float = 0.0) -> Floats:
    """Metres in a plane (n, 2) to degrees (n, 2), longitudes within 180 of `centre_lon`."""
    lon, lat = plane.inverse(xy[:, 0], xy[:, 1])
    return np.column_stack([wrap_lon(lon, centre_lon), lat])


def scale_factor(plane: Stereographic, lon: Floats, lat: Floats) -> Floats:
    """Projected metres per metre on the ground at each point of a plane."""
    return plane.scale(lon, lat)


def flattened(geometry: Any, plane: Stereographic) -> Any:
    """A geometry, or an array of them, in metres of a plane."""
    return shapely.transform(geometry, lambda lonlat: to_metric(plane, lonlat[:, 0], lonlat[:, 1]))


def unflattened(geometry: Any, plane: Stereographic, middle: float) -> Any:
    """Metres of a plane back to degrees, longitudes within 180 of `middle`."""
    return shapely.transform(geometry, lambda xy: to_lonlat(plane, xy, middle))


def distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Geodesic distance in metres between points (broadcast; Karney's method through pyproj)."""
    a, b, c, d = np.broadcast_arrays(*(np.asarray(v, float) for v in (lon1, lat1, lon2, lat2)))
    return np.asarray(geod().inv(a.ravel(), b.ravel(), c.ravel(), d.ravel())[2]).reshape(a.shape)


def bearing_deg(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Initial bearing of the geodesic from the first points to the second, 0 to 360 from north."""
    a, b, c, d = np.broadcast_arrays(*(np.asarray(v, float) for v in (lon1, lat1, lon2, lat2)))
    forward = geod().inv(a.ravel(), b.ravel(), c.ravel(), d.ravel())[0]
    return np.asarray(np.asarray(forward).reshape(a.shape) % 360)


def destination(
    lon: ArrayLike, lat: ArrayLike, *, bearing_deg: ArrayLike, distance_m: ArrayLike
) -> tuple[Floats, Floats]:
    """Longitude and latitude reached from points along a bearing (degrees from north) by metres."""
    a, b, c, d = np.broadcast_arrays(
        *(np.asarray(v, float) for v in (lon, lat, bearing_deg, distance_m))
    )
    x, y, _ = geod().fwd(a.ravel(), b.ravel(), c.ravel(), d.ravel())
    return np.asarray(x).reshape(a.shape), np.asarray(y).reshape(a.shape)


def segment_length_m(start: Floats, end: Floats) -> Floats:
    """Length in metres of many short segments, (n, 2) lon/lat each.

    The chord through the ellipsoid plus the first term of its arc: within 1e-8 of the geodesic up
    to 100 km, a hundred times faster; longer segments go to Karney's method.
    """

    def ecef(p: Floats) -> Floats:
        lon, lat = np.radians(p[:, 0]), np.radians(p[:, 1])
        prime = SEMI_MAJOR_M / np.sqrt(1 - _E2 * np.sin(lat) ** 2)
        flat = prime * np.cos(lat)
        return np.stack([flat * np.cos(lon), flat * np.sin(lon), prime * (1 - _E2) * np.sin(lat)])

    a, b = ecef(start), ecef(end)
    chord = np.sqrt(((a - b) ** 2).sum(axis=0))
    length = chord * (1 + chord**2 / (24 * AUTHALIC_RADIUS_M**2))
    far = chord > _SHORT_CHORD_M
    if far.any():
        length[far] = distance_m(start[far, 0], start[far, 1], end[far, 0], end[far, 1])
    return np.asarray(length)


def segment_area_m2(start: Floats, end: Floats) -> Floats:
    """Signed area in square metres between each segment and the equator, (n, 2) lon/lat each.

    Summed around a ring it is the ring's area, positive when counter-clockwise. Areas are exact on
    the ellipsoid through the authalic latitude (Snyder 1987, ch. 3); segments are taken as great
    circles of the authalic sphere, which for segments of tens of kilometres is right to 1e-6.
    """
    return _strips(start[:, 0], _half_tangent(start[:, 1]), end[:, 0], _half_tangent(end[:, 1]))


def ring_areas_m2(vertices: Floats, offset: NDArray[Any], vertex: NDArray[Any]) -> Floats:
    """Signed area of closed rings of vertex numbers (first not repeated), as `segment_area_m2`."""
    if not len(vertex):
        return np.zeros(0)
    following = np.append(vertex[1:], vertex[0])
    following[offset[1:] - 1] = vertex[offset[:-1]]
    lon, tangent = vertices[:, 0], _half_tangent(vertices[:, 1])
    strips = _strips(lon[vertex], tangent[vertex], lon[following], tangent[following])
    return np.asarray(np.add.reduceat(strips, offset[:-1]))


def _strips(lon1: Floats, t1: Floats, lon2: Floats, t2: Floats) -> Floats:
    half_turn = np.tan(np.radians(lon1 - lon2) / 2)
    return np.asarray(2 * AUTHALIC_RADIUS_M**2 * np.arctan(half_turn * (t1 + t2) / (1 + t1 * t2)))


def _half_tangent(lat_deg: Floats) -> Floats:
    """Tangent of half the authalic latitude."""
    s = np.sin(np.radians(lat_deg))
    q = (1 - _E2) * (s / (1 - _E2 * s**2) - np.log((1 - _E * s) / (1 + _E * s)) / (2 * _E))
    sin_authalic = np.clip(q / _Q_POLE, -1, 1)
    return np.asarray(sin_authalic / (1 + np.sqrt(1 - sin_authalic**2)))


def area_km2(geometry: ArrayLike) -> Floats:
    """Geodesic area in square kilometres of each shapely geometry (array or one), WGS84."""
    g = np.atleast_1d(np.asarray(geometry, dtype=object))
    out = [0.0 if one is None else abs(geod().geometry_area_perimeter(one)[0]) for one in _ccw(g)]
    return np.asarray(out) / 1e6


def length_km(geometry: ArrayLike) -> Floats:
    """Geodesic length in kilometres of each line (perimeter of each polygon), WGS84."""
    g = np.atleast_1d(np.asarray(geometry, dtype=object))
    out = [0.0 if one is None else geod().geometry_length(one) for one in g]
    return np.asarray(out) / 1e3


def _ccw(geometry: NDArray[Any]) -> NDArray[Any]:
    """Exterior rings counter-clockwise, so that areas of holes are taken off and not added."""
    return np.asarray(shapely.orient_polygons(geometry, exterior_cw=False), dtype=object)
