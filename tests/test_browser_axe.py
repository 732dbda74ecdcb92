"""axe-core finds nothing on the embed: desk, phone, light, dark, map, list, both scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser import DESK, PHONE, open_page
from tests.embeds import ready


@pytest.mark.parametrize("view", ["lang=en&m=map", "lang=ar&m=list"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(
    browser: Browser, embed: str, device: dict[str, object], scheme: str, view: str
) -> None:
    with open_page(browser, **device, color_scheme=scheme) as (page, _):
        ready(page, f"{embed}#d=2014-05-01&r=2014-04-01,2014-06-01&s=p200&{view}")
        page.locator(".fl-panel").wait_for()
        for details in page.locator("details").all():
            details.evaluate("(node) => { node.open = true; }")
        expect(page.locator("details:not([open])")).to_have_count(0)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
