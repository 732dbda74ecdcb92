"""Many writers, killed writers, a full disk: what was said to be written is there."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.forked import rest, started
from tests.store_claims import add_claims, claims
from timelines.stores import new_store, store_at

ROOT = Path(__file__).resolve().parent.parent


def test_eight_writers_lose_no_row(where: str) -> None:
    new_store(where).add(claims(1), {})
    writers = [started(add_claims, where, f"w{n}", 500, 50) for n in range(8)]
    for process, heard in writers:
        assert len(rest(heard)) == 500
        process.join()
        assert process.exitcode == 0
    assert len(store_at(where).read().claims) == 4_001


def test_what_was_acknowledged_survives_a_kill(where: str) -> None:
    """A writer killed at any moment leaves every row that it said was written, and no half."""
    store = new_store(where)
    store.add(claims(1), {})
    said: set[str] = set()
    for n in range(6):
        process, heard = started(add_claims, where, f"k{n}", 10_000, 1)
        said.add(heard.recv_bytes().decode())
        time.sleep(0.02 * n)
        process.kill()
        said.update(one.decode() for one in rest(heard))
        process.join()
        assert process.exitcode == -signal.SIGKILL
    found = store.read().claims
    assert said and said <= set(found.column("id"))
    assert found.problems == []
    assert store.add(claims(1, start=9), {}).added == 1


FULL = """
import resource, signal, sys
from timelines.claims import Claim, Claims
from timelines.errors import StoreError
from timelines.stores import new_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = new_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
rows = [Claim("clash", "2015-01-01", "X", "a", "s", note="x" * 500, id=f"f{k}") for k in range(999)]
try:
    store.add(Claims.of(rows), {})
except StoreError as error:
    print(error)
    sys.exit(7)
"""


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_a_full_disk_leaves_what_was_there_and_says_so(kind: str, tmp_path: Path) -> None:
    path = tmp_path / {"folder": "t", "sqlite": "t.gpkg"}[kind]
    store = new_store(path)
    store.add(claims(5), {})
    file = path / "claims.csv" if kind == "folder" else path
    limit = str(file.stat().st_size + 50_000)
    command = [sys.executable, "-c", FULL, str(path), limit]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert str(path.name) in done.stdout
    assert sorted(store.read().claims.column("id")) == [f"c{i}" for i in range(5)]
    assert store.add(claims(6), {}).added == 1
