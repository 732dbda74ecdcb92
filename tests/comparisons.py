"""Two moments of a timeline compared, for tests."""

from __future__ import annotations

from timelines import dates
from timelines.compare import Comparison, Moment, compare
from timelines.timeline import Timeline

BEFORE, AFTER = "2015-10-08", "2016-02-20"


def between(timeline: Timeline, begin: str, end: str, known: str | None = None) -> Comparison:
    day = None if known is None else dates.day(known)
    return compare(timeline, Moment(dates.day(begin), day), Moment(dates.day(end), day))


def knowing(timeline: Timeline, on: str, first: str, second: str | None = None) -> Comparison:
    later = None if second is None else dates.day(second)
    on_day = dates.day(on)
    return compare(timeline, Moment(on_day, dates.day(first)), Moment(on_day, later))
