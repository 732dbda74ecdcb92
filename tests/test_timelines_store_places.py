"""Places of a CSV folder: by position, by name, asked of the gazetteer, two on one point."""

from __future__ import annotations

from pathlib import Path

from tests.csv_folders import HEADER, PLACES, cells, full, write
from timelines import check, open_timeline


def test_places_given_by_position_are_one_when_near_and_two_when_far(tmp_path: Path) -> None:
    rows = "kind,date,place,actor,source,lon,lat\n"
    rows += "clash,2015,Suran,,s,37.21,36.566\nclash,2016,SURAN,,s,37.211,36.566\n"
    rows += "clash,2015,Suran,,s,36.74,35.29\n"
    timeline = open_timeline(write(tmp_path, claims=rows))
    assert timeline.place_ids == ("suran", "suran", "suran-2")


def test_a_position_picks_among_namesakes(tmp_path: Path) -> None:
    full(tmp_path, HEADER + "a,clash,2015,Suran,,36.7,35.3,,,,,lwj,,,,,\n")
    assert open_timeline(tmp_path).place_ids == ("suran-hama",)


def test_names_alone_are_asked_of_the_gazetteer(tmp_path: Path) -> None:
    rows = "kind,date,place,actor,source\ncontrol,2015,Kweires,isil,s\n"
    timeline = open_timeline(write(tmp_path, claims=rows, timeline='boundary = ["SY"]\n'))
    place = timeline.place_list[0]
    assert abs(place.lon - 37.58) < 0.1 and abs(place.lat - 36.19) < 0.1  # type: ignore[operator]
    assert place.source.startswith("gazetteer")


def test_names_of_one_report_support_each_other_and_other_spellings_are_told(
    tmp_path: Path,
) -> None:
    names = ["Tall Refaat", "Mare'", "Azaz", "Dabiq", "Akhtarin"]
    rows = "kind,date,place,actor,source\n"
    rows += "".join(f"control,2015,{name},isil,s\n" for name in names)
    write(tmp_path, claims=rows)
    assert cells(check(tmp_path)) == []
    timeline = open_timeline(tmp_path)
    lons = [place.lon for place in timeline.place_list if place.lon is not None]
    assert len(lons) == len(names)
    assert max(lons) - min(lons) < 1
    assert all(p.severity == "warning" and p.column == "place" for p in timeline.problems)


def test_two_places_on_one_point_are_told(tmp_path: Path) -> None:
    places = PLACES + "twin,Twin,,,37.196,36.481,1000,town,Aleppo,,GeoNames\n"
    rows = "".join(f"{p},control,2015,{p},{p},,,,isil,,,lwj,,,,,\n" for p in ("marea", "twin"))
    write(tmp_path, claims=HEADER + rows, places=places)
    problems = check(tmp_path)
    assert [(p.severity, p.row, p.column) for p in problems] == [("warning", 3, "place")]
    assert "twin" in problems[0].message
