"""Imports into a timeline that is there: what is new is added, and can be undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.editing import first, grid, held
from timelines import cli, open_timeline
from timelines.claims import Claim, Claims
from timelines.contents import Store
from timelines.edits import imported, undo
from timelines.edits.preview import left_off
from timelines.stores import new_store, store_at
from timelines.tables import Table


def test_an_import_adds_what_is_new_and_can_be_undone(store: Store) -> None:
    file = Claims.of([first(id="m1"), first(id="n1", place="Dabiq"), first(id="n2", place="Suran")])
    done = imported(store, file, [{"id": "lwj", "publisher": "LWJ"}])
    assert [c.key for c in done.claims] == ["n1", "n2"]
    assert imported(store, file, []).claims == ()
    undo(store, done)
    assert {c.place for c in grid(store)} == {"Marea", "Azaz"}


def test_an_event_told_anew_withdraws_its_older_version(store: Store) -> None:
    old, new = (
        first(id=name, actor=actor, place="Dabiq", extra=(("event_id", "E7"),))
        for name, actor in (("e1", "isil"), ("e2", "rebels"))
    )
    imported(store, Claims.of([old]), [])
    done = imported(store, Claims.of([new]), [])
    assert held(store)["Dabiq"] == "rebels"
    undo(store, done)
    assert held(store)["Dabiq"] == "isil"


@pytest.mark.parametrize("by", ["app", "command"])
def test_an_import_from_a_new_source_leaves_no_claim_without_its_source(
    by: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    new_store(path).write(store_at("aleppo").read())
    claim = Claim("control", "2015-10-12", "Mare", "opposition", "fresh", place_id="marea")
    if by == "app":
        imported(new_store(path), Claims.of([claim]), [])
    else:
        file = tmp_path / "new.csv"
        file.write_text(
            "kind,date,place,place_id,actor,source\n"
            "control,2015-10-12,Mare,marea,opposition,fresh\n"
        )
        assert cli.main(["import", "csv", str(file), "-o", str(path)]) == 0
    opened = open_timeline(path)
    assert "fresh" in opened.sources
    assert "fresh" in opened.claims.column("source")


def test_a_preview_knows_the_source_that_an_import_brings(store: Store) -> None:
    contents = store.read()
    others = {"sources": Table("sources.csv", {"id": ["lwj"]}, [2])}
    there = replace(contents, tables=contents.tables | others)
    file = Claims.of([first(id="n1", source="fresh"), first(id="n2", place="", source="fresh")])
    assert {problem.row for problem in left_off(there, file, [])} == {2}
