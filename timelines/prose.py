"""Dates as English reports write them, given the day of the report: "late on Thursday", "mid-May".

The answer is EDTF, never more precise than the words: a night is two days, "mid-May" the middle ten
days and approximate, "last Thursday" one of two. What is not understood is refused, not guessed.
Weekdays, and days and months without a year, mean the last such day up to the report.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from timelines.dates import EPOCH, When, date_of, parse
from timelines.errors import DateError
from timelines.prose_spans import MONTHS, PATTERNS, WEEKDAYS, Span, whole

__all__ = ["MONTHS", "WEEKDAYS", "from_prose"]

MAX_TEXT = 200


# "Between 5 and 7 October", "on the night of 8 to 9 October": the month is said once.
_NIGHT = re.compile(
    r"^(?:between|from|(?:on |in |during )?(?:the )?night (?:of|between)) (\d{1,2})(?:st|nd|rd|th)?"
    r" (?:and|to|until) (\d{1,2})(?:st|nd|rd|th)?(?= )"
)


def from_prose(text: str, *, reported: str | dt.date) -> When:
    """The date that English words mean in a report of a day.

    Raises:
        DateError: not understood; the remedy is to write the date as EDTF.
    """
    day = parse(reported).settled if isinstance(reported, str) else reported.toordinal() - EPOCH
    words = " ".join(text[: MAX_TEXT + 1].lower().replace("’", "'").split()).strip(" .,;")
    if not words or len(text) > MAX_TEXT:
        raise DateError("The date is empty or too long. Write it as EDTF, such as 2015-10-09.")
    found = _hedged(_NIGHT.sub(r"\1-\2", words), day)
    if found is None:
        try:
            return parse(text.strip())
        except DateError:
            raise DateError(
                f"{text[:60]!r} is not understood as a date. Write it as EDTF: 2015-10-09, "
                "2015-05~ (about), 2015-10-08/2015-10-09 (some time between)."
            ) from None
    if isinstance(found, str):
        return parse(found)
    return parse(found.edtf())


def _hedged(words: str, day: int) -> Span | str | None:
    """Words with what stands before a date: by, since, about, perhaps, between."""
    for pattern, change in _BEFORE:
        match = re.match(pattern, words)
        if match:
            inner = _hedged(words[match.end() :], day)
            if isinstance(inner, str):  # a season or a set: taken by its days
                when = parse(inner)
                inner = Span(when.earliest, when.latest, when.approximate, when.uncertain)
            return None if inner is None else change(inner)
    match = re.fullmatch(r"from (.+) (?:on|onwards?)", words)
    if match:
        return _hedged(f"since {match[1]}", day)
    match = re.fullmatch(r"(?:between|from) (.+?) (?:and|to|until) (.+)", words)
    if match:
        last = _hedged(match[2], day)
        first = _hedged(match[1], last.last if isinstance(last, Span) and last.last else day)
        if isinstance(first, Span) and isinstance(last, Span):
            ordered = first.first is not None and last.last is not None
            return Span(first.first, last.last) if ordered else None
        return None
    for pattern, read in PATTERNS:
        match = re.fullmatch(pattern, words)
        if match:
            return read(match, day)
    return None


def _until(span: Span) -> Span | None:
    return None if span.last is None else replace(span, first=None)


def _before(span: Span) -> Span | None:
    return None if span.first is None else replace(span, first=None, last=span.first - 1)


def _since(span: Span) -> Span | None:
    if span.first is None or span.last is None:
        return None
    if whole(date_of(span.first), date_of(span.last)):
        return replace(span, last=None, since=span.edtf())
    return replace(span, first=span.last, last=None, approximate=True)  # begun for certain by then


def _after(span: Span) -> Span | None:
    return None if span.last is None else replace(span, first=span.last + 1, last=None)


_BEFORE: tuple[tuple[str, Callable[[Span], Span | None]], ...] = (
    (r"(?:by|no later than|as of|until|till) ", _until),
    (r"before ", _before),
    (r"(?:since|starting) ", _since),
    (r"after ", _after),
    (
        r"(?:about|around|circa|ca\.?|approximately|roughly) ",
        lambda s: replace(s, approximate=True),
    ),
    (r"(?:perhaps|possibly|probably|reportedly|apparently) ", lambda s: replace(s, uncertain=True)),
    (r"(?:on|in|at|during|the|over) ", lambda s: s),
)
