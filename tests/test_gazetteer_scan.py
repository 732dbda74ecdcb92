"""Mentions in running text: found whole and in place, and few that are none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gazetteer import Gazetteer, Place
from gazetteer.scan import mentions

HERE = Gazetteer.from_places(
    [
        Place("aleppo", "Aleppo", 37.16, 36.2, ("حلب", "Halab"), 1_600_000, "city", country="SY"),
        Place("bustan", "Bustan al-Qasr", 37.143, 36.188, ("بستان القصر",), country="SY"),
        Place("marea", "Marea", 37.197, 36.483, ("مارع", "Mare'"), country="SY"),
        Place("manbij", "Manbij", 37.956, 36.527, ("Manbej", "منبج"), country="SY"),
        Place("zirba", "Az-Zerbah", 36.98, 36.068, ("Zirba",), country="SY"),
        Place("rifaat", "Tell Rifaat", 37.097, 36.473, ("تل رفعت",), country="SY"),
        Place("s1", "Suran", 37.2127, 36.5658, country="SY"),
        Place("s2", "Suran", 36.7485, 35.2919, country="SY"),
        Place("same", "Same", 125.6, -9.0, country="TL"),
    ]
)


def test_names_are_found_where_they_stand() -> None:
    text = (
        "On Monday the raids on Bustan al-Qasr in Aleppo killed eight, while shelling hit "
        "Marea, Suran and Az-Zerbah. The same day a bomb went off near Manbej city."
    )
    found = mentions(text, HERE)
    assert [text[m.start : m.end] for m in found] == [m.text for m in found]
    told = {m.text: m.match.place.id for m in found if m.match.place is not None}
    assert told == {
        "Bustan al-Qasr": "bustan",
        "Aleppo": "aleppo",
        "Marea": "marea",
        "Suran": "s1",
        "Az-Zerbah": "zirba",
        "Manbej": "manbij",
    }


def test_arabic_text() -> None:
    text = "قصف الطيران حي بستان القصر في حلب ومدينة مارع"
    assert [m.text for m in mentions(text, HERE)] == ["بستان القصر", "حلب", "مارع"]


def test_arabic_writes_small_words_together_with_names() -> None:
    """ "And", "in" and "to"; what is left of another word is no name unless it is surely one."""
    text = "انسحبت من مدينة مارع ومنبج، وقتل سبعة بحلب ولم تصل المساعدات لبستان القصر وتل رفعت."
    found = mentions(text, HERE)
    assert [m.text for m in found] == ["مارع", "منبج", "حلب", "بستان القصر", "تل رفعت"]
    assert [text[m.start : m.end] for m in found] == [m.text for m in found]
    assert {m.match.place.id for m in found if m.match.place} == {
        *("marea", "manbij", "aleppo", "bustan", "rifaat"),
    }


@pytest.mark.parametrize("text", ["in Jabal Marea", "Wadi-Manbij fell", "في جبل مارع", "ووادي حلب"])
def test_the_rest_of_a_longer_name_is_no_name(text: str) -> None:
    assert mentions(text, HERE) == []
    assert len(mentions("in the village of Marea, and in قرية مارع", HERE)) == 2


def test_a_generic_word_alone_is_no_name() -> None:
    places = [Place("r", "Ras al-Ayn", 40.07, 36.85), Place("a", "Ras", 40.5, 36.0)]
    found = mentions(
        "They took Ras al-Ayn and shelled Ras, and Ayn.", Gazetteer.from_places(places)
    )
    assert [m.text for m in found] == ["Ras al-Ayn"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The same people said so.",
        "Same as before, the United States and the Free Syrian Army said on Monday.",
        "MAREA" * 1000,
    ],
)
def test_words_are_no_places(text: str) -> None:
    assert mentions(text, HERE, country="SY") == []


def test_a_name_does_not_reach_over_a_paragraph() -> None:
    assert [m.text for m in mentions("in the City\n\nMarea fell", HERE)] == ["Marea"]


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text: str) -> None:
    found = mentions(text, HERE)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
