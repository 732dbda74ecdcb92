"""What small pictures in SVG share: a frame in Web Mercator, basemap lines, text made harmless."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.escape import visible, xml_text

Box = tuple[float, float, float, float]
PAPER = "#f3f1ec"
LINES = {"border": "#777777", "river": "#7fa3bd", "lake": "#7fa3bd", "coast": "#7fa3bd"}


class Frame:
    """Web Mercator within a box of lon, lat, in px; y grows downwards."""

    def __init__(self, box: Box, width_px: int) -> None:
        self.box, self.width = box, width_px
        west, south, east, north = box
        low, self._top = _mercator(np.array([south, north]))
        self._scale = width_px / (east - west)
        self.height = max(1, round(float(self._top - low) * self._scale))

    @property
    def px_deg(self) -> float:
        """What a pixel is in degrees of longitude."""
        return 1.0 / self._scale

    def px(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) in px."""
        x = (lonlat[:, 0] - self.box[0]) * self._scale
        return np.stack([x, (float(self._top) - _mercator(lonlat[:, 1])) * self._scale], axis=1)

    def holds(self, lon: float, lat: float) -> bool:
        """Is the point in the picture? Not where it is not a number."""
        west, south, east, north = self.box
        return west <= lon <= east and south <= lat <= north

    def path(self, shape: Any) -> str:
        """Polygons or lines inside the box as path data: whole pixels, relative steps."""
        inside = shapely.clip_by_rect(shape, *self.box)
        parts = []
        for part in shapely.get_parts(inside):
            closed = isinstance(part, shapely.Polygon)
            for ring in [part.exterior, *part.interiors] if closed else [part]:
                points = np.rint(self.px(shapely.get_coordinates(ring))).astype(np.int64)
                steps = np.diff(points, axis=0)
                text = " ".join(f"{x} {y}" for x, y in steps[steps.any(axis=1)].tolist())
                if text:
                    x, y = points[0].tolist()
                    parts.append(f"M{x} {y}l{text.replace(' -', '-')}{'z' if closed else ''}")
        return "".join(parts)


def _mercator(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    sine = np.sin(np.radians(np.clip(lat, -85.0511, 85.0511)))
    degrees: NDArray[np.float64] = np.degrees(np.arctanh(sine))
    return degrees


def basemap_lines(frame: Frame) -> str:
    """Borders, coasts, rivers and lakes within the frame."""
    from geo.basemap import lines

    west, south, east, north = frame.box
    box = (max(-180.0, west), south, min(180.0, east), north)
    found = lines(box, tolerance_deg=(east - west) / frame.width / 2)
    return "".join(
        f'<path d="{frame.path(shapely.LineString(line.points))}" fill="none" '
        f'stroke="{LINES.get(line.kind, "#999999")}" stroke-width="1"/>'
        for line in found
        if len(line.points) > 1
    )


def svg_text(text: str) -> str:
    """Text of strangers for SVG."""
    return xml_text(visible(text))
