"""Relative places in Russian and Ukrainian, and places told by a border."""

from __future__ import annotations

import pytest

from gazetteer import Gazetteer, Place
from gazetteer.cyrillic import in_english
from gazetteer.derived import without_border

PLACES = [
    Place("aleppo", "Aleppo", 37.16, 36.2, ("Алеппо",), 2_000_000, "city"),
    Place("azaz", "Azaz", 37.05, 36.586, ("Азаз",), 60_000, "town"),
    Place("homs", "Homs", 36.72, 34.73, ("Хомс",), 800_000, "city"),
    Place("kharkiv", "Харків", 36.25, 49.98, (), 1_400_000, "city"),
    Place("izyum", "Ізюм", 37.25, 49.21, (), 45_000, "town"),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.from_places(PLACES)


@pytest.mark.parametrize(
    ("phrase", "english"),
    [
        ("в 35 км к востоку от Алеппо", "35 km east of Алеппо"),
        ("в 35 км восточнее Алеппо", "35 km east of Алеппо"),
        ("примерно 5 километрах от Хомса", "5 km from Хомс"),
        ("в десяти милях от Манбиджа", "10 miles from Манбидж"),
        ("к северо-востоку от Дамаска", "northeast of Дамаск"),
        ("севернее Латакии", "north of Латакия"),
        ("на північний схід від Харкова", "northeast of Харков"),
        ("за 35 км на північ від Алеппо", "35 km north of Алеппо"),
        ("между Азазом и Мареей", "between Азаз and Марея"),
        ("між Ізюмом та Харковом", "between Ізюм and Харков"),
        ("окрестности города Ракки", "outskirts of Ракка"),
        ("недалеко от Хамы", "near Хама"),
        ("на севере провинции Алеппо", "north countryside of Алеппо"),
        ("Северодонецк", ""),
        ("Восточная Гута", ""),
        ("Подольск", ""),
        ("Между", ""),
        ("35 km east of Aleppo", ""),
    ],
)
def test_phrases_are_put_into_english(phrase: str, english: str) -> None:
    assert in_english(phrase) == english


@pytest.mark.parametrize(
    ("phrase", "lon", "lat", "most_m"),
    [
        ("в 35 км к востоку от Алеппо", 37.55, 36.2, 20_000),
        ("35 км на схід від Алеппо", 37.55, 36.2, 20_000),
        ("к северу от Хомса", 36.72, 34.82, 15_000),
        ("між Ізюмом та Харковом", 36.75, 49.6, 70_000),
        ("недалеко от Азаза", 37.05, 36.586, 7_000),
    ],
)
def test_phrases_are_placed(
    gazetteer: Gazetteer, phrase: str, lon: float, lat: float, most_m: float
) -> None:
    place = gazetteer.resolve(phrase).place
    assert place is not None
    assert (place.lon, place.lat) == pytest.approx((lon, lat), abs=0.03)
    assert 1_000 <= (place.uncertainty_m or 0) <= most_m


@pytest.mark.parametrize(
    "phrase",
    [
        "near the Turkish border",
        "the Syrian-Turkish border",
        "5 km from the Turkish border",
        "border with Lebanon",
        "Syria-Turkey border",
        "Syrian\u2013Turkish border area",
        "a village near the Turkish border",
        "قرب الحدود التركية",
        "у турецкой границы",
        "біля кордону з Польщею",
    ],
)
def test_a_border_alone_is_asked_about(gazetteer: Gazetteer, phrase: str) -> None:
    match = gazetteer.resolve(phrase)
    assert (match.status, match.candidates) == ("unknown", ())
    assert "name a place beside it" in match.why


@pytest.mark.parametrize(
    ("phrase", "rest"),
    [
        ("Azaz near the Turkish border", "Azaz"),
        ("Jarabulus, on the Turkish border", "Jarabulus"),
        ("east of Aleppo near the Turkish border", "east of Aleppo"),
        ("اعزاز قرب الحدود التركية", "اعزاز"),
        ("Азаз у турецкой границы", "Азаз"),
        ("Bab al-Hawa border crossing", None),
        ("Bab al-Hawa border", None),
        ("معبر باب الهوى الحدودي", None),
        ("Border Guards Hill", None),
        ("Azaz", None),
    ],
)
def test_what_lies_beside_a_border_is_looked_up(phrase: str, rest: str | None) -> None:
    assert without_border(phrase) == rest


def test_the_answer_keeps_the_words_that_were_asked(gazetteer: Gazetteer) -> None:
    match = gazetteer.resolve("Azaz near the Turkish border")
    assert match.place is not None
    assert (match.place.id, match.query) == ("azaz", "Azaz near the Turkish border")
