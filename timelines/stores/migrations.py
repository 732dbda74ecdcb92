"""From an older schema of a database store to ours: the same few lines for every such store.

The store says which schema it found and executes what it is given, all in one transaction: whatever
happens on the way, the older schema is still there, whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from timelines.errors import StoreError
from timelines.problems import shown

Migrations = Mapping[int, Iterable[str]]
"""Statements that lead from a schema to the next one, by the number of the older."""


def number_of(text: object) -> int:
    """The number of a schema as a store keeps it, 0 where there is none."""
    said = str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def refuse_newer(here: int, *, ours: int, where: str) -> None:
    """Raise StoreError, which says `where`, if schema `here` is newer than ours."""
    if here > ours:
        raise StoreError(
            f"{shown(where)} was made by a newer frontlines (schema {here}, this one knows "
            f"{ours}). Update yours: pip install --upgrade frontlines."
        )


def steps(here: int, *, ours: int, migrations: Migrations, where: str) -> Iterator[str]:
    """The statements that lead from schema `here` to `ours`, the numbers of schemas.

    Raises:
        StoreError: `here` is newer than ours, or too old for any migration; says `where`.
    """
    refuse_newer(here, ours=ours, where=where)
    for number in range(here, ours):
        if number not in migrations:
            raise StoreError(
                f"{shown(where)} has schema {number}, which nothing leads on from. Copy it with "
                "the frontlines that made it: frontlines store copy A B."
            )
        yield from migrations[number]
