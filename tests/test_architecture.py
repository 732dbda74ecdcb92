"""The house's rules as code: who may import whom, and who may touch the world outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("geo", "gazetteer", "timelines")
MAY_IMPORT = {"geo": {"geo"}, "gazetteer": {"geo", "gazetteer"}, "timelines": set(ROOMS)}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

# The only code that may use each of these. A new entry is a decision, not a convenience.
OUTSIDE = {
    "streamlit": ("timelines/screens/", "app.py"),
    "urllib.request": ("gazetteer/",),
    "http.client": ("timelines/importers/sheet.py",),
    "http.server": ("gazetteer/serve.py",),
    "starlette": ("timelines/screens/serve.py",),
    "geopy.geocoders": ("gazetteer/online.py",),
    "sqlite3": (
        "gazetteer/",
        "timelines/store",
        "timelines/importers/gpkg.py",
        "geo/basemap/own.py",
    ),
    "socket": (),
    "requests": (),
    "pickle": (),
}


@cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """Every module name that a file imports, wherever in the file it does so; read once."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_arrows_point_one_way(path: Path) -> None:
    """geo <- gazetteer <- timelines: an arrow means "may be imported by"."""
    room = path.relative_to(ROOT).parts[0]
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(path)
        if (top := name.split(".")[0]) in {*ROOMS, "app", "tests"} and top not in MAY_IMPORT[room]
    ]
    assert not wrong, f"{room} may not import {wrong}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_named_modules_touch_the_world(path: Path) -> None:
    """Disk databases, network and screens are behind a few doors."""
    here = path.relative_to(ROOT).as_posix()
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(path)
        for guarded, allowed in OUTSIDE.items()
        if (name == guarded or name.startswith(guarded + "."))
        and not any(here.startswith(prefix) for prefix in allowed)
    ]
    assert not wrong, f"{here} may not use {wrong}"


def test_screens_are_imported_by_nobody_below() -> None:
    """The models never lean on the app's pages."""
    for path in MODULES:
        if "screens" not in path.parts:
            names = [name for _, name in imports(path) if name.startswith("timelines.screens")]
            assert not names, f"{path} imports {names}"


def test_top_level_is_what_the_user_fixed() -> None:
    """A newcomer finds the same eight names each time."""
    allowed = {"README.md", "pyproject.toml", "app.py", "geo", "gazetteer", "timelines", "tests"}
    seen = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    scratch = {"build", "dist", "artifacts", "node_modules", "__pycache__"}
    assert seen - scratch <= allowed | {"LICENSE"}
