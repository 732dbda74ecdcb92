"""`frontlines diff`: what it writes, what it says, what it refuses."""

from __future__ import annotations

import json

import pytest

from tests.comparisons import AFTER, BEFORE
from timelines.cli import main


def run(*arguments: str) -> int:
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(str(stop.code))


@pytest.mark.parametrize("suffix", ["geojson", "csv", "svg"])
def test_diff_writes_files(suffix: str, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"what.{suffix}"
    assert run("diff", "aleppo", "--from", BEFORE, "--to", AFTER, "-o", str(path)) == 0
    assert path.stat().st_size > 1_000
    assert capsys.readouterr().out == ""


def test_diff_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", "aleppo", "--from", BEFORE, "--to", AFTER, "--text") == 0
    out = capsys.readouterr().out
    assert "to Syrian Democratic Forces, 15 February 2016" in out and "km²" in out


def test_diff_of_knowledge(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["--on", AFTER, "--known-from", "2016-02-14", "--known-to", "2016-02-18"]
    assert run("diff", "aleppo", *question, "--json") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records
    assert all("on 20 February 2016" in record["text"] for record in records)


@pytest.mark.parametrize(
    "options",
    [
        ["--from", BEFORE],
        ["--on", AFTER],
        ["--on", AFTER, "--from", BEFORE, "--known-from", BEFORE],
        ["--from", BEFORE, "--to", AFTER, "--known-from", BEFORE],
        ["--on", AFTER, "--known-from", AFTER, "--known-to", BEFORE],
        ["--on", AFTER, "--known-from", AFTER, "--known-on", BEFORE],
        ["--from", BEFORE, "--to", AFTER, "-o", "x.doc"],
    ],
    ids=" ".join,
)
def test_diff_says_what_is_asked_wrongly(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("diff", "aleppo", *options) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err
