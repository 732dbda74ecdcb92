"""Strangers' text on Streamlit's pages, where Markdown, HTML and LaTeX would otherwise act."""

from __future__ import annotations

import math
import re

_ACTIVE = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@])")


def plain(text: str, limit: int = 400) -> str:
    """`text` so that Streamlit's Markdown shows it letter by letter, cut at `limit` characters.

    Every character that Markdown, its directives (`:red[…]`), emoji short codes (`:smile:`),
    LaTeX (`$…$`) or HTML could act on is escaped with a backslash; line ends become spaces.
    """
    line = " ".join(text[: limit + 1].split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    return _ACTIVE.sub(r"\\\1", line)


def km2(area: float) -> str:
    """An area for people, of three significant digits at most, as the player's legend has it.

    No area that is drawn by a rule is known better.
    """
    power = 10 ** max(0, math.floor(math.log10(area)) - 2) if area > 0 else 1
    return f"{math.floor(area / power + 0.5) * power:,}"


def bidi(text: str) -> str:
    """Text of either direction, isolated so that it cannot reorder what stands around it."""
    return f"\u2068{text}\u2069" if text else ""
