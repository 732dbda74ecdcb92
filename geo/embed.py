"""One HTML file that carries a scene, the player and Leaflet, and asks nobody for anything.

It works from `file://`, in `<iframe sandbox="allow-scripts">`, and under its own content security
policy: `default-src 'none'`, with the hashes of its styles and scripts. The scene and the options
are data blocks, never code. Leaflet and the player travel compressed; a short loader unpacks them
into a style and a script element, which count because the policy names their hashes too. The same
scene and options give the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from geo.bundle import join_modules, read_player, squeeze_css, strip_module
from geo.densetext import to_text
from geo.escape import html_text as safe
from geo.escape import json_block, link, tile_origin
from geo.leaflet import leaflet_css, leaflet_js
from geo.payload import pack
from geo.scene import UNKNOWN, Scene
from geo.still import holder_name, holders_on, still_svg, swatch_svg

EXPORTS = ("mount", "boot", "bytesFromBase64", "openScene")
MOST_ROWS = 60
LOADER = """(async () => {
const bytes = bytesFromText(document.getElementById("fl-code").textContent);
const { readable, writable } = new DecompressionStream("gzip");
const writer = writable.getWriter();
writer.write(bytes);
writer.close();
const parts = (await new Response(readable).text()).split("\\0");
["style", "script"].forEach((tag, i) => {
const node = document.createElement(tag);
node.textContent = parts[i];
document.head.append(node);
});
})().catch(() => {
document.getElementById("frontlines").textContent = "This map needs a browser of 2023 or newer.";
});"""
FETCH = """window.frontlinesData = fetch("NAME").then((answer) => {
if (!answer.ok) throw new Error(answer.status);
return answer.arrayBuffer();
});
"""
FETCH_POLICY = "; connect-src 'self'"
PAGE_CSS = (
    "html{background:#fff}html,body{margin:0;overflow-x:hidden}"
    "@media (prefers-color-scheme:dark){html{background:#14161a}}"
    "#frontlines{padding:14px 16px}@media (max-width:480px){#frontlines{padding:10px 12px}}"
    "noscript{display:block;padding:16px;font:15px/1.5 system-ui,sans-serif}"
    "noscript svg{max-width:100%;height:auto}"
)
THEME_CSS = {
    "auto": "",
    "light": "html,html:root{background:#fff}",
    "dark": "html,html:root{background:#14161a}",
    "transparent": "html,html:root{background:transparent}",
}


@dataclass(frozen=True, slots=True)
class PlayerAssets:
    """Texts that a page needs to run the player.

    `js` is a classic script that sets `window.frontlines = {mount, boot, bytesFromBase64,
    openScene}`; it expects nothing and fetches nothing. `css` styles the player, `leaflet_css`
    and `leaflet_js` are Leaflet's own. To start it on an element, with `L` from anywhere (a page
    with Leaflet 1.9 has it already)::

        frontlines.mount(element, {scene: frontlines.bytesFromBase64(text), L, options})

    where `text` is `base64(geo.payload.pack(scene))`. `options.map` uses an existing Leaflet map.
    Everything is free of `</script>`, `{{`, `{%` and `{#`, so a template leaves it alone.
    """

    js: str
    css: str
    leaflet_js: str
    leaflet_css: str


@cache
def player_assets() -> PlayerAssets:
    """The player as texts to place in a page; see PlayerAssets. Raises BundleError."""
    return PlayerAssets(
        js=f"window.frontlines = {join_modules('boot.mjs', EXPORTS)};",
        css=squeeze_css(read_player("player.css")),
        leaflet_js=leaflet_js(),
        leaflet_css=squeeze_css(leaflet_css()),
    )


def embed_html(
    scene: Scene,
    *,
    title: str | None = None,
    begin: int | None = None,
    end: int | None = None,
    date: str | None = None,
    lang: str = "en",
    theme: str = "auto",
    options: Mapping[str, Any] | None = None,
    other: Scene | None = None,
    names: tuple[str, str] = ("1", "2"),
) -> str:
    """The whole page as text.

    `title` replaces the scene's; `begin`, `end` (days) narrow the slider; `date` (ISO) is the
    moment to open on; `lang` is `en` or `ar`; `theme` is `auto`, `light`, `dark` or `transparent`;
    `options` goes on to `mount()` (see `player.mjs`). `other` is the same timeline as known on
    another date; the two are shown with a curtain between them, under their `names`.
    Where `options` offer online tiles the page's policy lets in their host and nobody else.
    Raises ValueError for an unknown language or theme, an address that is none of tiles, or where
    `begin` is after `end`.
    """
    plan = _plan(
        scene, title=title, begin=begin, end=end, date=date, lang=lang, theme=theme,
        options=options, other=other, names=names,
    )  # fmt: skip
    return _page(plan, None)


def embed_split(
    scene: Scene, *, data_name: str = "map.frontlines", **options: Any
) -> tuple[str, bytes]:
    """A small page and its data, for sites that prefer two files: `(page, data)`.

    Put both in one folder, the data under `data_name` (letters, digits, `. _ -`). The page asks its
    own site for that one file and nobody for anything else, so it needs http or https; in a
    sandboxed frame the site must also send `Access-Control-Allow-Origin: *` with the data.
    `options` as for `embed_html`. Raises ValueError as `embed_html`, and for another `data_name`.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", data_name):
        raise ValueError(f"data file {data_name!r}: use letters, digits, dots, dashes")
    plan = _plan(scene, **options)
    return _page(plan, data_name), pack(plan.scene)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What goes into a page."""

    scene: Scene
    other: Scene | None
    options: dict[str, Any]
    css: str


def _plan(
    scene: Scene,
    *,
    title: str | None = None,
    begin: int | None = None,
    end: int | None = None,
    date: str | None = None,
    lang: str = "en",
    theme: str = "auto",
    options: Mapping[str, Any] | None = None,
    other: Scene | None = None,
    names: tuple[str, str] = ("1", "2"),
) -> _Plan:
    if lang not in ("en", "ar"):
        raise ValueError(f"language {lang!r}: use 'en' or 'ar'")
    if theme not in THEME_CSS:
        raise ValueError(f"theme {theme!r}: use one of {', '.join(THEME_CSS)}")
    first = scene.first_day if begin is None else begin
    last = scene.last_day if end is None else end
    if first > last:
        raise ValueError("the embed's begin is after its end: swap them")
    shown = replace(
        scene, first_day=first, last_day=last, title=scene.title if title is None else title
    )
    given: dict[str, Any] = {
        "lang": lang,
        "theme": "auto" if theme == "transparent" else theme,
        "transparent": theme == "transparent",
        **({"date": date} if date else {}),
        **({"names": list(names)} if other is not None else {}),
        **(options or {}),
    }
    return _Plan(shown, other, given, PAGE_CSS + THEME_CSS[theme])


def _page(plan: _Plan, data_name: str | None) -> str:
    scene, lang, page_css = plan.scene, plan.options["lang"], plan.css
    fetch = "" if data_name is None else FETCH.replace("NAME", data_name)
    loader = f"{fetch}{strip_module('text.mjs')}\n{LOADER}"
    assets = player_assets()
    style = f"{assets.leaflet_css}\n{assets.css}"
    code = f"{assets.leaflet_js}\n{assets.js}\nwindow.frontlines.boot(window.L);"
    title = safe(scene.title)
    words = safe(scene.description)
    about = f'<meta name="description" content="{words}">\n' if words else ""
    direction = "rtl" if lang == "ar" else "ltr"
    tiles = plan.options.get("tiles")  # asked only once the reader switches them on
    images = f" {tile_origin(tiles.get('url', ''))}" if tiles else ""
    policy = (
        f"default-src 'none'; script-src {_hash(loader)} {_hash(code)}; "
        f"style-src {_hash(page_css)} {_hash(style)}; img-src data: blob:{images}; "
        f"base-uri 'none'; form-action 'none'{'' if data_name is None else FETCH_POLICY}"
    )
    return (
        f'<!doctype html>\n<html lang="{lang}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n{about}"
        f"<style>{page_css}</style>\n</head>\n<body>\n"
        f'<main id="frontlines"></main>\n<noscript>{_noscript(scene, lang)}</noscript>\n'
        f'<script type="application/json" id="fl-options">{json_block(plan.options)}</script>\n'
        f'<script type="text/plain" id="fl-code">{to_text(_squeezed(style, code))}</script>\n'
        f"{_data('fl-scene', None if data_name else scene)}{_data('fl-other', plan.other)}"
        f"<script>{loader}</script>\n</body>\n</html>\n"
    )


@cache
def _squeezed(style: str, code: str) -> bytes:
    return gzip.compress(f"{style}\0{code}".encode(), 9, mtime=0)


def _data(block_id: str, scene: Scene | None) -> str:
    if scene is None:
        return ""
    return f'<script type="text/plain" id="{block_id}">{to_text(pack(scene))}</script>\n'


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _noscript(scene: Scene, lang: str) -> str:
    """What a page without script shows: the last day as a picture and a table, and the sources.

    Rows and items are not closed: HTML lets that be, and every page carries this.
    """
    day = str(np.datetime64(scene.last_day, "D"))
    held = holders_on(scene, scene.last_day)
    known = [i for i in range(len(scene.places)) if held[i] != -1]
    largest = sorted(known, key=lambda i: (-scene.places[i].population, scene.places[i].id))
    rows = "".join(
        f"<tr><td>{safe(scene.places[i].name)}<td>{safe(holder_name(scene, int(held[i])))}"
        for i in largest[:MOST_ROWS]
    )
    rest = f"<p>{len(known) - MOST_ROWS} more places.</p>" if len(known) > MOST_ROWS else ""
    foot = [scene.licence, *scene.credits, scene.data_hash]
    sources = "".join(f"<li>{_source(s.publisher, s.title, s.date, s.url)}</li>"
                      for s in scene.sources[:MOST_ROWS])  # fmt: skip
    return (
        f"<h1>{safe(scene.title)}</h1><p>{safe(day)}</p>"
        f"{still_svg(scene, scene.last_day, label=f'{scene.title}, {day}')}"
        f"{_keys(scene, held)}<p>{safe(scene.rule_in(lang))}</p>"
        f"<table><caption>{safe(day)}</caption>{rows}</table>{rest}"
        f"{sources and f'<ul>{sources}</ul>'}<p>{safe(' · '.join(filter(None, foot)))}</p>"
    )


def _keys(scene: Scene, held: Any) -> str:
    """The fills of the still picture: those who hold something on its day, and who contest it."""
    codes = sorted(
        {int(code) for code in held if code != UNKNOWN}, key=lambda code: (code < 0, code)
    )
    rows = (f"<li>{swatch_svg(scene, code)} {safe(holder_name(scene, code))}" for code in codes)
    return f"<ul>{''.join(rows)}</ul>"


def _source(publisher: str, title: str, date: str, url: str) -> str:
    text = safe(", ".join(part for part in (publisher, title, date) if part))
    if address := link(url):
        return f'<a href="{safe(address)}" rel="noopener noreferrer nofollow">{text}</a>'
    return text


def iframe_snippet(src: str, *, title: str, height_px: int = 720, split: bool = False) -> str:
    """HTML that a newsroom pastes: a sandboxed frame with a title, full width.

    A sandboxed page is nobody's: no server hands it a file unless it does so for all. The `split`
    form has a file to fetch, so its frame keeps the origin of its address.
    """
    allowed = "allow-scripts allow-popups" + (" allow-same-origin" if split else "")
    return (
        f'<iframe src="{safe(src)}" title="{safe(title)}" sandbox="{allowed}" '
        f'loading="lazy" width="100%" height="{height_px}" frameborder="0" scrolling="no"></iframe>'
    )
