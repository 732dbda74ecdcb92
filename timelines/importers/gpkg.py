"""GeoPackage: one layer as claims, read by SQLite from memory.

The file is handed to SQLite as bytes: no path is opened, nothing can be attached, written or
loaded, views and triggers of strangers are not run, and a query that goes on too long is stopped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from timelines.claims import Claims
from timelines.errors import DataError
from timelines.importers import raw, records, reference, wkb
from timelines.importers.collect import Collector
from timelines.importers.features import GEOMETRY, ROW_NUMBERS, point_of, with_point
from timelines.importers.geojson import say
from timelines.importers.jsonsafe import text_of
from timelines.importers.limits import MAX_CELL, MAX_COLUMNS
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.importers.shapes import Budget
from timelines.problems import shown

MAGIC = b"SQLite format 3\x00"
MAX_STEPS = 4_000
"""Times 10,000 instructions of SQLite's machine: some seconds."""
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
_PRAGMAS = ("table_info",)


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a layer of a GeoPackage: `mapping.layer`, or the only one.

    Rows of the report are SQLite's row ids.

    Raises:
        DataError: no GeoPackage, damaged, no such layer, several and none said.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("gpkg", name, mapping, progress, unnamed=ROW_NUMBERS)
    title = collector.account.name
    content = raw.read_all(data, title)
    if not content.startswith(MAGIC):
        raise DataError(f"{shown(title)} is no GeoPackage. Export it as .gpkg or GeoJSON.")
    try:
        with _opened(content, collector) as database:
            _take(database, mapping, collector)
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise DataError(f"{shown(title)} cannot be read as GeoPackage: {error}.") from error
    return collector.finish()


@contextmanager
def _opened(content: bytes, collector: Collector) -> Iterator[sqlite3.Connection]:
    if content[18:20] == b"\x02\x02":
        # A database in memory has no write-ahead log; the bytes say how it was written, not what.
        content = content[:18] + b"\x01\x01" + content[20:]
        collector.account.warn(
            "The file was in write-ahead mode: what its program had not yet merged is not in it."
        )
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(content)
        for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
            database.execute(f"PRAGMA {pragma}")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 50_000_000)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        left = [MAX_STEPS]

        def stop() -> int:
            left[0] -= 1
            return int(left[0] < 0)

        database.set_authorizer(_authorize)
        database.set_progress_handler(stop, 10_000)
        yield database


def _authorize(action: int, first: str | None, *_: str | None) -> int:
    reading = action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
    return sqlite3.SQLITE_OK if reading else sqlite3.SQLITE_DENY


def _take(database: sqlite3.Connection, mapping: FieldMapping, collector: Collector) -> None:
    table = _layer(database, mapping, collector.account.name)
    columns = [str(row[1]) for row in database.execute(f"PRAGMA table_info({_quoted(table)})")]
    if not 0 < len(columns) <= MAX_COLUMNS:
        raise DataError(f"The layer {shown(table)} has {len(columns)} columns.")
    shape = _geometry_column(database, table)
    plain = [column for column in columns if column != shape]
    header = [f"{c}_in_file" if c in GEOMETRY and shape else c for c in plain]
    make = records.reader([*header, *GEOMETRY] if shape else header, mapping, collector)
    codes = _codes(database, mapping, collector.account.name)
    budget = Budget()
    wanted = ", ".join(_quoted(column) for column in [*plain, *([shape] if shape else [])])
    query = f"SELECT rowid, {wanted} FROM {_quoted(table)}"  # noqa: S608  (names are quoted)
    for row, *values in database.execute(query):

        def draft(values: list[Any] = values) -> list[dict[str, str]]:
            cells = {h: _text(h, v, collector) for h, v in zip(header, values, strict=False)}
            where = _where(values[-1], codes, budget, collector) if shape else {}
            return make(with_point(cells, where, mapping) if shape else cells)

        collector.take(int(row), draft)
    say(budget, collector)


def _layer(database: sqlite3.Connection, mapping: FieldMapping, name: str) -> str:
    """The table to read: listed in gpkg_contents, and a plain table, not a view of a stranger's."""
    tables = {r[0] for r in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "gpkg_contents" not in tables:
        raise DataError(f"{shown(name)} is a SQLite file, but no GeoPackage.")
    listed = [
        str(table)
        for table, kind in database.execute("SELECT table_name, data_type FROM gpkg_contents")
        if kind in ("features", "attributes") and table in tables
    ]
    if mapping.layer in listed:
        return mapping.layer
    if len(listed) == 1 and not mapping.layer:
        return listed[0]
    texts = ", ".join(shown(table, 40) for table in listed[:20]) or "none"
    raise DataError(f"Say the layer. {shown(name)} has: {texts}.")


def _geometry_column(database: sqlite3.Connection, table: str) -> str:
    query = "SELECT table_name, column_name FROM gpkg_geometry_columns"
    try:
        found = dict(database.execute(query).fetchall())
    except sqlite3.OperationalError:
        return ""  # a GeoPackage of attributes only
    return str(found.get(table, ""))


def _codes(database: sqlite3.Connection, mapping: FieldMapping, name: str) -> dict[int, int]:
    """srs_id -> EPSG number; 0 and -1 mean undefined and need `mapping.crs`."""
    query = "SELECT srs_id, organization, organization_coordsys_id FROM gpkg_spatial_ref_sys"
    codes = {
        int(srs): int(number)
        for srs, organization, number in database.execute(query).fetchmany(10_000)
        if str(organization).upper() == "EPSG" and int(srs) > 0
    }
    if mapping.crs:
        said = reference.code_of(mapping.crs, name)
        codes.update({0: said, -1: said})
    return codes


def _where(
    value: Any, codes: dict[int, int], budget: Budget, collector: Collector
) -> dict[str, str]:
    if value is None:
        collector.account.count("features have no geometry; taken by the name of their place.")
        return {}
    if not isinstance(value, bytes):
        raise Unfit("geometry", "is no geometry.", "Export the layer again.")
    srs, found = wkb.blob(value, budget)
    if srs not in codes:
        raise Unfit("geometry", f"is in the undefined system {srs}.", "Say crs, as in EPSG:4326.")
    if not found:
        raise Unfit("geometry", "is empty.", "Remove it, or draw it.")
    budget.code = codes[srs]
    return point_of(wkb.located(found, codes[srs]), collector)


def _text(column: str, value: Any, collector: Collector) -> str:
    if isinstance(value, bytes):
        collector.account.count("cells hold binary data; left out.")
        return ""
    if isinstance(value, str) and len(value) > MAX_CELL:
        raise Unfit(column, f"is longer than {MAX_CELL:,} characters.", "Shorten it.")
    return text_of(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
