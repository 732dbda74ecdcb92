"""VIINA: its control panels and events say what claims say."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importer_reading import read, table
from tests.importer_tables import VIINA_ROW
from timelines.dates import parse
from timelines.importers import FieldMapping, merge, viina
from timelines.importers.panel import Panel

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
