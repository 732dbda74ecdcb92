"""Names to comparable forms, many at a time.

Five forms are made of each name. ``fold`` is what the eye calls the same spelling: case,
diacritics, apostrophes and punctuation gone, script kept. ``flat`` is words of sound symbols
(see :mod:`gazetteer.letters`): articles gone, digraphs one symbol, generic words such as *tell*
or *kafr* marked; Arabic letters stay Arabic letters, since a missing short vowel is not the same
as a dropped one. ``core`` leaves the generic words out. ``rough`` is ``flat`` without spaces in
one alphabet for all scripts, ``bare`` the same of ``core``. ``article`` tells whether the name
began with one. ``marked`` is ``flat`` with long vowels and emphatic consonants still told apart, as
careful romanisations write them: what a query is priced by, since Arabic script has letters for
them. Names are indexed without, so that careful and careless spellings share a form.

All rules run over one long text with a name a line: a regular expression over a megabyte costs
far less than a hundred thousand calls.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from gazetteer import letters

_SEPARATORS = re.compile(r"[^\w\n]+|_+")
_SPACES = re.compile(r"[^\S\n]+")
_EDGES = re.compile(r"(?m)^ +| +$")
_OTHER_SCRIPT = re.compile(
    r"[^\x00-\u02ff\u0300-\u036f\u0400-\u052f\u0600-\u06ff\u0750-\u077f\u1e00-\u1eff\s]+"
)
_ARTICLES = (
    # a separate article, plain or assimilated ("az zerbah", "ech chir")
    re.compile(r"(?m)(?<![^\s])(?:[aA]l|el|ul|il|eal) (?=\w)"),
    re.compile(r"(?m)(?<![^\s])[aeiA](sh|ch|th|dh|[tdrzsnjlQWPV]) (?=\1)"),
    re.compile(r"(?m)(?<![^\s])ال(?=\w{2})"),
)
_HAS_ARTICLE = re.compile(
    r"(?:al|el|ul|il|[aei](?P<c>sh|ch|th|dh|[tdrzsnjl])(?= (?P=c))) (?=\w)|ال(?=\w{2})"
)
_ATTACHED = re.compile(
    r"(?m)(?<![^\s])(?:[ae]l(?=[bcdfghjkmnpqrstvwxyzHQWPV]\w{2})|[ae](?=(sh|ch|[tdrzsnQWPV])\1\w{2}))"
)
_ATTACHED_EL = re.compile(r"(?<![^\s])el(?=[bcdfghjkmnpqrstvwxyzHQWPV]\w{3})")
_GLUED = re.compile(r"(?m)(?<![^\s])(kafar|kafr|kafer|kfar|كفر)(?=\w{3})")
_MODIFIER = re.compile(r"(?m)^([^\n]*?)\b(" + "|".join(letters.MODIFIERS) + r")\b ?([^\n]*)$")
_FINAL_H = re.compile(r"(?<=[aeiAEI])h\b")
_DOUBLED = re.compile(r"([^\W\d])\1+")
_NOT_LAST = re.compile(r"\S+(?= \S)")
_AFTER = re.compile(r"(?<=\S )\S+")
_MARKED_WORD = re.compile(rf"\S+{letters.GENERIC_MARK} ?")
_PARTED = re.compile(rf"(?<=[cdgkrst])[{letters.APOSTROPHES}](?=h)")
_AYN = re.compile(f"[{letters.AYN_SIGNS}]+")
_DOUBLE_A = re.compile("a[aA]|A[aA]")
_NO_MARKS = {**letters.PLAIN, ord(letters.AYN): None}
_WORD = re.compile(r"\S+")
_FINAL_HA = re.compile(r"ه(?!\w)")
_BGN_S = re.compile(r"(?m)^.*[āīūḩţḑ‘’`].*$")


@dataclass(frozen=True, slots=True)
class Forms:
    """Parallel lists, one entry a name."""

    fold: list[str]
    flat: list[str]
    core: list[str]
    rough: list[str]
    bare: list[str]
    article: list[bool]
    marked: list[str]


def clean(name: str) -> str:
    """One line of visible text: controls and direction marks out, NFKC, cut at a fixed length."""
    if len(name) <= letters.MAX_NAME and name.isprintable() and name.isascii():
        return " ".join(name.split())
    text = letters.INVISIBLE.sub("", letters.CONTROL.sub(" ", name[: 4 * letters.MAX_NAME]))
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())[: letters.MAX_NAME]


def fold(name: str) -> str:
    """The folded form of one name; empty when nothing is left to compare."""
    return forms([name]).fold[0]


def forms(names: Sequence[str]) -> Forms:
    """The forms of each name. Never raises, whatever the text holds."""
    if not names:
        return Forms([], [], [], [], [], [], [])
    lowered = "\n".join([clean(name) for name in names]).casefold()
    folded = _fold(lowered)
    if "ş" in lowered:  # BGN writes the emphatic s so, Turkish and Kurdish write sh
        lowered = _BGN_S.sub(lambda m: m[0].replace("ş", "Q"), lowered)
    if _PARTED.search(lowered):  # s'h is no sh
        lowered = _PARTED.sub(letters.PARTED, lowered)
    if "z\u0327" in lowered:
        lowered = lowered.replace("z\u0327", "V")
    if letters.WESTERN.search(lowered):
        lowered = _western(lowered)
    lowered = _AYN.sub(letters.AYN, lowered)
    sounds = _fold(_to_latin(lowered.translate(letters.MARKED)))
    sounds = _DOUBLE_A.sub(_ayn_between, sounds)
    if any(word in sounds for word in letters.MODIFIERS):
        sounds = _MODIFIER.sub(_modifier_last, sounds)
    for article in _ARTICLES:
        sounds = article.sub("", sounds)
    sounds = _GLUED.sub(r"\1 ", _ATTACHED_EL.sub("", sounds))
    sounds = _NOT_LAST.sub(_mark_generic, _WORD.sub(_drop_descriptor, sounds))
    sounds = _AFTER.sub(_mark_qualifier, sounds)
    marked = _EDGES.sub("", _SPACES.sub(" ", _symbols(sounds)))
    flat = _unmarked(marked)
    core = _symbols(_ATTACHED.sub("", _MARKED_WORD.sub("", sounds)))
    core = _unmarked(_EDGES.sub("", _SPACES.sub(" ", core)))
    folds = folded.split("\n")
    return Forms(
        folds,
        flat.split("\n"),
        core.split("\n"),
        _roughly(flat).split("\n"),
        _roughly(core).split("\n"),
        [_HAS_ARTICLE.match(text) is not None for text in folds],
        marked.split("\n"),
    )


def _unmarked(symbols: str) -> str:
    """Symbols as if no mark had been written: a final h then is silent, and qu one sound."""
    plain = _FINAL_H.sub("", symbols.replace("qU", "q").translate(letters.PLAIN))
    return _DOUBLED.sub(r"\1", plain)


def _roughly(symbols: str) -> str:
    return _DOUBLED.sub(r"\1", symbols.translate(letters.ROUGH))


def skeletons(symbols: Sequence[str]) -> list[str]:
    """Consonant classes of each symbol string, vowels and semivowels gone, doubles single."""
    text = "\n".join(symbols).translate(letters.DROP_WEAK).translate(letters.SKELETON)
    return _DOUBLED.sub(r"\1", text).split("\n") if symbols else []


def _fold(text: str) -> str:
    text = letters.MARKS.sub("", unicodedata.normalize("NFD", text.translate(letters.FOLD)))
    text = unicodedata.normalize("NFC", text).translate(letters.FOLD)
    return _EDGES.sub("", _SEPARATORS.sub(" ", text))


def _to_latin(text: str) -> str:
    text = text.translate(letters.CYRILLIC)
    if _OTHER_SCRIPT.search(text):
        text = _OTHER_SCRIPT.sub(lambda m: anyascii(m[0]).replace("\n", " ").lower(), text)
    return text


def _modifier_last(match: re.Match[str]) -> str:
    before, word, after = match.groups()
    if not (before.strip() or after.strip()):
        return match[0]
    return f"{before}{after} {letters.MODIFIERS[word]}".strip()


def _western(text: str) -> str:
    """Names in Polish or German orthography, a name a line, as they sound."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if letters.WESTERN.search(line) and not letters.KURDISH.search(line):
            lines[i] = letters.WESTERN_LETTERS.sub(lambda m: letters.WESTERN_SOUNDS[m[0]], line)
    return "\n".join(lines)


def _ayn_between(match: re.Match[str]) -> str:
    begins = match.start() == 0 or match.string[match.start() - 1] in " \n"
    return letters.AYN + match[0][1] if begins else match[0][0] + letters.AYN + match[0][1]


def _mark_generic(match: re.Match[str]) -> str:
    plain = match[0].translate(_NO_MARKS)
    return match[0] + letters.GENERIC_MARK if plain in letters.GENERIC else match[0]


def _mark_qualifier(match: re.Match[str]) -> str:
    plain = match[0].translate(letters.PLAIN)
    return match[0] + letters.GENERIC_MARK if plain in letters.QUALIFIER else match[0]


def _drop_descriptor(match: re.Match[str]) -> str:
    return "" if match[0] in letters.DESCRIPTOR else match[0]


def _symbols(text: str) -> str:
    text = _FINAL_HA.sub("ة", _FINAL_H.sub("", text))
    for digraph, symbol in letters.DIGRAPHS:
        text = text.replace(digraph, symbol)
    return _DOUBLED.sub(r"\1", text.replace(letters.PARTED, ""))


def script_of(text: str) -> str:
    """The ISO 15924 code of the script most letters of ``text`` are in; "" when there is none."""
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("Latn", lambda c: c < "\u0250" or "\u1e00" <= c <= "\u1eff"),
        ("Arab", lambda c: "\u0600" <= c <= "\u077f" or "\ufb50" <= c <= "\ufeff"),
        ("Cyrl", lambda c: "\u0400" <= c <= "\u052f"),
    )
    found = [next((s for s, test in tests if test(c)), "Zyyy") for c in text if c.isalpha()]
    return max(set(found), key=found.count) if found else ""
