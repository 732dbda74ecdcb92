"""The player as a Streamlit component: scrubbing stays in the browser, Python hears the rest.

Streamlit finds the component through `geo/pyproject.toml`, which an ordinary (not editable)
install puts beside the code. Its data must not change from run to run, or the browser would be
sent all of it again: options are read once per scene, later ones only where `command` is given.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from geo.leaflet import leaflet_css, leaflet_js

NAME = "frontlines.player"
STATES = ("date", "window", "selected", "layers", "actors", "view", "lang", "mode")


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What the reader sees. `None` stands for "as the player began"; `selected` is `{"place": id}`
    or `{"claim": id}`, `view` lon, lat, zoom, `actors` the ids that are shown.
    """

    date: str | None = None
    window: int | None = None
    selected: Mapping[str, str] | None = None
    layers: Mapping[str, bool] | None = None
    actors: tuple[str, ...] | None = None
    view: tuple[float, ...] | None = None
    lang: str | None = None
    mode: str | None = None


def player(
    scene: bytes,
    *,
    key: str,
    options: Mapping[str, Any] | None = None,
    command: Mapping[str, Any] | None = None,
    height_px: int | None = None,
    other: bytes | None = None,
    names: tuple[str, str] = ("1", "2"),
    on_change: Callable[[], None] | None = None,
) -> PlayerState:
    """Show a packed scene (`geo.payload.pack`) and return the state it was last left in.

    `options` is where the player starts (see `mount()` in `geo/player/player.mjs`: `date`,
    `window`, `view`, `lang`, `theme`, `mode`, `layers`, `actors`, `selected`); a change of it
    alone does nothing while the scene is the same. `command` moves a player that is already
    there: give a new one to act, keep giving it to stay. `height_px` fixes the height of a wide
    player; without it the player is as high as its content. `other` is the same timeline as known
    on another date: both are shown, under their `names`, with a curtain between them. `on_change`
    is called before the rerun that a change brings.
    """
    slot = f"_frontlines_player_{key}"
    name = hashlib.sha256(scene + (other or b"")).hexdigest()[:16]
    begun = st.session_state.get(slot)
    if begun is None or begun["name"] != name:
        begun = {"name": name, "options": {**(options or {}), **_height(height_px)}}
        if other is not None:
            begun["options"]["names"] = list(names)
        st.session_state[slot] = begun
    if command is not None:
        begun["options"] = {**begun["options"], **command}
    heard = on_change or _nothing
    result = _component()(
        key=key,
        data=frame(scene, other or b"", name, json.dumps(begun["options"], sort_keys=True)),
        width="stretch",
        height="content",
        **{f"on_{state}_change": heard for state in STATES},
    )
    return _state(result, begun["options"])


@st.cache_resource(max_entries=8, show_spinner=False)
def frame(scene: bytes, other: bytes, name: str, options: str) -> bytes:
    """Everything for the browser in one run of bytes: a dict that held bytes would arrive as text.

    `[length u4][JSON: options, key, sizes][scene][other][leaflet.js][leaflet.css]`, little endian.
    """
    parts = (scene, other, leaflet_js().encode(), leaflet_css().encode())
    head = {"options": json.loads(options), "key": name, "sizes": [len(p) for p in parts]}
    text = json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(NAME, js="component.mjs", css="player.css")


def _height(height_px: int | None) -> dict[str, int]:
    return {} if height_px is None else {"height": height_px}


def _nothing() -> None:
    """Streamlit returns only states that have a callback."""


def _state(result: Any, options: Mapping[str, Any]) -> PlayerState:
    found: dict[str, Any] = {}
    for name in STATES:
        value = getattr(result, name, None)
        value = options.get(name) if value is None else value
        found[name] = tuple(value) if isinstance(value, list) else value
    return PlayerState(**found)
