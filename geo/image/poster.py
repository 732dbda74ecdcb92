"""A whole picture: page, map, legend, and the words without which a map is a claim of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

from geo.features import Feature
from geo.image.drawing import MapDrawing, holder_look
from geo.image.page import Page, plain
from geo.image.style import EVENTS, INK, LAND, LAND_ALPHA, Size, day_in_words
from geo.scene import Scene
from geo.uncertain import LAYER as PERHAPS

_MOST_HOLDERS = 9
_MOST_SOURCES = 8
_Key = tuple[str, Any, str]  # kind of swatch, its look, words


class Poster:
    """The picture of a scene; `show` puts a day into it.

    The legend's place is fixed by `reserve`, so that in an animation nothing jumps.
    """

    def __init__(
        self,
        scene: Scene,
        size: Size,
        *,
        scale: float,
        lang: str,
        strike_days: int,
        vector: bool = False,
    ) -> None:
        self.scene = scene
        self.size = size
        self.lang = lang
        self.strike_days = strike_days
        self.page = Page(size, scale=scale, lang=lang, vector=vector)
        self.map: MapDrawing | None = None
        self._date: Text | None = None

    def reserve(self, features: Iterable[Feature]) -> None:
        """Lay the page out for these features: every holder, event and source that will show."""
        shown = list(features)
        page, size = self.page, self.size
        room = size.width_px - 2 * size.margin_px
        foot = page.footer(self._foot(shown), most=3 if size.side_px else 4)
        column = size.side_px or room
        left = size.margin_px
        if size.side_px and not page.right_to_left:
            left = size.width_px - size.margin_px - column
        top = float(size.margin_px)
        title = page.wrap(self.scene.title, size.title_px, column, most=3, weight="bold")
        top = page.write(left, top, column, title, size.title_px, weight="bold")
        top = self._write_date(left, top, column)
        keys = self._keys(shown)
        if size.side_px:
            self._legend(keys, left, top + 8, column, columns=1)
            x = size.margin_px if not page.right_to_left else left + column + size.margin_px
            width = size.width_px - column - 3 * size.margin_px
            box = (float(x), float(size.margin_px), float(width), foot - 1.5 * size.margin_px)
        else:
            height = self._legend(keys, left, 0.0, column, columns=2, draw=False)
            self._legend(keys, left, foot - height - 0.6 * size.margin_px, column, columns=2)
            below = height + 1.2 * size.margin_px
            box = (float(left), top + 10, float(room), foot - below - top - 10)
        self.map = MapDrawing(page, self.scene, box)
        self.map.scale_bar()

    def show(self, day: int, features: list[Feature], *, names: bool = True) -> None:
        """Put a day into the picture, with or without the names of places."""
        if self.map is None:
            self.reserve(features)
        assert self.map is not None  # noqa: S101  (set by `reserve`)
        assert self._date is not None  # noqa: S101
        self._date.set_text(day_in_words(day, self.lang))
        self.map.show(features, lang=self.lang, names=names)

    def overlay(self, features: list[Feature]) -> NDArray[np.uint8]:
        """The names of places alone, RGBA, to lay over every frame of a film."""
        if self.map is None:
            self.reserve(features)
        assert self.map is not None  # noqa: S101  (set by `reserve`)
        return self.map.overlay(features, lang=self.lang)

    def _write_date(self, left: float, top: float, room: float) -> float:
        end = self.page.write(left, top, room, [" "], self.size.date_px, weight="bold")
        (self._date,) = [a for a in self.page.figure.get_children() if isinstance(a, Text)][-1:]
        return end

    def _name(self, actor: str) -> str:
        found = next(a for a in self.scene.actors if a.id == actor)
        return plain((found.name_ar if self.lang == "ar" else "") or found.name)

    def _keys(self, features: list[Feature]) -> list[_Key]:
        """The legend's rows: kind of swatch, its look, words."""
        words = self.page.words
        order = {actor.id: n for n, actor in enumerate(self.scene.actors)}
        holders = {tuple(f.properties["actors"]) for f in features if f.layer == "control"}
        rows: list[_Key] = []
        for actors in sorted(holders, key=lambda key: (len(key), [order[a] for a in key])):
            names = " / ".join(self._name(actor) for actor in actors)
            text = names if len(actors) == 1 else words["contested"].format(names)
            rows.append(("land", holder_look(self.scene, list(actors)), text))
        if len(rows) > _MOST_HOLDERS:
            rest = len(rows) - _MOST_HOLDERS + 1
            last = words["more"].format(rows[_MOST_HOLDERS - 1][2], rest - 1)
            rows = [*rows[: _MOST_HOLDERS - 1], ("land", rows[_MOST_HOLDERS - 1][1], last)]
        changing = [f.properties["actors"] for f in features if f.layer == PERHAPS]
        if changing:
            look = holder_look(self.scene, max(changing, key=len), uncertain=True)
            rows.append(("land", look, words["perhaps"]))
        rows.append(("land", {"facecolor": LAND}, words["unknown"]))
        if any(f.layer == "frontline" for f in features):
            rows.append(("line", None, words["front"]))
        kinds = {f.properties["kind"] for f in features if f.layer == "strike"}
        rows += [("mark", EVENTS[kind], words[kind]) for kind in EVENTS if kind in kinds]
        return rows

    def _legend(
        self,
        keys: list[_Key],
        left: float,
        top: float,
        room: float,
        *,
        columns: int,
        draw: bool = True,
    ) -> float:
        """The legend's rows in columns of about the same height; returns the height, px."""
        page, px = self.page, float(self.size.text_px)
        width, leading = room / columns, 1.32 * px
        rows = [(kind, look, page.wrap(words, px, width - 2.7 * px, most=2) or [""])
                for kind, look, words in keys]  # fmt: skip
        heights = [len(lines) * leading + 0.25 * px for *_, lines in rows]
        share = sum(heights) / columns
        across, down, deepest = 0, 0.0, 0.0
        for (kind, look, lines), height in zip(rows, heights, strict=True):
            if down + height / 2 > share and across + 1 < columns:
                across, down = across + 1, 0.0
            if draw:
                column = columns - 1 - across if page.right_to_left else across
                x, y = left + column * width, top + down
                swatch = x + width - 1.9 * px if page.right_to_left else x
                self._swatch(kind, look, swatch, y + 0.12 * px, px)
                words_left = x if page.right_to_left else x + 2.4 * px
                page.write(words_left, y, width - 2.4 * px, lines, px)
            down += height
            deepest = max(deepest, down)
        return deepest

    def _swatch(self, kind: str, look: Any, left: float, top: float, px: float) -> None:
        width, height = 1.9 * px, px
        if kind == "land":
            frame = {"edgecolor": "#444444", "linewidth": 0.6}
            self.page.box(left, top, width, height, facecolor=LAND, linewidth=0)
            self.page.box(left, top, width, height, alpha=LAND_ALPHA, linewidth=0, **look)
            self.page.box(left, top, width, height, facecolor="none", **frame)
            return
        size = self.size
        y = 1 - (top + height / 2) / size.height_px
        x = [left / size.width_px, (left + width) / size.width_px]
        to_page: Any = {"transform": self.page.figure.transFigure}
        if kind == "line":
            self.page.add(Line2D(x, [y, y], color="#111111", linewidth=2.4, **to_page))
            return
        self.page.add(
            Line2D(
                [sum(x) / 2],
                [y],
                linestyle="none",
                marker=look["marker"],
                markersize=0.62 * px,
                markerfacecolor=look["facecolor"],
                markeredgecolor=INK if look["edgecolor"] == "#ffffff" else look["edgecolor"],
                markeredgewidth=0.8,
                **to_page,
            )
        )

    def _foot(self, features: list[Feature]) -> list[str]:
        words, scene = self.page.words, self.scene
        used = {source for feature in features for source in feature.properties["sources"]}
        names = list(
            dict.fromkeys(plain(s.publisher) or s.id for s in scene.sources if s.id in used)
        )
        sources = ", ".join(names[:_MOST_SOURCES])
        if len(names) > _MOST_SOURCES:
            sources = words["more"].format(sources, len(names) - _MOST_SOURCES)
        days = "window_1" if self.strike_days == 1 else "window"
        events = any(feature.layer == "strike" for feature in features)
        window = words[days].format(self.strike_days) if events else ""
        last = [
            words["licence"].format(scene.licence) if scene.licence else "",
            words["version"].format(scene.data_hash) if scene.data_hash else "",
            " · ".join(plain(credit) for credit in scene.credits),
        ]
        return [
            words["rule"].format(scene.rule) if scene.rule else "",
            " · ".join(
                part for part in (window, words["sources"].format(sources) if names else "") if part
            ),
            " · ".join(part for part in last if part),
        ]
