"""axe-core finds nothing on the embed: desk, phone, light, dark, map, list, both scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from geo.embed import embed_html
from tests.browser import open_page
from tests.scenes import moving_front
from tests.test_browser_embed import DESK, PHONE


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("axe") / "map.html"
    path.write_text(embed_html(moving_front()), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("view", ["lang=en&m=map", "lang=ar&m=list"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(
    browser: Browser, address: str, device: dict[str, object], scheme: str, view: str
) -> None:
    with open_page(browser, **device, color_scheme=scheme) as (page, _):
        page.goto(f"{address}#d=2014-05-01&r=2014-04-01,2014-06-01&s=p200&{view}")
        page.locator(".fl-sources").wait_for()
        page.locator(".fl-panel").wait_for()
        for details in page.locator("details").all():
            details.evaluate("(node) => { node.open = true; }")
        expect(page.locator("details:not([open])")).to_have_count(0)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
