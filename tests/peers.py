"""folium's time plugins as pages on this machine: their maps, and their scripts from npm.

`npm` fetches the scripts once, into the user's cache; afterwards a benchmark needs no network.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import folium
import folium.plugins
import numpy as np
import platformdirs
from playwright.sync_api import Page, Route

from geo import Tessellation, territories
from tests.geo_workloads import REACH_KM, war
from tests.war_scenes import COLORS, DAY0

MONTH_S = 30 * 86400
DATES = 10  # every date of a war would be hundreds of megabytes
SCRIPTS = {  # part of the address that folium asks for: npm package, its file
    "leaflet@1.9.3/dist/leaflet.js": ("leaflet@1.9.3", "dist/leaflet.js"),
    "leaflet@1.9.3/dist/leaflet.css": ("leaflet@1.9.3", "dist/leaflet.css"),
    "jquery": ("jquery@3.7.1", "dist/jquery.min.js"),
    "d3.v4.min.js": ("d3@4.13.0", "build/d3.min.js"),
    "moment.min.js": ("moment@2.18.1", "min/moment.min.js"),
    "iso8601.min.js": ("iso8601-js-period@0.2.1", "iso8601.js"),
    "timedimension.min.js": ("leaflet-timedimension@1.1.1", "dist/leaflet.timedimension.min.js"),
    "leaflet.timeline.min.js": ("leaflet.timeline@1.6.0", "dist/leaflet.timeline.js"),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """`painted` is true once its land is drawn; `go` is a script that shows date number `i`."""

    name: str
    page: folium.Map
    painted: str
    go: str


def serve_scripts(page: Page) -> None:
    """Answer what a peer's page asks for from npm's packages; everything else is empty."""
    folder = _packages()

    def answer(route: Route) -> None:
        for part, (package, file) in SCRIPTS.items():
            if part in route.request.url and "jqueryui" not in route.request.url:
                route.fulfill(path=folder / package.rsplit("@", 1)[0] / file)
                return
        route.fulfill(body="", content_type="text/plain")

    page.route(re.compile("^https?:"), answer)


def _packages() -> Path:
    home = Path(platformdirs.user_cache_dir("frontlines-bench"))
    found = home / "node_modules"
    wanted = sorted({package for package, _ in SCRIPTS.values()})
    if not all((found / p.rsplit("@", 1)[0]).exists() for p in wanted):
        home.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "--ignore-scripts", "--prefix", str(home)]
        subprocess.run([*command, *wanted], check=True, capture_output=True)
    return found


def peers(size: str) -> Iterator[Peer]:
    """The land of ten dates of a war, in each of folium's time plugins."""
    world = war(size)
    land = Tessellation(world.lon, world.lat, world.boundary, reach_km=REACH_KM)
    cells = territories(land, np.arange(len(world.lon))).reset_index(drop=True)
    days = np.linspace(0, world.day.max(), DATES).astype(int)
    held = np.stack([world.at(int(day)) for day in days])[:, cells["controller"].to_numpy()]
    shapes = [f["geometry"] for f in json.loads(cells.geometry.to_json())["features"]]
    stamps = [DAY0 * 86400 + k * MONTH_S for k in range(DATES)]

    def base() -> folium.Map:
        west, south, east, north = cells.total_bounds
        page = folium.Map(tiles=None)
        page.fit_bounds([[south, west], [north, east]])
        return page

    def color(k: int, cell: int) -> str:
        return COLORS[max(0, int(held[k, cell]))]

    drawn = "document.querySelectorAll('.leaflet-overlay-pane path').length > 20"
    slide = (
        "const s = document.querySelector('input[type=range]'); const [a, b] = [+s.min, +s.max];"
    )
    slide += "s.value = a + ((b - a) * i) / 9; s.dispatchEvent(new Event('input'));"

    page = base()
    style = {
        str(c): {str(t): {"color": color(k, c), "opacity": 0.6} for k, t in enumerate(stamps)}
        for c in range(len(cells))
    }
    folium.plugins.TimeSliderChoropleth(cells[["geometry"]].to_json(), style).add_to(page)
    yield Peer("folium TimeSliderChoropleth", page, drawn, slide)

    page = base()
    features = [
        _feature(shape, {"times": [t * 1000], "style": {"fillColor": color(k, c), "weight": 0.5}})
        for k, t in enumerate(stamps)
        for c, shape in enumerate(shapes)
    ]
    folium.plugins.TimestampedGeoJson(
        {"type": "FeatureCollection", "features": features},
        period="P30D", duration="P30D", auto_play=False,
    ).add_to(page)  # fmt: skip
    go = f"const d = {page.get_name()}.timeDimension; d.setCurrentTimeIndex(i);"
    yield Peer("folium TimestampedGeoJson", page, drawn, go)

    page = base()
    spells = []
    for c, shape in enumerate(shapes):
        turns = [0, *(np.flatnonzero(np.diff(held[:, c])) + 1).tolist(), DATES]
        for a, b in pairwise(turns):
            span = {
                "start": 1000 * (stamps[0] + a * MONTH_S),
                "end": 1000 * (stamps[0] + b * MONTH_S),
            }
            spells.append(_feature(shape, {**span, "color": color(a, c)}))
    timeline = folium.plugins.Timeline({"type": "FeatureCollection", "features": spells})
    timeline.add_to(page)
    folium.plugins.TimelineSlider(auto_play=False, show_ticks=False).add_timelines(timeline).add_to(
        page
    )
    yield Peer("folium Timeline", page, drawn, slide)


def _feature(geometry: object, properties: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
