"""Imprecise dates in words for people."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from functools import lru_cache

from timelines.dates import SEASONS, When, date_of, is_on_calendar, parse


@lru_cache(maxsize=65536)
def in_words(text: str) -> str:
    """An EDTF date for people; see `humanise`."""
    return humanise(parse(text))


def _long(date: dt.date) -> str:
    return f"{date.day} {date:%B} {date.year}"


def humanise(when: When) -> str:
    """For people: `9 October 2015`, `8–9 October 2015`, `by 10 October 2013`, `about May 2015`."""
    if not is_on_calendar(when):
        return when.text
    about = "about " if when.approximate else ""
    doubt = " (uncertain)" if when.uncertain else ""
    if when.earliest is None and when.latest is not None:
        return f"by {about}{_long(date_of(when.latest))}{doubt}"
    if when.latest is None and when.earliest is not None:
        begun = when.begun if when.begun is not None else when.earliest
        return f"from {about}{_range(when.earliest, begun)}{doubt}"
    if when.earliest is None or when.latest is None:
        return when.text
    return f"{about}{_season(when) or _range(when.earliest, when.latest)}{doubt}"


def _season(when: When) -> str:
    match = re.fullmatch(r"(\d{4})-(2[1-8]|3[3-6]|4[01])[~?%]*", when.text)
    return f"{SEASONS[int(match[2])][0]} {match[1]}" if match else ""


def _range(first: int, last: int) -> str:
    a, b = date_of(first), date_of(last)
    if a == b:
        return _long(a)
    month_end = b.day == monthrange(b.year, b.month)[1]
    if a.day == 1 and month_end:
        if (a.month, b.month) == (1, 12):
            return f"{a.year}" if a.year == b.year else f"{a.year}–{b.year}"
        if (a.year, a.month) == (b.year, b.month):
            return f"{a:%B} {a.year}"
        if a.year == b.year:
            return f"{a:%B}–{b:%B} {a.year}"
        return f"{a:%B} {a.year} – {b:%B} {b.year}"
    if (a.year, a.month) == (b.year, b.month):
        return f"{a.day}–{_long(b)}"
    if a.year == b.year:
        return f"{a.day} {a:%B} – {_long(b)}"
    return f"{_long(a)} – {_long(b)}"
