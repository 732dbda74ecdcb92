"""Wikipedia's detailed maps and TimeMap's events: what they say is what claims say."""

from __future__ import annotations

import json

import pytest

from tests.importer_reading import read
from timelines.importers import FieldMapping, sniff
from timelines.importers.luatables import tables

MODULE = """-- { lat = "1", long = "1", mark = "Location dot red.svg" }
local mk = { red = "Location dot red.svg" }
return {
  marks = {
    --[[ { lat = "2", long = "2", mark = mk.red, label = "no" } ]]
    { lat = "36.2", long = "37.16", mark = "Dot green 0d0.svg", label = "[[Aleppo#City|Aleppo]]" },
    { lat = 36.538, lon = 37.268, mark = mk.red, marksize = 8, label = 'Dabi' .. "q" },
    { lat = "36.1", long = "37.1", mark = "80x80-red-green-anim.gif", link = "Khan Tuman" },
    { lat = "36.3", long = "37.2", mark = "Map-arcNE-red.svg", label = "[[Nubl]]" },
    { lat = "36.4", long = "37.3", mark = "Gota01.svg", label = "[[A field]]" },
    { lat = "36.5", long = "37.4", mark = "Location dot teal.svg", label = "[[Tanf]]" },
  },
  containerArgs = { caption = [=[ [[File:Hand.svg|25px]]<br/>
*[[File:Location dot red.svg|11px]] [[Cabinet of Syria|Government]] and allies
*[[File:Dot green 0d0.svg|11px]] [[Rebels|Opposition]]
]=] }
}"""


def test_a_module_is_a_snapshot_held_by_then() -> None:
    assert sniff("a.lua", MODULE.encode()) == "wikimap"
    claims, report = read("wikimap", MODULE.encode(), FieldMapping(on="2016-02-15"))
    assert {c.date for c in claims} == {"../2016-02-15"}
    assert [(c.place, c.kind, c.actor, c.status) for c in claims] == [
        ("Aleppo", "control", "Opposition", "reported"),
        ("Dabiq", "control", "Government and allies", "reported"),
        ("Khan Tuman", "control", "Government and allies", "disputed"),
        ("Khan Tuman", "control", "Opposition", "disputed"),
        ("Nubl", "siege", "Government and allies", "reported"),
    ]
    assert report.skipped[0][1] == 1
    assert [(r.row, r.column) for r in report.refused] == [(11, "mark")]
    assert report.columns == (("green", "Opposition"), ("red", "Government and allies"))


def test_the_caller_may_name_the_colours() -> None:
    mapping = FieldMapping(
        on="2016-02-15", values={"actor": {"red": "government", "Opposition": "x", "teal": "rca"}}
    )
    claims, report = read("wikimap", MODULE.encode(), mapping)
    assert {"government", "rca"} <= {c.actor for c in claims}
    assert report.refused == ()


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ('{a = "x\\"y"}', {"a": 'x"y'}),
        ("{a = [==[ ]] ]==]}", {"a": " ]] "}),
        ("{['a'] = 1, b = -2.5e1}", {"a": "1", "b": "-2.5e1"}),
        ("{a = f(1)}", {}),
        ("{a = b.c}", {}),
        ("{a = 1 + 1}", {}),
        ("{a = 'x' .. 'y'}", {"a": "xy"}),
        ("{a = true; b = nil}", {"a": "true"}),
        ("{-- b = 1\na = 1}", {"a": "1"}),
    ],
)
def test_lua_tables_are_read_as_text(source: str, fields: dict[str, str]) -> None:
    (found,) = tables(f"return {source}", "x")
    assert found.fields == fields


def test_timemap_links_sources_and_tags() -> None:
    event = {
        "id": "1",
        "civId": "CIV0001",
        "description": "Shell hit a school",
        "date": "2/24/2022",
        "location": "Kharkiv",
        "latitude": "49.9",
        "longitude": "36.2",
        "sources": ["s1"],
        "associations": ["a1"],
        "category": "Harm",
    }
    whole = {
        "events": [event],
        "sources": {"s1": {"paths": ["https://example.org/1"]}},
        "associations": [{"id": "a1", "filter_paths": ["Type", "School"]}],
    }
    mapping = FieldMapping(constants={"source": "bellingcat"}, values={"kind": {"Harm": "strike"}})
    assert sniff("api.json", json.dumps(whole).encode()) == "timemap"
    (claim,), report = read("timemap", json.dumps(whole).encode(), mapping)
    assert (claim.kind, claim.date, claim.place, claim.source) == (
        "strike",
        "2022-02-24",
        "Kharkiv",
        "bellingcat",
    )
    extra = dict(claim.extra)
    assert extra["source_links"] == "https://example.org/1"
    assert (extra["tags"], extra["event_id"]) == ("Type / School", "CIV0001")
    assert report.refused == ()


def test_timemap_of_older_documentation() -> None:
    event = {"desc": "x", "date": "8/23/2011", "location": "L", "lat": "17.8", "long": "-18.2"}
    (claim,) = read("timemap", json.dumps([event]).encode())[0]
    assert (claim.date, claim.lon, claim.lat, claim.source) == (
        "2011-08-23",
        -18.2,
        17.8,
        "timemap",
    )


def test_timemap_events_as_its_schema_has_them() -> None:
    event = {
        "id": "3", "description": "A strike on a market.", "date": "10/11/2016", "time": "14:05",
        "time_precision": "minute", "location": "Bustan al-Qasr, Aleppo", "latitude": "36.19",
        "longitude": "37.14", "type": "", "category": "strike", "category_full": "Air strike",
        "associations": ["a1"], "sources": ["s1"], "comments": "", "time_display": "",
        "narrative___stepStyles": [], "shape": "", "colour": "",
    }  # fmt: skip
    document = {
        "events": [event],
        "sources": [{"id": "s1", "title": "clip", "paths": ["https://example.org/v"], "type": "",
                     "affil_s": [], "url": "", "description": "", "parent": "", "author": "",
                     "date": "", "notes": ""}],
        "associations": [{"id": "a1", "title": "Market", "desc": "", "mode": "FILTER",
                          "filter_paths": ["Targets", "Market"]}],
    }  # fmt: skip
    for whole in (document, [event]):
        (claim,), report = read("timemap", json.dumps(whole).encode())
        assert report.refused == ()
        assert (claim.date, claim.lon, claim.lat) == ("2016-10-11", 37.14, 36.19)
    extra = dict(read("timemap", json.dumps(document).encode())[0][0].extra)
    assert extra["source_links"] == "https://example.org/v"
    assert extra["tags"] == "Targets / Market"


WIKI = """return {
\tsecondaryModules = {
\t\t[[Module:Iraqi_insurgency_detailed_map|Module:Iraqi insurgency detailed map]]
\t},
\tmarks = {
\t\t-- Only marks of the border belong here.
\t\t{ lat = "36.277", long = "41.281", mark = "Mountain pass 12x12 e.svg", marksize = "20" },
\t\t{ lat = "36.277", long = "41.281", mark = "Dot_yellow_ff4.svg", marksize = "6", \
label = "[[Umm_al_Jaris|Umm al Jaris crossing]]", link = "Umm al Jaris", label_size = "0" },
\t\t{ lat = "36.061", long = "41.254", mark = "Map-ctl2-red+yellow.svg", marksize = "6", \
label = "[[Tal_Sufouq|Tal Sufouq crossing]]", label_size = "0", position = "top" },
\t\t{ lat = "34.407", long = "40.980", mark = "Location dot black.svg", marksize = "8", \
label = "[[Al-Qa'im|Abu Kamal–Al-Qa'im crossing]]", label_size = "0" },
        },
\tcontainerArgs = {
\t\t'Syria-Iraq',
\t\twidth = 4500,
\t\tcaption = [=['''Hold cursor over location'''<br/>Control :  \
[[File:Location_dot_red.svg|11px]] Government ; [[File:Dot_green_0d0.svg|11px]] main rebels ; \
[[File:Dot_yellow_ff4.svg|11px]] [[Syrian_Democratic_Forces|Syrian Democratic Forces]] ; \
[[File:Location_dot_black.svg|11px]] [[ISIL|Islamic State]] (ISIL)<br />
Rural presence :  [[File:3x3dot-red.svg|11px]]  [[File:3x3dot-lime.svg|11px]]<br/>
Contested : [[File:80x80-red-yellow-anim.gif|11px]] Gov't/SDF ; \
[[File:80x80-red-black-anim.gif|11px]] Gov't/ISIL]=]
\t}
}"""


def test_a_wikipedia_module_as_it_is_published() -> None:
    claims, report = read("wikimap", WIKI.encode(), FieldMapping(on="2018-03-01"))
    assert report.refused == ()
    held = [(claim.place, claim.actor, claim.status) for claim in claims]
    assert held == [
        ("Umm al Jaris crossing", "Syrian Democratic Forces", "reported"),
        ("Tal Sufouq crossing", "Government", "disputed"),
        ("Tal Sufouq crossing", "Syrian Democratic Forces", "disputed"),
        ("Abu Kamal–Al-Qa'im crossing", "Islamic State (ISIL)", "reported"),
    ]
    assert {claim.date for claim in claims} == {"../2018-03-01"}
    assert sum(count for _, count in report.skipped) == 1  # the mountain pass
