"""What spellings differ in beyond their sounds, and the second look that reads it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gazetteer import Gazetteer, Place, development, rerank_fit, traits
from gazetteer.names import forms
from gazetteer.pairs import FACTS
from gazetteer.rerank import BEHIND, MOST, SEEN, Reranker, reranker_from_json
from tests.test_gazetteer_fitting import write_set


def told(name: str, field: str) -> int:
    packed = traits.traits([name], forms([name]).article)
    return int(traits.trait(packed, field)[0])


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("Tall Ahmar", "articles", 0),
        ("Tall al Aḩmar", "articles", 1),
        ("Ech Cheikh el Bîr", "articles", 2),
        ("Al-Ḥusayniyah ash-Sharqiyah", "articles", 2),
        ("تل الأحمر", "articles", 1),
        ("Al Bab", "article", 1),
        ("الباب", "article", 1),
        ("Bab", "article", 0),
        ("Baydah", "ending", traits.MARBUTA),
        ("Bayḑā’", "ending", traits.HAMZA),
        ("بيضاء", "ending", traits.HAMZA),
        ("بيضة", "ending", traits.MARBUTA),
        ("Salihiyah", "ending", traits.NISBA),
        ("الصالحية", "ending", traits.NISBA),
        ("Dana", "ending", traits.OPEN),
        ("Олександрія", "ending", traits.NISBA),
        ("Харків", "ending", traits.OTHER),
        ("Русский", "ending", traits.LONG_I),
        ("Берегинь", "ending", traits.SOFT),
        ("Ar Ru'aysah", "hamzas", 1),
        ("الرؤيسة", "hamzas", 1),
        ("الأحمر", "hamzas", 0),
        ("‘Aqrabāt", "ayns", 1),
        ("عقربات", "ayns", 1),
        ("Kafr an Nasih", "words", 2),
        ("Haddaj", "doubles", 1),
        ("Харків", "script", traits.CYRILLIC),
        ("حلب", "script", traits.ARABIC),
        ("", "words", 0),
        ("a " * 90, "words", 15),
    ],
)
def test_traits_of_a_name(name: str, field: str, value: int) -> None:
    assert told(name, field) == value


def test_fields_do_not_overlap() -> None:
    bits = [first + i for first, width in traits.FIELDS.values() for i in range(width)]
    assert len(bits) == len(set(bits)) and max(bits) < 63


def test_agreement_of_traits() -> None:
    names = ["Tall Ahmar", "Tall al Ahmar", "Al Baydah", "Al Bayda'", "Hadaj", "Haddaj"]
    packed = traits.traits(names, forms(names).article)
    found = traits.agreement(packed[[0, 2, 4]], packed[[1, 3, 5]])
    seen = [dict(zip(traits.AGREE, row, strict=True)) for row in found.tolist()]
    assert (seen[0]["articles"], seen[0]["within"], seen[0]["leading"]) == (1, 0, 1)
    assert (seen[1]["ending"], seen[1]["ending_near"], seen[1]["hamzas"]) == (0, 0, 1)
    assert seen[2]["doubles"] == 1
    same = traits.agreement(packed, packed)
    assert same[:, traits.AGREE.index("ending")].all() and not same[:, 0].any()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("تل الأحمر", "article"), ("تل أحمر", "none"), ("عين البيضاء", "hamza"), ("عين البيضة", "ta")],
)
def test_the_trait_that_is_written_tells_like_names_apart(asked: str, meant: str) -> None:
    places = [
        Place("none", "Tall Ahmar", 37.0, 36.0),
        Place("article", "Tall al Ahmar", 39.0, 35.0),
        Place("ta", "`Ayn al Baydah", 37.0, 36.0),
        Place("hamza", "`Ayn al Bayda'", 39.0, 35.0),
    ]
    assert Gazetteer.from_places(places).resolve(asked).candidates[0].place.id == meant


def test_a_second_look_leaves_exact_and_hopeless_candidates_alone() -> None:
    table = {
        "features": list(SEEN),
        "mean": [0.0] * len(SEEN),
        "scale": [1.0] * len(SEEN),
        "networks": [[[[[9.0]] + [[0.0]] * (len(SEEN) - 1), [0.0]]]],
    }
    reranker = reranker_from_json(table)
    query = np.zeros(4, dtype=np.int64)
    evidence = np.array([8.0, 7.0, 7.5, 8.0 - BEHIND - 0.1])
    facts = np.zeros((4, len(FACTS)))
    facts[:, 0] = 1.0
    exact = np.array([False, False, True, False])
    corrected = reranker.corrected(query, evidence, facts, exact)
    assert corrected.tolist() == [8.0 + MOST, 7.0 + MOST, 7.5, evidence[3]]
    assert Reranker(()).corrected(query, evidence, facts, exact) is evidence
    with pytest.raises(ValueError, match="other facts"):
        reranker_from_json({**table, "features": ["x"]})


def test_the_second_look_learns_which_of_like_candidates_is_meant() -> None:
    rng = np.random.default_rng(5)
    count, each = 3000, 4
    facts = rng.normal(size=(count * each, len(FACTS)))
    right = np.zeros((count, each), dtype=bool)
    evidence = rng.normal(size=count * each) * 0.1
    right[np.arange(count), facts[:, 3].reshape(count, each).argmax(axis=1)] = True
    lists = rerank_fit.Lists(
        np.arange(0, count * each + 1, each),
        facts,
        evidence,
        evidence,
        right.ravel(),
        np.zeros(count * each, dtype=bool),
        np.arange(count) % 5,
        np.ones(count),
    )
    assert lists.usable().all()
    seen, unseen = np.arange(2500), np.arange(2500, 3000)
    before = rerank_fit.hits(lists, Reranker(()), unseen)
    after = rerank_fit.hits(lists, rerank_fit.fitted(lists, seen), unseen)
    assert before[0] < 0.5 < 0.8 < after[0] and after[1] == 1.0


def test_lists_are_of_candidates_before_the_second_look(tmp_path: Path) -> None:
    write_set(tmp_path / "S_dev.json.gz")
    lists = rerank_fit.lists_of(development.read_set(tmp_path / "S_dev.json.gz"), 1.0)
    assert len(lists.weight) == 8 and lists.facts.shape == (lists.edges[-1], len(FACTS))
    twice = rerank_fit.joined([lists, lists])
    assert twice.edges[-1] == 2 * lists.edges[-1] and twice.right.sum() == 2 * lists.right.sum()


def test_the_stored_second_look_says_how_it_was_fitted() -> None:
    path = Path(rerank_fit.__file__).parent / "reranker.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    assert len(table["fitted"]) > 80 and len(reranker_from_json(table).networks) > 0


def test_candidates_beside_one_listed_already_step_back() -> None:
    places = [
        Place("here", "Tall Marqan", 37.0, 36.0),
        Place("beside", "Tall Marqun", 37.02, 36.0),
        Place("far", "Tall Marqin", 38.0, 36.5),
    ]
    shown = Gazetteer.from_places(places).resolve("Tall Marqan").candidates
    assert shown[0].place.id == "here"
    ids = [c.place.id for c in shown]
    assert ids.index("far") < ids.index("beside")
    assert [c.score for c in shown] == sorted((c.score for c in shown), reverse=True)
