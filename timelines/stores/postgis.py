"""A PostGIS database as a store, for newsrooms: one schema a timeline, many editors at once.

`postgresql://user@host/database?timeline=aleppo` names it; the part after `timeline=` is the
schema. Claims are append-only by trigger, and indexed in space (their point) and time (the days on
which they may have happened). An addition is committed when `add` returns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from timelines.claims import Claims
from timelines.contents import HEADERS, TABLES, Added, Contents
from timelines.errors import NotFoundError, StoreError
from timelines.problems import shown
from timelines.stores.migrations import Migrations, number_of, steps
from timelines.stores.postgistables import metadata_of, values_of
from timelines.stores.rows import (
    apart,
    check_guard,
    files_of,
    keys_of,
    retractions,
    rows_of,
)
from timelines.tables import MAX_ROWS, Table, check_cells

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData
    from sqlalchemy import Table as SqlTable

SCHEMA = 1
MIGRATIONS: Migrations = {}
BATCH = 5_000
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,50}")
_APPEND_ONLY = """
CREATE OR REPLACE FUNCTION "{schema}".claims_append_only() RETURNS trigger AS $$ BEGIN
RAISE EXCEPTION 'claims are only ever added: add one that retracts this one'; END $$
LANGUAGE plpgsql"""
_TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{schema}".claims
FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".claims_append_only()"""


class PostgisStore:
    """A schema of a PostGIS database."""

    def __init__(self, url: str) -> None:
        try:
            from sqlalchemy import make_url
            from sqlalchemy.exc import ArgumentError
        except ImportError as error:
            raise StoreError(
                "A PostGIS store needs more packages: pip install 'frontlines[postgis]'."
            ) from error
        try:
            parsed = make_url(url).set(drivername="postgresql+psycopg")
        except ArgumentError as error:
            raise StoreError(f"{shown(url)} is no address of a database.") from error
        given = parsed.query.get("timeline", "frontlines")
        self.schema = given if isinstance(given, str) else given[-1]
        if not _NAME.fullmatch(self.schema):
            raise StoreError(
                f"{shown(self.schema)} cannot name a timeline here: use a–z, 0–9 and _."
            )
        self._url = parsed.difference_update_query(["timeline"])

    @property
    def name(self) -> str:
        return self.schema

    @cached_property
    def _engine(self) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        options = {"connect_timeout": 10}
        return create_engine(self._url, poolclass=NullPool, connect_args=options)

    @cached_property
    def _tables(self) -> MetaData:
        return metadata_of(self.schema)

    def _table(self, name: str) -> SqlTable:
        return self._tables.tables[f"{self.schema}.{name}"]

    @contextmanager
    def _transaction(self, *, snapshot: bool = False) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.connect() as connection:
                if snapshot:
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()
            raise StoreError(
                f"The database says: {shown(reason[0] if reason else '', 200)}."
            ) from error

    def exists(self) -> bool:
        with self._transaction() as db:
            return self._there(db)

    def _there(self, db: Connection) -> bool:
        from sqlalchemy import text

        query = text("SELECT to_regclass(:name) IS NOT NULL")
        return bool(db.execute(query, {"name": f'"{self.schema}".meta'}).scalar())

    def read(self) -> Contents:
        with self._transaction() as db:
            if not self._there(db):
                raise NotFoundError(f"The database has no timeline {shown(self.schema)}.")
            self._migrate(db)
        with self._transaction(snapshot=True) as db:
            meta = self._meta(db)
            contents = Contents(toml=meta.get("toml"), files=files_of(meta))
            for name in TABLES:
                if f"header {name}" in meta:
                    header = json.loads(meta[f"header {name}"])
                    contents.tables[name] = self._read_table(db, name, header)
        return contents

    def _migrate(self, db: Connection) -> None:
        """To our schema, in the transaction of `db`; what other stores do in `sqlite._migrate`."""
        from sqlalchemy import text

        if number_of(self._meta(db).get("schema")) == SCHEMA:
            return
        self._lock(db)
        here = number_of(self._meta(db).get("schema"))  # again: another may have been first
        db.execute(text(f'SET LOCAL search_path TO "{self.schema}", public'))
        for statement in steps(here, ours=SCHEMA, migrations=MIGRATIONS, where=self.schema):
            db.execute(text(statement))
        meta = self._table("meta")
        db.execute(meta.update().where(meta.c.name == "schema").values(value=str(SCHEMA)))

    def _meta(self, db: Connection) -> dict[str, str]:
        meta = self._table("meta")
        return {row.name: row.value for row in db.execute(meta.select())}

    def _read_table(self, db: Connection, name: str, header: list[str]) -> Table:
        from sqlalchemy import select

        stored = self._table(name)
        known = [column for column in header if column in HEADERS[name]]
        picked = select(stored.c.fid, stored.c.extra, *(stored.c[column] for column in known))
        table = Table(name, {column: [] for column in header})
        for fid, extra, *cells in db.execute(picked.order_by(stored.c.fid).limit(MAX_ROWS)):
            table.rows.append(fid)
            values = {
                **(json.loads(extra) if extra else {}),
                **dict(zip(known, cells, strict=True)),
            }
            for column, texts in table.columns.items():
                texts.append(values.get(column, ""))
        check_cells(table)
        return table

    def write(self, contents: Contents) -> None:
        with self._transaction() as db:
            self._lock(db)
            if self._there(db):
                raise StoreError(
                    f"The database has a timeline {shown(self.schema)} already. Name a new one."
                )
            self._make(db)
            texts = {f"file {name}": text for name, text in contents.files.items()}
            texts |= {"toml": contents.toml} if contents.toml is not None else {}
            for name, text in texts.items():
                db.execute(self._table("meta").insert().values(name=name, value=text))
            for name in sorted(contents.tables, reverse=True):  # places before claims
                table = contents.tables[name]
                claims = Claims(table.columns, len(table))
                keys = keys_of(claims) if name == "claims" else iter(table.column("id"))
                self._header(db, name, list(table.columns), replace=True)
                if self._insert(db, name, rows_of(table.columns), apart(keys)) != len(table):
                    raise StoreError(f"{name}: rows would be lost. Give each an id of its own.")

    def _make(self, db: Connection) -> None:
        from sqlalchemy import text
        from sqlalchemy.schema import CreateSchema

        db.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        db.execute(CreateSchema(self.schema, if_not_exists=True))
        self._tables.create_all(db, checkfirst=False)
        db.execute(text(_APPEND_ONLY.format(schema=self.schema)))
        db.execute(text(_TRIGGER.format(schema=self.schema)))
        db.execute(self._table("meta").insert().values(name="schema", value=str(SCHEMA)))

    def _lock(self, db: Connection) -> None:
        """One maker at a time; held until the transaction ends."""
        from sqlalchemy import text

        db.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": self.schema})

    def add(
        self,
        claims: Claims,
        others: Mapping[str, Sequence[Mapping[str, str]]],
        *,
        guard: Sequence[str] = (),
    ) -> Added:
        from sqlalchemy import select

        with self._transaction() as db:
            if not self._there(db):
                self._lock(db)
                if not self._there(db):  # looked at again: another may have been first
                    self._make(db)
                    self._header(db, "claims", list(HEADERS["claims"]))
            self._migrate(db)
            if guard:
                self._lock(db)
                table = self._table("claims")
                there = select(table.c.row_key, table.c.extra)
                rows_there = ((row.row_key, row.extra) for row in db.execute(there))
                check_guard(retractions(rows_there), guard, claims)
            for name, rows in others.items():
                self._insert(db, name, iter(rows), (row["id"] for row in rows))
                self._header(db, name, [n for row in rows for n in row])
            added = self._insert(db, "claims", rows_of(claims.columns), keys_of(claims))
            self._header(db, "claims", [n for n, cells in claims.columns.items() if any(cells)])
        return Added(added, len(claims) - added)

    def _header(
        self, db: Connection, table: str, names: Iterable[str], *, replace: bool = False
    ) -> None:
        """Columns that came with an addition take their place behind those that are there."""
        from sqlalchemy.dialects.postgresql import insert

        meta = self._table("meta")
        key = f"header {table}"
        at = meta.c.name == key
        row = db.execute(meta.select().where(at).with_for_update()).first()
        start = [] if replace else list(HEADERS[table])
        header = json.loads(row.value) if row else start
        wider = list(dict.fromkeys([*header, *names]))
        if wider != header or not row:
            value = json.dumps(wider)
            made = insert(meta).values(name=key, value=value)
            db.execute(made.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def _insert(
        self,
        db: Connection,
        name: str,
        rows: Iterator[Mapping[str, str]],
        keys: Iterable[str],
    ) -> int:
        """Insert rows whose key is not there yet; how many."""
        from sqlalchemy.dialects.postgresql import insert

        table = self._table(name)
        at = self._points(db) if name == "claims" else {}
        statement = insert(table).on_conflict_do_nothing(index_elements=["row_key"])
        returning = statement.returning(table.c.fid)
        values = [values_of(name, row, key, at) for row, key in zip(rows, keys, strict=True)]
        added = 0
        for low in range(0, len(values), BATCH):
            added += len(db.execute(returning, values[low : low + BATCH]).all())
        return added

    def _points(self, db: Connection) -> dict[str, tuple[str, str]]:
        places = self._table("places")
        return {row.id: (row.lon, row.lat) for row in db.execute(places.select())}

    def version(self) -> str:
        from sqlalchemy import func, select

        with self._transaction(snapshot=True) as db:
            tables = [self._table(name) for name in TABLES]
            return str([db.execute(select(func.max(t.c.fid))).scalar() for t in tables])
