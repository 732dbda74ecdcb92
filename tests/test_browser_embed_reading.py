"""The one-file page is read: pointed at, clicked, listed, filtered, compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page

from geo.embed import embed_html
from tests.browser import DESK, comes_true, open_page
from tests.embeds import KINDS, LAND, SCENE, painted, ready, slider_to


def left_of(page: Page, name: str) -> float:
    box = page.locator(name).bounding_box()
    assert box is not None
    return box["x"]


def test_hover_says_how_sure_and_by_whom(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        for kind in KINDS:
            page.get_by_label(kind).uncheck()
        page.locator(".fl-map").hover(position={"x": 600, "y": 400})
        tip = page.locator(".fl-tip")
        tip.wait_for()
        text = tip.inner_text()
        assert "Village" in text
        assert "reported" in text
        assert "Agency" in text


def test_a_click_tells_who_says_so(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        page.locator(".fl-map").click(position={"x": 700, "y": 420})
        panel = page.locator(".fl-panel")
        panel.wait_for()
        assert "Village" in panel.locator("h2").inner_text()
        text = panel.inner_text()
        assert "How we know" in text
        assert "Newest report" in text
        link = panel.locator("a").first
        assert link.get_attribute("href") == "https://example.org/report"
        assert "noopener" in str(link.get_attribute("rel"))
        page.keyboard.press("Escape")
        panel.wait_for(state="hidden")
        assert troubles == []


def test_a_press_that_trembles_is_a_click(browser: Browser, embed: str) -> None:
    """Leaflet takes three pixels for a drag, in which nothing opens."""
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        box = page.locator(".fl-map").bounding_box()
        assert box is not None
        x, y = box["x"] + 700, box["y"] + 420
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 3, y + 2)
        page.mouse.up()
        page.locator(".fl-panel").wait_for()


def test_the_list_says_what_the_map_shows(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        page.get_by_role("button", name="List", exact=True).click()
        page.locator(".fl-table").nth(1).wait_for()
        holders = page.locator(".fl-table").first
        assert holders.locator("tbody tr").count() == 250
        page.get_by_label("Find a place").fill("Village 200")
        comes_true(page, lambda: holders.locator("tbody tr").count() == 1)
        holders.get_by_role("button", name="Village 200").click()
        assert page.locator(".fl-panel h2").inner_text() == "Village 200"
        assert page.locator(".fl-table").nth(1).locator("tbody tr").count() > 3
        assert troubles == []


def test_filters_take_land_and_events_away(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        before = painted(page, 2)
        for kind in KINDS:
            page.get_by_label(kind).uncheck()
        comes_true(page, lambda: "No events" in page.locator(".fl-feed").inner_text())
        assert painted(page, 2) < before
        land = page.evaluate(LAND, 0)
        page.get_by_label("Rebels").uncheck()
        comes_true(page, lambda: page.evaluate(LAND, 0) != land)


def test_a_curtain_parts_what_was_known_on_two_dates(browser: Browser, tmp_path: Path) -> None:
    half = len(SCENE.flips.day) - 200
    flips = replace(
        SCENE.flips,
        **{n: getattr(SCENE.flips, n)[:half] for n in ("day", "place", "holder", "age_day")},
        why=SCENE.flips.why[:half],
        claims=SCENE.flips.claims[:half],
    )
    path = tmp_path / "map.html"
    earlier = replace(SCENE, flips=flips)
    path.write_text(embed_html(SCENE, other=earlier, names=("Today", "Then")), encoding="utf-8")
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, path.as_uri())
        assert page.evaluate(LAND, 0) != page.evaluate(LAND, 4), "two pictures of the last day"
        slider_to(page, SCENE.first_day)
        comes_true(page, lambda: page.evaluate(LAND, 0) == page.evaluate(LAND, 4))  # of the first
        curtain = page.get_by_label("Curtain between the two maps")
        before = page.locator(".fl-curtain").bounding_box()
        curtain.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        assert before
        comes_true(page, lambda: left_of(page, ".fl-curtain") > before["x"] + 20)
        page.locator(".fl-map").click(position={"x": 700, "y": 300})
        rival = page.locator(".fl-rival").inner_text()
        assert "Today:" in rival
        assert "Then:" in rival
        assert troubles == []
