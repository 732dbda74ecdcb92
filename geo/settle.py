"""A scene in the one order and precision in which it is packed; nothing else about it changes.

Cells are numbered as the walk of `geo.landwalk` comes to them, so that neighbours have near
numbers, and places as their cells; changes are sorted by day, then place; points lie on their
lattice.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.landcode import MANY_CELLS, NOWHERE, Grid, PackedLand, grid_for
from geo.landwalk import cell_order
from geo.scene import Events, Flips, Land, Scene

Ints = NDArray[np.int64]
POINT_DEG = 1e-5  # about 1 m; places of a map of many cells lie on half steps of the land's lattice


def land_grid(scene: Scene) -> Grid:
    """The lattice of the scene's land: its own where it has been packed before."""
    land = scene.tessellation
    if isinstance(land, PackedLand) and land.grid is not None:
        return land.grid
    cells = int(land.ring_cell.max()) + 1 if land.ring_cell.size else 0
    return grid_for(np.asarray(land.vertices, np.float64).reshape(-1, 2), cells)


def point_grid(land: Grid, places: int) -> Grid:
    """The lattice of places and events."""
    step = land.step / 2 if places > MANY_CELLS else POINT_DEG
    return Grid(west=land.west, south=land.south, step=step)


def settle(scene: Scene) -> Scene:
    """The scene as `geo.payload.unpack` will give it back, but for its land's lattice."""
    land = land_grid(scene)
    grid = point_grid(land, len(scene.places))
    lonlat = np.array([(p.lon, p.lat) for p in scene.places], np.float64).reshape(-1, 2)
    lonlat = grid.degrees(grid.snap(lonlat))
    cell_of = _cell_numbers(scene, land)
    order = _place_order(scene, cell_of, grid.snap(lonlat))
    place_of = np.empty(len(order), np.int64)  # old number to new
    place_of[order] = np.arange(len(order))
    places = tuple(
        replace(
            scene.places[i],
            lon=float(lonlat[i, 0]),
            lat=float(lonlat[i, 1]),
            cell=int(cell_of[scene.places[i].cell]) if scene.places[i].cell >= 0 else -1,
            uncertainty_m=float(round(scene.places[i].uncertainty_m)),
        )
        for i in order.tolist()
    )
    claims = tuple(
        replace(c, place=int(place_of[c.place])) if c.place >= 0 else c for c in scene.claims
    )
    return replace(
        scene,
        places=places,
        claims=claims,
        flips=_flips(scene, place_of),
        maybes=replace(scene.maybes, place=_renumbered(scene.maybes.place, place_of)),
        events=_events(scene, grid, lonlat[order]),
        tessellation=_land(scene.tessellation, cell_of),
    )


def _cell_numbers(scene: Scene, grid: Grid) -> Ints:
    """New number of each cell; those that have places but no ring come last."""
    walked = cell_order(scene.tessellation, grid)
    most = max((p.cell for p in scene.places), default=-1) + 1
    return np.concatenate([walked, np.arange(len(walked), max(most, len(walked)))])


def _place_order(scene: Scene, cell_of: Ints, spot: Ints) -> Ints:
    """Places by their cell's new number; of one cell, as they were; of none, by position."""
    cell = np.array([p.cell for p in scene.places], np.int64)
    away = cell < 0
    rank = np.where(away, len(cell_of), cell_of[cell] if len(cell_of) else 0)
    x, y = (np.where(away, spot[:, axis], 0) for axis in (0, 1))
    return np.lexsort((np.arange(len(cell)), y, x, rank))


def _renumbered(places: NDArray[np.int32], place_of: Ints) -> NDArray[np.int32]:
    return place_of[places].astype(np.int32) if len(places) else places.astype(np.int32)


def _land(land: Land, cell_of: Ints) -> PackedLand:
    grid = land.grid if isinstance(land, PackedLand) else None
    cells = cell_of[land.ring_cell].astype(np.int32) if land.ring_cell.size else land.ring_cell
    return PackedLand(land.vertices, land.ring_offset, land.ring_vertex, cells, grid)


def _flips(scene: Scene, place_of: Ints) -> Flips:
    flips = scene.flips
    place = _renumbered(flips.place, place_of)
    order = np.lexsort((np.arange(len(place)), place, flips.day))
    return replace(
        flips,
        day=flips.day[order],
        place=place[order],
        holder=flips.holder[order],
        age_day=flips.age_day[order],
        why=tuple(flips.why[i] for i in order.tolist()) if flips.why else (),
        claims=tuple(flips.claims[i] for i in order.tolist()) if flips.claims else (),
    )


def _events(scene: Scene, grid: Grid, places: NDArray[np.float64]) -> Events:
    """Events at a place lie where the place lies; the others on a lattice of `POINT_DEG`."""
    events = scene.events
    at = event_places(events.lon, events.lat, grid, places)
    lon, lat = (np.round(np.asarray(v, np.float64) / POINT_DEG) * POINT_DEG
                for v in (events.lon, events.lat))  # fmt: skip
    lon[at >= 0], lat[at >= 0] = places[at[at >= 0], 0], places[at[at >= 0], 1]
    spread = np.rint(np.nan_to_num(events.uncertainty_m))
    return replace(events, lon=lon, lat=lat, uncertainty_m=spread)


def event_places(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    grid: Grid,
    places: NDArray[np.float64],
) -> Ints:
    """The first place on the same lattice point as each event (n,), -1 where there is none."""
    spot: dict[tuple[int, int], int] = {}
    for i, (x, y) in enumerate(grid.snap(places).tolist()):
        if x != NOWHERE and y != NOWHERE:
            spot.setdefault((x, y), i)
    points = grid.snap(np.stack([lon, lat], axis=1))
    return np.array([spot.get((x, y), -1) for x, y in points.tolist()], np.int64)
