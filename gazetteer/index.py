"""The SQLite file of an index: opened in milliseconds, read by any number of threads.

:mod:`gazetteer.indexing` writes it and describes its tables.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gazetteer import editcost, keys
from gazetteer.indexing import SCHEMA, build
from gazetteer.memory import (
    AREA_MAX,
    I64,
    FormColumns,
    NameColumns,
    Named,
    PlaceColumns,
    expand,
)
from gazetteer.places import IndexFileError, Name, Place
from gazetteer.spool import PLACE_COLUMNS

__all__ = ["SCHEMA", "SqliteIndex", "build"]

_PREFIX_ROWS = 5_000


class _Connection:
    """A connection that closes with the thread it belongs to."""

    __slots__ = ("db",)

    def __init__(self, path: Path) -> None:
        # Immutable: files are replaced, never changed, and folders may be read-only.
        uri = path.resolve().as_uri() + "?mode=ro&immutable=1"
        # Used by one thread only, but collected by any.
        self.db = sqlite3.connect(uri, uri=True, check_same_thread=False)

    def __del__(self) -> None:
        if hasattr(self, "db"):
            self.db.close()


class SqliteIndex:
    """An index file. Each thread gets a connection of its own; the file is never written.

    ``prior`` is added to the evidence for every place of this index, in nats.

    Raises:
        IndexFileError: the file is missing, damaged, or of another version.
    """

    def __init__(self, path: Path, prior: float = 0.0) -> None:
        self._path, self._prior = path, prior
        self._local = threading.local()
        try:
            self.meta = dict(self._db.execute("select key, value from meta").fetchall())
            version = (int(self.meta["schema"]), int(self.meta["keys"]))
            if version != (SCHEMA, keys.FORMAT):
                raise IndexFileError(f"{path} was written by another version; add its source again")
            self._names_total = int(self.meta["names"])
            self._forms_total = int(self.meta["forms"])
            self._places_total = int(self.meta["places"])
            self._bits = int(self.meta["bits"])
        except (sqlite3.Error, KeyError) as error:
            raise IndexFileError(
                f"{path} is no gazetteer index ({error}); remove the file and add the source again"
            ) from error

    @property
    def _db(self) -> sqlite3.Connection:
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _Connection(self._path)
        return connection.db

    @property
    def names_total(self) -> int:
        return self._names_total

    @property
    def forms_total(self) -> int:
        return self._forms_total

    @property
    def places_total(self) -> int:
        return self._places_total

    def _rows(self, columns: str, table: str, number: str, wanted: I64) -> list[tuple[object, ...]]:
        """Rows of ``table`` in the order of ``wanted`` (sorted, without repetition)."""
        rows: list[tuple[object, ...]] = []
        for start in range(0, len(wanted), 30_000):
            part = wanted[start : start + 30_000].tolist()
            marks = ",".join("?" * len(part))
            rows += self._db.execute(
                f"select {columns} from {table} where {number} in ({marks}) order by {number}",  # noqa: S608 (names of columns are ours)
                part,
            ).fetchall()
        return rows

    def postings(self, wanted: keys.U64) -> tuple[I64, I64, I64]:
        short = wanted >> np.uint64(32 - self._bits)
        buckets = np.unique((short >> np.uint64(32)).astype(np.int64))
        rows = self._rows("bucket, low, form", "posting", "bucket", buckets)
        if not rows:
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty, empty
        low = [_numbers(r[1]).astype(np.uint64) for r in rows]
        high = [np.full(len(a), r[0], dtype=np.uint64) for r, a in zip(rows, low, strict=True)]
        stored = (np.concatenate(high) << np.uint64(32)) | np.concatenate(low)
        form = np.concatenate([_numbers(r[2]) for r in rows])
        first = np.searchsorted(stored, short, side="left").astype(np.int64)
        last = np.searchsorted(stored, short, side="right").astype(np.int64)
        position, at = expand(first, last)
        return position, form[at].astype(np.int64), (last - first)[position]

    def has_area(self, named: Named) -> bool:
        return bool(self._areas(named)[1].any())

    def _areas(self, named: Named) -> tuple[list[tuple[int, str]], NDArray[np.bool_]]:
        """All areas on record, and which of them are asked for."""
        rows = self._db.execute("select number, admin from area").fetchall()
        return rows, named(np.array([admin for _, admin in rows], dtype=object))

    def area(self, named: Named) -> I64:
        rows, asked = self._areas(named)
        wanted = np.array([number for number, _ in rows], dtype=np.int64)[asked]
        found = self._rows("forms", "area", "number", wanted)
        # An area that has too many forms has none on record.
        if not found or any(blob is None for (blob,) in found):
            return np.zeros(0, dtype=np.int64)
        form = np.unique(np.concatenate([_numbers(blob) for (blob,) in found]))
        return form.astype(np.int64) if len(form) <= AREA_MAX else np.zeros(0, dtype=np.int64)

    def _columns(self, columns: str, table: str, numbers: I64) -> list[NDArray[np.object_]]:
        """Columns of a table in the order of ``numbers``, which may repeat."""
        unique, where = np.unique(numbers, return_inverse=True)
        rows = self._rows(columns, table, "number", unique)
        if not rows:
            return [np.zeros(0, dtype=object)] * len(columns.split(","))
        return [np.array(c, dtype=object)[where] for c in zip(*rows, strict=True)]

    def forms(self, numbers: I64) -> FormColumns:
        flat, rough, bare, slavic = self._columns("flat, rough, bare, slavic", "form", numbers)
        codes = editcost.encode(flat.tolist(), editcost.default_costs())
        return FormColumns(rough, bare, codes, slavic.astype(bool))

    def members(self, numbers: I64) -> tuple[I64, I64]:
        unique, where = np.unique(numbers, return_inverse=True)
        found = [_numbers(row[0]) for row in self._rows("names", "form", "number", unique)]
        if not found:
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty
        ends = np.cumsum([len(names) for names in found])
        starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
        position, at = expand(starts[where], ends[where].astype(np.int64))
        return position, np.concatenate(found)[at].astype(np.int64)

    def names(self, numbers: I64) -> NameColumns:
        place, text, fold, traits = self._columns("place, text, fold, traits", "name", numbers)
        return NameColumns(place.astype(np.int64), text, fold, traits.astype(np.int64))

    def places(self, numbers: I64) -> PlaceColumns:
        columns = "lon, lat, population, country, admin, kind, names"
        lon, lat, population, country, admin, kind, labels = self._columns(
            columns, "place", numbers
        )
        people = np.array([p or 0 for p in population], dtype=np.float64)
        return PlaceColumns(
            lon.astype(np.float64),
            lat.astype(np.float64),
            people,
            np.full(len(people), self._prior),
            country,
            admin,
            kind,
            labels.astype(np.float64),
        )

    def place(self, number: int) -> Place:
        row = self._db.execute(
            f"select {PLACE_COLUMNS}, first, names from place where number = ?",  # noqa: S608
            (number,),
        ).fetchone()
        *fields, first, count = row
        place = dict(zip(PLACE_COLUMNS.split(", "), fields, strict=True))
        texts = self._db.execute(
            'select text, lang, kind, begin, "end" from name where number >= ? and number < ? '
            "order by number",
            (first, first + count),
        ).fetchall()
        place["country"] = place["country"].upper()
        others = tuple(
            Name(text, lang=lang, kind=kind, begin=begin, end=end)
            if lang or kind or begin or end
            else text
            for text, lang, kind, begin, end in texts
            if text not in (place["name"], place["name_ar"]) or lang
        )
        return Place(**place, names=others)

    def by_id(self, id_: str) -> int | None:
        row = self._db.execute("select number from place where id = ?", (id_,)).fetchone()
        return None if row is None else int(row[0])

    def beginning(self, folded: str, limit: int) -> list[int]:
        rows = self._db.execute(
            "select distinct place from (select place from name where fold >= ? and fold < ? "
            "limit ?) order by place limit ?",
            (folded, folded + chr(0x10FFFF), _PREFIX_ROWS, limit),
        ).fetchall()
        return [int(number) for (number,) in rows]


def _numbers(value: object) -> NDArray[np.uint32]:
    return np.frombuffer(value, dtype="<u4") if isinstance(value, bytes) else np.zeros(0, "<u4")
