"""What the words of a date mean in days, given the day of the report; see `timelines.prose`."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass

from timelines.dates import EPOCH, date_of, iso
from timelines.errors import DateError

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:,? (?P<year>[12]\d{3}))?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TO = r" ?(?:-|–|to|and|or|through) ?"
_DAYS = rf"{_DAY}{_TO}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?"
_WEEKDAY = "(?P<weekday>" + "|".join(WEEKDAYS) + ")"
_PART = r"(?P<part>early|mid|middle of|late|beginning of|start of|end of)[ -]"
_COUNT = r"(?P<count>\d{1,4}|an?|one|" + "|".join(NUMBERS[1:]) + ")"
_UNIT = r"(?P<unit>hour|day|week|month|year)s?"
THIRDS = {"early": 0, "beginning of": 0, "start of": 0, "mid": 1, "middle of": 1}


@dataclass(frozen=True, slots=True)
class Span:
    """Days first to last; None is open. `since` is EDTF for an open end that begins vaguely."""

    first: int | None
    last: int | None
    approximate: bool = False
    uncertain: bool = False
    since: str = ""

    def edtf(self) -> str:
        """As EDTF."""
        mark = {(0, 0): "", (1, 0): "~", (0, 1): "?", (1, 1): "%"}[
            (int(self.approximate), int(self.uncertain))
        ]
        closed = self.first is not None and self.last is not None
        if closed and (said := whole(date_of(self.first or 0), date_of(self.last or 0))):
            return said + mark
        ends = [".." if day is None else iso(day) + mark for day in (self.first, self.last)]
        if self.since:
            ends[0] = self.since
        return "/".join(ends)


def whole(first: dt.date, last: dt.date) -> str:
    """A day, a month or a year that the two days are the ends of; else empty."""
    if first == last:
        return first.isoformat()
    ends = last.day == monthrange(last.year, last.month)[1]
    if first.day != 1 or not ends or first.year != last.year:
        return ""
    if first.month == last.month:
        return f"{first:%Y-%m}"
    return f"{first:%Y}" if (first.month, last.month) == (1, 12) else ""


def _date(year: int, month: int, day: int) -> int:
    try:
        return dt.date(year, month, day).toordinal() - EPOCH
    except ValueError as error:
        raise DateError(f"{year}-{month}-{day} is not in the calendar ({error}).") from None


def _month(match: re.Match[str]) -> int:
    name = match["month"]
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name))


def _year(match: re.Match[str], day: int, month: int, of_month: int = 1) -> int:
    """The year said, else the last one in which that day is not after the report."""
    if match["year"]:
        return int(match["year"])
    today = date_of(day)
    return today.year - ((month, of_month) > (today.month, today.day))


def _is_month(match: re.Match[str]) -> bool:
    word = re.match(r"[a-z]+", match[0][match.start("month") - match.start() :])
    text = word[0] if word else ""
    return any(month.startswith(text) and len(text) >= 3 for month in (*MONTHS, "sept"))


def _one_day(match: re.Match[str], day: int) -> Span | None:
    if not _is_month(match):
        return None
    month, number = _month(match), int(match["day"])
    at = _date(_year(match, day, month, number), month, number)
    return Span(at, at)


def _some_days(match: re.Match[str], day: int) -> Span | None:
    if not _is_month(match):
        return None
    month, first, last = _month(match), int(match["day"]), int(match["last"])
    year = _year(match, day, month, first)
    a, b = _date(year, month, first), _date(year, month, last)
    return Span(a, b) if a <= b else None


def _whole_month(match: re.Match[str], day: int) -> Span | None:
    if not _is_month(match):
        return None
    month = _month(match)
    year = _year(match, day, month)
    return Span(_date(year, month, 1), _date(year, month, monthrange(year, month)[1]))


def _part_of_month(match: re.Match[str], day: int) -> Span | None:
    month = _whole_month(match, day)
    if month is None or month.first is None:
        return None
    third = THIRDS.get(match["part"], 2)
    last = month.last if third == 2 else month.first + 10 * third + 9
    return Span(month.first + 10 * third, last, approximate=True)


def _part_of_year(match: re.Match[str], day: int) -> Span:
    year, third = int(match["whole"]), THIRDS.get(match["part"], 2)
    months = third * 4 + 1, third * 4 + 4
    last = _date(year, months[1], monthrange(year, months[1])[1])
    return Span(_date(year, months[0], 1), last, approximate=True)


def _year_only(match: re.Match[str], day: int) -> str:
    return match["whole"]


def _season(match: re.Match[str], day: int) -> str:
    return f"{match['whole']}-{SEASONS[match['season']]}"


def _half(match: re.Match[str], day: int) -> str:
    return f"{match['whole']}-{40 if match['half'] == 'first' else 41}"


def _weekday(match: re.Match[str], day: int) -> Span | str:
    back = (date_of(day).weekday() - WEEKDAYS.index(match["weekday"])) % 7
    at = day - back
    if match["which"] == "last":
        return f"[{iso(at - 7)},{iso(at)}]" if back else f"{iso(at - 7)}"
    night = (match["when"] or "").endswith("night") or (match["hour"] or "") == "overnight"
    return Span(at, min(at + 1, day)) if night else Span(at, at)


def _days_back(back: int, length: int = 1) -> Callable[[re.Match[str], int], Span]:
    return lambda match, day: Span(day - back, day - back + length - 1)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return 1 if text in ("a", "an", "one") else NUMBERS.index(text) + 1


def _past(match: re.Match[str], day: int) -> Span:
    """Within the last so many hours, days, weeks, months."""
    count, unit = _number(match["count"] or "a"), match["unit"]
    days = {"hour": -(-count // 24), "day": count, "week": 7 * count, "month": 31 * count}
    return Span(day - days.get(unit, 366 * count), day)


def _ago(match: re.Match[str], day: int) -> Span | None:
    count, unit = _number(match["count"]), match["unit"]
    if unit == "hour":
        return Span(day - -(-count // 24), day)
    if unit == "day":
        return Span(day - count, day - count)
    if unit == "week":
        return Span(day - 7 * count - 3, day - 7 * count + 3, approximate=True)
    months = date_of(day).year * 12 + date_of(day).month - 1 - count * (12 if unit == "year" else 1)
    if months < 12:
        return None
    year, month = months // 12, months % 12 + 1
    if unit == "year":
        return Span(_date(year, 1, 1), _date(year, 12, 31), approximate=True)
    last = _date(year, month, monthrange(year, month)[1])
    return Span(_date(year, month, 1), last, approximate=True)


def _calendar(match: re.Match[str], day: int) -> Span:
    """This or last week, month, year, weekend."""
    today, before = date_of(day), match["which"] == "last"
    if match["unit"] == "weekend":  # Friday to Sunday: where it lies differs between countries
        friday = day - (today.weekday() - 4) % 7
        if today.weekday() == 4 or (before and today.weekday() > 4):
            friday -= 7
        return Span(friday, min(friday + 2, day))
    if match["unit"] == "week":  # from Sunday or Monday on, by country: both are in
        sunday = day - today.weekday() - 1 - (7 if before else 0)
        return Span(sunday, sunday + 7 if before else day, approximate=before)
    if match["unit"] == "month":
        first = today.replace(day=1).toordinal() - EPOCH
        if not before:
            return Span(first, day)
        start = date_of(first - 1).replace(day=1).toordinal() - EPOCH
        return Span(start, first - 1)
    first = _date(today.year - before, 1, 1)
    return Span(first, _date(today.year - 1, 12, 31) if before else day)


PATTERNS: tuple[tuple[str, Callable[[re.Match[str], int], Span | str | None]], ...] = (
    (r"(?:(?:earlier|late|early|later) )?(?:today|this (?:morning|afternoon|evening))|tonight"
     r"|(?:at |around )?(?:dawn|noon|midday|dusk)", _days_back(0)),
    (r"(?:(?:late|early) )?yesterday(?: (?:morning|afternoon|evening))?", _days_back(1)),
    (r"(?:(?:late|early) )?last night|overnight|yesterday night", _days_back(1, 2)),
    (r"day before yesterday", _days_back(2)),
    (rf"(?:with)?(?:in )?(?:the )?(?:last|past|previous) {_COUNT}?[ -]?{_UNIT}(?<!last week)"
     r"(?<!last month)(?<!last year)(?<!last day)", _past),
    (rf"{_COUNT} {_UNIT} (?:ago|earlier|before)", _ago),
    (rf"(?:(?P<which>last|this) )?(?:(?P<hour>late|early|overnight) (?:on )?)?{_WEEKDAY}"
     r"(?:,? (?:at )?(?P<when>morning|noon|afternoon|evening|night))?", _weekday),
    (r"(?:earlier )?(?P<which>last|this) (?P<unit>week|month|year|weekend)", _calendar),
    (r"(?P<which>(?:))(?P<unit>weekend)", _calendar),
    (rf"(?:{_WEEKDAY},? )?{_DAY}(?: of)? {_MONTH}{_YEAR}", _one_day),
    (rf"(?:{_WEEKDAY},? )?{_MONTH} {_DAY}{_YEAR}", _one_day),
    (rf"{_DAYS}(?: of)? {_MONTH}{_YEAR}", _some_days),
    (rf"{_MONTH} {_DAYS}{_YEAR}", _some_days),
    (rf"{_PART}(?:the )?{_MONTH}{_YEAR}", _part_of_month),
    (rf"{_MONTH}{_YEAR}", _whole_month),
    (rf"{_PART}(?P<whole>[12]\d{{3}})", _part_of_year),
    (r"(?P<season>spring|summer|autumn|fall|winter)(?: of)?,? (?P<whole>[12]\d{3})", _season),
    (r"(?P<half>first|second) half of (?P<whole>[12]\d{3})", _half),
    (r"(?P<whole>[12]\d{3})", _year_only),
)  # fmt: skip
