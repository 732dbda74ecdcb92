"""Whatever the bytes: one clear error or a report, soon, in little memory, and nothing touched.

All files of a format go through a process of its own, which says what came of each, how long it
took, how much memory there ever was, and which files and sockets it opened.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.importer_cases import Case
from tests.importer_files import CASES
from timelines.errors import DataError
from timelines.importers import FORMATS

ROOT = Path(__file__).resolve().parent.parent
MAX_SECONDS = 5.0
MAX_BYTES = 500_000_000
CHILD = """
import json, sys, time
from tests.importer_files import CASES
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping

name = sys.argv[1]
make, usual = CASES[name]
importer = FORMATS[name]
touched, watching = [], False

def watch(event, args):
    if watching and (event in ("open", "os.open") or event.startswith(("socket.", "subprocess."))):
        if "site-packages" not in str(args[0]) and "/lib/python" not in str(args[0]):
            touched.append([event, str(args[0])])

sys.addaudithook(watch)
for warm in (b"", b"{}", b"<kml/>"):
    try:
        importer.parse(warm, mapping=usual, name="warm")
    except DataError:
        pass


def peak():
    # The high water mark of this program alone, which Linux keeps and lets us set back.
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if "VmHWM" in line)
    except OSError:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used if sys.platform == "darwin" else used * 1024


def set_back():
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


out = {"base": peak(), "cases": {}}
for title, case in make().items():
    content = case.content()
    touched.clear()
    set_back()
    begun, watching = time.process_time(), True
    try:
        _, report = importer.parse(
            content, mapping=case.mapping or usual, name=case.name or "evil"
        )
        outcome = "refused" if report.refused_rows else "taken"
        words = [str(r) for r in report.refused] + list(report.warnings)
        whole = report.rows == report.taken_rows + report.refused_rows + report.repeated + sum(
            n for _, n in report.skipped
        )
    except DataError as error:
        outcome, words, whole = "error", [str(error)], True
    watching = False
    out["cases"][title] = {
        "outcome": outcome,
        "words": " ".join(words)[:4000],
        "whole": whole,
        "seconds": time.process_time() - begun,
        "peak": peak(),
        "touched": list(touched),
    }
print(json.dumps(out))
"""


def outcomes(name: str) -> dict[str, Any]:
    """What a process of its own made of all files of a format."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD, name],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-600:]
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def complaints(case: Case, found: dict[str, Any]) -> list[str]:
    """What is wrong with what came of a file."""
    words = found["words"]
    good = {
        f"{found['outcome']}, not {case.outcome}: {words[:200]}": found["outcome"] == case.outcome,
        f"does not say {case.says!r}: {words[:200]}": case.says in words,
        "rows are missing from the account": found["whole"],
        f"touched {found['touched']}": not found["touched"],
        f"took {found['seconds']:.1f} s": found["seconds"] < MAX_SECONDS,
        f"held {found['peak']:,} bytes": found["peak"] < MAX_BYTES,
    }
    if found["outcome"] == "error":
        good[f"{len(words)} letters of error"] = len(words) < 700
        good[f"names a file of the archive: {words}"] = (
            "evil.csv" not in words or "unpacked" in words
        )
    return [complaint for complaint, fine in good.items() if not fine]


@pytest.mark.parametrize("name", CASES)
def test_hostile_files_end_in_one_clear_answer(name: str) -> None:
    """One test a format: its process is started once, whichever worker runs it."""
    cases = CASES[name][0]()
    assert len(cases) >= 15
    found = outcomes(name)
    assert set(found["cases"]) == set(cases)
    wrong = {title: complaints(case, found["cases"][title]) for title, case in cases.items()}
    wrong = {title: words for title, words in wrong.items() if words}
    assert not wrong, f"{found['base']:,} bytes before the first file; {wrong}"


@functools.cache
def small_files() -> frozenset[bytes]:
    """The hostile files of all formats that are made at once."""
    every = [case.data for make, _ in CASES.values() for case in make().values()]
    return frozenset(data for data in every if isinstance(data, bytes) and len(data) < 50_000)


@pytest.mark.parametrize("name", CASES)
def test_any_importer_bears_the_files_of_all_others(name: str) -> None:
    for data in small_files():
        try:
            _, report = FORMATS[name].parse(data, mapping=CASES[name][1], name="evil")
        except DataError as error:
            assert str(error)
        else:
            used = report.taken_rows + report.refused_rows + report.repeated
            assert report.rows == used + sum(count for _, count in report.skipped)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\nb\x1b[31m.csv", "C:\\x\\..\\y.csv", "\u202egpj.csv", "x" * 10_000],
)
def test_names_of_files_are_cut_to_a_plain_last_part(name: str) -> None:
    _, report = FORMATS["csv"].parse(b"place\nDabiq\n", mapping=CASES["csv"][1], name=name)
    assert report.name.isprintable() and len(report.name) <= 120
    assert not {"/", "\\"} & set(report.name)


def test_every_format_has_its_table() -> None:
    assert set(CASES) == set(FORMATS)
