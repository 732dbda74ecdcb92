"""Geometries that run on past 180 degrees, and how they are given to others: cut there."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import shapely


def cut_antimeridian(geometry: Any) -> Any:
    """The geometry (or array of them) cut at 180 degrees, as RFC 7946 section 3.1.9 asks.

    Geometries of this package run on past 180 where they cross it; those within -180..180 come
    back unchanged.
    """
    g = np.atleast_1d(np.asarray(geometry, dtype=object))
    bounds = shapely.bounds(g)
    over = (bounds[:, 2] > 180) | (bounds[:, 0] < -180)
    if over.any():
        g = g.copy()
        g[over] = [_pieces(one) for one in g[over]]
    return g[0] if np.ndim(geometry) == 0 else g


def turned(geometry: Any, degrees: float) -> Any:
    """The geometry moved east by so many degrees of longitude."""
    return shapely.transform(geometry, functools.partial(np.add, [degrees, 0.0]))


def _pieces(geometry: Any) -> Any:
    west, _, east, _ = geometry.bounds
    pieces = []
    for turn in range(int(np.floor((west + 180) / 360)), int(np.floor((east + 180) / 360)) + 1):
        window = shapely.box(turn * 360 - 180, -90, turn * 360 + 180, 90)
        piece = shapely.intersection(geometry, window)
        pieces.append(turned(piece, -360.0 * turn))
    kept = [
        part
        for piece in pieces
        for part in shapely.get_parts(piece)
        if shapely.get_dimensions(part) == shapely.get_dimensions(geometry)
    ]
    if not kept:
        return geometry
    kinds: dict[int, Any] = {
        0: shapely.multipoints,
        1: shapely.multilinestrings,
        2: shapely.multipolygons,
    }
    if len(kept) == 1:
        return kept[0]
    return kinds[int(shapely.get_dimensions(geometry))](kept)
