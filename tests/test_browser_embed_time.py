"""Time in the one-file page: scrubbed, played, looped, in the address, by hand and by key."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser import DESK, comes_true, date, open_page, shows, until
from tests.embeds import LAND, SCENE, painted, ready, slider_to

WATCH = """() => { const shown = document.querySelector("time.fl-date");
    window.seen = [shown.dateTime];
    new MutationObserver(() => window.seen.push(shown.dateTime))
        .observe(shown, { attributes: true, attributeFilter: ["datetime"] }); }"""


def scale(page: Page) -> str:
    return page.locator(".fl-scale span").inner_text()


def wide(page: Page) -> tuple[str, str | None]:
    """What the scale bar says, and how long it is: both change with the zoom."""
    return scale(page), page.locator(".fl-scale").get_attribute("style")


def test_scrubbing_changes_land_and_date_and_back_again(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        slider_to(page, SCENE.first_day)
        first = page.evaluate(LAND, 0)
        slider_to(page, SCENE.first_day + 300)
        assert page.evaluate(LAND, 0) != first
        slider_to(page, SCENE.first_day)
        assert page.evaluate(LAND, 0) == first, "going back shows what was there before"
        assert troubles == []


def test_keys(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        slider = page.locator(".fl-slider")
        slider.focus()
        page.keyboard.press("Home")
        shows(page, "2013-10-22")
        page.keyboard.press("ArrowRight")
        shows(page, "2013-10-23")
        assert slider.get_attribute("aria-valuetext") == "23 October 2013"
        page.locator(".fl-map").focus()
        page.keyboard.press("Shift+ArrowRight")
        comes_true(page, lambda: date(page) != "2013-10-23")
        changes = {str(d) for d in SCENE.flips.day.astype("datetime64[D]")}
        assert date(page) in changes
        page.keyboard.press("End")
        shows(page, "2014-11-26")
        assert " km" in scale(page)
        for _ in range(3):
            before = wide(page)
            page.keyboard.press("+")
            comes_true(page, lambda before=before: wide(page) != before)
        assert troubles == []


def test_play_runs_and_pause_stops(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        page.locator(".fl-map").focus()
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        comes_true(page, lambda: date(page) > "2013-10-28")
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("button", name="Play").wait_for()
        stopped = date(page)
        page.wait_for_timeout(400)
        assert date(page) == stopped
        assert stopped < "2014-11-26"
        assert troubles == []


def test_a_range_is_brushed_looped_and_cleared(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        bars = page.locator(".fl-marks").bounding_box()
        assert bars
        middle = bars["y"] + bars["height"] / 2
        page.mouse.move(bars["x"] + bars["width"] * 0.25, middle)
        page.mouse.down()
        page.mouse.move(bars["x"] + bars["width"] * 0.30, middle, steps=4)
        page.mouse.up()
        until(page, "location.hash.includes('r=2014-01-')")
        page.locator(".fl-band").wait_for()
        page.locator(".fl-map").focus()
        page.keyboard.press("Home")
        comes_true(page, lambda: date(page).startswith("2014-01"))
        first = date(page)
        page.evaluate(WATCH)
        page.keyboard.press("Space")
        until(page, "window.seen.some((day, i) => i && day < window.seen[i - 1])")  # round again
        page.keyboard.press("Space")
        page.get_by_role("button", name="Play").wait_for()
        seen = page.evaluate("window.seen")
        assert first == min(seen)
        assert max(seen) < "2014-03", "it stayed inside"
        page.get_by_role("button", name="Whole period").click()
        page.locator(".fl-band").wait_for(state="hidden")
        page.get_by_role("button", name="From here").click()
        page.locator(".fl-band").wait_for()
        assert troubles == []


def test_reduced_motion_goes_from_change_to_change(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK, reduced_motion="reduce") as (page, _):
        ready(page, embed)
        page.wait_for_timeout(500)
        assert date(page) == "2014-11-26", "nothing moves by itself"
        page.locator(".fl-map").focus()
        page.keyboard.press("Home")
        shows(page, "2013-10-22")
        page.keyboard.press("Space")
        comes_true(page, lambda: date(page) > "2013-10-22")
        assert date(page) in {str(d) for d in SCENE.flips.day.astype("datetime64[D]")}


def test_the_view_is_in_the_address_and_back_goes_back(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, f"{embed}#d=2014-03-03&v=37.2,36.3,9.5&w=30&l=-names&x=reb")
        assert date(page) == "2014-03-03"
        assert not page.get_by_label("Rebels").is_checked()
        assert painted(page, 3) == 0
        opened = page.evaluate("history.length")
        slider_to(page, SCENE.first_day + 200)
        until(page, "location.hash.includes('2014-05-10')")
        assert page.evaluate("history.length") == opened + 1
        page.go_back()
        until(page, "location.hash.includes('2014-03-03')")
        shows(page, "2014-03-03")
        assert troubles == []
