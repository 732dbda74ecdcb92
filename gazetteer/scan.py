"""Mentions of places in running text: capitalised phrases, longest first, that are really names.

A dictionary laid over a text finds a place in every other sentence ("Bath", "Of", "Same"). Here a
phrase counts only if it is written as a name, if the gazetteer has it by the very spelling or the
same sounds, and if it is no word that the text uses otherwise. What is found is a proposal with
its place in the text, for a person to accept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gazetteer.lookup import Gazetteer
from gazetteer.match import REASONS, SOUNDS
from gazetteer.names import fold
from gazetteer.places import Match

TEXT_MAX = 1_000_000
WORDS_MAX = 5
"""Words of a name at most, articles and connecting words included."""
_TOKEN = re.compile(r"[^\W\d_](?:[\w'’‘`ʿʾ-]*\w)?")
_CONNECTING = frozenset(
    """
    al el as ash ad at ar az an es ez ed er en ech of the bin ibn de la
    """.split()  # noqa: SIM905 (a table reads better so)
)
# Capitalised in English for other reasons, or parts of the names of people and groups. Folded.
_OTHERWISE = frozenset(
    """
    a about after again against all also although american an and another any april are army as
    at august bashar battle because before british but by camp captain car center centre
    christian city civil coalition colonel committee council daily day december during east
    eastern february first forces free friday from front general god government governor group
    guard guards he her him his how human i if in international iranian iraqi islam islamic it
    its jabhat january jihad july june kurdish last later leader left levant live local long
    many march martyrs meanwhile media middle military minister monday more most movement muslim
    muslims near new no north northern not november now observatory october of official on one
    or other our party people photo president press right rights russian saturday secretary
    security senior september set several sham she since some south southern state states still
    street sunday syrian team that the their then there these they this those three thursday to
    town tuesday turkish twitter two union united update updates video village wednesday well
    west western what when where while who why will with you
    """.split()  # noqa: SIM905 (a table reads better so)
)
_BEFORE = frozenset(["in", "of", "near", "from", "at", "on", "to", "by", "and", "the"])
_ARAB_LETTER = re.compile("[\u0621-\u064a\u0671-\u06d3]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text, at ``text[start:end]``."""

    start: int
    end: int
    text: str
    match: Match


def mentions(
    text: str, gazetteer: Gazetteer, *, country: str | None = None, within: str | None = None
) -> list[Mention]:
    """Places that ``text`` names, in its order, not overlapping; the longest name wins.

    Names are asked together, so that those near each other support one another. Text beyond
    TEXT_MAX characters is not read.
    """
    spans = list(_phrases(text[:TEXT_MAX]))
    asked = list(dict.fromkeys(text[start:end] for start, end in spans))
    alone = gazetteer.resolve_many(asked, country=country, within=within)
    names = [p for p, match in zip(asked, alone, strict=True) if _is_name(p, match)]
    told = gazetteer.resolve_many(names, country=country, within=within, together=True)
    answers = dict(zip(names, told, strict=True))
    found: list[Mention] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        phrase = text[start:end]
        if (
            phrase in answers
            and not (answers[phrase].place is None and _begins_sentence(text, start, phrase))
            and not any(start < other.end and other.start < end for other in found)
        ):
            found.append(Mention(start, end, phrase, answers[phrase]))
    return sorted(found, key=lambda mention: mention.start)


def _begins_sentence(text: str, start: int, phrase: str) -> bool:
    """Whether a single word is capitalised only because a sentence begins with it."""
    before = text[max(0, start - 3) : start].rstrip(" \"'“‘(")
    return " " not in phrase and (not before or before[-1] in ".!?:\n•")


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """Runs of one to WORDS_MAX words that are written as a name may be."""
    tokens = [(m.start(), m.end(), m[0]) for m in _TOKEN.finditer(text)]
    for i, (start, _, word) in enumerate(tokens):
        if not _may_begin(word) or fold(word) in _BEFORE:
            continue
        for j in range(i, min(i + WORDS_MAX, len(tokens))):
            begin, end, last = tokens[j]
            if j > i and not re.fullmatch(r"[ \t-]+\n?[ \t]*", text[tokens[j - 1][1] : begin]):
                break
            if not (_is_written_as_name(last) or (j > i and last.lower() in _CONNECTING)):
                break
            if last.lower() not in _CONNECTING and (j > i or fold(last) not in _OTHERWISE):
                yield start, end


def _may_begin(word: str) -> bool:
    return _is_written_as_name(word) or (
        word.lower().split("-")[0] in _CONNECTING and "-" in word and word.lower() != word[:2]
    )


def _is_written_as_name(word: str) -> bool:
    if _ARAB_LETTER.match(word):
        return len(word) > 2
    parts = re.split(r"[-'’‘`]", word)
    return any(part[:1].isupper() for part in parts) and not (word.isupper() and len(word) < 5)


def _is_name(phrase: str, match: Match) -> bool:
    """Whether the gazetteer has the phrase itself, not only something that resembles it."""
    if match.status == "unknown" or not match.candidates:
        return False
    best = match.candidates[0]
    words = fold(phrase).split()
    if all(word in _OTHERWISE or word in _CONNECTING for word in words):
        return False
    if _ARAB_LETTER.search(phrase) or len(words) == 1:
        # One word is too little to go by sounds alone.
        spelled = best.why.startswith(REASONS[0])
        return spelled and len(fold(phrase)) > 2
    return best.why.startswith(REASONS[: SOUNDS + 1])
