"""Names in the editing tab that nobody knows, or that are several: asked for, then settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.edit_page import (
    HEADER,
    NEW,
    ROWS,
    claims_of,
    field,
    opened,
    press,
    said,
)
from timelines import check, open_timeline
from timelines.stores import store_at


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
