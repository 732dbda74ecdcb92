"""Whose coordinates a timeline uses, and under which terms: for the credits of maps and exports."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gazetteer.sources import KNOWN_LICENCES
from timelines.places import TimelinePlace

_TERMS = re.compile(r"CC[ 0-]|ODbL|PDDL|OGL|[Ll]icen[cs]e|[Pp]ublic domain")
_BRACKET = re.compile(r"\(([^()]*)\)")
MOST = 12
"""Sources without a known way of being credited that are named: a credit is no bibliography."""


def place_credits(places: Iterable[TimelinePlace]) -> tuple[str, ...]:
    """One line for each source of coordinates whose text states its terms.

    "GeoNames 616299 (CC BY 4.0)" is credited as GeoNames asks to be, once. Sources that state no
    terms (a news report, a point read off a map) stay with their places.
    """
    known: dict[str, None] = {}
    others: dict[str, None] = {}
    for place in places:
        for part in place.source.removeprefix("gazetteer: ").split(" + "):
            who, terms = _told(part)
            if who and terms:
                asked = KNOWN_LICENCES.get(who) or KNOWN_LICENCES.get(who.rpartition(" ")[0])
                if asked is None:
                    others[f"Places: {who[:200]} ({terms[:200]})"] = None
                else:
                    known[f"Places: {asked.attribution} ({asked.licence}), {asked.url}"] = None
    more = f"Places: {len(others) - MOST} more sources" if len(others) > MOST else ""
    return (*sorted(known), *sorted(others)[:MOST], *filter(None, (more,)))


def _told(part: str) -> tuple[str, str]:
    """Who is named and on which terms: "X 5 (terms)" or "X, terms"; empty where none are told."""
    for bracket in _BRACKET.finditer(part):
        if _TERMS.search(bracket[1]):
            who = part[: bracket.start()].rsplit("(", 1)[-1]
            return who.strip(" ,"), bracket[1].strip()
    who, _, terms = part.partition(", ")
    if _TERMS.search(terms) and not {"(", ")"} & set(terms):
        return who.strip(), terms.strip()
    return "", ""
