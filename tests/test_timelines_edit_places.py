"""Names left open by a row of work: the places they may mean, and the small map of those."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.hostile import HOSTILE
from timelines.contents import Contents
from timelines.edits import Edit, problems_of
from timelines.edits.places import Option, open_names, options_of, options_svg, settled
from timelines.places import TimelinePlace
from timelines.tables import Table, parse_table

PLACES = """id,name,lon,lat,kind,admin1
dabiq,Dabiq,37.268,36.538,village,Aleppo
kafr-1,Kafr Nasih,37.1,36.4,village,Aleppo
kafr-2,Kafr Nasih,37.3,36.6,village,Aleppo
"""
ROW = {"kind": "control", "date": "2015-10-10", "actor": "isil", "source": "lwj"}


def contents(places: str = PLACES) -> Contents:
    tables = {"claims": Table("claims.csv", {"kind": []})}
    if places:
        tables["places"] = parse_table(places.encode(), "places.csv", ("id",))
    return Contents(tables)


def test_only_open_names_are_asked_for() -> None:
    edits = [Edit("add", None, ROW | {"place": name}) for name in ("Dabiq", "Kafr Nasih", "Suran")]
    found = open_names(contents(), edits, problems_of(contents(), edits, {}))
    assert set(found) == {"Kafr Nasih", "Suran"}
    assert [o.place.id for o in found["Kafr Nasih"]] == ["kafr-1", "kafr-2"]
    assert all(o.row is None for o in found["Kafr Nasih"])
    assert len(found["Suran"]) > 1 and all(o.row for o in found["Suran"])


def test_what_is_chosen_settles_the_name() -> None:
    edit = Edit("add", None, ROW | {"place": "Suran"})
    for option in options_of(contents(), ["Suran"])["Suran"]:
        assert option.row is not None
        places = {"places": [option.row]}
        assert problems_of(contents(), [settled(edit, option)], places) == ()
        assert problems_of(contents(""), [settled(edit, option)], places) == ()


def test_a_name_that_nobody_knows_has_no_option() -> None:
    assert options_of(contents(), ["%%%"]) == {"%%%": ()}


def at(lon: float | None, lat: float | None) -> Option:
    return Option(TimelinePlace("x", "X", lon=lon, lat=lat), "", None)


def test_the_map_numbers_what_is_near_the_likeliest() -> None:
    options = [at(37.2, 36.5), at(72.8, 49.8), at(None, None), at(36.7, 35.3)]
    root = ElementTree.fromstring(options_svg(options))
    words = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert words == ["1", "4"]
    assert options_svg([at(None, None)]) == "" == options_svg([])


def test_strangers_names_are_no_part_of_the_map_and_one_line_of_the_list() -> None:
    for text in HOSTILE:
        place = TimelinePlace("x", text, lon=179.99, lat=-89.9)
        option = Option(place, "of this timeline", None)
        assert "pwned" not in options_svg([option])
        assert text in option.label
