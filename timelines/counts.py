"""Killed and wounded as reports give them: a number, a range, or at least so many."""

from __future__ import annotations

import math
import re

_COUNT = re.compile(r"(\d{1,7})|(\d{1,7})?\.\.(\d{1,7})?", re.ASCII)
REMEDY = "Write a number (8), a range (8..10), at least (10..), or leave it empty."


def parse_count(text: str) -> tuple[float, float]:
    """Lower and upper bound; NaN, NaN where nothing is stated, infinity where open.

    Raises:
        ValueError: not a count, or the range runs backwards.
    """
    text = text.strip()
    if not text:
        return math.nan, math.nan
    match = _COUNT.fullmatch(text)
    if not match or text == "..":
        raise ValueError(f"{text[:40]!r} is not a count.")
    if match[1]:
        return float(match[1]), float(match[1])
    low, high = float(match[2] or 0), float(match[3] or math.inf)
    if low > high:
        raise ValueError(f"{text[:40]!r} runs backwards.")
    return low, high


def show_count(low: float, high: float) -> str:
    """For people: `8`, `8–10`, `at least 10`, `up to 10`, or an empty text."""
    if math.isnan(low):
        return ""
    if math.isinf(high):
        return f"at least {low:,.0f}"
    if low == high:
        return f"{low:,.0f}"
    return f"up to {high:,.0f}" if low == 0 else f"{low:,.0f}–{high:,.0f}"
