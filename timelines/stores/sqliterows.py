"""Rows of the one-file store as columns of text: a million in seconds.

SQLite joins each column to one text, Arrow splits it again and keeps a text that comes again and
again once: no row, and hardly a text, is ever an object of its own on the way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from timelines.contents import HEADERS
from timelines.tables import MAX_ROWS, Table, check_cells

CHUNK = 20_000
MOSTLY_NEW = 0.9  # a column of which more of the texts than this are new is not worth sorting out
Cells = str | list[str] | None  # joined by \x1f; one by one; or all empty
Part = tuple[Sequence[int], dict[str, Cells]]  # row numbers, and the cells of each column


def read_rows(db: sqlite3.Connection, name: str, header: list[str]) -> Table:
    """A table of the file, its columns in the order of `header`; row numbers are fids."""
    table = Table(name, {column: [] for column in header})
    stored = [column for column in header if column in HEADERS[name]]
    others = [column for column in header if column not in HEADERS[name]]
    parts: dict[str, list[Any]] = {c: [] for c in (*stored, *(["extra"] if others else []))}
    for fids, cells in _parts(db, name, list(parts)):
        split = {column: _split(cells[column], len(fids)) for column in parts}
        if any(isinstance(part, str) for part in split.values()):
            split = {c: _split(texts, len(fids)) for c, texts in _plain(db, name, fids, parts)}
        for column, part in split.items():
            parts[column].append(part)
        table.rows.extend(fids)
        if len(table) > MAX_ROWS:
            break
    distinct = {}
    for column in stored:
        table.columns[column], distinct[column] = _texts(parts.pop(column))
    if others:
        rows = [json.loads(text) if text else {} for text in _texts(parts.pop("extra"))[0]]
        table.columns.update({c: [row.get(c, "") for row in rows] for c in others})
    check_cells(table, distinct)
    if len(table) > MAX_ROWS:
        table.add(0, "", f"has more than {MAX_ROWS:,} rows.", "Split the timeline.")
    return table


def _parts(db: sqlite3.Connection, name: str, columns: list[str]) -> Iterator[Part]:
    """All rows, some at a time; while Python works on some, SQLite reads the next."""
    (last,) = db.execute(f"SELECT coalesce(max(fid), 0) FROM {name}").fetchone()  # noqa: S608
    if not last:
        return
    silent: list[str] = []  # columns that say nothing in the part before
    with ThreadPoolExecutor(1) as reader:
        asked = reader.submit(_part, db, name, columns, silent, 0)
        for low in range(CHUNK, last + CHUNK, CHUNK):
            fids, cells = asked.result()
            if fids:
                silent = [c for c, text in cells.items() if _is_silent(text, len(fids))]
            if low < last:
                asked = reader.submit(_part, db, name, columns, silent, low)
            if fids:
                yield fids, cells


def _part(
    db: sqlite3.Connection, name: str, columns: list[str], silent: list[str], low: int
) -> Part:
    """The rows of fid `low` + 1 to `low` + CHUNK. What was `silent` is looked at together, which
    costs a fraction of joining it. Without an index, SQLite goes through a table by its fid.
    """
    rows = f"FROM {name} NOT INDEXED WHERE fid > {low} AND fid <= {low + CHUNK}"
    told = [column for column in columns if column not in silent]
    speaks = " OR ".join(f"\"{column}\" <> ''" for column in silent) or "0"
    joined = [f'group_concat("{column}", char(31))' for column in told]
    wanted = ", ".join(["count(*)", "min(fid)", "max(fid)", f"max({speaks})", *joined])
    count, first, last, spoken, *texts = db.execute(f"SELECT {wanted} {rows}").fetchone()
    if not count:
        return [], {}
    if spoken:
        return _part(db, name, columns, [], low)
    fids: Sequence[int] = range(first, last + 1)
    if len(fids) != count:
        fids = [fid for (fid,) in db.execute(f"SELECT fid {rows} ORDER BY fid")]
    return fids, {**dict.fromkeys(silent), **dict(zip(told, texts, strict=True))}


def _is_silent(text: Cells, count: int) -> bool:
    return text is None or text == "\x1f" * (count - 1)


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
    if cells is None or _is_silent(cells, count):
        return count
    split = pc.split_pattern(pa.array([cells], pa.large_string()), "\x1f").values
    return split if len(split) == count else cells


def _texts(parts: list[Any]) -> tuple[list[str], list[str]]:
    """The cells of a column, and each text that is among them (some perhaps several times)."""
    import pyarrow as pa

    if all(isinstance(part, int) for part in parts):
        return [""] * sum(parts), [""]
    arrays = [
        pa.repeat(pa.scalar("", pa.large_string()), part) if isinstance(part, int) else part
        for part in parts
    ]
    whole = pa.chunked_array(arrays, pa.large_string())
    if len(arrays[0].unique()) > MOSTLY_NEW * len(arrays[0]):
        cells: list[str] = whole.to_numpy().tolist()
        return cells, cells
    encoded = whole.dictionary_encode().unify_dictionaries().chunks
    known = encoded[0].dictionary.to_numpy(zero_copy_only=False)
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in encoded])
    return known[codes].tolist(), known.tolist()
