"""The view as URL parameters: there and back, and hostile values fall back with a message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timelines.policies import POLICIES
from timelines.query import LANGUAGES, LAYERS, MODES, WINDOWS, ViewState, from_params

DAYS = st.none() | st.integers(0, 40_000)
STATES = st.builds(
    ViewState,
    timeline=st.sampled_from(["aleppo", "folder-2"]),
    on=DAYS,
    window=st.sampled_from(WINDOWS),
    known_on=DAYS,
    layers=st.lists(st.sampled_from(LAYERS), unique=True).map(
        lambda chosen: tuple(layer for layer in LAYERS if layer in chosen)
    ),
    hidden=st.lists(st.sampled_from(["isil", "sdf", "داعش"]), unique=True).map(tuple),
    place=st.sampled_from(["", "marea", "مارع"]),
    claim=st.sampled_from(["", "interpreter-fardos"]),
    view=st.none() | st.just((37.25, 36.4, 9.5)),
    lang=st.sampled_from(LANGUAGES),
    mode=st.sampled_from(MODES),
    policy=st.sampled_from([*POLICIES, "party-isil-claims", "party-a|b-claims"]),
)


@settings(deadline=None)
@given(STATES)
def test_there_and_back(state: ViewState) -> None:
    again, messages = from_params(state.to_params())
    assert messages == []
    assert again == state


def test_the_default_view_has_no_parameters() -> None:
    assert ViewState().to_params() == {}
    assert from_params({}) == (ViewState(), [])


HOSTILE = [
    "</script><script>alert(1)</script>", "{{7*7}}", "${1}", "../../etc/passwd", "\x00",
    "x" * 9_000, "nan,nan,nan", "1e999,0,1", "2015-02-30", "9999999", "-1", "٢٠١٥-١٠-٠٩",
    "\u202e", "a\nb", "[]", "None", "1,2,3,4", "200,0,1", "0,91,1", "' OR 1=1 --",
]  # fmt: skip
KEYS = ["t", "on", "window", "known", "layers", "hide", "place", "view", "lang", "mode", "policy"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: repr(v[:12]))
def test_hostile_values_fall_back_with_a_message(key: str, value: str) -> None:
    state, messages = from_params(
        {key: value}, timelines=["aleppo"], actors=["isil"], places=["marea"]
    )
    assert state == ViewState()
    assert len(messages) >= 1
    assert all(len(message) < 200 and message.isprintable() for message in messages)


@given(st.dictionaries(st.sampled_from([*KEYS, "claim"]), st.text(max_size=60), max_size=11))
@settings(max_examples=500)
def test_what_is_read_is_stable(params: dict[str, str]) -> None:
    state, _ = from_params(params)
    again, messages = from_params(state.to_params())
    assert (again, messages) == (state, [])


def test_days_outside_the_timeline_are_moved_inside_with_a_message() -> None:
    state, messages = from_params({"on": "1999-01-01"}, days=(15_000, 16_000))
    assert state.on == 15_000
    assert len(messages) == 1


def test_the_last_of_repeated_values_counts() -> None:
    assert from_params({"place": ["a", "b"]})[0].place == "b"
    assert from_params({"place": []})[0].place == ""


def test_a_party_is_a_policy_where_the_timeline_has_it() -> None:
    asked = {"policy": "party-isil-claims"}
    assert from_params(asked)[0].policy == "party-isil-claims"
    assert from_params(asked, actors=("isil", "sdf"))[0].policy == "party-isil-claims"
    state, messages = from_params(asked, actors=("sdf",))
    assert state.policy == "default" and len(messages) == 1
    for wrong in ("party--claims", "party-isil", "loudest", "party-\u202e-claims"):
        assert from_params({"policy": wrong})[0].policy == "default"
