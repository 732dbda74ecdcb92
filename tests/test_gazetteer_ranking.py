"""Ranking by place: exact names, homonyms, context, and indexes of every make."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gazetteer import (
    Gazetteer,
    Name,
    Place,
    indexing,
    spool,
)
from gazetteer.certainty import RIVAL_M
from gazetteer.context import area_names, distance_m
from gazetteer.index import SqliteIndex, build
from gazetteer.memory import MemoryIndex
from gazetteer.stack import StackedIndex
from geo.crs import distance_m as geodesic_m


def test_exact_spelling_is_never_outranked() -> None:
    places = [
        Place("hamlet", "Halab as Sughra", 37.0, 35.0),
        Place("twin", "Aleppa", 10.0, 45.0),
        Place("city", "Aleppo", 37.16, 36.2, population=2_000_000),
    ]
    assert Gazetteer.from_places(places).resolve("Aleppa").candidates[0].id == "twin"


def test_prominence_decides_between_homonyms_only_when_it_is_great() -> None:
    def two(people: int) -> str:
        places = [
            Place("big", "Tripoli", 13.19, 32.89, population=1_150_000),
            Place("other", "Tripoli", 35.84, 34.43, population=people),
        ]
        return Gazetteer.from_places(places).resolve("Tripoli").status

    assert (two(230_000), two(2_000)) == ("ambiguous", "resolved")


def test_records_near_each_other_are_no_rivals() -> None:
    step = RIVAL_M / 111_195 / 2
    places = [Place("a", "Dabiq", 37.0, 36.0), Place("b", "Dabiq", 37.0, 36.0 + step)]
    assert Gazetteer.from_places(places).resolve("Dabiq").status == "resolved"


def test_former_names_say_when() -> None:
    bakhmut = Place(
        "b", "Bakhmut", 38.0, 48.6, (Name("Artemivsk", kind="former", begin="1924", end="2016"),)
    )
    found = Gazetteer.from_places([bakhmut]).resolve("Artemivsk")
    assert found.place == bakhmut and "former name, 1924 to 2016" in found.candidates[0].why


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ("Raqqa", "Ar-Raqqa"),
        ("Hasakah", "Al-Hasakeh"),
        ("Daraa", "Dar'a"),
        ("Rif Dimashq", "Rural Damascus"),
        ("حلب", "Aleppo"),
        ("Deir ez-Zor", "Deir-ez-Zor"),
        ("Latakia", "Lattakia"),
        ("Tartus", "Tartous"),
    ],
)
def test_governorates_by_other_names(asked: str, recorded: str) -> None:
    places = [
        Place("in", "Qusayr", 36.0, 35.0, admin1=recorded),
        Place("out", "Qusayr", 38.0, 33.0, admin1="Elsewhere"),
    ]
    found = Gazetteer.from_places(places).resolve("Qusayr", within=asked)
    assert found.place is not None and found.place.id == "in"
    assert area_names(asked)


def test_context_that_holds_no_place_still_suggests() -> None:
    one = Gazetteer.from_places(
        [Place("x", "Dabiq", 37.268, 36.538, admin1="Aleppo", country="SY")]
    )
    for context in ({"within": "Hama"}, {"country": "IQ"}, {"bbox": (0, 0, 1, 1)}):
        found = one.resolve("Dabiq", **context)  # type: ignore[arg-type]
        assert found.status != "resolved" and found.candidates[0].id == "x"


def test_where_the_area_is_told_no_key_need_be_shared() -> None:
    """Two consonants apart no key is shared; among the names of one area it is the likest."""
    places = [
        Place("in", "Kharab Shams", 37.0, 36.4, admin1="Aleppo", country="SY"),
        Place("by", "Dabiq", 37.3, 36.5, admin1="Aleppo", country="SY"),
        Place("out", "Kharab", 37.0, 34.0, admin1="Homs", country="SY"),
    ]
    told = Gazetteer.from_places(places)
    assert "in" not in [c.id for c in told.resolve("Harab Jams").candidates]
    for area in ({"within": "Aleppo"}, {"within": "حلب", "country": "SY"}):
        assert told.resolve("Harab Jams", **area).candidates[0].id == "in"
    apart = {"within": "Aleppo", "bbox": (37.2, 36.0, 37.4, 37.0)}
    assert "in" not in [c.id for c in told.resolve("Harab Jams", **apart).candidates]  # type: ignore[arg-type]


def test_box_over_the_antimeridian() -> None:
    islands = [Place("e", "Taveuni", -179.9, -16.8), Place("w", "Taveuni", 100.0, -16.8)]
    found = Gazetteer.from_places(islands).resolve("Taveuni", bbox=(170, -20, -170, -10))
    assert found.place is not None and found.place.id == "e"


def test_distances_agree_with_the_ellipsoid() -> None:
    lon, lat = np.array([37.0, 40.0, -170.0]), np.array([36.0, 35.0, 10.0])
    sphere = distance_m(lon, lat, (37.16, 36.2))
    assert sphere == pytest.approx(np.asarray(geodesic_m(lon, lat, 37.16, 36.2)), rel=0.006)


def test_homonyms_leave_room_for_near_spellings() -> None:
    """Ten of the very name do not fill the list; the first two lead it, and none is lost."""
    many = [
        Place(f"same{i}", "Romanovka", 24 + i, 49, population=90 - i, country="UA")
        for i in range(9)
    ]
    near = Place("near", "Romanivka", 30.2, 46, ("Романовка",), 80, country="UA")
    found = Gazetteer.from_places([*many, near]).resolve("Romanovka")
    ids = [c.id for c in found.candidates]
    assert found.place is None and ids[:2] == ["same0", "same1"] and "near" in ids[2:5]
    scores = [c.score for c in found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert Gazetteer.from_places([*many, near]).resolve_many(["Romanovka", ""])[0] == found
    told = Gazetteer.from_places([*many, near]).resolve("Romanovka", near=(29.0, 49.0))
    assert told.candidates[0].id == "same5"
    twins = [Place(f"{i}", "Romanovka", 24, 49 + i / 100, source=str(i)) for i in range(4)]
    alike = Gazetteer.from_places([*twins, near]).resolve("Romanovka").candidates
    assert alike[0].why.startswith("folded name") and alike[-1].id == "near"


def test_no_other_candidate_is_likelier_than_that_the_first_is_wrong() -> None:
    names = ["Manbij", "Mayadin", "Marea", "Maubin", "Montpellier", "Manhiça", "Manteca"]
    places = [Place(name, name, 30 + 2 * i, 30) for i, name in enumerate(names)]
    asked = ["Manbij", "Manbidj", "Mnbj", "Maba", "Montpelier", "Mari"]
    for found in Gazetteer.from_places(places).resolve_many(asked):
        first, *others = found.candidates
        assert all(c.score <= 1 - first.score + 1e-4 for c in others), found
    (sure,) = Gazetteer.from_places(places).resolve_many(["Manbij"])
    assert sure.status == "resolved" and sure.candidates[0].score > 0.8
    assert "Montpellier" not in [c.place.name for c in sure.candidates], "nothing alike"


def test_stacked_indexes_answer_like_one() -> None:
    places = [
        Place(str(i), name, 30 + i, 30, population=10_000 - i)
        for i, name in enumerate(["Dabiq", "Azaz", "Marea", "Suran", "Tell Rifaat", "Afrin"])
    ]
    whole = Gazetteer(MemoryIndex(places))
    parts = Gazetteer(StackedIndex([MemoryIndex(places[:3]), MemoryIndex(places[3:])]))
    names = ["Dabeq", "Tal Rifat", "Souran", "Afreen", "nothing", "مارع"]
    for one, other in zip(whole.resolve_many(names), parts.resolve_many(names), strict=True):
        assert one.status == other.status
        assert [(c.id, c.score) for c in one.candidates] == [
            (c.id, c.score) for c in other.candidates
        ]


def test_the_very_name_counts_though_another_name_of_the_place_scores_higher() -> None:
    """An Arabic name may weigh more than the Latin one that is spelled exactly as was asked."""
    places = [
        Place("here", "al-Malikiyah", 42.1, 37.2, ("Derik", "دێريك")),
        Place("there", "Derik", 40.3, 37.4, (), 60_000),
    ]
    why = {c.id: c.why for c in Gazetteer.from_places(places).resolve("Derik").candidates}
    assert why["here"].startswith("folded name") and why["there"].startswith("folded name")


def test_same_answers_whatever_the_batch() -> None:
    places = [Place(str(i), f"Tall {chr(97 + i)}amir", 30 + i, 30) for i in range(12)]
    gazetteer = Gazetteer.from_places(places)
    names = [f"Tel {chr(97 + i)}amer" for i in range(12)] * 4
    assert gazetteer.resolve_many(names) == [gazetteer.resolve(name) for name in names]


def test_two_names_written_as_one() -> None:
    places = [Place("r", "Rabwa", 36.0, 35.5), Place("k", "Kobani", 38.35, 36.89)]
    gazetteer = Gazetteer.from_places(places)
    for text in ("Rabwa / Harbuq", "Kharbuq (Rabwa)", "Rabwa - Harbuq"):
        found = gazetteer.resolve(text)
        assert found.candidates[0].id == "r" and "“Rabwa”" in found.candidates[0].why, text
    both = gazetteer.resolve("Rabwa / Kobani")
    assert both.status == "ambiguous" and {c.id for c in both.candidates} == {"r", "k"}


def test_an_index_sorted_on_disk_answers_like_one_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["Dabiq", "Azaz", "Marea", "Suran", "Suran", "Tell Rifaat", "Afrin", "دابق"]
    places = [
        Place(str(i), name, 30.0 + i, 30.0, (Name("Old" + name, kind="former"),), 10 * i)
        for i, name in enumerate(names)
    ]
    monkeypatch.setattr(spool, "IN_MEMORY", 3)
    told: list[int] = []
    monkeypatch.setattr(indexing, "_CHUNK", 2)
    build(tmp_path / "x.sqlite", iter([*places, places[0]]), progress=told.append)
    assert told == [2, 4, 6, 8]
    one, other = Gazetteer(SqliteIndex(tmp_path / "x.sqlite")), Gazetteer(MemoryIndex(places))
    assert len(one) == len(places)
    for query in ("Dabeq", "Souran", "Tal Rifat", "OldAfrin", "دابق", "nothing"):
        assert one.resolve(query) == other.resolve(query)
