"""Dates in English reports: the table is the specification; what is not understood is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timelines.dates import EPOCH
from timelines.errors import DateError
from timelines.prose import MONTHS, WEEKDAYS, from_prose

FRIDAY = "2015-10-09"
TABLE = [
    ("today", "2015-10-09"),
    ("this morning", "2015-10-09"),
    ("yesterday", "2015-10-08"),
    ("late last night", "2015-10-08/2015-10-09"),
    ("overnight", "2015-10-08/2015-10-09"),
    ("between 5 and 7 October", "2015-10-05/2015-10-07"),
    ("on the night of 8th to 9th October 2015", "2015-10-08/2015-10-09"),
    ("at dawn", "2015-10-09"),
    ("earlier this week", "2015-10-04/2015-10-09"),
    ("the day before yesterday", "2015-10-07"),
    ("late on Thursday", "2015-10-08"),
    ("Thursday night", "2015-10-08/2015-10-09"),
    ("on Friday", "2015-10-09"),
    ("Friday night", "2015-10-09"),
    ("Saturday", "2015-10-03"),
    ("last Thursday", "[2015-10-01,2015-10-08]"),
    ("early on Wednesday morning", "2015-10-07"),
    ("from Wednesday to Friday", "2015-10-07/2015-10-09"),
    ("over the weekend", "2015-10-02/2015-10-04"),
    ("in the last 24 hours", "2015-10-08/2015-10-09"),
    ("within the past 48 hours", "2015-10-07/2015-10-09"),
    ("in the past two days", "2015-10-07/2015-10-09"),
    ("three days ago", "2015-10-06"),
    ("two weeks ago", "2015-09-22~/2015-09-28~"),
    ("a month ago", "2015-09~"),
    ("this week", "2015-10-04/2015-10-09"),
    ("last week", "2015-09-27~/2015-10-04~"),
    ("last month", "2015-09"),
    ("last year", "2014"),
    ("9 October 2015", "2015-10-09"),
    ("October 9, 2015", "2015-10-09"),
    ("Friday, Oct. 9", "2015-10-09"),
    ("the 9th of October", "2015-10-09"),
    ("10 October", "2014-10-10"),
    ("12 December", "2014-12-12"),
    ("8-9 October 2015", "2015-10-08/2015-10-09"),
    ("October 8 and 9", "2015-10-08/2015-10-09"),
    ("between 3 October and 7 October 2015", "2015-10-03/2015-10-07"),
    ("in October", "2015-10"),
    ("November", "2014-11"),
    ("September 2015", "2015-09"),
    ("mid-May", "2015-05-11~/2015-05-20~"),
    ("early July", "2015-07-01~/2015-07-10~"),
    ("late February 2016", "2016-02-21~/2016-02-29~"),
    ("by the end of May", "../2015-05-31~"),
    ("early 2014", "2014-01-01~/2014-04-30~"),
    ("in 2014", "2014"),
    ("spring 2014", "2014-21"),
    ("first half of 2013", "2013-40"),
    ("by 10 October 2013", "../2013-10-10"),
    ("before June 2014", "../2014-05-31"),
    ("since May", "2015-05/.."),
    ("since 3 May 2015", "2015-05-03/.."),
    ("since mid-May", "2015-05-20~/.."),
    ("from 3 May 2015 on", "2015-05-03/.."),
    ("after 3 October", "2015-10-04/.."),
    ("about May 2015", "2015-05~"),
    ("perhaps 9 October", "2015-10-09?"),
    ("2015-05~", "2015-05~"),
    ("LATE ON THURSDAY.", "2015-10-08"),
]


@pytest.mark.parametrize("words, expected", TABLE, ids=[row[0] for row in TABLE])
def test_examples(words: str, expected: str) -> None:
    assert from_prose(words, reported=FRIDAY).text == expected


@pytest.mark.parametrize(
    "words",
    ["", "next Tuesday", "tomorrow", "sometime", "recently", "30 February 2015", "9 marchers",
     "mayor 3", "03/04/2015", "x" * 500, "in the last", "\u202e9 October", "9 October 20155"],
)  # fmt: skip
def test_what_is_not_understood_is_refused(words: str) -> None:
    with pytest.raises(DateError):
        from_prose(words, reported=FRIDAY)


REPORTS = st.dates(dt.date(2011, 1, 1), dt.date(2026, 12, 31))


@settings(deadline=None)
@given(REPORTS, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_last_one(reported: dt.date, name: str) -> None:
    when = from_prose(f"late on {name}", reported=reported)
    assert when.earliest == when.latest is not None
    day = dt.date.fromordinal(when.earliest + EPOCH)  # type: ignore[operator]
    assert day.weekday() == WEEKDAYS.index(name)
    assert dt.timedelta(0) <= reported - day < dt.timedelta(7)


@settings(deadline=None)
@given(REPORTS, st.sampled_from(MONTHS), st.integers(1, 28))
def test_a_day_without_a_year_is_not_after_the_report(
    reported: dt.date, month: str, number: int
) -> None:
    when = from_prose(f"{number} {month}", reported=reported)
    day = dt.date.fromordinal(when.earliest + EPOCH)  # type: ignore[operator]
    assert (day.month, day.day) == (MONTHS.index(month) + 1, number)
    assert dt.timedelta(0) <= reported - day <= dt.timedelta(366)


@given(st.text(max_size=60), REPORTS)
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_date_or_an_error(text: str, reported: dt.date) -> None:
    try:
        when = from_prose(text, reported=reported)
    except DateError:
        return
    assert when.earliest is not None or when.latest is not None
