"""What many tests need and is dear to start: a real Chromium, and the app on its own timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import postgis_server
from tests.app_server import running_app
from tests.browser import open_browser
from tests.edit_page import HEADER, ROWS
from tests.editing import two_claims
from tests.embeds import SCENE, write
from timelines.contents import Store
from timelines.screens import edit, session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The linters first: the longest test of all, begun last, would keep one worker alone."""
    items.sort(key=lambda item: item.path.name != "test_quality.py")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module, not one a run: while it is open, its event loop is the thread's."""
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the installed app, which nobody may change: it shows the bundled timeline."""
    with running_app(tmp_path_factory.mktemp("app")) as started:
        yield started


@pytest.fixture(scope="session")
def embed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the one-file page of `SCENE`."""
    return write(tmp_path_factory.mktemp("embed"), SCENE)


@pytest.fixture(scope="session")
def postgis() -> Iterator[str]:
    """The address of a PostGIS database, in which each test makes a schema of its own."""
    with postgis_server.running() as address:
        yield address


@pytest.fixture(params=["folder", "sqlite", "postgis"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store may be made, of each kind."""
    return new_address(request, tmp_path)


@pytest.fixture(params=["sqlite", "postgis"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Where a store with a schema may be made, and its module."""
    return new_address(request, tmp_path), f"timelines.stores.{request.param}"


def new_address(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "postgis":
        return postgis_server.timeline_in(request.getfixturevalue("postgis"))
    return str(folder / {"folder": "timeline", "sqlite": "timeline.gpkg"}[request.param])


@pytest.fixture(params=["folder", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store with the two claims that the tests of `edits` change."""
    return two_claims(tmp_path / {"folder": "t", "sqlite": "t.gpkg"}[request.param])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A timeline of two claims, which the app opens."""
    made = tmp_path / "mine"
    made.mkdir()
    (made / "claims.csv").write_text(HEADER + ROWS, "utf-8")
    monkeypatch.setenv(session.GIVEN, str(made))
    return made


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> dict[str, Mapping[str, Any]]:
    """What the next hand in the grid does, by the grid's key."""
    done: dict[str, Mapping[str, Any]] = {}
    monkeypatch.setattr(edit, "grid", lambda shown, key: done.get(key, {}))
    return done
