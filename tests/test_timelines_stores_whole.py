"""Copies between folder and file on a full disk, or killed: the whole timeline or nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from timelines.claims import Claim, Claims
from timelines.errors import StoreError
from timelines.store import content_hash
from timelines.stores import new_store, store_at

ROOT = Path(__file__).resolve().parent.parent
KINDS = {"folder": "copy", "sqlite": "copy.gpkg"}
FULL = """
import resource, signal, sys
from timelines.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from timelines.stores import new_store, sqlite, store_at
def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)
contents = store_at("aleppo").read()
sqlite._appear = Path.rename = die  # all is written, nothing has its name yet
new_store(sys.argv[1]).write(contents)
"""


def _run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", ["folder", "sqlite"])
def test_a_copy_onto_a_full_disk_is_not_there_and_says_so(
    source: str, kind: str, tmp_path: Path
) -> None:
    origin = tmp_path / "of" / KINDS[source]
    new_store(origin).write(store_at("aleppo").read())
    into = tmp_path / "into"
    into.mkdir()
    done = _run(FULL, 100_000, "store", "copy", origin, into / KINDS[kind])
    assert done.returncode == 2, done.stderr
    assert KINDS[kind] in done.stderr and "is the disk full?" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_on_a_full_disk_leaves_what_was_there(kind: str, tmp_path: Path) -> None:
    (tmp_path / "into").mkdir()
    into = tmp_path / "into" / KINDS[kind]
    rows = [
        f"control,2015-10-09,Place {i},{36 + i % 100 / 50},{35 + i // 100 / 100},isil,Monitor\n"
        for i in range(8_000)
    ]
    for name, some in (("few.csv", rows[:6]), ("many.csv", rows)):
        text = "kind,date,place,lon,lat,actor,source\n" + "".join(some)
        (tmp_path / name).write_text(text, "utf-8")
    done = _run(FULL, 10**9, "import", "csv", tmp_path / "few.csv", "-o", into)
    assert done.returncode == 0, done.stderr
    before = _files(tmp_path / "into")
    done = _run(FULL, 300_000, "import", "csv", tmp_path / "many.csv", "-o", into)
    assert done.returncode == 2, done.stderr
    assert "disk" in done.stderr and "full" in done.stderr and "Traceback" not in done.stderr
    assert _files(tmp_path / "into") == before


TORN = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
rows = ((str(i), "x" * 900) for i in range(500))
db.executemany("INSERT INTO frontlines_meta VALUES (?, ?)", rows)
os._exit(0)  # pages are in the file already, and a journal beside it
"""


def test_a_torn_write_is_taken_back_before_its_error_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    new_store(path).write(store_at("aleppo").read())
    before = _files(tmp_path)
    with pytest.raises(StoreError, match="is the disk full"), store_at(path)._opened():
        _run(TORN, path)
        torn = _files(tmp_path)
        assert torn["a.gpkg"] != before["a.gpkg"] and "a.gpkg-journal" in torn
        raise sqlite3.OperationalError("database or disk is full")
    assert _files(tmp_path) == before


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_copy_is_not_there_and_the_next_one_clears_up(kind: str, tmp_path: Path) -> None:
    target = tmp_path / KINDS[kind]
    done = _run(KILLED, target)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not target.exists()
    assert list(tmp_path.iterdir())  # what the killed one had made
    contents = store_at("aleppo").read()
    new_store(target).write(contents)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert content_hash(store_at(target).read()) == content_hash(contents)


def test_a_folder_says_its_schema_and_a_newer_one_is_refused_and_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "t"
    new_store(folder).write(store_at("aleppo").read())
    toml = folder / "timeline.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(f"schema = 2\n{text}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    claim = Claim("clash", "2015-01-01", "Marea", "isil", "s", lon=37.2, lat=36.5)
    for use in (lambda s: s.read(), lambda s: s.add(Claims.of([claim]), {})):
        with pytest.raises(StoreError, match=r"newer frontlines \(schema 2.*Update"):
            use(store_at(folder))
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: found[name] for name in before} == before
    monkeypatch.setattr("timelines.stores.folder.SCHEMA", 2)
    assert store_at(folder).read().toml == f"schema = 2\n{text}"
    toml.write_text(f"schema = 1\n{text}", encoding="utf-8")  # an older one is read as well
    assert len(store_at(folder).read().claims) == len(store_at("aleppo").read().claims)
