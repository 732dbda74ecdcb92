"""Writing the SQLite file of an index, in one transaction, beside its final place.

Places are read as a stream and set aside on disk (:mod:`gazetteer.spool`): a file of millions of
them needs a few hundred megabytes of memory. Tables: ``place`` and ``name`` (numbered from 0,
important places first), ``form`` (what names that sound alike share, with their numbers as
little-endian uint32), ``posting`` (keys sorted and cut into buckets, two uint32 blobs each: low
bits of the key, number of the form), ``area`` (which forms the places of one area have) and
``meta``. The finished file is moved into place, so that a build killed half-way leaves the old
one, and two builders do not meet.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

import numpy as np

from gazetteer import keys
from gazetteer.memory import POSTINGS_MAX, admin_text, is_slavic
from gazetteer.names import Forms, forms
from gazetteer.places import IndexFileError, Place
from gazetteer.spool import PART_BITS, AreaForms, Spool, place_row
from gazetteer.traits import traits

SCHEMA = 8
"""Version of the tables; together with ``keys.FORMAT`` it decides whether a file can be read."""
_CHUNK = 50_000
_STALE_S = 6 * 3600.0
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
    traits integer not null, lang text not null, kind text not null, begin text not null,
    "end" text not null);
create table form (
    number integer primary key, flat text not null, rough text not null, bare text not null,
    slavic integer not null, names blob not null);
create table posting (bucket integer primary key, low blob not null, form blob not null);
create table area (number integer primary key, admin text not null, forms blob);
"""


def build(
    path: Path,
    places: Iterable[Place],
    meta: Mapping[str, str] | Callable[[], Mapping[str, str]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the index of ``places`` to ``path`` and return how many places it holds.

    ``places`` are read as a stream, once; of several with one id the first counts. ``meta`` may
    be made when they have all been read; ``progress`` is told the number of places now and then.

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
    _sweep(path)
    try:
        with closing(sqlite3.connect(name, isolation_level=None)) as db:
            db.execute("pragma journal_mode = off")
            db.execute("pragma synchronous = off")
            db.executescript(_TABLES)
            db.execute("begin")
            count = _fill(db, places, progress)
            facts = meta() if callable(meta) else meta or {}
            db.executemany("insert into meta values (?,?)", facts.items())
            db.execute("create index place_id on place (id)")
            db.execute("create index name_fold on name (fold)")
            db.execute("commit")
        _sync(name)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return count


def _sweep(path: Path) -> None:
    """Take away what builds that were killed have left, long enough ago to be nobody's."""
    for left in path.parent.glob(f"{path.name}*.building"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                left.unlink()


def _sync(name: str) -> None:
    """Bytes on disk before the rename, so that a power cut cannot leave an empty new file."""
    handle = os.open(name, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(
    db: sqlite3.Connection,
    places: Iterable[Place],
    progress: Callable[[int], None] | None,
) -> int:
    count = first = 0
    areas = AreaForms()
    with Spool() as spool:
        ordered = spool.by_importance(_counted(places, progress))
        while batch := list(islice(ordered, _CHUNK)):
            texts = [p.all_names() for p in batch]
            labels = [text for names in texts for text in names]
            made = forms(labels)
            starts = first + np.concatenate([[0], np.cumsum([len(t) for t in texts])])
            owner = np.repeat(np.arange(len(batch)), np.diff(starts)) + count
            admins = [admin_text(p) for p in batch]
            areas.add_names(admins, owner - count)
            db.executemany(
                "insert into place values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    (count + i, *place_row(p), admins[i], int(starts[i]), len(texts[i]))
                    for i, p in enumerate(batch)
                ),
            )
            db.executemany(
                "insert into name values (?,?,?,?,?,?,?,?,?)",
                zip(
                    range(first, int(starts[-1])),
                    owner.tolist(),
                    labels,
                    made.fold,
                    traits(labels, made.article).tolist(),
                    *_dated(labels),
                    strict=True,
                ),
            )
            slavic = np.array([is_slavic(p) for p in batch])
            spool.add_forms(made, slavic[owner - count].tolist(), first)
            count += len(batch)
            first = int(starts[-1])
        forms_total = _write_forms(db, spool, areas)
        db.executemany("insert into area values (?,?,?)", areas.rows())
        bits = _write_postings(db, spool)
    facts = {"schema": SCHEMA, "keys": keys.FORMAT, "bits": bits, "places": count}
    facts |= {"names": first, "forms": forms_total}
    db.executemany("insert into meta values (?,?)", [(k, str(v)) for k, v in facts.items()])
    return count


def _counted(places: Iterable[Place], progress: Callable[[int], None] | None) -> Iterator[Place]:
    for count, place in enumerate(places, start=1):
        yield place
        if progress is not None and count % _CHUNK == 0:
            progress(count)


def _dated(names: list[str]) -> list[list[str]]:
    """Language, kind, begin and end of each name, empty for plain strings."""
    parts = ("lang", "kind", "begin", "end")
    return [[getattr(name, part, "") for name in names] for part in parts]


def _write_forms(db: sqlite3.Connection, spool: Spool, areas: AreaForms) -> int:
    """Forms, numbered by the first name that has them, into the file; their keys to the spool."""
    count = 0
    grouped = spool.forms()
    while batch := list(islice(grouped, _CHUNK)):
        db.executemany(
            "insert into form values (?,?,?,?,?,?)",
            ((count + i, *row[:3], *row[4:]) for i, row in enumerate(batch)),
        )
        flat, rough, bare, core, _, names = map(list, zip(*batch, strict=True))
        areas.add_forms(names, count)
        found = keys.keys_of(Forms([], flat, core, rough, bare, [], []))
        spool.add_keys(found.key, found.owner + count)
        count += len(batch)
    return count


def _write_postings(db: sqlite3.Connection, spool: Spool) -> int:
    """Sorted (key, form) pairs in buckets by the leading bits of the key; returns their number."""
    bits = max(1, min(30, int(np.log2(max(2, spool.keys_total / _PER_BUCKET)))))
    for key, owner in spool.keys(whole=bits < PART_BITS):
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
