"""What lies below the map in a real Chromium: doubt on a button, charts in a tab, nobody asked."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import DESK, PHONE, keep_screenshot
from tests.visits import Visit


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_doubt_and_charts(browser: Browser, address: str, device: dict[str, Any]) -> None:
    with Visit(browser, address, **device) as visit:
        page = visit.open(f"{address}/?on=2015-10-09")
        expect(page.get_by_text("Kweires air base", exact=False).last).to_be_visible()
        _doubt(visit)
        keep_screenshot(page, f"app-doubt-{device['viewport']['width']}")
        page.get_by_role("tab", name="Over time").click()
        charts = page.get_by_test_id("stVegaLiteChart")
        expect(charts).to_have_count(3)
        expect(charts.first.locator("canvas, svg").first).to_be_visible()
        keep_screenshot(page, f"app-over-time-{device['viewport']['width']}")
        assert "on=2015-10-09" in page.url
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert visit.foreign == []
        assert visit.errors == []


def _doubt(visit: Visit) -> None:
    page = visit.page
    visit.at_rest()
    page.get_by_text("How far could the line be off?").click()
    visit.at_rest()
    page.get_by_role("button", name="Measure 9 October 2015").click()
    picture = page.locator(".fl-doubt img:visible")
    expect(picture).to_have_count(1)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    expect(page.get_by_text("halfway between places")).to_be_visible()
    visit.at_rest()
