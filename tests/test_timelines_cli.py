"""The command line: exit codes, streams, JSON lines, and what a hostile folder prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from timelines.cli import main, parser

ROOT = Path(__file__).resolve().parent.parent
HEADER = "kind,date,place,actor,source,lon,lat\n"


def run(*arguments: str) -> int:
    """Exit status, also where argparse leaves by itself."""
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = HEADER + "control,2015-10-09,Marea,isil,lwj,37.2,36.5\n"
    (tmp_path / "claims.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_state_json_keeps_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("state", "aleppo", "--on", "2015-10-10", "--json") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 80
    keys = {"place_id", "place", "lon", "lat", "controller", "status", "since", "claims", "why"}
    for line in lines:
        record = json.loads(line)
        assert keys <= record.keys()
        assert record["status"] in ("held", "contested", "unknown")
        assert (record["controller"] is not None) == (record["status"] == "held")
        assert isinstance(record["claims"], list) and record["why"].endswith(".")


def test_state_of_one_place_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("state", "aleppo", "--on", "2015-10-10", "--place", "مارع", "--why") == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2
    assert "marea" in out[1] and "held" in out[1]


def test_known_on_changes_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    for known in ("2015-01-01", "2030-01-01"):
        assert run("state", "aleppo", "--on", "2015-10-10", "--known-on", known, "--json") == 0
    out = capsys.readouterr().out
    assert out.count('"held"') > 0 and out.count('"unknown"') > 0


def test_resolve_json_keeps_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("resolve", "Dabiq", "Suran", "qwrtpl", "--json") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["query"] for r in records] == ["Dabiq", "Suran", "qwrtpl"]
    assert [r["status"] for r in records] == ["resolved", "ambiguous", "unknown"]
    assert {"id", "name", "lon", "lat", "kind", "uncertainty_m", "source"} <= records[0][
        "place"
    ].keys()
    assert len(records[1]["candidates"]) >= 2
    assert {"id", "name", "lon", "lat", "score", "why"} <= records[1]["candidates"][0].keys()


def test_resolve_reads_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.txt"
    path.write_text("Raids on Dabiq.\nShelling of Marea,\nDabiq and Suran. The army left.\n")
    assert run("resolve", "--text", str(path), "--country", "SY", "--json") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["query"] for r in records] == ["Dabiq", "Marea", "Suran"]
    assert [r["place"]["id"] for r in records[:2]] == ["dabiq", "marea"]
    path.write_text("Nothing was said.")
    assert run("resolve", "--text", str(path)) == 0
    told = capsys.readouterr()
    assert told.out.count("\n") == 1 and "names no place that is known here" in told.err
    assert run("resolve", "Dabiq", "--text", str(path)) == 2
    assert "leave out NAME" in capsys.readouterr().err


def test_resolve_reads_names_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffDabiq\n\nمارع\n".encode())
    assert run("resolve", "-f", str(path), "--near-place", "Azaz", "--json") == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    assert "Near Azaz (azaz; " in told.err  # what a name was taken for is said


def test_check_is_silent_on_stdout_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "aleppo") == 0
    assert capsys.readouterr().out == ""


def test_check_lists_file_row_column_and_remedy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "claims.csv").open("a", encoding="utf-8") as out:
        out.write("control,2015-13-01,X,isil,s,37,36\ntaken,2015,Y,isil,s,37,36\n")
    assert run("check", str(folder)) == 1
    text = capsys.readouterr().out
    assert "claims.csv, row 3, column date" in text
    assert "claims.csv, row 4, column kind" in text
    assert run("check", str(folder), "--json") == 1
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["file"], r["row"], r["column"]) for r in records] == [
        ("claims.csv", 3, "date"),
        ("claims.csv", 4, "kind"),
    ]
    assert all(r["remedy"] or "Write" in r["message"] for r in records)


@pytest.mark.parametrize(
    "command",
    [
        ["state", "--on", "2015-10-10"],
        ["diff", "--from", "2015-10-01", "--to", "2015-10-10"],
        ["embed", "-o", "OUT/x.html"],
        ["export", "--on", "2015-10-10", "-o", "OUT/x.geojson"],
    ],
    ids=lambda command: command[0],
)
def test_wrong_data_is_exit_1_and_all_of_it_is_listed(
    command: list[str], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "claims.csv").open("a", encoding="utf-8") as out:
        out.write("control,2015-13-01,X,isil,s,37,36\ntaken,2015,Y,isil,s,37,36\n")
    name, *options = [part.replace("OUT", str(tmp_path)) for part in command]
    assert run(name, str(folder), *options) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "row 3" in printed.err and "row 4" in printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["state", "aleppo"],
        ["state", "aleppo", "--on", "2015"],
        ["state", "aleppo", "--on", "2015-02-30"],
        ["state", "nowhere", "--on", "2015-10-10"],
        ["state", "aleppo", "--on", "2015-10-10", "--place", "nowhere"],
        ["state", "aleppo", "--on", "2015-10-10", "--policy", "loudest"],
        ["diff", "aleppo", "--from", "2016-01-01", "--to", "2015-01-01"],
        ["resolve"],
        ["resolve", "X", "--near", "200,5"],
        ["resolve", "X", "--near", "nan,5"],
        ["resolve", "-f", "/nonexistent"],
        ["export", "aleppo", "--on", "2015-10-10", "--from", "2015-10-01", "-o", "x.geojson"],
        ["export", "aleppo", "--on", "2015-10-10", "-o", "x.doc"],
        ["export", "aleppo", "--on", "2015-10-10", "--layers", "moon", "-o", "x.geojson"],
        ["embed", "aleppo", "-o", "/nonexistent/x.html"],
        ["embed", "aleppo", "--reach", "-1", "-o", "x.html"],
        ["app", "nowhere"],
        ["app", "--port", "99999"],
        ["check", "\x00"],
    ],
    ids=lambda arguments: " ".join(arguments)[:40] or "nothing",
)
def test_usage_is_exit_2_with_a_word_on_stderr(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.strip()
    assert list(tmp_path.iterdir()) == []


def test_diff_names_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", "aleppo", "--from", "2015-10-08", "--to", "2015-10-10", "--json") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    changed = {r["place_id"]: (r["before"], r["after"]) for r in records}
    assert changed["fafin"] == ("opposition", "isil")


def test_embed_and_export_write_files(tmp_path: Path) -> None:
    page, land = tmp_path / "map.html", tmp_path / "land.geojson"
    assert run("embed", "aleppo", "-o", str(page), "--title", "</script><b>x") == 0
    assert page.stat().st_size <= 600_000
    assert run("export", "aleppo", "--on", "2015-10-10", "-o", str(land)) == 0
    data = json.loads(land.read_bytes())
    assert {f["properties"]["layer"] for f in data["features"]} == {
        "control",
        "frontline",
        "strike",
        "place",
    }
    whole = tmp_path / "range.geojson"
    dates = ["--from", "2015-10-01", "--to", "2015-11-01"]
    assert run("export", "aleppo", *dates, "--layers", "control", "-o", str(whole)) == 0


HOSTILE = ["</script><script>alert(1)</script>", "{{7*7}}", "${1}", "=1+1", "a\tb\nc"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_data(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = '"' + name.replace('"', '""') + '"'
    row = f"control,2015-10-09,{cell},isil,s,37.2,36.5\n"
    (tmp_path / "claims.csv").write_text(HEADER + row, encoding="utf-8")
    assert run("state", str(tmp_path), "--on", "2015-10-10", "--json") == 0
    assert json.loads(capsys.readouterr().out)["place"] == name
    assert run("state", str(tmp_path), "--on", "2015-10-10") == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for action in parser()._subparsers._group_actions:  # type: ignore[union-attr]
        for name in action.choices or ():
            assert run(str(name), "--help") == 0
            assert "usage" in capsys.readouterr().out


def test_start_up_is_lean() -> None:
    """The command line starts without what it may not need."""
    code = (
        "import sys, timelines.cli; timelines.cli.parser();"
        "print([m for m in ('pandas', 'numpy', 'shapely', 'streamlit') if m in sys.modules]);"
        "import time; print(time.process_time())"  # of its own, not the clock of a busy machine
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded, took_s = out.stdout.splitlines()
    assert loaded == "[]"
    assert float(took_s) < 2


ENDLESS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000,) * 2)
from timelines.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["import", "csv", "/dev/zero", "--dry-run"], 1),
        (["import", "geojson", "/dev/zero", "--dry-run"], 1),
        (["import", "csv", "/dev/null", "--dry-run", "--mapping", "/dev/zero"], 2),
        (["resolve", "-f", "/dev/zero"], 2),
    ],
)
def test_a_file_without_end_is_read_only_so_far(arguments: list[str], status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr and "zero" in done.stderr


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m timelines.cli state aleppo --on 2015-10-10 --json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
