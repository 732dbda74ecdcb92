"""Pictures: what they say, their size, and the same bytes again."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.features import features_on
from geo.image import ImageError, image_bytes, render_animation, render_image
from geo.image.drawing import MapDrawing
from geo.image.page import Page
from geo.image.style import SIZES, WORDS
from tests.pictures import DAY, SCENE, drawn, opened, texts
from tests.scenes import moving_front

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(("size", "scale"), [("web", 1), ("web", 2), ("square", 1), ("story", 1)])
def test_pictures_have_the_size_that_was_asked(size: str, scale: int) -> None:
    picture = opened(image_bytes(SCENE, DAY, size=size, scale=scale))
    assert picture.size == (SIZES[size].width_px * scale, SIZES[size].height_px * scale)
    # Colours of land that is held on the day are on it, and paper around it.
    colors = {tuple(c) for c in np.asarray(picture.convert("RGB")).reshape(-1, 3)[::7].tolist()}
    assert len(colors) > 50
    assert (255, 255, 255) in colors


def test_a_picture_says_what_it_shows() -> None:
    said = texts(drawn())
    everything = " ".join(said)
    for words in (SCENE.title, "10 May 2014", "Government", "Rebels", "Not assessed", "Frontline",
                  SCENE.data_hash, "Agency 0", "Lines: drawn for the test", "CC0", "14 days",
                  "20 km", "Aleppo"):  # fmt: skip
        assert words in everything
    assert SCENE.rule in everything
    assert any(text.startswith("Contested: ") for text in said)


def test_a_town_that_is_a_place_too_is_named_once() -> None:
    azaz = replace(SCENE.places[200], name="Azaz town", kind="town", lon=37.051, lat=36.581)
    scene = replace(SCENE, places=(*SCENE.places[:200], azaz, *SCENE.places[201:]))
    said = texts(image_bytes(scene, DAY, format="svg"))
    assert "Azaz town" in said
    assert "Azaz" not in said
    assert "Azaz" in texts(drawn())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", WORDS)
def test_the_rule_and_the_version_are_never_cut(size: str, lang: str) -> None:
    """A long rule takes the lines that it needs; a version stays in one piece among Arabic."""
    rule = " ".join(f"Word{n} of a long rule with its parameters." for n in range(20))
    scene = replace(SCENE, rule=rule, rule_ar="")
    said = " ".join(texts(image_bytes(scene, DAY, format="svg", size=size, lang=lang)))
    assert rule in said
    assert f"\u200e{SCENE.data_hash}" in said


def test_allies_drawn_alike_share_a_row_of_the_legend() -> None:
    look = {"color": SCENE.actors[0].color, "pattern": SCENE.actors[0].pattern}
    twin = replace(SCENE.actors[1], **look)
    scene = replace(SCENE, actors=(SCENE.actors[0], twin, *SCENE.actors[2:]))
    said = texts(image_bytes(scene, DAY, format="svg"))
    assert "Government, Allied militia" in said
    assert "Government" not in said
    assert "Government" in texts(drawn())


def test_a_place_known_only_roughly_is_pale_and_within_a_span_has_a_circle() -> None:
    """A circle wider than the map would be a few dashes across it that nobody can read."""

    def said(spread_m: float) -> list[str]:
        events = replace(SCENE.events, uncertainty_m=np.full(len(SCENE.events.begin), spread_m))
        return texts(image_bytes(replace(SCENE, events=events), DAY, format="svg"))

    within, rough = WORDS["en"]["within"], WORDS["en"]["rough"]
    for spread_m, both in ((300, [False, False]), (9_000, [True, False]), (90_000, [False, True])):
        found = said(spread_m)
        assert [words in found for words in (within, rough)] == both


def test_events_without_a_place_are_counted_on_the_picture() -> None:
    lon = SCENE.events.lon.copy()
    shown = (SCENE.events.begin <= DAY) & (SCENE.events.end > DAY - 13)
    lon[np.flatnonzero(shown)[:3]] = np.nan
    scene = replace(SCENE, events=replace(SCENE.events, lon=lon))
    everything = " ".join(texts(image_bytes(scene, DAY, format="svg")))
    assert "; 3 of them without a place on the map" in everything


def test_no_name_covers_the_mark_of_an_event() -> None:
    drawing = MapDrawing(Page(SIZES["web"], scale=1, lang="en"), SCENE, (18, 18, 860, 540))
    shown = features_on(SCENE, DAY)
    events = [f.geometry for f in shown if f.layer == "strike"]
    marks = drawing.px(shapely.get_coordinates(np.array(events)))
    placed = drawing.names(shown, "en")
    assert len(placed) > 20
    for one in placed:
        right, top = one.left + one.label.width, one.bottom + one.label.height
        x, y = marks.T
        assert not ((one.left < x) & (x < right) & (one.bottom < y) & (y < top)).any()


def test_the_same_scene_gives_the_same_bytes() -> None:
    for form in ("png", "svg"):
        one = image_bytes(moving_front(), DAY, format=form)
        assert one == drawn(form)
        assert one != image_bytes(SCENE, DAY + 40, format=form)


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from geo.image import image_bytes; "
        "from tests.scenes import moving_front; s = moving_front(); "
        "Path(sys.argv[1]).write_bytes(image_bytes(s, s.first_day + 200, format='svg'))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.svg")], cwd=ROOT, check=True)
    assert (tmp_path / "a.svg").read_bytes() == drawn()


def test_files_by_suffix(tmp_path: Path) -> None:
    path = render_image(tmp_path / "day.png", SCENE, DAY)
    assert path.read_bytes() == drawn("png")
    assert render_image(tmp_path / "day.svg", SCENE, DAY).read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: render_image(p / "a.gif", SCENE, DAY), ".png or .svg"),
        (lambda p: render_image(p / "a.png", SCENE, DAY, size="poster"), "web, square, story"),
        (lambda p: render_image(p / "a.png", SCENE, DAY, lang="fr"), "en, ar"),
        (lambda p: render_image(p / "a.png", SCENE, DAY, scale=40), "scale"),
        (lambda p: render_animation(p / "a.png", SCENE, DAY, DAY), ".gif or .mp4"),
        (lambda p: render_animation(p / "a.gif", SCENE, DAY, DAY - 1), "first <= last"),
        (lambda p: render_animation(p / "a.gif", SCENE, DAY, DAY, fps=0), "fps"),
    ],
)
def test_bad_requests_say_what_to_change(call: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=message):
        call(tmp_path)  # type: ignore[operator]
    assert list(tmp_path.iterdir()) == []


def test_an_old_matplotlib_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.__version__", "3.10.8")
    with pytest.raises(ImageError, match="Arabic"):
        image_bytes(SCENE, DAY)


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImageError, match=r"matplotlib>=3\.11"):
        image_bytes(SCENE, DAY)
