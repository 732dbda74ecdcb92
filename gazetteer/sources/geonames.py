"""GeoNames dumps: a country's or ``allCountries``, as text or zip, with alternate names.

Columns: https://download.geonames.org/export/dump/readme.txt. Licence: CC BY 4.0.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from gazetteer.places import Name, Place, SourceError
from gazetteer.sources.base import (
    Licence,
    Report,
    lines_of,
    make_place,
    names_of,
    open_bytes,
)

LICENCE = Licence(
    "GeoNames", "CC BY 4.0", "GeoNames geographical database", "https://www.geonames.org/"
)
COLUMNS = 19
_ALTERNATE_COLUMNS = 8
_CLASSES = {"P": "populated place", "A": "area", "T": "hill", "S": "facility", "H": "water"}
_KINDS = {
    "PPLX": "neighbourhood",
    "PPLA": "city",
    "PPLC": "city",
    "PPLL": "locality",
    "ADM1": "governorate",
    "ADM2": "district",
    "ADM3": "subdistrict",
    "AIRB": "air base",
    "AIRP": "airport",
    "DAM": "dam",
    "HLL": "hill",
    "MT": "hill",
    "CMPRF": "camp",
    "CMP": "camp",
    "MILB": "base",
    "RGN": "region",
    "BDG": "bridge",
    "CROX": "crossing",
}
_NO_NAMES = frozenset(
    ("link", "post", "wkdt", "phon", "piny", "unlc", "tcid", "abbr", "iata", "icao", "faac")
)
_SKIPPED = {"H", "U", "V"}
"""Water, undersea and vegetation: names that reports seldom mean."""


def is_geonames(line: str) -> bool:
    """Whether a line looks like one of a dump."""
    fields = line.split("\t")
    return len(fields) == COLUMNS and fields[0].isdigit()


def read(path: Path, report: Report, mapping: Mapping[str, str]) -> Iterator[Place]:
    """Places of a dump. ``mapping["alternates"]`` is the path of alternateNames(V2), if any.

    A line whose languages are given by the alternate names file replaces the bare names of the
    dump; water, undersea and vegetation features are passed over. Areas are told by name where
    the dump holds them, else not at all: a code would answer to no one's question.
    """
    areas = _areas(path)
    with ExitStack() as stack:
        alternates = None
        if mapping.get("alternates"):
            alternates = _alternates(Path(mapping["alternates"]), stack)
        for row, line in lines_of(_open(path, stack), report):
            if not line.strip():
                continue
            fields = line.split("\t")
            if len(fields) != COLUMNS:
                report.leave_out(row, f"{len(fields)} columns where GeoNames has {COLUMNS}")
                continue
            if fields[6] in _SKIPPED:
                continue
            place = make_place(report, row, _values(fields, alternates, areas))
            if place is not None:
                yield place


def _areas(path: Path) -> dict[tuple[str, ...], str]:
    """Names of the dump's own first and second-level areas, by country and codes."""
    found: dict[tuple[str, ...], str] = {}
    with ExitStack() as stack:
        for _, line in lines_of(_open(path, stack), Report()):
            if "\tADM1\t" not in line and "\tADM2\t" not in line:
                continue
            fields = line.split("\t")
            if len(fields) == COLUMNS:
                codes = fields[10:11] if fields[7] == "ADM1" else fields[10:12]
                found[fields[8], *codes] = fields[1]
    return found


def _values(
    fields: list[str], alternates: sqlite3.Connection | None, areas: dict[tuple[str, ...], str]
) -> dict[str, object]:
    known = [] if alternates is None else _names_in(alternates, fields[0])
    plain = [] if known else fields[3].split(",")
    return {
        "id": f"geonames:{fields[0]}",
        "name": fields[1],
        "lat": fields[4],
        "lon": fields[5],
        "names": names_of(known, fields[2], plain),
        "name_ar": next((str(n) for n in known if n.lang == "ar" and not n.end), ""),
        "kind": _KINDS.get(fields[7], _CLASSES.get(fields[6], "")),
        "country": fields[8],
        "admin1": areas.get((fields[8], fields[10]), ""),
        "admin2": areas.get((fields[8], fields[10], fields[11]), ""),
        "population": fields[14] if fields[14] != "0" else "",
        "source": f"GeoNames {fields[0]} (CC BY 4.0)",
    }


def _open(path: Path, stack: ExitStack) -> IO[bytes]:
    if not zipfile.is_zipfile(path):
        return stack.enter_context(open_bytes(path))
    archive = stack.enter_context(zipfile.ZipFile(path))
    members = [
        info
        for info in archive.infolist()
        if info.filename.endswith(".txt") and not info.filename.lower().endswith("readme.txt")
    ]
    if not members:
        raise SourceError(f"{path} holds no .txt file; give a dump from download.geonames.org")
    return stack.enter_context(archive.open(max(members, key=lambda info: info.file_size)))


def _alternates(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """Names with language and dates by GeoNames id; links, codes and junk are left out.

    The file of the world has 16 million lines: they lie in a temporary file, not in memory.
    """
    db = sqlite3.connect("", isolation_level=None)  # without a name: gone with the process
    stack.callback(db.close)
    db.execute("pragma journal_mode = off")
    db.execute(
        'create table name (place text, text text, lang text, kind text, begin text, "end" text)'
    )
    db.execute("begin")
    with ExitStack() as own:
        lines = lines_of(_open(path, own), Report())
        db.executemany("insert into name values (?,?,?,?,?,?)", _alternate_rows(lines))
    db.execute("create index name_place on name (place)")
    return db


def _alternate_rows(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, ...]]:
    for _, line in lines:
        fields = line.split("\t")
        if len(fields) < _ALTERNATE_COLUMNS or fields[2] in _NO_NAMES:
            continue
        fields += [""] * 2
        kind = "former" if fields[7] == "1" else "colloquial" if fields[6] == "1" else ""
        yield fields[1], fields[3], fields[2], kind, fields[8], fields[9]


def _names_in(alternates: sqlite3.Connection, id_: str) -> list[Name]:
    rows = alternates.execute(
        'select text, lang, kind, begin, "end" from name where place = ? order by rowid', (id_,)
    )
    return [Name(t, lang=lang, kind=k, begin=b, end=e) for t, lang, k, b, e in rows]


def is_dump_in_zip(path: Path) -> bool:
    """Whether a zip archive holds a GeoNames dump."""
    with ExitStack() as stack:
        try:
            handle = _open(path, stack)
        except SourceError:
            return False
        first = io.BytesIO(handle.readline(100_000)).readline()
        return is_geonames(first.decode("utf-8", errors="replace").rstrip("\r\n"))
