"""Stills and animations of a scene: PNG, SVG with real text, GIF and MP4.

Drawn by matplotlib 3.11, which shapes Arabic; MP4 by imageio-ffmpeg (extra `video`). A
picture says by itself what it shows: title, date, legend, how land is drawn, sources, credits.
"""

from __future__ import annotations

import importlib
import io
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.features import Feature, features_between
from geo.image.film import ImageError, check_gif, check_mp4, write_gif, write_mp4
from geo.safeio import write_atomic
from geo.scene import Scene
from geo.uncertain import perhaps_on

if TYPE_CHECKING:
    from geo.image.poster import Poster

STRIKE_DAYS = 14
_LOCK = threading.Lock()  # matplotlib's settings are of the process
_SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "frontlines", "path.simplify": True}


class ImageWarning(UserWarning):
    """The picture lacks something, such as letters that no font at hand has."""


def image_bytes(
    scene: Scene,
    day: int,
    *,
    format: str = "png",
    size: str = "web",
    scale: float = 1,
    lang: str = "en",
    strike_days: int = STRIKE_DAYS,
) -> bytes:
    """A picture of one day (days since 1970-01-01) as `png` or `svg`.

    `size` is `web` (1200 by 676), `square` (1080 by 1080) or `story` (1080 by 1920); `scale` 2
    doubles a PNG's pixels; `lang` is `en` or `ar` (right to left). Events are those of the
    `strike_days` days up to the day, and the picture says so. The same scene gives the same bytes.
    Raises `ImageError`.
    """
    if format not in {"png", "svg"}:
        raise ImageError(f"no picture format {format!r}; a day is .png or .svg")
    features = features_between(scene, day - strike_days + 1, day)
    with _drawing(), io.BytesIO() as out:
        poster = _poster(scene, size, scale, lang, strike_days, vector=format == "svg")
        poster.show(day, [*_of_day(features, day, strike_days), *perhaps_on(scene, day)])
        notes: dict[str, Any] = {"Software": "frontlines", "Title": scene.title[:200]}
        if format == "svg":
            notes = {"Date": None, "Creator": "frontlines"}
        poster.page.figure.savefig(out, format=format, metadata=notes, dpi="figure")
        drawn = out.getvalue()
    return _finished(drawn) if format == "svg" else drawn


def _finished(svg: bytes) -> bytes:
    """An SVG whose texts name more fonts than ours, and whose labels have a halo."""
    from geo.image.style import FONT, SVG_FONTS, SVG_STYLE

    named = svg.replace(f"'{FONT}'".encode(), SVG_FONTS.encode())
    return named.replace(b"</style>", SVG_STYLE.encode() + b"</style>", 1)


def render_image(path: str | Path, scene: Scene, day: int, **options: Any) -> Path:
    """Write a picture of one day to `path` (.png or .svg), whole or not at all.

    `options` as in `image_bytes`, without `format`. Raises `ImageError`, `SafeWriteError`.
    """
    kind = Path(path).suffix.lower().lstrip(".")
    return write_atomic(path, image_bytes(scene, day, format=kind, **options), check=_check_still)


def render_animation(
    path: str | Path,
    scene: Scene,
    first: int,
    last: int,
    *,
    size: str = "web",
    lang: str = "en",
    seconds: float = 12.0,
    fps: int = 10,
    hold_seconds: float = 2.0,
    strike_days: int = STRIKE_DAYS,
    progress: Callable[[int, int], object] | None = None,
) -> Path:
    """Write an animation of the days `first` to `last`, both included, as .gif or .mp4.

    It runs for about `seconds`, and then shows the last day for `hold_seconds`. `progress` hears
    (frames done, frames in all). Raises `ImageError`, `SafeWriteError`.
    """
    kind = Path(path).suffix.lower().lstrip(".")
    if kind not in {"gif", "mp4"}:
        raise ImageError(f"no animation format {kind!r}; a range of days is .gif or .mp4")
    if first > last or not 1 <= fps <= 60 or not 0 < seconds <= 600:
        raise ImageError("an animation needs first <= last, 1 to 60 fps, up to 600 seconds")
    count = int(min(last - first + 1, max(2, round(seconds * fps))))
    days = np.linspace(first, last, count).round().astype(int).tolist()
    held = max(1, round(hold_seconds * fps))
    writer = write_gif if kind == "gif" else write_mp4

    def write(temporary: Path) -> None:
        frames = _frames(scene, days, (size, lang, strike_days), progress)
        writer(temporary, frames, fps=fps, held=held)

    check = check_gif if kind == "gif" else check_mp4
    return write_atomic(path, write, check=lambda temporary: check(temporary, len(days)))


def _frames(
    scene: Scene,
    days: list[int],
    look: tuple[str, str, int],
    progress: Callable[[int, int], object] | None,
) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    """RGB pictures (height, width, 3) of the days, in order."""
    size, lang, strike_days = look
    features = features_between(scene, days[0] - strike_days + 1, days[-1])
    with _drawing():
        poster = _poster(scene, size, 1, lang, strike_days)
        window = {day: perhaps_on(scene, day) for day in days}
        poster.reserve([*features, *(one for shown in window.values() for one in shown)])
        overlay = poster.overlay(features)
        canvas: Any = poster.page.canvas
        for number, day in enumerate(days):
            poster.show(day, _of_day(features, day, strike_days) + window[day], names=False)
            canvas.draw()
            yield _laid_over(np.asarray(canvas.buffer_rgba())[:, :, :3].copy(), overlay)
            if progress is not None:
                progress(number + 1, len(days))


def _laid_over(frame: Any, overlay: Any) -> Any:
    """An RGB picture with an RGBA one over it; both (height, width, ..) uint8."""
    rows, columns = np.nonzero(overlay[:, :, 3])
    over = overlay[rows, columns].astype(np.uint16)
    alpha = over[:, 3:]
    under = frame[rows, columns].astype(np.uint16)
    frame[rows, columns] = (over[:, :3] * alpha + under * (255 - alpha) + 127) // 255
    return frame


def _of_day(features: list[Feature], day: int, strike_days: int) -> list[Feature]:
    def shows(feature: Feature) -> bool:
        since = day - strike_days + 1 if feature.layer == "strike" else day
        return (feature.begin is None or feature.begin <= day) and (
            feature.end is None or feature.end > since
        )

    return [feature for feature in features if shows(feature)]


def _poster(
    scene: Scene, size: str, scale: float, lang: str, strike_days: int, *, vector: bool = False
) -> Poster:
    from geo.image.poster import Poster
    from geo.image.style import SIZES, WORDS

    if size not in SIZES or lang not in WORDS:
        raise ImageError(f"sizes are {', '.join(SIZES)}, languages {', '.join(WORDS)}")
    if not 0.25 <= scale <= 4 or strike_days < 1:
        raise ImageError("scale lies between 0.25 and 4, strike_days is at least 1")
    options: dict[str, Any] = {"lang": lang, "strike_days": strike_days, "vector": vector}
    return Poster(scene, SIZES[size], scale=1 if vector else scale, **options)


class _drawing:  # noqa: N801  (used as a `with` word)
    """matplotlib set up for us alone while the block lasts; it complains of fonts once."""

    def __enter__(self) -> None:
        try:
            matplotlib: Any = importlib.import_module("matplotlib")
        except ModuleNotFoundError as error:
            raise ImageError(
                "pictures need matplotlib; run: pip install 'matplotlib>=3.11'"
            ) from error
        if tuple(map(int, matplotlib.__version__.split(".")[:2])) < (3, 11):
            raise ImageError(
                f"matplotlib {matplotlib.__version__} neither joins Arabic letters nor colours "
                "hatches; run: pip install 'matplotlib>=3.11'"
            )
        _LOCK.acquire()
        self._settings = matplotlib.rc_context(_SETTINGS)
        self._settings.__enter__()
        self._caught = warnings.catch_warnings(record=True)
        self._seen = self._caught.__enter__()
        warnings.simplefilter("always")

    def __exit__(self, *error: Any) -> None:
        seen = list(self._seen or ())
        self._caught.__exit__(*error)
        self._settings.__exit__(*error)
        _LOCK.release()
        missing = [w for w in seen if "missing from font" in str(w.message)]
        if missing:
            warnings.warn(
                f"{len(missing)} letters are in no font at hand and show as boxes",
                ImageWarning,
                stacklevel=3,
            )
        for other in seen:
            if other not in missing:
                warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)


def _check_still(path: Path) -> None:
    if path.suffix == ".svg":
        tree: Any = importlib.import_module("xml.etree.ElementTree")
        tree.parse(path)
        return
    image: Any = importlib.import_module("PIL.Image")
    with image.open(path) as picture:
        picture.load()
