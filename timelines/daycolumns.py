"""Many dates at once, as columns of days: ISO days by arithmetic, the rest by `dates`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from timelines.dates import civil_day, parse

Int = NDArray[np.int64]
LOW = -(2**31)  # an open begin, as in geo.scene
HIGH = 2**31 - 1  # an open end
_ISO_LENGTH = 10
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True, slots=True)
class DayColumns:
    """The days of n dates (n,), `LOW` and `HIGH` where open; see `dates.When`."""

    earliest: Int
    latest: Int
    settled: Int


def day_columns(texts: Sequence[str]) -> DayColumns:
    """The days of many EDTF dates.

    Raises:
        DateError: one of them is not a date.
    """
    number = dict(zip(dict.fromkeys(texts), count(), strict=False))
    if 2 * len(number) > len(texts):
        return _days(texts)
    each = _days(list(number))  # few days are spoken of by many
    of = np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))
    return DayColumns(each.earliest[of], each.latest[of], each.settled[of])


def _days(texts: Sequence[str]) -> DayColumns:
    earliest = np.empty(len(texts), np.int64)
    plain, day = _iso_days(texts)
    earliest[plain] = day
    latest, settled = earliest.copy(), earliest.copy()
    if len(plain) < len(texts):
        rest = np.ones(len(texts), bool)
        rest[plain] = False
        numbers = np.flatnonzero(rest).tolist()
        whens = {text: parse(text) for text in {texts[i] for i in numbers}}
        for i in numbers:
            when = whens[texts[i]]
            earliest[i] = LOW if when.earliest is None else when.earliest
            latest[i] = HIGH if when.latest is None else when.latest
            settled[i] = when.settled
    return DayColumns(earliest, latest, settled)


def _iso_days(texts: Sequence[str]) -> tuple[Int, Int]:
    """Which of the texts are valid ISO days in ASCII digits, and their day numbers."""
    length = np.fromiter(map(len, texts), np.int64, len(texts))
    index = np.flatnonzero(length == _ISO_LENGTH)
    chosen = texts if len(index) == len(texts) else [texts[i] for i in index.tolist()]
    joined = "".join(chosen)
    if not joined.isascii():
        keep = [i for i, text in zip(index.tolist(), chosen, strict=True) if text.isascii()]
        index = np.array(keep, np.int64)
        joined = "".join(texts[i] for i in keep)
    digits = np.frombuffer(joined.encode("ascii"), np.uint8).reshape(-1, _ISO_LENGTH)
    dash = (digits[:, 4] == ord("-")) & (digits[:, 7] == ord("-"))
    value = digits[:, [0, 1, 2, 3, 5, 6, 8, 9]].astype(np.int64) - ord("0")
    good = dash & ((value >= 0) & (value <= 9)).all(axis=1)
    index, value = index[good], value[good]
    year = value[:, 0] * 1000 + value[:, 1] * 100 + value[:, 2] * 10 + value[:, 3]
    month, day = value[:, 4] * 10 + value[:, 5], value[:, 6] * 10 + value[:, 7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    known = (month >= 1) & (month <= 12)
    length = _MONTH_DAYS[np.where(known, month, 0)] + ((month == 2) & leap)
    good = known & (year >= 1) & (day >= 1) & (day <= length)
    return index[good], civil_day(year[good], month[good], day[good])
