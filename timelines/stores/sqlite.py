"""One SQLite file in GeoPackage form as a store: append-only claims, many readers, several writers.

Written through `sqlite3`, never through a GIS driver's append, which loses rows under concurrent
writers. The write-ahead log is used from SQLite 3.51.3 on; before, its reset could corrupt a file,
and the rollback journal is used instead. An addition is on the disk when `add` returns.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from geo.safeio import sweep_orphans, temporary_beside
from timelines.claims import Claims
from timelines.contents import HEADERS, TABLES, Added, Contents
from timelines.errors import NotFoundError, StoreError
from timelines.problems import shown
from timelines.stores.geopackage import (
    APPLICATION_ID,
    SCHEMA,
    SPATIAL,
    USER_VERSION,
    blob_of,
    statements,
)
from timelines.stores.migrations import Migrations, number_of, steps
from timelines.stores.rows import (
    apart,
    check_guard,
    extra_of,
    files_of,
    keys_of,
    retractions,
    rows_of,
)
from timelines.stores.sqliterows import read_rows
from timelines.tables import Table

WAIT_S = 60.0
LOG_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
MIGRATIONS: Migrations = {}


class SqliteStore:
    """A `.gpkg` file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        return self.path.stem

    def exists(self) -> bool:
        return self.path.is_file()

    def read(self) -> Contents:
        if not self.exists():
            raise NotFoundError(f"There is no file {shown(str(self.path))}.")
        with self._opened() as db, _transaction(db, "DEFERRED"):
            meta = dict(db.execute("SELECT name, value FROM frontlines_meta"))
            contents = Contents(toml=meta.get("toml"), files=files_of(meta))
            for table in TABLES:
                if f"header {table}" in meta:
                    header = json.loads(meta[f"header {table}"])
                    contents.tables[table] = read_rows(db, table, header)
        return contents

    def write(self, contents: Contents) -> None:
        if self.exists():
            raise StoreError(f"{shown(str(self.path))} is there already. Name a new file.")
        made = temporary_beside(self.path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            sweep_orphans(self.path.parent)
            _create(made, contents)
            _appear(made, self.path)
        except FileExistsError:
            raise StoreError(f"{shown(str(self.path))} is there already.") from None
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"{shown(str(self.path), 300)} cannot be written: {error}. Nothing was made; "
                "is the disk full?"
            ) from error
        finally:
            for suffix in ("", "-journal", "-wal", "-shm"):
                made.with_name(made.name + suffix).unlink(missing_ok=True)

    def add(
        self,
        claims: Claims,
        others: Mapping[str, Sequence[Mapping[str, str]]],
        *,
        guard: Sequence[str] = (),
    ) -> Added:
        if not self.exists():
            self._begin()
        with self._opened() as db, _transaction(db, "IMMEDIATE"):
            if guard:
                rows_there = db.execute("SELECT row_key, extra FROM claims WHERE extra != ''")
                check_guard(retractions(rows_there), guard, claims)
            for table, rows in others.items():
                _insert(db, table, rows, [row["id"] for row in rows])
                _widen(db, table, dict.fromkeys(name for row in rows for name in row))
            added = _insert(db, "claims", rows_of(claims.columns), keys_of(claims))
            _widen(db, "claims", [n for n, cells in claims.columns.items() if any(cells)])
        return Added(added, len(claims) - added)

    def _begin(self) -> None:
        header: dict[str, list[str]] = {name: [] for name in HEADERS["claims"]}
        try:
            self.write(Contents({"claims": Table("claims", header)}))
        except StoreError:
            if not self.exists():
                raise

    def version(self) -> str:
        with self._opened() as db:
            count = [db.execute(f"SELECT max(fid) FROM {t}").fetchone()[0] for t in TABLES]  # noqa: S608
            return f"{count}"

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            uri = f"{self.path.resolve().as_uri()}?mode=rw"
            with closing(
                sqlite3.connect(
                    uri, uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False
                )
            ) as db:
                _prepare(db)
                _check_file(db, self.path)
                yield db
        except sqlite3.Error as error:
            _settle(self.path)
            raise StoreError(
                f"{shown(str(self.path))} cannot be used: {error}. "
                "Is it a timeline made by `frontlines store copy`, and is the disk full?"
            ) from error


def _settle(path: Path) -> None:
    """Open a file once more, so that a journal left by a full disk is played back now: whoever
    copies the file alone would else take half of a write.
    """
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as db,
    ):
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _appear(made: Path, path: Path) -> None:
    """Give a finished file its name; FileExistsError where another writer was first."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(str(path)) from None
        made.rename(path)


def _prepare(db: sqlite3.Connection) -> None:
    if not LOG_IS_SAFE:
        db.execute("PRAGMA journal_mode = TRUNCATE")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA trusted_schema = OFF")


def _check_file(db: sqlite3.Connection, path: Path) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{shown(str(path))} is no GeoPackage.")
    found = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'frontlines_meta'")
    if not found.fetchone()[0]:
        raise StoreError(
            f"{shown(str(path))} is a GeoPackage, but no timeline. "
            "Import it: frontlines import gpkg FILE -o TIMELINE."
        )
    _migrate(db, path)


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    if _schema(db) == SCHEMA:
        return
    with _transaction(db, "IMMEDIATE"):  # looked at again inside: another may have been first
        here = _schema(db)
        for statement in steps(here, ours=SCHEMA, migrations=MIGRATIONS, where=str(path)):
            db.execute(statement)
        db.execute("UPDATE frontlines_meta SET value = ? WHERE name = 'schema'", (str(SCHEMA),))


def _schema(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM frontlines_meta WHERE name = 'schema'").fetchone()
    return number_of(row[0]) if row else 0


@contextmanager
def _transaction(db: sqlite3.Connection, kind: str) -> Iterator[None]:
    db.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _create(path: Path, contents: Contents) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {USER_VERSION}")
        with _transaction(db, "IMMEDIATE"):
            for statement in statements():
                db.execute(statement)
            meta = {"schema": str(SCHEMA)}
            if contents.toml is not None:
                meta["toml"] = contents.toml
            meta |= {f"file {name}": text for name, text in contents.files.items()}
            for name in sorted(contents.tables, reverse=True):  # places before claims: see _insert
                table = contents.tables[name]
                meta[f"header {name}"] = json.dumps(list(table.columns))
                ids = table.column("id")
                keys = keys_of(Claims(table.columns, len(table))) if name == "claims" else ids
                if _insert(db, name, rows_of(table.columns), apart(keys)) != len(table):
                    raise StoreError(f"{name}: rows would be lost. Give each an id of its own.")
            db.executemany("INSERT INTO frontlines_meta VALUES (?, ?)", meta.items())
        if LOG_IS_SAFE:
            db.execute("PRAGMA journal_mode = WAL")


def _insert(
    db: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, str]], keys: Iterable[str]
) -> int:
    """Insert rows whose key is not there yet; how many."""
    header = HEADERS[table]
    spatial = table in SPATIAL
    at = _points(db) if table == "claims" else {}
    marks = ", ".join("?" * (len(header) + 2 + spatial))
    names = ", ".join([*(["geom"] if spatial else []), *(f'"{n}"' for n in header)])

    def values() -> Iterator[tuple[object, ...]]:
        for row, key in zip(rows, keys, strict=True):
            yield (
                *((blob_of(row) or at.get(row.get("place_id", "")),) if spatial else ()),
                *(row.get(name, "") for name in header),
                extra_of(row, header),
                key,
            )

    before = db.total_changes
    db.executemany(
        f"INSERT OR IGNORE INTO {table} ({names}, extra, row_key) VALUES ({marks})",  # noqa: S608
        values(),
    )
    return db.total_changes - before


def _points(db: sqlite3.Connection) -> dict[str, bytes]:
    """Where each place is: a claim without a position of its own is drawn there."""
    return dict(db.execute("SELECT id, geom FROM places WHERE geom IS NOT NULL"))


def _widen(db: sqlite3.Connection, table: str, names: Iterable[str]) -> None:
    """Columns that came with an addition take their place behind those that are there."""
    key = f"header {table}"
    row = db.execute("SELECT value FROM frontlines_meta WHERE name = ?", (key,)).fetchone()
    header = json.loads(row[0]) if row else list(HEADERS[table])
    wider = list(dict.fromkeys([*header, *names]))
    if wider != header or not row:
        db.execute("INSERT OR REPLACE INTO frontlines_meta VALUES (?, ?)", (key, json.dumps(wider)))
