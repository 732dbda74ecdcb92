"""The app in a real Chromium: opened, scrubbed, read, shared, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.app_server import running_app
from tests.browser import DESK, PHONE, date, keep_screenshot, shows
from tests.visits import Visit, let_go_at, wait_for_url


def test_it_opens_and_asks_nobody(browser: Browser, address: str) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(address)
        keep_screenshot(page, "app-map-1280")
        assert visit.foreign == []
        assert visit.errors == []


def test_scrubbing_stays_in_the_browser_and_letting_go_tells_python(
    browser: Browser, address: str
) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(address)
        visit.at_rest()
        before = visit.sent
        for day in ("2014-02-03", "2014-06-01", "2014-09-09"):
            page.locator(".fl-slider").evaluate(
                """(s, day) => { s.value = Date.parse(day) / 864e5;
                s.dispatchEvent(new Event("input", {bubbles: true})); }""",
                day,
            )
            shows(page, day)
        assert visit.sent == before, "scrubbing sent something to Python"
        let_go_at(page, "2015-11-10")
        wait_for_url(page, "on=2015-11-10")
        assert visit.sent > before, "letting go sent nothing"
        expect(page.get_by_text("On 10 November 2015")).to_be_visible()
        assert visit.errors == []


def test_a_permalink_shows_the_same_view(browser: Browser, address: str) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(f"{address}/?on=2016-10-11&window=7&lang=ar&place=dabiq")
        assert date(page) == "2016-10-11"
        assert page.locator(".fl-root").get_attribute("dir") == "rtl"
        visit.at_rest()
        url = page.url
    with Visit(browser, address, **DESK) as again:
        page = again.open(url)
        again.at_rest()
        # The fitted view may be told in the second address and not yet in the first.
        asked, told = (parse_qs(urlsplit(u).query) for u in (url, page.url))
        assert asked.items() <= told.items()
        assert date(page) == "2016-10-11"
        assert "دابق" in page.locator(".fl-panel").inner_text()


def test_a_hostile_address_falls_back_with_a_message(browser: Browser, address: str) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(f"{address}/?on=31-31-31&lang=<script>&view=9e999,0,0&t=../../etc")
        expect(page.get_by_text("is not a day such as").first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert visit.errors == []


def test_a_place_tells_who_said_so(browser: Browser, address: str) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(f"{address}/?on=2016-02-20&place=kafr-nasih")
        panel = page.locator(".fl-panel")
        expect(panel).to_contain_text("disputed", ignore_case=True)
        for source in ("Syrian Observatory", "stratreview"):  # one says SDF, one the government
            expect(panel).to_contain_text(source)
        keep_screenshot(page, "app-place-1280")


def test_keyboard_moves_time(browser: Browser, address: str) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(f"{address}/?on=2015-10-09")
        visit.at_rest()
        page.locator(".fl-slider").focus()
        page.keyboard.press("ArrowRight")
        shows(page, "2015-10-10")
        page.keyboard.press("Home")
        shows(page, "2012-07-01")


def test_phone(browser: Browser, address: str) -> None:
    with Visit(browser, address, **PHONE) as visit:
        page = visit.open(f"{address}/?on=2016-10-11")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page scrolls sideways"
        play = page.locator(".fl-play").first.bounding_box()
        assert play and min(play["width"], play["height"]) >= 44
        keep_screenshot(page, "app-phone")


def test_downloads_are_whole_even_while_python_is_busy(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    with Visit(browser, address, **DESK) as visit:
        page = visit.open(f"{address}/?on=2016-10-11")
        links = page.locator(".fl-take a")
        visit.at_rest()
        with page.expect_download() as got:
            links.get_by_text("GeoJSON of 2016-10-11").click()
        got.value.save_as(tmp_path / "day.geojson")
        assert b'"FeatureCollection"' in (tmp_path / "day.geojson").read_bytes()[:200]
        # The hand lets go of the slider and presses at once, while the page is drawn anew.
        # Not by the mouse: what it presses may have moved on until it is let go.
        let_go_at(page, "2014-02-03")
        with page.expect_download() as got:
            page.get_by_text("Embed: the map as one file").dispatch_event("click")
        got.value.save_as(tmp_path / "map.html")
        assert (tmp_path / "map.html").read_bytes().startswith(b"<!")
        assert (tmp_path / "map.html").stat().st_size < 600_000
        expect(links.get_by_text("GeoJSON of 2014-02-03")).to_be_visible()


def test_a_broken_timeline_is_a_list_not_a_trace(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    (folder / "claims.csv").write_text(
        "kind,date,place,actor,source\n"
        "control,2015-02-31,Dabiq,isil,a report\n"
        "control,2015-03-01,Dabiq,isil,a report\n"
        "control,2015-03-01,Xyzzyqqq,isil,a report\n",
        encoding="utf-8",
    )
    with (
        running_app(tmp_path_factory.mktemp("app"), str(folder)) as address,
        Visit(browser, address, **DESK) as visit,
    ):
        page = visit.open(address)
        expect(page.get_by_text("2 error(s)")).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_embed_is_served_under_a_policy_it_never_breaks(browser: Browser, address: str) -> None:
    with Visit(browser, address, **DESK) as visit:
        said: list[str] = []
        visit.page.on("console", lambda message: said.append(message.text))
        answer = visit.page.goto(f"{address}/embed/aleppo")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        visit.page.locator(".fl-sources").wait_for()
        visit.page.locator(".fl-slider").focus()
        visit.page.keyboard.press("ArrowLeft")
        shows(visit.page, "2015-10-08")
        assert said == []
        assert visit.errors == [] and visit.foreign == []


@pytest.mark.parametrize(
    "path", ["/embed/..%2F..%2Fetc", "/embed/nope", "/embed/aleppo?theme=<script>", "/oembed?url=x"]
)
def test_nothing_else_is_served(browser: Browser, address: str, path: str) -> None:
    with Visit(browser, address) as visit:
        answer = visit.context.request.get(f"{address}{path}")
        assert answer.status in (400, 404)
        assert "<script" not in answer.text()


def test_oembed_names_the_frame(browser: Browser, address: str) -> None:
    with Visit(browser, address) as visit:
        url = f"{address}/oembed?url={address}/embed/aleppo&maxheight=500"
        answer = visit.context.request.get(url).json()
        assert answer["type"] == "rich" and answer["height"] == 500
        assert 'sandbox="allow-scripts' in answer["html"]
        wrong = f"{address}/oembed?url=http://other.example/embed/aleppo"
        assert visit.context.request.get(wrong).status == 404
