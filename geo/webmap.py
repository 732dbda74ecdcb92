"""A `folium.Map` of one date: land, fronts, strikes and places, with legend, rule and sources.

branca renders what it has rendered once more as a template, so a place name could run as code on
the server (see `geo.escape`). Therefore no text of the data takes part in any template: it goes
into the page as one JSON data block, and `webmap.js` writes it as text. What is added to the map is
plain folium otherwise, so more layers may be composed onto it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from geo.escape import html_text, json_block
from geo.leaflet import leaflet_css, leaflet_js
from geo.scene import Scene
from geo.tiles import Tiles, tile_layer
from geo.webdata import GROUPS, map_data

STRIKE_WINDOW_DAYS = 30


class SelfContainedMap(folium.Map):
    """A folium map that carries Leaflet inside and asks nobody for anything.

    Only Leaflet is in it: folium parts that need jQuery or Bootstrap (`folium.Popup`,
    `folium.Icon`) need an ordinary map.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        # Lists of this map alone: folium's are shared by every map of the process.
        self.default_js = [("leaflet", _inline("text/javascript", _leaflet_script()))]
        self.default_css = [("leaflet_css", _inline("text/css", _leaflet_style()))]
        super().__init__(*args, **options)


class DatedLayers(MacroElement):
    """The layers of one date on a folium map. `data` is what `webmap.js` draws."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>{{ this.style }}</style>{% endmacro %}
        {% macro html(this, kwargs) %}
        <script type="application/json" id="{{ this.get_name() }}_data">{{ this.block }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        {{ this.code }}
        frontlinesWebmap({{ this._parent.get_name() }}, {
            {%- for name, group in this.groups.items() %}{{ name }}: {{ group.get_name() }},
            {%- endfor %}}, "{{ this.get_name() }}_data");
        {% endmacro %}
        """
    )

    def __init__(self, data: dict[str, Any], groups: dict[str, folium.FeatureGroup]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DatedLayers"
        self.block = json_block(data)
        self.groups = groups
        self.code = _read("webmap.js")
        self.style = _read("webmap.css")


def folium_map(
    scene: Scene,
    day: int,
    *,
    tiles: Tiles | None = None,
    attribution: str | None = None,
    selfcontained: bool = False,
    layers: Iterable[str] = GROUPS,
    strike_days: int = STRIKE_WINDOW_DAYS,
) -> folium.Map:
    """A folium map of one day (days since 1970-01-01), ready to show, save or add to.

    Without `tiles` the background is the scene's own lines and towns, and no tile server is asked.
    `tiles` is the name of an xyzservices provider, a `TileProvider`, or an address with `{z}`,
    `{x}`, `{y}` and an `attribution` of its own. `selfcontained` puts Leaflet inside too: such a
    page makes no request to anyone. `layers` are of control, frontline, strike, place and basemap.
    Strikes and other events are those of the `strike_days` days up to the day, and the legend says
    so. Raises `geo.features.ExportError` for unknown layers, `geo.tiles.TilesError` for tiles
    without attribution.
    """
    data = map_data(scene, day, layers=layers, strike_days=strike_days)
    kind = SelfContainedMap if selfcontained else folium.Map
    west, south, east, north = scene.view
    east = east + 360.0 if east < west else east
    page = kind(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=True,
        control_scale=True,
    )
    root: Any = page.get_root()
    root.title = html_text(f"{scene.title}, {data['date']}")
    if tiles is not None:
        tile_layer(tiles, attribution).add_to(page)
    groups = {name: folium.FeatureGroup(GROUPS[name]) for name in data["groups"]}
    for group in groups.values():
        group.add_to(page)
    page.add_child(DatedLayers(data, groups))
    page.fit_bounds([[south, west], [north, east]])
    folium.LayerControl(collapsed=True).add_to(page)
    return page


def _inline(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode('ascii')}"


@cache
def _leaflet_script() -> str:
    """Leaflet, with its marker's pictures inside so that `folium.Marker` needs no address."""
    pictures = {
        "iconUrl": _picture("marker-icon.png"),
        "iconRetinaUrl": _picture("marker-icon-2x.png"),
        "shadowUrl": _picture("marker-shadow.png"),
    }
    return (
        f"{leaflet_js()}\nL.Icon.Default.imagePath='data:';"
        f"L.Icon.Default.prototype._getIconUrl=function(n){{return this.options[n+'Url']}};"
        f"L.Icon.Default.mergeOptions({json_block(pictures)});\n"
    )


@cache
def _leaflet_style() -> str:
    toggle = f"background-image:url({_picture('layers.png')})"
    return f"{leaflet_css()}\n.leaflet-control-layers-toggle{{{toggle}}}\n"


def _picture(name: str) -> str:
    data = (files("xstatic.pkg.leaflet") / "data" / "images" / name).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


@cache
def _read(name: str) -> str:
    return (files("geo") / name).read_text(encoding="utf-8")
