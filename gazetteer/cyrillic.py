"""Relative places in Russian and Ukrainian, put into the English that :mod:`gazetteer.relative`
reads: "в 35 км к востоку от Алеппо" is "35 km east of Алеппо".

Names stand in an oblique case there; the common endings are taken back ("от Хомса": Хомс), and
what remains is left to the matching of names.
"""

from __future__ import annotations

import re

_LETTER = re.compile("[\u0400-\u04ff]")
_ROOTS = (
    *(("север", "north"), ("півн", "north"), ("юг", "south"), ("юж", "south")),
    *(("півд", "south"), ("восто", "east"), ("схід", "east"), ("сход", "east")),
    *(("запад", "west"), ("захід", "west"), ("заход", "west")),
)
_MAIN = r"(?:север|юг|юж|восто|запад|півн|півд|схід|сход|захід|заход)"
_WIND = rf"(?P<wind>{_MAIN}[^\s-]*(?:[ -](?:восто|запад|схід|сход|захід|заход)[^\s-]*)?)"
_WORDS = {"пяти": "5", "десяти": "10", "двадцати": "20", "тридцати": "30", "сорока": "40"}
_WORDS |= {"двух": "2", "трех": "3", "трёх": "3", "полутора": "1.5", "нескольких": "3"}
_COUNT = rf"(?:примерно |около |приблизно |близько )?(?P<count>\d[\d.,]*|{'|'.join(_WORDS)})"
_UNIT = r"\s*(?P<unit>км|километр\w*|кілометр\w*|мил[ьяюи]\w*|м|метр\w*)\.?"
_AWAY = rf"(?:(?:в|во|за|на расстоянии|на відстані)\s+)?{_COUNT}{_UNIT}"
_FROM, _TOWARDS = r"(?:от|від)", r"(?:к|на|до)"
_PROVINCE = r"(?:провинци[ия]|мухафаз[ыа]|област[ии]|провінці[їя]|області)"
_PLACE = r"(?P<place>\S.*)"
_GENITIVE, _INSTRUMENTAL, _NOMINATIVE = "genitive", "instrumental", ""
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), english, case)
    for pattern, english, case in (
        (
            rf"{_AWAY}\s+(?:{_TOWARDS}\s+)?{_WIND}\s+{_FROM}\s+{_PLACE}",
            "{count} {unit} {wind} of {place}",
            _GENITIVE,
        ),
        (
            rf"{_AWAY}\s+{_WIND}\s+{_PLACE}",
            "{count} {unit} {wind} of {place}",
            _GENITIVE,
        ),
        (rf"{_AWAY}\s+{_FROM}\s+{_PLACE}", "{count} {unit} from {place}", _GENITIVE),
        (
            rf"(?:{_TOWARDS}\s+)?{_WIND}\s+{_FROM}\s+{_PLACE}",
            "{wind} of {place}",
            _GENITIVE,
        ),
        (
            rf"(?:на\s+)?{_WIND}\s+{_PROVINCE}\s+{_PLACE}",
            "{wind} countryside of {place}",
            _NOMINATIVE,
        ),
        (
            rf"{_WIND}\s+(?:сельск\w+ местност\w+|сільськ\w+ місцев\w+)\s+{_PLACE}",
            "{wind} countryside of {place}",
            _GENITIVE,
        ),
        (
            rf"(?P<wind>{_MAIN}[^\s-]*(?:-(?:восто|запад)[^\s-]*)?(?:нее|ніше))\s+{_PLACE}",
            "{wind} of {place}",
            _GENITIVE,
        ),
        (
            r"(?:между|між|поміж)\s+(?P<place>\S.*?)\s+(?:и|і|й|та)\s+(?P<other>\S.*)",
            "between {place} and {other}",
            _INSTRUMENTAL,
        ),
        (
            r"(?:на\s+)?(?:окраин|окрестност|пригород|околиц|передміст)\w*\s+" + _PLACE,
            "outskirts of {place}",
            _GENITIVE,
        ),
        (
            r"(?:недалеко от|неподалеку от|недалеко від|неподалік від|неподалік|вблизи|возле"
            rf"|около|поблизу|біля|коло)\s+{_PLACE}",
            "near {place}",
            _GENITIVE,
        ),
        (rf"(?:рядом с|под|під|поруч із|поруч з)\s+{_PLACE}", "near {place}", _INSTRUMENTAL),
    )
)
_CONSONANT = "бвгґджзйклмнпрстфхцчшщ"
_ENDINGS = {
    _GENITIVE: (
        ("ии", "ия"),
        ("ії", "ія"),
        *((f"{hard}и", f"{hard}а") for hard in "гкхжшчщ"),
        ("ы", "а"),
        *((f"{c}а", c) for c in _CONSONANT),
        *((f"{c}я", c) for c in "лнрт"),
        *((f"{c}у", c) for c in _CONSONANT),
    ),
    _INSTRUMENTAL: (
        ("ией", "ия"),
        ("ією", "ія"),
        ("ею", "а"),
        ("ою", "а"),
        ("ой", "а"),
        ("ей", "я"),
        *((f"{c}ом", c) for c in _CONSONANT),
        *((f"{c}ем", c) for c in _CONSONANT),
    ),
    _NOMINATIVE: (),
}


def in_english(phrase: str) -> str:
    """The phrase with its words in English and its names as they were; empty if it is none."""
    if _LETTER.search(phrase) is None:
        return ""
    for pattern, english, case in _PATTERNS:
        found = pattern.fullmatch(phrase)
        if found is not None:
            parts = found.groupdict("")
            return english.format(
                count=_WORDS.get(parts.get("count", "").lower(), parts.get("count", "")),
                unit=_unit(parts.get("unit", "").lower()),
                wind=_wind(parts.get("wind", "").lower()),
                place=nominative(parts["place"], case),
                other=nominative(parts.get("other", ""), case),
            )
    return ""


def nominative(name: str, case: str) -> str:
    """A name as it is listed, from an oblique case: by its last word, where the ending is plain."""
    bare = re.sub(r"(?i)^(?:город\w*|міст\w*|деревн\w+|сел\w{1,2})\s+", "", name.strip(" ,.;"))
    for ending, listed in _ENDINGS[case]:
        if bare.endswith(ending) and len(bare) > len(ending) + 2:
            return bare.removesuffix(ending) + listed
    return bare


def _wind(text: str) -> str:
    """North before east, as English has it: "северо-восток", "північний схід"."""
    found = [english for root, english in _ROOTS if root in text]
    return "".join(sorted(set(found), key=("north", "south", "east", "west").index))


def _unit(text: str) -> str:
    if text.startswith("мил"):
        return "miles"
    return "m" if text == "м" or text.startswith("метр") else "km"
