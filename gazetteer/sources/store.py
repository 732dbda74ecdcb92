"""Sources the user added: one index file each in the user's data folder."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from gazetteer import bundle, index
from gazetteer.places import IndexFileError, Place, SourceError
from gazetteer.sources.base import NOT_STATED, Licence, Problem, Report
from gazetteer.sources.read import format_of

DOWNLOAD_MAX = 4_000_000_000
TIMEOUT_S = 60.0
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A source that was added: what is inside, from where, under which terms."""

    name: str
    format: str
    title: str
    licence: str
    attribution: str
    origin: str
    added: str
    places: int
    left_out: int
    usable: bool = True
    problems: tuple[Problem, ...] = ()


def add(
    origin: str | Path,
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    licence: str = "",
    attribution: str = "",
    folder: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Source:
    """Read a file, folder or address and index its places for :meth:`Gazetteer.default`.

    Args:
        origin: path, or http(s) address, which is downloaded.
        name: short name to list and remove it by; else made from the origin's.
        mapping: our columns to the file's, for tables; ``alternates`` is the path of GeoNames'
            alternateNames(V2) file.
        licence, attribution: terms, where the format does not tell them.
        folder: data folder; else :func:`gazetteer.bundle.data_folder`.
        progress: told the number of places now and then; the file is read as a stream.

    Returns:
        What was added, with the rows that had to be left out. An older source of the name is
        replaced at the end, or stays as it was if anything fails.

    Raises:
        SourceError: nothing usable could be read. IndexFileError: the folder cannot be written.
    """
    text = str(origin)
    if re.match(r"(?i)[a-z][a-z0-9+.-]+://", text):
        with tempfile.TemporaryDirectory(prefix="frontlines-") as scratch:
            path = download(text, Path(scratch))
            return _add(path, text, name, mapping or {}, (licence, attribution), folder, progress)
    return _add(Path(origin), text, name, mapping or {}, (licence, attribution), folder, progress)


def _add(
    path: Path,
    origin: str,
    name: str,
    mapping: Mapping[str, str],
    terms_told: tuple[str, str],
    folder: Path | None,
    progress: Callable[[int], None] | None,
) -> Source:
    if not path.exists():
        raise SourceError(f"{path} does not exist; give the path of a file or an http address")
    if not (path.is_file() or path.is_dir()):  # a device may have no end, a pipe is read once only
        raise SourceError(f"{path} is no file; save what it holds and give the path of that")
    kind = format_of(path)
    report = Report()
    short = slug(name or _stem(origin))
    terms = kind.licence

    def facts() -> dict[str, str]:
        problems = [[p.row, p.reason] for p in report.problems]
        return {
            "name": short,
            "format": kind.name,
            "title": terms.title,
            "licence": terms_told[0] or terms.licence,
            "attribution": terms_told[1] or terms.attribution,
            "origin": origin,
            "added": datetime.now(UTC).date().isoformat(),
            "left_out": str(report.left_out),
            "problems": json.dumps(problems, ensure_ascii=False),
        }

    read = _credited(kind.read(path, report, mapping), terms, terms_told, short)
    places = _some(read, origin, report)
    index.build(_file(short, folder), places, facts, progress)
    return _source(_file(short, folder))


def _credited(
    places: Iterator[Place], terms: Licence, told: tuple[str, str], short: str
) -> Iterator[Place]:
    """The places, each with its terms in `source`, from where they travel to every export.

    Places without an id are numbered by row: the name of the source keeps them apart from those
    of other sources.
    """
    licence = told[0] or ("" if terms.licence == NOT_STATED else terms.licence)
    for place in places:
        if place.id.startswith("row-"):
            place = replace(place, id=f"{short}:{place.id}")
        if not any(told) and f"({licence}" in place.source:
            yield place
        else:
            text = told[1] or place.source or terms.attribution or short
            yield replace(place, source=f"{text} ({licence})" if licence else text)


def _some(places: Iterator[Place], origin: str, report: Report) -> Iterator[Place]:
    """The places; an error when there is none."""
    first = next(places, None)
    if first is None:
        why = "".join(f"; row {p.row}: {p.reason}" for p in report.problems[:1])
        raise SourceError(f"{origin} holds no usable place{why}")
    yield from chain([first], places)


def listed(folder: Path | None = None) -> list[Source]:
    """The sources that were added, by name. One that cannot be opened is listed as not usable."""
    return [_source(path) for path in bundle.added_files(folder)]


def remove(name: str, *, folder: Path | None = None) -> None:
    """Take a source out.

    Raises:
        SourceError: there is none of that name.
    """
    path = _file(slug(name), folder)
    if not path.is_file():
        known = ", ".join(source.name for source in listed(folder)) or "none"
        raise SourceError(f"there is no source {name!r}; there are: {known}")
    path.unlink()


def slug(text: str) -> str:
    """A short name that is safe as a file name; never empty."""
    made = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]
    return made or "source-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def _stem(origin: str) -> str:
    last = re.split(r"[/\\]", urlsplit(origin).path.rstrip("/") or origin)[-1]
    return re.sub(r"(\.(txt|zip|gz|csv|tsv|xlsx|geojson|json|shp|db|sqlite|tar|bz2))+$", "", last)


def _file(short: str, folder: Path | None) -> Path:
    return (folder or bundle.data_folder()) / "sources" / f"{short}.sqlite"


def _source(path: Path) -> Source:
    try:
        meta = index.SqliteIndex(path).meta
    except (IndexFileError, sqlite3.Error):
        return Source(path.stem, "?", "?", "?", "", "", "", 0, 0, usable=False)
    return Source(
        path.stem,
        meta.get("format", ""),
        meta.get("title", ""),
        meta.get("licence", ""),
        meta.get("attribution", ""),
        meta.get("origin", ""),
        meta.get("added", ""),
        int(meta["places"]),
        int(meta.get("left_out", "0")),
        problems=tuple(Problem(row, why) for row, why in json.loads(meta.get("problems", "[]"))),
    )


def download(address: str, folder: Path) -> Path:
    """The file at an http(s) address, in ``folder``.

    Raises:
        SourceError: the address is of another kind, does not answer, or sends too much.
    """
    parts = urlsplit(address)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise SourceError(f"{address!r} is no http or https address")
    last = re.sub(r"[^A-Za-z0-9._-]", "_", parts.path.rsplit("/", 1)[-1]).lstrip(".") or "download"
    path = folder / last
    request = urllib.request.Request(address, headers={"User-Agent": "frontlines"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer, path.open("wb") as out:  # noqa: S310
            if urlsplit(answer.url).scheme.lower() not in ("http", "https"):
                raise SourceError(f"{address} leads elsewhere: {answer.url}")
            size = 0
            while chunk := answer.read(_CHUNK):
                size += len(chunk)
                if size > DOWNLOAD_MAX:
                    raise SourceError(f"{address} sends more than {DOWNLOAD_MAX} bytes")
                out.write(chunk)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise SourceError(f"{address} could not be downloaded: {error}") from error
    if shutil.disk_usage(folder).free < size:
        raise SourceError("there is too little room on the disk to unpack the download")
    return path
