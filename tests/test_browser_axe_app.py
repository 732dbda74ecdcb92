"""axe-core finds nothing of ours on any page of the app: desk, phone, light, dark, every tab.

Beside axe's own rules it holds every control to 24 px (WCAG 2.2, 2.5.8), and the keyboard alone
must reach and work each of them.
"""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import DESK, PHONE, comes_true, keep_screenshot, shows
from tests.visits import Visit, wait_for_url

# Told that only violations count, axe takes a fifth of the time to find the same ones.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# What Streamlit draws and no setting or style of ours can mend: rule, element, reason.
STREAMLITS_OWN = {
    # The drop zone is `role=presentation` and has a label; the button inside it is right.
    ("presentation-role-conflict", 'data-testid="stFileUploaderDropzone"'),
}
PAPER: dict[Literal["light", "dark"], str] = {
    "light": "rgb(255, 255, 255)",
    "dark": "rgb(23, 22, 20)",
}
PAGES = ("", "compare", "data", "names", "method")


def found(page: Page) -> list[tuple[str, str]]:
    """What axe finds, without what is Streamlit's own: rule and element."""
    violations: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        (rule["id"], node["html"][:300])
        for rule in violations
        for node in rule["nodes"]
        if not any(rule["id"] == own and mark in node["html"] for own, mark in STREAMLITS_OWN)
    ]


def opened(visit: Visit, address: str, name: str) -> Page:
    """A page at rest, with what it folds away opened."""
    page = visit.page
    if name:
        page.goto(f"{address}/{name}")
        page.get_by_role("heading", name=name.title(), exact=True).wait_for()
    else:
        visit.open(f"{address}/?on=2015-10-09&place=kafr-nasih")
    visit.at_rest()
    folded = page.locator('[data-testid="stExpander"] details:not([open]) > summary:visible')
    while folded.count():
        for summary in folded.element_handles():
            summary.dispatch_event("click")  # the mouse would miss what moves as others open
        visit.at_rest()
    return page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_whole_asks_nobody_and_axe_finds_nothing_of_ours(
    browser: Browser, address: str, device: dict[str, Any], name: str
) -> None:
    with Visit(browser, address, **device, color_scheme="light") as visit:
        page = opened(visit, address, name)
        width = device["viewport"]["width"]
        expect(page.get_by_test_id("stException")).to_have_count(0)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page scrolls sideways"
        for scheme, paper in PAPER.items():
            page.emulate_media(color_scheme=scheme)
            expect(page.get_by_test_id("stApp")).to_have_css("background-color", paper)
            visit.at_rest()
            assert found(page) == [], scheme
            keep_screenshot(page, f"app-axe-{name or 'map'}-{width}-{scheme}")
        assert visit.foreign == [] and visit.errors == []


@pytest.mark.parametrize(
    ("device", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_axe_finds_nothing_in_any_tab(
    browser: Browser, address: str, device: dict[str, Any], scheme: str
) -> None:
    name = "" if scheme == "light" else "data"
    with Visit(browser, address, **device, color_scheme=scheme) as visit:
        page = opened(visit, address, name)
        tabs = page.get_by_role("tab")
        assert tabs.count() >= 4
        for tab in tabs.all()[1:]:
            tab.click()
            expect(tab).to_have_attribute("aria-selected", "true")
            visit.at_rest()
            assert found(page) == [], tab.inner_text()


def focused(page: Page) -> str:
    """What has the keyboard's focus, through shadow roots: its name or text."""
    return str(
        page.evaluate(
            """() => { let n = document.activeElement;
            while (n && n.shadowRoot && n.shadowRoot.activeElement) n = n.shadowRoot.activeElement;
            return n && (n.getAttribute("aria-label") || n.textContent || n.tagName).trim(); }"""
        )
    )


def tab_to(page: Page, label: str, *, most: int = 120, key: str = "Tab") -> None:
    """Press Tab until something of this name has the focus."""
    seen: list[str] = []
    for _ in range(most):
        page.keyboard.press(key)
        seen.append(focused(page))
        if label in seen[-1] and len(seen[-1]) < len(label) + 40:  # not a box that holds it
            return
    raise AssertionError(f"the keyboard never reaches {label!r}, only {seen}")


def test_the_keyboard_alone_goes_through_the_app(browser: Browser, address: str) -> None:
    """Pages, player, tabs, doubt, downloads: each reached by Tab and worked without a mouse."""
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(f"{address}/?on=2015-10-09")
        visit.at_rest()
        tab_to(page, "Date")
        page.keyboard.press("ArrowRight")
        shows(page, "2015-10-10")
        wait_for_url(page, "on=2015-10-10")
        visit.at_rest()
        tab_to(page, "Land and fronts")
        page.keyboard.press("ArrowRight")
        comes_true(page, lambda: focused(page) == "Over time")
        page.keyboard.press("Enter")
        over_time = page.get_by_role("tab", name="Over time")
        expect(over_time).to_have_attribute("aria-selected", "true")
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(3)
        visit.at_rest()
        tab_to(page, "GeoJSON of 2015-10-10")
        with page.expect_download() as got:
            page.keyboard.press("Enter")
        assert got.value.suggested_filename == "aleppo-2015-10-10.geojson"
        tab_to(page, "More formats")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Excel").first).to_be_visible()
        page.get_by_test_id("stApp").evaluate("() => document.activeElement.blur()")
        tab_to(page, "Compare", key="Shift+Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Compare", exact=True).wait_for()
        visit.at_rest()
        tab_to(page, "Two dates")
        page.keyboard.press("ArrowRight")
        comes_true(page, lambda: focused(page) == "Two dates of knowledge")
        page.keyboard.press(" ")
        expect(page.get_by_text("and as known on")).to_be_visible()
        assert visit.errors == [] and visit.foreign == []
