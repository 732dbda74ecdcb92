"""Sources of coordinates are credited in every export."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from gazetteer import sources
from geo.embed import embed_html
from geo.export import FORMATS, write_export
from timelines import open_timeline
from timelines.compose import compose
from timelines.credits import place_credits
from timelines.places import TimelinePlace

GEONAMES = "gazetteer: GeoNames 7000001 (CC BY 4.0)"
OSM = "OpenStreetMap node/5 (ODbL 1.0)"
LINES = (
    "Places: GeoNames geographical database (CC BY 4.0), https://www.geonames.org/",
    "Places: © OpenStreetMap contributors (ODbL 1.0), https://www.openstreetmap.org/copyright",
)
WOF = (
    "Places: Who's On First; GeoNames (CC0; some geometries and names from GeoNames, CC BY 4.0), "
    "https://whosonfirst.org/docs/licenses/"
)


def credits_of(*texts: str) -> tuple[str, ...]:
    return place_credits(TimelinePlace(id=text, name="x", source=text) for text in texts)


def test_each_source_is_credited_once_as_it_asks() -> None:
    assert credits_of(GEONAMES, f"{OSM} + GeoNames 7000002 (CC BY 4.0)", OSM) == LINES


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (
            "Who's On First 1293190571 (CC0; GeoNames geometry CC BY 4.0); OCHA C5",
            WOF,
        ),
        ("Who's On First 102 (Dar'a; GeoNames geometry CC BY 4.0)", WOF),
        ("Our survey of 2014, CC BY-SA 4.0", "Places: Our survey of 2014 (CC BY-SA 4.0)"),
        ("Survey of hills (licence on request)", "Places: Survey of hills (licence on request)"),
        ("derived from the words and Azaz (GeoNames 5 (CC BY 4.0))", LINES[0]),
    ],
)
def test_what_states_its_terms_is_credited(source: str, line: str) -> None:
    assert credits_of(source) == (line,)


@pytest.mark.parametrize("source", ["", "gazetteer", "not located", "SOHR, 5 May 2015", "(CC)"])
def test_what_states_no_terms_is_not(source: str) -> None:
    assert credits_of(source) == ()


@pytest.mark.parametrize("unit", ["a, ", "a, CC ", "x, licence ", " (", "(CC ", "CC-"])
def test_long_words_of_strangers_take_no_time(unit: str) -> None:
    begun = time.process_time()
    credits_of(unit * 6000)
    assert time.process_time() - begun < 1


@pytest.fixture
def timeline(tmp_path: Path) -> Path:
    folder = tmp_path / "timeline"
    folder.mkdir()
    (folder / "claims.csv").write_text(
        "kind,date,place,actor,source\ncontrol,2015-01-01,Here,a,s\ncontrol,2015-02-01,There,b,s\n"
    )
    (folder / "places.csv").write_text(
        f"id,name,lon,lat,source\nh,Here,37.1,36.2,{GEONAMES}\nt,There,37.4,36.3,{OSM}\n"
    )
    return folder


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_every_export_carries_the_credits(suffix: str, timeline: Path, tmp_path: Path) -> None:
    path = tmp_path / f"out.{suffix}"
    write_export(path, compose(open_timeline(timeline), basemap=False))
    held = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            held = b"".join(archive.read(name) for name in archive.namelist())
    for word in ("GeoNames", "CC BY 4.0", "OpenStreetMap", "ODbL 1.0"):
        assert word.encode() in held


def test_an_embed_carries_the_credits(timeline: Path) -> None:
    page = embed_html(compose(open_timeline(timeline), basemap=False))
    assert "CC BY 4.0" in page
    assert "OpenStreetMap contributors" in page


def test_a_table_added_with_terms_hands_them_on(tmp_path: Path) -> None:
    table = tmp_path / "survey.csv"
    table.write_text("name,lon,lat\nZarafan,37.1,36.2\n")
    sources.add(
        str(table), licence="CC BY 4.0", attribution="Hill survey", folder=tmp_path / "data"
    )
    index = sources.store.index.SqliteIndex(tmp_path / "data" / "sources" / "survey.sqlite")
    assert index.place(0).source == "Hill survey (CC BY 4.0)"


def test_rows_without_an_id_stay_apart_from_those_of_other_tables(tmp_path: Path) -> None:
    for name in ("one", "two"):
        table = tmp_path / f"{name}.csv"
        table.write_text("name,lon,lat\nZarafan,37.1,36.2\n")
        sources.add(str(table), folder=tmp_path / "data")
    ids = [
        sources.store.index.SqliteIndex(tmp_path / "data" / "sources" / f"{name}.sqlite")
        .place(0)
        .id
        for name in ("one", "two")
    ]
    assert ids == ["one:row-2", "two:row-2"]
