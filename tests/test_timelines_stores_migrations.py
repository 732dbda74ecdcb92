"""Older schemas are led to the new one, or left as they are; newer ones are not touched."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store_claims import claims
from timelines.errors import StoreError
from timelines.stores import new_store, store_at

ROOT = Path(__file__).resolve().parent.parent

MIGRATIONS = {
    1: ["CREATE TABLE one (x INT)", "INSERT INTO one VALUES (1)"],
    2: ["CREATE TABLE two AS SELECT x FROM one"],
}


def test_an_older_schema_is_led_to_the_new_one(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    new_store(where).add(claims(1), {})
    monkeypatch.setattr(f"{module}.SCHEMA", 3)
    monkeypatch.setattr(f"{module}.MIGRATIONS", MIGRATIONS)
    assert store_at(where).add(claims(2), {}).added == 1
    assert len(store_at(where).read().claims) == 2  # "one" is made only once
    monkeypatch.setattr(f"{module}.SCHEMA", 4)
    monkeypatch.setattr(f"{module}.MIGRATIONS", {3: ["DROP TABLE two"]})
    assert len(store_at(where).read().claims) == 2


@pytest.mark.parametrize("steps", [{1: MIGRATIONS[1], 2: ["CREATE NONSENSE"]}, {1: MIGRATIONS[1]}])
def test_a_migration_that_fails_leaves_the_older_schema(
    steps: dict[int, list[str]], database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    new_store(where).add(claims(1), {})
    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.SCHEMA", 3)
        patch.setattr(f"{module}.MIGRATIONS", steps)
        for use in (lambda s: s.read(), lambda s: s.add(claims(2), {})):
            with pytest.raises(StoreError):
                use(store_at(where))
    assert len(store_at(where).read().claims) == 1
    monkeypatch.setattr(f"{module}.SCHEMA", 3)
    monkeypatch.setattr(f"{module}.MIGRATIONS", MIGRATIONS)  # fails if "one" had been left
    assert len(store_at(where).read().claims) == 1


KILLED = """
import importlib, os, signal, sys
from timelines.stores import store_at
module = importlib.import_module(sys.argv[2])
def steps():
    yield "CREATE TABLE one (x INT)"
    print("begun", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
module.SCHEMA, module.MIGRATIONS = 2, {1: steps()}
store_at(sys.argv[1]).read()
"""


def test_a_migration_that_is_killed_leaves_the_older_schema(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    new_store(where).add(claims(1), {})
    command = [sys.executable, "-c", KILLED, where, module]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "begun\n"), done.stderr
    assert len(store_at(where).read().claims) == 1
    monkeypatch.setattr(f"{module}.SCHEMA", 3)
    monkeypatch.setattr(f"{module}.MIGRATIONS", MIGRATIONS)
    assert len(store_at(where).read().claims) == 1


def test_a_newer_schema_is_refused_and_not_touched(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.SCHEMA", 9)
        new_store(where).add(claims(1), {})
    for use in (lambda s: s.read(), lambda s: s.add(claims(2), {})):
        with pytest.raises(StoreError, match=r"newer frontlines .*Update"):
            use(store_at(where))
    monkeypatch.setattr(f"{module}.SCHEMA", 9)
    assert len(store_at(where).read().claims) == 1
