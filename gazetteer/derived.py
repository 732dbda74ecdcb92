"""Answers made of other answers: "35 km east of Aleppo", "Ayn al-Arab / Kobani"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice, product

from gazetteer.match import REASONS, SOUNDS
from gazetteer.places import Candidate, Match
from gazetteer.relative import Relative, place_at

SHOWN = 5
_WHOSE = (
    r"(?:(?:\w+[-\u2013])?(?:\w*(?:ish|ian|ean|ese|[ae]qi|eli|eni|aiti|ari|jani)|syria|turkey|iraq|lebanon|jordan"
    r"|israel|international|state|common|north(?:ern)?|south(?:ern)?|east(?:ern)?|west(?:ern)?) )"
)
_LINE = rf"(?:the )?{_WHOSE}{{0,3}}(?:border|frontier)(?: with [\w ]+| area| region| line)?"
_BORDER = re.compile(r"(?i)\b(?:border|frontier)\b(?! (?:crossing|post|gate))|حدود|границ|кордон")
_BESIDE = re.compile(
    rf"(?i)[ ,]+(?:(?:just |right )?(?:near|on|at|along|by|close to|next to|towards?) {_LINE}"
    r"|(?:قرب|على|عند) الحدود\b.*|(?:у|возле|на|біля) (?:\S+ )?(?:границ|кордон).*)$"
)
_ONLY_BORDER = re.compile(
    r"(?i)(?:(?:(?:\d|about|some|a few|several|just).* )?"
    rf"(?:near|on|at|along|by|close to|next to|towards?|from|of|off) )?{_LINE}"
    r"|(?:[^ ]+ )?(?:ال)?حدود\b.*|(?:\S+ ){0,3}(?:границ|кордон).*"
)
"""A border in any words, one that a place is told to lie beside, and one without any place."""
_SOME_PLACE = re.compile(r"(?i)(?:(?:a|the|some|several) )?(?:village|town|area|camp|hill|base)s?")
_APART = re.compile(r"\s*[/|(),;]\s*|\s+[-–—]\s+")


def names_the_phrase(match: Match) -> bool:
    """Whether the index has the whole phrase as a name of its own, spelled so or nearly so."""
    return bool(match.candidates) and match.candidates[0].why.startswith(REASONS[: SOUNDS + 1])


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


def not_sure(match: Match) -> Match:
    """The answer for words that tell of a distance or a side which nobody could read."""
    if match.place is None:
        return match
    why = f"“{match.query}” reads like a place told by way of another; name that one"
    return Match("ambiguous", None, match.candidates, why, match.query)


def without_border(name: str) -> str | None:
    """What a phrase says beside a border: "Azaz", of "Azaz near the Turkish border".

    Empty where it tells of nothing but a border; None where it names none.
    """
    if _BORDER.search(name[:300]) is None:
        return None
    rest = _BESIDE.sub("", name[:300]).strip(" ,")
    if rest != name[:300].strip(" ,"):
        return "" if _SOME_PLACE.fullmatch(rest) else rest
    return "" if _ONLY_BORDER.fullmatch(name) else None


def on_border(query: str) -> Match:
    """The answer for a border alone: a line of hundreds of kilometres is no place."""
    why = f"“{query}” tells of a border, which is a long line; name a place beside it"
    return Match("unknown", None, (), why, query)


def parts_of(name: str) -> list[str]:
    """The names in "Ayn al-Arab / Kobani" or "Mahin (Homs)"; empty when there is but one."""
    parts = [part for part in _APART.split(name[:200]) if len(part.strip()) > 1]
    return parts if len(parts) > 1 else []


def either(query: str, whole: Match, parts: list[Match]) -> Match:
    """The answer for names written as one: the whole where it is known, else what a part means.

    Parts that mean different places are all candidates, and the answer is ambiguous.
    """
    known = [match for match in parts if match.status != "unknown"]
    if names_the_phrase(whole) or not known:
        return whole
    best: dict[str, Candidate] = {}
    for match in known:
        for candidate in match.candidates:
            told = replace(candidate, why=f"“{match.query}”: {candidate.why}")
            if candidate.score > getattr(best.get(candidate.id), "score", -1.0):
                best[candidate.id] = told
    ranked = sorted(best.values(), key=lambda candidate: -candidate.score)
    meant = {match.place.id for match in known if match.place is not None}
    if len(known) == 1 and len(meant) == 1 and ranked[0].id in meant:
        return Match("resolved", ranked[0].place, tuple(ranked), ranked[0].why, query)
    why = f"the parts of “{query}” fit several places; say which is meant"
    return Match("ambiguous", None, tuple(ranked), why, query)
