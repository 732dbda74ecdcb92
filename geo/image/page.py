"""The page around the map of a picture: title, date, legend, rule, sources, credit.

Everything is laid out in px from the top left on a matplotlib figure; texts are measured and
wrapped with the figure's own renderer, so that Arabic takes the room that it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from geo.escape import visible
from geo.image.style import FAINT, FONT, INK, PAPER, WORDS, Size

DPI = 100
_LEADING = 1.32


class Page:
    """A figure of one size, and the means to write on it."""

    def __init__(self, size: Size, *, scale: float, lang: str, vector: bool = False) -> None:
        self.size = size
        self.vector = vector  # text stays text: nothing may be drawn around its letters
        self.lang = lang
        self.words = WORDS[lang]
        self.right_to_left = lang == "ar"
        width, height = size.width_px, size.height_px
        self.figure = Figure((width / DPI, height / DPI), dpi=DPI * scale, facecolor=PAPER)
        self.canvas = FigureCanvasAgg(self.figure)
        self.scale = scale
        self._widths: dict[tuple[str, float, str], float] = {}

    def font(self, px: float, weight: str = "normal") -> FontProperties:
        """The page's font in px at scale 1."""
        return FontProperties(family=FONT, size=px * 72 / DPI, weight=weight)

    def width_px(self, text: str, px: float, weight: str = "normal") -> float:
        """How wide a text is, px at scale 1."""
        key = (text, px, weight)
        if key not in self._widths:
            canvas: Any = self.canvas
            renderer = canvas.get_renderer()
            width = renderer.get_text_width_height_descent(text, self.font(px, weight), False)[0]
            self._widths[key] = float(width) / self.scale
        return self._widths[key]

    def wrap(
        self, text: str, px: float, room_px: float, *, most: int, weight: str = "normal"
    ) -> list[str]:
        """The text in lines no wider than `room_px`; what `most` lines cannot hold ends in an
        ellipsis."""
        lines: list[str] = []
        line = ""
        room_for = int(most * room_px / px * 4) + 8  # letters: no line holds more of the narrowest
        for word in plain(text)[:room_for].split():
            for piece in self._pieces(word, px, room_px, weight):
                longer = f"{line} {piece}".strip()
                if line and self.width_px(longer, px, weight) > room_px:
                    lines.append(line)
                    line = piece
                else:
                    line = longer
        lines += [line] if line else []
        if len(lines) <= most:
            return lines
        last = lines[most - 1]
        while last and self.width_px(f"{last}…", px, weight) > room_px:
            last = last[:-1]
        return [*lines[: most - 1], f"{last.rstrip()}…"]

    def _pieces(self, word: str, px: float, room_px: float, weight: str) -> list[str]:
        """A word, cut where it is wider than a line."""
        pieces = []
        while len(word) > 1 and self.width_px(word, px, weight) > room_px:
            fit = max(1, int(len(word) * room_px / self.width_px(word, px, weight)))
            while fit > 1 and self.width_px(word[:fit], px, weight) > room_px:
                fit -= 1
            pieces.append(word[:fit])
            word = word[fit:]
        return [*pieces, word]

    def write(
        self,
        left_px: float,
        top_px: float,
        room_px: float,
        lines: Sequence[str],
        px: float,
        *,
        color: str = INK,
        weight: str = "normal",
    ) -> float:
        """Write lines from the top down, at the reading side of the room; return the next top."""
        for line in lines:
            x = left_px + room_px if self.right_to_left else left_px
            self.add(
                Text(
                    x / self.size.width_px,
                    1 - (top_px + px) / self.size.height_px,
                    line,
                    transform=self.figure.transFigure,
                    fontproperties=self.font(px, weight),
                    color=color,
                    ha="right" if self.right_to_left else "left",
                    va="baseline",
                    parse_math=False,
                )
            )
            top_px += px * _LEADING
        return top_px

    def add(self, artist: Any) -> None:
        """Put an artist onto the page itself."""
        self.figure.add_artist(artist)

    def box(
        self, left_px: float, top_px: float, width_px: float, height_px: float, **look: Any
    ) -> None:
        """A rectangle in px from the top left."""
        self.add(Rectangle(**self._rectangle(left_px, top_px, width_px, height_px), **look))

    def axes(self, left_px: float, top_px: float, width_px: float, height_px: float) -> Any:
        """Empty axes in px from the top left."""
        place = self._rectangle(left_px, top_px, width_px, height_px)
        axes: Any = self.figure.add_axes((*place["xy"], place["width"], place["height"]))
        axes.set_axis_off()
        return axes

    def _rectangle(self, left: float, top: float, width: float, height: float) -> dict[str, Any]:
        across, down = self.size.width_px, self.size.height_px
        return {
            "xy": (left / across, 1 - (top + height) / down),
            "width": width / across,
            "height": height / down,
        }

    def footer(self, texts: Sequence[tuple[str, int]]) -> float:
        """Small texts at the foot of the page, each with the lines it may take; returns the top
        of them, px."""
        size = self.size
        px = max(11.0, size.text_px * 0.72)
        room = size.width_px - 2 * size.margin_px
        lines = [line for text, most in texts for line in self.wrap(text, px, room, most=most)]
        top = size.height_px - size.margin_px * 0.6 - len(lines) * px * _LEADING
        self.write(size.margin_px, top, room, lines, px, color=FAINT)
        return top


def plain(text: str) -> str:
    """Text that every picture format can hold, on one line."""
    return " ".join(visible(text).split())
