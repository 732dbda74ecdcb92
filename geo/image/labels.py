"""Labels that do not collide: the larger town first, at the first free spot around its point.

Greedy point-feature labelling with fixed candidate positions and priorities (Christensen, Marks and
Shieber 1995 compare it with the costlier ways); deterministic, so a label does not jump from frame
to frame while nothing around it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]

_SPOTS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


@dataclass(frozen=True, slots=True)
class Label:
    """A text to place: its point and size in px; smaller `rank` goes first; `clear` is the radius
    of a mark on its point, px."""

    text: str
    x: float
    y: float
    width: float
    height: float
    rank: float
    clear: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the lower left corner of its text, px."""

    label: Label
    left: float
    bottom: float


def place_labels(
    labels: Iterable[Label], *, frame: Box, taken: Sequence[Box] = (), gap: float = 5.0, most: int
) -> list[Placed]:
    """The labels that fit within `frame` (left, bottom, right, top) clear of one another.

    Boxes in `taken` stay free as well; every label's own point stays free of the others' texts.
    At most `most` are placed.
    """
    order = sorted(labels, key=lambda label: (label.rank, label.text, label.x, label.y))
    points = [(label.x - 2, label.y - 2, label.x + 2, label.y + 2) for label in order]
    boxes = list(taken)
    placed: list[Placed] = []
    for number, label in enumerate(order):
        if len(placed) == most:
            break
        if not _inside(points[number], frame):
            continue
        shown = [points[other] for other in range(min(len(points), 3 * most)) if other != number]
        for spot in _SPOTS:
            box = _box(label, spot, gap)
            if _inside(box, frame) and not any(_meet(box, other) for other in (*boxes, *shown)):
                boxes.append(box)
                placed.append(Placed(label, box[0], box[1]))
                break
    return placed


def _box(label: Label, spot: tuple[int, int], gap: float) -> Box:
    across, up = spot
    gap += label.clear
    left = label.x + across * gap - (1 - across) / 2 * label.width
    bottom = label.y - label.height / 2 + up * (gap + label.height / 2)
    return (left, bottom, left + label.width, bottom + label.height)


def _inside(box: Box, frame: Box) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
