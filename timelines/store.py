"""Opening a timeline: the CSV folder, its check, and the bundled ones by name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from timelines import settings as settings_file
from timelines.actors import Actors
from timelines.checking import check_claims
from timelines.claims import COLUMNS, Claims, Source
from timelines.errors import DataError, NotFoundError
from timelines.places import TimelinePlace
from timelines.problems import Problem, errors_of, shown
from timelines.reading import check_parties, read_actors, read_places, read_sources
from timelines.resolving import resolve_places
from timelines.settings import Settings
from timelines.tables import Table, read_table
from timelines.timeline import Timeline

BUNDLED = Path(__file__).resolve().parent / "data"
CLAIMS_NEEDED = ("kind", "date", "place", "actor", "source")
MAX_TOML_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What lies in a folder, and what is wrong with it. `place_ids` has one id per claim."""

    settings: Settings
    actors: Actors
    sources: dict[str, Source]
    places: dict[str, TimelinePlace]
    claims: Claims
    place_ids: list[str]
    problems: tuple[Problem, ...]
    data_hash: str


def bundled() -> tuple[str, ...]:
    """Names of the timelines that come with the package."""
    return tuple(sorted(p.parent.name for p in BUNDLED.glob("*/claims.csv")))


def locate(path_or_name: str | Path) -> Path:
    """The folder of a timeline: a path (of the folder or its claims.csv), or a bundled name.

    Raises:
        NotFoundError: neither.
    """
    text = str(path_or_name)
    if text in bundled() and not Path(text).exists():
        return BUNDLED / text
    path = Path(text).expanduser()
    if "\x00" in text or len(text) > 4096 or not path.exists():
        raise NotFoundError(
            f"There is no timeline {shown(text)}. Give a folder that holds claims.csv, "
            f"or one of: {', '.join(bundled()) or '(none bundled)'}."
        )
    folder = path.parent if path.is_file() and path.name == "claims.csv" else path
    if not (folder / "claims.csv").is_file():
        raise NotFoundError(
            f"{shown(text)} holds no claims.csv. Make one with the columns "
            f"{','.join(CLAIMS_NEEDED)}."
        )
    return folder


def open_timeline(path_or_name: str | Path, *, strict: bool = True) -> Timeline:
    """The timeline in a CSV folder, or a bundled one.

    With `strict=False` rows with errors are left out and listed in `Timeline.problems`.

    Raises:
        NotFoundError: there is no such timeline.
        DataError: rows are wrong; `problems` lists all of them.
    """
    folder = locate(path_or_name)
    loaded = load(folder)
    errors = errors_of(loaded.problems)
    if strict and errors:
        first = "\n".join(str(problem) for problem in errors[:3])
        raise DataError(
            f"{len(errors)} problem(s) in {folder.name}:\n{first}\n"
            "`frontlines check` lists all of them.",
            loaded.problems,
        )
    return Timeline(
        name=folder.name,
        path=folder,
        settings=loaded.settings,
        claims=loaded.claims,
        place_ids=tuple(loaded.place_ids),
        places=loaded.places,
        actors=loaded.actors,
        sources=loaded.sources,
        problems=loaded.problems,
        data_hash=loaded.data_hash,
    )


def check(path_or_name: str | Path) -> list[Problem]:
    """Every problem of a timeline, in the order of files and rows.

    Raises:
        NotFoundError: there is no such timeline.
    """
    return list(load(locate(path_or_name)).problems)


def load(folder: Path) -> Loaded:
    """Read and check a CSV folder; rows of claims with errors are left out and reported."""
    settings, problems = _settings(folder)
    actors_table = _optional(folder, "actors.csv")
    sources_table = _optional(folder, "sources.csv")
    places_table = _optional(folder, "places.csv")
    claims_table = read_table(folder / "claims.csv", CLAIMS_NEEDED)
    actors = read_actors(actors_table) if actors_table else Actors()
    sources = read_sources(sources_table) if sources_table else {}
    if sources_table and actors_table:
        check_parties(sources_table, actors)
    places = read_places(places_table) if places_table else {}
    check_claims(
        claims_table,
        actors=actors if actors_table else None,
        sources=sources if sources_table else None,
    )
    place_ids, places = resolve_places(claims_table, places, country=_country(settings))
    for table in (actors_table, sources_table, places_table, claims_table):
        if table is not None:
            problems.extend(sorted(table.problems, key=lambda problem: problem.row))
    claims, kept_ids = _without_errors(claims_table, place_ids)
    named = [text for name in ("actor", "target") for text in set(claims.column(name))]
    for source in set(claims.column("source")) - set(sources):
        sources[source] = Source(id=source, publisher=source)
    return Loaded(
        settings=settings,
        actors=actors.with_unknown(sorted(named)).painted(),
        sources=sources,
        places=places,
        claims=claims,
        place_ids=kept_ids,
        problems=tuple(problems),
        data_hash=_hash(folder),
    )


def _optional(folder: Path, name: str) -> Table | None:
    path = folder / name
    return read_table(path, ("id",)) if path.is_file() else None


def _settings(folder: Path) -> tuple[Settings, list[Problem]]:
    path = folder / settings_file.FILE
    if not path.is_file():
        return Settings(), []
    data = path.read_bytes()[: MAX_TOML_BYTES + 1]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Settings(), [Problem(path.name, 0, "", "is not UTF-8.", "Save it as UTF-8.")]
    if len(data) > MAX_TOML_BYTES:
        return Settings(), [Problem(path.name, 0, "", "is too large.", "Shorten it.")]
    return settings_file.read(text)


def _country(settings: Settings) -> str | None:
    codes = [code for code in settings.boundary if len(code) == 2 and code.isalpha()]
    return codes[0].upper() if len(codes) == 1 else None


def _without_errors(table: Table, place_ids: list[str]) -> tuple[Claims, list[str]]:
    bad = {problem.row for problem in errors_of(table.problems)}
    keep = [index for index, row in enumerate(table.rows) if row not in bad]
    if len(keep) == len(table.rows):
        return Claims(table.columns, len(table)), place_ids
    columns = {name: [column[i] for i in keep] for name, column in table.columns.items()}
    return Claims(columns, len(keep)), [place_ids[i] for i in keep]


def _hash(folder: Path) -> str:
    """Sixteen hex digits over the files that make the map; line ends and BOM do not count."""
    digest = hashlib.sha256()
    for name in ("actors.csv", "claims.csv", "places.csv", "sources.csv", settings_file.FILE):
        path = folder / name
        if path.is_file():
            data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
            digest.update(f"{name}\x00{len(data)}\x00".encode())
            digest.update(data)
    return digest.hexdigest()[:16]


__all__ = ["COLUMNS", "Loaded", "bundled", "check", "load", "locate", "open_timeline"]
