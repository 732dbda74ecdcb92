"""Our own table of conflict places: neighbourhoods, air bases, fronts, villages, with sources."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources

from gazetteer.places import Place, SourceError

SHORTEST_WITHOUT_ARTICLE = 9
"""Letters of a name with its article from which it is known without it, too."""


def conflict_places() -> list[Place]:
    """Rows of ``data/conflict_places.csv`` that have a coordinate."""
    return list(read_places(table_text().splitlines(keepends=True)))


def table_text() -> str:
    """The table as it is shipped."""
    file = resources.files("gazetteer") / "data" / "conflict_places.csv"
    return file.read_text(encoding="utf-8")


def read_places(lines: Iterable[str]) -> Iterable[Place]:
    """Places of a CSV with the columns of ``places.csv``; rows without coordinates are left out.

    Raises:
        SourceError: a number cannot be read; the message names the row and the column.
    """
    for number, row in enumerate(csv.DictReader(lines), start=2):
        place = _place(row, number)
        if place is not None:
            yield place


def _place(row: dict[str, str], number: int) -> Place | None:
    def text(column: str) -> str:
        return (row.get(column) or "").strip()

    def decimal(column: str) -> float | None:
        try:
            return float(text(column)) if text(column) else None
        except ValueError as error:
            raise SourceError(
                f"row {number}, column {column}: {text(column)!r} is not a number"
            ) from error

    lon, lat, people = decimal("lon"), decimal("lat"), decimal("population")
    if lon is None or lat is None:
        return None
    # "Suran (Aleppo)" tells homonyms apart for readers; reports write "Suran".
    bare = text("name").partition(" (")[0] if text("name").endswith(")") else ""
    aliases = [alias.strip() for alias in text("aliases").split("|")]
    # "al-Busayrah" is "Busayrah" in every other report; "al-Bab" is not "Bab".
    plain = bare or text("name")
    if plain[:3].casefold() == "al-" and len(plain) >= SHORTEST_WITHOUT_ARTICLE:
        aliases.append(plain[3:])
    return Place(
        id=text("id"),
        name=text("name"),
        lon=lon,
        lat=lat,
        names=tuple(dict.fromkeys(a for a in (bare, *aliases) if a and a != text("name"))),
        population=None if people is None else int(people),
        kind=text("kind"),
        uncertainty_m=decimal("uncertainty_m"),
        admin1=text("admin1"),
        admin2=text("admin2"),
        country=text("country").upper(),
        source=text("source"),
        name_ar=text("name_ar"),
    )
