"""What is known beside the name: where the report is about, and how that bears on candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from gazetteer.memory import I64, PlaceColumns, Texts
from gazetteer.names import forms
from gazetteer.places import GazetteerError

F64 = NDArray[np.float64]
EARTH_RADIUS_M = 6_371_008.8
NEAR_SCALE_M, NEAR_WEIGHT = 20_000.0, 1.5
OUTSIDE = 14.0
"""Nats taken from a candidate that lies in another governorate or country than was asked for."""
UNTOLD = 2.0
"""The same from one whose governorate is not on record."""
ADMIN_LIKENESS = 0.72
PROMINENCE, FLOOR_PEOPLE = 0.6, 1000.0
"""Nats per e-fold of population above the floor; unknown counts as the floor."""
AREA_NAMED_BARE = 4.0
"""Nats taken from a governorate or other area when the name does not say that it is one."""

REGION = frozenset(
    """SY IQ TR LB JO IL PS IR EG SA YE KW QA BH AE OM CY LY TN DZ MA SD SS SO ET ER DJ TD ML NE BF
    NG CF CD CM MZ AF PK IN BD MM TH PH UA RU BY MD GE AM AZ TM UZ KZ TJ KG BA RS XK MK CO VE MX
    HT""".split()  # noqa: SIM905 (a table reads better so)
)
"""Countries that reports on wars are about, ISO 3166-1 alpha-2."""

# Words of a query that tell the kind of place meant, and the kinds of place they tell.
_ADMIN_KINDS = {"governorate", "district", "subdistrict", "area", "region", "province", "country"}
_BASES = {"air base", "base", "military base", "airport", "academy", "facility"}
_HINTS: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(words.split()), frozenset(kinds))
    for words, kinds in (
        (
            "governorate province countryside suburbs district region rif area oblast raion "
            "محافظه ريف منطقه область район",
            _ADMIN_KINDS,
        ),
        ("airport airbase airfield base مطار قاعده аеродром аэродром", _BASES),
        ("neighborhood neighbourhood quarter حي", {"neighbourhood"}),
        ("camp مخيم", {"camp"}),
        ("crossing معبر", {"crossing"}),
        ("dam سد", {"dam"}),
        ("city town village مدينه قريه", {"city", "town", "village"}),
    )
)

# Governorates whose names in use are different names, not spellings; folded by the same rules.
_ADMIN_ALIASES = (
    ("Rif Dimashq", "Rural Damascus", "ريف دمشق"),
    ("Aleppo", "Halab", "Haleb", "حلب"),
    ("Damascus", "Dimashq", "دمشق"),
    ("Homs", "Hims", "حمص"),
    ("Hasakah", "Haseke", "Jazira", "الحسكة"),
    ("Latakia", "Ladhiqiyah", "Lattakia", "اللاذقية"),
    ("Suwayda", "As-Sweida", "Swaida", "السويداء"),
    ("Dayr az Zawr", "Deir ez-Zor", "Deir Ezzor", "Der Zor", "دير الزور"),
)


@dataclass(frozen=True)
class Context:
    """Where the place is expected. ``near`` is (lon, lat); ``bbox`` west, south, east, north."""

    near: tuple[float, float] | None = None
    within: str = ""
    country: str = ""
    kind: str = ""
    bbox: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        if self.near is not None:
            _check_point(*self.near)
        if self.bbox is not None:
            west, south, east, north = self.bbox
            _check_point(west, south)
            _check_point(east, north)
            if south > north:
                raise GazetteerError("bbox must be west, south, east, north, with south <= north")

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Bare forms of the area asked for, other names of it included."""
        if not self.within.strip():
            return ()
        return area_names(self.within)

    @property
    def empty(self) -> bool:
        return not (self.near or self.areas or self.country or self.kind or self.bbox)


def _check_point(lon: float, lat: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise GazetteerError(f"({lon}, {lat}) is no longitude, latitude in degrees")


def area_names(area: str) -> tuple[str, ...]:
    """Bare forms under which an area may be on record."""
    own = forms([area]).bare[0]
    families = [forms(names).bare for names in _ADMIN_ALIASES]
    kin = [name for family in families if own in family for name in family]
    return tuple(dict.fromkeys([own, *kin]))


def distance_m(lon: F64, lat: F64, to: tuple[float, float]) -> F64:
    """Great-circle metres from each (lon, lat) to one point, on a sphere (within 0.5 %)."""
    return between_m(lon, lat, np.float64(to[0]), np.float64(to[1]))


def between_m(lon: F64, lat: F64, other_lon: F64 | np.float64, other_lat: F64 | np.float64) -> F64:
    """Great-circle metres between points in pairs, on a sphere (within 0.5 %)."""
    x, y = np.radians(lon), np.radians(lat)
    x0, y0 = np.radians(other_lon), np.radians(other_lat)
    h = np.sin((y - y0) / 2) ** 2 + np.cos(y) * np.cos(y0) * np.sin((x - x0) / 2) ** 2
    metres: F64 = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return metres


def prominence(places: PlaceColumns) -> F64:
    """Nats in favour of each place (n,) before anything is known of the report."""
    people = np.maximum(places.population, FLOOR_PEOPLE) / FLOOR_PEOPLE
    nats: F64 = PROMINENCE * np.log(people)
    return nats


def hinted(queries: Sequence[str], query: I64, places: PlaceColumns) -> F64:
    """Nats (n,) for or against each candidate by the kind of place that its query names.

    ``queries`` are folded; ``query`` numbers the query of each candidate.
    """
    told = [_kinds_named(text) for text in queries]
    total = np.zeros(len(query))
    # Most names tell no kind, and most places are no areas: nothing to do for them.
    telling = np.array([bool(kinds) for kinds in told], dtype=bool)
    area = np.array([kind in _ADMIN_KINDS for kind in places.kind], dtype=bool)
    for row in np.flatnonzero((telling[query] & (places.kind != "")) | area):
        kind, wanted = places.kind[row], told[query[row]]
        if kind in wanted:
            total[row] = 2.0
        elif kind in _ADMIN_KINDS:
            total[row] = -AREA_NAMED_BARE
        elif wanted == _ADMIN_KINDS:
            total[row] = -2.0
    return total


def _kinds_named(text: str) -> frozenset[str]:
    words = frozenset(text.split())
    return frozenset(kind for told, kinds in _HINTS if told & words for kind in kinds)


def weigh(context: Context, places: PlaceColumns) -> F64:
    """Nats to add to each candidate's evidence (n,)."""
    total = np.zeros(len(places.lon))
    if context.near is not None:
        away = distance_m(places.lon, places.lat, context.near)
        total -= NEAR_WEIGHT * np.log1p((away / NEAR_SCALE_M) ** 2)
    if context.areas:
        total += _inside(context.areas, places.admin)
    if context.country:
        wanted = context.country.strip().upper()
        total -= [OUTSIDE if c and c != wanted else 0.0 for c in places.country]
    if context.kind:
        total += [1.5 if k == context.kind else 0.0 for k in places.kind]
    if context.bbox is not None:
        total -= np.where(_in_box(places, context.bbox), 0.0, OUTSIDE)
    return total


def allowed(context: Context, places: PlaceColumns) -> NDArray[np.bool_]:
    """Places (n,) that lie, or may lie, where the context says: area, country and box."""
    free = Context(within=context.within, country=context.country, bbox=context.bbox)
    inside: NDArray[np.bool_] = weigh(free, places) > -OUTSIDE / 2
    return inside


def named(context: Context, admins: Texts) -> NDArray[np.bool_]:
    """Whether each place (n,), told by its :func:`admin_text`, is on record in the area asked."""
    inside: NDArray[np.bool_] = _inside(context.areas, admins) == 0
    return inside


def certain(context: Context, places: PlaceColumns) -> NDArray[np.bool_]:
    """Places (n,) on record as lying where the context says: area, country and box."""
    inside: NDArray[np.bool_] = allowed(context, places) & named(context, places.admin)
    return inside


def bounds(context: Context) -> bool:
    """Whether a context rules places out, rather than only favouring some."""
    return bool(context.areas or context.country or context.bbox)


def _inside(areas: Sequence[str], admins: Texts) -> F64:
    verdict: dict[str, float] = {}
    for admin in admins:
        if admin not in verdict:
            parts = [part for part in admin.split("|") if part]
            best = max(
                (Indel.normalized_similarity(a, p) for a in areas for p in parts), default=None
            )
            away = UNTOLD if best is None else OUTSIDE
            verdict[admin] = 0.0 if best is not None and best >= ADMIN_LIKENESS else -away
    return np.array([verdict[admin] for admin in admins], dtype=np.float64)


def _in_box(places: PlaceColumns, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    west, south, east, north = box
    across = places.lon >= west if west <= east else (places.lon >= west) | (places.lon <= east)
    within = across & (places.lon <= east) if west <= east else across
    return within & (places.lat >= south) & (places.lat <= north)
