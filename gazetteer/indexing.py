"""Writing the SQLite file of an index, in one transaction, beside its final place.

Tables: ``place`` and ``name`` (numbered from 0, important places first), ``form`` (what names that
sound alike share, with their numbers as little-endian uint32), ``posting`` (keys sorted and cut
into buckets, two uint32 blobs each: low bits of the key, number of the form) and ``meta``. The
finished file is moved into place, so that a build killed half-way leaves the old one, and two
builders do not meet.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gazetteer import keys
from gazetteer.memory import MEMBERS_MAX, POSTINGS_MAX, admin_text, is_slavic, pick
from gazetteer.names import Forms, forms
from gazetteer.places import IndexFileError, Place

SCHEMA = 6
"""Version of the tables; together with ``keys.FORMAT`` it decides whether a file can be read."""
PLACE_COLUMNS = (
    "id, name, lon, lat, population, kind, uncertainty_m, admin1, admin2, country, source, name_ar"
)
_CHUNK = 50_000
_PER_BUCKET = 256
_TABLES = """
create table meta (key text primary key, value text not null) without rowid;
create table place (
    number integer primary key, id text not null, name text not null, lon real not null,
    lat real not null, population integer, kind text not null, uncertainty_m real,
    admin1 text not null, admin2 text not null, country text not null, source text not null,
    name_ar text not null, admin text not null, first integer not null, names integer not null);
create table name (
    number integer primary key, place integer not null, text text not null, fold text not null,
    article integer not null, lang text not null, kind text not null, begin text not null,
    "end" text not null);
create table form (
    number integer primary key, flat text not null, rough text not null, bare text not null,
    slavic integer not null, names blob not null);
create table posting (bucket integer primary key, low blob not null, form blob not null);
"""


def build(path: Path, places: Iterable[Place], meta: Mapping[str, str] | None = None) -> int:
    """Write the index of ``places`` to ``path`` and return how many places it holds.

    An existing file is replaced only when the new one is complete.

    Raises:
        IndexFileError: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=path.name, suffix=".building", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise IndexFileError(
            f"cannot write the gazetteer's index to {path.parent}: {error}; "
            "set FRONTLINES_DATA or XDG_CACHE_HOME to a folder that can be written"
        ) from error
    try:
        with closing(sqlite3.connect(name, isolation_level=None)) as db:
            db.execute("pragma journal_mode = off")
            db.execute("pragma synchronous = off")
            db.executescript(_TABLES)
            db.execute("begin")
            count = _fill(db, places, dict(meta or {}))
            db.execute("create index place_id on place (id)")
            db.execute("create index name_fold on name (fold)")
            db.execute("commit")
        _sync(name)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return count


def _sync(name: str) -> None:
    """Bytes on disk before the rename, so that a power cut cannot leave an empty new file."""
    handle = os.open(name, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(db: sqlite3.Connection, places: Iterable[Place], meta: dict[str, str]) -> int:
    ordered = iter(sorted(places, key=lambda p: -(p.population or 0)))
    collected = _Forms()
    count = first = 0
    while batch := list(islice(ordered, _CHUNK)):
        texts = [p.all_names() for p in batch]
        made = forms([text for names in texts for text in names])
        starts = first + np.concatenate([[0], np.cumsum([len(t) for t in texts])])
        owner = np.repeat(np.arange(len(batch)), np.diff(starts)) + count
        db.executemany(
            "insert into place values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                (count + i, *_place_row(p), admin_text(p), int(starts[i]), len(texts[i]))
                for i, p in enumerate(batch)
            ),
        )
        db.executemany(
            "insert into name values (?,?,?,?,?,?,?,?,?)",
            zip(
                range(first, int(starts[-1])),
                owner.tolist(),
                (text for names in texts for text in names),
                made.fold,
                made.article,
                *_dated([text for names in texts for text in names]),
                strict=True,
            ),
        )
        slavic = np.array([is_slavic(p) for p in batch])
        collected.add(made, slavic[owner - count].tolist(), first)
        count += len(batch)
        first = int(starts[-1])
    bits = collected.write(db)
    facts = {"schema": SCHEMA, "keys": keys.FORMAT, "bits": bits, "places": count}
    facts |= {"names": first, "forms": len(collected.number)}
    db.executemany(
        "insert into meta values (?,?)", [(k, str(v)) for k, v in {**meta, **facts}.items()]
    )
    return count


def _dated(names: list[str]) -> list[list[str]]:
    """Language, kind, begin and end of each name, empty for plain strings."""
    parts = ("lang", "kind", "begin", "end")
    return [[getattr(name, part, "") for name in names] for part in parts]


class _Forms:
    """Forms met while names are written, their names, and the keys they are found by."""

    def __init__(self) -> None:
        self.number: dict[tuple[str, int], int] = {}
        self._rows: list[tuple[str, str, str, int]] = []
        self._of_name: list[NDArray[np.int64]] = []
        self._keys: list[keys.U64] = []
        self._owners: list[NDArray[np.uint32]] = []

    def add(self, made: Forms, slavic: list[bool], first: int) -> None:
        """The forms of a batch of names, numbered from ``first`` on."""
        number, fresh = self.number, []
        of_name = np.empty(len(made.flat), dtype=np.int64)
        for i, flat in enumerate(made.flat):
            key = (flat, int(slavic[i]))
            at = number.get(key)
            if at is None:
                at = number[key] = len(number)
                fresh.append(i)
                self._rows.append((flat, made.rough[i], made.bare[i], key[1]))
            of_name[i] = at
        self._of_name.append(of_name)
        found = keys.keys_of(pick(made, np.array(fresh, dtype=np.int64)))
        self._keys.append(found.key)
        self._owners.append((found.owner + len(number) - len(fresh)).astype(np.uint32))

    def write(self, db: sqlite3.Connection) -> int:
        """Forms and postings into the file; returns the bits that number a bucket."""
        of_name = np.concatenate(self._of_name) if self._of_name else np.zeros(0, dtype=np.int64)
        order = np.argsort(of_name, kind="stable").astype("<u4")
        ends = np.cumsum(np.bincount(of_name, minlength=len(self.number))).tolist()
        starts = [0, *ends[:-1]]
        db.executemany(
            "insert into form values (?,?,?,?,?,?)",
            (
                (i, *row, order[a : min(b, a + MEMBERS_MAX)].tobytes())
                for i, (row, a, b) in enumerate(zip(self._rows, starts, ends, strict=False))
            ),
        )
        return _write_postings(db, self._keys, self._owners)


def _place_row(place: Place) -> tuple[object, ...]:
    return tuple(getattr(place, column) for column in PLACE_COLUMNS.split(", "))


def _write_postings(
    db: sqlite3.Connection, found: list[keys.U64], owners: list[NDArray[np.uint32]]
) -> int:
    """Sorted (key, form) pairs in buckets by the leading bits of the key; returns their number."""
    key = np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)
    owner = np.concatenate(owners) if owners else np.zeros(0, dtype=np.uint32)
    found.clear()
    owners.clear()
    bits = max(1, min(30, int(np.log2(max(2, len(key) / _PER_BUCKET)))))
    order = np.argsort(key, kind="stable")
    key, owner = key[order] >> np.uint64(32 - bits), owner[order]
    rank = np.arange(len(key)) - np.searchsorted(key, key, side="left")
    key, owner = key[rank < POSTINGS_MAX], owner[rank < POSTINGS_MAX]
    bucket = (key >> np.uint64(32)).astype(np.int64)
    low = (key & np.uint64(0xFFFFFFFF)).astype("<u4")
    edges = np.flatnonzero(np.diff(bucket, prepend=-1)).tolist() if len(bucket) else []
    ends = [*edges[1:], len(bucket)]
    db.executemany(
        "insert into posting values (?,?,?)",
        (
            (int(bucket[a]), low[a:b].tobytes(), owner[a:b].astype("<u4").tobytes())
            for a, b in zip(edges, ends, strict=False)
        ),
    )
    return bits
