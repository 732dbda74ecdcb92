"""From tables to actors, sources and places, with every problem on the way."""

from __future__ import annotations

import re

from timelines.actors import Actor, Actors, dated_values
from timelines.claims import Source
from timelines.dates import When, on_calendar
from timelines.errors import DataError, DateError
from timelines.places import TimelinePlace, valid_lonlat
from timelines.problems import shown
from timelines.tables import Table

PATTERNS = ("solid", "diagonal", "cross", "dots", "vertical", "horizontal")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
MAX_UNCERTAINTY_M = 2_000_000.0


def split_bar(text: str) -> tuple[str, ...]:
    """Bar-separated texts, trimmed, empty ones left out."""
    if not text:
        return ()
    return tuple(part for part in (piece.strip() for piece in text.split("|")) if part)


def unique_ids(table: Table) -> list[int]:
    """Indices of the rows to keep; a missing or repeated id is a problem."""
    seen: dict[str, int] = {}
    keep = []
    for index, text in enumerate(table.column("id")):
        row = table.rows[index]
        if not text.strip():
            table.add(row, "id", "is empty.", "Give the row an id of its own.")
        elif text in seen:
            remedy = "Rename one of the two, or remove it."
            table.add(row, "id", f"{shown(text)} is also in row {seen[text]}.", remedy)
        else:
            seen[text] = row
            keep.append(index)
    return keep


def read_actors(table: Table) -> Actors:
    """`actors.csv`. A circle of successors is reported and the table then read without them."""
    actors = []
    for i in unique_ids(table):
        cell = {name: column[i].strip() for name, column in table.columns.items()}
        row = table.rows[i]
        color, pattern = cell.get("color", ""), cell.get("pattern", "")
        if color and not _COLOR.fullmatch(color):
            table.add(row, "color", f"{shown(color)} is no colour.", "Write it as #4f9a4a.")
            color = ""
        if pattern and pattern not in PATTERNS:
            text = f"{shown(pattern)} is no pattern."
            table.add(row, "pattern", text, f"Use one of {', '.join(PATTERNS)}.")
            pattern = ""
        begin, end = _edge(table, row, "begin", cell), _edge(table, row, "end", cell)
        actors.append(
            Actor(
                id=cell["id"],
                name=cell.get("name") or cell["id"],
                name_ar=cell.get("name_ar", ""),
                aliases=split_bar(cell.get("aliases", "")),
                sides=_dated(table, row, "side", cell),
                color=color.lower(),
                pattern=pattern,
                begin=begin.earliest if begin else None,
                end=end.latest if end else None,
                successor=cell.get("successor", ""),
                member_of=_dated(table, row, "member_of", cell),
            )
        )
    return _linked(table, actors)


def _linked(table: Table, actors: list[Actor]) -> Actors:
    ids = {actor.id for actor in actors}
    row_of = dict(zip(table.column("id"), table.rows, strict=True))
    for actor in actors:
        named = [("successor", actor.successor)] if actor.successor else []
        named += [("member_of", dated.value) for dated in actor.member_of]
        for column, other in named:
            if other not in ids:
                text = f"{shown(other)} is no actor of this file."
                table.add(row_of[actor.id], column, text, "Add a row for it, or mend the id.")
    try:
        registry = Actors(actors)
    except DataError as error:
        table.add(0, "successor", str(error), "")
        return Actors()
    for actor in actors:
        for text in (actor.name, actor.name_ar, *actor.aliases):
            others = [other for other in registry.candidates(text) if other != actor.id]
            if len(registry.candidates(text)) > 1 and text:
                message = f"{shown(text)} also names {', '.join(others)}."
                table.add(row_of[actor.id], "aliases", message, "Use ids in claims.csv.", True)
    return registry


def _edge(table: Table, row: int, column: str, cell: dict[str, str]) -> When | None:
    text = cell.get(column, "")
    if not text:
        return None
    try:
        return on_calendar(text)
    except DateError as error:
        table.add(row, column, str(error), "")
        return None


def _dated(table: Table, row: int, column: str, cell: dict[str, str]) -> tuple:  # type: ignore[type-arg]
    try:
        return dated_values(cell.get(column, ""))
    except DateError as error:
        table.add(row, column, str(error), "A dated value is written value@2015-04-26/..")
        return ()


def read_sources(table: Table) -> dict[str, Source]:
    """`sources.csv` by id."""
    sources = {}
    for i in unique_ids(table):
        cell = {name: column[i].strip() for name, column in table.columns.items()}
        row = table.rows[i]
        letter = cell.get("reliability", "").upper()
        if letter and letter not in "ABCDEF":
            text = f"{shown(letter)} is no reliability."
            table.add(row, "reliability", text, "Use A (best) to F, or leave it empty.")
            letter = ""
        if cell.get("date"):
            _edge(table, row, "date", cell)
        url = cell.get("url", "")
        if url and not re.match(r"https?://[^\s]+$", url):
            text = f"{shown(url)} is no web address."
            table.add(row, "url", text, "It must begin with http:// or https://.", True)
        sources[cell["id"]] = Source(
            id=cell["id"],
            publisher=cell.get("publisher", ""),
            author=cell.get("author", ""),
            title=cell.get("title", ""),
            date=cell.get("date", ""),
            url=url,
            reliability=letter,
            relays=cell.get("relays", ""),
            party=cell.get("party", ""),
        )
    for i, text in enumerate(table.column("relays")):
        if text.strip() and text.strip() not in sources:
            message = f"{shown(text)} is no source of this file."
            table.add(table.rows[i], "relays", message, "Add a row for it, or mend the id.")
    return sources


def check_parties(table: Table, actors: Actors) -> None:
    """Report sources whose `party` is no actor."""
    for i, text in enumerate(table.column("party")):
        if text.strip() and actors.id_of(text.strip()) is None:
            message = f"{shown(text)} is no actor of actors.csv."
            table.add(table.rows[i], "party", message, "Add a row for it there, or mend the id.")


def number(table: Table, row: int, column: str, text: str) -> float | None:
    """The finite number in a cell, None where it is empty or (reported) not a number."""
    if not text.strip():
        return None
    try:
        value = float(text) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        value = float("nan")
    if value != value or abs(value) == float("inf"):
        table.add(row, column, f"{shown(text)} is not a number.", "Write digits, as in 37.15.")
        return None
    return value


def position(
    table: Table, row: int, lon_text: str, lat_text: str
) -> tuple[float, float] | tuple[None, None]:
    """Longitude and latitude of a row in degrees; wrong ones are reported and left out."""
    if not lon_text.strip() and not lat_text.strip():
        return None, None
    lon, lat = number(table, row, "lon", lon_text), number(table, row, "lat", lat_text)
    if lon is None or lat is None:
        if not lon_text.strip() or not lat_text.strip():
            column = "lat" if lon_text.strip() else "lon"
            table.add(row, column, "is empty.", "Give both lon and lat, or neither.")
        return None, None
    if not valid_lonlat(lon, lat):
        text = f"lon {lon:g}, lat {lat:g} is no place on the globe."
        remedy = "lon is -180..180, lat is -90..90, 0,0 means nothing: are they swapped?"
        table.add(row, "lat" if abs(lat) > 90 else "lon", text, remedy)
        return None, None
    return lon, lat


def read_places(table: Table) -> dict[str, TimelinePlace]:
    """`places.csv` by id."""
    places = {}
    for i in unique_ids(table):
        cell = {name: column[i].strip() for name, column in table.columns.items()}
        row = table.rows[i]
        lon, lat = position(table, row, cell.get("lon", ""), cell.get("lat", ""))
        if lon is None and "not located" not in cell.get("source", "").lower():
            text = f"{shown(cell['id'])} is not located: its claims are kept, but not on the map."
            remedy = "Give lon and lat, or write “not located” in source."
            table.add(row, "lon", text, remedy, warn=True)
        radius = number(table, row, "uncertainty_m", cell.get("uncertainty_m", ""))
        if radius is not None and not 0 <= radius <= MAX_UNCERTAINTY_M:
            table.add(row, "uncertainty_m", f"{radius:g} m is no radius.", "Write 0 or more.")
            radius = None
        people = number(table, row, "population", cell.get("population", ""))
        if people is not None and (people < 0 or people != int(people)):
            table.add(row, "population", f"{people:g} is no count.", "Write a whole number.")
            people = None
        places[cell["id"]] = TimelinePlace(
            id=cell["id"],
            name=cell.get("name") or cell["id"],
            name_ar=cell.get("name_ar", ""),
            aliases=split_bar(cell.get("aliases", "")),
            lon=lon,
            lat=lat,
            uncertainty_m=radius or 0.0,
            kind=cell.get("kind", "").lower(),
            admin1=cell.get("admin1", ""),
            population=int(people or 0),
            source=cell.get("source", ""),
        )
    return places
