"""A timeline of control polygons in the app: its land is on the map, its holders have names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.app_server import running_app
from tests.browser import DESK, keep_screenshot
from tests.test_timelines_polygon_timeline import days
from tests.visits import Visit
from timelines import cli


@pytest.fixture(scope="module")
def war(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app with three days of polygons."""
    folder = tmp_path_factory.mktemp("polygons")
    (folder / "daily").mkdir()
    for name, content in days().items():
        (folder / "daily" / name).write_bytes(content)
    where = str(folder / "war.gpkg")
    assert cli.main(["import", "polygons", str(folder / "daily"), "-o", where]) == 0
    with running_app(folder, where) as address:
        yield address


def test_polygons_are_on_the_map_with_names_and_nobody_is_asked(browser: Browser, war: str) -> None:
    with Visit(browser, war, **DESK) as visit:
        page = visit.open(war)
        keep_screenshot(page, "app-polygons-1280")
        expect(page.get_by_text("Russia", exact=True).first).to_be_visible()
        expect(page.get_by_text("russia", exact=True)).to_have_count(0)
        assert visit.errors == [] and visit.foreign == []
