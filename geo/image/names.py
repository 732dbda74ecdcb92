"""Which names a picture writes: places and towns, the larger first, as many as find room."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.features import Feature
from geo.image.labels import Label, Placed, place_labels
from geo.image.page import Page, plain
from geo.scene import Scene, Town

_NEWS = 400  # people: a place whose holder changed or was told of in these days counts as a town
_MOST_LETTERS = 40  # of a label
_SAME_TOWN_DEG = 0.03
_MOST_CLAIMS = 99
_MARK_PX = 7.0
Named = tuple[str, tuple[float, float], int]  # name, lon and lat, weight: the heavier goes first


def fit_names(
    page: Page,
    named: list[Named],
    at: NDArray[np.float64],
    room: tuple[float, float],
    corner: float,
    marks: NDArray[np.float64],
) -> list[Placed]:
    """The names that fit on a map of `room` px; `at` (n, 2) are their points in px.

    The lower left corner, a share `corner` of the width, stays free for the scale bar, and so do
    the points of `marks` (m, 2).
    """
    size = page.size
    inside = [n for n in range(len(named)) if ((at[n] >= 0) & (at[n] <= room)).all()]
    inside.sort(key=lambda n: (-named[n][2], named[n][0]))
    labels = []
    # Measuring Arabic takes a millisecond a name: only as many as may find room.
    for n in inside[: 3 * size.labels]:
        name, _, people = named[n]
        wide = page.width_px(name, size.label_px)
        marked = bool((np.abs(marks - at[n]) < _MARK_PX).all(axis=1).any())
        clear = _MARK_PX if marked else 0.0
        labels.append(Label(name, at[n, 0], at[n, 1], wide, size.label_px, -people, clear))
    frame = (2.0, 2.0, room[0] - 2.0, room[1] - 2.0)
    taken = [(0.0, 0.0, room[0] * corner + 20.0, 3.0 * size.label_px)]
    taken += [(x - _MARK_PX, y - _MARK_PX, x + _MARK_PX, y + _MARK_PX) for x, y in marks.tolist()]
    return place_labels(labels, frame=frame, taken=taken, most=size.labels)


def known_names(
    scene: Scene, places: list[Feature], lang: str, since: int | None = None
) -> list[Named]:
    """Names with their points and weights: a place once, a town only where no place is.

    The weight is the population. Of most villages that is unknown: among these, the more claims
    the more weight, and most to those whose spell began on or after the day `since`.
    """
    found: dict[str, tuple[tuple[float, float], int]] = {}
    urban: list[str] = []
    for feature in places:
        said = feature.properties
        if isinstance(feature.geometry, shapely.Point):
            name = _short((said["name_ar"] if lang == "ar" else "") or said["name"])
            point = (feature.geometry.x, feature.geometry.y)
            weight = said["population"] + min(len(said["claims"]), _MOST_CLAIMS)
            if since is not None and feature.begin is not None and feature.begin >= since:
                weight += _NEWS
            if weight > found.get(name, (point, -1))[1]:
                found[name] = (point, weight)
            if said["kind"] in {"city", "town"}:
                urban.append(name)
    for town in scene.towns:
        here = [name for name in urban if _near(found[name][0], town)]
        if here:
            # The town's people say how large the place is whose name stands for it.
            point, number = found[here[0]]
            found[here[0]] = (point, max(number, town.population))
            continue
        name = _short((town.name_ar if lang == "ar" else "") or town.name)
        found.setdefault(name, ((town.lon, town.lat), town.population))
    return [(name, point, number) for name, (point, number) in found.items() if name]


def _near(point: tuple[float, float], town: Town) -> bool:
    return max(abs(point[0] - town.lon), abs(point[1] - town.lat)) < _SAME_TOWN_DEG


def _short(name: str) -> str:
    whole = plain(name[: 4 * _MOST_LETTERS])
    text = whole.partition(" (")[0] or whole  # which of two villages it is, the map shows
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
