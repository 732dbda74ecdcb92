"""Words on pictures: Arabic, hostile text, labels that do not collide."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.image import ImageWarning, image_bytes
from geo.image.drawing import round_down
from geo.image.labels import Label, place_labels
from geo.image.page import Page, plain
from geo.image.style import SIZES, WORDS, day_in_words
from geo.scene import Scene
from tests.hostile import HOSTILE
from tests.pages import hostile_scene
from tests.pictures import DAY, SCENE, SVG, drawn, opened, texts
from tests.scenes import moving_front


def test_svg_text_is_text_and_names_fonts_to_fall_back_on() -> None:
    svg = drawn(lang="ar")
    said = texts(svg)
    assert "الحكومة" in said
    assert "حلب" in said
    assert "10 أيار 2014" in said
    everything = " ".join(said)
    assert SCENE.rule_ar in everything and SCENE.rule not in everything
    assert b"Noto Sans Arabic" in svg
    assert b"<script" not in svg


def test_labels_of_an_svg_stand_where_those_of_the_picture_do() -> None:
    """A label begins right of its town or ends left of it, in the units of the drawing."""
    svg = drawn()
    root = ElementTree.fromstring(svg)
    width = float(root.attrib["viewBox"].split()[2])
    (aleppo,) = [n for n in root.iter(f"{SVG}text") if "".join(n.itertext()) == "Aleppo"]
    west, _, east, _ = SCENE.view
    town = SCENE.towns[0]
    side = SIZES["web"].side_px + 2 * SIZES["web"].margin_px
    map_share = (SIZES["web"].width_px - side) / SIZES["web"].width_px
    at = float(aleppo.attrib["x"])
    want = (town.lon - west) / (east - west) * width * map_share
    assert at == pytest.approx(want, abs=0.12 * width)


def test_arabic_is_shaped_and_runs_from_the_right() -> None:
    """Joined letters are narrower than the same letters apart, and lines begin at the right."""
    page = Page(SIZES["web"], scale=1, lang="ar")
    joined, apart = page.width_px("حلب", 40), page.width_px("ح\u200cل\u200cب", 40)
    assert joined < apart * 0.95
    picture = np.asarray(opened(image_bytes(SCENE, DAY, size="story", lang="ar")).convert("L"))
    head = picture[40:150]
    across = np.flatnonzero((head < 128).any(axis=0))
    assert across.max() > 1000
    assert across.min() > 400


@pytest.fixture
def hostile() -> Iterator[Scene]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImageWarning)
        yield hostile_scene(moving_front(20, 12, strikes=40))


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_hostile_text_is_text_in_svg(hostile: Scene, lang: str) -> None:
    root = ElementTree.fromstring(image_bytes(hostile, DAY, format="svg", lang=lang))
    tags = {node.tag.split("}")[1] for node in root.iter()}
    assert not tags & {"script", "image", "foreignObject", "a", "iframe", "animate", "set"}
    for node in root.iter():
        for name, value in node.attrib.items():
            assert not name.lower().startswith("on")
            assert "javascript" not in value
            assert "evil.example" not in value


def test_hostile_text_breaks_no_picture(hostile: Scene) -> None:
    assert opened(image_bytes(hostile, DAY)).size == (1200, 676)


@pytest.mark.parametrize("text", [*HOSTILE, "$x^2$", "\\frac{1}{2}", "$"])
def test_no_text_is_mathematics_or_breaks_a_line(text: str) -> None:
    page = Page(SIZES["web"], scale=1, lang="en")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for line in page.wrap(text, 14, 200, most=3):
            assert page.width_px(line, 14) <= 200
    assert "\n" not in plain(text)


def test_letters_that_no_font_has_are_said() -> None:
    scene = replace(SCENE, title="\U0001f3f4 \u4e2d\u6587")
    with pytest.warns(ImageWarning, match="no font"):
        image_bytes(scene, DAY)


@given(
    st.lists(
        st.tuples(st.floats(0, 600), st.floats(0, 400), st.floats(5, 120), st.integers(0, 10**6)),
        max_size=60,
    )
)
def test_labels_never_collide_and_stay_inside(rows: list[tuple[float, float, float, int]]) -> None:
    labels = [Label(f"n{n}", x, y, w, 12.0, -p) for n, (x, y, w, p) in enumerate(rows)]
    taken = (0.0, 0.0, 100.0, 40.0)
    placed = place_labels(labels, frame=(0.0, 0.0, 600.0, 400.0), taken=[taken], most=25)
    boxes = [(p.left, p.bottom, p.left + p.label.width, p.bottom + 12.0) for p in placed]
    assert len(placed) <= 25
    for number, a in enumerate(boxes):
        assert 0 <= a[0] <= a[2] <= 600
        assert 0 <= a[1] <= a[3] <= 400
        for b in (*boxes[number + 1 :], taken):
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
    assert placed == place_labels(
        labels[::-1], frame=(0.0, 0.0, 600.0, 400.0), taken=[taken], most=25
    )


def test_the_largest_town_is_labelled_first() -> None:
    labels = [Label("small", 50, 50, 60, 12, -10), Label("large", 52, 50, 60, 12, -999)]
    placed = place_labels(labels, frame=(0, 0, 200, 100), most=1)
    assert [p.label.text for p in placed] == ["large"]


@pytest.mark.parametrize(
    ("value", "want"), [(1.0, 1), (1.9, 1), (2.0, 2), (7.3, 5), (99, 50), (0.04, 0.02)]
)
def test_scale_bars_are_round(value: float, want: float) -> None:
    assert round_down(value) == pytest.approx(want)


def test_days_are_words() -> None:
    assert day_in_words(0, "en") == "1 January 1970"
    assert day_in_words(17082, "en") == "8 October 2016"
    assert day_in_words(17082, "ar") == "8 تشرين الأول 2016"
    assert set(WORDS["en"]) == set(WORDS["ar"])
