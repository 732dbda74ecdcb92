"""A whole picture: page, map, legend, and the words without which a map is a claim of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse
from matplotlib.text import Text
from numpy.typing import NDArray

from geo.features import Feature
from geo.image.drawing import (
    CIRCLE,
    CIRCLE_SHARE,
    ROUGH_SHARE,
    MapDrawing,
    holder_look,
    reach_share,
)
from geo.image.page import Page, plain
from geo.image.style import EVENTS, INK, LAND, LAND_ALPHA, ROUGH_ALPHA, Size, day_in_words
from geo.scene import Scene
from geo.uncertain import LAYER as PERHAPS

_MOST_HOLDERS = 9
_MOST_SOURCES = 8
_LEFT_TO_RIGHT = "\u200e"
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

    def reserve(self, features: Iterable[Feature], *, one_day: bool = False) -> None:
        """Lay the page out for these features: every holder, event and source that will show.

        Of `one_day` the page also says how many of its events have no place on the map.
        """
        shown = list(features)
        page, size = self.page, self.size
        room = size.width_px - 2 * size.margin_px
        foot = page.footer(self._foot(shown, one_day=one_day))
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
            self.reserve(features, one_day=True)
        assert self.map is not None  # noqa: S101  (set by `reserve`)
        assert self._date is not None  # noqa: S101
        self._date.set_text(day_in_words(day, self.lang))
        since = day - self.strike_days + 1
        self.map.show(features, lang=self.lang, names=names, since=since)

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
        alike: dict[tuple[Any, ...], tuple[dict[str, Any], list[str]]] = {}
        for actors in sorted(holders, key=lambda key: (len(key), [order[a] for a in key])):
            look = holder_look(self.scene, list(actors))
            names = " / ".join(self._name(actor) for actor in actors)
            # Allies drawn alike share a row: no reader can tell one swatch from its twin.
            alike.setdefault((len(actors) > 1, *look.values()), (look, []))[1].append(names)
        rows: list[_Key] = []
        for (contested, *_), (look, names_of) in alike.items():
            names = words["or" if contested else "and"].join(names_of)
            text = words["contested"].format(names) if contested else names
            rows.append(("land", look, text))
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
        events = [f for f in features if f.layer == "strike" and f.geometry is not None]
        kinds = {f.properties["kind"] for f in events}
        rows += [("mark", EVENTS[kind], words[kind]) for kind in EVENTS if kind in kinds]
        shares = [reach_share(self.scene, event) for event in events]
        if any(CIRCLE_SHARE < share <= ROUGH_SHARE for share in shares):
            rows.append(("circle", None, words["within"]))
        if any(share > ROUGH_SHARE for share in shares):
            rows.append(("mark", {**EVENTS["other"], "alpha": ROUGH_ALPHA}, words["rough"]))
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
        rows = [(kind, look, page.wrap(words, px, width - 2.7 * px, most=4) or [""])
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
        if kind == "circle":
            sizes = {"width": height / size.width_px, "height": height / size.height_px}
            self.page.add(Ellipse((sum(x) / 2, y), **sizes, **CIRCLE, **to_page))
            return
        self.page.add(
            Line2D(
                [sum(x) / 2],
                [y],
                linestyle="none",
                alpha=look.get("alpha"),
                marker=look["marker"],
                markersize=0.62 * px,
                markerfacecolor=look["facecolor"],
                markeredgecolor=INK if look["edgecolor"] == "#ffffff" else look["edgecolor"],
                markeredgewidth=0.8,
                **to_page,
            )
        )

    def _foot(self, features: list[Feature], *, one_day: bool) -> list[tuple[str, int]]:
        """The texts below the map, and how many lines each may take."""
        words, scene = self.page.words, self.scene
        cited = Counter(source for feature in features for source in feature.properties["sources"])
        used = sorted((s for s in scene.sources if s.id in cited), key=lambda s: -cited[s.id])
        names = list(dict.fromkeys(plain(source.publisher) or source.id for source in used))
        sources = ", ".join(names[:_MOST_SOURCES])
        if len(names) > _MOST_SOURCES:
            sources = words["more"].format(sources, len(names) - _MOST_SOURCES)
        days = "window_1" if self.strike_days == 1 else "window"
        events = [feature for feature in features if feature.layer == "strike"]
        window = words[days].format(self.strike_days) if events else ""
        unplaced = sum(event.geometry is None for event in events) if one_day else 0
        if unplaced:
            window += words["unplaced"].format(unplaced)
        # The mark keeps a version that begins with digits in one piece among Arabic words.
        version = f"{_LEFT_TO_RIGHT}{scene.data_hash}" if scene.data_hash else ""
        how = scene.rule_in("ar" if self.page.right_to_left else "en")
        parts = [
            (words["rule"].format(how) if how else "", 12),
            (window, 2),
            (words["sources"].format(sources) if names else "", 3),
            (words["licence"].format(scene.licence) if scene.licence else "", 4),
            (words["version"].format(version) if version else "", 1),
            (" · ".join(plain(credit) for credit in scene.credits), 5),
        ]
        if self.page.right_to_left:
            return parts  # run together, lines of both directions would be read in no order
        rule, *rest = parts
        return [rule, *(_joined(some) for some in (rest[:2], rest[2:]))]


def _joined(parts: list[tuple[str, int]]) -> tuple[str, int]:
    return " · ".join(text for text, _ in parts if text), sum(lines for _, lines in parts)
