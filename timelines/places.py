"""Places of a timeline, and finding the place that a claim means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from timelines.folding import fold


@dataclass(frozen=True, slots=True)
class TimelinePlace:
    """A place as kept in `places.csv`. `lon`, `lat` (degrees, WGS84) are None where not located.

    `source` says where the coordinate comes from.
    """

    id: str
    name: str
    name_ar: str = ""
    aliases: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None
    uncertainty_m: float = 0.0
    kind: str = ""
    admin1: str = ""
    population: int = 0
    source: str = ""

    @property
    def located(self) -> bool:
        """Has it a coordinate?"""
        return self.lon is not None and self.lat is not None


class PlaceNames:
    """Look-up of places by id, name, Arabic name and alias, folded."""

    def __init__(self, places: Iterable[TimelinePlace]) -> None:
        self.by_id: dict[str, TimelinePlace] = {}
        self._by_name: dict[str, list[str]] = {}
        for place in places:
            self.by_id[place.id] = place
            for text in {fold(t) for t in (place.id, place.name, place.name_ar, *place.aliases)}:
                if text:
                    self._by_name.setdefault(text, []).append(place.id)

    def find(self, text: str) -> tuple[TimelinePlace, ...]:
        """Every place that a text may mean."""
        if text in self.by_id:
            return (self.by_id[text],)
        found = [self.by_id[place_id] for place_id in self._by_name.get(fold(text), ())]
        exact = [p for p in found if text in (p.name, p.name_ar, *p.aliases)]
        return tuple(exact if len(exact) == 1 else found)


def coordinates_id(lon: float, lat: float) -> str:
    """The id of a place that is known only by its coordinates."""
    return f"at-{lon:.5f}-{lat:.5f}"


def valid_lonlat(lon: float, lat: float) -> bool:
    """Finite, on the globe, and not the 0, 0 that stands for a missing coordinate."""
    finite = math.isfinite(lon) and math.isfinite(lat)
    return finite and -180 <= lon <= 180 and -90 <= lat <= 90 and not lon == lat == 0


def named(places: Mapping[str, TimelinePlace], limit: int = 5) -> str:
    """Candidates in words, for a message."""
    texts = [f"{place.id} ({place.name}, {place.admin1 or '?'})" for place in places.values()]
    return ", ".join(texts[:limit]) + (" …" if len(texts) > limit else "")
