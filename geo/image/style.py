"""Sizes, words and looks of pictures: what a designer would change, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size in px at scale 1; `side_px` is the panel beside the map, 0: below it."""

    width_px: int
    height_px: int
    side_px: int
    margin_px: int
    title_px: int
    date_px: int
    text_px: int
    label_px: int
    labels: int


SIZES = {
    "web": Size(1200, 676, 280, 18, 21, 26, 14, 12, 42),
    "square": Size(1080, 1080, 0, 28, 32, 36, 18, 16, 36),
    "story": Size(1080, 1920, 0, 44, 44, 50, 26, 21, 44),
}

FONT = "DejaVu Sans"  # inside matplotlib; has Latin, Arabic and Cyrillic
SVG_FONTS = "'DejaVu Sans', 'Noto Sans', 'Noto Sans Arabic', Arial, sans-serif"
PAPER = "#ffffff"
LAND = "#f3f1ec"
LAND_ALPHA = 0.8
INK = "#1b1b1b"
FAINT = "#5c5c5c"
LABEL = "#1b1b1d"  # of labels alone, so that an SVG's style finds them and gives them a halo
HALO = "#fffffff0"
HALO_PX = 3.2
SVG_STYLE = (
    f'text[style*="fill: {LABEL}"]{{paint-order:stroke;stroke:#fff;stroke-width:3px;'
    "stroke-linejoin:round}"
)
HATCH_COLOR = "#ffffff85"  # told apart from the plain colour, and quiet under a name
HATCH_WIDTH = 0.8
HATCHES = {
    "solid": "",
    "diagonal": "////",
    "cross": "xxxx",
    "dots": "..",
    "vertical": "|||",
    "horizontal": "---",
}
LINES = {
    "coast": {"color": "#5b7f99", "linewidth": 0.8},
    "border": {"color": "#555555", "linewidth": 0.9, "linestyle": (0, (6, 3, 1, 3))},
    "river": {"color": "#8fb3cc", "linewidth": 0.8},
}
ROUGH_ALPHA = 0.35
EVENTS = {
    "strike": {"marker": "*", "s": 90, "facecolor": "#c01530", "edgecolor": "#ffffff"},
    "clash": {"marker": "X", "s": 60, "facecolor": "#1b1b1b", "edgecolor": "#ffffff"},
    "siege": {"marker": "o", "s": 80, "facecolor": "none", "edgecolor": "#1b1b1b"},
    "toll": {"marker": "s", "s": 60, "facecolor": "none", "edgecolor": "#c01530"},
    "other": {"marker": "D", "s": 45, "facecolor": "#5c5c5c", "edgecolor": "#ffffff"},
}

WORDS = {
    "en": {
        "land": "Who holds the land",
        "contested": "Contested: {}",
        "perhaps": "Date of change uncertain",
        "unknown": "Not assessed",
        "front": "Frontline",
        "strike": "Strike",
        "clash": "Clash",
        "siege": "Siege",
        "toll": "Toll over an area",
        "other": "Other event",
        "within": "Somewhere within",
        "rough": "Pale: place known only roughly",
        "window": "Events of the {} days up to this date",
        "window_1": "Events of this day",
        "unplaced": "; {} of them without a place on the map",
        "rule": "How land is drawn: {}",
        "sources": "Sources: {}",
        "more": "{} and {} more",
        "and": ", ",
        "or": "; ",
        "licence": "Licence: {}",
        "version": "Data {}",
        "km": "{} km",
    },
    "ar": {
        "land": "من يسيطر على الأرض",
        "contested": "متنازع عليها: {}",
        "perhaps": "تاريخ التغيّر غير مؤكد",
        "unknown": "غير مقيّمة",
        "front": "خط تماس",
        "strike": "قصف",
        "clash": "اشتباك",
        "siege": "حصار",
        "toll": "حصيلة لمنطقة",
        "other": "حدث آخر",
        "within": "في موضع ما داخلها",
        "rough": "باهت: المكان معروف تقريبًا",
        "window": "أحداث {} يومًا حتى هذا التاريخ",
        "window_1": "أحداث هذا اليوم",
        "unplaced": "؛ منها {} بلا موقع على الخريطة",
        "rule": "كيف رُسمت الأرض: {}",
        "sources": "المصادر: {}",
        "more": "{} و{} غيرها",
        "and": "، ",
        "or": "؛ ",
        "licence": "الرخصة: {}",
        "version": "نسخة البيانات {}",
        "km": "{} كم",
    },
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ar": "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران"
    "|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول",
}


def day_in_words(day: int, lang: str) -> str:
    """`9 October 2015`, or with the Levantine month in Arabic."""
    year, month, date = str(np.datetime64(day, "D")).rsplit("-", 2)
    names = _MONTHS[lang].split("|" if lang == "ar" else " ")
    return f"{int(date)} {names[int(month) - 1]} {year}"
