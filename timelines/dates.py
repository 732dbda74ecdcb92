"""Imprecise dates: EDTF as written, understood as an interval of days.

Read are levels 0 and 1 of the Extended Date/Time Format (Library of Congress, 2019; ISO 8601-2)
and what reports need of level 2: days, months, years, times, `~ ? %`, intervals, open and unknown
ends, seasons, masked digits (`201X`, `2015-XX`), one of a set. The marks `~` (approximate) and `?`
(uncertain) are kept as flags; they never widen the interval, because nobody said by how much.

A day is a whole number of days since 1970-01-01 (proleptic Gregorian). Any year is read (`-0044`,
`0000`, `Y170000`); what a timeline keeps goes through `on_calendar`, which refuses the years
outside 1 to 9999 with that reason: no calendar of forms, files and databases has them.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from timelines.errors import DateError

EPOCH = dt.date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = dt.date.min.toordinal() - EPOCH, dt.date.max.toordinal() - EPOCH
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
_PART = re.compile(r"(-?[\dX]{4}|Y-?[1-9]\d{4,11})(?:-([\dX]{2})(?:-([\dX]{2}))?)?", re.ASCII)
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
        from timelines.datewords import humanise

        return humanise(self)


def parse(text: str) -> When:
    """The days that an EDTF date means.

    Raises:
        DateError: not EDTF, not in the calendar, ends before it begins, or open at both ends.
    """
    return _parse(text.strip() if len(text) <= MAX_TEXT else text)


def on_calendar(text: str) -> When:
    """The days that an EDTF date means, for what a timeline keeps.

    Raises:
        DateError: as `parse`, or outside the years 1 to 9999.
    """
    when = parse(text)
    if not is_on_calendar(when):
        raise DateError(f"{text.strip()!r}: a timeline holds the years 1 to 9999. {REMEDY}")
    return when


def is_on_calendar(when: When) -> bool:
    """Whether all of it lies in the years 1 to 9999."""
    days = (day for day in (when.earliest, when.latest, when.begun) if day is not None)
    return all(FIRST_DAY <= day <= LAST_DAY for day in days)


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
    if not match or (match[1][0] == "Y" and match[2]) or match[1] == "-0000":
        raise DateError(f"{whole[:MAX_TEXT]!r} is not a date. {REMEDY}")
    first, last = _bounds(whole, match[1], match[2], match[3])
    both = "%" in text
    return When(whole, first, last, last, "~" in text or both, "?" in text or both)


def _bounds(whole: str, year: str, month: str | None, day: str | None) -> tuple[int, int]:
    digits = year.removeprefix("Y")
    low, high = sorted((int(digits.replace("X", "0")), int(digits.replace("X", "9"))))
    if "X" in year and re.search(r"X\d", year):
        raise DateError(f"{whole!r} masks a digit before a known one. {REMEDY}")
    if month is None:
        return _ordinal(whole, low, 1, 1), _ordinal(whole, high, 12, 31)
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
    first = _masked(day, 1, monthrange(low, months[0])[1])
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
    return _ordinal(whole, year, month, monthrange(year, month)[1])


def _ordinal(whole: str, year: int, month: int, day: int) -> int:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise DateError(f"{whole!r} is not in the calendar. {REMEDY}")
    return int(civil_day(year, month, day))


def civil_day(year: Any, month: Any, day: Any) -> Any:
    """Days since 1970-01-01, of numbers or of integer arrays of one shape.

    Proleptic Gregorian, any year (Hinnant, "chrono-compatible low-level date algorithms", 2013).
    """
    year = year - (month <= 2)
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


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
    when = on_calendar(value)
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


def certainly_before(a: When, b: When) -> bool:
    """Whatever days the two mean, `a` is over before `b` begins. False when either is hedged."""
    hedged = a.approximate or a.uncertain or b.approximate or b.uncertain
    return not hedged and a.latest is not None and b.earliest is not None and a.latest < b.earliest


def possibly_overlaps(a: When, b: When) -> bool:
    """Some day lies in both; hedged dates are taken at their word."""
    starts_by = a.earliest is None or b.latest is None or a.earliest <= b.latest
    return starts_by and (b.earliest is None or a.latest is None or b.earliest <= a.latest)
