"""The façade: what is asked in the words of reports, and what must never be guessed."""

from __future__ import annotations

import json
import threading

import pytest

from gazetteer import Gazetteer, GazetteerError, Match, Place, PlaceError, resolve_json
from gazetteer.memory import MemoryIndex
from gazetteer.table import conflict_places

SURAN_ALEPPO = Place("s1", "Suran", 37.2127, 36.5658, ("صوران",), admin1="Aleppo", country="SY")
SURAN_HAMA = Place(
    "s2", "Suran", 36.7485, 35.2919, ("صوران", "Souran"), admin1="Hama", country="SY"
)
DABIQ = Place("d", "Dabiq", 37.268, 36.538, ("دابق",), population=3000, kind="village")
TELL_RIFAAT = Place("t", "Tell Rifaat", 37.0967, 36.4736, ("تل رفعت",), admin1="Aleppo")
KWEIRES = Place("k", "Kuwayris Sharqi", 37.5382, 36.1668, ("كويرس شرقي",), kind="village")
KWEIRES_BASE = Place("kb", "Kweires air base", 37.583, 36.187, ("مطار كويرس",), kind="air base")
KAFR_NURAN = Place("n", "Kafr Nuran", 36.8305, 36.0817, ("كفر نوران",))
PLACES = [SURAN_ALEPPO, SURAN_HAMA, DABIQ, TELL_RIFAAT, KWEIRES, KWEIRES_BASE, KAFR_NURAN]


@pytest.fixture(scope="module")
def small() -> Gazetteer:
    return Gazetteer.from_places(PLACES)


@pytest.fixture(scope="module")
def own() -> Gazetteer:
    return Gazetteer(MemoryIndex(conflict_places()))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Dabeq", "d"),
        ("دابق", "d"),
        ("Tal Rifat", "t"),
        ("Tel Rif'at", "t"),
        ("تل رفعت", "t"),
        ("Kafarnoran", "n"),
        ("Kafr Noran", "n"),
    ],
)
def test_spellings_resolve(small: Gazetteer, name: str, place: str) -> None:
    match = small.resolve(name)
    assert match.status == "resolved"
    assert match.place is not None and match.place.id == place
    assert match.why and all(c.why for c in match.candidates)


def test_homonyms_are_ambiguous_until_context_tells(small: Gazetteer) -> None:
    match = small.resolve("Souran")
    assert match.status == "ambiguous" and match.place is None
    assert {c.id for c in match.candidates[:2]} == {"s1", "s2"}
    for context in ({"within": "Aleppo"}, {"near": (37.2, 36.5)}, {"bbox": (37, 36, 38, 37)}):
        told = small.resolve("Souran", **context)  # type: ignore[arg-type]
        assert told.status == "resolved" and told.place == SURAN_ALEPPO, context
    other = small.resolve("Souran", within="Hamah")
    assert other.place == SURAN_HAMA


@pytest.mark.parametrize("name", ["Qwxzzk", "", "   ", "\x00", "💥", "\ud800", "%%%", "\u202e"])
def test_nonsense_is_unknown(small: Gazetteer, name: str) -> None:
    match = small.resolve(name)
    assert match.status == "unknown" and match.place is None


def test_wrong_country_is_never_resolved(small: Gazetteer) -> None:
    assert small.resolve("Suran", within="Aleppo", country="IQ").status != "resolved"


def test_many_answers_as_one(small: Gazetteer) -> None:
    names = ["Dabeq", "Souran", "", "Qwxzzk", "Tal Rifat", "كفر نوران"] * 3
    assert small.resolve_many(names) == [small.resolve(name) for name in names]


def test_empty_gazetteer_knows_nothing() -> None:
    nothing = Gazetteer.from_places([])
    assert nothing.resolve("Aleppo") == Match(
        "unknown", None, (), "no indexed name resembles “Aleppo”", "Aleppo"
    )
    assert nothing.resolve_many([]) == []


@pytest.mark.parametrize("near", [(200.0, 0.0), (0.0, 91.0), (float("nan"), 0.0)])
def test_context_off_the_globe_is_refused(small: Gazetteer, near: tuple[float, float]) -> None:
    with pytest.raises(GazetteerError, match="longitude"):
        small.resolve("Dabiq", near=near)


@pytest.mark.parametrize(("lon", "lat"), [(36.0, 137.0), (181.0, 0.0), (float("inf"), 0.0)])
def test_places_off_the_globe_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(PlaceError):
        Place("x", "x", lon, lat)


def test_json_follows_the_contract(small: Gazetteer) -> None:
    told = resolve_json(small.resolve("Dabeq"), "Dabeq")
    assert json.loads(json.dumps(told)) == told
    assert list(told) == ["query", "status", "place", "candidates"]
    assert set(told["place"]) == {"id", "name", "lon", "lat", "kind", "uncertainty_m", "source"}
    assert set(told["candidates"][0]) == {"id", "name", "lon", "lat", "score", "why"}
    assert resolve_json(small.resolve("Qwxzzk"), "Qwxzzk")["place"] is None


def test_threads_get_equal_answers(small: Gazetteer) -> None:
    answers: list[Match] = []
    threads = [
        threading.Thread(target=lambda: answers.append(small.resolve("Tal Rifat")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8 and len(set(answers)) == 1


def test_every_own_place_is_found_by_each_of_its_names(own: Gazetteer) -> None:
    """Where a name does not resolve, its place is among the candidates offered."""
    asked = [(name, place) for place in conflict_places() for name in place.all_names()]
    answers = own.resolve_many([name for name, _ in asked])
    missing = [
        (name, place.id)
        for (name, place), answer in zip(asked, answers, strict=True)
        if not any(near(candidate.place, place) for candidate in answer.candidates)
    ]
    assert not missing


def near(one: Place, other: Place) -> bool:
    return abs(one.lon - other.lon) < 0.05 and abs(one.lat - other.lat) < 0.05
