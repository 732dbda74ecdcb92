"""A dated series of control polygons: areas kept as given, one set a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from timelines.dates import iso

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

HELD, CONTESTED = "held", "contested"


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Who holds what on one day, as a source drew it.

    `day` counts from 1970-01-01; `holder` is empty where `status` is `contested`; `geometry` is a
    valid MultiPolygon in lon, lat (WGS84 degrees); `label` is the source's own name for it.
    """

    day: int
    holder: str
    status: str
    geometry: shapely.MultiPolygon
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PolygonSeries:
    """Areas in order of day and holder, as columns of equal length n.

    `day` int64 (n,), days since 1970-01-01; `holder` names, empty where contested; `status`
    `held` or `contested`; `geometry` object (n,), valid MultiPolygons in WGS84 degrees; `label`
    the source's own names. `days` are the days drawn, `missing` the days between the first and
    the last that the source did not draw: they are not known, and nothing is put in their place.
    """

    day: NDArray[np.int64]
    holder: tuple[str, ...]
    status: tuple[str, ...]
    geometry: NDArray[np.object_]
    label: tuple[str, ...]
    days: tuple[int, ...]
    missing: tuple[int, ...]
    source: str = ""

    def __len__(self) -> int:
        return len(self.holder)

    def on(self, day: int) -> tuple[Area, ...]:
        """The areas drawn for exactly this day; empty where the day is missing."""
        first, last = np.searchsorted(self.day, [day, day + 1])
        return tuple(self._area(i) for i in range(int(first), int(last)))

    def last_before(self, day: int) -> int | None:
        """The newest day drawn up to and including `day`."""
        earlier = [one for one in self.days if one <= day]
        return earlier[-1] if earlier else None

    def __iter__(self) -> Iterator[Area]:
        return (self._area(i) for i in range(len(self)))

    def _area(self, i: int) -> Area:
        return Area(
            int(self.day[i]), self.holder[i], self.status[i], self.geometry[i], self.label[i]
        )

    def to_frame(self) -> tuple[GeoDataFrame, tuple[str, ...]]:
        """The series as `geo.polygons.polygon_series` takes it, and the names of its holders.

        Columns `day`, `controller` (index of the holder's name, -2 contested), `geometry`
        (EPSG:4326).
        """
        from geopandas import GeoDataFrame

        names = tuple(sorted({holder for holder in self.holder if holder}))
        index = {name: i for i, name in enumerate(names)}
        frame = GeoDataFrame(
            {
                "day": self.day,
                "controller": np.array([index.get(h, -2) for h in self.holder], dtype=np.int64),
            },
            geometry=list(self.geometry),
            crs="EPSG:4326",
        )
        return frame, names

    @property
    def content_hash(self) -> str:
        """Sixteen hex digits over days, holders and geometry: the same series, the same name."""
        digest = hashlib.sha256()
        for area in self:
            digest.update(f"{area.day}\x1f{area.holder}\x1f{area.status}\x1f".encode())
            digest.update(shapely.to_wkb(area.geometry, byte_order=1))
        return digest.hexdigest()[:16]


def series_of(areas: list[Area], source: str) -> PolygonSeries:
    """The areas sorted into a series."""
    ordered = sorted(areas, key=lambda a: (a.day, a.status, a.holder, a.label, a.geometry.bounds))
    days = sorted({area.day for area in ordered})
    drawn = set(days)
    missing = tuple(d for d in range(days[0], days[-1]) if d not in drawn) if days else ()
    geometry = np.empty(len(ordered), dtype=object)
    geometry[:] = [area.geometry for area in ordered]
    return PolygonSeries(
        day=np.array([area.day for area in ordered], dtype=np.int64),
        holder=tuple(area.holder for area in ordered),
        status=tuple(area.status for area in ordered),
        geometry=geometry,
        label=tuple(area.label for area in ordered),
        days=tuple(days),
        missing=missing,
        source=source,
    )


def spans(days: tuple[int, ...]) -> str:
    """Days in words, runs joined: `2024-07-10, 2024-08-18 to 2024-08-19`."""
    texts = []
    i = 0
    while i < len(days):
        j = i
        while j + 1 < len(days) and days[j + 1] == days[j] + 1:
            j += 1
        texts.append(iso(days[i]) if i == j else f"{iso(days[i])} to {iso(days[j])}")
        i = j + 1
    return ", ".join(texts[:20]) + (f" and {len(texts) - 20} more" if len(texts) > 20 else "")
