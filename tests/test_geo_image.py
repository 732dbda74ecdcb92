"""Pictures: their words, their Arabic, labels that do not collide, and the same bytes again."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import imageio_ffmpeg
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geo.features import features_on
from geo.image import ImageError, ImageWarning, image_bytes, render_animation, render_image
from geo.image.drawing import MapDrawing, round_down
from geo.image.labels import Label, place_labels
from geo.image.page import Page, plain
from geo.image.style import EVENTS, SIZES, WORDS, day_in_words
from geo.safeio import SafeWriteError
from geo.scene import Scene
from tests.damage import full_disk
from tests.hostile import HOSTILE
from tests.pages import hostile_scene
from tests.scenes import moving_front

SCENE = moving_front()
DAY = SCENE.first_day + 200
SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).resolve().parent.parent


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def texts(svg: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("size", "scale"), [("web", 1), ("web", 2), ("square", 1), ("story", 1)])
def test_pictures_have_the_size_that_was_asked(size: str, scale: int) -> None:
    picture = opened(image_bytes(SCENE, DAY, size=size, scale=scale))
    assert picture.size == (SIZES[size].width_px * scale, SIZES[size].height_px * scale)
    # Colours of land that is held on the day are on it, and paper around it.
    colors = {tuple(c) for c in np.asarray(picture.convert("RGB")).reshape(-1, 3)[::7].tolist()}
    assert len(colors) > 50
    assert (255, 255, 255) in colors


def test_a_picture_says_what_it_shows() -> None:
    said = texts(image_bytes(SCENE, DAY, format="svg"))
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
    assert "Azaz" in texts(image_bytes(SCENE, DAY, format="svg"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", WORDS)
def test_the_rule_and_the_version_are_never_cut(size: str, lang: str) -> None:
    """A long rule takes the lines that it needs; a version stays in one piece among Arabic."""
    rule = " ".join(f"Word{n} of a long rule with its parameters." for n in range(20))
    said = " ".join(texts(image_bytes(replace(SCENE, rule=rule), DAY, format="svg", size=size,
                                      lang=lang)))  # fmt: skip
    assert rule in said
    assert f"\u200e{SCENE.data_hash}" in said


def test_allies_drawn_alike_share_a_row_of_the_legend() -> None:
    look = {"color": SCENE.actors[0].color, "pattern": SCENE.actors[0].pattern}
    twin = replace(SCENE.actors[1], **look)
    scene = replace(SCENE, actors=(SCENE.actors[0], twin, *SCENE.actors[2:]))
    said = texts(image_bytes(scene, DAY, format="svg"))
    assert "Government, Allied militia" in said
    assert "Government" not in said
    assert "Government" in texts(image_bytes(SCENE, DAY, format="svg"))


def test_a_place_known_only_roughly_is_pale_and_within_a_span_has_a_circle() -> None:
    """A circle wider than the map would be a few dashes across it that nobody can read."""

    def said(spread_m: float) -> list[str]:
        events = replace(SCENE.events, uncertainty_m=np.full(len(SCENE.events.begin), spread_m))
        return texts(image_bytes(replace(SCENE, events=events), DAY, format="svg"))

    within, rough = WORDS["en"]["within"], WORDS["en"]["rough"]
    assert [words in said(300) for words in (within, rough)] == [False, False]
    assert [words in said(9_000) for words in (within, rough)] == [True, False]
    assert [words in said(90_000) for words in (within, rough)] == [False, True]


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


def test_small_marks_keep_their_colour_in_a_gif(tmp_path: Path) -> None:
    path = render_animation(tmp_path / "a.gif", SCENE, DAY, DAY + 1, seconds=0.2)
    with Image.open(path) as film:
        colors = np.unique(np.asarray(film.convert("RGB")).reshape(-1, 3), axis=0).astype(int)
    red = [int(EVENTS["strike"]["facecolor"][n : n + 2], 16) for n in (1, 3, 5)]
    assert np.abs(colors - red).sum(axis=1).min() <= 6


def test_svg_text_is_text_and_names_fonts_to_fall_back_on() -> None:
    svg = image_bytes(SCENE, DAY, format="svg", lang="ar")
    said = texts(svg)
    assert "الحكومة" in said
    assert "حلب" in said
    assert "10 أيار 2014" in said
    assert b"Noto Sans Arabic" in svg
    assert b"<script" not in svg


def test_labels_of_an_svg_stand_where_those_of_the_picture_do() -> None:
    """A label begins right of its town or ends left of it, in the units of the drawing."""
    svg = image_bytes(SCENE, DAY, format="svg")
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


def test_the_same_scene_gives_the_same_bytes() -> None:
    for form in ("png", "svg"):
        one = image_bytes(moving_front(), DAY, format=form)
        assert one == image_bytes(SCENE, DAY, format=form)
        assert one != image_bytes(SCENE, DAY + 40, format=form)


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from geo.image import image_bytes; "
        "from tests.scenes import moving_front; s = moving_front(); "
        "Path(sys.argv[1]).write_bytes(image_bytes(s, s.first_day + 200, format='svg'))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.svg")], cwd=ROOT, check=True)
    assert (tmp_path / "a.svg").read_bytes() == image_bytes(SCENE, DAY, format="svg")


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


def test_an_animation_moves_and_ends_on_the_last_day(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = render_animation(
        tmp_path / "war.gif",
        SCENE,
        SCENE.first_day,
        SCENE.last_day,
        seconds=0.6,
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(n, 6) for n in range(1, 7)]
    with Image.open(path) as film:
        assert film.n_frames == 6
        assert film.size == (1200, 676)
        film.seek(0)
        first = np.asarray(film.convert("RGB")).copy()
        film.seek(5)
        assert film.info["duration"] >= 2000
        last = np.asarray(film.convert("RGB"))
    assert (first != last).any(axis=2).mean() > 0.02
    still = np.asarray(opened(image_bytes(SCENE, SCENE.last_day)).convert("RGB")).astype(int)
    assert np.abs(still - last).mean() < 6


def test_films_are_films(tmp_path: Path) -> None:
    path = render_animation(
        tmp_path / "war.mp4",
        SCENE,
        SCENE.first_day,
        SCENE.last_day,
        seconds=0.5,
        hold_seconds=0.3,
        size="square",
    )
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(path))
    assert frames == 5 + 3
    assert seconds == pytest.approx(0.8, abs=0.15)
    assert [p.name for p in tmp_path.iterdir()] == ["war.mp4"]


def test_a_film_on_a_full_disk_is_refused_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "war.mp4"
    path.write_bytes(b"old")
    # ffmpeg inherits the limit
    with full_disk(5_000), pytest.raises(SafeWriteError, match="is the disk full") as caught:
        render_animation(path, SCENE, SCENE.first_day, SCENE.last_day, seconds=0.3)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["war.mp4"]


def test_files_by_suffix(tmp_path: Path) -> None:
    path = render_image(tmp_path / "day.png", SCENE, DAY)
    assert path.read_bytes() == image_bytes(SCENE, DAY)
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
