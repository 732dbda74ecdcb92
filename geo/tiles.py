"""Online background tiles, only by explicit choice and only with attribution."""

from __future__ import annotations

from typing import TypeAlias

import folium
import xyzservices  # type: ignore[import-untyped]

from geo.errors import GeoError
from geo.escape import html_text

Tiles: TypeAlias = str | xyzservices.TileProvider


class TilesError(GeoError):
    """Tiles that cannot be shown honestly: unknown, in need of a key, or without attribution."""


def tile_provider(tiles: Tiles, attribution: str | None = None) -> xyzservices.TileProvider:
    """A provider from its xyzservices name (`"OpenStreetMap.Mapnik"`), itself, or an address.

    An address has `{z}`, `{x}` and `{y}` and needs `attribution`, as plain text. Raises
    `TilesError` with the remedy.
    """
    if isinstance(tiles, xyzservices.TileProvider):
        found = tiles
    elif "{z}" in tiles and "{x}" in tiles and "{y}" in tiles:
        if not tiles.lower().startswith(("https://", "http://")):
            raise TilesError(f"tiles {tiles!r}: the address begins with https://")
        if not attribution:
            raise TilesError("an address of tiles needs attribution: say whose map it is")
        credit = html_text(attribution)
        found = xyzservices.TileProvider(
            name="tiles", url=tiles, attribution=attribution, html_attribution=credit
        )
    else:
        try:
            found = xyzservices.providers.query_name(tiles)
        except ValueError as error:
            raise TilesError(
                f"no tile provider {tiles!r}; use a name of xyzservices, such as "
                "'OpenStreetMap.Mapnik', or an address with {z}, {x} and {y}"
            ) from error
    if found.requires_token():
        raise TilesError(f"tiles {found.name} need a key; set it on the provider first")
    return found


def tile_layer(tiles: Tiles, attribution: str | None = None) -> folium.TileLayer:
    """The provider as a folium layer, with its attribution."""
    found = tile_provider(tiles, attribution)
    return folium.TileLayer(
        tiles=found.build_url(fill_subdomain=False),
        attr=found.get("html_attribution") or html_text(str(found.get("attribution", ""))),
        name="Online map",
        max_zoom=int(found.get("max_zoom", 18)),
        subdomains=found.get("subdomains", "abc"),
    )
