"""A sitting of editing: grids, checks, two people at once, and taking it back, in every store."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.editing import ROW, claims, edited, first, grid, held, holders
from timelines.claims import Claims
from timelines.contents import Store
from timelines.edits import Edit, Saved, edits_of, save, texts_of, undo
from timelines.errors import ConflictError, StoreError
from timelines.stores import new_store


def test_add_correct_and_retract_in_one_save(store: Store) -> None:
    delta = {
        "edited_rows": {0: {"actor": "rebels"}},
        "added_rows": [ROW, {"kind": None}],
        "deleted_rows": [1],
    }
    done = save(store, edited(store, delta))
    assert (len(done.claims), done.conflicts, done.problems) == (3, (), ())
    assert len(claims(store)) == 5  # nothing is ever taken out
    assert held(store) == {"Marea": "rebels", "Dabiq": "isil"}


def test_a_mended_row_never_counted(store: Store) -> None:
    save(store, edited(store, {"edited_rows": {0: {"actor": "rebels"}}}))
    assert holders(store, "2015-10-09")["Marea"] == "rebels"


def test_a_later_withdrawal_counts_from_its_day(store: Store) -> None:
    gone = Edit("retract", first(id="m1"), {"reported": "2015-10-12", "source": "desk"})
    save(store, [gone])
    assert holders(store, "2015-10-11")["Marea"] == "isil"
    assert holders(store)["Marea"] is None


@pytest.mark.parametrize(
    "delta",
    [
        {"edited_rows": {0: {"actor": "rebels"}}},
        {"added_rows": [ROW]},
        {"deleted_rows": [0, 1]},
        {"edited_rows": {1: {"date": "2015-10-01"}}, "added_rows": [ROW], "deleted_rows": [0]},
    ],
    ids=["correct", "add", "retract", "all"],
)
def test_undo_restores_and_can_be_undone(store: Store, delta: dict[str, Any]) -> None:
    before = (held(store), held(store, "2015-10-09"))
    done = save(store, edited(store, delta))
    after = held(store)
    taken_back = undo(store, done)
    assert held(store) == before[0]
    assert held(store, "2015-10-09") == before[1]
    again = undo(store, taken_back)
    assert held(store) == after
    undo(store, again)
    assert held(store) == before[0]
    # And the same edit can be made once more.
    assert save(store, edited(store, delta)).conflicts == ()
    assert held(store) == after


def test_two_corrections_of_one_claim_the_second_is_shown(store: Store) -> None:
    mine = edited(store, {"edited_rows": {0: {"actor": "rebels"}}, "added_rows": [ROW]})
    theirs = save(store, edited(store, {"edited_rows": {0: {"actor": "sdf"}}}))
    done = save(store, mine)
    (conflict,) = done.conflicts
    assert conflict.edit is mine[0]
    assert "corrected" in conflict.reason
    assert [c.actor for c in conflict.theirs] == ["sdf"]
    assert [c.place for c in done.claims] == ["Dabiq"]  # what nobody stands against is saved
    assert holders(store)["Marea"] == "sdf"
    assert theirs.claims[0].key in {c.key for c in grid(store)}


def test_a_withdrawn_claim_is_not_corrected(store: Store) -> None:
    mine = edited(store, {"edited_rows": {0: {"actor": "rebels"}}})
    save(store, edited(store, {"deleted_rows": [0]}))
    (conflict,) = save(store, mine).conflicts
    assert "withdrawn" in conflict.reason


def test_a_row_rewritten_by_hand_is_a_conflict(tmp_path: Path) -> None:
    store = new_store(tmp_path / "t")
    store.add(Claims.of([first(id="m1")]), {})
    mine = edited(store, {"edited_rows": {0: {"actor": "rebels"}}})
    path = tmp_path / "t" / "claims.csv"
    path.write_text(path.read_text("utf-8").replace("isil", "sdf"), "utf-8")
    (conflict,) = save(store, mine).conflicts
    assert "rewritten" in conflict.reason and conflict.theirs[0].actor == "sdf"
    path.write_text(path.read_text("utf-8").replace("m1", "m2"), "utf-8")
    (conflict,) = save(store, mine).conflicts
    assert "removed or renamed" in conflict.reason


def test_what_is_there_is_not_added_twice(store: Store) -> None:
    save(store, edited(store, {"added_rows": [ROW]}))
    done = save(store, edited(store, {"added_rows": [ROW]}))
    assert "there already" in done.conflicts[0].reason
    assert len(claims(store)) == 3


def test_undo_of_what_another_has_corrected_is_refused(store: Store) -> None:
    done = save(store, edited(store, {"added_rows": [ROW]}))
    number = [c.place for c in grid(store)].index("Dabiq")
    save(store, edited(store, {"edited_rows": {number: {"actor": "sdf"}}}))
    with pytest.raises(ConflictError):
        undo(store, done)
    assert holders(store)["Dabiq"] == "sdf"


WRONG = [
    ({"date": "2015-13-01"}, "date"),
    ({"kind": "war"}, "kind"),
    ({"lon": "500"}, "lon"),
    ({"lat": "north"}, "lat"),
    ({"source": ""}, "source"),
    ({"place": ""}, "place"),
    ({"killed": "many"}, "killed"),
    ({"status": "true"}, "status"),
    ({"place": "Xyzzyqqqvv", "lon": "", "lat": ""}, "place"),
    ({"note": "a\x07b"}, "note"),
]


@pytest.mark.parametrize(("cells", "column"), WRONG, ids=lambda value: str(value)[:30])
def test_a_wrong_row_stops_the_save(store: Store, cells: dict[str, str], column: str) -> None:
    rows = [ROW | {"place": "Somewhere"}, ROW | cells]
    done = save(store, [Edit("add", None, row) for row in rows])
    assert done.claims == ()
    assert {(p.row, p.column) for p in done.problems} >= {(2, column)}
    assert {p.row for p in done.problems} == {2}
    assert len(claims(store)) == 2


def test_new_places_and_sources_come_with_the_rows(store: Store) -> None:
    places = [{"id": "p9", "name": "Nowhere", "lon": "37.5", "lat": "36.7", "kind": "village"}]
    edit = Edit("add", None, ROW | {"place": "Nowhere", "place_id": "p9", "lon": "", "lat": ""})
    assert save(store, [edit]).problems
    done = save(store, [edit], {"places": places, "sources": [{"id": "lwj", "publisher": "LWJ"}]})
    assert len(done.claims) == 1
    assert holders(store)["Nowhere"] == "isil"


def test_a_full_or_locked_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = new_store(tmp_path / "t")
    store.add(Claims.of([first(id="m1")]), {})
    before = (tmp_path / "t" / "claims.csv").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("timelines.stores.folder.write_atomic", full)
    with pytest.raises(StoreError, match="No space left"):
        save(store, edited(store, {"added_rows": [ROW]}))
    assert (tmp_path / "t" / "claims.csv").read_bytes() == before


def test_many_hands_lose_nothing(store: Store) -> None:
    """Eight people add rows and correct one claim at once: all rows are there, one correction."""
    mine = [edited(store, {"edited_rows": {0: {"actor": f"side-{n}"}}}) for n in range(8)]
    done: list[Saved] = []

    def work(number: int) -> None:
        for day in range(1, 5):
            row = ROW | {"date": f"2015-11-{number * 3 + 1:02}", "note": f"{number} {day}"}
            save(store, [Edit("add", None, row)])
        done.append(save(store, mine[number]))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims(store)) == 2 + 8 * 4 + 1
    assert sorted(len(one.claims) for one in done) == [0] * 7 + [1]
    assert sum(len(one.conflicts) for one in done) == 7


@pytest.mark.parametrize(
    "delta",
    [
        {},
        {"edited_rows": {9: {"actor": "x"}, -3: {"actor": "x"}}, "deleted_rows": [7]},
        {"edited_rows": {0: {"id": "x", "nonsense": "y"}}},
        {"edited_rows": {0: {"actor": "isil"}}},
        {"added_rows": [{}, {"kind": "", "note": None}, {"kind": "control", "status": "reported"}]},
    ],
)
def test_a_grid_that_says_nothing_is_no_edit(store: Store, delta: dict[str, Any]) -> None:
    assert edited(store, delta) == []


def test_texts_go_out_as_they_came_in() -> None:
    claim = first(id="m1", killed="8..10", note="=1+1")
    texts = texts_of(claim)
    assert "id" not in texts and texts["lon"] == "37.2" and texts["uncertainty_m"] == ""
    assert edits_of([claim], {"edited_rows": {0: texts}}) == []
