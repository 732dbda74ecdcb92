"""Rows of the one-file store as columns of text: a million in seconds.

SQLite joins each column to one text, Arrow splits it again and keeps a text that comes again and
again once: no row, and hardly a text, is ever an object of its own on the way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np

from timelines.contents import HEADERS
from timelines.tables import MAX_ROWS, Table, check_cells

CHUNK = 50_000
AHEAD = 2  # parts that SQLite may be ahead of Python
MARK = "\x1f"
MOSTLY_NEW = 0.9  # a column of which more of the texts than this are new is not worth sorting out
Cells = str | list[str]  # joined by MARK, or one by one
Part = tuple[Sequence[int], dict[str, Cells]]  # row numbers, and the cells of each column


def read_rows(db: sqlite3.Connection, name: str, header: list[str]) -> Table:
    """A table of the file, its columns in the order of `header`; row numbers are fids."""
    table = Table(name, {column: [] for column in header})
    stored = [column for column in header if column in HEADERS[name]]
    others = [column for column in header if column not in HEADERS[name]]
    columns = {column: _Column() for column in (*stored, *(["extra"] if others else []))}
    for fids, cells in _parts(db, name, list(columns)):
        split = {column: _split(texts, len(fids)) for column, texts in cells.items()}
        if any(isinstance(part, str) for part in split.values()):
            split = {c: _split(texts, len(fids)) for c, texts in _plain(db, name, fids, columns)}
        for column, part in split.items():
            columns[column].add(part)
        table.rows.extend(fids)
        if len(table) > MAX_ROWS:
            break
    for column in stored:
        table.columns[column], distinct = columns.pop(column).texts()
        if distinct is not None:
            table.seen[column] = distinct
    if others:
        rows = [json.loads(text) if text else {} for text in columns.pop("extra").texts()[0]]
        table.columns.update({c: [row.get(c, "") for row in rows] for c in others})
    check_cells(table)
    if len(table) > MAX_ROWS:
        table.add(0, "", f"has more than {MAX_ROWS:,} rows.", "Split the timeline.")
    return table


def _parts(db: sqlite3.Connection, name: str, columns: list[str]) -> Iterator[Part]:
    """All rows, some at a time; while Python works on some, SQLite reads the next."""
    (last,) = db.execute(f"SELECT coalesce(max(fid), 0) FROM {name}").fetchone()  # noqa: S608
    lows = iter(range(0, last, CHUNK))
    with ThreadPoolExecutor(1) as reader:
        asked = [reader.submit(_part, db, name, columns, low) for low in islice(lows, AHEAD)]
        while asked:
            fids, cells = asked.pop(0).result()
            asked += [reader.submit(_part, db, name, columns, low) for low in islice(lows, 1)]
            if fids:
                yield fids, cells


def _part(db: sqlite3.Connection, name: str, columns: list[str], low: int) -> Part:
    """The rows of fid `low` + 1 to `low` + CHUNK. Without an index, SQLite goes through a table by
    its fid. The separator is a literal: `char(31)` would be called for every cell.
    """
    rows = f"FROM {name} NOT INDEXED WHERE fid > {low} AND fid <= {low + CHUNK}"
    joined = [f"group_concat(\"{column}\", '{MARK}')" for column in columns]
    wanted = ", ".join(["count(*)", "min(fid)", "max(fid)", *joined])
    count, first, last, *texts = db.execute(f"SELECT {wanted} {rows}").fetchone()
    if not count:
        return [], {}
    fids: Sequence[int] = range(first, last + 1)
    if len(fids) != count:
        fids = [fid for (fid,) in db.execute(f"SELECT fid {rows} ORDER BY fid")]
    return fids, dict(zip(columns, texts, strict=True))


def _plain(
    db: sqlite3.Connection, name: str, fids: Sequence[int], columns: Mapping[str, object]
) -> Iterator[tuple[str, list[str]]]:
    """The slow way, for rows in which a text holds the separator."""
    names = ", ".join(f'"{column}"' for column in columns)
    found = db.execute(
        f"SELECT {names} FROM {name} WHERE fid BETWEEN ? AND ? ORDER BY fid",  # noqa: S608
        (fids[0], fids[-1]),
    ).fetchall()
    for column, texts in zip(columns, zip(*found, strict=True), strict=True):
        yield column, [str(text) for text in texts]


def _split(cells: Cells, count: int) -> Any:
    """Cells as an Arrow array; their number if all are empty; as they were if that cannot be."""
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.compute as pc  # type: ignore[import-untyped, unused-ignore]

    if isinstance(cells, list):
        return pa.array(cells, pa.large_string())
    if cells == MARK * (count - 1):
        return count
    split = pc.split_pattern(pa.array([cells], pa.large_string()), MARK).values
    return split if len(split) == count else cells


class _Column:
    """The parts of a column, as `_split` gives them. Where few texts make it, each is kept once."""

    def __init__(self) -> None:
        self._parts: list[Any] = []
        self._empty = 0  # cells before the first that say anything
        self._is_new: bool | None = None  # hardly any text comes twice

    def add(self, part: Any) -> None:
        """The next part."""
        import pyarrow as pa

        if isinstance(part, int):
            if not self._parts:
                self._empty += part
                return
            part = pa.repeat(pa.scalar("", pa.large_string()), part)
        if self._is_new is None:
            self._is_new = len(part.unique()) > MOSTLY_NEW * len(part)
        self._parts.append(part if self._is_new else part.dictionary_encode())

    def texts(self) -> tuple[list[str], set[str] | None]:
        """The cells, and each of their texts once where that is known."""
        import pyarrow as pa

        first = [""] * self._empty
        if not self._parts:
            return first, set(first)
        whole = pa.chunked_array(self._parts)
        if self._is_new:
            return first + whole.to_numpy().tolist(), None
        parts = whole.unify_dictionaries().chunks
        known = parts[0].dictionary.to_numpy(zero_copy_only=False)
        codes = np.concatenate([part.indices.to_numpy() for part in parts])
        return first + known[codes].tolist(), {*first[:1], *known}
