"""Names said in another tongue of the same country: words, places found by them, no pins."""

from __future__ import annotations

import pytest

from gazetteer import Gazetteer
from gazetteer.names import forms
from gazetteer.places import Place
from gazetteer.translate import translated


def said(name: str) -> str:
    return dict(translated(forms([name]).fold)).get(0, "")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Girê Spî", "tall abyad"),
        ("Serê Kaniyê", "ras ayn"),
        ("Ak Pınar", "ayn bayda"),
        ("Kara Kuyu", "bir sawda"),
        ("Yukarı Taşlı Höyük", "tall hajar fawqani"),
        ("Tâchli Huyuk Faouqâni", "tall hajar faouqani"),
        ("Büyük Çakmak", "cakmak kabir"),
        ("Xanîk Jêr", "xanik tahtani"),
        ("كري سبي", "تل أبيض"),
        ("Bol’shaya Novosëlka", "velyka novoselka"),
        ("Большая Новосёлка", "велика новоселка"),
        ("Червоний Лиман", "красный лиман"),
        ("Velykyi Burluk", "bolshyy burluk"),
    ],
)
def test_describing_words_are_said_in_the_other_tongue(name: str, other: str) -> None:
    assert said(name) == other


@pytest.mark.parametrize(
    "name",
    ["Tell Abyad", "Deir ez-Zor", "Kara", "Jor", "Ras al-Ayn", "", "Aleppo", "حلب", "Kirkuk"],
)
def test_a_name_without_such_words_is_left_alone(name: str) -> None:
    assert said(name) == ""


def test_a_sentence_is_no_toponym() -> None:
    assert said("the big hill of gire spi near the border") == ""


PLACES = (
    Place("1", "Tall Abyad", 38.956, 36.698, ("تل أبيض",), 14825, admin1="Ar-Raqqa"),
    Place("2", "Tall Ahmar", 38.1, 36.6, ("تل أحمر",), 0, admin1="Aleppo"),
    Place("3", "Velyka Novosilka", 36.836, 47.84, ("Велика Новосілка",), 5000),
    Place("4", "Girê Sor", 41.2, 37.0, ("كري سور",), 0, admin1="Al-Hasakeh"),
)


@pytest.mark.parametrize(
    ("name", "place"),
    [("Girê Spî", "1"), ("كري سبي", "1"), ("Bol'shaya Novosëlka", "3"), ("Gir Abyad", "1")],
)
def test_the_place_is_offered_first_and_never_pinned(name: str, place: str) -> None:
    match = Gazetteer.from_places(PLACES).resolve(name)
    assert match.candidates[0].place.id == place
    assert match.candidates[0].why.startswith("translated name")
    assert match.status != "resolved"
    assert match.place is None
    assert match.status == "unknown" or match.why.endswith("said in another tongue")


def test_a_name_on_record_comes_before_what_it_means() -> None:
    match = Gazetteer.from_places(PLACES).resolve("Girê Sor")
    assert match.status == "resolved"
    assert match.place is not None
    assert match.place.id == "4"
    assert "2" in [candidate.place.id for candidate in match.candidates]


def test_each_place_is_listed_once_and_a_batch_answers_as_one() -> None:
    gazetteer = Gazetteer.from_places(PLACES)
    names = ["Girê Spî", "Tall Abyad", "Gir Ahmar", "Velyka Novosilka", "Xirbê", "Girê Sor"]
    for match, name in zip(gazetteer.resolve_many(names), names, strict=True):
        numbers = [candidate.place.id for candidate in match.candidates]
        assert len(numbers) == len(set(numbers))
        assert match == gazetteer.resolve(name)


def test_an_area_holds_for_translated_names_too() -> None:
    gazetteer = Gazetteer.from_places(PLACES)
    inside = gazetteer.resolve("Girê Spî", within="Ar-Raqqa")
    assert [c.place.id for c in inside.candidates] == ["1"]
    outside = gazetteer.resolve("Girê Spî", within="Aleppo")
    assert "1" not in [c.place.id for c in outside.candidates]
