"""What every reader of a source of places yields: places, and rows that could not be used."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from gazetteer.places import Name, Place, PlaceError, SourceError

LINE_MAX = 4_000_000
"""Bytes of one line or record; GeoNames' longest, with all alternate names, has some 20,000."""
NOT_STATED = "not stated"
"""The licence of a file that tells none."""
PROBLEMS_MAX = 1_000
"""Rows that are reported one by one; beyond it they are counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of a source that was left out. ``row`` counts from 1, headers included."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Licence:
    """Who made a source and under which terms; carried to every export."""

    title: str
    licence: str = NOT_STATED
    attribution: str = ""
    url: str = ""


@dataclass
class Report:
    """What became of the rows of a source while it was read."""

    problems: list[Problem] = field(default_factory=list)
    read: int = 0
    left_out: int = 0

    def leave_out(self, row: int, reason: str) -> None:
        """Note a row that cannot be used."""
        self.left_out += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(row, reason))


Reader = Callable[[Path, Report, Mapping[str, str]], Iterator[Place]]
"""Path of the file, report to write to, mapping of our columns to the file's."""


_DAMAGE = (
    *(OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, sqlite3.Error),
    *(UnicodeError, RuntimeError),  # RuntimeError: an archive locked, or packed in a way not known
)


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Turns what unpackers raise of a damaged file into one error.

    Raises:
        SourceError: the file is damaged, cut short or locked.
    """
    try:
        yield
    except _DAMAGE as error:
        raise SourceError(
            f"{path} cannot be read to its end ({error}); if it is damaged, cut short or locked, "
            "fetch it again or unpack it"
        ) from error


def make_place(report: Report, row: int, values: Mapping[str, Any]) -> Place | None:
    """A place from loose values (those of :class:`Place`), or None and a line in the report."""
    report.read += 1
    try:
        lon, lat = number(values.get("lon"), "longitude"), number(values.get("lat"), "latitude")
        if lon is None or lat is None:
            raise PlaceError("it has no coordinates")
        if lon == 0 and lat == 0:
            raise PlaceError("0, 0 is in the Atlantic; the coordinates are missing")
        name = str(values.get("name") or "").strip()
        if not name:
            raise PlaceError("it has no name")
        people = number(values.get("population"), "population")
        return Place(
            id=str(values.get("id") or f"row-{row}"),
            name=name[:200],
            lon=lon,
            lat=lat,
            names=tuple(n for n in values.get("names", ()) if str(n).strip()),
            population=None if people is None or people < 0 else int(people),
            kind=str(values.get("kind") or ""),
            uncertainty_m=number(values.get("uncertainty_m"), "uncertainty_m"),
            admin1=str(values.get("admin1") or ""),
            admin2=str(values.get("admin2") or ""),
            country=str(values.get("country") or "").upper()[:2],
            source=str(values.get("source") or ""),
            name_ar=str(values.get("name_ar") or "").strip()[:200],
        )
    except (PlaceError, ValueError, OverflowError) as error:
        report.leave_out(row, str(error))
        return None


def number(value: object, what: str) -> float | None:
    """A decimal number, None where there is none.

    Raises:
        PlaceError: there is something, but no number.
    """
    if value is None or str(value).strip() == "":
        return None
    try:
        return float(str(value).strip().replace(",", "."))
    except ValueError as error:
        raise PlaceError(f"{what} {str(value)[:40]!r} is not a number") from error


def names_of(*groups: object) -> tuple[Name, ...]:
    """Distinct names out of strings and lists of strings, in order."""
    found: dict[str, Name] = {}
    for group in groups:
        for text in group if isinstance(group, (list, tuple)) else (group,):
            if isinstance(text, str) and text.strip():
                name = text if isinstance(text, Name) else Name(text.strip())
                found.setdefault(str(name), name)
    return tuple(found.values())


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked when it is gzipped.

    Raises:
        SourceError: the file is not there or cannot be read.
    """
    try:
        handle = path.open("rb")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error}") from error
    if handle.read(2) == b"\x1f\x8b":
        handle.close()
        return cast(IO[bytes], gzip.open(path, "rb"))
    handle.seek(0)
    return handle


def lines_of(handle: IO[bytes], report: Report) -> Iterator[tuple[int, str]]:
    """(number, text) of each line of UTF-8; lines that are none are reported and left out."""
    row = 0
    while raw := handle.readline(LINE_MAX):
        row += 1
        if len(raw) >= LINE_MAX and not raw.endswith(b"\n"):
            report.leave_out(row, f"the line is longer than {LINE_MAX} bytes")
            while raw and not raw.endswith(b"\n"):
                raw = handle.readline(LINE_MAX)
            continue
        try:
            text = raw.decode("utf-8-sig" if row == 1 else "utf-8")
        except UnicodeDecodeError:
            report.leave_out(row, "it is not UTF-8; save the file in that encoding")
            continue
        yield row, text.rstrip("\r\n")


def text_of(handle: IO[bytes]) -> io.TextIOWrapper:
    """A text view of UTF-8 bytes in which bad bytes stay visible as replacement characters."""
    return io.TextIOWrapper(handle, encoding="utf-8-sig", errors="replace", newline="")
