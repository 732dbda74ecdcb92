"""The player on a folium map: `player_layer(scene).add_to(map)` gives a map that scrubs.

The player builds its page where the map stood and takes the map in, so that tiles and layers that
were composed in Python stay under the land and its fronts. Scene and options are data blocks; no
text of theirs takes part in a template.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from geo.embed import player_assets
from geo.escape import html_text, json_block
from geo.payload import pack
from geo.scene import Scene
from geo.tiles import Tiles, tile_layer
from geo.webmap import SelfContainedMap

_CSS = (
    ".fl-host{display:block;padding:14px 16px}"
    ".fl-host .fl-map>.folium-map{position:absolute!important;"
    "inset:0!important;width:100%!important;height:100%!important;background:none}"
)


class PlayerLayer(MacroElement):
    """The player of one scene; see `player_layer`."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>{{ this.style }}</style>{% endmacro %}
        {% macro html(this, kwargs) %}
        <script type="text/plain" id="{{ this.get_name() }}_scene">{{ this.scene }}</script>
        <script type="application/json" id="{{ this.get_name() }}_options">
        {{ this.options }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        {{ this.code }}
        var {{ this.get_name() }} = (function (map, name) {
            const read = (part) => document.getElementById(name + part).textContent;
            const options = JSON.parse(read("_options"));
            document.documentElement.lang ||= options.lang || "en";
            const viewport = document.querySelector("meta[name=viewport]");
            if (viewport) viewport.content = "width=device-width, initial-scale=1";
            const holder = map.getContainer();
            const root = document.createElement("main");
            root.className = "fl-host";
            holder.before(root);
            const scene = window.frontlines.bytesFromBase64(read("_scene"));
            const all = { ...options, map };
            const handle = window.frontlines.mount(root, { scene, L, options: all });
            handle.ready.then(() => {
                root.querySelector(".fl-map").prepend(holder);
                root.querySelector(".fl-title").setAttribute("aria-level", "1");
                map.invalidateSize({ animate: false });
                const [west, south, east, north] = options.bounds;
                map.fitBounds([[south, west], [north, east]], { animate: false });
            });
            return handle;
        })({{ this._parent.get_name() }}, "{{ this.get_name() }}");
        {% endmacro %}
        """
    )

    def __init__(self, scene: Scene, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "PlayerLayer"
        assets = player_assets()
        west, south, east, north = scene.view
        bounds = [west, south, east + 360.0 if east < west else east, north]
        self.scene = base64.b64encode(pack(scene)).decode("ascii")
        self.options = json_block({**options, "bounds": bounds})
        self.style = f"{assets.css}\n{_CSS}"
        self.code = assets.js


def player_layer(scene: Scene, **options: Any) -> PlayerLayer:
    """The player as something to add to a `folium.Map`, once a map.

    `options` are those of the player's `mount()`: `date` (ISO), `lang` (`en`, `ar`), `theme`
    (`auto`, `light`, `dark`), `window`, `layers`, `range`, and so on.
    """
    return PlayerLayer(scene, options)


def player_map(
    scene: Scene,
    *,
    tiles: Tiles | None = None,
    attribution: str | None = None,
    selfcontained: bool = True,
    **options: Any,
) -> folium.Map:
    """A folium map with the player on it. By default it makes no request to anyone.

    `tiles` and `attribution` as in `geo.webmap.folium_map`; `options` as in `player_layer`.
    """
    west, south, east, north = scene.view
    kind = SelfContainedMap if selfcontained else folium.Map
    page = kind(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        zoom_snap=0.25,
        zoom_delta=0.75,
        keyboard=False,
        attribution_control=tiles is not None,
    )
    root: Any = page.get_root()
    root.title = html_text(scene.title)
    if tiles is not None:
        tile_layer(tiles, attribution).add_to(page)
    player_layer(scene, **options).add_to(page)
    return page
