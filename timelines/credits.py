"""Whose coordinates a timeline uses, and under which terms: for the credits of maps and exports."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gazetteer.sources import KNOWN_LICENCES
from timelines.places import TimelinePlace

_TERMS = r"(?:CC[ 0-]|ODbL|PDDL|OGL|[Ll]icen[cs]e|[Pp]ublic domain)"
_SOURCE = re.compile(rf"(?P<who>.+?)(?:,? \(|, )(?P<terms>[^()]*{_TERMS}[^()]*)(?:\)|$)")
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
            if told := _SOURCE.search(part):
                who, terms = told["who"].rsplit("(", 1)[-1].strip(), told["terms"].strip()
                asked = KNOWN_LICENCES.get(who) or KNOWN_LICENCES.get(who.rpartition(" ")[0])
                if asked is None:
                    others[f"Places: {who} ({terms})"] = None
                else:
                    known[f"Places: {asked.attribution} ({terms}), {asked.url}"] = None
    more = f"Places: {len(others) - MOST} more sources" if len(others) > MOST else ""
    return (*sorted(known), *sorted(others)[:MOST], *filter(None, (more,)))
