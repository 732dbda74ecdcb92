"""What to say when nothing in the area that was asked for bears the name.

A context rules places out; that the very name is on record outside it, or that nothing at all is
on record in an area of that name, is what a reporter has to know. It is said, never acted upon.
"""

from __future__ import annotations

from dataclasses import replace

from gazetteer.context import Context
from gazetteer.match import FOLDED, REASONS
from gazetteer.names import clean
from gazetteer.places import Match, Place

TOLD = 3
"""Places elsewhere that are named at most."""


def unbounded(context: Context) -> Context:
    """The same context without what rules places out."""
    return replace(context, within="", country="", bbox=None)


def said(match: Match, anywhere: Match, context: Context, *, known_area: bool) -> Match:
    """An unknown name with what is known of it outside the context; others as they are.

    ``anywhere`` is the answer without the bounds, ``known_area`` whether any place lies there.
    """
    if match.status != "unknown":
        return match
    named = [c.place for c in anywhere.candidates if c.why.startswith(REASONS[FOLDED])]
    parts = [] if known_area else [f"no place on record lies in “{clean(context.within)}”"]
    if named:
        more = f" and {len(named) - TOLD} more" if len(named) > TOLD else ""
        listed = "; ".join(_described(place) for place in named[:TOLD])
        parts.append(f"“{clean(match.query)}” is on record elsewhere: {listed}{more}")
    if not parts:
        return match
    return replace(match, why="; ".join([*parts, "nothing that may lie there resembles it"]))


def _described(place: Place) -> str:
    where = ", ".join(part for part in (place.admin1, place.country) if part)
    return f"{place.name} ({f'{where}; ' if where else ''}{place.lon:.4f}, {place.lat:.4f})"
