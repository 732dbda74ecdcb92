"""What the player costs in a real Chromium, beside folium's time plugins on the same data.

`pytest tests/bench_player.py -s` prints one line a figure (sizes S, M, L of `geo_workloads`; set
FRONTLINES_BENCH=S to be quick). Times are in milliseconds from the event to the painted frame, with
frames not held back to 60 a second; a machine with nothing else to do gives the figures that count.
The peers' scripts come from npm, once (`tests/peers.py`).
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from geo.bundle import squeeze_css
from geo.densetext import to_text
from geo.embed import embed_html
from geo.leaflet import leaflet_css, leaflet_js
from tests.browser import DESK, UNLIMITED, open_browser, open_page
from tests.peers import peers, serve_scripts
from tests.war_scenes import DAY0, polygon_scene, war_scene

SIZES = os.environ.get("FRONTLINES_BENCH", "S M L").split()
GOALS = {
    # without Leaflet and basemap: bytes; step, jump (p95), open: milliseconds
    "M": {"bytes": 120_000, "step": 8, "jump": 16, "open": 500},
    "L": {"bytes": 650_000, "step": 12, "jump": 16, "open": 600},
    "XL": {"open": 1200},
}
PEER_SIZES = ("S", "M")  # the peers do not open L
RUN = """async (days) => {
  const s = document.querySelector(".fl-slider"); const first = Number(s.min);
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); }));
  const out = [];
  for (const day of days) {
    s.value = first + day;
    const t = performance.now();
    s.dispatchEvent(new Event("input", {bubbles: true}));
    await frame();
    out.push(performance.now() - t);
  }
  return out.sort((a, b) => a - b);
}"""  # one after another: after a pause the browser would wait for its next sixtieth of a second

EACH = """const frame = () => new Promise((done) => requestAnimationFrame(() => {
  const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); }));
const out = [];
for (const i of plan) {
  const t = performance.now();
  go(i);
  await frame();
  out.push(performance.now() - t);
}
return out.sort((a, b) => a - b);"""
MOVING = (Path(__file__).parent / "bench_moving.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser(*UNLIMITED) as opened:
        yield opened


def report(name: str, size: str, value: float, unit: str, goal: float | None = None) -> None:
    aim = f"   goal {goal:g}" if goal is not None else ""
    print(f"\n{name:<44} {size:>2} {value:>10.1f} {unit}{aim}", end="")


def quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def open_to_paint(page: Page, address: str, painted: str) -> float:
    """Milliseconds from the start of navigation until `painted` is true and a frame was drawn.

    The page itself looks: asking it again and again from here would take up one of two cores.
    """
    page.goto(address, wait_until="commit")
    return float(page.evaluate(LOOK.replace("PAINTED", painted)))


LOOK = """() => new Promise((done) => {
  const painted = PAINTED;
  const frame = () => requestAnimationFrame(() => done(performance.now()));
  const look = () => (painted() ? frame() : setTimeout(look, 4));
  look();
})"""
HAS_LAND = """() => { const c = document.querySelector(".fl-canvas");
  if (!c || !c.width || !document.querySelector(".fl-legend input")) return false;
  const d = c.getContext("2d").getImageData(0, c.height >> 1, c.width, 1).data;
  return d.some((v) => v > 0); }"""


@pytest.mark.parametrize("size", SIZES)
def test_size(size: str) -> None:
    goal = GOALS.get(size, {}).get("bytes")
    page = embed_html(war_scene(size))
    own = len(page) - leaflet_share()
    report("embed without Leaflet and basemap", size, own / 1000, "KB", goal and goal / 1000)
    if size == "L":
        struck = len(embed_html(war_scene(size, strikes=200_000))) - leaflet_share()
        report("embed with 200,000 strikes", size, struck / 1000, "KB", 1500)


def leaflet_share() -> int:
    """Characters that Leaflet takes up in the page."""
    return len(to_text(gzip.compress((squeeze_css(leaflet_css()) + leaflet_js()).encode(), 9)))


@pytest.mark.parametrize("size", SIZES)
def test_speed(size: str, browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(embed_html(war_scene(size)), encoding="utf-8")
    goals = GOALS.get(size, {})
    opened = []
    for _ in range(3):
        with open_page(browser, **DESK) as (page, _):
            opened.append(open_to_paint(page, path.as_uri(), HAS_LAND))
    report("open to first paint, best of 3", size, min(opened), "ms", goals.get("open"))
    with open_page(browser, **DESK) as (page, troubles):
        page.goto(path.as_uri())
        page.locator(".fl-legend input").first.wait_for()
        page.wait_for_timeout(1500)
        days = war_scene(size).last_day - DAY0
        jumps = np.random.default_rng(1).integers(0, days, 80).tolist()
        for name, plan in (("step", list(range(0, days, max(1, days // 300)))), ("jump", jumps)):
            times = page.evaluate(RUN, plan)
            report(f"{name} to painted, median", size, quantile(times, 0.5), "ms")
            aim = goals.get(name)
            report(f"{name} to painted, 95th percentile", size, quantile(times, 0.95), "ms", aim)
        assert troubles == []


@pytest.mark.parametrize("size", SIZES)
def test_moving(size: str, browser: Browser, tmp_path: Path) -> None:
    """Frames while the map is dragged and zoomed, and how soon it is sharp once it rests."""
    path = tmp_path / "map.html"
    path.write_text(embed_html(war_scene(size)), encoding="utf-8")
    with open_page(browser, **DESK) as (page, troubles):
        page.goto(path.as_uri())
        page.locator(".fl-legend input").first.wait_for()
        page.wait_for_function(HAS_LAND)
        for name in ("drag", "wheel"):
            done = [page.evaluate(f"(k) => ({MOVING})('{name}', k)", k) for k in range(3)]
            gaps = sorted(gap for run in done for gap in run["gaps"])
            slow = quantile(gaps, 0.95)
            report(f"{name}: from frame to frame, 95th percentile", size, slow, "ms", 33)
            rest = sorted(run["rest"] for run in done)
            assert rest[0] > 0, "nothing was drawn after the map came to rest"
            report(f"{name}: from rest to smooth edges, median of 3", size, rest[1], "ms", 150)
        assert troubles == []


@pytest.mark.parametrize("size", [s for s in SIZES if s in PEER_SIZES])
def test_peers(size: str, browser: Browser, tmp_path: Path) -> None:
    """folium's time plugins with ten dates; ours carry every day. The same frames, this run."""
    for peer in peers(size):
        path = tmp_path / "peer.html"
        peer.page.save(str(path))
        report(f"{peer.name}: ten dates", size, path.stat().st_size / 1000, "KB")
        context = browser.new_context(**DESK)
        page = context.new_page()
        page.set_default_timeout(180_000)
        serve_scripts(page)
        opened = open_to_paint(page, path.as_uri(), f"() => {peer.painted}")
        report(f"{peer.name}: open to first paint", size, opened, "ms")
        page.wait_for_timeout(1500)
        for name, plan in (("step", [*range(10), *range(10)]), ("jump", [7, 1, 9, 3, 0, 6, 2, 8])):
            times = page.evaluate(
                f"async (plan) => {{ const go = (i) => {{ {peer.go} }}; {EACH} }}", plan
            )
            report(f"{peer.name}: {name} to painted, median", size, quantile(times, 0.5), "ms")
        context.close()


def test_polygon_series(browser: Browser, tmp_path: Path) -> None:
    """769 days of control areas whose line moves a little every day play as places do."""
    path = tmp_path / "map.html"
    path.write_text(embed_html(polygon_scene(769)), encoding="utf-8")
    report("polygon series of 769 days, embed", "", path.stat().st_size / 1000, "KB")
    with open_page(browser, **DESK) as (page, troubles):
        page.goto(path.as_uri())
        page.locator(".fl-legend input").first.wait_for()
        page.wait_for_function(HAS_LAND)
        page.wait_for_timeout(1500)
        jumps = np.random.default_rng(1).integers(0, 769, 80).tolist()
        for name, plan, goal in (("step", list(range(0, 769, 2)), 8), ("jump", jumps, 16)):
            times = page.evaluate(RUN, plan)
            report(
                f"polygon series: {name}, 95th percentile", "", quantile(times, 0.95), "ms", goal
            )
        assert troubles == []
