"""What lies below the map in a real Chromium: doubt on a button, charts in a tab, nobody asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import at_rest, keep_screenshot

SIZES = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


@pytest.mark.parametrize("size", SIZES)
def test_doubt_and_charts(browser: Browser, address: str, size: str) -> None:
    context = browser.new_context(**SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    foreign: list[str] = []
    errors: list[str] = []
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else foreign.append(r.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/?on=2015-10-09")
    page.locator(".fl-slider").wait_for(timeout=60_000)
    expect(page.get_by_text("Kweires air base", exact=False).last).to_be_visible(timeout=30_000)
    _doubt(page)
    keep_screenshot(page, f"app-doubt-{size}")
    page.get_by_role("tab", name="Over time").click()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2, timeout=30_000)
    expect(page.get_by_test_id("stVegaLiteChart").first.locator("canvas, svg").first).to_be_visible(
        timeout=30_000
    )
    keep_screenshot(page, f"app-over-time-{size}")
    assert "on=2015-10-09" in page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert foreign == []
    assert errors == []
    context.close()


def _doubt(page: Page) -> None:
    page.get_by_text("How far could the line be off?").click()
    at_rest(page)
    page.get_by_role("button", name="Measure 9 October 2015").click()
    picture = page.locator(".fl-doubt img:visible")
    expect(picture).to_have_count(1, timeout=60_000)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    expect(page.get_by_text("halfway between places")).to_be_visible()
