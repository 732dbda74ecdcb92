"""Editing: corrections as new claims, two editors at once, and an undo that undoes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from timelines import check, open_timeline
from timelines.claims import Claim, Claims
from timelines.contents import Store
from timelines.edits.session import correct, retract, undo
from timelines.errors import ConflictError
from timelines.stores import new_store


def first() -> Claim:
    return Claim(
        "control", "2015-10-09", "Marea", "isil", "lwj", lon=37.2, lat=36.5, reported="2015-10-09"
    )


@pytest.fixture(params=["folder", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made = new_store(tmp_path / {"folder": "t", "sqlite": "t.gpkg"}[request.param])
    made.add(Claims.of([first()]), {})
    return made


def holder(store: Store, known_on: str | None = None) -> str | None:
    where = getattr(store, "folder", None) or store.path  # type: ignore[attr-defined]
    assert [str(p) for p in check(where) if p.severity == "error"] == []
    timeline = open_timeline(where)
    return timeline.why("marea", on="2015-10-20", known_on=known_on).controller


EDIT = {"source": "desk", "reported": "2015-10-12"}


def test_retract(store: Store) -> None:
    retract(store, first(), **EDIT, note="Seen on no photograph.")
    assert holder(store) is None
    assert holder(store, "2015-10-11") == "isil"


def test_correct(store: Store) -> None:
    fixed = replace(first(), actor="rebels", reported="2015-10-12")
    correct(store, first(), fixed)
    assert holder(store) == "rebels"
    assert holder(store, "2015-10-11") == "isil"
    assert len(store.read().claims) == 2


def test_correct_a_claim_with_an_id_of_its_own(store: Store) -> None:
    old = replace(first(), id="x1", place="Azaz")
    store.add(Claims.of([old]), {})
    correct(store, old, replace(old, actor="rebels"))
    found = store.read().claims
    assert len(found) == 3
    assert found.column("id").count("x1") == 1


def test_two_editors_of_one_claim_are_told(store: Store) -> None:
    correct(store, first(), replace(first(), actor="rebels", reported="2015-10-12"))
    before = store.read().claims.columns
    for edit in (
        lambda: correct(store, first(), replace(first(), actor="sdf", reported="2015-10-13")),
        lambda: retract(store, first(), **EDIT),
    ):
        with pytest.raises(ConflictError, match="withdrawn by"):
            edit()
    assert store.read().claims.columns == before
    assert holder(store) == "rebels"


def test_the_same_edit_twice_is_one(store: Store) -> None:
    fixed = replace(first(), actor="rebels", reported="2015-10-12")
    assert correct(store, first(), fixed).added == 1
    assert correct(store, first(), fixed).added == 0


def test_undo_brings_back_what_was_corrected(store: Store) -> None:
    fixed = replace(first(), actor="rebels", reported="2015-10-12", id="fix")
    correct(store, first(), fixed)
    assert holder(store) == "rebels"
    undo(store, [replace(fixed, extra=(("retracts", first().key),))], **EDIT)
    assert holder(store) == "isil"


def test_a_claim_keeps_its_name_when_columns_are_added(store: Store) -> None:
    key = first().key
    store.add(Claims.of([replace(first(), place="Azaz", extra=(("editor", "me"),))]), {})
    found = store.read().claims
    claims = Claims(found.columns, len(found))
    assert key in [claims.key(i) for i in range(len(claims))]
