"""What the user added: kept, listed, taken out, joined, and fetched from an address."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gazetteer import Gazetteer, IndexFileError, SourceError, bundle, sources
from gazetteer.index import SqliteIndex
from gazetteer.sources import Report
from gazetteer.sources.store import download, slug
from tests.gazetteer_files import DUMP, dump_line, write
from tests.http_servers import serving

ROOT = Path(__file__).resolve().parent.parent


def test_add_list_remove_and_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINES_DATA", str(tmp_path))
    line = dump_line(77, "Qwzgrobnik", "36.5", "37.2")
    added = sources.add(write(tmp_path / "SY.txt", f"{DUMP}\n{line}"), attribution="me & you")
    assert (added.name, added.format, added.places, added.left_out) == ("sy", "geonames", 3, 4)
    assert added.licence == "CC BY 4.0" and added.attribution == "me & you"
    assert sources.list() == [added]
    match = Gazetteer.default().resolve("Qwzgrobnek")
    assert match.status != "unknown" and match.candidates[0].id == "geonames:77"
    sources.remove("SY")
    assert sources.list() == []
    assert Gazetteer.default().resolve("Qwzgrobnek").status == "unknown"
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
    held, opened = Gazetteer.from_places(places), Gazetteer(SqliteIndex(tmp_path / "own.sqlite"))
    memory = held.resolve_many(names) + held.resolve_many(names, within="Aleppo")
    file = opened.resolve_many(names) + opened.resolve_many(names, within="Aleppo")
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
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), _Server)) as address:
        yield address


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
