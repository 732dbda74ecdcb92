"""The README holds what it promises: its commands, its examples, its picture."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line.split("#")[0].strip()
    for language, text in BLOCKS
    if language == "sh" and "pip" not in text
    for line in text.splitlines()
    if line.startswith("frontlines ") and not line.startswith("frontlines app")
]
PYTHON = [text for language, text in BLOCKS if language == "python"]


def marked(name: str) -> str:
    found = re.search(
        rf"<!-- {name} command -->\n```sh\n(.*?)\n```\n<!-- end -->", README, re.DOTALL
    )
    assert found, f"README.md has no {name} command"
    return found.group(1)


def test_the_two_commands_are_one_line_each_and_ci_runs_the_second() -> None:
    assert "\n" not in marked("run") and marked("run").endswith("frontlines app")
    assert "\n" not in marked("test") and "pytest" in marked("test")
    assert "test command" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_pictures_and_links_inside_exist() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_there_are_examples() -> None:
    assert len(COMMANDS) >= 6
    assert PYTHON


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    words = shlex.split(command)
    run = subprocess.run(
        [sys.executable, "-m", "timelines.cli", *words[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    if "-o" in words:
        assert (tmp_path / words[words.index("-o") + 1]).stat().st_size > 0


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_of_the_readme_runs(number: int, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PYTHON[number]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr
