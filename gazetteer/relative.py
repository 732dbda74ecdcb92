"""Places told by way of others: "35 km east of Aleppo", "between Azaz and Marea".

Reading is apart from placing: :func:`parse` takes the words to pieces, :func:`place_at` puts the
answer on the map once the named places are known. The answer is a point with a radius wide enough
for what the words leave open: the half sector of a direction, the rounding of a distance, the
size of the place itself. Distances are measured from the named place's point.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from gazetteer.cyrillic import in_english
from gazetteer.places import Place
from geo.crs import bearing_deg, destination, distance_m

KM_PER_MILE = 1.609344
UNTOLD_M, UNTOLD_SPREAD_M = 10_000.0, 10_000.0
"""Where "east of X" is put when no distance is given, and how far to either side it may be."""
NEAR_M = 5_000.0
COUNTRYSIDE_M, COUNTRYSIDE_SPREAD_M = 25_000.0, 25_000.0
SMALLEST_RADIUS_M = 1_000.0
"""Radius of a named place whose source states none."""
_DISTANCE_MAX_KM = 2_000.0

_BEARINGS = {"n": 0.0, "ne": 45.0, "e": 90.0, "se": 135.0, "s": 180.0, "sw": 225.0, "w": 270.0}
_BEARINGS |= {"nw": 315.0, "nne": 22.5, "ene": 67.5, "ese": 112.5, "sse": 157.5, "ssw": 202.5}
_BEARINGS |= {"wsw": 247.5, "wnw": 292.5, "nnw": 337.5}
_NUMBERS: dict[str, float] = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
}
_NUMBERS |= {
    "half a": 0.5,
    "half": 0.5,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
}
_WINDS = {"north": "n", "east": "e", "south": "s", "west": "w"}
_ARABIC = {"شمال": "n", "شرق": "e", "جنوب": "s", "غرب": "w"}
_WIND = r"(?:north|south)?[ -]?(?:north|south)?[ -]?(?:north|south|east|west)(?:ern)?"
_SHORT = r"(?:[ns]?[ns][ew]|[ew][ns][ew]|[nsew])"
_ABOUT = r"(?:about|around|some|roughly|approximately|approx\.?|nearly|just|only|c\.|~|≈)?\s*"
_DIGITS = r"\d{1,4}(?:[.,]\d{1,3})?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_COUNT = rf"(?:within\s+)?(?P<count>{_DIGITS})\s*(?:-|–|to)?\s*(?P<upper>\d{{1,4}})?\s*"
_UNIT = r"(?P<unit>km|kms|kilomet(?:er|re)s?|k\.m\.|m|met(?:er|re)s?|mi|miles?)\b\.?\s*"
_THE = r"(?:the\s+)?"
_PLACE = r"(?P<place>\S.*)"
# "شمال", "شمالي", "الشمالي", "الشمالية", and two of them for the winds between.
_MAIN = r"(?:ال)?(?:شمال|شرق|جنوب|غرب)(?:ية|ي)?"
_ARABIC_WIND = rf"(?P<arabic>(?:ال)?(?:شمال|جنوب)(?:ية|ي)?\s+(?:ال)?(?:شرق|غرب)(?:ية|ي)?|{_MAIN})"
_ARABIC_UNIT = (
    r"(?P<unit>كم|كلم|كيلو(?:\s?مترات|\s?متر(?:ا|اً)?)?|متر(?:ا|اً)?|أمتار|ميل(?:ا|اً)?|أميال)\s+"
)
_TO = r"ل(?:ل(?=\S))?"
_RURAL = r"(?:countryside|rif|reef|suburbs|rural areas?|hinterland)"
_TELLING = re.compile(
    r"(?i)\b(?:of|from|off|outside|between|near|around|by|to|rif|reef|countryside|suburbs"
    r"|hinterland|rural)\b|شمال|شرق|جنوب|غرب|بين|ريف|قرب|محيط|على|أطراف|اطراف|مشارف|ضواحي|تخوم|ومتر|كم|ميل"
)
"""One of these is in every phrase; most names have none and are passed over quickly."""
_OTHER_UNIT = re.compile(rf"(?i)\s*\(\s*{_ABOUT}\d[\d.,]*\s*{_UNIT}\)")
"""The same distance once more: "20 miles (35 km) east"."""
_LEADING = re.compile(r"(?i)^(?:on|in|at) (?=the )")
_TOLD = re.compile(
    r"(?i)\b(?:from|outside|between|near|around|miles?|km|км)\b|\w \w.* of \w|كم\b|ميل\b"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "distance",
            rf"{_ABOUT}{_COUNT}{_UNIT}(?:to\s+)?{_THE}"
            rf"(?:(?P<wind>{_WIND}|{_SHORT})\s+)?(?:of|from|off|outside|away from)\s+{_PLACE}",
        ),
        ("between", r"(?:in |the area |midway |halfway )*between\s+(?P<place>.+?)\s+and\s+"
            r"(?P<other>.+)"),
        *(
            ("between", rf"{one} of (?P<place>.+?) and {other} of (?P<other>.+)")
            for one, other in permutations(("north", "south", "east", "west"), 2)
            if {one, other} in ({"north", "south"}, {"east", "west"})
        ),
        (
            "rural",
            rf"(?:in )?{_THE}(?P<wind>{_WIND})\s+{_RURAL}\s+of\s+{_PLACE}",
        ),
        ("rural", rf"(?P<wind>{_WIND})\s+(?P<place>.+?)\s+{_RURAL}"),
        ("rural", rf"(?P<place>.+?)(?:['’]s)?\s+(?P<wind>{_WIND})\s+{_RURAL}"),
        ("rural", rf"{_THE}{_RURAL}\s+of\s+{_PLACE}"),
        ("direction", rf"(?:just |to )?{_THE}(?P<wind>{_WIND})\s+(?:of|from)\s+{_PLACE}"),
        (
            "outskirts",
            rf"{_THE}(?:(?P<wind>{_WIND})\s+)?(?:outskirts|edges?|fringes?|periphery|entrances?)"
            rf"\s+(?:of|to)\s+{_PLACE}",
        ),
        (
            "near",
            rf"(?:near|close to|around|in the vicinity of|{_THE}(?:vicinity|surroundings|environs)"
            rf"\s+of|next to|by)\s+{_PLACE}",
        ),
        (
            "distance",
            r"(?:(?:على بعد|على مسافة)\s+)?(?:حوالي\s+|نحو\s+)?(?P<count>\d{1,4})(?P<upper>)\s*"
            rf"{_ARABIC_UNIT}(?:إلى\s+)?(?:{_ARABIC_WIND}\s+)?(?:(?:من|عن)\s+)?{_PLACE}",
        ),
        ("between", r"(?:ما )?بين\s+(?P<place>\S.*?)\s+و\s?(?P<other>\S.*)"),
        ("rural", rf"ريف\s+(?P<place>\S.*?)\s+{_ARABIC_WIND}"),
        ("rural", rf"(?:ال)?ريف\s+{_ARABIC_WIND}\s+{_TO}{_PLACE}"),
        ("rural", rf"ريف\s+{_PLACE}"),
        ("outskirts", rf"(?:ال)?[أا]طراف\s+{_ARABIC_WIND}\s+{_TO}{_PLACE}"),
        ("outskirts", rf"(?:[أا]طراف|مشارف|ضواحي|تخوم)\s+(?P<place>\S.*?)\s+{_ARABIC_WIND}"),
        ("outskirts", rf"(?:[أا]طراف|مشارف|ضواحي|تخوم)\s+{_PLACE}"),
        ("direction", rf"(?:إلى\s+)?{_ARABIC_WIND}\s+(?:من\s+)?{_PLACE}"),
        ("near", r"(?:قرب|بالقرب من|محيط)\s+" + _PLACE),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative place taken to pieces.

    ``kind`` is distance, direction, between, rural, outskirts or near; ``names`` the one or two
    places named; ``metres`` and ``rounding_m`` the distance and its half unit; ``bearing_deg`` is
    None when no direction is given, ``half_angle_deg`` what the direction leaves open.
    """

    kind: str
    text: str
    names: tuple[str, ...]
    metres: float | None = None
    rounding_m: float = 0.0
    bearing_deg: float | None = None
    half_angle_deg: float = 22.5


def parse(text: str) -> Relative | None:
    """The pieces of a relative place, or None when the text is no such phrase."""
    phrase = " ".join(text[:300].split())
    if len(phrase) > 200:
        return None
    plain = in_english(phrase) or phrase
    if _TELLING.search(plain) is None:
        return None
    plain = _LEADING.sub("", _OTHER_UNIT.sub("", plain))
    for kind, pattern in _PATTERNS:
        found = pattern.fullmatch(plain)
        if found is not None:
            return _relative(kind, phrase, found)
    return None


def is_told(text: str) -> bool:
    """Whether the words tell of a distance from another place, or of a side of it."""
    return _TOLD.search(text[:300]) is not None


def _relative(kind: str, phrase: str, found: re.Match[str]) -> Relative | None:
    parts = found.groupdict()
    names = tuple(_bare(parts[key]) for key in ("place", "other") if parts.get(key))
    bearing, half = None, 22.5
    wind = _arabic_wind(parts.get("arabic") or "") or _wind(parts.get("wind") or "")
    if wind:
        if wind not in _BEARINGS:
            return None
        bearing, half = _BEARINGS[wind], 11.25 if len(wind) == 3 else 22.5
    metres, rounding = _length(parts)
    if metres is not None and metres > _DISTANCE_MAX_KM * 1000:
        return None
    return Relative(kind, phrase, names, metres, rounding, bearing, half)


def _bare(name: str) -> str:
    name = re.sub(r"(?i)^(?:the )?(?:city|town|village) of ", "", name.strip(" ,.;"))
    return re.sub(r"^(?:مدينة|بلدة|قرية)\s+", "", re.sub(r"(?i)^the ", "", name))


def _arabic_wind(text: str) -> str:
    bare = (word.removeprefix("ال").removesuffix("ة").removesuffix("ي") for word in text.split())
    return "".join(_ARABIC[word] for word in bare)


def _wind(text: str) -> str:
    folded = text.lower().replace("ern", "")
    for word, letter in _WINDS.items():
        folded = folded.replace(word, letter)
    return re.sub(r"[ -]", "", folded)


def _length(parts: dict[str, str | None]) -> tuple[float | None, float]:
    """Metres, and half of the unit to which the number was rounded."""
    if not parts.get("count"):
        return None, 0.0
    word = (parts["count"] or "").replace(",", ".").lower()
    count = str(_NUMBERS.get(word, word))
    low = float(count)
    high = float(parts["upper"] or low)
    unit = (parts.get("unit") or "km").lower()
    if unit.startswith(("mi", "ميل", "أميال")):
        scale = KM_PER_MILE * 1000
    elif unit == "m" or unit.startswith(("met", "متر", "أمتار")):
        scale = 1.0
    else:
        scale = 1000.0
    step = 10 ** -len(word.partition(".")[2]) if "." in word else min(_step(low), 2 * low or 1.0)
    return (low + high) / 2 * scale, (abs(high - low) / 2 + step / 2) * scale


def _step(value: float) -> float:
    """The unit a whole number was rounded to, as its last digits tell: 35 to 5, 40 to 10."""
    for step in (100.0, 50.0, 10.0, 5.0):
        if value >= 2 * step and value % step == 0:
            return step
    return 1.0


def place_at(relative: Relative, bases: Sequence[Place]) -> Place:
    """The place that the phrase means, given the places it names.

    ``uncertainty_m`` is the radius of the disc that holds what the words allow.
    """
    first = bases[0]
    lon, lat, radius = _where(relative, bases)
    named = " and ".join(place.id for place in bases)
    return Place(
        id="relative:" + relative.kind + ":" + ":".join(place.id for place in bases),
        name=relative.text,
        lon=round(lon, 4),
        lat=round(lat, 4),
        kind="area",
        uncertainty_m=float(math.ceil(radius / 100) * 100),
        admin1=first.admin1 if len({p.admin1 for p in bases}) == 1 else "",
        country=first.country if len({p.country for p in bases}) == 1 else "",
        source=f"derived from the words and {named} ({first.source or 'source not stated'})",
    )


def _where(relative: Relative, bases: Sequence[Place]) -> tuple[float, float, float]:
    base = bases[0]
    size = base.uncertainty_m if base.uncertainty_m is not None else SMALLEST_RADIUS_M
    if relative.kind == "between" and len(bases) > 1:
        return _between(base, bases[1])
    if relative.kind == "near":
        return base.lon, base.lat, size + NEAR_M
    if relative.kind == "outskirts":
        if relative.bearing_deg is None:
            return base.lon, base.lat, 2 * size + 1000
        return *_go(base, relative.bearing_deg, size), size + 1000
    away, spread = relative.metres, relative.rounding_m
    if away is None:
        rural = relative.kind == "rural"
        away = COUNTRYSIDE_M if rural else UNTOLD_M
        spread = COUNTRYSIDE_SPREAD_M if rural else UNTOLD_SPREAD_M
    if relative.bearing_deg is None:
        if relative.kind == "rural":
            return base.lon, base.lat, away + spread
        return base.lon, base.lat, away + spread + size
    aside = away * math.sin(math.radians(relative.half_angle_deg))
    return *_go(base, relative.bearing_deg, away), math.hypot(aside, spread) + size


def _go(base: Place, bearing: float, metres: float) -> tuple[float, float]:
    lon, lat = destination(base.lon, base.lat, bearing_deg=bearing, distance_m=metres)
    return float(lon), float(lat)


def _between(one: Place, other: Place) -> tuple[float, float, float]:
    """The middle of two places, with a radius that reaches both."""
    apart = float(distance_m(one.lon, one.lat, other.lon, other.lat))
    bearing = float(bearing_deg(one.lon, one.lat, other.lon, other.lat))
    sizes = (one.uncertainty_m or 0.0, other.uncertainty_m or 0.0)
    return *_go(one, bearing, apart / 2), apart / 2 + max(sizes)
