"""Invalid areas: mended where that is cheap and changes little, and always said."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.validation import explain_validity

from timelines.importers.limits import MAX_CROSSINGS
from timelines.importers.report import Unfit
from timelines.importers.shapes import Budget, Points, polygon

_SAMPLE = 256
MAX_CHANGE = 0.02
"""Share of its area that mending may add or take before the area is refused."""


def area_of(parts: list[list[Points]], budget: Budget) -> tuple[shapely.MultiPolygon, str]:
    """One valid MultiPolygon of the polygons given as rings (lon, lat), and what was mended.

    Overlapping parts become one. The text is empty where nothing was wrong.

    Raises:
        Unfit: the area crosses itself beyond mending, or mending would change it by more than
            `MAX_CHANGE`.
    """
    polygons = [polygon(rings, budget) for rings in parts]
    area = shapely.MultiPolygon(polygons)
    if area.is_valid:
        return area, ""
    why = explain_validity(area).split("[")[0].strip().lower()
    budget.crossings += _crossings(area)
    if budget.crossings > MAX_CROSSINGS:
        raise Unfit("geometry", f"crosses itself too often ({why}).", "Mend it in QGIS.")
    broken = [i for i, one in enumerate(polygons) if not one.is_valid]
    pieces: list[shapely.Geometry] = list(polygons)
    for i in broken:
        pieces[i] = _mended(polygons[i])
    # Valid parts that overlap or share a border mean their union, whatever is counted twice.
    joined = _areas(shapely.union_all(pieces))
    if joined.is_empty:
        raise Unfit("geometry", f"has no area ({why}).", "Redraw it.")
    return joined, why if broken else "parts overlap or touch along a line"


def _mended(drawn: shapely.Polygon) -> shapely.MultiPolygon:
    why = explain_validity(drawn).split("[")[0].strip().lower()
    mended = _areas(shapely.make_valid(drawn, method="structure", keep_collapsed=False))
    if mended.is_empty or not drawn.area:
        raise Unfit("geometry", f"has no area ({why}).", "Redraw it.")
    change = abs(mended.area - drawn.area) / drawn.area
    if change > MAX_CHANGE:
        reason = f"is invalid ({why}), and mending would change its area by {change:.0%}."
        raise Unfit("geometry", reason, "Mend it in QGIS (Fix geometries).")
    return mended


def _areas(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    found = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    for part in shapely.get_parts(geometry):
        if part.geom_type == "MultiPolygon":
            found.extend(part.geoms)
    return shapely.MultiPolygon([part for part in found if part.area > 0])


def _crossings(area: shapely.MultiPolygon) -> float:
    """About how many pairs of segments cross, from a sample of the segments.

    A drawn border crosses itself a few times; a scribble of n segments n squared times, and
    mending it would take hours and all memory.
    """
    points, ring = shapely.get_coordinates(area), _ring_of_point(area)
    joined = ring[1:] == ring[:-1]
    start, end = points[:-1][joined], points[1:][joined]
    picked = np.unique(np.linspace(0, len(start) - 1, _SAMPLE).astype(int))
    hits = 0
    for i in picked:
        a, b = start[i], end[i]
        apart = _turn(a, b, start) * _turn(a, b, end) < 0
        hits += int((apart & (_turn(start, end, a) * _turn(start, end, b) < 0)).sum())
    return hits / len(picked) * len(start) / 2


def _turn(a: Points, b: Points, c: Points) -> NDArray[np.float64]:
    """Twice the signed area of the triangles a, b, c; any of them may be one point."""
    first, second = b - a, c - a
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def _ring_of_point(area: shapely.MultiPolygon) -> NDArray[np.int64]:
    rings = shapely.get_rings(shapely.get_parts(area))
    return np.repeat(np.arange(len(rings)), shapely.get_num_coordinates(rings))
