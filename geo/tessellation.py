"""Places to cells: the land nearest to each place, out to a reach, inside a boundary.

The cells and their shared edges are built once; every date is then a choice among them.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo import crs
from geo.antimeridian import cut_antimeridian
from geo.clip import Rings, clip_rings
from geo.errors import ControllerError, GeoError
from geo.extent import (
    boundary_bounds,
    check_boundary,
    check_latitudes,
    check_seam,
    first_of_coincident,
    frame_around,
    furthest_m,
    unroll,
)
from geo.stereographic import Stereographic
from geo.topology import BOUNDARY, REACH, SHARED, Edges, shared_edges
from geo.voronoi import reach_cells

__all__ = ["BOUNDARY", "CONTESTED", "REACH", "SHARED", "UNASSESSED", "Tessellation"]

UNASSESSED = -1
CONTESTED = -2
MOST = 2_000_000_000

ARC_SEGMENTS = 64
_WIDEST_M = 16_000_000.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Tessellation:
    """The cells of n places and the edges between them; immutable.

    Parameters: `lon`, `lat` float (n,), WGS84 degrees; `boundary` a shapely Polygon or MultiPolygon
    in the same degrees (one that crosses the antimeridian may be cut there or run on past 180);
    `reach_km` how far a place's land goes at most.

    The rule: land belongs to the place nearest to it, if that place is within the reach; beyond
    every reach land is not assessed and has no cell (`math.inf` assesses everything). Places
    outside the boundary have no cell and take no land from others; they are listed in `outside`.
    Places within one metre of another share one cell, which stands under the first of them
    (`cell_of`); who holds it is what those of them that are assessed agree on, and contested where
    they do not (`cell_controller`).

    Distances are taken in a conformal projection about the middle of the data with the reach
    corrected for its scale at each place; circles are drawn with 64 segments inside the true one
    (at most 0.12 % short). Straight edges are bent onto the map to within five metres.

    Public arrays (read-only). Cells are numbered like places.

    - `vertices` float64 (v, 2): lon, lat. Continuous: they run past 180 where the data cross it.
    - `ring_offset` int32 (r + 1,), `ring_vertex` int32 (k,): closed rings, first vertex not
      repeated, exteriors counter-clockwise, holes clockwise, an exterior before its holes.
    - `ring_cell` int32 (r,), `ring_hole` bool (r,).
    - `edge_offset` int32 (e + 1,), `edge_vertex` int32 (m,): the polyline of each edge.
    - `edge_left`, `edge_right` int32 (e,): cell on each side, -1 outside (always on the right).
    - `edge_left_face`, `edge_right_face` int32 (e,): number among the exterior rings, -1 outside.
    - `edge_kind` uint8 (e,): 0 shared, 1 reach arc, 2 boundary.
    - `half_next` int32 (2 e,): half-edge 2 i runs along edge i with its left cell on the left,
      2 i + 1 back with its right cell on the left; this is the next one around the same cell.
    - `busy_vertex` bool (v,): more than three edges meet there.
    - `cell_of` int32 (n,): the cell of each place, -1 outside the boundary.
    - `outside` int32: places outside the boundary.

    Raises BoundaryError for a boundary that is no valid area, GeoError for unusable coordinates or
    reach.
    """

    def __init__(
        self, lon: ArrayLike, lat: ArrayLike, boundary: Any, reach_km: float = 15.0
    ) -> None:
        x, y = crs.check_lonlat(lon, lat)
        number = isinstance(reach_km, (int, float, np.number)) and not isinstance(reach_km, bool)
        if not (number and reach_km > 0):
            raise GeoError(f"reach_km must be a number of kilometres above 0, got {reach_km!r}")
        check_boundary(boundary)
        self.reach_km = float(reach_km)
        self.bounds = boundary_bounds(boundary)
        middle = crs.centre_of(self.bounds)[0]
        plane = crs.plane_of(self.bounds)
        self.boundary = unroll(boundary, middle)
        x = crs.wrap_lon(x, middle)
        self.lon, self.lat = _frozen(x.copy()), _frozen(y.copy())

        shapely.prepare(self.boundary)
        inside = shapely.intersects_xy(self.boundary, x, y)
        self.outside = _frozen(np.flatnonzero(~inside).astype(np.int32))
        place = np.flatnonzero(inside)
        xy = crs.to_metric(plane, x[place], y[place])
        if np.abs(xy).max(initial=0.0) > _WIDEST_M:
            raise GeoError("places span more than half the world; split them into regions")
        first = first_of_coincident(xy)
        self.cell_of = np.full(x.size, -1, dtype=np.int32)
        self.cell_of[place] = place[first]
        _frozen(self.cell_of)

        own = np.flatnonzero(first == np.arange(place.size))
        rings = self._build(xy[own], place[own], plane, middle)
        self._adopt(rings, shared_edges(rings))

    def _build(
        self, xy: Floats, place: NDArray[np.int64], plane: Stereographic, middle: float
    ) -> Rings:
        x, y = self.lon[place], self.lat[place]
        none = np.zeros(0, dtype=np.int64)
        if not place.size:
            flat = np.zeros(0, bool)
            return Rings(np.zeros((0, 2)), np.zeros(1, np.int64), none, none, flat, flat)
        corners = crs.to_metric(plane, *shapely.get_coordinates(self.boundary).T)
        reach = self.reach_km * 1000 * crs.scale_factor(plane, x, y)
        # No further than the boundary: what lies beyond is cut off anyway.
        reach = np.minimum(reach, furthest_m(xy, corners))
        frame_m = frame_around(corners, float(reach.max()))
        limits = float(reach.max()), frame_m
        steepest = check_latitudes(plane, y, self.boundary, limits)
        # How far a geodesic strays from a straight line in degrees, per square of its length.
        bend = math.tan(math.radians(steepest)) / (8 * crs.AUTHALIC_RADIUS_M)
        cells = reach_cells(xy, reach, arc_segments=ARC_SEGMENTS, bend_per_m=bend, frame_m=frame_m)
        vertices = crs.to_lonlat(plane, cells.vertices, middle)
        check_seam(vertices, cells.ring_offset, cells.ring_vertex)
        rings = clip_rings(vertices, cells.ring_offset, cells.ring_vertex, self.boundary)
        return Rings(
            rings.vertices,
            rings.ring_offset,
            rings.ring_vertex,
            place[rings.ring_cell],
            rings.ring_hole,
            rings.on_boundary,
        )

    def _adopt(self, rings: Rings, edges: Edges) -> None:
        used = np.zeros(len(rings.vertices), bool)
        used[rings.ring_vertex] = True
        renumber = np.cumsum(used, dtype=np.int32) - np.int32(1)
        self.vertices: Floats = _frozen(rings.vertices[used])
        self.ring_offset: Ints = _int32(rings.ring_offset)
        self.ring_vertex: Ints = _frozen(renumber[rings.ring_vertex])
        self.ring_cell: Ints = _int32(rings.ring_cell)
        self.ring_hole: NDArray[np.bool_] = _frozen(rings.ring_hole)
        self.edge_offset: Ints = _int32(edges.offset)
        self.edge_vertex: Ints = _frozen(renumber[edges.vertex])
        self.edge_left: Ints = _int32(edges.left)
        self.edge_right: Ints = _int32(edges.right)
        self.edge_left_face: Ints = _int32(edges.left_face)
        self.edge_right_face: Ints = _int32(edges.right_face)
        self.edge_kind: NDArray[np.uint8] = _frozen(edges.kind)
        self.half_next: Ints = _int32(edges.half_next)
        self.busy_vertex: NDArray[np.bool_] = _frozen(edges.busy[used])

    @functools.cached_property
    def area_km2(self) -> Floats:
        """Geodesic area of each cell, 0 for places without one: float64 (n,)."""
        ring_area = crs.ring_areas_m2(self.vertices, self.ring_offset, self.ring_vertex)
        area: Floats = np.bincount(self.ring_cell, ring_area, minlength=self.lon.size) / 1e6
        area.setflags(write=False)
        return area

    def __len__(self) -> int:
        return int(self.lon.size)

    def __repr__(self) -> str:
        return (
            f"<Tessellation of {len(self)} places, {self.area_km2.sum():,.0f} km2 within "
            f"{self.reach_km:g} km, {self.edge_left.size} edges, {self.outside.size} outside>"
        )

    @functools.cached_property
    def edge_length_km(self) -> Floats:
        """Geodesic length of each edge, float64 (e,)."""
        start, end = self.edge_offset[:-1], self.edge_offset[1:]
        tail = np.ones(self.edge_vertex.size, bool)
        tail[end - 1] = False
        at = np.flatnonzero(tail)
        p = self.vertices[self.edge_vertex]
        metres = crs.segment_length_m(p[at], p[at + 1])
        if not at.size:
            return np.zeros(0)
        length: Floats = np.add.reduceat(metres, start - np.arange(start.size)) / 1000
        length.setflags(write=False)
        return length

    @functools.cached_property
    def edge_cells(self) -> NDArray[np.intp]:
        """`edge_left` and `edge_right` (2, e) as the integers that numpy gathers by fastest."""
        cells: NDArray[np.intp] = np.stack([self.edge_left, self.edge_right]).astype(np.intp)
        cells.setflags(write=False)
        return cells

    @functools.cached_property
    def shares_cells(self) -> bool:
        """Whether some places share a cell."""
        inside = self.cell_of >= 0
        return bool((self.cell_of[inside] != np.flatnonzero(inside)).any())

    def cell_controller(self, controller: ArrayLike) -> NDArray[np.int64]:
        """Who holds each cell, given who holds each place: int64 (n,).

        Only coincident places differ from their input: what the assessed among them agree on,
        contested where they do not. Places without a cell of their own come back unassessed.
        Raises ControllerError unless `controller` is n whole numbers of at least -2.
        """
        given = np.asarray(controller)
        if given.shape != (len(self),) or (given.dtype.kind not in "iub" and given.size):
            raise ControllerError(
                f"controller must be {len(self)} whole numbers, one per place; "
                f"got shape {given.shape} of {given.dtype}"
            )
        held = given.astype(np.int64, copy=not self.shares_cells and not self.outside.size)
        check_codes(held)
        if not self.shares_cells and not self.outside.size:
            return held
        out = np.full(len(self), UNASSESSED, dtype=np.int64)
        known = np.flatnonzero((self.cell_of >= 0) & (held != UNASSESSED))
        cell = self.cell_of[known]
        low = np.full(len(self), np.iinfo(np.int64).max)
        np.minimum.at(low, cell, held[known])
        out[cell] = held[known]
        np.maximum.at(out, cell, held[known])
        out[cell] = np.where(low[cell] == out[cell], out[cell], CONTESTED)
        return out

    def polygons(self) -> NDArray[Any]:
        """The cell of each place as a shapely (Multi)Polygon, None where it has none: (n,).

        Within -180..180: cells across the antimeridian are cut there.
        """
        from geo.rings import assemble, closed

        offset, vertex = closed(self.ring_offset, self.ring_vertex)
        out = assemble(offset, self.vertices[vertex], self.ring_cell, self.ring_hole)
        cells = np.full(len(self), None, dtype=object)
        cells[np.unique(self.ring_cell)] = cut_antimeridian(out) if len(out) else out
        return cells


def check_codes(controller: NDArray[np.int64]) -> None:
    """Raise ControllerError unless every code is -2, -1, or a holder from 0 to `MOST`.

    Two sides of a front are kept in one number, so each must fit in half of it.
    """
    if controller.size and not (controller.min() >= CONTESTED and controller.max() <= MOST):
        raise ControllerError(
            f"controllers are {CONTESTED} contested, {UNASSESSED} not assessed, or 0 to {MOST}"
        )


def _frozen(array: Any) -> Any:
    array.setflags(write=False)
    return array


def _int32(array: NDArray[np.int64]) -> Ints:
    out: Ints = _frozen(array.astype(np.int32))
    return out
