"""Films of pictures: GIF by Pillow, MP4 by imageio-ffmpeg (extra `video`), and their checks.

What goes wrong in writing is an OSError; `geo.safeio.write_atomic` adds the file and the remedy.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from geo.errors import GeoError
from geo.image.style import EVENTS

_GIF_COLORS = 128
_KEPT = sorted({str(v) for look in EVENTS.values() for v in look.values() if str(v)[0] == "#"})


class ImageError(GeoError):
    """A picture that cannot be made as asked; the message says what to change or install."""


def write_gif(path: Path, frames: Iterator[Any], *, fps: int, held: int) -> None:
    image: Any = importlib.import_module("PIL.Image")
    pictures: list[Any] = []
    palette = None
    for frame in frames:
        picture = image.fromarray(frame)
        if palette is None:
            # Small marks would not find their colour among those of the large areas.
            sample = picture.copy()
            for number, color in enumerate(_KEPT):
                sample.paste(color, (0, 30 * number, 60, 30 * number + 30))
            palette = sample.quantize(_GIF_COLORS, method=image.Quantize.MEDIANCUT)
        pictures.append(picture.quantize(palette=palette, dither=image.Dither.NONE))
    tick = round(1000 / fps)
    last = [tick] * (len(pictures) - 1) + [tick * held]
    with path.open("wb") as file:
        pictures[0].save(
            file, format="GIF", save_all=True, append_images=pictures[1:], duration=last, loop=0
        )


def write_mp4(path: Path, frames: Iterator[Any], *, fps: int, held: int) -> None:
    try:
        ffmpeg: Any = importlib.import_module("imageio_ffmpeg")
    except ModuleNotFoundError as error:
        raise ImageError(
            "MP4 needs imageio-ffmpeg; run: pip install 'frontlines[video]', or ask for .gif"
        ) from error
    first = next(frames)
    height, width = first.shape[:2]
    writer = ffmpeg.write_frames(
        str(path),
        (width, height),
        fps=fps,
        codec="libx264",
        quality=7,
        macro_block_size=2,
        ffmpeg_log_level="quiet",  # what it says of a full disk is said once, by us
        output_params=["-movflags", "+faststart", "-map_metadata", "-1", "-f", "mp4"],
    )
    writer.send(None)
    last = first
    try:
        writer.send(np.ascontiguousarray(first))
        for last in frames:
            writer.send(np.ascontiguousarray(last))
        for _ in range(held):
            writer.send(np.ascontiguousarray(last))
    except OSError as error:  # a pipe that nobody reads: its message is a page of options
        raise OSError("ffmpeg stopped before the last frame") from error
    finally:
        writer.close()


def check_gif(path: Path, frames: int) -> None:
    image: Any = importlib.import_module("PIL.Image")
    with image.open(path) as picture:
        # Frames that show nothing new are merged with the one before.
        if not 1 <= picture.n_frames <= frames:
            raise OSError(f"{picture.n_frames} of {frames} frames were written")
        picture.seek(picture.n_frames - 1)
        picture.load()


def check_mp4(path: Path, frames: int) -> None:
    ffmpeg: Any = importlib.import_module("imageio_ffmpeg")
    try:
        found, _ = ffmpeg.count_frames_and_secs(str(path))
    except RuntimeError as error:  # with all that ffmpeg says about itself
        raise OSError("the film breaks off") from error
    if found < frames:
        raise OSError(f"{found} of {frames} frames were written")
