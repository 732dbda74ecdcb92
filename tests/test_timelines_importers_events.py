"""ACLED, UCDP, VIINA, Wikipedia's maps and TimeMap: what their codebooks say is what claims say."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importer_cases import zipped
from tests.importer_files import CASES
from tests.importer_modules import LEGEND
from tests.importer_tables import ACLED_ROW, UCDP_ROW, VIINA_ROW
from timelines.claims import Claim, Claims
from timelines.dates import parse
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping, ImportReport, merge, sniff, viina
from timelines.importers.luatables import tables
from timelines.importers.panel import Panel


def table(row: dict[str, str], *changes: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerows({**row, **change} for change in changes or ({},))
    return out.getvalue().encode()


def read(fmt: str, data: bytes, mapping: FieldMapping | None = None) -> tuple[Claims, ImportReport]:
    claims, report = FORMATS[fmt].parse(data, mapping=mapping, name="a")
    assert isinstance(claims, Claims)
    accounted = report.taken_rows + report.refused_rows + report.repeated
    assert report.rows == accounted + sum(count for _, count in report.skipped)
    for claim in claims:
        parse(claim.date)
    return claims, report


def acled(**change: str) -> Claim:
    claims, report = read("acled", table(ACLED_ROW, change))
    assert report.refused == ()
    return claims[0]


GOV, REBELS, FOREIGN = "Military Forces of Syria", "Opposition Rebels", "Military Forces of Turkey"
TYPES = {GOV: "State forces", REBELS: "Rebel group", FOREIGN: "External/Other forces"}


@pytest.mark.parametrize(
    ("sub_event", "one", "two", "holder"),
    [
        ("Government regains territory", GOV, REBELS, GOV),
        ("Government regains territory", REBELS, GOV, GOV),
        ("Government regains territory", GOV, FOREIGN, GOV),
        ("Non-state actor overtakes territory", GOV, REBELS, REBELS),
        ("Non-state actor overtakes territory", REBELS, GOV, REBELS),
        ("Non-state actor overtakes territory", FOREIGN, GOV, FOREIGN),
        ("Non-state actor overtakes territory", REBELS, FOREIGN, ""),
        ("Government regains territory", REBELS, FOREIGN, ""),
        ("Non-violent transfer of territory", REBELS, "", REBELS),
        ("Non-violent transfer of territory", GOV, "", GOV),
        ("Non-violent transfer of territory", REBELS, GOV, ""),
    ],
)
def test_acled_control_names_a_holder_only_where_one_can_be_meant(
    sub_event: str, one: str, two: str, holder: str
) -> None:
    """The codebook: the order of the two actors has no meaning."""
    claim = acled(
        sub_event_type=sub_event,
        actor1=one,
        actor2=two,
        inter1=TYPES.get(one, ""),
        inter2=TYPES.get(two, ""),
    )
    assert (claim.kind == "control") == bool(holder)
    if holder:
        assert claim.actor == holder
        assert claim.target == (two if holder == one else one)
    assert dict(claim.extra)["sub_event_type"] == sub_event


def test_acled_numeric_types_are_understood() -> None:
    claim = acled(inter1="1", inter2="2")
    assert (claim.kind, claim.actor) == ("control", ACLED_ROW["actor1"])


@pytest.mark.parametrize(
    ("precision", "date"),
    [("1", "2016-02-15"), ("2", "2016-02-12/2016-02-18"), ("3", "2016-02~"), ("", "2016-02-15")],
)
def test_acled_time_precision_becomes_edtf(precision: str, date: str) -> None:
    assert acled(time_precision=precision).date == date
    assert acled(event_date="15 February 2016", time_precision=precision).date == date


def test_acled_place_precision_widens_the_point() -> None:
    radii = [acled(geo_precision=code).uncertainty_m or 0 for code in "123"]
    assert radii == sorted(radii) and len(set(radii)) == 3


@pytest.mark.parametrize(("said", "killed"), [("8", "8"), ("0", ""), ("", ""), ("12.0", "12")])
def test_acled_no_deaths_means_none_were_mentioned(said: str, killed: str) -> None:
    assert acled(fatalities=said).killed == killed


@pytest.mark.parametrize(
    ("sub_event", "kind"),
    [
        ("Air/drone strike", "strike"),
        ("Shelling/artillery/missile attack", "strike"),
        ("Armed clash", "clash"),
        ("Peaceful protest", "other"),
    ],
)
def test_acled_kinds(sub_event: str, kind: str) -> None:
    claim = acled(sub_event_type=sub_event)
    assert claim.kind == kind
    assert claim.weapon == (sub_event if kind == "strike" else "")


def test_acled_upload_times_change_no_claim_and_corrections_are_paired() -> None:
    first, report = read("acled", table(ACLED_ROW))
    later, _ = read("acled", table(ACLED_ROW, {"timestamp": "1800000000"}))
    assert merge(first, later).added == 0
    mended, _ = read("acled", table(ACLED_ROW, {"fatalities": "9"}))
    done = merge(first, mended, retract=True)
    assert done.corrections == ((first[0].id, mended[0].id),)
    assert list(done.claims.column("retracts")) == ["", first[0].id]
    assert [source.id for source in report.sources] == ["acled"] and report.credits


@pytest.mark.parametrize(
    ("low", "best", "high", "killed"),
    [("6", "8", "10", "6..10"), ("8", "8", "8", "8"), ("", "8", "", "8"), ("", "", "", "")],
)
def test_ucdp_deaths_are_a_range(low: str, best: str, high: str, killed: str) -> None:
    claims, _ = read("ucdp", table(UCDP_ROW, {"low": low, "best": best, "high": high}))
    assert claims[0].killed == killed


def test_ucdp_events_colour_no_land() -> None:
    claims, _ = read(
        "ucdp", table(UCDP_ROW, *({"id": kind, "type_of_violence": kind} for kind in "123"))
    )
    assert [claim.kind for claim in claims] == ["clash", "clash", "other"]
    assert (claims[0].actor, claims[0].target) == ("Government of Syria", "IS")
    assert claims[0].date == "2016-02-15"


def test_ucdp_span_is_the_date_and_its_own_25_km_the_radius() -> None:
    change = {"date_end": "2016-02-20", "where_prec": "2"}
    (claim,) = read("ucdp", table(UCDP_ROW, change))[0]
    assert (claim.date, claim.uncertainty_m) == ("2016-02-15/2016-02-20", 25_000)


def test_ucdp_zip_csv_and_json_say_the_same() -> None:
    data = table(UCDP_ROW)
    packed = zipped({"readme.pdf": b"x", "GEDEvent_v25_1.csv": data})
    assert sniff("ged251-csv.zip", packed) == "ucdp"
    as_json = json.dumps([UCDP_ROW]).encode()
    assert sniff("a.json", as_json) == sniff("a.csv", data) == "ucdp"
    hashes = {read("ucdp", one)[1].content_hash for one in (data, packed, as_json)}
    assert len(hashes) == 1


PANEL = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status\n"


def panel(*rows: str) -> bytes:
    return (PANEL + "\n".join(rows) + "\n").encode()


def test_viina_panel_becomes_claims_where_something_changed() -> None:
    data = panel(
        "1,20220224,UA,NA,UA,NA,UA",
        "1.0,20220225,UA,NA,UA,NA,UA",
        "1,20220226,RU,NA,UA,NA,RU",
        "1,20220301,CONTESTED,NA,RU,NA,RU",
    )
    claims, report = read("viina", data)
    told = [(c.source, c.actor, c.target, c.date, c.status) for c in claims]
    wiki, dsm = "viina-wikipedia", "viina-deepstate"
    assert told == [
        (wiki, "ukraine", "", "../2022-02-24", "reported"),
        (dsm, "ukraine", "", "../2022-02-24", "reported"),
        (wiki, "russia", "ukraine", "2022-02-26", "reported"),
        (wiki, "russia", "", "2022-02-27/2022-03-01", "disputed"),
        (wiki, "ukraine", "", "2022-02-27/2022-03-01", "disputed"),
        (dsm, "russia", "ukraine", "2022-02-27/2022-03-01", "reported"),
    ]
    assert report.skipped == (("looks at a place that had not changed", 1),)
    assert {s.id for s in report.sources} >= {wiki, dsm}
    assert "viina-majority" not in {s.id for s in report.sources}


def test_viina_majority_is_taken_when_asked_for() -> None:
    claims, _ = read(
        "viina", panel("1,20220224,UA,NA,UA,NA,UA"), FieldMapping(options={"majority": "yes"})
    )
    assert "viina-majority" in {c.source for c in claims}


def test_viina_places_come_from_an_event_file() -> None:
    places = viina.read_places(table(VIINA_ROW))
    claims, _ = viina.parse(panel("703448,20220224,UA,NA,NA,NA,UA"), places=places)
    assert (claims[0].place, claims[0].lon, claims[0].place_id) == ("Kyiv", 30.5, "gn-703448")


def test_viina_wide_tables_of_version_1() -> None:
    data = (
        b"geonameid,name,asciiname,longitude,latitude,ctr_20220227000000,ctr_20220228000000,"
        b"ctr_20220305120000\n1,x,Kyiv,30.5,50.4,UA,UA,UA\n2,y,Izium,37.3,49.2,UA,CONTESTED,RU\n"
    )
    claims, _ = read("viina", data)
    assert [(c.place, c.actor, c.date) for c in claims] == [
        ("Kyiv", "ukraine", "../2022-02-27"),
        ("Izium", "ukraine", "../2022-02-27"),
        ("Izium", "russia", "2022-02-28"),
        ("Izium", "ukraine", "2022-02-28"),
        ("Izium", "russia", "2022-03-01/2022-03-05"),
    ]


def test_viina_events_are_never_control() -> None:
    rows = (
        {"event_id_1pd": "1"},
        {"event_id_1pd": "2", "t_airstrike_b": "0", "a_rus_init_b": "0"},
        {"event_id_1pd": "3", "t_mil_b": "0"},
    )
    claims, report = read("viina", table({**VIINA_ROW, "t_control_b": "1"}, *rows))
    assert [(c.kind, c.actor, c.target) for c in claims] == [
        ("strike", "russia", "ukraine"),
        ("other", "", ""),
    ]
    assert report.skipped[0][1] == 1
    assert "control" in dict(claims[0].extra)["labels"].split("|")


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from("AB")), min_size=1, max_size=30))
def test_a_panel_never_says_more_than_was_seen(looks: list[tuple[int, str]]) -> None:
    """Between two looks that agree nothing is claimed; a change lies after the last other look."""
    seen = Panel()
    ordered = sorted(looks)
    last: tuple[int, str] | None = None
    for day, holder in ordered:
        change = seen.look("x", day, (holder,))
        if last is None:
            assert change is not None and parse(change.date).latest == day
            assert parse(change.date).earliest is None
        elif holder == last[1]:
            assert change is None
        else:
            assert change is not None and parse(change.date).latest == day
            earliest = parse(change.date).earliest
            assert earliest is not None and last[0] <= earliest <= day
        last = (day, holder)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 25),
            st.sampled_from("12"),
            *[st.sampled_from(["UA", "RU", "NA", "CONTESTED"])] * 2,
        ),
        min_size=1,
        max_size=40,
    )
)
def test_a_panel_in_a_hurry_says_what_a_careful_one_says(
    rows: list[tuple[int, str, str, str]],
) -> None:
    """Rows like the last are passed over quickly; the dates must come out as if each was read."""
    days = [(dt.date(2022, 2, 24) + dt.timedelta(days=d), *more) for d, *more in sorted(rows)]
    data = panel(*(f"{p},{d:%Y%m%d},{a},NA,{b},NA,UA" for d, p, a, b in days))
    claims, report = read("viina", data)
    assert report.refused == ()
    careful, wanted = Panel(), []
    for day, place, *texts in days:
        for source, text in zip(("viina-wikipedia", "viina-deepstate"), texts, strict=True):
            if holders := viina.HOLDERS.get(text, ()):
                number = day.toordinal() - dt.date(1970, 1, 1).toordinal()
                if change := careful.look((place, source), number, holders):
                    wanted += [(f"gn-{place}", source, who, change.date) for who in change.now]
    told = [(c.place_id, c.source, c.actor, c.date) for c in claims]
    assert set(told) == set(wanted)


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


GOOD = {
    "acled": table(ACLED_ROW),
    "ucdp": table(UCDP_ROW),
    "viina": table(VIINA_ROW),
    "wikimap": MODULE.encode(),
    "timemap": b'[{"description":"x","date":"2/24/2022","latitude":"1","longitude":"2"}]',
}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(GOOD)))
def test_flipped_bytes_never_raise_anything_else(seed: int, fmt: str) -> None:
    chance = random.Random(seed)
    data = bytearray(GOOD[fmt])
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        read(fmt, bytes(data), LEGEND if fmt == "wikimap" else None)
    except DataError as error:
        assert str(error)


@pytest.mark.parametrize("fmt", sorted(GOOD))
def test_what_is_taken_is_a_timeline(fmt: str, tmp_path: Path) -> None:
    """The timeline's own check finds nothing wrong with imported claims."""
    from timelines import check
    from timelines.tables import write_table

    claims, _ = read(fmt, GOOD[fmt], LEGEND if fmt == "wikimap" else None)
    columns = {name: list(column) for name, column in claims.columns.items()}
    (tmp_path / "claims.csv").write_bytes(write_table(columns))
    assert [p for p in check(tmp_path) if p.severity == "error"] == []


def test_every_importer_is_in_the_tables() -> None:
    assert set(GOOD) <= set(CASES)


# Column lists as the publishers write them, seen in their schemas, releases and in programs that
# read them; the rows are ours.
ACLED_HEADER = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,tags,timestamp\n"
)
ACLED_ROWS = (
    "SYR1,2016-02-15,2016,1,Political violence,Battles,Non-state actor overtakes territory,"
    "Syrian Democratic Forces,,3,Military Forces of Syria (2000-),,1,13,,760,Middle East,Syria,"
    'Aleppo,A\'zaz,,Tall Rifat,36.47,37.09,1,SOHR; Undisclosed Source,Other,"Took it, they say",3,,'
    "1677628800\n"
    "SYR2,16 May 2025,2025,2,Political violence,Battles,Government regains territory,Rebels,,"
    "Rebel group,Military Forces of Syria (2024-),,State forces,State forces-Rebel group,,760,"
    "Middle East,Syria,Idleb,,,Idleb,35.93,36.63,2,Horrya Press,National,x,0,"
    "crowd size=no report,1747700000\n"
)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_whole_acled_export_of_both_vocabularies(mark: str) -> None:
    claims, report = read("acled", (mark + ACLED_HEADER + ACLED_ROWS).encode())
    assert report.refused == ()
    old, new = claims
    assert (old.kind, old.actor, old.target) == (
        "control", "Syrian Democratic Forces", "Military Forces of Syria (2000-)")  # fmt: skip
    assert (new.kind, new.actor, new.target) == (
        "control", "Military Forces of Syria (2024-)", "Rebels")  # fmt: skip
    assert (old.date, new.date) == ("2016-02-15", "2025-05-13/2025-05-19")
    assert (old.uncertainty_m, new.uncertainty_m) == (3000.0, 20000.0)
    assert (old.killed, new.killed) == ("3", "")


def test_viina_control_panel_as_released() -> None:
    """Ids that R shortens to powers of ten, empty and NA maps, dates without dashes."""
    data = (
        b"geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status,vcontrol_version\n"
        b"461727,20260901,RU,RU,RU,,RU,20260913044905332209\n"
        b"461727,20260902,RU,RU,RU,,RU,20260913044905332209\n"
        b"7e+05,20260901,UA,UA,UA,NA,UA,20260913044905332209\n"
        b"7e+05,20260902,UA,RU,CONTESTED,NA,CONTESTED,20260913044905332209\n"
    )
    claims, report = read("viina", data)
    assert report.refused == ()
    assert {claim.place_id for claim in claims} == {"gn-461727", "gn-700000"}
    told = {(c.source, c.actor, c.status) for c in claims if c.date == "2026-09-02"}
    assert told == {
        ("viina-boosted", "russia", "reported"),
        ("viina-deepstate", "russia", "disputed"),
        ("viina-deepstate", "ukraine", "disputed"),
    }
    by_code = data.replace(b"geonameid", b"kod").replace(b"461727", b"UA01000000000013043")
    assert {c.place_id for c in read("viina", by_code)[0]} >= {"kod-UA01000000000013043"}


EVENT_1PD = (
    "viina_version,event_id_1pd,date,n_reports,event_ids,sources,geonameid,feature_code,asciiname,"
    "ADM1_NAME,ADM1_CODE,ADM2_NAME,ADM2_CODE,longitude,latitude,GEO_PRECISION,t_mil_b,a_rus_b,"
    "a_ukr_b,a_rus_init_b,a_ukr_init_b,a_civ_b,a_other_b,t_aad_b,t_airstrike_b,t_airalert_b,"
    "t_uav_b,t_armor_b,t_arrest_b,t_artillery_b,t_control_b,t_firefight_b,t_ied_b,t_raid_b,"
    "t_occupy_b,t_property_b,t_cyber_b,t_hospital_b,t_milcas_b,t_civcas_b,t_retreat_b,t_loc_b,"
    "t_san_b,tid\n"
    'bert_1,9,20260301,2,"11, 12","nv, liga",7e+05,PPL,Lypivka,Kyiv,1,Bucha,2,29.9,50.4,ADM3,'
    "1,1,0,1,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,1,0,0,0,1,0,,,4\n"
)
EVENT_INFO = (
    "viina_version,event_id,event_id_1pd,date,time,geonameid,feature_code,asciiname,ADM1_NAME,"
    "ADM1_CODE,ADM2_NAME,ADM2_CODE,longitude,latitude,GEO_PRECISION,GEO_API,location,address,"
    "report_id,source,url,text,lang\n"
    'bert_1,11,9,20260301,14:05,700000.0,PPL,Lypivka,Kyiv,1,Bucha,2,29.9,50.4,ADM3,Yandex,1,"a, b",'
    '5,nv,https://nv.ua/1,"Удар ""шахедів""",ua\n'
    "bert_1,12,9,20260301,00:00,700000.0,PPL,Lypivka,Kyiv,1,Bucha,2,29.9,50.4,ADM3,OSM,1,x,6,liga,"
    "https://liga.net/2,text,ru\n"
)


def test_viina_events_as_released() -> None:
    (event,), report = read("viina", EVENT_1PD.encode())
    assert report.refused == ()
    assert (event.kind, event.weapon, event.actor, event.place_id) == (
        "strike", "drone", "russia", "gn-700000")  # fmt: skip
    reports, report = read("viina", EVENT_INFO.encode())
    assert report.refused == () and len(reports) == 2  # two reports of one event stay two
    assert len({dict(claim.extra)["event_id"] for claim in reports}) == 2
    assert len(merge(reports, reports).claims) == 2


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
