"""Which places hold land, inside which boundary, and the cells that follow.

A place gets a cell when a control claim is about it, it is located, it is no area, and its
coordinate is good to `MAX_CELL_UNCERTAINTY_M` (a city's radius is its size, not a doubt: `CITY`
allows more). The others keep their claims and are shown as points, or only in lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from timelines.errors import QueryError
from timelines.ledger import Int
from timelines.places import TimelinePlace
from timelines.problems import Problem, shown
from timelines.settings import FILE, FILE_SUFFIXES, Settings

if TYPE_CHECKING:
    from geo.tessellation import Tessellation
    from timelines.timeline import Timeline

MAX_CELL_UNCERTAINTY_M = 3_000.0
CITY = {"city": 10_000.0}
AREAS = frozenset(
    {"governorate", "province", "district", "subdistrict", "area", "front", "country"}
)
EDGE_SHARE = 0.08  # margin of the opening view, as a share of its width and height


@dataclass(frozen=True, slots=True)
class Land:
    """The cells of a timeline. `cell_place` (cells,) is the place index behind each cell;
    `place_cell` (places,) the cell of each place, -1 for none. `boundary` says whose line it is.
    """

    tessellation: Tessellation
    cell_place: Int
    place_cell: Int
    boundary: str
    reach_km: float


def holds_land(place: TimelinePlace) -> bool:
    """May this place have a cell?"""
    limit = CITY.get(place.kind, MAX_CELL_UNCERTAINTY_M)
    return place.located and place.kind not in AREAS and place.uncertainty_m <= limit


def shared_points(places: Iterable[TimelinePlace]) -> list[tuple[TimelinePlace, TimelinePlace]]:
    """Pairs of places that hold land and lie on one point (to about a metre): the first of each
    pair has the cell, the second none.
    """
    first: dict[tuple[float, float], TimelinePlace] = {}
    pairs = []
    for place in places:
        if holds_land(place) and place.lon is not None and place.lat is not None:
            point = round(place.lon, 5), round(place.lat, 5)
            if first.setdefault(point, place) is not place:
                pairs.append((first[point], place))
    return pairs


def build_land(timeline: Timeline, reach_km: float | None = None) -> Land:
    """The cells for a reach (km; None: the timeline's own).

    Raises:
        QueryError: the reach is no length, the boundary cannot be read, or the places span more
            than can be drawn.
    """
    from geo.errors import GeoError
    from geo.tessellation import Tessellation

    reach = timeline.settings.reach_km if reach_km is None else float(reach_km)
    if not 0.1 <= reach <= 500:
        raise QueryError(f"The reach {reach:g} km is not between 0.1 and 500 km.")
    if timeline.settings.cells:
        from timelines.cells import cells_of

        given, of = cells_of(timeline, reach)
        number = np.full(len(timeline.place_list), -1, np.int64)
        number[of] = np.arange(len(of))
        return Land(given, of, number, f"{timeline.settings.cells}, as drawn", reach)
    controlled = set(timeline.ledger.place.tolist())
    places = [
        index
        for index, place in enumerate(timeline.place_list)
        if index in controlled and holds_land(place)
    ]
    lon = np.array([timeline.place_list[i].lon for i in places], float)
    lat = np.array([timeline.place_list[i].lat for i in places], float)
    polygon, source = _boundary(timeline, lon, lat, reach)
    cell_place = np.array(places, np.int64)
    try:
        tessellation = Tessellation(lon, lat, polygon, reach)
        if tessellation.shares_cells:
            # Of places on one point the first has the land (`shared_points`, and `check` says so):
            # in figures, maps and exports alike, so the others are no places of the land at all.
            own = tessellation.cell_of
            first = (own < 0) | (own == np.arange(len(places)))
            cell_place = cell_place[first]
            tessellation = Tessellation(lon[first], lat[first], polygon, reach)
    except GeoError as error:
        raise QueryError(f"The land cannot be drawn: {error}") from error
    place_cell = np.full(len(timeline.place_list), -1, np.int64)
    inside = np.flatnonzero(tessellation.cell_of >= 0)
    place_cell[cell_place[inside]] = inside
    return Land(tessellation, cell_place, place_cell, source, reach)


def _boundary(
    timeline: Timeline, lon: np.ndarray[Any, Any], lat: np.ndarray[Any, Any], reach_km: float
) -> tuple[Any, str]:
    from geo.basemap import BasemapError

    try:
        given = _given(timeline.settings, timeline.files)
    except BasemapError as error:
        raise QueryError(f"timeline.toml, boundary: {error}") from error
    if given is not None:
        return given
    import shapely

    if not len(lon):
        return shapely.box(-1, -1, 1, 1), "none: no place holds land"
    north = (reach_km + 5) / 110.6
    east = north / max(0.05, float(np.cos(np.radians(np.abs(lat).max()))))
    low, high = max(-89.8, lat.min() - north), min(89.8, lat.max() + north)
    left, right = lon.min() - east, lon.max() + east
    if right - left >= 360:
        left, right = -180.0, 180.0
    return shapely.box(left, low, right, high), "none given: land is not clipped at any border"


def _given(settings: Settings, files: Mapping[str, str]) -> tuple[Any, str] | None:
    """The boundary that the settings name, and whose line it is; None where they name none.

    Raises:
        BasemapError: it cannot be had.
    """
    from geo.basemap import BasemapError, boundary, boundary_from_geojson

    name = next((text for text in settings.boundary if text.lower().endswith(FILE_SUFFIXES)), None)
    if name is None:
        if not settings.boundary:
            return None
        found = boundary(settings.boundary)
        return found.polygon, found.source
    if name not in files:
        raise BasemapError(
            f"there is no file {shown(name)} beside the claims. "
            "Put it there, or write ISO country codes."
        )
    found = boundary_from_geojson(files[name].encode(), name=name)
    return found.polygon, f"{name}, given with the timeline"


def boundary_problems(settings: Settings, files: Mapping[str, str]) -> list[Problem]:
    """What `frontlines check` says of the boundary: that it cannot be had, or what is odd of it."""
    import warnings

    from geo.basemap import BasemapError, BasemapWarning

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", BasemapWarning)
        try:
            _given(settings, files)
        except BasemapError as error:
            remedy = "Mend it, or leave `boundary` away: land then ends with the reach alone."
            return [Problem(FILE, 0, "boundary", f"{error}.", remedy)]
    return [Problem(FILE, 0, "boundary", f"{one.message}.", "", "warning") for one in told]


def view_of(timeline: Timeline) -> tuple[float, float, float, float]:
    """West, south, east, north to open on: as set, else around the places that hold land, or around
    the land itself where the timeline brings it.
    """
    if timeline.settings.view:
        return timeline.settings.view
    if timeline.settings.cells and len(timeline.land().cell_place):
        return _around(*timeline.land().tessellation.bounds)
    controlled = set(timeline.ledger.place.tolist())
    located = [(i, p) for i, p in enumerate(timeline.place_list) if p.located]
    chosen = [p for i, p in located if i in controlled and holds_land(p)]
    points = np.array([(p.lon, p.lat) for p in (chosen or [p for _, p in located])], float)
    if not len(points):
        return -180.0, -60.0, 180.0, 75.0
    return _around(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


def _around(
    west: float, south: float, east: float, north: float
) -> tuple[float, float, float, float]:
    across, up = max(east - west, 0.2) * EDGE_SHARE, max(north - south, 0.2) * EDGE_SHARE
    return (
        max(-180.0, west - across),
        max(-90.0, south - up),
        min(180.0, east + across),
        min(90.0, north + up),
    )
