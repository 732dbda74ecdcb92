"""What the player costs in a real Chromium, beside folium's time plugins on the same data.

`pytest tests/bench_player.py -s` prints one line a figure (sizes S, M, L of `geo_workloads`; set
FRONTLINES_BENCH=S to be quick). Times are in milliseconds from the event to the painted frame, with
frames not held back to 60 a second; a machine with nothing else to do gives the figures that count.
Peers' scripts are served from this machine, or from the network the first time.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import folium
import folium.plugins
import geopandas as gpd
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from geo import Tessellation
from geo.bundle import squeeze_css
from geo.densetext import to_text
from geo.embed import embed_html
from geo.leaflet import leaflet_css, leaflet_js
from tests.browser import UNLIMITED, open_browser, open_page
from tests.geo_workloads import REACH_KM, war
from tests.test_browser_embed import DESK
from tests.war_scenes import COLORS, DAY0, war_scene

SIZES = os.environ.get("FRONTLINES_BENCH", "S M L").split()
GOALS = {
    # without Leaflet and basemap: bytes; step, jump (p95), open, zoom to rest: milliseconds
    "M": {"bytes": 120_000, "step": 8, "jump": 16, "open": 500, "rest": 150},
    "L": {"bytes": 650_000, "step": 12, "jump": 16, "open": 600, "rest": 150},
}
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
    """Milliseconds from the start of navigation until `painted` is true and a frame was drawn."""
    page.goto(address, wait_until="commit")
    begun = time.perf_counter()
    while not page.evaluate(painted):
        assert time.perf_counter() - begun < 120
    return float(
        page.evaluate("() => new Promise((d) => requestAnimationFrame(() => d(performance.now())))")
    )


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
        rest = [rebuilt(page) for _ in range(6)]
        report("zoom: from rest to smooth edges, median", size, sorted(rest)[3], "ms", 150)
        assert troubles == []


def rebuilt(page: Page) -> float:
    """Milliseconds that the main thread is busy once a zoom has ended."""
    return float(
        page.evaluate(
            """async () => {
            const observed = [];
            const watch = new PerformanceObserver((list) => observed.push(...list.getEntries()));
            watch.observe({ type: "longtask" });
            document.querySelector(".fl-zoom").click();
            await new Promise((done) => setTimeout(done, 900));
            document.querySelectorAll(".fl-zoom")[1].click();
            await new Promise((done) => setTimeout(done, 900));
            watch.disconnect();
            return Math.max(0, ...observed.map((task) => task.duration));
            }"""
        )
    )


def peer_frame(size: str) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """The cells of a war as polygons, and the holder of each on ten dates."""
    from geo import territories

    world = war(size)
    land = Tessellation(world.lon, world.lat, world.boundary, reach_km=REACH_KM)
    cells = territories(land, np.arange(len(world.lon)))
    days = np.linspace(0, world.day.max(), 10).astype(int)
    return cells, np.stack([world.at(int(day)) for day in days])


def peer_maps(size: str) -> Iterator[tuple[str, folium.Map]]:
    cells, held = peer_frame(size)
    cells = cells.reset_index(drop=True)
    west, south, east, north = cells.total_bounds

    def base() -> folium.Map:
        page = folium.Map(tiles=None)
        page.fit_bounds([[south, west], [north, east]])
        return page

    stamps = [DAY0 * 86400 + k * 86400 * 30 for k in range(len(held))]
    style = {
        str(i): {
            str(t): {"color": COLORS[max(0, int(held[k, int(c)]))], "opacity": 0.6}
            for k, t in enumerate(stamps)
        }
        for i, c in enumerate(cells["controller"])
    }
    page = base()
    folium.plugins.TimeSliderChoropleth(cells[["geometry"]].to_json(), style).add_to(page)
    yield "folium TimeSliderChoropleth, 10 dates", page
    features = [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {"times": [t * 1000], "style": {"fillColor": "#888"}},
        }
        for t in stamps
        for shape in json.loads(cells.geometry.to_json())["features"]
        for shape in (shape["geometry"],)
    ]
    page = base()
    folium.plugins.TimestampedGeoJson({"type": "FeatureCollection", "features": features}).add_to(
        page
    )
    yield "folium TimestampedGeoJson, 10 dates", page


@pytest.mark.parametrize("size", [s for s in SIZES if s != "L"])
def test_peers_size(size: str) -> None:
    """Bytes of the peers for ten dates only; ours carry every day."""
    for name, page in peer_maps(size):
        report(name, size, len(page.get_root().render()) / 1000, "KB")
