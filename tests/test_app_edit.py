"""The editing tab as Streamlit runs it. The grid itself is a canvas: what it reports is put in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.edit_page import (
    LIMIT_S,
    NEW,
    claims_of,
    holder,
    opened,
    press,
    said,
)
from tests.postgis_server import timeline_in
from timelines import open_timeline
from timelines.claims import Claims
from timelines.edits import Edit, save
from timelines.screens import edit, session
from timelines.stores import new_store, store_at


def test_the_grid_shows_the_claims(folder: Path) -> None:
    app = opened()
    assert not app.exception
    assert "2 of 2 claims" in said(app)
    assert not [b for b in app.button if b.label == "Save"]


def test_add_correct_withdraw_undo_redo(folder: Path, hand: dict[str, Any]) -> None:
    hand["grid-0"] = {
        "edited_rows": {0: {"actor": "rebels"}},
        "added_rows": [NEW],
        "deleted_rows": [1],
    }
    app = opened()
    assert "1 new, 1 corrected, 1 withdrawn" in said(app)
    app = press(app, "Save")
    assert not app.exception
    assert "Saved" in said(app)
    assert len(claims_of(folder)) == 5
    assert holder(folder, "Marea") == "rebels"
    app = press(app, "Undo")
    assert holder(folder, "Marea") == "isil"
    assert holder(folder, "Azaz") == "rebels"
    app = press(app, "Redo")
    assert holder(folder, "Marea") == "rebels"
    assert not app.exception


def test_two_people(folder: Path, hand: dict[str, Any]) -> None:
    hand["grid-0"] = {"edited_rows": {0: {"actor": "rebels"}}, "added_rows": [NEW]}
    app = opened()
    other = claims_of(folder)[0]
    row = {"kind": "control", "date": "2015-10-09", "place": "Marea", "actor": "sdf",
           "source": "lwj", "lon": "37.2", "lat": "36.5"}  # fmt: skip
    save(store_at(folder), [Edit("correct", other, row)])
    app = app.run()
    assert "Somebody has written" in said(app)
    app = press(app, "Save")
    assert not app.exception
    assert "1 edit(s) were not saved" in said(app)
    assert "Somebody has corrected this claim" in said(app)
    shown = [frame.value for frame in app.dataframe if "yours, not saved" in str(frame.value)]
    assert set(shown[0]["actor"]) == {"isil", "rebels", "sdf"}
    assert holder(folder, "Marea") == "sdf"
    assert holder(folder, "Dabiq") == "isil"  # the other row is saved


def test_a_wrong_row_cannot_be_saved(folder: Path, hand: dict[str, Any]) -> None:
    hand["grid-0"] = {"added_rows": [NEW | {"date": "2015-13-13"}]}
    app = opened()
    assert "have to be mended" in said(app)
    (button,) = [one for one in app.button if one.label == "Save"]
    assert button.disabled


def test_a_withdrawal_by_a_source_has_a_day(folder: Path, hand: dict[str, Any]) -> None:
    hand["grid-0"] = {"deleted_rows": [0]}
    app = opened()
    (radio,) = [one for one in app.radio if one.label == "Withdrawn claims"]
    app = press(radio.set_value("Withdrawn by a source").run(), "Save")
    assert not app.exception
    timeline = open_timeline(folder)
    assert timeline.why("Marea", on="2015-10-20", known_on="2015-10-20").controller == "isil"
    assert "Marea" not in timeline.state(on="2015-10-20")["place"].tolist() or (
        timeline.why("Marea", on="2015-10-20").controller is None
    )


def test_the_bundled_timeline_is_copied_not_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(session.GIVEN, raising=False)
    monkeypatch.setattr(edit, "copies", lambda: tmp_path / "copies")
    app = opened()
    assert "read-only" in said(app)
    (name,) = [one for one in app.text_input if one.label == "Name of the copy"]
    name.set_value("my-war")
    app = press(app, "Copy and edit")
    assert not app.exception
    assert (tmp_path / "copies" / "my-war" / "claims.csv").is_file()
    assert "read-only" not in said(app)
    assert open_timeline(tmp_path / "copies" / "my-war").data_hash == (
        open_timeline("aleppo").data_hash
    )


@pytest.mark.parametrize("name", ["../../etc", "/tmp/x", "", "a/b", "..", ".hidden", "x\x00y"])
def test_a_copy_keeps_to_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(session.GIVEN, raising=False)
    monkeypatch.setattr(edit, "copies", lambda: tmp_path / "copies")
    app = opened()
    (field,) = [one for one in app.text_input if one.label == "Name of the copy"]
    field.set_value(name)
    app = press(app, "Copy and edit")
    assert not app.exception
    assert app.error
    assert not (tmp_path / "copies").exists()


@pytest.mark.parametrize("link", [False, True])
def test_what_comes_with_the_package_is_never_written(
    link: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(edit.BUNDLED) / "aleppo"
    if link:
        (tmp_path / "link").symlink_to(path)
        path = tmp_path / "link"
    assert edit.is_bundled(str(path))


def test_a_database_file_is_edited_too(tmp_path: Path, hand: dict[str, Any], folder: Path) -> None:
    path = tmp_path / "war.gpkg"
    new_store(path).write(store_at(folder).read())
    hand["grid-0"] = {"edited_rows": {0: {"actor": "rebels"}}}
    source = f"from timelines.screens import edit\nedit.show({str(path)!r})\n"
    app = AppTest.from_string(source, default_timeout=LIMIT_S).run()
    app = press(app, "Save")
    assert not app.exception
    assert holder(path, "Marea") == "rebels"


def test_a_newsroom_edits_its_database(
    folder: Path, hand: dict[str, Any], postgis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = timeline_in(postgis)
    new_store(where).write(store_at(folder).read())
    monkeypatch.setenv(session.GIVEN, where)
    hand["grid-0"] = {
        "edited_rows": {0: {"actor": "rebels"}},
        "added_rows": [NEW],
        "deleted_rows": [1],
    }
    app = opened()
    assert not app.exception
    told = [*said(app).split(), *(option for box in app.selectbox for option in box.options)]
    assert not [text for text in told if postgis.split("@")[-1] in text]
    app = press(app, "Save")
    assert not app.exception
    assert open_timeline(where).why("Marea", on="2015-10-20").controller == "rebels"
    # Somebody else corrects a claim that is being edited here.
    store = store_at(where)
    table = store.read().claims
    there = Claims(table.columns, len(table))
    mine = next(claim for claim in there if claim.place == "Dabiq")
    save(store, [Edit("correct", mine, {**edit.texts_of(mine), "actor": "sdf"})])
    shown = app.session_state[edit.SITTINGS][where].claims
    number = [claim.key for claim in shown].index(mine.key)
    hand["grid-1"] = {"edited_rows": {number: {"actor": "rebels"}}}
    app = press(app.run(), "Save")
    assert "Somebody has corrected this claim" in said(app)
    assert open_timeline(where).why("Dabiq", on="2015-10-20").controller == "sdf"
    hand.clear()
    app = press(app.run(), "Undo")
    assert not app.exception
    assert "Nothing was written" in said(app)  # one of its claims is somebody else's by now
    assert open_timeline(where).why("Marea", on="2015-10-20").controller == "rebels"
