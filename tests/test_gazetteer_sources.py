"""Readers of each format, rows that cannot be used, and what the user added."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas
import openpyxl
import pytest
from shapely import Point

from gazetteer import Gazetteer, IndexFileError, SourceError, bundle, sources
from gazetteer.index import SqliteIndex
from gazetteer.places import Place
from gazetteer.sources import Report, format_of
from gazetteer.sources.store import download, slug

ROOT = Path(__file__).resolve().parent.parent


def dump_line(id_: int, name: str, lat: str, lon: str, names: str = "", code: str = "PPL") -> str:
    fields = [str(id_), name, name, names, lat, lon, code[0], code, "SY", "", "09", "", "", ""]
    return "\t".join([*fields, "120", "", "400", "Asia/Damascus", "2016-01-01"])


GOOD = dump_line(1, "Dabiq", "36.5371", "37.2680", "Dabeq,دابق")
DUMP = "\n".join(
    [
        GOOD,
        "broken\tline",
        dump_line(2, "Nowhere", "0", "0"),
        dump_line(3, "High", "96.1", "37"),
        dump_line(4, "Letters", "abc", "37"),
        dump_line(5, "Marea", "36.4826", "37.1971", "مارع"),
    ]
)
OCHA_CSV = (
    "admin1Name_en,admin3Name_en,featureName_en,featureName_ar,admin4Pcode,Longitude_x,Latitude_y\n"
    "Aleppo,Suran,Kafr Nuran,كفر نوران,SY020305,36.8305,36.0817\n"
    "Aleppo,Suran,Bad,,SY020306,,\n"
)
WOF = {
    "type": "Feature",
    "id": 1293190621,
    "properties": {
        "wof:id": 1293190621,
        "wof:name": "Dabiq",
        "wof:country": "SY",
        "wof:placetype": "locality",
        "name:ara_x_preferred": ["دابق"],
        "name:eng_x_variant": ["Dabik"],
        "geom:longitude": 37.268,
        "geom:latitude": 36.5371,
    },
    "geometry": {"type": "Point", "coordinates": [37.268, 36.5371]},
}
LPF = {
    "@context": "https://raw.githubusercontent.com/LinkedPasts/linked-places/main/linkedplaces-context-v1.1.jsonld",
    "type": "FeatureCollection",
    "features": [
        {
            "@id": "https://example.org/1",
            "type": "Feature",
            "properties": {"title": "Bakhmut", "ccodes": ["UA"]},
            "names": [
                {"toponym": "Бахмут", "lang": "uk"},
                {
                    "toponym": "Artemivsk",
                    "lang": "en",
                    "when": {"timespans": [{"start": {"in": "1924"}, "end": {"in": "2016"}}]},
                },
            ],
            "geometry": {"type": "Point", "coordinates": [38.0, 48.595]},
        }
    ],
}
OSM = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "node/1",
            "properties": {
                "@id": "node/1",
                "place": "village",
                "name": "دابق",
                "name:en": "Dabiq",
                "name:ar": "دابق",
                "old_name": "Dabek",
            },
            "geometry": {"type": "Point", "coordinates": [37.268, 36.5371]},
        },
        {"type": "Feature", "properties": {"place": "village", "name": "X"}, "geometry": None},
    ],
}


def read(path: Path, **mapping: str) -> tuple[list[Place], Report]:
    report = Report()
    return list(format_of(path).reader(path, report, mapping)), report


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


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


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        sources.add(tmp_path / "none.csv", folder=tmp_path)


def test_add_list_remove_and_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINES_DATA", str(tmp_path))
    line = dump_line(77, "Qwzgrobnik", "36.5", "37.2")
    added = sources.add(write(tmp_path / "SY.txt", f"{DUMP}\n{line}"), attribution="me & you")
    assert (added.name, added.format, added.places, added.left_out) == ("sy", "geonames", 3, 4)
    assert added.licence == "CC BY 4.0" and added.attribution == "me & you"
    assert sources.list() == [added]
    match = Gazetteer.default().resolve("Qwzgrobnic")
    assert match.place is not None and match.place.id == "geonames:77"
    sources.remove("SY")
    assert sources.list() == []
    assert Gazetteer.default().resolve("Qwzgrobnic").status == "unknown"
    with pytest.raises(SourceError, match="there are: none"):
        sources.remove("sy")


def test_file_of_another_version_is_listed_and_left_alone(tmp_path: Path) -> None:
    sources.add(write(tmp_path / "SY.txt", DUMP), folder=tmp_path)
    path = tmp_path / "sources" / "sy.sqlite"
    db = sqlite3.connect(path)
    db.execute("update meta set value = '0' where key = 'schema'")
    db.commit()
    db.close()
    (source,) = sources.list(tmp_path)
    assert not source.usable
    with pytest.raises(IndexFileError, match="add its source again"):
        SqliteIndex(path)


def test_failed_add_leaves_the_old_source(tmp_path: Path) -> None:
    old = sources.add(write(tmp_path / "SY.txt", DUMP), folder=tmp_path)
    with pytest.raises(SourceError):
        sources.add(write(tmp_path / "SY.txt", "broken"), name="sy", folder=tmp_path)
    assert sources.list(tmp_path) == [old]


def test_killed_add_leaves_the_old_source(tmp_path: Path) -> None:
    sources.add(write(tmp_path / "SY.txt", DUMP), folder=tmp_path)
    lines = "\n".join(dump_line(i, f"Name {i}", "36.5", "37.2") for i in range(60_000))
    big = write(tmp_path / "big.txt", lines)
    code = (
        "import sys; from pathlib import Path; from gazetteer import sources;"
        "print('go', flush=True);"
        "sources.add(Path(sys.argv[1]), name='sy', folder=Path(sys.argv[2]))"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(big), str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert run.stdout is not None and run.stdout.readline() == b"go\n"
    folder = tmp_path / "sources"
    while not list(folder.glob("*.building")) and run.poll() is None:
        time.sleep(0.005)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    run.stdout.close()
    (source,) = sources.list(tmp_path)
    assert source.places == 2
    answer = Gazetteer(SqliteIndex(folder / "sy.sqlite")).resolve("Dabeq")
    assert answer.candidates[0].id == "geonames:1"


def test_two_builders_do_not_meet(tmp_path: Path) -> None:
    path = write(tmp_path / "SY.txt", DUMP)
    threads = [
        threading.Thread(target=sources.add, args=(path,), kwargs={"folder": tmp_path})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (source,) = sources.list(tmp_path)
    assert source.places == 2 and not list((tmp_path / "sources").glob("*.building"))


def test_memory_and_file_answer_alike(tmp_path: Path) -> None:
    from gazetteer.index import build
    from gazetteer.table import conflict_places

    places = conflict_places()
    build(tmp_path / "own.sqlite", places)
    names = [name for place in places for name in place.all_names()][:300]
    names += ["Kuweris", "Jesr Shoghour", "nothing like it", "", "تل رفعت"]
    memory = Gazetteer.from_places(places).resolve_many(names)
    file = Gazetteer(SqliteIndex(tmp_path / "own.sqlite")).resolve_many(names)
    for one, other in zip(memory, file, strict=True):
        assert (one.status, one.query, one.why) == (other.status, other.query, other.why)
        assert [(c.id, c.score) for c in one.candidates] == [
            (c.id, c.score) for c in other.candidates
        ]


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
            return
        found = self.path == "/dump/SY.txt"
        self.send_response(200 if found else 404)
        self.end_headers()
        if found:
            self.wfile.write(DUMP.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def test_add_from_an_address(tmp_path: Path, server: str) -> None:
    added = sources.add(f"{server}/dump/SY.txt", folder=tmp_path)
    assert (added.name, added.places, added.origin) == ("sy", 2, f"{server}/dump/SY.txt")


@pytest.mark.parametrize("path", ["/missing", "/redirect"])
def test_addresses_that_do_not_serve(tmp_path: Path, server: str, path: str) -> None:
    with pytest.raises(SourceError, match="could not be downloaded"):
        sources.add(server + path, folder=tmp_path)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/x", "http://"])
def test_other_addresses_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match="no http or https address"):
        download(address, tmp_path)


@pytest.mark.parametrize("name", ["../../etc", "", "مارع", "a" * 300, "CON/../x"])
def test_names_of_sources_stay_in_their_folder(name: str) -> None:
    made = slug(name)
    assert made and "/" not in made and "." not in made and len(made) <= 60


def test_joined_sources_keep_every_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINES_DATA", str(tmp_path))
    sources.add(write(tmp_path / "SY.txt", dump_line(1, "Dabiq", "36.5371", "37.2680", "Dobiq")))
    match = Gazetteer.default().resolve("Dabiq")
    assert match.place is not None and match.place.id == "dabiq"
    assert "Dobiq" in match.place.names and "GeoNames 1" in match.place.source


def test_data_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINES_DATA", str(tmp_path / "d"))
    assert bundle.data_folder() == tmp_path / "d"
    assert bundle.added_files() == []


def test_long_lines_are_bounded(tmp_path: Path) -> None:
    from gazetteer.sources.base import LINE_MAX, lines_of

    report = Report()
    data = io.BytesIO(b"a\n" + b"x" * (LINE_MAX + 10) + b"\nb\n")
    assert [text for _, text in lines_of(data, report)] == ["a", "b"]
    assert [problem.row for problem in report.problems] == [2]
