"""What many tests need and is dear to start: a real Chromium, and the app on its own timeline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.app_server import running_app
from tests.browser import open_browser
from tests.embeds import SCENE, write


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
