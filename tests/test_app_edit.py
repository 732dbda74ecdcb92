"""The editing tab as Streamlit runs it. The grid itself is a canvas: what it reports is put in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.postgis_server import running
from tests.sheet_server import answering
from tests.test_timelines_importers_sheet import LINK
from timelines import check, open_timeline
from timelines.claims import Claims
from timelines.edits import Edit, save
from timelines.importers import sheet
from timelines.screens import edit, session
from timelines.stores import new_store, store_at

LIMIT_S = 90
PAGE = "from timelines.screens import data\ndata.page()\n"
HEADER = "id,kind,date,place,actor,source,reported,lon,lat\n"
ROWS = (
    "m1,control,2015-10-09,Marea,isil,lwj,2015-10-09,37.2,36.5\n"
    "a1,control,2015-10-10,Azaz,rebels,lwj,2015-10-10,37.05,36.59\n"
)
NEW = {"kind": "control", "date": "2015-10-12", "place": "Dabiq", "actor": "isil", "source": "lwj"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    (made / "claims.csv").write_text(HEADER + ROWS, "utf-8")
    monkeypatch.setenv(session.GIVEN, str(made))
    return made


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> dict[str, Mapping[str, Any]]:
    """What the next hand in the grid does, by the grid's key."""
    done: dict[str, Mapping[str, Any]] = {}
    monkeypatch.setattr(edit, "grid", lambda shown, key: done.get(key, {}))
    return done


def opened() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=LIMIT_S).run()


def said(app: AppTest) -> str:
    blocks = [*app.markdown, *app.success, *app.warning, *app.info, *app.error, *app.caption]
    return " ".join(str(block.value) for block in blocks)


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if label in one.label]
    assert not button.disabled, f"{label} cannot be pressed: {said(app)}"
    return button.click().run()


def uploaded(text: str) -> AppTest:
    """The page with a file of claims chosen for import."""
    app = opened()
    (upload,) = [one for one in app.get("file_uploader") if "XLSX" in one.label]
    app = upload.upload("new.csv", text.encode()).run()
    assert not app.exception
    return app


def claims_of(where: Path) -> Claims:
    table = store_at(where).read().claims
    return Claims(table.columns, len(table))


def holder(where: Path, place: str) -> str | None:
    return open_timeline(where).why(place, on="2015-10-20").controller


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


def test_an_ambiguous_name_is_asked_for(folder: Path, hand: dict[str, Any]) -> None:
    hand["grid-0"] = {"added_rows": [NEW | {"place": "Suran"}]}
    app = opened()
    assert "which place is it" in said(app)
    (radio,) = [one for one in app.radio if one.label == "Which place"]
    assert len(radio.options) > 2
    app = press(radio.set_value(0).run(), "Save")
    assert not app.exception
    rows = claims_of(folder)
    added = next(claim for claim in rows if claim.place == "Suran")
    assert added.place_id
    places = store_at(folder).read().tables["places"]
    assert added.place_id in places.column("id")
    assert open_timeline(folder).problems == ()


def test_names_of_claims_that_are_there_are_settled(folder: Path, hand: dict[str, Any]) -> None:
    rows = "".join(
        f"c{i},control,2015-10-1{i},{name},isil,report {name},,,\n"
        for i, name in enumerate(["Suran", "Suran", "Qqxzz <b>Farm", "Mari'"])
    )
    (folder / "claims.csv").write_text(HEADER + ROWS + rows, "utf-8")
    (folder / "places.csv").write_text("id,name,lon,lat\nmarea,Marea,37.2,36.48\n", "utf-8")
    app = opened()
    assert not app.exception
    assert "2 claim(s) say Suran" in said(app)
    assert field(app, "button", "Settle").disabled
    suran = next(r for r in app.radio if any("Suran" in one for one in r.options))
    app = suran.set_value(0).run()
    mareaa = next(r for r in app.radio if any("Marea" in one for one in r.options))
    at = next(i for i, one in enumerate(mareaa.options) if "Marea" in one)
    app = mareaa.set_value(at).run()
    app = press(app, "Settle 2 name(s)")
    assert not app.exception
    assert "added, 1 place" in said(app)
    assert [p.message[:12] for p in check(folder) if p.severity == "error"] == ["“Qqxzz <b>Fa"]
    timeline = open_timeline(folder, strict=False)
    place = timeline.find_place("Suran")
    assert [timeline.place_ids.count(place.id), timeline.place_ids.count("marea")] == [2, 2]
    fields = [one for one in app.text_input if one.label == "Longitude (degrees)"]
    fields[0].set_value("37.31")
    (lat,) = [one for one in app.text_input if one.label == "Latitude (degrees)"]
    app = press(lat.set_value("36.52").run(), "Settle 1 name(s)")
    assert not app.exception
    assert [(p.severity, p.row) for p in check(folder)] == [("warning", 8)]  # Mari', mended
    assert not [one for one in app.button if one.label.startswith("Settle")]


def test_a_new_source_is_asked_for(folder: Path, hand: dict[str, Any]) -> None:
    (folder / "sources.csv").write_text("id,publisher\nlwj,Long War Journal\n", "utf-8")
    hand["grid-0"] = {"added_rows": [NEW | {"source": "desk"}]}
    app = opened()
    assert "is a new source" in said(app)
    (field,) = [one for one in app.text_input if one.label == "Publisher"]
    app = press(field.set_value("The desk").run(), "Save")
    assert not app.exception
    assert "The desk" in (folder / "sources.csv").read_text("utf-8")


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


def test_a_file_is_shown_before_it_is_taken(folder: Path) -> None:
    text = HEADER + (
        "n1,control,2015-10-12,Dabiq,isil,lwj,2015-10-12,37.27,36.54\n"
        "n2,control,12/10/2015,Kafr,isil,lwj,2015-10-12,37.2,36.5\n"
    )
    app = uploaded(text)
    assert "1 claims from 1 of 2 rows" in said(app)
    assert len(claims_of(folder)) == 2  # only shown
    app = press(app, "Take 1 claim")
    assert not app.exception
    assert len(claims_of(folder)) == 3
    press(app, "Undo")
    assert len(claims_of(folder)) == 4


def test_what_will_be_left_off_the_map_is_said_before_it_is_taken(folder: Path) -> None:
    text = HEADER + (
        "n1,control,2015-10-12,Dabiq,isil,lwj,2015-10-12,37.27,36.54\n"
        "n2,control,2015-10-12,Xqzzyv <b>,isil,lwj,2015-10-12,,\n"
    )
    app = uploaded(text)
    assert "1 of them would be kept but left off the map" in " ".join(w.value for w in app.warning)
    (table,) = [one.value for one in app.dataframe if "what is wrong" in one.value.columns]
    assert table["claim"].tolist() == [2] and table["place"].tolist() == ["Xqzzyv <b>"]
    app = press(app, "Take 2 claim")
    assert not app.exception
    (wrong,) = [problem for problem in check(folder) if problem.severity == "error"]
    assert wrong.message == table["what is wrong"].tolist()[0]


def test_columns_and_days_are_asked_for(folder: Path) -> None:
    text = "Ort,Wann,Halter,lon,lat\nDabiq,12/10/2015,isil,37.27,36.54\n"
    app = uploaded(text)
    assert not [one for one in app.button if one.label.startswith("Take")]
    fields = {one.label: one for one in app.text_input}
    fields["Columns that have other names here"].set_value("place=Ort; date=Wann; actor=Halter")
    fields["Source, where not given"].set_value("lwj")
    boxes = {one.label: one for one in app.selectbox}
    boxes["Dates are written"].set_value("day first (03/04 is 3 April)")
    boxes["Kind of claims, where not given"].set_value("control")
    app = press(app.run(), "Take 1 claim")
    assert not app.exception
    assert holder(folder, "Dabiq") == "isil"


def field(app: AppTest, kind: str, label: str) -> Any:
    (found,) = [one for one in app.get(kind) if one.label.startswith(label)]
    return found


def test_a_new_actor_is_asked_for(folder: Path, hand: dict[str, Any]) -> None:
    (folder / "actors.csv").write_text("id,name,side\nisil,ISIL,isil\nrebels,Rebels,opposition\n")
    hand["grid-0"] = {"added_rows": [NEW | {"actor": "Fatah Halab", "target": "isil"}]}
    app = opened()
    assert "is no actor of this timeline" in said(app)
    assert field(app, "button", "Save").disabled  # perhaps a slip of the pen
    app = field(app, "checkbox", "Add it as a new actor").check().run()
    app = press(field(app, "text_input", "Side").set_value("opposition").run(), "Save")
    assert not app.exception
    timeline = open_timeline(folder)
    assert timeline.problems == ()
    assert timeline.why("Dabiq", on="2015-10-20").controller == "fatah-halab"
    assert timeline.actors.side("fatah-halab", 0) == "opposition"
    assert timeline.actors["fatah-halab"].name == "Fatah Halab"


@pytest.mark.parametrize("name", ["Qqxzz Farm", "Suran"])  # no place known, and several
def test_a_new_place_can_be_put_where_it_is(name: str, folder: Path, hand: dict[str, Any]) -> None:
    hand["grid-0"] = {"added_rows": [NEW | {"place": name}]}
    app = opened()
    field(app, "text_input", "Longitude").set_value("137.3")
    app = field(app, "text_input", "Latitude").set_value("96.5").run()
    assert "no place on the globe" in said(app)
    field(app, "text_input", "Longitude").set_value("37.31")
    field(app, "text_input", "How you know").set_value("a reporter on the spot")
    app = press(field(app, "text_input", "Latitude").set_value("36.52").run(), "Save")
    assert not app.exception
    timeline = open_timeline(folder)
    place = timeline.find_place(name)
    assert (place.lon, place.lat, place.source) == (37.31, 36.52, "a reporter on the spot")
    assert timeline.why(place.id, on="2015-10-20").controller == "isil"


def test_a_sheet_is_asked_for_only_by_its_button(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "n1,control,2015-10-12,Dabiq,isil,lwj,2015-10-12,37.27,36.54\n"
    with answering() as google:
        google.says((200, {"Content-Type": "text/csv"}, (HEADER + row).encode()))
        monkeypatch.setattr(sheet, "_https", google.connect)
        app = field(opened(), "toggle", "From a published Google Sheet").set_value(True).run()
        assert "request to docs.google.com" in said(app)
        app = field(app, "text_input", "Link of the sheet").set_value(LINK).run()
        assert not google.hosts and not [b for b in app.button if b.label.startswith("Take")]
        app = press(app, "Ask Google")
        assert google.hosts == ["docs.google.com"]
        app = press(app, "Take 1 claim")
        assert not app.exception
        assert google.hosts == ["docs.google.com"]
    assert holder(folder, "Dabiq") == "isil"


def test_a_link_elsewhere_is_refused(folder: Path) -> None:
    app = field(opened(), "toggle", "From a published Google Sheet").set_value(True).run()
    app = field(app, "text_input", "Link of the sheet").set_value("https://evil.example/x").run()
    app = press(app, "Ask Google")
    assert "no link to a Google Sheet" in said(app) and not app.exception


def test_a_newsroom_edits_its_database(
    folder: Path, hand: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as server:
        where = f"{server}{'&' if '?' in server else '?'}timeline=desk_{uuid.uuid4().hex[:8]}"
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
        assert not [text for text in told if server.split("@")[-1] in text]
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
