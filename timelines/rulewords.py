"""How land is drawn, in a sentence with every parameter: for each map and export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timelines import dates
from timelines.land import Land

if TYPE_CHECKING:
    from timelines.timeline import Day, Timeline

_ARABIC_DIGITS = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
_WORDS = {
    "en": {
        "drawn": "Land is drawn as its source drew it; what no area covers is not assessed and "
        "left empty.",
        "reach": "Each place holds the land nearest to it, out to {km} km, inside the boundary; "
        "beyond that, land is not assessed and left empty.",
        "decides": " The newest claim decides, then confirmed over reported over claimed, then the "
        "reliability of the source; a tie between rivals is contested.",
        "prior": " Before the first claim about a place the holder whom that claim names as its "
        "loser is shown, for at most {days} days.",
        "policy": " Policy: {policy}.",
        "known": " As known on {day}.",
    },
    "ar": {
        "drawn": "رُسمت الأرض كما رسمها مصدرها؛ وما لا تغطيه أي مساحة غير مقيَّم ويُترك فارغًا.",
        "reach": "لكل مكان الأرض الأقرب إليه حتى {km} كم داخل الحدود؛ وما وراء ذلك غير مقيَّم "
        "ويُترك فارغًا.",
        "decides": " تحسم أحدثُ إفادة، ثم المؤكد قبل ما ورد في تقرير قبل ادّعاء طرف، ثم موثوقية "
        "المصدر؛ والتعادل بين خصمين متنازع عليه.",
        "prior": " قبل أول إفادة عن مكان تُعرض الجهة التي تذكر تلك الإفادة أنها خسرته، لمدة أقصاها "
        "{days} يومًا.",
        "policy": " السياسة: {policy}.",
        "known": " كما عُرف في {day}.",
    },
}


def rule_sentence(
    timeline: Timeline,
    land: Land,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    lang: str = "en",
) -> str:
    """The rule by which `land` is drawn and holders are told, in `en` or `ar`."""
    words = _WORDS[lang]
    km = _number(land.reach_km, lang)
    said = words["drawn"] if timeline.settings.cells else words["reach"].format(km=km)
    said += words["decides"]
    if timeline.settings.prior_days:
        said += words["prior"].format(days=_number(timeline.settings.prior_days, lang))
    if (weighed := timeline.weighs if policy == "default" else policy) != "default":
        said += words["policy"].format(policy=weighed)
    if known_on is not None:
        said += words["known"].format(day=dates.iso(dates.day(known_on)))
    return said


def _number(value: float, lang: str) -> str:
    """A number in the digits of the language, as the player and the pictures write it."""
    return f"{value:g}".translate(_ARABIC_DIGITS) if lang == "ar" else f"{value:g}"
