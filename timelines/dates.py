"""Imprecise dates: EDTF as written, understood as an interval of days.

Read are levels 0 and 1 of the Extended Date/Time Format (Library of Congress, 2019; ISO 8601-2)
and what reports need of level 2: days, months, years, times, `~ ? %`, intervals, open and unknown
ends, seasons, masked digits (`201X`, `2015-XX`), one of a set. The marks `~` (approximate) and `?`
(uncertain) are kept as flags; they never widen the interval, because nobody said by how much.

A day is a whole number of days since 1970-01-01 (proleptic Gregorian). Years run from 1 to 9999, as
in `datetime.date` and in every store; dates beyond (`-0044`, `0000`, `Y170000`) are valid EDTF and
are refused with that reason, never moved.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from functools import lru_cache

from timelines.errors import DateError

EPOCH = dt.date(1970, 1, 1).toordinal()
MAX_TEXT = 120
REMEDY = (
    "Write the date as EDTF: 2015-10-09, 2015-10, 2015, 2015-05~ (about), "
    "2015-10-08/2015-10-09 (some time between), ../2013-10-10 (by then), 2015-05/.. (from then on)."
)
# EDTF leaves the months of a season open. Northern meteorological seasons are used; winter is
# counted from the December of its year.
SEASONS = {
    21: ("spring", 3, 5),
    22: ("summer", 6, 8),
    23: ("autumn", 9, 11),
    24: ("winter", 12, 14),
    25: ("spring", 3, 5),
    26: ("summer", 6, 8),
    27: ("autumn", 9, 11),
    28: ("winter", 12, 14),
    33: ("first quarter of", 1, 3),
    34: ("second quarter of", 4, 6),
    35: ("third quarter of", 7, 9),
    36: ("fourth quarter of", 10, 12),
    40: ("first half of", 1, 6),
    41: ("second half of", 7, 12),
}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_PART = re.compile(r"([\dX]{4})(?:-([\dX]{2})(?:-([\dX]{2}))?)?", re.ASCII)
_FAR_YEAR = re.compile(r"Y?-\d{4}|Y\d{5}", re.ASCII)  # no calendar of files or forms has them
_TIME = re.compile(
    r"[T ]([01]\d|2[0-4])(?::?([0-5]\d)(?::?([0-5]\d|60)(?:[.,]\d{1,9})?)?)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class When:
    """A date as written and the days it may mean, `earliest` to `latest`, both inclusive.

    `None` is an open (or not known) end. `begun` is the last day on which the first part of the
    date may fall: the same as `latest` except for intervals, where it belongs to the part before
    the slash (`2015-05/..` has begun for certain on 31 May 2015).
    """

    text: str
    earliest: int | None
    latest: int | None
    begun: int | None
    approximate: bool = False
    uncertain: bool = False

    @property
    def settled(self) -> int:
        """The first day on which it has happened for certain."""
        day = self.latest if self.latest is not None else self.begun
        if day is None:  # parse() refuses ../.. so that this cannot be reached through it
            raise DateError(f"{self.text!r} is open at both ends. {REMEDY}")
        return day

    @property
    def exact(self) -> bool:
        """One day, and said without reserve."""
        return self.earliest == self.latest is not None and not (self.approximate or self.uncertain)

    def __str__(self) -> str:
        return humanise(self)


def parse(text: str) -> When:
    """The days that an EDTF date means.

    Raises:
        DateError: not EDTF, not in the calendar, ends before it begins, or open at both ends.
    """
    return _parse(text.strip() if len(text) <= MAX_TEXT else text)


@lru_cache(maxsize=65536)
def _parse(text: str) -> When:
    if not text or len(text) > MAX_TEXT:
        raise DateError(f"The date is {'empty' if not text else 'too long'}. {REMEDY}")
    if text[0] in "[{" and text[-1] in "]}":
        return _set(text)
    if text.count("/") == 1:
        return _interval(text)
    return _single(text, text)


def _single(whole: str, text: str) -> When:
    if plain := _ISO.fullmatch(text):
        day = _ordinal(whole, int(plain[1]), int(plain[2]), int(plain[3]))
        return When(whole, day, day, day)
    bare = text.translate({ord("~"): None, ord("?"): None, ord("%"): None})
    time = _TIME.search(bare)
    if time and time.end() == len(bare) and time.start() == 10:
        bare = bare[:10]
    match = _PART.fullmatch(bare)
    if not match and _FAR_YEAR.match(bare):
        raise DateError(f"{whole[:MAX_TEXT]!r}: only the years 1 to 9999 are read. {REMEDY}")
    if not match:
        raise DateError(f"{whole[:MAX_TEXT]!r} is not a date. {REMEDY}")
    first, last = _bounds(whole, match[1], match[2], match[3])
    both = "%" in text
    return When(whole, first, last, last, "~" in text or both, "?" in text or both)


def _bounds(whole: str, year: str, month: str | None, day: str | None) -> tuple[int, int]:
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if "X" in year and re.search(r"X\d", year):
        raise DateError(f"{whole!r} masks a digit before a known one. {REMEDY}")
    if month is None:
        return _ordinal(whole, max(low, 1), 1, 1), _ordinal(whole, high, 12, 31)
    if "X" not in month and int(month) in SEASONS and day is None:
        _, begin, end = SEASONS[int(month)]
        return _ordinal(whole, low, begin, 1), _month_end(whole, high + (end > 12), (end - 1) % 12)
    months = _masked(month, 1, 12)
    if not months:
        raise DateError(f"{whole!r}: there is no month {month}. {REMEDY}")
    if day is None:
        return _ordinal(whole, low, months[0], 1), _month_end(whole, high, months[-1] - 1)
    if "X" not in day:
        return _ordinal(whole, low, months[0], int(day)), _ordinal(
            whole, high, months[-1], int(day)
        )
    first = _masked(day, 1, monthrange(max(low, 1), months[0])[1])
    last = _masked(day, 1, monthrange(high, months[-1])[1])
    if not first or not last:
        raise DateError(f"{whole!r}: there is no day {day} in that month. {REMEDY}")
    return _ordinal(whole, low, months[0], first[0]), _ordinal(whole, high, months[-1], last[-1])


def _masked(digits: str, low: int, high: int) -> list[int]:
    if "X" not in digits:
        return [int(digits)] if low <= int(digits) <= high else []
    mask = re.compile(digits.replace("X", r"\d"))
    return [n for n in range(low, high + 1) if mask.fullmatch(f"{n:02d}")]


def _month_end(whole: str, year: int, month_index: int) -> int:
    month = month_index + 1
    return _ordinal(whole, year, month, monthrange(max(year, 1), month)[1])


def _ordinal(whole: str, year: int, month: int, day: int) -> int:
    try:
        return dt.date(year, month, day).toordinal() - EPOCH
    except ValueError as error:
        raise DateError(f"{whole!r} is not in the calendar ({error}). {REMEDY}") from None


def _interval(text: str) -> When:
    left, right = (part.strip() for part in text.split("/"))
    begin = None if left in ("", "..") else _single(text, left)
    end = None if right in ("", "..") else _single(text, right)
    if begin is None and end is None:
        raise DateError(f"{text!r} is open at both ends. {REMEDY}")
    parts = [part for part in (begin, end) if part]
    if begin and end and begin.earliest > end.latest:  # type: ignore[operator]
        raise DateError(f"{text!r} ends before it begins. Swap the two parts.")
    return When(
        text,
        begin.earliest if begin else None,
        end.latest if end else None,
        begin.latest if begin else (end.latest if end else None),
        any(part.approximate for part in parts),
        any(part.uncertain for part in parts),
    )


def _set(text: str) -> When:
    parts = [part.strip() for part in text[1:-1].split(",")]
    whens = [_member(text, part) for part in parts]
    lows = [when.earliest for when in whens]
    highs = [when.latest for when in whens]
    low = None if None in lows else min(day for day in lows if day is not None)
    high = None if None in highs else max(day for day in highs if day is not None)
    if low is None and high is None:
        raise DateError(f"{text!r} is open at both ends. {REMEDY}")
    if low is not None and high is not None and low > high:
        raise DateError(f"{text!r} ends before it begins. {REMEDY}")
    begun = high if high is not None else max(when.begun or when.settled for when in whens)
    flags = (any(w.approximate for w in whens), any(w.uncertain for w in whens))
    return When(text, low, high, begun, *flags)


def _member(whole: str, part: str) -> When:
    if ".." not in part:
        return replace(_single(whole, part), text=whole)
    left, _, right = part.partition("..")
    return _interval(f"{left}/{right}" if left or right else "../..")


def day(value: str | dt.date | int) -> int:
    """The one day that a question names: an ISO day, a date, or a day number.

    Raises:
        DateError: not a single day (a month or a range would have to be guessed at).
    """
    if isinstance(value, int):
        return value
    if isinstance(value, dt.date):
        return value.toordinal() - EPOCH
    when = parse(value)
    if when.earliest is None or when.earliest != when.latest:
        raise DateError(f"{value!r} is not one day. Write the day, as in 2015-10-09.")
    return when.earliest


def date_of(number: int) -> dt.date:
    """The calendar date of a day number (years 1 to 9999)."""
    try:
        return dt.date.fromordinal(number + EPOCH)
    except (ValueError, OverflowError):
        raise DateError(f"Day {number} lies outside the years 1 to 9999.") from None


def iso(number: int) -> str:
    """`2015-10-09`."""
    return date_of(number).isoformat()


@lru_cache(maxsize=65536)
def in_words(text: str) -> str:
    """An EDTF date for people; see `humanise`."""
    return humanise(parse(text))


def _long(date: dt.date) -> str:
    return f"{date.day} {date:%B} {date.year}"


def humanise(when: When) -> str:
    """For people: `9 October 2015`, `8–9 October 2015`, `by 10 October 2013`, `about May 2015`."""
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


def certainly_before(a: When, b: When) -> bool:
    """Whatever days the two mean, `a` is over before `b` begins. False when either is hedged."""
    hedged = a.approximate or a.uncertain or b.approximate or b.uncertain
    return not hedged and a.latest is not None and b.earliest is not None and a.latest < b.earliest


def possibly_overlaps(a: When, b: When) -> bool:
    """Some day lies in both; hedged dates are taken at their word."""
    starts_by = a.earliest is None or b.latest is None or a.earliest <= b.latest
    return starts_by and (b.earliest is None or a.latest is None or b.earliest <= a.latest)
