"""The parts of matching: keys, edit costs, and what is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gazetteer import (
    editcost,
    keys,
    pool,
    script,
)
from gazetteer.memory import expand
from gazetteer.names import forms

COSTS = editcost.default_costs()


LETTERS = st.text(alphabet="abdfghijklmnqrstuwxyz", min_size=1, max_size=12)


def price(query: str, name: str) -> tuple[float, float]:
    """Cost, and evidence, of one name as a spelling of another."""
    asked, stored = (editcost.encode(forms([t]).marked, COSTS) for t in (query, name))
    layer = editcost.profiles(asked, stored, np.array([False]), COSTS)
    cost = float(editcost.distances(asked, stored, layer, COSTS)[0])
    return cost, float(editcost.alone(asked, layer, COSTS)[0]) - cost


def shared(one: str, other: str) -> bool:
    first, second = (set(keys.keys_of(forms([t])).key.tolist()) for t in (one, other))
    return bool(first & second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kuweris", "كويرس"),
        ("Harran", "Harrman"),
        ("Shiukh", "Tall ash Shuyukh"),
        ("Saraqib", "Sarakeb"),
        ("Ghazalah", "Khirbat Ghazalah"),
        ("Tal Hattabat Semaan", "Tall al Hattabat"),
    ],
)
def test_spellings_share_a_key(one: str, other: str) -> None:
    assert shared(one, other)


def test_unlike_names_share_none() -> None:
    assert not shared("Damascus", "Kobani")


@given(st.text(alphabet="bfklmnrst", min_size=1, max_size=12), st.integers(0, 11))
@settings(max_examples=150, deadline=None)
def test_leaving_out_a_consonant_still_shares_a_key(text: str, at: int) -> None:
    bones = keys.skeletons([text])[0]
    left = bones[:at] + bones[at + 1 :]
    # Words for kinds of place ("smt" is a Ukrainian one) are no name: they have no key.
    named = keys.skeletons([left])[0] == left and forms([left]).flat[0]
    if len(bones) > 3 and at < len(bones) and named:
        assert shared(bones, left)


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("Cheikh", "Shaykh", "Rasm"),
        ("Jdaïdé", "Judaydah", "Jablah"),
        ("Mchaïrfé", "Al Mushayrifah", "Al Mughayr"),
        ("Khirbet Ghazale", "Khirbat al Ghazalah", "Khirbat al Jawz"),
        ("Rhazâle", "Ghazalah", "Rahhalah"),
        ("كويرس", "Kuwayris", "Kurin"),
        ("Kuweris", "كويرس", "كفرين"),
        ("Dayr Hafir", "دير حافر", "دير حسان"),
    ],
)
def test_spellings_cost_less_than_other_names(query: str, near: str, far: str) -> None:
    assert price(query, near)[0] < price(query, far)[0]
    assert price(query, near)[1] > 0


@given(LETTERS, LETTERS)
@settings(max_examples=150, deadline=None)
def test_costs_are_sums_of_prices(one: str, other: str) -> None:
    cost, _ = price(one, other)
    own, _ = price(one, one)
    assert 0 <= own <= cost + 8 and np.isfinite(cost)


def test_batch_costs_equal_single_costs() -> None:
    names = [
        "Kuweris",
        "كويرس",
        "Tall ash Shuyukh",
        "a",
        "Khirbat al Ghazalah ash Sharqiyah",
        "Umm",
    ]
    codes = editcost.encode(forms(names).flat, COSTS)
    one, other = (m.ravel() for m in np.meshgrid(range(len(names)), range(len(names))))
    layer = editcost.profiles(codes[one], codes[other], np.zeros(len(one), dtype=bool), COSTS)
    batch = editcost.distances(codes[one], codes[other], layer, COSTS)
    single = [price(names[i], names[k])[0] for i, k in zip(one, other, strict=True)]
    assert batch.tolist() == pytest.approx(single, abs=1e-4)


def test_generic_word_is_passed_over_for_little() -> None:
    without, with_word = price("Rifaat", "Rifaat")[0], price("Tell Rifaat", "Rifaat")[0]
    assert 0 < with_word - without <= editcost.SKIP_GENERIC + editcost.GENERIC_ALONE + 0.01
    assert price("Tell Rifaat", "Rifaat")[0] < price("Dabiq Rifaat", "Rifaat")[0]


def test_best_of_keeps_the_highest_and_the_earliest() -> None:
    group = np.array([0, 0, 0, 1, 1])
    value = np.array([1.0, 3.0, 3.0, 0.5, 0.7])
    assert sorted(pool.best_of(group, value, 1).tolist()) == [1, 4]
    assert sorted(pool.best_of(group, value, 2).tolist()) == [1, 2, 3, 4]


def test_best_of_leaves_out_what_is_far_behind_but_for_a_few() -> None:
    group = np.array([0, 0, 0, 0, 1, 1], dtype=np.int64)
    value = np.array([0.9, 0.8, 0.3, 0.2, 0.3, 0.1])
    assert sorted(pool.best_of(group, value, 9, 0.25).tolist()) == [0, 1, 4, 5]
    assert sorted(pool.best_of(group, value, 9, 0.25, 3).tolist()) == [0, 1, 2, 4, 5]


def test_expand_writes_ranges_out() -> None:
    owner, at = expand(np.array([3, 7, 5]), np.array([5, 7, 8]))
    assert owner.tolist() == [0, 0, 2, 2, 2] and at.tolist() == [3, 4, 5, 6, 7]


def test_cheapest_script_adds_up_to_the_cost() -> None:
    one, other = "Kuweris", "Kuwayris"
    asked, stored = (editcost.encode(forms([t]).marked, COSTS) for t in (one, other))
    layer = editcost.profiles(asked, stored, np.array([False]), COSTS)
    used = [np.zeros(x.size) for x in (COSTS.substitute, COSTS.drop, COSTS.add)]
    script.cheapest(asked, stored, layer, COSTS, np.ones(1), used)
    paid = sum(
        float(count @ prices.ravel())
        for count, prices in zip(used, (COSTS.substitute, COSTS.drop, COSTS.add), strict=True)
    )
    assert paid == pytest.approx(price(one, other)[0], abs=1e-4)
