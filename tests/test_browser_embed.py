"""The one-file page in a real Chromium: drawn, framed, in every size, without a network."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from geo.embed import embed_split, iframe_snippet
from tests.browser import DESK, PHONE, comes_true, keep_screenshot, open_page, until
from tests.embeds import SCENE, painted, ready, write
from tests.hostile import HOSTILE
from tests.http_servers import serving
from tests.scenes import moving_front

DOT = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
HEAD_IN_VIEW = """(() => { const head = document.querySelector(".fl-panel-head");
    const box = head.getBoundingClientRect();
    return box.top >= -1 && box.bottom <= innerHeight + 1; })()"""


def test_it_draws_and_asks_nobody(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK, offline=True) as (page, troubles):
        ready(page, embed)
        assert all(painted(page, n) > 500 for n in range(4))
        assert page.locator(".fl-title").inner_text() == SCENE.title
        keep_screenshot(page, "embed-desk")
        assert troubles == []


class Tiles(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/gif")
        self.end_headers()
        self.wfile.write(DOT)

    def log_message(self, *_: object) -> None:
        pass


def test_tiles_are_asked_for_only_when_switched_on(browser: Browser, tmp_path: Path) -> None:
    with (
        serving(ThreadingHTTPServer(("127.0.0.1", 0), Tiles)) as address,
        open_page(browser, **DESK) as (page, troubles),
    ):
        tiles = {"url": f"{address}/{{z}}/{{x}}/{{y}}.gif", "attribution": "© Example <b>Maps</b>"}
        ready(page, write(tmp_path, SCENE, options={"tiles": tiles}))
        assert troubles == []
        assert not page.locator(".fl-attribution").is_visible()
        page.locator(".fl-layers summary").last.click()
        page.get_by_label("Online map tiles").check()
        page.locator(".fl-attribution").wait_for()
        assert page.locator(".fl-attribution").inner_text() == tiles["attribution"]
        page.locator(".leaflet-tile-loaded").first.wait_for(state="attached")
        assert troubles
        assert all(t.startswith(f"request: {address}/") for t in troubles), "and nothing else"


def test_arabic_runs_from_right_to_left(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        ready(page, embed)
        page.get_by_role("button", name="العربية").click()
        root = page.locator("#frontlines")
        comes_true(page, lambda: root.get_attribute("dir") == "rtl")
        assert root.get_attribute("lang") == "ar"
        assert "تشرين الثاني" in page.locator("time.fl-date").inner_text()
        foot = page.locator(".fl-foot").inner_text()
        assert SCENE.rule_ar in foot and SCENE.rule not in foot
        title, legend = (
            page.locator(".fl-title").bounding_box(),
            page.locator(".fl-side").bounding_box(),
        )
        assert title and legend
        assert legend["x"] < 300, "the column of the legend is on the left now"
        keep_screenshot(page, "embed-arabic")
        assert troubles == []


def least(page: Page, names: str) -> float:
    """The shortest side of any of these, in pixels."""
    return page.locator(names).evaluate_all(
        """(all) => Math.min(...all.map((node) => {
        const { width, height } = node.getBoundingClientRect();
        return Math.min(width, height); }))"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(browser: Browser, embed: str, scheme: str) -> None:
    with open_page(browser, **PHONE, color_scheme=scheme) as (page, troubles):
        ready(page, embed)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("#frontlines").get_attribute("data-theme") == scheme
        assert least(page, "button:visible, select:visible") >= 24
        assert least(page, ".fl-transport button, .fl-corner button") >= 44
        page.locator(".fl-map").tap(position={"x": 180, "y": 200})
        page.locator(".fl-panel").wait_for()
        until(page, HEAD_IN_VIEW)
        keep_screenshot(page, f"embed-phone-{scheme}")
        assert troubles == []


@pytest.mark.parametrize("width", [390, 620, 900, 1280, 1920])
def test_nothing_spills_at_any_width(browser: Browser, embed: str, width: int) -> None:
    with open_page(browser, viewport={"width": width, "height": 800}) as (page, _):
        ready(page, embed)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        stage = page.locator(".fl-stage-box").bounding_box()
        assert stage
        assert stage["height"] >= 300


def test_in_a_sandboxed_frame_it_works_and_tells_its_height(
    browser: Browser, embed: str, tmp_path: Path
) -> None:
    host = tmp_path / "host.html"
    host.write_text(
        "<!doctype html><script>window.heard=[];addEventListener('message',e=>heard.push(e.data))"
        f'</script><iframe src="{embed}?childId=g1" sandbox="allow-scripts" width="700" '
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
        comes_true(page, lambda: any(str(m).startswith("pym") for m in page.evaluate("heard")))
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
        comes_true(page, lambda: "المسيطرون" in page.locator("caption").first.inner_text())
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
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as site:
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
            page.frame_locator("iframe").locator(".fl-slider").wait_for()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests say what failed; the server need not."""


def test_without_script_there_is_a_picture_and_a_table(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK, java_script_enabled=False) as (page, _):
        page.goto(embed)
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
