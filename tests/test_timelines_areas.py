"""Imports from the command line: claims into stores, dated polygons into a file with time."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely

from timelines.areas import area_spells, write_areas
from timelines.cli import main
from timelines.errors import StoreError
from timelines.importers.series import Area, PolygonSeries, series_of
from timelines.stores import store_at


def run(*arguments: str) -> int:
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


def square(size: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(36, 36, 36 + size, 36 + size)])


def series(*drawn: tuple[int, str, float]) -> PolygonSeries:
    return series_of([Area(day, who, "held", square(size)) for day, who, size in drawn], "mirror")


def spells(found: PolygonSeries) -> list[tuple[str, int, int]]:
    frame = area_spells(found)
    days = [(column - pd.Timestamp(0)).dt.days for column in (frame["begin"], frame["end"])]
    return list(zip(frame["holder"], *(d.tolist() for d in days), strict=True))


def test_an_area_drawn_alike_on_following_days_is_one_row() -> None:
    found = series((10, "a", 1), (11, "a", 1), (12, "a", 2), (10, "b", 1), (12, "b", 1))
    assert spells(found) == [("a", 10, 12), ("b", 10, 11), ("a", 12, 13), ("b", 12, 13)]


def test_a_day_that_was_not_drawn_ends_what_held() -> None:
    assert spells(series((10, "a", 1), (12, "a", 1))) == [("a", 10, 11), ("a", 12, 13)]


def test_every_day_of_the_rows_is_the_day_that_was_drawn() -> None:
    drawn = [(d, who, d // 3 + 1.0) for d in (1, 2, 3, 5, 6, 9) for who in "ab"]
    found = series(*drawn)
    days = {(who, d) for who, begin, end in spells(found) for d in range(begin, end)}
    assert days == {(who, d) for d, who, _ in drawn}


def test_the_file_has_time_and_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    assert write_areas(series((10, "a", 1), (11, "a", 1)), path) == 1
    frame = pyogrio.read_dataframe(path)
    assert str(frame["begin"].iloc[0].date()) == "1970-01-11"
    assert str(frame["end"].iloc[0].date()) == "1970-01-13"
    assert frame.crs.to_epsg() == 4326
    with pytest.raises(StoreError, match="already"):
        write_areas(series((10, "a", 1)), path)
    with pytest.raises(StoreError, match="gpkg"):
        write_areas(series((10, "a", 1)), tmp_path / "areas.shp")


def polygon_day(size: float) -> bytes:
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": shapely.geometry.mapping(square(size)),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_import_polygons_from_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "days"
    folder.mkdir()
    for day, size in ((8, 1), (9, 1), (11, 2)):
        (folder / f"map_202407{day:02d}.geojson").write_bytes(polygon_day(size))
    out = tmp_path / "areas.gpkg"
    given = ["--set", "actor=a", "--set", "source=mirror"]
    given += ["--areas", str(out)]
    assert run("import", "polygons", str(folder), "-o", str(tmp_path / "war"), *given) == 0
    assert "2024-07-10" in capsys.readouterr().err  # the missing day is told
    assert len(pyogrio.read_dataframe(out)) == 2


TABLE = "date,place,controller,lon,lat\n2015-10-09,Marea,isil,37.2,36.5\n"


@pytest.mark.parametrize("kind", ["folder", "t.gpkg"])
def test_import_csv_twice_adds_once(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "table.csv"
    file.write_text(TABLE, encoding="utf-8")
    where = str(tmp_path / kind)
    command = [
        "import",
        "csv",
        str(file),
        "-o",
        where,
        "--set",
        "source=me",
        "--set",
        "kind=control",
    ]
    assert run(*command) == 0
    assert "1 claim(s) added" in capsys.readouterr().err
    assert run(*command) == 0
    assert "0 claim(s) added, 1 already there" in capsys.readouterr().err
    assert len(store_at(where).read().claims) == 1
    assert run("check", where) == 0


def test_refused_rows_are_listed_and_the_rest_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "table.csv"
    file.write_text(TABLE + "03/04/2015,Marea,isil,37.2,36.5\n", encoding="utf-8")
    given = ["--set", "source=me", "--set", "kind=control"]
    where = str(tmp_path / "t")
    assert run("import", "csv", str(file), "-o", where, *given) == 1
    assert "row 3" in capsys.readouterr().err
    assert len(store_at(where).read().claims) == 1
    again = str(tmp_path / "u")
    assert run("import", "csv", str(file), "-o", again, *given, "--dates", "dmy") == 0
    assert store_at(again).read().claims.column("date") == ["2015-04-03", "2015-10-09"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(TABLE, encoding="utf-8")
    given = ["--set", "source=me", "--set", "kind=control", "--dry-run"]
    assert run("import", "csv", str(file), "-o", str(tmp_path / "t"), *given) == 0
    assert not (tmp_path / "t").exists()


def test_a_mapping_can_be_a_file(tmp_path: Path) -> None:
    file, mapping = tmp_path / "table.csv", tmp_path / "mapping.toml"
    file.write_text(TABLE.replace("controller", "who"), encoding="utf-8")
    mapping.write_text(
        '[columns]\nactor = "who"\n[constants]\nsource = "me"\nkind = "control"\n'
        '[values.actor]\nisil = "daesh"\n',
        encoding="utf-8",
    )
    where = str(tmp_path / "t")
    assert run("import", "csv", str(file), "-o", where, "--mapping", str(mapping)) == 0
    assert store_at(where).read().claims.column("actor") == ["daesh"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "doc", "x", "-o", "t"],
        ["import", "csv", "-o", "t"],
        ["import", "csv", "x.csv"],
        ["import", "csv", "missing.csv", "-o", "t"],
        ["import", "csv", "table.csv", "-o", "t", "--map", "nothing"],
        ["import", "csv", "table.csv", "-o", "t", "--mapping", "missing.toml"],
        ["import", "csv", "table.csv", "-o", "aleppo"],
        ["store", "copy", "nowhere", "t"],
        ["store", "copy", "aleppo", "full"],
        ["store", "copy", "aleppo", "postgresql://h/db?timeline=A%20B"],
    ],
    ids=" ".join,
)
def test_usage(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_bytes(b"")
    assert run(*arguments) == 2
    assert not (tmp_path / "t").exists()


def test_store_copy_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    assert run("store", "copy", "aleppo", str(path)) == 0
    assert run("check", str(path)) == 0
    assert run("state", str(path), "--on", "2015-10-10", "--place", "Marea") == 0
