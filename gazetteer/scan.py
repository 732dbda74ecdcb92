"""Mentions of places in running text: capitalised phrases, longest first, that are really names.

A dictionary laid over a text finds a place in every other sentence ("Bath", "Of", "Same"). Here a
phrase counts only if it is written as a name, if the gazetteer has it by the very spelling or the
same sounds, and if it is no word that the text uses otherwise. What is found is a proposal with
its place in the text, for a person to accept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gazetteer.letters import GENERIC
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
    مدينه بلده قريه مدن بلدات قري محيط ريف منطقه ناحيه حي احياء جبهه محور شمال
    جنوب شرق غرب شمالي جنوبي شرقي غربي ان وان كان كانت قال قالت وقال بعد قبل
    خلال حيث هذا هذه ذلك التي الذي كما لكن ولكن اليوم امس قتلي جرحي شهداء مدنيين
    عدد عده قوات الجيش النظام تنظيم الدوله داعش المعارضه الثوار الطيران قصف
    اشتباكات
    """.split()  # noqa: SIM905 (a table reads better so)
)
# Kinds of place that stand before a whole name; other generic words are a part of one.
_KINDS = frozenset(
    """
    qaryat qaryah qariyat karyat قريه madinat madinah medinet مدينه hayy hai hay حي nahiyat nahiya
    nahia ناحيه mintaqat mantiqat منطقه muhafazat محافظه mukhayyam mukhayam مخيم matar مطار
    """.split()  # noqa: SIM905 (a table reads better so)
)
_PARTS = GENERIC - _KINDS
_WORD_BEFORE = re.compile(r"(\w+)[ -]$")
_PROCLITICS = "وبلف"
"""And, in, to, so: Arabic writes them together with the name that follows."""
_BEFORE = frozenset(
    """
    in of near from at on to by and the في من الي علي عن مع ان او ما لا بين حتي
    """.split()  # noqa: SIM905 (a table reads better so)
)
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
            and not (answers[phrase].place is None and _may_be_no_name(text, start, phrase))
            and not _is_rest(text, start)
            and not any(start < other.end and other.start < end for other in found)
        ):
            found.append(Mention(start, end, phrase, answers[phrase]))
    return sorted(found, key=lambda mention: mention.start)


def named_in(
    text: str, gazetteer: Gazetteer, *, country: str | None = None, within: str | None = None
) -> dict[str, Match]:
    """The places that ``text`` names, each spelling once, in its order."""
    found = mentions(text, gazetteer, country=country, within=within)
    return {" ".join(mention.text.split()): mention.match for mention in found}


def _is_rest(text: str, start: int) -> bool:
    """Whether the phrase is the rest of a longer name: Jabal al-Zawiya is not Zawiya in Libya."""
    before = _WORD_BEFORE.search(text[max(0, start - 20) : start])
    if before is None:
        return False
    word = fold(before[1])
    words = {word, word[1:]} if word[0] in _PROCLITICS else {word}
    return not words.isdisjoint(_PARTS)


def _may_be_no_name(text: str, start: int, phrase: str) -> bool:
    """Whether it may be a word: capitalised as the first of a sentence, or cut from another."""
    if _ARAB_LETTER.match(text[start - 1 : start]):
        return True
    before = text[max(0, start - 3) : start].rstrip(" \"'“‘(")
    return " " not in phrase and (not before or before[-1] in ".!?:\n•")


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """Runs of one to WORDS_MAX words that are written as a name may be."""
    tokens = [(m.start(), m.end(), m[0]) for m in _TOKEN.finditer(text)]
    yield from _runs(text, tokens)
    cut = [(i, token) for i, token in enumerate(tokens) if token[2][0] in _PROCLITICS]
    for i, (start, end, word) in cut:
        if len(word) > 2:
            yield from _runs(text, [(start + 1, end, word[1:]), *tokens[i + 1 : i + WORDS_MAX]], 1)


def _runs(
    text: str, tokens: Sequence[tuple[int, int, str]], begins: int | None = None
) -> Iterator[tuple[int, int]]:
    """Runs that begin with one of the tokens, or of the first ``begins``."""
    for i, (start, _, word) in enumerate(tokens[:begins]):
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
        return len(word) > 1
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
    if len(words) == 1 and words[0] in GENERIC:
        return False
    if _ARAB_LETTER.search(phrase) or len(words) == 1:
        # One word is too little to go by sounds alone.
        spelled = best.why.startswith(REASONS[0])
        return spelled and len(fold(phrase)) > 2
    return best.why.startswith(REASONS[: SOUNDS + 1])
