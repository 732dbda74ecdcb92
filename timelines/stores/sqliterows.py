"""Rows of the one-file store as columns of text: a million in seconds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from timelines.contents import HEADERS
from timelines.tables import MAX_ROWS, ColumnBuilder, Table, check_cells

CHUNK = 20_000


def read_rows(db: sqlite3.Connection, name: str, header: list[str]) -> Table:
    """A table of the file, its columns in the order of `header`; row numbers are fids."""
    table = Table(name, {column: [] for column in header})
    stored = [column for column in header if column in HEADERS[name]]
    others = [column for column in header if column not in HEADERS[name]]
    builder = ColumnBuilder(stored)
    for fids, extra, *cells in _chunks(db, name, stored):
        table.rows.extend(int(fid) for fid in fids)
        builder.extend(cells)
        if others:
            found = [json.loads(text) if text else {} for text in extra]
            for column in others:
                table.columns[column].extend([row.get(column, "") for row in found])
        if len(table) > MAX_ROWS:
            break
    table.columns.update(builder.columns())
    check_cells(table)
    if len(table) > MAX_ROWS:
        table.add(0, "", f"has more than {MAX_ROWS:,} rows.", "Split the timeline.")
    return table


def _chunks(db: sqlite3.Connection, name: str, columns: list[str]) -> Iterator[list[list[str]]]:
    """All rows, some at a time, as columns: fid, extra, then those asked for.

    SQLite joins each column to one text and Python splits it again, which is several times faster
    than a tuple for every row; while Python splits, SQLite joins the next.
    """
    (last,) = db.execute(f"SELECT coalesce(max(fid), 0) FROM {name}").fetchone()  # noqa: S608
    names = ["fid", "extra", *(f'"{column}"' for column in columns)]
    joined = ", ".join(f"group_concat({column}, char(31))" for column in names)
    with ThreadPoolExecutor(1) as reader:

        def ask(low: int) -> tuple[str, Future[Any]]:
            rows = f"FROM {name} WHERE fid > {low} AND fid <= {low + CHUNK}"
            query = f"SELECT count(*), {joined} {rows}"
            plain = f"SELECT {', '.join(names)} {rows} ORDER BY fid"
            return plain, reader.submit(lambda: db.execute(query).fetchone())

        asked = [ask(0)] if last else []
        for low in range(CHUNK, last + CHUNK, CHUNK):
            plain, answer = asked.pop()
            count, *texts = answer.result()
            if low < last:
                asked.append(ask(low))
            if count:
                yield _split(count, texts) or _rows(reader, db, plain)


def _split(count: int, texts: list[str]) -> list[list[str]]:
    """Joined texts as columns; empty where a text holds the separator or SQLite chose an order of
    its own.
    """
    empty = "\x1f" * (count - 1)  # many columns say nothing: not a text each is made of them
    split = [[""] * count if text == empty else str(text).split("\x1f") for text in texts]
    fids = [int(fid) for fid in split[0]]
    whole = all(len(column) == count for column in split)
    return split if whole and fids == sorted(fids) else []


def _rows(reader: ThreadPoolExecutor, db: sqlite3.Connection, plain: str) -> list[list[str]]:
    found = reader.submit(lambda: db.execute(plain).fetchall()).result()
    return [[str(text) for text in column] for column in zip(*found, strict=True)]
