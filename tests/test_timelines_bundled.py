"""The bundled timeline: large, sourced, and honest where reports differ."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from timelines import check, open_timeline
from timelines.timeline import Timeline

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


def rows(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLAIMS = rows("timelines/data/aleppo/claims.csv")
PLACES = {row["id"]: row for row in rows("timelines/data/aleppo/places.csv")}
SOURCES = {row["id"]: row for row in rows("timelines/data/aleppo/sources.csv")}


def test_nothing_is_wrong_with_it() -> None:
    assert check("aleppo") == []


def test_it_is_large_enough() -> None:
    control = [row for row in CLAIMS if row["kind"] == "control"]
    located = {row["place_id"] for row in control if PLACES[row["place_id"]]["lon"]}
    assert len(control) >= 150
    assert len(located) >= 80
    assert sum(row["kind"] == "strike" for row in CLAIMS) >= 45


def test_every_row_names_a_source_that_can_be_found_again() -> None:
    for row in CLAIMS:
        source = SOURCES[row["source"]]
        assert source["publisher"], row["id"]
        assert source["title"] or source["url"], row["id"]


def test_every_coordinate_says_where_it_is_from_and_how_good_it_is() -> None:
    for row in PLACES.values():
        if row["lon"]:
            assert row["source"] and row["source"] != "not located", row["id"]
            assert float(row["uncertainty_m"]) >= 100, row["id"]
        else:
            assert not row["lat"], row["id"]


def test_the_gazetteer_puts_its_places_where_it_does() -> None:
    table = {row["id"]: row for row in rows("gazetteer/data/conflict_places.csv")}
    for row in PLACES.values():
        if row["lon"]:
            other = table[row["id"]]
            assert (other["lon"], other["lat"]) == (row["lon"], row["lat"]), row["id"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("reuters1510-five-villages", "orton-six-villages"),
        ("orton-hamedani-kweires", "orton-hamedani-north"),
        ("interpreter-afp-aleppo-25", "interpreter-fardos"),
        ("interpreter-sahari-school", "interpreter-afp-daraa-school"),
        ("sohr44163-kafr-nasih", "stratreview-kafr-nasih"),
    ],
)
def test_reports_that_disagree_are_both_there(one: str, other: str) -> None:
    by_id = {row["id"]: row for row in CLAIMS}
    assert by_id[one]["status"] == by_id[other]["status"] == "disputed"
    assert by_id[one]["note"] and by_id[other]["note"]


def test_the_front_moves(aleppo: Timeline) -> None:
    holders = [
        aleppo.state(on=day).set_index("place_id")["controller"]
        for day in ("2013-06-01", "2015-10-10", "2016-03-01", "2017-03-01")
    ]
    for before, after in pairwise(holders):
        both = before.notna() & after.notna()
        assert (before[both] != after[both]).sum() >= 20


@pytest.mark.parametrize(
    ("place", "day", "holder"),
    [
        ("dabiq", "2016-10-01", "isil"),
        ("dabiq", "2016-10-20", "opposition"),
        ("kweires-air-base", "2015-10-09", "government"),
        ("fafin", "2015-10-10", "isil"),
        ("menagh-air-base", "2016-03-01", "sdf"),
        ("manbij", "2016-09-01", "sdf"),
        ("al-bab", "2017-03-01", "opposition"),
        ("marea", "2015-06-15", "opposition"),
    ],
)
def test_what_nobody_disputes(aleppo: Timeline, place: str, day: str, holder: str) -> None:
    why = aleppo.why(place, on=day)
    assert why.controller == holder, str(why)
    assert why.claim_ids


def test_who_reports_is_not_said_to_dispute(aleppo: Timeline) -> None:
    why = aleppo.why("deir-ez-zor", on="2016-10-12")
    assert "reported (and disputed) by The Syrian Intifada" in why.text
    assert why.controller == "isil"  # the government's parts of the city have no point on the map
