"""Names that are on record, but not where they were asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gazetteer import Gazetteer, Place
from gazetteer.index import SqliteIndex, build
from gazetteer.memory import Index, MemoryIndex
from gazetteer.stack import StackedIndex

PLACES = [
    Place("d", "Dabiq", 37.2689, 36.5386, admin1="Aleppo", country="SY"),
    Place("h", "Salamiyah", 37.05, 35.01, admin1="Hama", country="SY"),
]


@pytest.fixture(params=["memory", "file", "stack"])
def gazetteer(request: pytest.FixtureRequest, tmp_path: Path) -> Gazetteer:
    index: Index = MemoryIndex(PLACES)
    if request.param == "file":
        build(tmp_path / "x.sqlite", PLACES)
        index = SqliteIndex(tmp_path / "x.sqlite")
    if request.param == "stack":
        index = StackedIndex([MemoryIndex(PLACES[:1]), MemoryIndex(PLACES[1:])])
    return Gazetteer(index)


def test_a_name_on_record_outside_the_area_is_said_and_not_taken(gazetteer: Gazetteer) -> None:
    found = gazetteer.resolve("Dabiq", within="Hama")
    assert found.status == "unknown" and found.place is None
    assert found.why.startswith("“Dabiq” is on record elsewhere: Dabiq (Aleppo, SY; 37.2689")
    assert found.why.endswith("; nothing that may lie there resembles it")
    assert [c.place.id for c in found.candidates] == ["h"]
    assert gazetteer.resolve_many(["Dabiq"], within="Hama") == [found]


def test_an_area_that_is_not_on_record_is_said(gazetteer: Gazetteer) -> None:
    found = gazetteer.resolve("Dabiq", within="Nowhere<b>\u202eland")
    assert found.status != "resolved"
    told = gazetteer.resolve("Qwrtpsd", within="Nowhere<b>\u202eland")
    assert told.why.startswith("no place on record lies in “Nowhere<b>land”; ")


def test_what_resolves_or_has_no_bounds_is_left_as_it_is(gazetteer: Gazetteer) -> None:
    assert gazetteer.resolve("Dabiq", within="Aleppo").why == "folded name"
    assert "elsewhere" not in gazetteer.resolve("Qwrtpsd").why
