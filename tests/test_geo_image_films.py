"""Films: they move, end on the last day, keep small marks, and leave nothing half-written."""

from __future__ import annotations

from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from geo.image import image_bytes, render_animation
from geo.image.style import EVENTS
from geo.safeio import SafeWriteError
from tests.damage import full_disk
from tests.pictures import DAY, SCENE, opened


def test_small_marks_keep_their_colour_in_a_gif(tmp_path: Path) -> None:
    path = render_animation(tmp_path / "a.gif", SCENE, DAY, DAY + 1, seconds=0.2)
    with Image.open(path) as film:
        colors = np.unique(np.asarray(film.convert("RGB")).reshape(-1, 3), axis=0).astype(int)
    red = [int(EVENTS["strike"]["facecolor"][n : n + 2], 16) for n in (1, 3, 5)]
    assert np.abs(colors - red).sum(axis=1).min() <= 6


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
