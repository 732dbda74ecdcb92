"""A sitting of editing for tests: claims, a grid, what is held after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from timelines import check, open_timeline
from timelines.claims import Claim, Claims
from timelines.contents import Store
from timelines.edits import Edit, edits_of, standing
from timelines.stores import new_store

ROW = {
    "kind": "control", "date": "2015-10-10", "place": "Dabiq", "actor": "isil", "source": "lwj",
    "lon": "37.27", "lat": "36.54",
}  # fmt: skip


def first(**more: Any) -> Claim:
    claim = Claim("control", "2015-10-09", "Marea", "isil", "lwj", lon=37.2, lat=36.5)
    return replace(claim, **{"reported": "2015-10-09"} | more)


def second() -> Claim:
    return first(place="Azaz", lon=37.05, date="2015-10-10", reported="2015-10-10")


def claims(store: Store) -> Claims:
    table = store.read().claims
    return Claims(table.columns, len(table))


def grid(store: Store) -> list[Claim]:
    there = claims(store)
    return [there[i] for i in standing(there) if there[i].status != "retracted"]


def holders(store: Store, known_on: str | None = None) -> dict[str, str | None]:
    where = getattr(store, "folder", None) or store.path  # type: ignore[attr-defined]
    assert [str(p) for p in check(where) if p.severity == "error"] == []
    state = open_timeline(where).state(on="2015-10-20", known_on=known_on)
    return dict(zip(state["place"], state["controller"], strict=True))


def held(store: Store, known_on: str | None = None) -> dict[str, str]:
    return {place: who for place, who in holders(store, known_on).items() if who}


def edited(store: Store, delta: Mapping[str, Any]) -> list[Edit]:
    return edits_of(grid(store), delta)


def two_claims(where: Path) -> Store:
    """A new store with the claims that the tests edit."""
    made = new_store(where)
    made.add(Claims.of([first(id="m1"), second()]), {})
    return made
