"""Opening a timeline from wherever it is kept: what is there, read, checked and resolved."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from timelines import settings as settings_file
from timelines.actors import Actors
from timelines.checking import check_claims, excuse_withdrawn
from timelines.claims import Claims, Source
from timelines.contents import TABLES, Contents
from timelines.errors import DataError
from timelines.land import boundary_problems, shared_points
from timelines.places import TimelinePlace
from timelines.problems import Problem, errors_of, shown
from timelines.reading import check_parties, read_actors, read_places, read_sources
from timelines.resolving import resolve_places
from timelines.settings import Settings
from timelines.stores import bundled, locate, store_at
from timelines.stores.folder import FolderStore
from timelines.tables import Table
from timelines.timeline import Timeline


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
    files: dict[str, str]


def open_timeline(path_or_name: str | Path, *, strict: bool = True) -> Timeline:
    """The timeline in a CSV folder, a SQLite file or a PostGIS database, or a bundled one.

    With `strict=False` rows with errors are left out and listed in `Timeline.problems`.

    Raises:
        NotFoundError: there is no such timeline.
        DataError: rows are wrong; `problems` lists all of them.
    """
    store = store_at(path_or_name)
    with _nothing_collected():
        loaded = load(store.read())
    errors = errors_of(loaded.problems)
    if strict and errors:
        first = "\n".join(str(problem) for problem in errors[:3])
        raise DataError(
            f"{len(errors)} problem(s) in {store.name}:\n{first}\n"
            "`frontlines check` lists all of them.",
            loaded.problems,
        )
    return Timeline(
        name=store.name,
        path=store.folder if isinstance(store, FolderStore) else None,
        settings=loaded.settings,
        claims=loaded.claims,
        place_ids=tuple(loaded.place_ids),
        places=loaded.places,
        actors=loaded.actors,
        sources=loaded.sources,
        problems=loaded.problems,
        data_hash=loaded.data_hash,
        files=loaded.files,
    )


def check(path_or_name: str | Path) -> list[Problem]:
    """Every problem of a timeline, in the order of files and rows.

    Raises:
        NotFoundError: there is no such timeline.
    """
    with _nothing_collected():
        loaded = load(store_at(path_or_name).read())
    problems = list(loaded.problems)
    # What the settings' own reading says of it is said once.
    if not any(problem.column == "boundary" for problem in problems):
        problems += boundary_problems(loaded.settings, loaded.files)
    if (name := loaded.settings.cells) in loaded.files:
        from timelines.cells import problems_of

        problems += problems_of(loaded.files[name], name, loaded.places)
    return problems


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for circular garbage meanwhile: with a million claims in memory each search walks
    through every cell of them, finds nothing, and the next one soon follows.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def load(contents: Contents) -> Loaded:
    """Check what a store holds; rows of claims with errors are left out and reported."""
    settings, problems = settings_file.read(contents.toml or "")
    actors_table, sources_table, places_table = (
        contents.tables.get(name) for name in ("actors", "sources", "places")
    )
    claims_table = contents.claims
    digest = content_hash(contents)  # before anything is made of it
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
    excuse_withdrawn(claims_table)
    if not settings.cells:
        _warn_of_shared_points(claims_table, place_ids, places)
    for table in (actors_table, sources_table, places_table, claims_table):
        if table is not None:
            problems.extend(table.listed())
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
        data_hash=digest,
        files=contents.files,
    )


def _warn_of_shared_points(
    claims: Table, place_ids: list[str], places: dict[str, TimelinePlace]
) -> None:
    if not shared_points(places.values()):
        return  # hardly any timeline has such places: no claim need be looked at
    is_control = [kind == "control" for kind in claims.column("kind")]
    held = set(compress(place_ids, is_control))
    shared = shared_points(place for place_id, place in places.items() if place_id in held)
    if not shared:
        return
    ids = list(compress(place_ids, is_control))
    rows = list(compress(claims.rows, is_control))
    first_row = dict(zip(reversed(ids), reversed(rows), strict=True))
    for first, second in shared:
        message = f"{shown(second.id)} lies on the point of {shown(first.id)}, which has the land."
        remedy = "Give both the same place_id, or each its own position."
        claims.add(first_row[second.id], "place", message, remedy, warn=True)


def _country(settings: Settings) -> str | None:
    codes = [code for code in settings.boundary if len(code) == 2 and code.isalpha()]
    return codes[0].upper() if len(codes) == 1 else None


def _without_errors(table: Table, place_ids: list[str]) -> tuple[Claims, list[str]]:
    if not table.bad:
        return Claims(table.columns, len(table)), place_ids
    keep = [index for index, row in enumerate(table.rows) if row not in table.bad]
    columns = {name: [column[i] for i in keep] for name, column in table.columns.items()}
    return Claims(columns, len(keep)), [place_ids[i] for i in keep]


def content_hash(contents: Contents) -> str:
    """Sixteen hex digits over the tables and the toml: the same wherever they are kept."""
    digest = hashlib.sha256()
    for name in TABLES:
        table = contents.tables.get(name)
        if table is not None:
            for column, cells in table.columns.items():
                text = "\x1f".join([name, column, *cells])
                if "\r" in text:
                    text = text.replace("\r\n", "\n")
                digest.update(text.encode("utf-8", "surrogatepass"))
                digest.update(b"\x1e")
    for name, text in sorted(contents.files.items()):
        digest.update(f"\x00file {name}\x00{text}".encode("utf-8", "surrogatepass"))
    digest.update(b"\x00toml\x00" + (contents.toml or "").replace("\r\n", "\n").encode())
    return digest.hexdigest()[:16]


__all__ = ["Loaded", "bundled", "check", "content_hash", "load", "locate", "open_timeline"]
