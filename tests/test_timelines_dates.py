"""Dates: a table of examples as the specification, the `edtf` library as oracle, hostile text."""

from __future__ import annotations

import calendar
import datetime as dt
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timelines import dates
from timelines.dates import When, on_calendar, parse
from timelines.daycolumns import HIGH, LOW, day_columns
from timelines.errors import DateError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # edtf uses what pyparsing now calls deprecated
    from edtf import parse_edtf

NONE = None
TABLE = [
    # text, earliest, latest, certain by, approximate, uncertain, for people
    ("2015-10-09", "2015-10-09", "2015-10-09", "2015-10-09", 0, 0, "9 October 2015"),
    ("2015-10", "2015-10-01", "2015-10-31", "2015-10-31", 0, 0, "October 2015"),
    ("2016-02", "2016-02-01", "2016-02-29", "2016-02-29", 0, 0, "February 2016"),
    ("2015", "2015-01-01", "2015-12-31", "2015-12-31", 0, 0, "2015"),
    ("2015-05~", "2015-05-01", "2015-05-31", "2015-05-31", 1, 0, "about May 2015"),
    ("2015-05?", "2015-05-01", "2015-05-31", "2015-05-31", 0, 1, "May 2015 (uncertain)"),
    ("2015%", "2015-01-01", "2015-12-31", "2015-12-31", 1, 1, "about 2015 (uncertain)"),
    ("2015-10-08/2015-10-09", "2015-10-08", "2015-10-09", "2015-10-09", 0, 0, "8–9 October 2015"),
    ("2015-09-30/2015-10-02", "2015-09-30", "2015-10-02", "2015-10-02", 0, 0,
     "30 September – 2 October 2015"),
    ("2015-12-31/2016-01-01", "2015-12-31", "2016-01-01", "2016-01-01", 0, 0,
     "31 December 2015 – 1 January 2016"),
    ("2015-11/2016-01", "2015-11-01", "2016-01-31", "2016-01-31", 0, 0,
     "November 2015 – January 2016"),
    ("../2013-10-10", NONE, "2013-10-10", "2013-10-10", 0, 0, "by 10 October 2013"),
    ("/2013-10-10", NONE, "2013-10-10", "2013-10-10", 0, 0, "by 10 October 2013"),
    ("2015-05/..", "2015-05-01", NONE, "2015-05-31", 0, 0, "from May 2015"),
    ("2015-05-03/", "2015-05-03", NONE, "2015-05-03", 0, 0, "from 3 May 2015"),
    ("201X", "2010-01-01", "2019-12-31", "2019-12-31", 0, 0, "2010–2019"),
    ("2015-XX", "2015-01-01", "2015-12-31", "2015-12-31", 0, 0, "2015"),
    ("2015-1X", "2015-10-01", "2015-12-31", "2015-12-31", 0, 0, "October–December 2015"),
    ("2015-02-XX", "2015-02-01", "2015-02-28", "2015-02-28", 0, 0, "February 2015"),
    ("2015-10-3X", "2015-10-30", "2015-10-31", "2015-10-31", 0, 0, "30–31 October 2015"),
    ("2014-21", "2014-03-01", "2014-05-31", "2014-05-31", 0, 0, "spring 2014"),
    ("2014-24", "2014-12-01", "2015-02-28", "2015-02-28", 0, 0, "winter 2014"),
    ("[2015-10-08,2015-10-12]", "2015-10-08", "2015-10-12", "2015-10-12", 0, 0,
     "8–12 October 2015"),
    ("[..2015-10-08]", NONE, "2015-10-08", "2015-10-08", 0, 0, "by 8 October 2015"),
    ("2015-10-09T23:30:00+03:00", "2015-10-09", "2015-10-09", "2015-10-09", 0, 0,
     "9 October 2015"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_examples(row: tuple[str, str | None, str | None, str, int, int, str]) -> None:
    text, earliest, latest, settled, approximate, uncertain, words = row
    when = parse(text)
    assert when.earliest == (None if earliest is None else dates.day(earliest))
    assert when.latest == (None if latest is None else dates.day(latest))
    assert dates.iso(when.settled) == settled
    assert (when.approximate, when.uncertain) == (bool(approximate), bool(uncertain))
    assert str(when) == words
    assert when.text == text


WRONG = [
    "", " ", "2015-02-30", "2015-02-29", "2015-13", "2015-00", "2015-10-32", "2015-02-3X",
    "2015-10-09/2015-10-08", "../..", "/", "2X15", "09-10-2015", "9.10.2015", "yesterday",
    "-0000", "Y2015", "Y17000-01", "Y1700X", "-0045-02-29",
    "2015-10-09T25:00", "[]", "[,]", "[..]", "2015/2016/2017", "2015-10-09\x00", "٢٠١٥-١٠-٠٩",
    "2015-1", "15", "2015-10-09 and later", "x" * 10_000, "[" * 500, "NaN", "1e999",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: repr(text[:20]))
def test_impossible_dates_say_what_to_write(text: str) -> None:
    with pytest.raises(DateError, match=r"Write the date as EDTF|Swap the two"):
        parse(text)


def _strict(text: str) -> tuple[dt.date, dt.date]:
    found = parse_edtf(text)
    low, high = found.lower_strict(), found.upper_strict()
    return dt.date(*low[:3]), dt.date(*high[:3])


DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
MARKS = st.sampled_from(["", "~", "?", "%"])


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]), MARKS)
@settings(max_examples=300, deadline=None)
def test_single_dates_agree_with_the_edtf_library(day: dt.date, form: str, mark: str) -> None:
    text = f"{day.year:04d}{day.strftime(form)[len(day.strftime('%Y')) :]}{mark}"
    when = parse(text)
    low, high = _strict(text)
    assert (dates.date_of(when.earliest), dates.date_of(when.latest)) == (low, high)  # type: ignore[arg-type]
    assert when.approximate == (mark in ("~", "%"))
    assert when.uncertain == (mark in ("?", "%"))


@given(DAYS, DAYS)
@settings(max_examples=150, deadline=None)
def test_intervals_agree_with_the_edtf_library(a: dt.date, b: dt.date) -> None:
    a, b = sorted((a, b))
    text = f"{a.isoformat()}/{b.isoformat()}"
    when = parse(text)
    assert (dates.date_of(when.earliest), dates.date_of(when.latest)) == _strict(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["201X", "20XX", "2015-21", "2015-22", "2015-23"])
def test_masks_and_seasons_agree_with_the_edtf_library(text: str) -> None:
    when = parse(text)
    assert (dates.date_of(when.earliest), dates.date_of(when.latest)) == _strict(text)  # type: ignore[arg-type]


@given(st.text(max_size=40))
@settings(max_examples=1000, deadline=None)
def test_any_text_is_a_date_or_an_error(text: str) -> None:
    try:
        when = parse(text)
    except DateError:
        return
    assert when.earliest is not None or when.latest is not None
    assert when.earliest is None or when.latest is None or when.earliest <= when.latest
    assert str(when)


@given(st.text(alphabet="0123456789X-/.~?%[],TZ:", max_size=24))
@settings(max_examples=2000, deadline=None)
def test_near_dates_are_dates_or_errors(text: str) -> None:
    try:
        when = parse(text)
    except DateError:
        return
    assert when.earliest is None or when.earliest <= when.settled
    assert when.latest is None or when.settled == when.latest


@settings(deadline=None)
@given(st.integers(-719_162, 2_932_896))
def test_day_numbers_go_there_and_back(number: int) -> None:
    assert dates.day(dates.iso(number)) == number
    assert dates.day(dates.date_of(number)) == number


def test_day_numbers_count_from_1970() -> None:
    assert dates.day("1970-01-01") == 0
    assert dates.day(dt.datetime(1970, 1, 2, 23, 59)) == 1


@pytest.mark.parametrize("text", ["2015", "2015-10", "../2015-10-09", "2015-10-09/2015-10-10"])
def test_a_question_names_one_day(text: str) -> None:
    with pytest.raises(DateError, match="not one day"):
        dates.day(text)


@settings(deadline=None)
@given(DAYS, DAYS)
def test_relations_are_consistent(a: dt.date, b: dt.date) -> None:
    x, y = parse(a.isoformat()), parse(f"{b:%Y}".zfill(4))
    assert not (dates.certainly_before(x, y) and dates.possibly_overlaps(x, y))
    assert dates.possibly_overlaps(x, y) == dates.possibly_overlaps(y, x)
    assert dates.possibly_overlaps(x, y) == (a.year == b.year)
    assert dates.certainly_before(x, y) == (a.year < b.year)


def test_hedged_dates_are_never_certainly_before() -> None:
    assert dates.certainly_before(parse("2014"), parse("2015"))
    assert not dates.certainly_before(parse("2014~"), parse("2015"))
    assert not dates.certainly_before(parse("2014/.."), parse("2015"))


def test_there_is_no_smaller_than() -> None:
    with pytest.raises(TypeError):
        parse("2014") < parse("2015")  # type: ignore[operator]  # noqa: B015


@settings(deadline=None)
@given(st.integers(1, 9999), st.integers(1, 12))
def test_months_end_when_the_calendar_says(year: int, month: int) -> None:
    when: When = parse(f"{year:04d}-{month:02d}")
    assert when.latest is not None and when.earliest is not None
    assert when.latest - when.earliest + 1 == calendar.monthrange(year, month)[1]


MIXED = st.lists(
    st.one_of(
        DAYS.map(dt.date.isoformat),
        st.sampled_from(["2015-05~", "../2013-10-10", "2015-05/..", "201X", "2015-10"]),
    ),
    max_size=30,
)


@given(MIXED)
@settings(max_examples=300, deadline=None)
def test_many_dates_at_once_are_each_date(texts: list[str]) -> None:
    columns = day_columns(texts)
    for i, text in enumerate(texts):
        when = parse(text)
        assert columns.earliest[i] == (LOW if when.earliest is None else when.earliest)
        assert columns.latest[i] == (HIGH if when.latest is None else when.latest)
        assert columns.settled[i] == when.settled


@pytest.mark.parametrize(
    "text", ["2015-02-29", "2015-13-01", "2015-01-00", "abcd-ef-gh", "２015-01-01"]
)
def test_many_dates_at_once_refuse_what_one_refuses(text: str) -> None:
    with pytest.raises(DateError):
        day_columns(["2015-01-01", text])


FAR = [
    "-0044", "-0044-03-15", "-0044-02-29", "0000", "0000-12-31", "Y-17000", "Y17000", "Y170000002",
]  # fmt: skip


@pytest.mark.parametrize("text", FAR)
def test_years_beyond_four_digits_agree_with_the_edtf_library(text: str) -> None:
    found, when = parse_edtf(text), parse(text)
    ends = found.lower_strict(), found.upper_strict()
    for (year, month, day, *_), ours in zip(ends, (when.earliest, when.latest), strict=True):
        # numpy counts days of any year; its texts have four digits or a sign.
        months = np.timedelta64(month - 1, "M")  # NumPy is to refuse a bare number of them
        month_of = np.datetime64(year - 1970, "Y").astype("datetime64[M]") + months
        assert ours == int(month_of.astype("datetime64[D]").astype(int)) + day - 1


@pytest.mark.parametrize("text", [*FAR, "-0044/2015", "[-0044, 2015]", "2015/Y17000", "000X"])
def test_years_that_no_calendar_here_has_are_read_and_kept_from_timelines(text: str) -> None:
    assert str(parse(text)) == text
    with pytest.raises(DateError, match="years 1 to 9999"):
        on_calendar(text)
    with pytest.raises(DateError):
        dates.day(text)
