"""The one-file page in a real Chromium: scrubbed, played, read, framed, without a network."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from geo.embed import embed_html, embed_split, iframe_snippet
from geo.scene import Scene
from tests.browser import date, keep_screenshot, open_page, shows
from tests.hostile import HOSTILE
from tests.scenes import moving_front

SCENE = moving_front()
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("embed"), SCENE)


def write(folder: Path, scene: Scene, **options: str) -> str:
    path = folder / "map.html"
    path.write_text(embed_html(scene, **options), encoding="utf-8")
    return path.as_uri()


def ready(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator(".fl-slider").wait_for()
    page.locator(".fl-sources").wait_for()
    return page


def painted(page: Page, name: int = 0) -> int:
    """Pixels of a canvas that are not empty: 0 land, 1 basemap, 2 fronts and events, 3 names."""
    return page.evaluate(
        """(n) => { const c = document.querySelectorAll(".fl-canvas")[n];
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let k = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) k += 1; return k; }""",
        name,
    )


def until(page: Page, condition: str, timeout_s: float = 5.0) -> None:
    """Wait for a condition; Playwright's own way needs `eval`, which the page's policy forbids."""
    end = time.monotonic() + timeout_s
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"never came true: {condition}"
        page.wait_for_timeout(30)


def comes_true(page: Page, check: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait for what a test looks for: a busy machine draws late."""
    end = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < end, "it never came true"
        page.wait_for_timeout(30)


def slider_to(page: Page, day: int) -> None:
    page.locator(".fl-slider").evaluate(
        """(s, day) => { s.value = day;
        s.dispatchEvent(new Event("input", {bubbles: true}));
        s.dispatchEvent(new Event("change", {bubbles: true})); }""",
        day,
    )
    page.wait_for_timeout(150)


def test_it_draws_and_asks_nobody(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK, offline=True) as (page, troubles):
        ready(page, address)
        assert all(painted(page, n) > 500 for n in range(4))
        assert page.locator(".fl-title").inner_text() == SCENE.title
        keep_screenshot(page, "embed-desk")
        assert troubles == []


def test_scrubbing_changes_land_and_date_and_back_again(browser: Browser, address: str) -> None:
    look = """() => document.querySelector(".fl-canvas").toDataURL()"""
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
        slider_to(page, SCENE.first_day)
        first = page.evaluate(look)
        slider_to(page, SCENE.first_day + 300)
        assert page.evaluate(look) != first
        slider_to(page, SCENE.first_day)
        assert page.evaluate(look) == first, "going back shows what was there before"
        assert troubles == []


def test_keys(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
        slider = page.locator(".fl-slider")
        slider.focus()
        page.keyboard.press("Home")
        until(page, "document.querySelector('time.fl-date').dateTime === '2013-10-22'")
        page.keyboard.press("ArrowRight")
        shows(page, "2013-10-23")
        assert slider.get_attribute("aria-valuetext") == "23 October 2013"
        page.locator(".fl-map").focus()
        page.keyboard.press("Shift+ArrowRight")
        until(page, "document.querySelector('time.fl-date').dateTime !== '2013-10-23'")
        changes = {str(d) for d in SCENE.flips.day.astype("datetime64[D]")}
        assert date(page) in changes
        page.keyboard.press("End")
        shows(page, "2014-11-26")
        width = page.locator(".fl-scale span").inner_text()
        for _ in range(3):
            page.keyboard.press("+")
            page.wait_for_timeout(350)
        comes_true(page, lambda: page.locator(".fl-scale span").inner_text() != width)
        assert troubles == []


def test_play_runs_and_pause_stops(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
        page.locator(".fl-map").focus()
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        until(page, "document.querySelector('time.fl-date').dateTime > '2013-10-28'")
        page.get_by_role("button", name="Pause").click()
        page.wait_for_timeout(150)
        stopped = date(page)
        page.wait_for_timeout(400)
        assert date(page) == stopped
        assert stopped < "2014-11-26"
        assert troubles == []


def test_a_range_is_brushed_looped_and_cleared(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
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
        until(page, "document.querySelector('time.fl-date').dateTime.startsWith('2014-01')")
        first = date(page)
        page.keyboard.press("Space")
        seen = set()
        for _ in range(40):
            page.wait_for_timeout(60)
            seen.add(date(page))
        assert first in seen, "it came round again"
        assert max(seen) < "2014-03", "it stayed inside"
        page.keyboard.press("Space")
        page.get_by_role("button", name="Whole period").click()
        page.locator(".fl-band").wait_for(state="hidden")
        page.get_by_role("button", name="From here").click()
        page.locator(".fl-band").wait_for()
        assert troubles == []


def test_hover_says_how_sure_and_by_whom(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, _):
        ready(page, address)
        for kind in ("Strike", "Clash", "Siege", "Toll over an area"):
            page.get_by_label(kind).uncheck()
        page.locator(".fl-map").hover(position={"x": 600, "y": 400})
        tip = page.locator(".fl-tip")
        tip.wait_for()
        text = tip.inner_text()
        assert "Village" in text
        assert "reported" in text
        assert "Agency" in text


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
    look = """(n) => document.querySelectorAll(".fl-canvas")[n].toDataURL()"""
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, path.as_uri())
        assert page.evaluate(look, 0) != page.evaluate(look, 4), "two pictures of the last day"
        slider_to(page, SCENE.first_day)
        comes_true(page, lambda: page.evaluate(look, 0) == page.evaluate(look, 4))  # of the first
        curtain = page.get_by_label("Curtain between the two maps")
        before = page.locator(".fl-curtain").bounding_box()
        curtain.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        after = page.locator(".fl-curtain").bounding_box()
        assert before and after
        assert after["x"] > before["x"] + 20
        page.locator(".fl-map").click(position={"x": 700, "y": 300})
        rival = page.locator(".fl-rival").inner_text()
        assert "Today:" in rival
        assert "Then:" in rival
        assert troubles == []


def test_tiles_are_asked_for_only_when_switched_on(browser: Browser, tmp_path: Path) -> None:
    """A page that hosts the player may offer tiles; the embed's own policy would refuse them."""
    tiles = {"url": "https://tiles.example/{z}/{x}/{y}.png", "attribution": "© Example <b>Maps</b>"}
    text = embed_html(SCENE, options={"tiles": tiles})
    path = tmp_path / "map.html"
    path.write_text(text.replace("img-src data: blob:", "img-src *"), encoding="utf-8")
    with open_page(browser, **DESK, offline=True) as (page, troubles):
        ready(page, path.as_uri())
        assert troubles == []
        assert not page.locator(".fl-attribution").is_visible()
        page.locator(".fl-layers summary").last.click()
        page.get_by_label("Online map tiles").check()
        page.locator(".fl-attribution").wait_for()
        assert page.locator(".fl-attribution").inner_text() == tiles["attribution"]
        comes_true(page, lambda: any(t.startswith("request: ") for t in troubles))
        asked = [t for t in troubles if t.startswith("request: ")]
        assert asked
        assert all(t.startswith("request: https://tiles.example/") for t in asked)


def test_reduced_motion_goes_from_change_to_change(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK, reduced_motion="reduce") as (page, _):
        ready(page, address)
        page.wait_for_timeout(500)
        assert date(page) == "2014-11-26", "nothing moves by itself"
        page.locator(".fl-map").focus()
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        shows(page, "2013-10-22")
        until(page, "document.querySelector('time.fl-date').dateTime > '2013-10-22'")
        assert date(page) in {str(d) for d in SCENE.flips.day.astype("datetime64[D]")}


def test_a_click_tells_who_says_so(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
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


def test_the_list_says_what_the_map_shows(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
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


def test_filters_take_land_and_events_away(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, _):
        ready(page, address)
        before = painted(page, 2)
        for kind in ("Strike", "Clash", "Siege", "Toll over an area"):
            page.get_by_label(kind).uncheck()
        comes_true(page, lambda: "No events" in page.locator(".fl-feed").inner_text())
        assert painted(page, 2) < before
        look = """() => document.querySelector(".fl-canvas").toDataURL()"""
        land = page.evaluate(look)
        page.get_by_label("Rebels").uncheck()
        page.wait_for_timeout(100)
        assert page.evaluate(look) != land


def test_the_view_is_in_the_address_and_back_goes_back(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, f"{address}#d=2014-03-03&v=37.2,36.3,9.5&w=30&l=-names&x=reb")
        assert date(page) == "2014-03-03"
        assert not page.get_by_label("Rebels").is_checked()
        assert painted(page, 3) == 0
        page.wait_for_timeout(400)
        opened = page.evaluate("history.length")
        slider_to(page, SCENE.first_day + 200)
        until(page, "location.hash.includes('2014-05-10')")
        assert page.evaluate("history.length") == opened + 1
        page.go_back()
        until(page, "location.hash.includes('2014-03-03')")
        shows(page, "2014-03-03")
        assert troubles == []


def test_arabic_runs_from_right_to_left(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
        page.get_by_role("button", name="العربية").click()
        root = page.locator("#frontlines")
        comes_true(page, lambda: root.get_attribute("dir") == "rtl")
        assert root.get_attribute("lang") == "ar"
        assert "تشرين الثاني" in page.locator("time.fl-date").inner_text()
        title, legend = (
            page.locator(".fl-title").bounding_box(),
            page.locator(".fl-side").bounding_box(),
        )
        assert title and legend
        assert legend["x"] < 300, "the column of the legend is on the left now"
        keep_screenshot(page, "embed-arabic")
        assert troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(browser: Browser, address: str, scheme: str) -> None:
    with open_page(browser, **PHONE, color_scheme=scheme) as (page, troubles):
        ready(page, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("#frontlines").get_attribute("data-theme") == scheme
        for box in page.locator("button:visible, select:visible").all():
            size = box.bounding_box()
            assert size
            assert min(size["width"], size["height"]) >= 24
        for box in page.locator(".fl-transport button, .fl-corner button").all():
            size = box.bounding_box()
            assert size
            assert min(size["width"], size["height"]) >= 44
        page.locator(".fl-map").tap(position={"x": 180, "y": 200})
        page.locator(".fl-panel").wait_for()
        page.wait_for_timeout(500)
        keep_screenshot(page, f"embed-phone-{scheme}")
        assert troubles == []


@pytest.mark.parametrize("width", [390, 620, 900, 1280, 1920])
def test_nothing_spills_at_any_width(browser: Browser, address: str, width: int) -> None:
    with open_page(browser, viewport={"width": width, "height": 800}) as (page, _):
        ready(page, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        stage = page.locator(".fl-stage-box").bounding_box()
        assert stage
        assert stage["height"] >= 300


def test_in_a_sandboxed_frame_it_works_and_tells_its_height(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    host = tmp_path / "host.html"
    host.write_text(
        "<!doctype html><script>window.heard=[];addEventListener('message',e=>heard.push(e.data))"
        f'</script><iframe src="{address}?childId=g1" sandbox="allow-scripts" width="700" '
        'height="900"></iframe>',
        encoding="utf-8",
    )
    with open_page(browser, **DESK) as (page, troubles):
        page.goto(host.as_uri())
        frame = page.frame_locator("iframe")
        frame.locator(".fl-sources").wait_for()
        frame.locator(".fl-slider").focus()
        page.keyboard.press("Home")
        shown = frame.locator("time.fl-date")
        comes_true(page, lambda: shown.get_attribute("datetime") == "2013-10-22")
        heard = page.evaluate("heard")
        heights = [m["datawrapper-height"] for m in heard if "datawrapper-height" in m]
        assert heights
        assert all(300 < h < 3000 for m in heights for h in m.values())
        assert any(isinstance(m, dict) and m.get("sentinel") == "amp" for m in heard)
        assert any(isinstance(m, str) and m.startswith("pymxPYMxg1xPYMxheight") for m in heard)
        assert troubles == []


def test_hostile_names_run_nothing_and_show_as_text(browser: Browser, tmp_path: Path) -> None:
    texts = [t for t in HOSTILE if t.strip()]
    scene = moving_front(20, 12, changes=100, strikes=40, hostile="</script><script>window.pwned=1")
    places = tuple(
        replace(p, name=texts[i % len(texts)], name_ar=texts[-i % len(texts)])
        for i, p in enumerate(scene.places)
    )
    sources = tuple(
        replace(s, publisher=texts[i], title=texts[i + 50], url=f"javascript:window.pwned={i}")
        for i, s in enumerate(scene.sources)
    )
    actors = tuple(
        replace(a, name=texts[i + 20], color="red;}</style>", pattern=texts[i])
        for i, a in enumerate(scene.actors)
    )
    address = write(tmp_path, replace(scene, places=places, sources=sources, actors=actors))
    with open_page(browser, **DESK, offline=True) as (page, troubles):
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        ready(page, address)
        page.locator(".fl-map").hover(position={"x": 500, "y": 300})
        page.locator(".fl-map").click(position={"x": 500, "y": 300})
        page.get_by_role("button", name="List", exact=True).click()
        page.locator(".fl-table tbody bdi").first.wait_for()
        shown = set(page.locator(".fl-table tbody bdi").all_text_contents())
        assert len(shown & set(texts)) > 0.9 * len(set(texts))
        page.get_by_role("button", name="العربية").click()
        page.wait_for_timeout(200)
        assert page.evaluate("window.pwned === undefined")
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.locator("#frontlines script, #frontlines img, #frontlines iframe").count() == 0
        assert troubles == []


def test_the_split_form_fetches_its_own_data_and_nothing_else(
    browser: Browser, tmp_path: Path
) -> None:
    page_text, data = embed_split(SCENE, title="In two files")
    (tmp_path / "map.html").write_text(page_text, encoding="utf-8")
    (tmp_path / "map.frontlines").write_bytes(data)
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        with open_page(browser, **DESK) as (page, troubles):
            ready(page, f"{site}/map.html")
            assert page.locator(".fl-title").inner_text() == "In two files"
            own = [f"request: {site}/{name}" for name in ("map.html", "map.frontlines")]
            assert [t for t in troubles if "favicon" not in t] == own
        # In the frame that a newsroom is told to paste it must open too.
        frame = iframe_snippet("map.html", title="In two files", split=True)
        (tmp_path / "story.html").write_text(f"<title>Story</title>{frame}", encoding="utf-8")
        with open_page(browser, **DESK) as (page, _):
            page.goto(f"{site}/story.html")
            page.frame_locator("iframe").locator(".fl-slider").wait_for(timeout=30_000)
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests say what failed; the server need not."""


def test_without_script_there_is_a_picture_and_a_table(browser: Browser, address: str) -> None:
    with open_page(browser, **DESK, java_script_enabled=False) as (page, _):
        page.goto(address)
        assert page.locator("noscript > svg").count() == 1
        assert page.locator("noscript tr").count() > 20


def test_a_timeline_without_places_says_so(browser: Browser, tmp_path: Path) -> None:
    scene = moving_front(2, 2, changes=0, strikes=0)
    none = scene.flips.day[:0]
    flips = replace(scene.flips, day=none, place=none, holder=none, age_day=none, why=(), claims=())
    address = write(tmp_path, replace(scene, flips=flips, claims=(), places=()))
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, address)
        assert page.locator(".fl-feed").count() == 0, "no events: nothing to choose about them"
        assert troubles == []
