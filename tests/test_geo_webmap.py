"""The folium map of a date in a real browser: whole without a network, and deaf to hostile text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import jinja2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from geo.escape import visible
from geo.features import ExportError
from geo.tiles import TilesError, tile_provider
from geo.webdata import map_data
from geo.webmap import folium_map
from geo.webplayer import player_map
from tests.hostile import HOSTILE
from tests.pages import foreign, hostile_scene, show
from tests.scenes import moving_front

SCENE = moving_front()
DAY = SCENE.first_day + 200


def test_a_page_without_a_network_shows_the_whole_map(browser: Browser, tmp_path: Path) -> None:
    seen = show(browser, folium_map(SCENE, DAY, selfcontained=True), tmp_path / "map.html")
    page = seen.page
    assert foreign(seen) == []
    assert seen.errors == []
    data = map_data(SCENE, DAY)
    assert page.locator("path.leaflet-interactive").count() == sum(
        len(data[name]) for name in ("control", "frontline", "place")
    )
    assert page.locator(".fl-event.fl-strike").count() > 1
    legend = page.locator(".fl-legend").inner_text()
    assert SCENE.title in legend
    assert "2014-05-10" in legend
    assert "Not assessed" in legend
    page.get_by_text("How this map knows").click()
    knows = page.locator(".fl-legend").inner_text()
    assert SCENE.rule in knows
    assert "Agency 0" in knows
    assert SCENE.data_hash in knows
    fills = page.eval_on_selector_all(
        "path.leaflet-interactive[fill^=url]",
        "nodes => nodes.map(n => !!document.querySelector(n.getAttribute('fill').slice(4, -1)))",
    )
    assert fills
    assert all(fills)


def test_a_place_says_its_holder_its_reason_and_its_sources(
    browser: Browser, tmp_path: Path
) -> None:
    place = next(item for item in map_data(SCENE, DAY)["place"] if item["sources"])
    shown = folium_map(SCENE, DAY, selfcontained=True, layers=["place"])
    seen = show(browser, shown, tmp_path / "map.html")
    lon, lat = place["geometry"]["coordinates"]
    seen.page.evaluate(
        f"""() => {shown.get_name()}.eachLayer(layer => {{
            if (layer.getLatLng && layer.getPopup && layer.getPopup()
                && layer.getLatLng().lng === {lon} && layer.getLatLng().lat === {lat})
                layer.openPopup();
        }})"""
    )
    card = seen.page.locator(".fl-card").inner_text()
    assert place["name"] in card
    assert "Newest report" in card
    assert "Agency" in card
    link = seen.page.locator(".fl-card a")
    assert link.get_attribute("href") == "https://example.org/report"
    assert "noopener" in (link.get_attribute("rel") or "")


def test_hostile_text_is_text_and_runs_nowhere(browser: Browser, tmp_path: Path) -> None:
    scene = hostile_scene(moving_front(20, 12, strikes=60))
    shown = folium_map(scene, DAY, selfcontained=True, strike_days=400)
    seen = show(browser, shown, tmp_path / "map.html")
    page = seen.page
    names = page.evaluate(
        f"""() => {{
            const names = [];
            {shown.get_name()}.eachLayer(layer => {{
                if (!layer.getPopup || !layer.getPopup() || !layer.getTooltip()) return;
                layer.openTooltip();
                layer.closeTooltip();
                layer.openPopup();
                names.push(layer.getPopup().getElement().querySelector('.fl-card b').textContent);
                layer.closePopup();
            }});
            return names;
        }}"""
    )
    page.get_by_text("How this map knows").click()
    page.locator(".fl-legend details[open]").first.wait_for()
    assert page.evaluate("window.pwned") is None
    assert seen.errors == []
    assert foreign(seen) == []
    assert {visible(text) for text in HOSTILE} <= set(names)
    assert page.locator(".fl-card script, .fl-legend script, .fl-legend img").count() == 0
    assert "{{7*7}}" in page.locator(".fl-legend h1").inner_text()
    assert "lipsum.__globals__" in page.locator(".fl-legend").inner_text()
    links = page.eval_on_selector_all("a", "nodes => nodes.map(n => n.href)")
    assert all(link.startswith(("http", "file:")) for link in links)
    assert "{{7*7}}" in page.title()


def test_no_hostile_text_is_ever_a_template(tmp_path: Path) -> None:
    """Rendering the finished page as a template once more changes nothing in it."""
    html = folium_map(hostile_scene(SCENE), DAY).get_root().render()
    assert jinja2.Environment().from_string(html).render().strip() == html.strip()
    assert "uid=" not in html
    assert not (tmp_path.parent / "pwned").exists()
    assert not Path("/tmp/pwned").exists()


def test_our_script_holds_nothing_a_template_reads() -> None:
    html = folium_map(SCENE, DAY).get_root().render()
    code = html[html.index("function frontlinesWebmap") :]
    assert not re.search(r"\{\{|\{%|\{#", code[: code.index("</script>")])


def test_two_maps_of_one_page_and_folium_layers_of_ones_own(
    browser: Browser, tmp_path: Path
) -> None:
    shown = folium_map(SCENE, DAY, selfcontained=True)
    folium.Marker([36.2, 37.1], tooltip="mine").add_to(shown)
    seen = show(browser, shown, tmp_path / "map.html")
    assert seen.errors == []
    assert foreign(seen) == []
    own = seen.page.locator("img.leaflet-marker-icon[src^='data:image/png']")
    assert own.count() == 1
    other = folium_map(SCENE, DAY)
    assert other.get_name() != shown.get_name()


def test_selfcontained_maps_leave_foliums_lists_alone() -> None:
    before = [list(folium.Map.default_js), list(folium.Map.default_css)]
    folium_map(SCENE, DAY, selfcontained=True).get_root().render()
    assert [list(folium.Map.default_js), list(folium.Map.default_css)] == before


def test_a_phone_keeps_the_map_in_sight(browser: Browser, tmp_path: Path) -> None:
    shown = folium_map(SCENE, DAY, selfcontained=True)
    seen = show(browser, shown, tmp_path / "map.html", width=390)
    box = seen.page.locator(".fl-legend").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    assert box["height"] < 200
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_stands_in_a_readers_way(browser: Browser, tmp_path: Path) -> None:
    """axe-core finds nothing on the folium map, nor on the player hosted by one."""
    for shown, wait in (
        (folium_map(SCENE, DAY, selfcontained=True), ".fl-legend"),
        (player_map(SCENE), ".fl-map > .folium-map canvas"),
    ):
        seen = show(browser, shown, tmp_path / "map.html", wait=wait)
        only = {"resultTypes": ["violations"]}
        found = Axe().run(seen.page, options=only).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []


def test_events_whose_place_is_not_located_are_counted() -> None:
    lon = SCENE.events.lon.copy()
    lon[:] = float("nan")
    scene = replace(SCENE, events=replace(SCENE.events, lon=lon))
    notes = " ".join(map_data(scene, DAY, strike_days=5000)["notes"])
    assert "not located" in notes


def test_layers_can_be_chosen() -> None:
    data = map_data(SCENE, DAY, layers=["frontlines", "basemap"])
    assert data["groups"] == ["basemap", "frontline"]
    assert data["control"] == []
    with pytest.raises(ExportError, match="roads"):
        map_data(SCENE, DAY, layers=["roads"])
    with pytest.raises(ExportError, match="at least 1"):
        map_data(SCENE, DAY, strike_days=0)


def test_the_day_is_data_not_code() -> None:
    html = folium_map(SCENE, DAY).get_root().render()
    block = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert block is not None
    assert json.loads(block.group(1)) == json.loads(json.dumps(map_data(SCENE, DAY)))


@pytest.mark.parametrize(
    ("tiles", "attribution", "message"),
    [
        ("No.Such.Map", None, "xyzservices"),
        ("https://t.example/{z}/{x}/{y}.png", None, "whose map"),
        ("javascript:alert({z}{x}{y})", "x", "https://"),
        ("Thunderforest.OpenCycleMap", None, "key"),
    ],
)
def test_tiles_need_a_name_and_an_attribution(
    tiles: str, attribution: str | None, message: str
) -> None:
    with pytest.raises(TilesError, match=message):
        tile_provider(tiles, attribution)


def test_chosen_tiles_bring_their_attribution() -> None:
    html = folium_map(SCENE, DAY, tiles="OpenStreetMap.Mapnik").get_root().render()
    assert "tile.openstreetmap.org" in html
    assert "OpenStreetMap" in html
    hostile: Any = folium_map(
        SCENE, DAY, tiles="https://t.example/{z}/{x}/{y}.png", attribution="<b>{{7*7}}</b>"
    )
    html = hostile.get_root().render()
    assert "t.example/{z}/{x}/{y}.png" in html
    assert "<b>" not in html
    assert "49" not in html[html.index("t.example") : html.index("t.example") + 300]
    assert "L.tileLayer(" not in folium_map(SCENE, DAY).get_root().render()
