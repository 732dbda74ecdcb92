"""Traits of a name that its forms leave out, and how far those of two names agree.

Forms forget what spellings of one name often differ in, so that Tell Ahmar and Tall al-Aḥmar are
drawn together. Where several places are called nearly so, just that tells them apart: articles
within the name, how its last word sounds out (-a, -ah, -a', -iyah), hamzas, ayns, doubled
consonants, the number of words. Each name has them in one integer, :data:`FIELDS` says where.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gazetteer.letters import APOSTROPHES, AYN_SIGNS
from gazetteer.names import clean

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

FIELDS = {
    "article": (0, 1),
    "articles": (1, 3),
    "ending": (4, 4),
    "hamzas": (8, 3),
    "ayns": (11, 3),
    "words": (14, 4),
    "doubles": (18, 3),
    "script": (21, 2),
}
"""First bit and width of each trait. ``article`` tells whether the name begins with one."""
AGREE = (
    *("articles", "leading", "within", "ending", "ending_near", "hamzas", "ayns", "words"),
    *("doubles", "scripts"),
)
"""What :func:`agreement` tells of two names: differences in number, and what is the same."""

LATIN, ARABIC, CYRILLIC = range(3)
OTHER, MARBUTA, OPEN, HAMZA, LONG_I, NISBA, ROUND, SOFT = range(8)
_NEAR = np.zeros((8, 8), dtype=bool)
for _one, _two in ((MARBUTA, OPEN), (OPEN, HAMZA), (MARBUTA, NISBA), (LONG_I, NISBA)):
    _NEAR[_one, _two] = _NEAR[_two, _one] = True
np.fill_diagonal(_NEAR, val=True)

_MARKS = re.compile("[\u0300-\u036f]+")
_HAMZA_SIGNS = "".join(sign for sign in APOSTROPHES if sign not in AYN_SIGNS)
_ARTICLE = re.compile(r"(?<![^\s-])[aeiu](?:l|ll|sh|ch|th|dh|tt|dj|[tdrzsnj])[ -]+(?=\S)")
_ENDINGS = (
    (re.compile(r"i[yi]?[ae]h?$|[иі][яа]$"), NISBA),
    (re.compile(r"[ae][ht]$|[eе]$"), MARBUTA),
    (re.compile(rf"[ae][{_HAMZA_SIGNS}]$"), HAMZA),
    (re.compile(r"[aая]$"), OPEN),
    (re.compile(r"[iyиыі]$"), LONG_I),
    (re.compile(r"[oо]$"), ROUND),
    (re.compile(rf"[ь{_HAMZA_SIGNS}]$"), SOFT),
)
_TELLING = frozenset("aehtiyoаеияыіоь" + _HAMZA_SIGNS)
"""Letters that an ending of _ENDINGS has last."""
_ARABIC_ENDING = {"ة": MARBUTA, "ه": MARBUTA, "ا": OPEN, "ى": OPEN, "ء": HAMZA, "ي": LONG_I}
_HAMZA_SIGN = re.compile(f"[{_HAMZA_SIGNS}]")
_AYN_SIGN = re.compile(f"[{AYN_SIGNS}]|aa")
_DOUBLE = re.compile(r"([b-df-hj-np-tv-xz])\1")


def traits(names: Sequence[str], article: Sequence[bool]) -> I64:
    """The traits of each name in one integer (n,); ``article`` as :class:`names.Forms` has it."""
    known: dict[str, int] = {}
    found = []
    for name, leads in zip(names, article, strict=True):
        packed = known.get(name)
        if packed is None:
            packed = known[name] = _packed(clean(name).casefold())
        found.append(packed | leads)
    return np.array(found, dtype=np.int64)


def _packed(name: str) -> int:
    told = _arabic(name) if any("\u0600" <= c <= "ۿ" for c in name) else _latin(name)
    packed = 0
    for field, value in told.items():
        first, width = FIELDS[field]
        packed |= min(value, 2**width - 1) << first
    return packed


def _arabic(name: str) -> dict[str, int]:
    words = name.split()
    last = words[-1] if words else ""
    ending = NISBA if last.endswith(("ية", "يه")) else _ARABIC_ENDING.get(last[-1:], OTHER)
    # A hamza that carries the first vowel of a word is silent in other scripts.
    bare = [word.removeprefix("ال")[1:] for word in words]
    return {
        "articles": sum(word.startswith("ال") and len(word) > 3 for word in words),
        "ending": ending,
        "hamzas": sum(c in "ؤئءأإآ" for word in bare for c in word),
        "ayns": name.count("ع"),
        "words": len(words),
        "script": ARABIC,
    }


def _latin(name: str) -> dict[str, int]:
    if not name.isascii():
        name = _MARKS.sub("", unicodedata.normalize("NFD", name))
    sounds = _ENDINGS if name[-1:] in _TELLING else ()
    ending = next((code for sound, code in sounds if sound.search(name)), OTHER)
    bare, articles = _ARTICLE.subn("", name)
    return {
        "articles": articles,
        "ending": ending,
        "hamzas": len(_HAMZA_SIGN.findall(name)),
        "ayns": len(_AYN_SIGN.findall(name)),
        "words": len(bare.split()),
        "doubles": len(_DOUBLE.findall(bare)),
        "script": CYRILLIC if any("\u0400" <= c <= "\u052f" for c in name) else LATIN,
    }


def trait(packed: I64, field: str) -> I64:
    """One trait of each name (n,)."""
    first, width = FIELDS[field]
    return (packed >> first) & ((1 << width) - 1)


def agreement(one: I64, other: I64) -> F64:
    """AGREE (n, len) of pairs of names, given their traits (n,) each."""
    a = {field: trait(one, field) for field in FIELDS}
    b = {field: trait(other, field) for field in FIELDS}
    same_script = a["script"] == b["script"]
    columns = [
        np.abs(a["articles"] - b["articles"]),
        a["article"] == b["article"],
        a["articles"] - a["article"] == b["articles"] - b["article"],
        a["ending"] == b["ending"],
        _NEAR[a["ending"], b["ending"]],
        np.abs(a["hamzas"] - b["hamzas"]),
        a["ayns"] == b["ayns"],
        np.abs(a["words"] - b["words"]),
        # Arabic and Cyrillic do not write them, or others than Latin does.
        np.where(same_script, a["doubles"] != b["doubles"], 0),
        same_script,
    ]
    return np.column_stack(columns).astype(np.float64)
