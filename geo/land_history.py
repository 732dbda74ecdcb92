"""Every map of a period: each holder's land redrawn on the days it changes, and only then."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo import crs
from geo.changes import Changes, cell_changes
from geo.frames import frame
from geo.history import OPEN, spell_values
from geo.safeio import write_atomic
from geo.territory import label_polygons
from geo.tessellation import UNASSESSED, Tessellation

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def territory_history(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    start: Any = None,
) -> GeoDataFrame:
    """Every map: `controller`, `area_km2`, `begin`, `end` (exclusive, <NA> open), `geometry`.

    One row for each holder and each time in which its land stays the same, by begin, then holder;
    the rows with begin <= day < end are that day's `territories`. Arguments as in `cell_changes`.
    For long wars of many places take `territory_batches` or `write_territory_history`: the whole
    can be many gigabytes.
    """
    import pandas as pd

    batches = list(
        territory_batches(tess, initial, day, place, controller, start=start, rows=10_000)
    )
    return batches[0] if len(batches) == 1 else pd.concat(batches, ignore_index=True)


def territory_batches(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    start: Any = None,
    rows: int = 500,
) -> Iterator[GeoDataFrame]:
    """The rows of `territory_history` in its order, about `rows` at a time; at least one batch."""
    changes = cell_changes(tess, initial, day, place, controller, start=start)
    pending: list[_Drawn] = []
    waiting = 0
    for drawn in _maps(tess, changes):
        pending.append(drawn)
        waiting += drawn[0].size
        if waiting >= rows:
            yield _frame(changes, pending)
            pending, waiting = [], 0
    yield _frame(changes, pending)


def write_territory_history(
    path: str | Path,
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    start: Any = None,
) -> Path:
    """Write `territory_history` as GeoParquet 1.1 (WKB, EPSG:4326), in bounded memory.

    The file is whole or not there (`geo.safeio`). Returns its path.
    """
    batches = territory_batches(tess, initial, day, place, controller, start=start)
    return write_geoparquet(path, batches)


def write_geoparquet(path: str | Path, batches: Iterator[GeoDataFrame]) -> Path:
    """Write GeoDataFrames (EPSG:4326) of the same columns, one after another, as one GeoParquet."""
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    def fill(target: Path) -> None:
        writer = None
        try:
            for batch in batches:
                plain = batch.drop(columns="geometry").assign(geometry=batch.geometry.to_wkb())
                table = pa.Table.from_pandas(plain, preserve_index=False)
                if writer is None:
                    binary = table.schema.get_field_index("geometry")
                    schema = table.schema.set(binary, pa.field("geometry", pa.binary()))
                    meta = {**(schema.metadata or {}), b"geo": _geo_metadata()}
                    schema = schema.with_metadata(meta)
                    writer = pq.ParquetWriter(target, schema, compression="zstd")
                writer.write_table(table.cast(writer.schema))
        finally:
            if writer is not None:
                writer.close()

    return write_atomic(path, fill, check=pq.read_metadata)


@functools.cache
def _geo_metadata() -> bytes:
    """The `geo` key of GeoParquet 1.1 for one WKB column in EPSG:4326."""
    column = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": crs.wgs84().to_json_dict(),
        "orientation": "counterclockwise",
    }
    return json.dumps(
        {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    ).encode()


_Drawn = tuple[Ints, Floats, Ints, Ints, NDArray[Any]]


def _maps(tess: Tessellation, changes: Changes) -> Iterator[_Drawn]:
    """For each day on which land changes: the holders redrawn, areas, begin, end, geometries."""
    by_day = np.argsort(changes.day, kind="stable")
    days, cells, new = changes.day[by_day], changes.cell[by_day], changes.holder[by_day]
    held = np.where(tess.area_km2 > 0, changes.initial, UNASSESSED)
    due = _redraws(held, days, _before(changes)[by_day], new)
    row = 0
    for day, codes, ends in due:
        done = int(np.searchsorted(days, day, side="right"))
        held[cells[row:done]] = new[row:done]
        row = done
        yield _draw(tess, held, (day, codes, ends))


def _before(changes: Changes) -> Ints:
    """Who held each change's cell before it: a row up, or at first."""
    up = np.append(UNASSESSED, changes.holder[:-1])[: changes.cell.size]
    opening = np.append(True, changes.cell[1:] != changes.cell[:-1])[: up.size]
    return np.where(opening, changes.initial[changes.cell], up)


def _redraws(held: Ints, days: Ints, old: Ints, new: Ints) -> list[tuple[int, Ints, Ints]]:
    """For each day on which land is drawn: whose, and until when each drawing stands."""
    codes = np.unique(np.concatenate([held, new]))
    rows = []
    for code in codes[codes != UNASSESSED].tolist():
        at = np.unique(np.append(days[(old == code) | (new == code)], 0))
        rows.append(np.column_stack([at, np.full(at.size, code), np.append(at[1:], OPEN)]))
    if not rows:
        return []
    table = np.concatenate(rows)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    cut = [0, *(np.flatnonzero(np.diff(table[:, 0])) + 1).tolist(), len(table)]
    return [(int(table[a, 0]), table[a:b, 1], table[a:b, 2]) for a, b in itertools.pairwise(cut)]


def _draw(tess: Tessellation, held: Ints, due: tuple[int, Ints, Ints]) -> _Drawn:
    """The land of the holders due; one that has lost its last land has no row."""
    day, codes, ends = due
    label = np.full(held.size, -1, dtype=np.int64)
    for number, code in enumerate(codes.tolist()):
        label[held == code] = number
    mine = label >= 0
    has = np.bincount(label[mine], minlength=codes.size) > 0
    area = np.bincount(label[mine], tess.area_km2[mine], minlength=codes.size).astype(np.float64)
    dense = np.cumsum(has) - 1
    shapes = label_polygons(tess, np.where(mine, dense[label], -1))
    return codes[has], area[has], np.full(int(has.sum()), day), ends[has], shapes


def _frame(changes: Changes, drawn: list[_Drawn]) -> GeoDataFrame:
    none = np.zeros(0, dtype=np.int64)
    empty = (none, np.zeros(0), none, none, np.zeros(0, dtype=object))
    code, area, begin, end, shapes = (
        np.concatenate(column) for column in zip(empty, *drawn, strict=True)
    )
    begins, ends = spell_values(changes, begin, end)
    return frame({"controller": code, "area_km2": area, "begin": begins, "end": ends}, shapes)
