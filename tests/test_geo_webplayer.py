"""The player on a folium map: it scrubs in the page, above what was composed in Python."""

from __future__ import annotations

import re
from pathlib import Path

import folium
import jinja2
from playwright.sync_api import Browser

from geo.webmap import SelfContainedMap
from geo.webplayer import player_layer, player_map
from tests.pages import foreign, hostile_scene, show
from tests.scenes import moving_front

SCENE = moving_front()


def test_the_player_scrubs_on_a_folium_map(browser: Browser, tmp_path: Path) -> None:
    shown = player_map(SCENE, date="2014-02-01")
    seen = show(browser, shown, tmp_path / "map.html", wait=".fl-map > .folium-map canvas")
    page = seen.page
    assert foreign(seen) == []
    assert seen.errors == []
    assert "1 February 2014" in page.locator("time.fl-date").inner_text()
    slider = page.locator("input[type=range]").first
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('time.fl-date').textContent.includes('2013')")
    inside = page.evaluate(
        """() => {
            const box = (s) => document.querySelector(s).getBoundingClientRect();
            const [map, frame] = [box(".folium-map"), box(".fl-map")];
            return [map.width - frame.width, map.height - frame.height, frame.height];
        }"""
    )
    assert abs(inside[0]) < 1
    assert abs(inside[1]) < 1
    assert inside[2] > 200


def test_layers_composed_in_python_stay_under_the_player(browser: Browser, tmp_path: Path) -> None:
    shown = SelfContainedMap(location=[36.2, 37.1], tiles=None)
    folium.Circle([36.3, 37.2], radius=9000, color="#123456").add_to(shown)
    player_layer(SCENE).add_to(shown)
    seen = show(browser, shown, tmp_path / "map.html", wait=".fl-map > .folium-map canvas")
    assert seen.errors == []
    assert seen.page.locator(".fl-map path[stroke='#123456']").count() == 1


def test_hostile_text_runs_nowhere(browser: Browser, tmp_path: Path) -> None:
    shown = player_map(hostile_scene(SCENE), date="{{7*7}}</script><script>window.pwned=1</script>")
    seen = show(browser, shown, tmp_path / "map.html", wait=".fl-map > .folium-map canvas")
    seen.page.locator(".fl-sources").wait_for(state="attached")
    assert seen.page.evaluate("window.pwned") is None
    assert seen.errors == []
    assert foreign(seen) == []
    assert "{{7*7}}" in seen.page.locator(".fl-title").inner_text()


def test_the_page_is_no_template() -> None:
    html = player_map(hostile_scene(SCENE)).get_root().render()
    assert jinja2.Environment().from_string(html).render().strip() == html.strip()


def test_no_tiles_unless_asked() -> None:
    assert "var tile_layer_" not in player_map(SCENE).get_root().render()
    html = player_map(SCENE, tiles="OpenStreetMap.Mapnik").get_root().render()
    assert re.search(r"tile\.openstreetmap\.org", html)
