"""Names said in another tongue of the same country, word by word.

A village on the Turkish border is Girê Spî in Kurdish and Tell Abyad in Arabic: both mean white
hill. Ak Pınar and Ayn al-Bayda are the same white spring, Bol'shaya Novosëlka and Velyka Novosilka
the same big settlement. No comparison of sounds brings such names together, so words that describe
are translated and the rest of the name is kept: from Kurmanji and Turkish into Arabic, between
Russian and Ukrainian both ways. What is found so is called a translated name, costs some evidence
(:data:`gazetteer.match.TRANSLATED_COST`) and is never pinned without asking: many hills are white.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from gazetteer.names import fold

MOST_WORDS = 4
"""Longer names are descriptions, not toponyms; they are left as they are."""


def _table(text: str) -> dict[str, str]:
    """Words by their folded spellings, from lines of ``word: spelling spelling``."""
    rows = (line.split(":") for line in text.strip().splitlines())
    return {fold(one): word.strip() for word, spellings in rows for one in spellings.split()}


# Spellings, by the Arabic word in the script of the query.
_KURDISH_NOUN = _table("""
    tall: gir gire girik girk girke girka gira gird girde guir guire kir kiri kire
    ayn: kani kaniya kaniye kania kanya kaniyan
    jabal: ciya ciyaye chiya
    ras: sere
    jisr: pira
    wadi: newal newala nawala
    qaryat: gund gunde
    تل: كري
    عين: كاني كانيا كانيه
    رأس: سري
""")
_KURDISH_ADJECTIVE = _table("""
    abyad: spi sipi
    aswad: res resh rech rash
    ahmar: sor
    akhdar: kesk
    kabir: mezin mazin
    saghir: bicuk bichuk bichouk bitchouk
    fawqani: jor
    tahtani: jer zir jir
    wastani: navin
    gharbi: rojava
    sharqi: rojhilat
    shamali: bakur
    janubi: basur bashur
    أبيض: سبي
    أسود: رش
    أحمر: سور
    فوقاني: ژور ژۆر
    تحتاني: ژير ژێر زير
""")
_KURDISH = {**_KURDISH_NOUN, **_KURDISH_ADJECTIVE}
_TURKISH_NOUN = _table("""
    tall: hoyuk huyuk heuyuk houyuk huyuq euyuk hayik
    tall: tepe tepesi
    ayn: pinar pinari punar pounar peunar bunar bounar founar
    bir: kuyu kuyusu
    jabal: dag dagi
    jisr: kopru koprusu
    wadi: deresi
    qaryat: koy koyu keui keuy
    qalat: kalesi
""")
_TURKISH_ADJECTIVE = _table("""
    abyad: ak aq akca
    aswad: kara qara qarah
    ahmar: kizil qizil
    asfar: sari
    akhdar: yesil
    aghbar: boz bawz
    hajar: tas tash tasli tashli tachli dashli
    hadid: demir
    qadim: eski
    jadid: yeni
    wastani: orta
""")
_TURKISH_SIZE = _table("""
    kabir: buyuk bouyouk
    saghir: kucuk kutchuk kutshuk kuchuk kujuk
    fawqani: yukari yougareu yukhari
    tahtani: asagi ashagi acharheu
""")
_FEMININE = frozenset({"ayn", "bir", "qalat"})
_COLOURS = {
    "abyad": "bayda", "aswad": "sawda", "ahmar": "hamra", "asfar": "safra", "akhdar": "khadra",
    "aghbar": "ghabra",
}  # fmt: skip
_ARABIC_QUALIFIER = frozenset(
    "fawqani faouqani faougani tahtani kabir kebir saghir sghir gharbi rharbi sharqi charqi".split()  # noqa: SIM905
)
_ARTICLE = re.compile(r"\b(?:[aeiu]l|[ae](?:sh|ch|th|dh|[tdrzsn])) (?=\S)")

# Russian and Ukrainian adjectives by their stems, with their endings for one another.
_STEMS = (
    *(("bolsh", "velyk"), ("vtor", "druh"), ("perv", "persh"), ("krasn", "chervon")),
    *(("yuzhn", "pivdenn"), ("severn", "pivnichn"), ("vostochn", "skhidn"), ("zapadn", "zakhidn")),
    *(("больш", "велик"), ("втор", "друг"), ("перв", "перш"), ("красн", "червон")),
    *(("южн", "південн"), ("северн", "північн"), ("восточн", "східн"), ("западн", "західн")),
)
_ENDINGS = {
    True: (("yy oy iy y", "yy yi y"), ("aya", "a"), ("oye oe", "e"), ("iye yye ye", "i")),
    False: (("ый ой ий", "ий"), ("ая", "а"), ("ое", "е"), ("ие ые", "і")),
}
_SLAVIC_WORDS = """
    oktyabrskoye zhovtneve oktyabrskiy zhovtnevyy oktyabr zhovten октябрьское жовтневе
    pervomayskoye pershotravneve pervomayskiy pershotravneve pervomaysk pershotravensk
    первомайское першотравневе sovetskoye radyanske советское радянське
    krasnoarmeyskoye chervonoarmiyske красноармейское червоноармійське
    podgornoye pidhirne подгорное підгірне konnoye kinne конное кінне dolgoye dovhe долгое довге
    volchye vovche волчье вовче svetloye svitle светлое світле rovnoye rivne ровное рівне
    verkhniy horishniy verkhnyaya horishnya верхний горішній верхняя горішня
    nizhniy dolishniy nizhnyaya dolishnya нижний долішній нижняя долішня
"""


def _slavic() -> dict[str, str]:
    """Russian words in Ukrainian and the other way round; of several the first is taken."""
    words = _SLAVIC_WORDS.split()
    pairs = list(zip(words[::2], words[1::2], strict=True))
    for russian, ukrainian in _STEMS:
        for one, other in _ENDINGS[russian.isascii()]:
            pairs += [
                (russian + mine, ukrainian + theirs)
                for mine, theirs in product(one.split(), other.split())
            ]
    told: dict[str, str] = {}
    for russian, ukrainian in pairs:
        told.setdefault(fold(russian), ukrainian)
        told.setdefault(fold(ukrainian), russian)
    return told


_SLAVIC = _slavic()
_TELLING = frozenset({*_KURDISH, *_TURKISH_NOUN, *_TURKISH_SIZE, *_SLAVIC})


def translated(folded: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The names that can be said in another tongue: their positions, and what they are there.

    ``folded`` are folded names, see :func:`gazetteer.names.forms`.
    """
    for i, name in enumerate(folded):
        if not _TELLING.isdisjoint(name.split()) and (other := _in_other_tongue(name)):
            yield i, other


def _in_other_tongue(name: str) -> str:
    """One folded name in the other tongue; "" where nothing in it is translated."""
    words = _ARTICLE.sub("", name).split()
    if len(words) > MOST_WORDS:
        return ""
    slavic = [_SLAVIC.get(word, word) for word in words]
    if slavic != words:
        return " ".join(slavic)
    arabic = _in_arabic(words)
    return " ".join(arabic) if sorted(arabic) != sorted(words) else ""


def _in_arabic(words: list[str]) -> list[str]:
    """Kurdish or Turkish words in the order that Arabic has them; sizes and sides come last."""
    left = list(words)
    last: list[str] = []
    while len(left) > 1 and left[-1] in _ARABIC_QUALIFIER:
        last.insert(0, left.pop())
    while len(left) > 1 and (left[0] in _TURKISH_SIZE or left[0] in _ARABIC_QUALIFIER):
        last.append(_TURKISH_SIZE.get(left[0], left[0]))
        del left[0]
    if len(left) > 1 and left[-1] in _TURKISH_NOUN:
        rest = [_TURKISH_ADJECTIVE.get(word, word) for word in left[:-1]]
        left = _described(_TURKISH_NOUN[left[-1]], rest)
    elif len(left) > 1 and left[0] in _KURDISH_NOUN:
        left = _described(_KURDISH_NOUN[left[0]], [_KURDISH.get(word, word) for word in left[1:]])
    elif len(left) > 1 and left[-1] in _KURDISH_ADJECTIVE:
        left[-1] = _KURDISH_ADJECTIVE[left[-1]]
    return left + last


def _described(noun: str, rest: list[str]) -> list[str]:
    return [noun, *([_COLOURS.get(w, w) for w in rest] if noun in _FEMININE else rest)]
