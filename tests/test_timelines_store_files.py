"""The other files of a CSV folder, and files that are none: each problem is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.csv_folders import ACTORS, HEADER, PLACES, SOURCES, cells, write
from timelines import check, open_timeline
from timelines.errors import NotFoundError
from timelines.tables import parse_table

OTHER_FILES = [
    ({"actors": "id,name,color\nisil,IS,red\n"}, ("actors.csv", 2, "color")),
    ({"actors": "id,name,pattern\nisil,IS,plaid\n"}, ("actors.csv", 2, "pattern")),
    ({"actors": "id,name,begin\nisil,IS,2013-13\n"}, ("actors.csv", 2, "begin")),
    ({"actors": "id,name,successor\nisil,IS,ghost\n"}, ("actors.csv", 2, "successor")),
    ({"actors": "id,name,member_of\nisil,IS,x@when\n"}, ("actors.csv", 2, "member_of")),
    ({"actors": "id,name,successor\nisil,IS,b\nb,B,isil\n"}, ("actors.csv", 0, "successor")),
    ({"actors": "id,name\nisil,IS\nisil,IS\n"}, ("actors.csv", 3, "id")),
    ({"actors": "id,name\n,IS\nisil,IS\n"}, ("actors.csv", 2, "id")),
    ({"actors": "name\nIS\n"}, ("actors.csv", 1, "id")),
    ({"sources": "id,reliability\nlwj,Z\n"}, ("sources.csv", 2, "reliability")),
    ({"sources": "id,date\nlwj,soon\n"}, ("sources.csv", 2, "date")),
    ({"places": PLACES + "x,X,,,400,1,,,,,\n"}, ("places.csv", 5, "lon")),
    ({"places": PLACES + "x,X,,,1,2,-1,,,,\n"}, ("places.csv", 5, "uncertainty_m")),
    ({"places": PLACES + "x,X,,,1,2,,,,many,\n"}, ("places.csv", 5, "population")),
    ({"places": b"id,name\nmarea,\xff\n"}, ("places.csv", 2, "")),
    ({"timeline": "title = ["}, ("timeline.toml", 0, "")),
    ({"timeline": "reach_km = -1"}, ("timeline.toml", 0, "reach_km")),
    ({"timeline": "reach_km = nan"}, ("timeline.toml", 0, "reach_km")),
    ({"timeline": 'first_day = "2015"'}, ("timeline.toml", 0, "first_day")),
    ({"timeline": "view = [1, 2, 3]"}, ("timeline.toml", 0, "view")),
    ({"timeline": "boundary = 5"}, ("timeline.toml", 0, "boundary")),
    ({"timeline": 'boundary = "Syria"'}, ("timeline.toml", 0, "boundary")),
    ({"timeline": 'boundary = "../../etc/x.json"'}, ("timeline.toml", 0, "boundary")),
    ({"timeline": 'boundary = "missing.geojson"'}, ("timeline.toml", 0, "boundary")),
    ({"timeline": 'boundary = ["SY", "a.geojson"]'}, ("timeline.toml", 0, "boundary")),
    ({"timeline": 'first_day = "2016-01-01"\nlast_day = "2015-01-01"'},
     ("timeline.toml", 0, "first_day")),
]  # fmt: skip


@pytest.mark.parametrize("files, where", OTHER_FILES, ids=lambda value: str(value)[:50])
def test_problems_of_the_other_files(
    tmp_path: Path, files: dict[str, str | bytes], where: tuple[str, int, str]
) -> None:
    claims = HEADER + "a,control,2015-10-09,Marea,marea,37.2,36.5,,isil,,,lwj,,,,,\n"
    write(
        tmp_path,
        **({"claims": claims, "places": PLACES, "actors": ACTORS, "sources": SOURCES} | files),
    )
    assert where in cells(check(tmp_path))


WRONG_FILES = [
    (b"", "no header"),
    (b"\n\n", "no header"),
    (b"kind,date,place,actor\n", "source"),
    (b"kind,kind,date,place,actor,source\n", "twice"),
    (b"\xff\xfek\x00i\x00", "UTF-8"),
    (b'kind,date,place,actor,source\ncontrol,2015,"X,isil,lwj\n', "quotes"),
    ((",".join(f"c{i}" for i in range(300)) + "\n").encode(), "columns"),
    (b"PK\x03\x04" + b"\x00" * 100, "header"),
]


@pytest.mark.parametrize(
    ("boundary", "said"),
    [
        ('"XX"', "no ISO 3166"),
        ('["SY", "QQ"]', "no ISO 3166"),
        ('"b.geojson"', "b.geojson"),
        ('"SY"', ""),
    ],
)
def test_a_boundary_that_cannot_be_had_is_told_by_check(
    boundary: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "b.geojson").write_text('{"type":"Polygon","coordinates":[[[35,34],[37', "utf-8")
    claims = "kind,date,place,actor,source,lon,lat\ncontrol,2015-10-09,Marea,isil,s,37.2,36.5\n"
    write(tmp_path, claims=claims, timeline=f"boundary = {boundary}\n")
    problems = [p for p in check(tmp_path) if p.column == "boundary"]
    assert [said in p.message and bool(p.remedy) for p in problems] == [True] * bool(said)


@pytest.mark.parametrize("data, word", WRONG_FILES, ids=lambda value: repr(value)[:30])
def test_files_that_are_no_table(tmp_path: Path, data: bytes, word: str) -> None:
    write(tmp_path, claims=data)
    problems = check(tmp_path)
    assert problems and any(word in f"{p.message} {p.remedy}" for p in problems)
    assert len(open_timeline(tmp_path, strict=False).claims) == 0


@given(st.binary(max_size=300))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_a_table_or_problems(data: bytes) -> None:
    table = parse_table(data, "claims.csv", ("kind",))
    assert all(len(column) == len(table) for column in table.columns.values())
    assert table.columns or table.problems


@pytest.mark.parametrize("name", ["nowhere", "", "a\x00b", "x" * 5000, "../../etc"])
def test_no_such_timeline(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFoundError, match=r"claims\.csv"):
        open_timeline(name)
