"""A dated series of control polygons as one file: each area with the time for which it was drawn.

Areas are kept as their source drew them. An area that is drawn alike on following days is one row;
a day that the source did not draw ends it: what held then is not known.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.safeio import SafeWriteError, write_atomic
from timelines.errors import StoreError
from timelines.frames import days_to_datetime
from timelines.problems import shown

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from timelines.importers import PolygonSeries

LAYER = "control"
SUFFIX = ".gpkg"


def area_spells(series: PolygonSeries) -> GeoDataFrame:
    """One row for each area and unbroken time: `layer`, `holder`, `status`, `label`, `source`,
    `begin`, `end` (datetime64, end exclusive), `geometry` (EPSG:4326). By begin, then holder.
    """
    from geopandas import GeoDataFrame

    following = {a: b for a, b in zip(series.days, series.days[1:], strict=False) if b == a + 1}
    open_now: dict[tuple[str, ...], list[int]] = {}  # what was drawn -> row, first and last day
    rows: list[list[int]] = []
    for i in range(len(series)):
        day = int(series.day[i])
        drawn = hashlib.sha256(shapely.to_wkb(series.geometry[i], byte_order=1)).hexdigest()
        key = (series.holder[i], series.status[i], series.label[i], drawn)
        row = open_now.get(key)
        if row is not None and (row[2] == day or following.get(row[2]) == day):
            row[2] = day
        else:
            open_now[key] = row = [i, day, day]
            rows.append(row)
    index = [row[0] for row in rows]
    columns: dict[str, Any] = {
        "layer": [LAYER] * len(rows),
        "holder": [series.holder[i] for i in index],
        "status": [series.status[i] for i in index],
        "label": [series.label[i] for i in index],
        "source": [series.source] * len(rows),
        "begin": days_to_datetime(np.array([row[1] for row in rows], np.int64)),
        "end": days_to_datetime(np.array([row[2] + 1 for row in rows], np.int64)),
    }
    frame = GeoDataFrame(columns, geometry=list(series.geometry[index]), crs="EPSG:4326")
    return frame.sort_values(["begin", "holder", "status", "label"], ignore_index=True)


def write_areas(series: PolygonSeries, path: Path) -> int:
    """Write a new GeoPackage of the areas, whole or not at all; how many rows it has.

    Raises:
        StoreError: another kind of file is named, there is one already, or it cannot be written.
    """
    import pyogrio

    if path.suffix.lower() != SUFFIX:
        raise StoreError(f"Dated polygons are written to a {SUFFIX} file, not {shown(path.name)}.")
    if path.exists():
        raise StoreError(f"{shown(str(path))} is there already. Name a new file.")
    frame = area_spells(series)

    def write(temporary: Path) -> None:
        pyogrio.write_dataframe(frame, temporary, driver="GPKG", layer=LAYER, promote_to_multi=True)

    def check(temporary: Path) -> None:
        found = pyogrio.read_info(temporary, layer=LAYER)["features"]
        if found != len(frame):
            raise SafeWriteError(f"{found} of {len(frame)} areas are in the file")

    try:
        write_atomic(path, write, check=check)
    except OSError as error:
        raise StoreError(f"{shown(str(path))} cannot be written: {error}.") from error
    return len(frame)
