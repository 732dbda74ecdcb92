"""Files and sheets in the editing tab: shown before they are taken, asked for by a button only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edit_page import (
    HEADER,
    claims_of,
    field,
    holder,
    opened,
    press,
    said,
    uploaded,
)
from tests.sheet_server import answering
from tests.test_timelines_importers_sheet import LINK
from timelines import check
from timelines.importers import sheet


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
