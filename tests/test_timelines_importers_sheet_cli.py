"""A sheet's link on the command line: fetched because it was given, and read as CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from timelines.cli import main
from timelines.importers import sheet
from timelines.store import open_timeline

LINK = "https://docs.google.com/spreadsheets/d/abc/edit#gid=0"
SHEET = b"kind,date,place,lon,lat,actor,source\ncontrol,2015-10-09,Fafin,37.25,36.35,isil,s\n"


def test_a_link_is_fetched_and_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sheet, "fetch", lambda link: asked.append(link) or SHEET)
    out = tmp_path / "timeline"
    assert main(["import", "csv", LINK, "-o", str(out)]) == 0
    assert asked == [LINK]
    assert "Asking Google" in capsys.readouterr().err
    assert len(open_timeline(out).claims) == 1


def test_no_other_address_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sheet, "fetch", lambda link: pytest.fail("asked"))
    for link in ("https://docs.google.com.evil.example/x", "http://docs.google.com/x"):
        assert main(["import", "csv", link, "-o", str(tmp_path / "t")]) == 2
