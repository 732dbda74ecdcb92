"""Development sets, and what is learned from them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gazetteer import (
    Place,
    development,
    editcost,
    everyday,
    fit,
    held_out,
    match,
    sharpen,
    train,
    tune,
    tune_partial,
)
from gazetteer.certainty import FEATURES, Certainty, certainty_from_json
from gazetteer.context import Context
from gazetteer.decide import default_thresholds
from gazetteer.memory import MemoryIndex
from gazetteer.partial import PARTIAL_FEATURES

COSTS = editcost.default_costs()


@pytest.fixture(autouse=True)
def few_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two averaged networks show what six do, in a third of the time."""
    monkeypatch.setattr(train, "NETWORKS", 2)


def write_set(path: Path) -> None:
    names = ["Dabiq", "Azaz", "Marea", "Suran", "Tell Rifaat", "Afrin", "Manbij", "Jarabulus"]
    table = {
        "places": [
            {"id": i, "lat": 36.0 + i / 5, "lon": 37.0, "pop": 0, "names": [name]}
            for i, name in enumerate(names)
        ],
        "queries": [
            {"q": name.replace("a", "e", 1), "id": i, "lat": 36.0 + i / 5, "lon": 37.0}
            for i, name in enumerate(names)
        ],
    }
    with gzip.open(path, "wt", encoding="utf-8") as handle:
        json.dump(table, handle)


def test_development_sets_are_read_and_scored(tmp_path: Path) -> None:
    write_set(tmp_path / "S_dev.json.gz")
    told = development.read_set(tmp_path / "S_dev.json.gz")
    assert len(development.without(told.places, told.queries)) == 0
    assert len({query.fold for query in told.queries}) > 1
    samples = list(tune.both("S", told, told.queries, within=False))
    present = [s for s in samples if not s.absent]
    assert present[0].table.shape == (8, len(PARTIAL_FEATURES)) and present[0].right.mean() > 0.8
    absent = [s for s in samples if s.absent]
    assert sum(len(s.right) for s in absent) <= 8 and not any(s.right.any() for s in absent)


def test_what_a_set_allows_at_most() -> None:
    places = [
        Place("a", "Suran", 37.0, 36.5, ("صوران",)),
        Place("b", "Sūrān", 36.7, 35.3, ("صوران",)),
        Place("c", "Azaz", 37.0, 36.6),
        Place("d", "Tall", 40.0, 36.0, ("Kobani",)),
    ]
    queries = [
        development.Query("Sooran", 37.0, 36.5, "a"),
        development.Query("Kobani", 37.0, 36.6, "c"),
    ]
    given = development.Development(places, queries)
    # One of two that look alike is right by luck, and Kobani is what only a wrong place is called.
    assert development.reachable(given) == (0.75, 0.25)
    assert development.reachable(development.Development(places[1:2], queries)) == (0.0, 0.0)


def test_arabic_asked_of_latin(tmp_path: Path) -> None:
    rows = ["1\tMarea\t36.48\t37.19\t0\tMare|مارع|Мареа", "2\tدابق\t36.5\t37.3\t\t"]
    with gzip.open(tmp_path / "g.tsv.gz", "wt", encoding="utf-8") as handle:
        handle.write("\n".join(rows) + "\n")
    told = development.arabic_set(tmp_path / "g.tsv.gz")
    assert [(p.id, p.all_names()) for p in told.places] == [("1", ("Marea",))]
    assert [(q.text, q.id, q.lon) for q in told.queries] == [("مارع", "1", 37.19)]


def test_places_of_a_query_without_an_id_are_taken_out_by_distance() -> None:
    places = [Place("a", "Azaz", 37.0, 36.5), Place("b", "Dabiq", 37.3, 36.5)]
    gone = development.Query("Aazaz", 37.01, 36.51, "None")
    assert [p.id for p in development.without(places, [gone])] == ["b"]


def test_networks_learn_what_tells_right_from_wrong() -> None:
    rng = np.random.default_rng(3)
    table = rng.normal(size=(900, len(FEATURES)))
    right = table[:, 0] + table[:, 1] > 0
    fold = np.arange(900) % 5
    seen = train.Sample(
        "S",
        False,
        table,
        right,
        right,
        np.zeros(900),
        ~right,
        fold,
        1.0,
        np.full(len(right), np.nan),
    )
    certainty = certainty_from_json(train.networks([seen]))
    assert ((certainty.logits(table) > 0) == right).mean() > 0.8
    told = held_out.by_name([seen], held_out.held_out([seen]))["S", False]
    assert ((told[0] > 0) == right).mean() > 0.85
    with pytest.raises(ValueError, match="other features"):
        certainty_from_json({**train.networks([seen]), "features": ["x"]})


def test_networks_correct_what_is_added_to_them() -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(4_000, len(FEATURES)))
    right, fold = table[:, 0] > 0, np.arange(4_000) % 5
    extra = np.where(table[:, 1] > 0, 3.0, 0.0)
    seen = train.Sample(
        "S", False, table, right, right, extra, ~right, fold, 1.0, np.full(len(right), np.nan)
    )
    shares = [
        (((certainty_from_json(table_).logits(table) + extra) > 0) == right).mean()
        for table_ in (train.networks([seen], added=added) for added in (False, True))
    ]
    assert shares[1] > 0.85 and shares[1] > shares[0] + 0.05


class _Unsure(Certainty):
    """Says of every exact spelling that it is not sure."""

    def logits(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(table), -9.0)


def test_near_spellings_are_judged_lower_until_few_of_what_is_lacking_are_answered() -> None:
    """A gazetteer whose near spellings are right by halves, where its place is there at all."""
    rng = np.random.default_rng(5)

    def sample(name: str, *, absent: bool) -> train.Sample:
        table = rng.normal(size=(600, len(PARTIAL_FEATURES)))
        right = (table[:, 0] + rng.normal(size=600) > 0) & (not absent)
        exact = np.arange(600) % 6 == 0
        fold, extra = np.arange(600) % 5, np.full(600, 1.0)
        clear = np.ones(600, dtype=bool)
        return train.Sample(
            name, absent, table, right, clear, extra, exact, fold, 1.0, np.full(600, np.nan)
        )

    asked = [sample(n, absent=a) for n in tune_partial.JUDGED_BY for a in (False, True)]
    development_ = [sample("S", absent=a) for a in (False, True)]
    limits = {"resolve": 0.0, "resolve_told": 0.5}
    table, told = tune_partial.partial_networks(development_, asked, _Unsure(()), limits)
    for name in tune_partial.JUDGED_BY:
        least = held_out.least_of(limits, name)
        seen = held_out.rates(told[name, False], told[name, True], least)
        assert seen.wrong_when_absent <= held_out.WRONG_MAX and seen.precision > 0.8
    assert table["features"] == list(PARTIAL_FEATURES)


def test_sharpening_moves_prices_to_where_the_right_place_comes_first() -> None:
    names = ["Bazira", "Bagira", "Tamuna", "Tamila"]
    places = [Place(str(i), name, 30.0 + i, 30.0) for i, name in enumerate(names)]
    queries = [development.Query("Basira", 30.0, 30.0, "0")]
    rows = sharpen.rows_of(MemoryIndex(places), queries)
    costs, by = COSTS, match.default_weights()
    prices = [np.zeros(x.size) for x in (costs.substitute, costs.drop, costs.add)]
    found = sharpen.slopes(rows, costs, by, 1.0, np.ones(1, dtype=bool), prices)
    assert set(found) >= {"best", "per_symbol", "other", "names"} and any(p.any() for p in prices)
    assert sharpen.hits(rows, costs, by, np.ones(1, dtype=bool)) == (1.0, 1.0)


def test_stored_numbers_say_how_they_were_fitted() -> None:
    folder = Path(tune.__file__).parent
    for name in ("thresholds.json", "edit_costs.json", "certainty.json", "partial.json"):
        table = json.loads((folder / name).read_text(encoding="utf-8"))
        assert len(table["fitted"]) > 80
    told = json.loads((folder / "thresholds.json").read_text(encoding="utf-8"))["held_out"]
    for name in ("S1_sy", "S1_sy with governorate"):
        assert told[name]["precision"] >= 0.97
    for name in ("S1_sy", "S1_sy with governorate", "default sy", "default sy with country"):
        assert told[name]["wrong_when_absent"] <= 0.05
    assert default_thresholds().resolve > default_thresholds().consider
    assert Context().empty


def test_learning_finds_the_rule() -> None:
    words = ["kafar", "kasab", "hakil", "kafin", "sakar", "makki"] * 20
    table = fit.learn([(word.replace("k", "q"), word) for word in words])
    row, column = table["query"].index("q"), table["name"].index("k")
    assert table["substitute"][row][column] < 20
    assert table["substitute"][table["query"].index("a")][column] > 300


def test_pairs_to_learn_from_are_spellings_not_other_names() -> None:
    asked = [("Cheikh Hassan", ["Shaykh Hasan", "Tall Abyad", "Cheïkh Hassan"])]
    pairs = list(fit.same_name(asked, 0.6))
    assert ["".join(map(editcost.base, other)) for _, other in pairs] == ["Sayxhasan"]
    assert pairs[0][1][-1] == chr(ord("n") + editcost.LAST)


def test_names_for_the_default_gazetteer_are_of_places_it_has_and_lacks(tmp_path: Path) -> None:
    rows = [
        "1\tManbij\t36.5270\t37.9560\t0\tMambidj|منبج|Manbij",
        "2\tQwelmana\t35.2\t37.0\t0\tQwelmané",
        "3\tAleppo\t35.9\t37.17\t0\tXlepo",  # a namesake thirty kilometres away
    ]
    for country in everyday.COUNTRIES:
        with gzip.open(tmp_path / f"gaz_{country}.tsv.gz", "wt", encoding="utf-8") as handle:
            handle.write("\n".join(rows) + "\n")
    index = MemoryIndex(
        [Place("m", "Manbij", 37.9563, 36.5266, ("منبج",)), Place("a", "Aleppo", 37.17, 36.2)]
    )
    told = list(everyday.everyday_names(tmp_path, index))
    known = next(n for n in told if n.name == "default sy" and not n.absent)
    assert [(q.text, q.id) for q in known.queries] == [("Mambidj", "1")]
    unknown = next(n for n in told if n.name == "default sy" and n.absent)
    assert {q.id for q in unknown.queries} == {"2", "3"}
    exact = next(n for n in told if n.exact)
    assert {q.text for q in exact.queries} <= {"Manbij", "منبج", "Aleppo"}
    assert {n.country for n in told} == {"", "SY", "IQ", "UA"}
