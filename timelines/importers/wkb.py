"""Geometry in GeoPackage blobs (OGC 12-128r19, 2.1.3) and WKB, read within bounds.

A geometry library would be handed nesting of any depth and counts of any size; here every count is
checked against the bytes that are there before anything is made.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from timelines.importers.report import Unfit
from timelines.importers.shapes import Budget, Points, on_globe

MAX_DEPTH = 8
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_KINDS = {1: "Point", 2: "LineString", 3: "Polygon", 4: "", 5: "", 6: "", 7: ""}
_BROKEN = "Export the layer again."


def blob(content: bytes, budget: Budget) -> tuple[int, list[tuple[str, list[Points]]]]:
    """(`srs_id`, parts) of a GeoPackage geometry; no parts where it says that it is empty.

    Points are as stored: `located` turns them into degrees, once the reference system is known.

    Raises:
        Unfit: not a GeoPackage geometry, an extended one, or damaged.
    """
    if len(content) < 8 or content[:2] != b"GP":
        raise Unfit("geometry", "is no GeoPackage geometry.", _BROKEN)
    flags = content[3]
    if flags & 0x20:
        raise Unfit("geometry", "is of an extended type.", "Export it as plain features.")
    order = "<" if flags & 1 else ">"
    (srs_id,) = struct.unpack_from(order + "i", content, 4)
    envelope = _ENVELOPES.get((flags >> 1) & 7)
    if envelope is None:
        raise Unfit("geometry", "has a damaged header.", _BROKEN)
    if flags & 0x10:
        return srs_id, []
    reader = _Wkb(content, 8 + envelope, budget)
    return srs_id, list(reader.geometry(0))


def located(found: list[tuple[str, list[Points]]], code: int) -> list[tuple[str, list[Points]]]:
    """Parts in degrees; raises `Unfit` for points that are no places."""
    return [(kind, [on_globe(points, code) for points in rings]) for kind, rings in found]


class _Wkb:
    def __init__(self, content: bytes, at: int, budget: Budget) -> None:
        self._content, self._at, self._budget = content, at, budget

    def geometry(self, depth: int) -> Iterator[tuple[str, list[Points]]]:
        if depth > MAX_DEPTH:
            raise Unfit("geometry", "is nested too deep.", _BROKEN)
        first = self._take(1)[0]
        if first > 1:
            raise Unfit("geometry", "is damaged.", _BROKEN)
        order = "<" if first else ">"
        code = self._number(order)
        dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
        if code & 0x20000000:
            self._take(4)
        code &= 0x0FFFFFFF
        dimensions += {0: 0, 1: 1, 2: 1, 3: 2}.get(code // 1000, 9)
        kind = _KINDS.get(code % 1000)
        if kind is None or dimensions > 4:
            remedy = "Only points, lines and areas are read; curves are not."
            raise Unfit("geometry", f"is of type {code}.", remedy)
        if kind == "Point":
            points = self._points(order, 1, dimensions)
            if not np.isnan(points).all():
                yield kind, [points]
        elif kind == "LineString":
            yield kind, [self._points(order, self._number(order), dimensions)]
        elif kind == "Polygon":
            rings = self._count(order, 4)
            if rings:
                yield (
                    kind,
                    [self._points(order, self._number(order), dimensions) for _ in range(rings)],
                )
        else:
            for _ in range(self._count(order, 5)):
                yield from self.geometry(depth + 1)

    def _take(self, size: int) -> bytes:
        piece = self._content[self._at : self._at + size]
        if len(piece) < size:
            raise Unfit("geometry", "is cut off.", _BROKEN)
        self._at += size
        return piece

    def _number(self, order: str) -> int:
        return int(struct.unpack(order + "I", self._take(4))[0])

    def _count(self, order: str, least: int) -> int:
        count = self._number(order)
        if count * least > len(self._content) - self._at:
            raise Unfit("geometry", "is cut off.", _BROKEN)
        return count

    def _points(self, order: str, count: int, dimensions: int) -> Points:
        if not count:
            raise Unfit("geometry", "has no coordinates.", "Remove or redraw it.")
        self._budget.spend(count)
        if dimensions > 2:
            self._budget.heights += 1
        flat = np.frombuffer(self._take(8 * dimensions * count), order + "f8")
        return flat.reshape(count, dimensions)[:, :2].astype(np.float64)
