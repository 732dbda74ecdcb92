"""What a timeline consists of, as text: four tables and a toml. Every store holds exactly this.

Texts are kept as written and rows in their order, so that a timeline moves between stores without
loss: a folder copied into a database and back is the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from timelines.claims import COLUMNS, Claims
from timelines.tables import Table

TABLES = ("claims", "places", "actors", "sources")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "claims": COLUMNS,
    "places": (
        "id", "name", "name_ar", "aliases", "lon", "lat", "uncertainty_m", "kind", "admin1",
        "population", "source",
    ),
    "actors": (
        "id", "name", "name_ar", "aliases", "side", "color", "pattern", "begin", "end", "successor",
        "member_of",
    ),
    "sources": ("id", "publisher", "author", "title", "date", "url", "reliability"),
}  # fmt: skip


@dataclass(slots=True)
class Contents:
    """The tables that a timeline has (`claims` always), the text of its `timeline.toml` (None where
    it has none), and the files that the toml names, by name: a boundary as GeoJSON. `problems` of
    reading are in each table.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    toml: str | None = None
    files: dict[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> Table:
        """The table of claims."""
        return self.tables["claims"]


@dataclass(frozen=True, slots=True)
class Added:
    """What an addition did: rows `added`; rows `known` already were left as they are."""

    added: int
    known: int


class Store(Protocol):
    """Where a timeline is kept. Claims are only ever added; a correction is a new claim."""

    @property
    def name(self) -> str:
        """What to call the timeline: the last part of where it is."""
        ...

    def exists(self) -> bool:
        """Is there a timeline here?"""
        ...

    def read(self) -> Contents:
        """All of it, as of one moment. Raises NotFoundError or StoreError."""
        ...

    def write(self, contents: Contents) -> None:
        """Make a new timeline here, whole or not at all. Raises StoreError where there is one."""
        ...

    def add(
        self,
        claims: Claims,
        others: Mapping[str, Sequence[Mapping[str, str]]],
        *,
        guard: Sequence[str] = (),
    ) -> Added:
        """Add claims, and rows of other tables by table name. A row whose id (or, for a claim
        without one, whose content) is there is known and left as it is. When this returns, the
        rows are on the disk; several may add at once.

        `guard` holds keys of claims that nobody may have withdrawn meanwhile: ConflictError then,
        and nothing is written. Raises StoreError.
        """
        ...

    def version(self) -> str:
        """A text that changes when the contents do."""
        ...
