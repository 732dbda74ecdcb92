"""Places told by way of others: read right, placed right, and never more precise than the words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gazetteer import Gazetteer, Place
from gazetteer.relative import KM_PER_MILE, Relative, parse, place_at
from geo.crs import bearing_deg, distance_m

ALEPPO = Place("aleppo", "Aleppo", 37.1613, 36.2012, ("حلب",), 1_600_000, "city", 7000.0)
AZAZ = Place("azaz", "Azaz", 37.0463, 36.5866, ("أعزاز",), 66_000, "town", 1000.0)
MAREA = Place("marea", "Marea", 37.1971, 36.4826, ("مارع",), 16_000, "town", 1000.0)
KWEIRES = Place("kweires", "Kweires air base", 37.583, 36.187, (), None, "air base")
HERE = Gazetteer.from_places([ALEPPO, AZAZ, MAREA, KWEIRES])

READ = [
    ("35 km east of Aleppo", "distance", ("Aleppo",), 35_000, 90),
    ("35km East of Aleppo", "distance", ("Aleppo",), 35_000, 90),
    ("about 20 miles north-east of Aleppo", "distance", ("Aleppo",), 20_000 * KM_PER_MILE, 45),
    ("some ten kilometres to the north of Aleppo", "distance", ("Aleppo",), 10_000, 0),
    ("5-10 km SW of Homs", "distance", ("Homs",), 7_500, 225),
    ("10 km NNW of Raqqa", "distance", ("Raqqa",), 10_000, 337.5),
    ("2 km from Shaykh Najjar", "distance", ("Shaykh Najjar",), 2_000, None),
    ("within 500 metres of Aleppo", "distance", ("Aleppo",), 500, None),
    ("على بعد 35 كم شرق حلب", "distance", ("حلب",), 35_000, 90),
    ("between Azaz and Marea", "between", ("Azaz", "Marea"), None, None),
    ("بين أعزاز ومارع", "between", ("أعزاز", "مارع"), None, None),
    ("the northern countryside of Aleppo", "rural", ("Aleppo",), None, 0),
    ("northern Aleppo countryside", "rural", ("Aleppo",), None, 0),
    ("Aleppo's southern countryside", "rural", ("Aleppo",), None, 180),
    ("ريف حلب الشمالي", "rural", ("حلب",), None, 0),
    ("east of Palmyra", "direction", ("Palmyra",), None, 90),
    ("north of the city of Aleppo", "direction", ("Aleppo",), None, 0),
    ("شرق حلب", "direction", ("حلب",), None, 90),
    ("outskirts of Jesr Shoghour", "outskirts", ("Jesr Shoghour",), None, None),
    ("the northern edge of Aleppo", "outskirts", ("Aleppo",), None, 0),
    ("near Kweires air base", "near", ("Kweires air base",), None, None),
    ("surroundings of Panorama", "near", ("Panorama",), None, None),
    ("about 20 miles (35 km) east of Aleppo", "distance", ("Aleppo",), 20_000 * KM_PER_MILE, 90),
    ("half a mile from Azaz", "distance", ("Azaz",), 500 * KM_PER_MILE, None),
    ("on the outskirts of Palmyra", "outskirts", ("Palmyra",), None, None),
    ("south of Azaz and north of Aleppo", "between", ("Azaz", "Aleppo"), None, None),
    ("35 كم شرق حلب", "distance", ("حلب",), 35_000, 90),
    ("٣٥ كيلومتراً إلى الشرق من حلب", "distance", ("حلب",), 35_000, 90),
    ("على بعد 5 كيلومترات من مارع", "distance", ("مارع",), 5_000, None),
    ("نحو 10 أميال جنوب غرب حلب", "distance", ("حلب",), 10_000 * KM_PER_MILE, 225),
    ("شمال غرب حلب", "direction", ("حلب",), None, 315),
    ("شمالي غربي حلب", "direction", ("حلب",), None, 315),
    ("ريف حلب الجنوبي الشرقي", "rural", ("حلب",), None, 135),
    ("الريف الشمالي لحلب", "rural", ("حلب",), None, 0),
    ("الريف الغربي للرقة", "rural", ("رقة",), None, 270),
    ("ريف مدينة حلب", "rural", ("حلب",), None, None),
    ("أطراف حلب", "outskirts", ("حلب",), None, None),
    ("مشارف تدمر", "outskirts", ("تدمر",), None, None),
    ("أطراف حلب الشمالية", "outskirts", ("حلب",), None, 0),
]


@pytest.mark.parametrize(("text", "kind", "names", "metres", "bearing"), READ)
def test_phrases_are_read(
    text: str, kind: str, names: tuple[str, ...], metres: float | None, bearing: float | None
) -> None:
    read = parse(text)
    assert read is not None
    assert (read.kind, read.names, read.bearing_deg) == (kind, names, bearing)
    assert read.metres == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    "text",
    [
        "Aleppo",
        "Eastern Ghouta",
        "West Bank",
        "North Macedonia",
        "Bab al-Hawa",
        "",
        "12",
        "km",
        "9999 km east of X",
    ],
)
def test_names_are_no_phrases(text: str) -> None:
    assert parse(text) is None


def test_half_a_mile_is_rounded_to_half_a_mile_not_to_a_tenth() -> None:
    read = parse("half a mile from Azaz")
    assert read is not None and read.rounding_m == pytest.approx(500 * KM_PER_MILE)


@pytest.mark.parametrize("text", ["Azaaz from nobody knows", "99999 km from Maria"])
def test_words_of_distance_that_cannot_be_read_never_give_a_pin(text: str) -> None:
    assert HERE.resolve(text).status != "resolved"


@pytest.mark.parametrize("text", [row[0] for row in READ if set(row[2]) <= {"Aleppo", "حلب"}])
def test_point_lies_where_the_words_say(text: str) -> None:
    read = parse(text)
    match = HERE.resolve(text)
    assert read is not None and match.status == "resolved" and match.place is not None
    away = float(distance_m(ALEPPO.lon, ALEPPO.lat, match.place.lon, match.place.lat))
    assert match.place.uncertainty_m is not None
    if read.bearing_deg is None:
        assert away < 20
    else:
        turned = float(bearing_deg(ALEPPO.lon, ALEPPO.lat, match.place.lon, match.place.lat))
        assert math.cos(math.radians(turned - read.bearing_deg)) > 0.999
        if read.metres is not None:
            assert away == pytest.approx(read.metres, abs=20)
    assert "anywhere within" in match.candidates[0].why


def test_radius_holds_the_whole_sector() -> None:
    place = HERE.resolve("35 km east of Aleppo").place
    assert place is not None and place.uncertainty_m is not None
    edge = place_at(Relative("distance", "", ("Aleppo",), 35_000, 0, 90 + 22.4), [ALEPPO])
    assert float(distance_m(place.lon, place.lat, edge.lon, edge.lat)) <= place.uncertainty_m


def test_between_reaches_both() -> None:
    place = HERE.resolve("between Azaz and Marea").place
    assert place is not None and place.uncertainty_m is not None
    for end in (AZAZ, MAREA):
        assert float(distance_m(place.lon, place.lat, end.lon, end.lat)) <= place.uncertainty_m


@given(st.floats(0.1, 900), st.sampled_from(["north", "south-west", "ENE"]))
@settings(max_examples=60, deadline=None)
def test_never_more_precise_than_the_words(km: float, wind: str) -> None:
    read = parse(f"{km:.1f} km {wind} of Aleppo")
    assert read is not None and read.metres is not None
    place = place_at(read, [ALEPPO])
    assert place.uncertainty_m is not None and ALEPPO.uncertainty_m is not None
    assert place.uncertainty_m >= ALEPPO.uncertainty_m + 0.19 * read.metres


def test_phrase_on_an_unknown_place_is_unknown() -> None:
    match = HERE.resolve("10 km south of Qwxzzk")
    assert match.status == "unknown" and "Qwxzzk" in match.why


def test_phrase_on_homonyms_is_ambiguous() -> None:
    two = Gazetteer.from_places(
        [Place("a", "Suran", 37.2127, 36.5658), Place("b", "Suran", 36.7485, 35.2919)]
    )
    match = two.resolve("5 km north of Suran")
    assert match.status == "ambiguous" and len(match.candidates) == 2


def test_a_name_of_its_own_wins_over_the_phrase() -> None:
    own = Place("front", "Northern Aleppo countryside", 37.16, 36.42, kind="area")
    match = Gazetteer.from_places([ALEPPO, own]).resolve("northern Aleppo countryside")
    assert match.place == own


def test_report_names_support_each_other() -> None:
    places = [
        Place("s1", "Suran", 37.2127, 36.5658),
        Place("s2", "Suran", 36.7485, 35.2919),
        AZAZ,
        MAREA,
        Place("hama", "Hama", 36.75, 35.13, population=700_000),
        Place("kafr-zita", "Kafr Zita", 36.60, 35.374),
    ]
    report = Gazetteer.from_places(places)
    assert report.resolve("Suran").status == "ambiguous"
    for names, expected in (
        (["Suran", "Azaz", "Marea"], "s1"),
        (["Suran", "Hama", "Kafr Zita"], "s2"),
    ):
        first = report.resolve_many(names, together=True)[0]
        assert first.status == "resolved" and first.place is not None
        assert first.place.id == expected
