"""Whole or not at all: what readers find after a writer failed, was killed, or ran out of disk."""

from __future__ import annotations

import hashlib
import os
import platform
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from geo.safeio import SafeWriteError, sweep_orphans, write_atomic
from tests.damage import full_disk

ROOT = Path(__file__).resolve().parent.parent


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_bytes_and_writers_arrive_whole(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a.bin", b"\x00one")
    write_atomic(tmp_path / "b.txt", lambda temporary: temporary.write_text("two", "utf-8"))
    assert (tmp_path / "a.bin").read_bytes() == b"\x00one"
    assert (tmp_path / "b.txt").read_text("utf-8") == "two"
    assert names(tmp_path) == ["a.bin", "b.txt"]


def test_the_writer_sees_the_suffix_and_the_folder(tmp_path: Path) -> None:
    seen: list[Path] = []

    def writer(temporary: Path) -> None:
        seen.append(temporary)
        temporary.write_bytes(b"x")

    write_atomic(tmp_path / "map.gpkg", writer)
    assert seen[0].suffix == ".gpkg"
    assert seen[0].parent == tmp_path


@pytest.mark.parametrize("stage", ["write", "nothing", "check", "companion"])
def test_failure_keeps_the_old_file_and_leaves_nothing(tmp_path: Path, stage: str) -> None:
    target = tmp_path / "map.geojson"
    target.write_bytes(b"old")

    def writer(temporary: Path) -> None:
        if stage == "nothing":
            return
        temporary.write_bytes(b"half")
        if stage == "companion":
            Path(f"{temporary}-journal").write_bytes(b"j")
        if stage != "check":
            raise ValueError("interrupted")

    def check(temporary: Path) -> None:
        raise ValueError("does not parse")

    with pytest.raises(SafeWriteError):
        write_atomic(target, writer, check=check)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["map.geojson"]


@pytest.mark.parametrize(
    ("name", "remedy"), [("missing/map.png", "make it"), ("", "give a file name")]
)
def test_bad_destinations_say_what_to_do(tmp_path: Path, name: str, remedy: str) -> None:
    with pytest.raises(SafeWriteError, match=remedy):
        write_atomic(tmp_path / name, b"x")


def test_permissions_of_the_old_file_stay(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_atomic(target, b"new")
    assert target.stat().st_mode & 0o777 == 0o640


def test_orphans_of_the_dead_go_and_of_the_living_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    here = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
    orphan = tmp_path / f".frontlines-tmp-{here}-{dead.pid}-0badcafe-map.gpkg"
    living = tmp_path / f".frontlines-tmp-{here}-{os.getpid()}-0badcafe-map.gpkg"
    ancient = tmp_path / f".frontlines-tmp-{here}-{os.getpid()}-0badcaff-map.gpkg"
    elsewhere = tmp_path / f".frontlines-tmp-ffffff-{dead.pid}-0badcafe-map.gpkg"
    strange = tmp_path / ".frontlines-tmp-notes"
    for path in (orphan, living, ancient, elsewhere, strange):
        path.write_bytes(b"x")
    long_ago = time.time() - 7200
    os.utime(ancient, (long_ago, long_ago))
    assert sweep_orphans(tmp_path) == 2
    assert names(tmp_path) == sorted([living.name, elsewhere.name, strange.name])


def run(code: str, *args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *args], cwd=ROOT, stdout=subprocess.PIPE
    )


def test_killed_writers_never_leave_half_a_file(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    whole = {bytes([n]) * 400_000 for n in range(256)}
    writer = """
        import sys
        from geo.safeio import write_atomic
        for n in range(10_000):
            write_atomic(sys.argv[1], bytes([n % 256]) * 400_000)
            if n == 0:
                print("first", flush=True)
    """
    for attempt in range(6):
        process = run(writer, str(target))
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.013 * (attempt + 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert target.read_bytes() in whole
    write_atomic(target, b"after")
    assert names(tmp_path) == ["a.bin"]


def test_a_full_disk_is_an_error_and_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with full_disk(10_000), pytest.raises(SafeWriteError, match="disk full"):
        write_atomic(target, b"n" * 20_000)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]
