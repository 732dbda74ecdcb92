"""Readers of each format, and rows that cannot be used."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pytest
from shapely import Point

from gazetteer import Gazetteer, SourceError, sources
from gazetteer.sources import features, format_of
from tests.gazetteer_files import DUMP, GOOD, LPF, OCHA_CSV, OSM, WOF, dump_line, read, write


def test_geonames_keeps_what_is_whole_and_names_what_is_not(tmp_path: Path) -> None:
    places, report = read(write(tmp_path / "SY.txt", DUMP))
    assert [p.name for p in places] == ["Dabiq", "Marea"]
    assert places[0].id == "geonames:1" and "دابق" in places[0].names
    assert [problem.row for problem in report.problems] == [2, 3, 4, 5]
    assert "columns" in report.problems[0].reason
    assert "Atlantic" in report.problems[1].reason
    assert "outside the globe" in report.problems[2].reason
    assert "latitude 'abc' is not a number" in report.problems[3].reason


def test_geonames_in_the_wrong_encoding_reports_the_lines(tmp_path: Path) -> None:
    data = (GOOD + "\n").encode() + dump_line(9, "Café", "36", "37").encode("latin-1")
    places, report = read(write(tmp_path / "dump", data))
    assert len(places) == 1
    assert [(p.row, "UTF-8" in p.reason) for p in report.problems] == [(2, True)]


@pytest.mark.parametrize("packed", ["plain", "gzip", "zip"])
def test_geonames_is_known_by_content(tmp_path: Path, packed: str) -> None:
    path = tmp_path / "x.bin"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
            archive.writestr("SY.txt", DUMP)
    else:
        write(path, gzip.compress(DUMP.encode()) if packed == "gzip" else DUMP)
    assert format_of(path).name == "geonames"
    assert len(read(path)[0]) == 2


def test_areas_of_a_dump_go_by_name(tmp_path: Path) -> None:
    area = dump_line(50, "Muḩāfaz̧at Ḩalab", "36.2", "37.6", "Aleppo", code="ADM1")
    places, _ = read(write(tmp_path / "SY.txt", f"{GOOD}\n{area}"))
    assert {p.name: p.admin1 for p in places}["Dabiq"] == "Muḩāfaz̧at Ḩalab"
    gazetteer = Gazetteer.from_places(places)
    assert gazetteer.resolve("Dabiq", within="Aleppo").status == "resolved"
    assert gazetteer.resolve("Dabiq", within="Hama").status != "resolved"
    assert read(write(tmp_path / "SY.txt", GOOD))[0][0].admin1 == ""


def test_alternate_names_bring_languages_and_dates(tmp_path: Path) -> None:
    lines = [
        "1\t1\tar\tدابق\t1\t\t\t\t\t",
        "2\t1\ten\tOld Dabiq\t\t\t\t1\t1920\t1958",
        "3\t1\tlink\thttps://en.wikipedia.org/wiki/Dabiq\t\t\t\t\t\t",
        "4\t1\ten\tDabiq\t1\t\t\t\t\t",
    ]
    names = write(tmp_path / "alternateNamesV2.txt", "\n".join(lines))
    places, _ = read(write(tmp_path / "SY.txt", GOOD), alternates=str(names))
    (place,) = places
    assert place.name_ar == "دابق" and not any("http" in n for n in place.names)
    assert place.label("ar") == "دابق"
    assert place.label("en") == "Dabiq"
    assert place.label("en", on="1930-05-01") == "Old Dabiq"
    assert place.label("en", on="1990-05-01") == "Dabiq"


def test_ocha_table(tmp_path: Path) -> None:
    path = write(tmp_path / "syr.csv", OCHA_CSV)
    assert format_of(path).name == "ocha" and "IGO" in format_of(path).licence.licence
    (place,), report = read(path)
    assert (place.id, place.name, place.name_ar) == ("SY020305", "Kafr Nuran", "كفر نوران")
    assert (place.admin1, place.admin2, place.country) == ("Aleppo", "Suran", "SY")
    assert [(p.row, p.reason) for p in report.problems] == [(3, "it has no coordinates")]


def test_plain_csv_with_a_mapping(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv", "Ort;Ost;Nord;Auch\nDabiq;37,268;36,5371;Dabeq|دابق\n")
    with pytest.raises(SourceError, match="say which with a mapping"):
        read(path)
    (place,), _ = read(path, name="Ort", lon="Ost", lat="Nord", names="Auch")
    assert place.lon == 37.268 and place.names == ("Dabeq", "دابق")
    with pytest.raises(SourceError, match="no column 'Osten'"):
        read(path, name="Ort", lon="Osten", lat="Nord")


def test_workbook_and_shapefile_and_features_say_the_same(tmp_path: Path) -> None:
    row = {"adm4_en": "Dabiq", "adm4_ar": "دابق", "adm4_pcode": "SY0201", "adm1_en": "Aleppo"}
    book = openpyxl.Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("places")
    sheet.append([*row, "lon", "lat"])
    sheet.append([*row.values(), 37.268, 36.5371])
    book.save(tmp_path / "a.xlsx")
    frame = geopandas.GeoDataFrame([row], geometry=[Point(37.268, 36.5371)], crs=4326)
    frame.to_crs(32637).to_file(tmp_path / "b.shp", engine="pyogrio")
    feature = {
        "type": "Feature",
        "properties": row,
        "geometry": {"type": "Point", "coordinates": [37.268, 36.5371]},
    }
    write(tmp_path / "c.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    found = [read(tmp_path / name)[0] for name in ("a.xlsx", "b.shp", "c.geojson")]
    for (place,) in found:
        assert (place.id, place.name, place.name_ar) == ("SY0201", "Dabiq", "دابق")
        assert place.lon == pytest.approx(37.268, abs=1e-6)
        assert place.lat == pytest.approx(36.5371, abs=1e-6)


def test_ocha_is_credited_with_its_own_tables_only(tmp_path: Path) -> None:
    for column, title in (("adm4_pcode", "OCHA common operational data set"), ("nr", "table")):
        row = {"name": "Dabiq", column: "SY0201", "lon": 37.268, "lat": 36.5371}
        book = openpyxl.Workbook()
        book.active.append(list(row))
        book.active.append(list(row.values()))
        book.save(tmp_path / "a.xlsx")
        frame = geopandas.GeoDataFrame([row], geometry=[Point(37.268, 36.5371)], crs=4326)
        frame.to_file(tmp_path / "b.shp", engine="pyogrio")
        frame.drop(columns="geometry").to_csv(tmp_path / "c.csv", index=False)
        for name in ("a.xlsx", "b.shp", "c.csv"):
            assert format_of(tmp_path / name).licence.title.startswith(title), name


def test_whos_on_first_folder_archive_and_database(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "129"
    folder.mkdir(parents=True)
    write(folder / "1293190621.geojson", json.dumps(WOF))
    write(folder / "1293190621-alt-quattroshapes.geojson", json.dumps(WOF))
    write(folder / "2.geojson", "{broken")
    with tarfile.open(tmp_path / "wof.tar.bz2", "w:bz2") as archive:
        archive.add(tmp_path / "data", "data")
    db = sqlite3.connect(tmp_path / "wof.db")
    db.execute(
        "create table spr (id, name, longitude, latitude, placetype, country, is_current, "
        "is_deprecated)"
    )
    db.execute("create table names (id, name)")
    db.execute("insert into spr values (1293190621,'Dabiq',37.268,36.5371,'locality','SY',1,0)")
    db.execute("insert into names values (1293190621, 'دابق')")
    db.commit()
    db.close()
    for path in (tmp_path / "data", tmp_path / "wof.tar.bz2", tmp_path / "wof.db"):
        (place,), report = read(path)
        assert (place.id, place.name, place.country) == ("wof:1293190621", "Dabiq", "SY")
        assert "دابق" in place.all_names()
        assert len(report.problems) == (0 if path.suffix == ".db" else 1)


def test_a_feature_too_large_to_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "_FEATURE_MAX", len(json.dumps(WOF)))
    (tmp_path / "data").mkdir()
    write(tmp_path / "data" / "1.geojson", json.dumps(WOF))
    write(tmp_path / "data" / "2.geojson", json.dumps(WOF) + " ")
    with tarfile.open(tmp_path / "wof.tar.bz2", "w:bz2") as archive:
        archive.add(tmp_path / "data", "data")
    for path in (tmp_path / "data", tmp_path / "wof.tar.bz2"):
        places, report = read(path)
        assert [place.name for place in places] == ["Dabiq"]
        assert ["is larger than" in problem.reason for problem in report.problems] == [True]


def test_linked_places_keep_the_time_of_a_name(tmp_path: Path) -> None:
    path = write(tmp_path / "lpf.json", json.dumps(LPF))
    assert format_of(path).name == "linked-places"
    (place,), _ = read(path)
    assert place.country == "UA"
    assert place.label("en", on="2014-07-01") == "Artemivsk"
    assert place.label("en", on="2022-07-01") == "Bakhmut"


def test_openstreetmap_extract(tmp_path: Path) -> None:
    path = write(tmp_path / "export.geojson", json.dumps(OSM))
    assert format_of(path).licence.licence.startswith("ODbL")
    (place,), report = read(path)
    assert (place.name, place.name_ar, place.kind) == ("Dabiq", "دابق", "village")
    assert len(report.problems) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\x03",
        b"hello world",
        b"{}",
        b'{"features": 3}',
        b'{"type":"FeatureCollection","features":[',
        b"[" * 100_000,
        b'{"features":[' + b"[" * 100_000,
        b"PK\x03\x04broken",
        b"SQLite format 3\x00 and more",
    ],
)
def test_what_is_no_source_is_refused(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "x", data)
    with pytest.raises(SourceError):
        sources.add(path, folder=tmp_path)
    assert sources.list(tmp_path) == []


def test_what_has_no_end_or_is_read_only_once_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (Path("/dev/zero"), pipe):
        with pytest.raises(SourceError, match="is no file"):
            sources.add(str(path), folder=tmp_path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        sources.add(tmp_path / "none.csv", folder=tmp_path)
