"""Colours, patterns and names for actors that bring none.

Conventional colours of the field where readers expect them, otherwise a palette that stays apart
for colour-blind readers (Okabe and Ito, 2008, and Tol, 2021); patterns repeat more slowly than
colours, so that two actors rarely share both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

UNKNOWN_COLOR = "#9aa0a6"
CONVENTION = {
    "government": ("#c8453b", "solid"),
    "opposition": ("#4f9a4a", "solid"),
    "isil": ("#3c4043", "diagonal"),
    "sdf": ("#e3b505", "dots"),
    "ypg": ("#e3b505", "dots"),
    "nusra": ("#b9c9c4", "cross"),
    "jfs": ("#b9c9c4", "cross"),
    "hts": ("#b9c9c4", "cross"),
    "turkey": ("#3f7f93", "vertical"),
    "russia": ("#7a3b8f", "vertical"),
    "iran": ("#8c564b", "horizontal"),
    "hezbollah": ("#d4c13a", "horizontal"),
    "us-coalition": ("#2b6cb0", "horizontal"),
    "france": ("#5b8dd6", "horizontal"),
    "iraq": ("#9c6b30", "solid"),
    "ukraine": ("#2f6fb5", "solid"),
}
NAMES = {  # of ids that importers give where the data only say "occupied" or "contested"
    "russia": "Russia",
    "ukraine": "Ukraine",
    "others": "Others",
}
COLORS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#882255",
    "#117733",
    "#999933",
    "#332288",
    "#aa4499",
    "#44aa99",
)
PATTERN_ORDER = ("solid", "diagonal", "dots", "cross", "vertical", "horizontal")


def spare(taken: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Endless (colour, pattern) pairs, those whose colour is not `taken` first."""
    used = {color.lower() for color in taken}
    free = [color for color in COLORS if color not in used] or list(COLORS)
    for number in count():
        pattern = PATTERN_ORDER[(number // len(free)) % len(PATTERN_ORDER)]
        yield free[number % len(free)], pattern
