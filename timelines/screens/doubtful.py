"""How far could the line be off? Measured when the reader asks, never while the slider moves."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from timelines import dates
from timelines.doubt import Doubt, doubt
from timelines.doubt.picture import svg
from timelines.doubt.words import area_words, choice_words, sentences
from timelines.errors import TimelinesError
from timelines.screens import pictures
from timelines.screens.text import plain
from timelines.timeline import Timeline

ASKED = "_doubt_asked"  # the day that was last asked about
WIDE_PX, NARROW_PX = 880, 340


@dataclass(frozen=True)
class Drawn:
    """A day's doubt and its two pictures, made once."""

    found: Doubt
    wide: str
    narrow: str


def show(timeline: Timeline, on: int, known_on: str | None) -> None:
    """Draw the expander; its content once the button for this day was pressed."""
    question = (timeline.name, timeline.data_hash, on, known_on)
    asked = st.session_state.get(ASKED) == question
    with st.expander("How far could the line be off?", icon=":material/straighten:"):
        day = str(dates.parse(dates.iso(on)))
        st.markdown(
            "The line is drawn from points by a rule. This draws the day again under other reaches "
            "and other ways to weigh the same claims, and measures the difference."
        )
        if not asked:
            button = st.empty()
            if not button.button(f"Measure {day}", key="doubt", icon=":material/straighten:"):
                return
            button.empty()
            st.session_state[ASKED] = question
        try:
            drawn = _drawn(timeline, on, known_on)
        except TimelinesError as error:
            st.error(plain(str(error)))
            return
        _answer(drawn, day)


@st.cache_resource(
    show_spinner="Drawing the day under other reaches and policies …",
    max_entries=16,
    hash_funcs={Timeline: lambda t: (t.name, str(t.path), t.data_hash)},
)
def _drawn(timeline: Timeline, on: int, known_on: str | None) -> Drawn:
    found = doubt(timeline, on, known_on=known_on)
    wide, narrow = (svg(found, width_px=width) for width in (WIDE_PX, NARROW_PX))
    return Drawn(found, wide, narrow)


def _answer(drawn: Drawn, day: str) -> None:
    st.markdown("\n".join(f"- {plain(text, 1500)}" for text in sentences(drawn.found)))
    alt = f"Map of how far the front of {day} could be off. The text and the tables say the same."
    pictures.show("fl-doubt", alt, wide=drawn.wide, narrow=drawn.narrow)
    one_digit = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        choice_words(drawn.found),
        hide_index=True,
        width="stretch",
        column_config={
            "Front, km": st.column_config.NumberColumn(format="%d"),
            "Off on average, km": one_digit,
            "Off at most, km": one_digit,
        },
    )
    whole = st.column_config.NumberColumn(format="%d")
    st.dataframe(
        area_words(drawn.found),
        hide_index=True,
        width="stretch",
        column_config=dict.fromkeys(("Land, km²", "At least", "At most"), whole),
    )
    st.caption(
        "Distances between the front as drawn and the other one, both ways: where only one of the "
        "two has a front, to the nearest other front. None: no front at all. At least and at most "
        "are over all the choices above. An error in the position of a place, and what nobody "
        "reported, are in none of these."
    )
