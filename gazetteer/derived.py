"""Answers for phrases such as "35 km east of Aleppo", from the answers for the places they name."""

from __future__ import annotations

from itertools import islice, product

from gazetteer.match import REASONS, SOUNDS
from gazetteer.places import Candidate, Match
from gazetteer.relative import Relative, place_at

SHOWN = 5


def names_the_phrase(match: Match) -> bool:
    """Whether the index has the whole phrase as a name of its own, spelled so or nearly so."""
    return match.status != "unknown" and match.candidates[0].why.startswith(REASONS[: SOUNDS + 1])


def derive(query: str, phrase: Relative, bases: list[Match]) -> Match:
    """The answer for a phrase: as certain as the places it names, with a radius of its own."""
    lost = [
        name for name, base in zip(phrase.names, bases, strict=True) if base.status == "unknown"
    ]
    if lost:
        why = f"the phrase names {' and '.join(lost)}, which is not in the gazetteer"
        return Match("unknown", None, (), why, query)
    choices = [base.candidates[:1] if base.place else base.candidates[:SHOWN] for base in bases]
    candidates = tuple(_candidate(phrase, chosen) for chosen in islice(product(*choices), SHOWN))
    why = f"{phrase.kind} of " + " and ".join(
        f"{name}: {base.why}" for name, base in zip(phrase.names, bases, strict=True)
    )
    if all(base.status == "resolved" for base in bases):
        return Match("resolved", candidates[0].place, candidates, candidates[0].why, query)
    return Match("ambiguous", None, candidates, why, query)


def _candidate(phrase: Relative, chosen: tuple[Candidate, ...]) -> Candidate:
    place = place_at(phrase, [candidate.place for candidate in chosen])
    score = min(candidate.score for candidate in chosen)
    named = " and ".join(f"{c.place.name} ({c.why})" for c in chosen)
    radius_km = (place.uncertainty_m or 0) / 1000
    why = f"{phrase.kind}, reckoned from {named}; anywhere within {radius_km:g} km"
    return Candidate(place, score, why, phrase.text)
