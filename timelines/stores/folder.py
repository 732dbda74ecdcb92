"""The CSV folder as a store: text in git, in an order that makes a difference read well.

Rows keep their place; new claims are put where their date belongs. A file is replaced whole or not
at all, and one writer at a time holds the folder's lock.

`schema` in `timeline.toml` is the folder's schema version. Without it the folder is of the first,
so that `claims.csv` alone is a timeline; a later one must write its number. A newer one is refused.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.safeio import sweep_orphans, temporary_beside, write_atomic
from timelines import settings
from timelines.adjudicate import LOW
from timelines.claims import Claims
from timelines.contents import HEADERS, TABLES, Added, Contents
from timelines.dates import parse
from timelines.errors import DateError, NotFoundError, StoreError
from timelines.problems import Problem, shown
from timelines.settings import Settings
from timelines.stores.migrations import refuse_newer
from timelines.stores.rows import check_guard, keys_of
from timelines.tables import Table, read_table, write_table

SCHEMA = 1
CLAIMS_NEEDED = ("kind", "date", "place", "actor", "source")
MAX_TOML_BYTES = 200_000
MAX_FILE_BYTES = 90_000_000
LOCK = ".frontlines-lock"
LOCK_WAIT_S = 60.0
Columns = Mapping[str, Sequence[str]]


class FolderStore:
    """A folder with `claims.csv` and, if it has them, the other files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    def exists(self) -> bool:
        return (self.folder / "claims.csv").is_file()

    def read(self) -> Contents:
        if not self.exists():
            raise NotFoundError(
                f"{shown(str(self.folder))} holds no claims.csv. Make one with the columns "
                f"{','.join(CLAIMS_NEEDED)}."
            )
        contents = Contents()
        for table in TABLES:
            path = self.folder / f"{table}.csv"
            if path.is_file():
                needed = CLAIMS_NEEDED if table == "claims" else ("id",)
                contents.tables[table] = read_table(path, needed)
        contents.toml = self._toml(contents)
        said = self._checked(contents.toml)
        for name in settings.named_files(said):
            self._read_file(contents, name, "cells" if name == said.cells else "boundary")
        return contents

    def _checked(self, toml: str | None) -> Settings:
        """What the toml says, of a folder of our schema."""
        said = settings.read(toml or "")[0]
        refuse_newer(said.schema, ours=SCHEMA, where=str(self.folder))
        return said

    def _read_file(self, contents: Contents, name: str, key: str) -> None:
        path = self.folder / name
        wrong = "is not there." if not path.is_file() else ""
        try:
            if not wrong and path.stat().st_size > MAX_FILE_BYTES:
                wrong = f"is larger than {MAX_FILE_BYTES:,} bytes."
            if not wrong:
                contents.files[name] = path.read_bytes().decode()
        except UnicodeDecodeError:
            wrong = "is not UTF-8."
        if wrong:
            remedy = "Put a GeoJSON file of that name beside timeline.toml."
            problem = Problem(settings.FILE, 0, key, f"{shown(name)} {wrong}", remedy)
            contents.claims.problems.append(problem)

    def _toml(self, contents: Contents) -> str | None:
        path = self.folder / settings.FILE
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_TOML_BYTES + 1)
        wrong = "is too large." if len(data) > MAX_TOML_BYTES else ""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            wrong = "is not UTF-8."
        if wrong:
            problem = Problem(settings.FILE, 0, "", wrong, "Shorten it, or save it as UTF-8.")
            contents.claims.problems.append(problem)
            return None
        return text

    def write(self, contents: Contents) -> None:
        parent = self.folder.resolve().parent
        if self.folder.exists() and any(self.folder.iterdir()):
            raise StoreError(f"{shown(str(self.folder))} is not empty. Name a new folder.")
        made = temporary_beside(parent / self.folder.name)
        try:
            parent.mkdir(parents=True, exist_ok=True)
            sweep_orphans(parent)
            made.mkdir()
            for table, rows in contents.tables.items():
                write_atomic(made / f"{table}.csv", write_table(rows.columns))
            if contents.toml is not None:
                write_atomic(made / settings.FILE, contents.toml.encode())
            for name, text in contents.files.items():
                write_atomic(made / name, text.encode())
            if self.folder.exists():
                self.folder.rmdir()
            made.rename(self.folder)
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            reason = error.__cause__ or error  # of a file with a name that nobody knows
            raise StoreError(
                f"{shown(str(self.folder), 300)} cannot be written: {reason}. Nothing was made; is "
                "the disk full?"
            ) from error

    def add(
        self,
        claims: Claims,
        others: Mapping[str, Sequence[Mapping[str, str]]],
        *,
        guard: Sequence[str] = (),
    ) -> Added:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder):
                self._checked(self._toml(Contents({"claims": Table("claims.csv")})))
                self._check_guard(claims, guard)
                for table, rows in others.items():
                    self._add_rows(table, self._with_sources_in_use(table, rows, claims))
                return self._add_claims(claims)
        except OSError as error:
            raise StoreError(f"{shown(str(self.folder))} cannot be written: {error}.") from error

    def _check_guard(self, claims: Claims, guard: Sequence[str]) -> None:
        if guard:
            old = self._whole(self.folder / "claims.csv", HEADERS["claims"])
            present = Claims(old.columns, len(old))
            check_guard(
                zip(keys_of(present), present.column("retracts"), strict=True), guard, claims
            )

    def _with_sources_in_use(
        self, table: str, rows: Sequence[Mapping[str, str]], claims: Claims
    ) -> list[Mapping[str, str]]:
        """A first `sources.csv` names every source in use: once there is one, all must be in it."""
        path = self.folder / "sources.csv"
        if table != "sources" or path.exists() or not rows:
            return list(rows)
        old = self._whole(self.folder / "claims.csv", HEADERS["claims"])
        in_use = sorted({*old.column("source"), *claims.column("source")} - {""})
        named = {row["id"] for row in rows}
        return [*rows, *({"id": source} for source in in_use if source not in named)]

    def _add_rows(self, table: str, rows: Sequence[Mapping[str, str]]) -> None:
        path = self.folder / f"{table}.csv"
        if not rows:
            return
        old = self._whole(path, HEADERS[table])
        known = set(old.column("id"))
        fresh = [row for row in rows if row["id"] not in known]
        if fresh:
            names = dict.fromkeys([*old.columns, *(n for row in fresh for n in row)])
            columns = {
                name: [*old.column(name), *(row.get(name, "") for row in fresh)] for name in names
            }
            write_atomic(path, write_table(columns))

    def _add_claims(self, claims: Claims) -> Added:
        path = self.folder / "claims.csv"
        old = self._whole(path, HEADERS["claims"])
        present = Claims(old.columns, len(old))
        known = {present.key(i) for i in range(len(present))}
        new = []
        for i in range(len(claims)):
            if claims.key(i) not in known:
                known.add(claims.key(i))
                new.append(i)
        if new or not path.exists():
            columns = {n: [column[i] for i in new] for n, column in claims.columns.items()}
            write_atomic(path, write_table(merged(old.columns, columns)))
        return Added(len(new), len(claims) - len(new))

    def _whole(self, path: Path, header: Sequence[str]) -> Table:
        """The rows that are there; refuses to rewrite a file of which rows would be lost."""
        if not path.exists():
            return Table(path.name, {name: [] for name in header})
        table = read_table(path, ())
        if table.problems:
            listed = "\n".join(str(problem) for problem in table.problems[:3])
            raise StoreError(f"{path.name} has rows that would be lost; mend them first:\n{listed}")
        return table

    def version(self) -> str:
        parts = []
        for name in (*(f"{table}.csv" for table in TABLES), settings.FILE):
            with suppress(FileNotFoundError):
                stat = (self.folder / name).stat()
                parts.append(f"{name}:{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ino}")
        return "|".join(parts)


def merged(old: Columns, new: Columns) -> dict[str, list[str]]:
    """The rows of two tables, the new ones put in by date; columns of both."""
    names = [*old, *(name for name in new if name not in old and any(new[name]))]
    length, more = (len(next(iter(columns.values()), ())) for columns in (old, new))
    # A row keeps its place even where the file is not in order: it sorts at least with the one
    # above it.
    rows: list[tuple[tuple[int, int, str], int, int]] = []
    for i in range(length):
        here = _order(old, i)
        rows.append((max(here, rows[-1][0]) if rows else here, 0, i))
    rows += [(_order(new, i), 1, i) for i in range(more)]
    rows.sort()
    return {name: [_cell((old, new)[which], name, i) for _, which, i in rows] for name in names}


def _cell(columns: Columns, name: str, row: int) -> str:
    return columns[name][row] if name in columns else ""


def _order(columns: Columns, row: int) -> tuple[int, int, str]:
    try:
        when = parse(_cell(columns, "date", row))
    except DateError:
        return LOW, LOW, ""
    early = when.settled if when.earliest is None else when.earliest
    return early, when.settled, _cell(columns, "id", row)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; it is let go of whatever happens to this process."""
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        until = time.monotonic() + LOCK_WAIT_S
        while not _try_lock(handle):
            if time.monotonic() > until:
                raise StoreError(f"{shown(str(folder))} is being written to. Try again later.")
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
