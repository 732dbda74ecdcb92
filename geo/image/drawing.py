"""The map of a picture: basemap, land with patterns, fronts, events and labels, on matplotlib axes.

Coordinates are Web Mercator in degrees (x is longitude), which keeps shapes right at the size of a
war and matches what readers know from web maps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from geo.image.labels import Placed
from geo.image.names import fit_names, known_names
from geo.image.page import Page
from geo.image.style import (
    EVENTS,
    HALO,
    HALO_PX,
    HATCH_COLOR,
    HATCH_WIDTH,
    HATCHES,
    INK,
    LABEL,
    LAND,
    LAND_ALPHA,
    LINES,
    ROUGH_ALPHA,
)
from geo.scene import Scene
from geo.uncertain import LAYER as PERHAPS

_DEGREE_M = 111_320.0
_SCALE_SHARE = 0.22
CIRCLE_SHARE, ROUGH_SHARE = 0.015, 0.2
CIRCLE: dict[str, Any] = {
    "facecolor": "none",
    "edgecolor": "#444444",
    "linewidth": 0.8,
    "linestyle": (0, (3, 4)),
}


class MapDrawing:
    """The map within one rectangle of a page; `show` draws a day, `clear` takes it away again."""

    def __init__(self, page: Page, scene: Scene, box: tuple[float, float, float, float]) -> None:
        self.page = page
        self.scene = scene
        self.box = box
        self.axes = page.axes(*box)
        self.middle = _middle(scene.view)
        self._frame()
        self._basemap()
        self._day: list[Any] = []
        self._circles: set[tuple[float, float, float]] = set()
        self._paths: dict[str, Path] = {}

    def _frame(self) -> None:
        _, _, width, height = self.box
        west, south, east, north = self.scene.view
        corners = self.project(np.array([[west, south], [east, north]]))
        (left, low), (right, high) = corners
        right = right if right > left else right + 360.0
        unit = max((right - left) / width, (high - low) / height) * 1.04
        x, y = (left + right) / 2, (low + high) / 2
        self.unit = unit  # degrees of longitude a px
        self.axes.set_xlim(x - unit * width / 2, x + unit * width / 2)
        self.axes.set_ylim(y - unit * height / 2, y + unit * height / 2)
        self.axes.add_patch(_rectangle(self.axes, LAND))

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lon, lat (n, 2) in degrees to the map's x, y; longitudes near the middle of the view."""
        lon = (points[:, 0] - self.middle + 180.0) % 360.0 - 180.0 + self.middle
        lat = np.radians(np.clip(points[:, 1], -85.0, 85.0))
        return np.stack([lon, np.degrees(np.log(np.tan(np.pi / 4 + lat / 2)))], axis=1)

    def px(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lon, lat to px from the lower left of the map, at scale 1."""
        low = np.array([self.axes.get_xlim()[0], self.axes.get_ylim()[0]])
        return np.asarray((self.project(points) - low) / self.unit)

    def _basemap(self) -> None:
        for kind, look in LINES.items():
            of_kind = [self.project(line.points) for line in self.scene.lines if line.kind == kind]
            self.axes.add_collection(LineCollection(of_kind, zorder=1, **look), autolim=False)

    def clear(self) -> None:
        """Take the day away."""
        for artist in self._day:
            artist.remove()
        self._day.clear()
        self._circles.clear()

    def show(
        self,
        features: Iterable[Feature],
        *,
        lang: str,
        names: bool = True,
        since: int | None = None,
    ) -> None:
        """Draw the features of a day, with or without the names of places; those of which the
        days from `since` on tell something new go first."""
        self.clear()
        shown = list(features)
        for feature in shown:
            if feature.layer == "control":
                self._land(feature)
            elif feature.layer == PERHAPS:
                self._uncertain(feature)
            elif feature.layer == "frontline":
                self._front(feature)
            elif feature.layer == "strike" and isinstance(feature.geometry, shapely.Point):
                self._event(feature)
        if names:
            placed = self.names(shown, lang, since)
            self._day += self._write(self.axes, placed)

    def _path(self, feature: Feature) -> Path:
        key = str(feature.properties["id"])
        if key not in self._paths:
            self._paths[key] = self.path(feature.geometry)
        return self._paths[key]

    def path(self, shape: BaseGeometry | None) -> Path:
        """Polygons or lines as one compound path in the map's x, y."""
        rings, codes = [], []
        for part in shapely.get_parts(shape):
            closed = isinstance(part, shapely.Polygon)
            for ring in [part.exterior, *part.interiors] if closed else [part]:
                rings.append(self.project(shapely.get_coordinates(ring)))
                code = np.full(len(rings[-1]), Path.LINETO, dtype=np.uint8)
                code[0] = Path.MOVETO
                code[-1] = Path.CLOSEPOLY if closed else Path.LINETO
                codes.append(code)
        return Path(np.concatenate(rings), np.concatenate(codes))

    def _land(self, feature: Feature) -> None:
        look = holder_look(self.scene, feature.properties["actors"])
        self._add(PathPatch(self._path(feature), alpha=LAND_ALPHA, zorder=0.5, linewidth=0, **look))
        outline = {"facecolor": "none", "edgecolor": "#444444", "linewidth": 0.5}
        self._add(PathPatch(self._path(feature), zorder=2, **outline))

    def _uncertain(self, feature: Feature) -> None:
        look = holder_look(self.scene, feature.properties["actors"], uncertain=True)
        path = self.path(feature.geometry)
        self._add(PathPatch(path, facecolor=LAND, zorder=0.6, linewidth=0))
        self._add(PathPatch(path, alpha=LAND_ALPHA, zorder=0.7, linewidth=0, **look))
        dashed = {"edgecolor": "#444444", "linewidth": 0.8, "linestyle": (0, (2, 2))}
        self._add(PathPatch(path, facecolor="none", zorder=2, **dashed))

    def _front(self, feature: Feature) -> None:
        for color, width, order in (("#ffffff", 4.2, 3), ("#111111", 2.4, 3.1)):
            look = {"facecolor": "none", "edgecolor": color, "linewidth": width}
            self._add(PathPatch(self._path(feature), zorder=order, joinstyle="round", **look))

    def _event(self, feature: Feature) -> None:
        assert isinstance(feature.geometry, shapely.Point)  # noqa: S101  (asked by `show`)
        lat = feature.geometry.y
        x, y = self.project(shapely.get_coordinates(feature.geometry))[0]
        share = reach_share(self.scene, feature)
        reach_m = feature.properties["uncertainty_m"] or 0.0
        radius = reach_m / (_DEGREE_M * max(0.05, float(np.cos(np.radians(lat)))))
        circle = (x, y, radius)
        rough = share > ROUGH_SHARE
        if CIRCLE_SHARE < share <= ROUGH_SHARE and circle not in self._circles:
            self._circles.add(circle)
            self._add(Circle((x, y), radius, zorder=4, **CIRCLE))
        mark: dict[str, Any] = {"alpha": ROUGH_ALPHA if rough else 1.0, "linewidth": 0.9}
        mark |= EVENTS.get(feature.properties["kind"], EVENTS["other"])
        self._day.append(self.axes.scatter([x], [y], zorder=4.4 if rough else 4.5, **mark))

    def _add(self, patch: Any) -> None:
        self._day.append(self.axes.add_patch(patch))

    def names(self, features: list[Feature], lang: str, since: int | None = None) -> list[Placed]:
        """The names to write and where, px: clear of one another and of the events' marks."""
        places = [feature for feature in features if feature.layer == "place"]
        named = known_names(self.scene, places, lang, since)
        at = self.px(np.array([point for _, point, _ in named]).reshape(-1, 2))
        events = [feature.geometry for feature in features if feature.layer == "strike"]
        marks = np.unique(self.px(shapely.get_coordinates(np.array(events))), axis=0)
        room = (self.box[2], self.box[3])
        marks = marks[((marks >= 0) & (marks <= room)).all(axis=1)]
        return fit_names(self.page, named, at, room, _SCALE_SHARE, marks)

    def _write(self, axes: Any, placed: list[Placed]) -> list[Any]:
        """Write names on axes that have this map's place and limits."""
        page = self.page
        spots = [(one.left, one.bottom + 0.18 * page.size.label_px) for one in placed]
        at = self._from_px(np.array(spots)).T
        halo = withStroke(linewidth=HALO_PX, foreground=HALO)
        written = [
            axes.annotate(
                one.label.text,
                tuple(spot),
                fontproperties=page.font(page.size.label_px),
                color=LABEL,
                zorder=6,
                parse_math=False,
                path_effects=None if page.vector else [halo],
            )
            for one, spot in zip(placed, at, strict=True)
        ]
        # Where an event's mark stands on the place, no dot is needed.
        spots = [(one.label.x, one.label.y) for one in placed if not one.label.clear]
        x, y = self._from_px(np.array(spots))
        dots = {"s": 9, "color": INK, "edgecolor": "#ffffff", "linewidth": 0.8}
        return [*written, axes.scatter(x, y, zorder=5, **dots)]

    def overlay(self, features: Iterable[Feature], *, lang: str) -> NDArray[np.uint8]:
        """The names alone on nothing, RGBA (height, width, 4): the same on every day of a film."""
        own = self.page
        page = Page(own.size, scale=own.scale, lang=own.lang)
        page.figure.set_facecolor("none")
        axes = page.axes(*self.box)
        axes.set_xlim(self.axes.get_xlim())
        axes.set_ylim(self.axes.get_ylim())
        self._write(axes, self.names([f for f in features if f.layer == "place"], lang))
        canvas: Any = page.canvas
        canvas.draw()
        return np.asarray(canvas.buffer_rgba()).copy()

    def _from_px(self, px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Px from the lower left (n, 2) to the map's x and y (2, n): right at any resolution."""
        low = np.array([self.axes.get_xlim()[0], self.axes.get_ylim()[0]])
        return np.asarray((low + px.reshape(-1, 2) * self.unit).T)

    def scale_bar(self) -> None:
        """A bar of a round length at the lower left."""
        page, size = self.page, self.page.size
        lat = np.radians((self.scene.view[1] + self.scene.view[3]) / 2)
        km_a_px = self.unit * _DEGREE_M * float(np.cos(lat)) / 1000.0
        length = round_down(km_a_px * self.box[2] * _SCALE_SHARE)
        left, top = self.box[0] + 12, self.box[1] + self.box[3] - 14
        width = length / km_a_px
        page.box(left, top, width, 3, facecolor=INK, linewidth=0, zorder=9)
        words = page.words["km"].format(f"{length:g}")
        wide = page.width_px(words, size.label_px)
        page.write(left, top - 1.5 * size.label_px, wide, [words], size.label_px)


def holder_look(scene: Scene, actors: list[str], *, uncertain: bool = False) -> dict[str, Any]:
    """How land of these holders is filled: colour and hatch.

    Contested land is striped in two colours, land of an uncertain date the other way.
    """
    known = {actor.id: actor for actor in scene.actors}
    rivals = [known[actor] for actor in actors]
    if not rivals:
        return {"facecolor": LAND}
    if len(rivals) > 1 or uncertain:
        # Of an uncertain date: the old holder's colour, or empty land's, and the new one's.
        first = rivals[0].color if len(rivals) > 1 else LAND
        second = rivals[-1 if uncertain else 1].color
        lean = "//" if uncertain else "\\\\"
        stripes = {"hatch": lean, "hatchcolor": second, "hatch_linewidth": 2.2}  # half and half
        return {"facecolor": first, **stripes}
    hatch = HATCHES.get(rivals[0].pattern, "")
    look = {"hatch": hatch, "hatchcolor": HATCH_COLOR, "hatch_linewidth": HATCH_WIDTH}
    return {"facecolor": rivals[0].color, **look}


def reach_share(scene: Scene, event: Feature) -> float:
    """How far off an event may have been, as a share of the view's height.

    From `CIRCLE_SHARE` on a circle shows it; above `ROUGH_SHARE` that circle would only clutter
    the map, and the event's mark is pale instead.
    """
    _, south, _, north = scene.view
    return float((event.properties["uncertainty_m"] or 0.0) / ((north - south) * _DEGREE_M))


def round_down(value: float) -> float:
    """The greatest of 1, 2, 5 times a power of ten that is not above `value`."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (5.0, 2.0, 1.0) if step * power <= value))


def _rectangle(axes: Any, color: str) -> PathPatch:
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    return PathPatch(Path(corners), facecolor=color, linewidth=0, zorder=0)


def _middle(view: tuple[float, float, float, float]) -> float:
    west, _, east, _ = view
    return (west + (east if east > west else east + 360.0)) / 2
