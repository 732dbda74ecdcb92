"""The histories of many independent regions: one task a region, here or on a Dask cluster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.frames import frame
from geo.frontline import edge_lines
from geo.history import frontline_history
from geo.land_history import write_geoparquet, write_territory_history
from geo.tessellation import Tessellation

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

# Names become file names on every worker.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_ROWS = 20_000


@dataclass(frozen=True)
class Region:
    """A conflict by itself: what `Tessellation` and `cell_changes` take, and a name for its files.

    `lon`, `lat` float (n,) WGS84; `boundary` shapely (Multi)Polygon; `initial` int (n,); `day`,
    `place`, `controller` (c,) its changes.
    """

    name: str
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    boundary: Any
    initial: NDArray[np.int64]
    day: NDArray[Any]
    place: NDArray[np.int64]
    controller: NDArray[np.int64]
    reach_km: float = 15.0


@dataclass(frozen=True)
class RegionFiles:
    """Where a region's histories are: GeoParquet, EPSG:4326.

    `land` has the columns of `territory_history`, `fronts` those of `frontline_history` with
    `length_km` and the edge's `geometry`.
    """

    name: str
    land: Path
    fronts: Path


def run_regions(
    regions: Iterable[Region], folder: str | Path, *, client: Any = None
) -> list[RegionFiles]:
    """Write every region's histories into `folder` and say where, in the order given.

    With a `dask.distributed.Client` each region is one task; `folder` must then be one that all
    workers share. Without one the regions run here, one after another; the files are the same.

    Raises GeoError for names that are no file names or occur twice, and whatever a region's own
    data raise.
    """
    jobs = list(regions)
    names = [region.name for region in jobs]
    for name in names:
        if not _NAME.fullmatch(name):
            raise GeoError(f"region name {name!r} cannot be a file name; use letters, digits, _ -")
    if len({name.lower() for name in names}) < len(names):
        raise GeoError("two regions have one name; their files would overwrite each other")
    target = str(Path(folder).resolve())
    if client is None:
        return [run_region(region, target) for region in jobs]
    # Regions differ in size a hundredfold: one task each, and no task is done twice as pure.
    futures = [client.submit(run_region, region, target, pure=False) for region in jobs]
    return list(client.gather(futures))


def run_region(region: Region, folder: str) -> RegionFiles:
    """Build one region and write its two files."""
    tess = Tessellation(region.lon, region.lat, region.boundary, region.reach_km)
    rows = (region.initial, region.day, region.place, region.controller)
    land, fronts = (Path(folder) / f"{region.name}-{part}.parquet" for part in ("land", "fronts"))
    write_territory_history(land, tess, *rows)
    write_geoparquet(fronts, _front_rows(tess, rows))
    return RegionFiles(region.name, land, fronts)


def _front_rows(tess: Tessellation, rows: tuple[Any, ...]) -> Iterator[GeoDataFrame]:
    table = frontline_history(tess, *rows)
    for start in range(0, max(len(table), 1), _ROWS):
        part = table.iloc[start : start + _ROWS]
        edge = part["edge"].to_numpy()
        lines = edge_lines(tess, edge, np.arange(edge.size))
        columns = {name: part[name].array for name in part.columns}
        yield frame({**columns, "length_km": tess.edge_length_km[edge]}, lines)
