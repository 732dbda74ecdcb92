"""One cell at a time: texts, numbers, dates and coordinates as strangers write them."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache

from timelines.dates import on_calendar
from timelines.errors import DateError
from timelines.importers.limits import MAX_CELL
from timelines.importers.mapping import Bounds, DateOrder
from timelines.importers.report import Unfit
from timelines.places import valid_lonlat
from timelines.problems import shown

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?", re.ASCII)
_NAMED = re.compile(
    r"(?:(\d{1,2})[ -]([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.? (\d{1,2})),?[ -](\d{4})", re.ASCII
)
_MONTH = re.compile(r"([A-Za-z]{3,9})\.?,? (\d{4})", re.ASCII)
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
ORDER_REMEDY = "Say date_order: dmy (day first) or mdy (month first)."


def clean(text: str) -> tuple[str, bool]:
    """The text without control characters and reading-direction marks; were there any?"""
    if text.isprintable():
        return text.strip(), False
    plain = _UNSEEN.sub(" ", text)
    return plain.strip(), plain != text


def bounded(column: str, text: str) -> str:
    """The text, if a cell may be that long."""
    if len(text) > MAX_CELL:
        raise Unfit(column, f"is longer than {MAX_CELL:,} characters.", "Shorten it.")
    return text


def number(column: str, text: str, decimal: str = ".") -> float:
    """A finite number. `decimal` is the sign used; no thousands separators.

    Raises:
        Unfit: anything else, NaN, infinity and 1e999 among them.
    """
    bare = text.strip()
    match = _NUMBER.fullmatch(bare)
    other = "," if decimal == "." else "."
    if match and other not in bare:
        value = float(bare.replace(decimal, "."))
        if math.isfinite(value):
            return value
    remedy = "Write digits, as in 37.15."
    if match and other in bare:
        remedy = f"Say decimal: {other!r}, if that is the decimal sign."
    raise Unfit(column, f"{shown(text)} is not a number.", remedy)


def position(lon: float, lat: float, bounds: Bounds | None = None) -> tuple[float, float]:
    """A point on the globe, inside the bounds.

    Raises:
        Unfit: elsewhere; the remedy says so where swapping the two would fit.
    """
    if not valid_lonlat(lon, lat):
        if lon == lat == 0:
            reason, remedy = "0, 0 stands for a missing coordinate.", "Clear both, or give them."
        elif valid_lonlat(lat, lon):
            reason = f"lon {lon:g}, lat {lat:g} is no place on the globe."
            remedy = "Are lon and lat swapped?"
        elif abs(lon) > 360 or abs(lat) > 360:
            reason = f"{lon:g}, {lat:g} are not degrees."
            remedy = "If these are metres, say crs, as in EPSG:32637."
        else:
            reason = f"lon {lon:g}, lat {lat:g} is no place on the globe."
            remedy = "lon is -180..180, lat is -90..90."
        raise Unfit("lat" if abs(lat) > 90 else "lon", reason, remedy)
    if bounds and not _inside(lon, lat, bounds):
        swapped = _inside(lat, lon, bounds)
        remedy = "Are lon and lat swapped?" if swapped else "Check the point, or widen bounds."
        raise Unfit("lon", f"lon {lon:g}, lat {lat:g} lies outside the bounds.", remedy)
    return lon, lat


def _inside(lon: float, lat: float, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    across = west <= lon <= east if west <= east else (lon >= west or lon <= east)
    return across and south <= lat <= north


def degrees(value: float) -> str:
    """A coordinate as text: what the number says, never more than 7 decimals (a centimetre)."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


@lru_cache(maxsize=65536)
def date(text: str, order: DateOrder = "", column: str = "date") -> str:
    """A date as EDTF. What can be read in two ways is refused until the caller says which.

    Raises:
        Unfit: empty, ambiguous, no date, or not in the calendar.
    """
    bare = text.strip()
    if len(bare) > 120:
        raise Unfit(column, f"{shown(bare, 40)} is not a date.", "Write it as in 2015-10-09.")
    bare = _MIDNIGHT.sub(r"\1", bare) if _MIDNIGHT.fullmatch(bare) else bare
    edtf = _numeric(bare, order, column) or _in_words(bare) or bare
    try:
        on_calendar(edtf)
    except DateError as error:
        raise Unfit(column, str(error), "") from None
    return edtf


def _numeric(text: str, order: DateOrder, column: str) -> str:
    if match := _COMPACT.fullmatch(text):
        return f"{match[1]}-{match[2]}-{match[3]}"
    if match := _YEAR_FIRST.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    match = _PARTS.fullmatch(text)
    if not match:
        if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", text, re.ASCII):
            raise Unfit(column, f"{shown(text)} has a year of two digits.", "Write four.")
        return ""
    first, second, year = int(match[1]), int(match[3]), match[4]
    if not order:
        if first <= 12 and second <= 12 and first != second:
            either = f"{_named(first, second)} or {_named(second, first)} {year}"
            raise Unfit(column, f"{shown(text)} may be {either}.", ORDER_REMEDY)
        order = "dmy" if first > 12 else "mdy"
    day, month = (first, second) if order == "dmy" else (second, first)
    if month > 12 >= day:
        said = "day first" if order == "dmy" else "month first"
        raise Unfit(column, f"{shown(text)} is no date with the {said}.", ORDER_REMEDY)
    return f"{year}-{month:02d}-{day:02d}"


def _named(day: int, month: int) -> str:
    return f"{day} {_MONTHS[month - 1].capitalize()}"


def _in_words(text: str) -> str:
    if match := _NAMED.fullmatch(text):
        month = _month(match[2] or match[3])
        return f"{match[5]}-{month:02d}-{int(match[1] or match[4]):02d}" if month else ""
    if match := _MONTH.fullmatch(text):
        month = _month(match[1])
        return f"{match[2]}-{month:02d}" if month else ""
    return ""


def _month(word: str) -> int:
    low = word.lower()
    hits = [i for i, name in enumerate(_MONTHS, 1) if name.startswith(low) or low == "sept"]
    return 9 if low == "sept" else (hits[0] if len(hits) == 1 else 0)


def shifted(iso_day: str, days: int) -> str:
    """An ISO day moved by some days."""
    return (dt.date.fromisoformat(iso_day) + dt.timedelta(days=days)).isoformat()
