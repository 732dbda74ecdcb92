"""Small timelines made in a test, without files."""

from __future__ import annotations

from timelines.actors import Actors
from timelines.claims import Claim, Claims, Source
from timelines.places import TimelinePlace
from timelines.settings import Settings
from timelines.timeline import Timeline

PLACES = {
    name: TimelinePlace(name, name.title(), lon=37.0 + i / 10, lat=36.0)
    for i, name in enumerate(("marea", "dabiq", "azaz"))
}


def timeline_of(
    *claims: Claim,
    actors: Actors | None = None,
    sources: dict[str, Source] | None = None,
    places: dict[str, TimelinePlace] | None = None,
) -> Timeline:
    named = sorted({text for c in claims for text in (c.actor, c.target)})
    return Timeline(
        name="test",
        path=None,
        settings=Settings(),
        claims=Claims.of(claims),
        place_ids=tuple(c.place for c in claims),
        places=PLACES if places is None else places,
        actors=(actors or Actors()).with_unknown(named).painted(),
        sources=sources or {c.source: Source(c.source) for c in claims},
    )


def control(date: str, actor: str, place: str = "marea", **more: str) -> Claim:
    return Claim("control", date, place, actor, more.pop("source", "s"), **more)  # type: ignore[arg-type]
