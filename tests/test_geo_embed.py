"""The one-file page as text: policy, data blocks, size, determinism; and the joining of modules."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from geo import bundle, embed, leaflet, still
from geo.densetext import from_text
from geo.payload import unpack
from geo.scene import UNKNOWN
from tests.hostile import HOSTILE
from tests.scenes import moving_front

SCENE = moving_front(10, 8, changes=120, strikes=60)


class Page(HTMLParser):
    """Scripts, styles and tags of a page, as a browser's parser would cut them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[tuple[str, dict[str, str | None], str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.blocks.append((tag, dict(attrs), ""))
            self.open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open:
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open:
            tag, attrs, text = self.blocks[-1]
            self.blocks[-1] = (tag, attrs, text + data)

    def block(self, block_id: str) -> str:
        return next(text for _, attrs, text in self.blocks if attrs.get("id") == block_id)

    def policy(self) -> str:
        metas = [a for t, a in self.tags if t == "meta" and "http-equiv" in a]
        return str(metas[0]["content"])


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(embed.embed_html(SCENE))


def test_every_script_and_style_is_named_by_its_hash_and_nothing_else_may_run(page: Page) -> None:
    policy = page.policy()
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy
    running = [t for tag, a, t in page.blocks if tag == "style" or not a.get("type")]
    assert len(running) == 2
    running += gzip.decompress(from_text(page.block("fl-code"))).decode().split("\0")
    assert len(running) == 4
    hashes = {base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in running}
    assert hashes == set(re.findall(r"'sha256-([^']+)'", policy))


def test_nothing_is_fetched(page: Page) -> None:
    for tag, attrs in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "base"), tag
        assert "src" not in attrs
        assert not any(name.startswith("on") or name == "style" for name in attrs)
    styles = "".join(text for tag, _, text in page.blocks if tag == "style")
    assert "url(" not in styles
    assert "@import" not in styles


def test_the_scene_is_in_the_page_as_data(page: Page) -> None:
    assert unpack(from_text(page.block("fl-scene"))).title == SCENE.title
    assert json.loads(page.block("fl-options"))["lang"] == "en"


def test_same_input_same_bytes_and_small_enough() -> None:
    text = embed.embed_html(SCENE)
    assert embed.embed_html(SCENE) == text
    page = Page(text)
    assert len(text) - len(page.block("fl-scene")) < 120_000, "the player has grown"


@pytest.fixture(scope="module")
def harmless() -> list[str]:
    """The tags of the page whose texts are plain, the rows of its tables aside."""
    page = Page(embed.embed_html(moving_front(3, 2, changes=4, strikes=3)))
    return [tag for tag, _ in page.tags if tag != "tr"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_text(text: str, harmless: list[str]) -> None:
    scene = moving_front(3, 2, changes=4, strikes=3, hostile=text)
    html = embed.embed_html(scene, options={"id": text})
    page = Page(html)
    assert [tag for tag, _ in page.tags if tag != "tr"] == harmless
    assert json.loads(page.block("fl-options"))["id"] == text
    assert unpack(from_text(page.block("fl-scene"))).places[0].name == (text or "Village 0")
    assert "{{" not in html
    assert "{%" not in html


def test_without_script_a_picture_a_table_and_the_sources_remain() -> None:
    html = embed.embed_html(SCENE)
    inside = re.search(r"<noscript>(.*)</noscript>", html, re.S)
    assert inside is not None
    for piece in ("<svg", "<table>", SCENE.rule, SCENE.sources[0].publisher, SCENE.data_hash):
        assert piece in inside.group(1)
    assert f"<p>{SCENE.licence} · " in inside.group(1)
    codes = np.unique(still.holders_on(SCENE, SCENE.last_day))
    names = re.findall(r"<li><svg.*?</svg> ([^<]*)", inside.group(1))
    wanted = [still.holder_name(SCENE, int(code)) for code in codes if code != UNKNOWN]
    assert sorted(names) == sorted(wanted) != []


def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        embed.embed_html(SCENE, lang="tlh")
    with pytest.raises(ValueError, match="theme"):
        embed.embed_html(SCENE, theme="neon")
    with pytest.raises(ValueError, match="begin"):
        embed.embed_html(SCENE, begin=5, end=4)


def test_the_split_form_is_small_and_names_its_data_safely() -> None:
    page, data = embed.embed_split(SCENE, title="Two files")
    assert unpack(data).title == "Two files"
    assert "fl-scene" not in [a.get("id") for _, a in Page(page).tags]
    assert "connect-src 'self'" in Page(page).policy()
    for name in ("../map", "https://example.org/x", 'a"b', ""):
        with pytest.raises(ValueError, match="data file"):
            embed.embed_split(SCENE, data_name=name)


def test_range_and_title_reach_the_scene() -> None:
    first, last = SCENE.first_day + 10, SCENE.last_day - 10
    text = embed.embed_html(SCENE, begin=first, end=last, title="Another <title>")
    back = unpack(from_text(Page(text).block("fl-scene")))
    assert (back.first_day, back.last_day, back.title) == (first, last, "Another <title>")


def test_the_still_shows_each_holder_once_and_covers_its_land() -> None:
    day = SCENE.last_day
    held = still.holders_on(SCENE, day)
    svg = still.still_svg(SCENE, day, label="a & b")
    codes = {int(c) for c in held if c != UNKNOWN}
    for code in codes:
        assert svg.count(f'fill="url(#fl-p{code})"') == 1
    assert 'aria-label="a &amp; b"' in svg
    assert "style=" not in svg


def walked(path: str) -> np.ndarray:
    """Where a path of relative steps goes, its `M` taken off: (n, 2)."""
    start, steps = re.fullmatch(r"([\d -]+)(.*)", path).groups()  # type: ignore[union-attr]
    points = [np.array(start.split(), float)]
    for name, numbers in re.findall(r"([hvl])([^hvl]*)", steps):
        given = np.array(re.findall(r"-?\d+", numbers), float)
        moves = given.reshape(-1, 2) if name == "l" else np.outer(given, (name == "h", name == "v"))
        points.extend(points[-1] + np.cumsum(moves, 0))
    return np.array(points)


def test_rings_of_the_still_close_and_have_the_area_of_the_cells() -> None:
    """Shoelace over all rings of all holders gives the land that anybody holds."""
    day = SCENE.last_day
    svg = still.still_svg(SCENE, day, label="x")
    total = 0.0
    for path in re.findall(r'<path d="([^"]+)" fill="url', svg):
        for ring in path.split("M")[1:]:
            assert ring.endswith("z")
            x, y = walked(ring[:-1]).T
            total += float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
    held = still.holders_on(SCENE, day)
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size is not None
    whole = int(size.group(1)) * int(size.group(2))
    share = np.mean(held != UNKNOWN)
    assert abs(total) / whole == pytest.approx(share, abs=0.03)


def test_the_policy_lets_in_the_host_of_offered_tiles_alone() -> None:
    def images(url: str) -> str:
        text = embed.embed_html(SCENE, options={"tiles": {"url": url, "attribution": "Whose"}})
        found = re.search(r"img-src ([^;]*);", text)
        assert found is not None
        return found.group(1)

    assert images("https://tiles.example/{z}/{x}/{y}.png") == "data: blob: https://tiles.example"
    assert images("https://{s}.a.example:8/{z}") == "data: blob: https://*.a.example:8"
    for wrong in ("", "https://", "//a.example/", "https://*/", "https://a.b; script-src */{z}",
                  "javascript:alert(1)//a.b/", 'https://a"b/'):  # fmt: skip
        with pytest.raises(ValueError, match="tiles"):
            images(wrong)


def test_snippet_is_sandboxed_titled_and_escaped() -> None:
    text = embed.iframe_snippet('map.html"><script>', title='"Fronts" & {{7*7}}')
    ((tag, attrs),) = Page(text).tags
    assert tag == "iframe"
    assert attrs["sandbox"] == "allow-scripts allow-popups"
    assert attrs["src"] == 'map.html"><script>'
    assert attrs["title"] == '"Fronts" & {{7*7}}'
    assert "{{" not in text


def test_player_texts_can_stand_in_any_template() -> None:
    assets = embed.player_assets()
    for text in (assets.js, assets.css, assets.leaflet_css):
        assert not re.search(r"\{\{|\{%|\{#|</(script|style)|<!--", text)
    assert not re.search(
        r"\blocalStorage\b|\bsessionStorage\b|\bfetch\(|XMLHttp|innerHTML|eval\(", assets.js
    )


def test_player_modules_keep_the_discipline_that_joining_needs() -> None:
    """Joining checks it; every module but Streamlit's entry is reached, and stays short."""
    folder = Path(embed.__file__).parent / "player"
    joined = embed.player_assets().js
    for path in folder.glob("*.mjs"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < 300, path.name
        assert max(map(len, text.splitlines())) < 600, path.name
        if path.name == "component.mjs":
            continue
        names = re.findall(r"^export (?:async )?(?:function|const) (\w+)", text, re.M)
        assert names, path.name
        assert all(re.search(rf"\b{name}\b", joined) for name in names), path.name


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"a.mjs": 'import x from "./b.mjs";\n', "b.mjs": ""}, "named"),
        ({"a.mjs": "export default 5;\n"}, "named exports"),
        ({"a.mjs": 'import { b } from "./b.mjs";\nconst c = 1;', "b.mjs": "const c = 2;"}, "too"),
        ({"a.mjs": "const text = `one\ntwo`;"}, "template literal"),
        (
            {"a.mjs": 'import { b } from "./b.mjs";', "b.mjs": 'import { a } from "./a.mjs";'},
            "cycle",
        ),
        ({"a.mjs": "const other = 1;"}, "no module defines"),
    ],
)
def test_breaches_are_refused(
    files: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "read_player", files.__getitem__)
    with pytest.raises(bundle.BundleError, match=why):
        bundle.join_modules("a.mjs", ("wanted",))


def test_leaflet_comes_from_its_package_without_pictures_or_maps() -> None:
    assert leaflet.VERSION in leaflet.leaflet_js()[:200]
    assert "sourceMappingURL" not in leaflet.leaflet_js()
    assert "url(" not in leaflet.leaflet_css()
    assert leaflet.leaflet_css().count("{") == leaflet.leaflet_css().count("}")
