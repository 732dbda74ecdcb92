"""Claims and tables to put into stores, some of them awkward."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

from timelines.claims import Claim, Claims
from timelines.contents import Contents
from timelines.stores import new_store
from timelines.tables import Table


def claims(count: int, start: int = 0, **more: str) -> Claims:
    return Claims.of(
        Claim("control", f"2015-01-{i % 28 + 1:02d}", "Marea", "isil", "s", id=f"c{start + i}",
              lon=37.2, lat=36.5, **more)  # type: ignore[arg-type]
        for i in range(count)
    )  # fmt: skip


def add_claims(says: Connection[Any, Any], where: str, name: str, count: int, each: int) -> None:
    """Add claims, `each` at a time; the ids of those that are written are said."""
    store = new_store(where)
    for first in range(0, count, each):
        ids = [f"{name}-{k}" for k in range(first, first + each)]
        rows = [Claim("clash", "2015-01-01", "X", "a", "s", id=one) for one in ids]
        store.add(Claims.of(rows), {})
        for one in ids:
            says.send_bytes(one.encode())


def table(**columns: list[str]) -> Table:
    length = len(next(iter(columns.values())))
    return Table("x", columns, list(range(2, length + 2)))


AWKWARD = ["", "مارع", 'a "b", c', "two\nlines", "=1+1", "\u202eabc", " spaces ", "🛰", "x;y\tz"]

SQUARE = (
    '{"type": "Polygon", "coordinates": [[[36.5, 36], [38, 36], [38, 37], [36.5, 37], [36.5, 36]]]}'
)


def awkward() -> Contents:
    n = len(AWKWARD)
    return Contents(
        {
            "claims": table(
                note=AWKWARD, kind=["clash"] * n, date=["2015"] * n, place=["X"] * n,
                actor=[""] * n, source=["s"] * n, lon=["37.20"] * n, lat=["36.5000"] * n,
                editor=AWKWARD, id=[f"i{k}" for k in range(n)],
            ),
            "sources": table(id=["s"], relays=[""], colour=["née"]),
        },
        toml='title = "Ünïcode"\nboundary = "land.geojson"\n# a comment that stays\n',
        files={"land.geojson": SQUARE},
    )  # fmt: skip


def same(a: Contents, b: Contents) -> bool:
    return (a.toml, a.files) == (b.toml, b.files) and {
        k: t.columns for k, t in a.tables.items()
    } == {k: t.columns for k, t in b.tables.items()}
