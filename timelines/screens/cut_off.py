"""The short list of land that is cut off from the rest of its side on a day."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from timelines import dates
from timelines.errors import TimelinesError
from timelines.screens.text import bidi, km2, plain
from timelines.series import cut_off_on, cut_off_spells, side_name
from timelines.timeline import Timeline

SHOWN = 6
NAMED = 3  # places of a part
MOST = 100  # parts
MOST_RUNS = 20_000  # past that, since when land is cut off takes longer than a reader waits
ENCLOSED = 0.5  # of the edge on rivals or contested land: with less, nobody is known to stand there


def show(timeline: Timeline, on: int, known_on: str | None) -> None:
    """Draw it; nothing where nothing is cut off."""
    try:
        found = cut_off_on(timeline, on, known_on=known_on, spells=_spells(timeline, known_on))
    except TimelinesError as error:
        st.error(plain(str(error)))
        return
    if found.empty:
        return
    around = found["enclosed"] >= ENCLOSED
    listed = found[around].sort_values("shut_in", ascending=False, kind="stable")
    st.markdown("### Cut off on this day")
    lines = [f"- {_line(timeline, row)}" for row in listed.head(MOST).to_dict("records")]
    st.markdown("\n".join(lines[:SHOWN]) or "Nothing that rivals stand around.")
    if len(lines) > SHOWN:
        with st.expander(f"{len(listed) - SHOWN:,} more, smaller"):
            st.markdown("\n".join(lines[SHOWN:]))
            if len(listed) > MOST:
                st.caption(f"The first {MOST} of {len(listed):,}.")
    note = "Land not joined to the largest land of its side, as drawn by the reach rule."
    if not found["main"].all() and found["since"].isna().all():
        note += " Since when is not worked out for a timeline as large as this one."
    if not around.all():
        note += (
            f" Left out: {(~around).sum()} more, most of whose edge lies on land not assessed: no "
            "claim says who stands there."
        )
    st.caption(note)


@st.cache_resource(
    show_spinner=False,
    max_entries=16,
    hash_funcs={Timeline: lambda t: (t.name, str(t.path), t.data_hash)},
)
def _spells(timeline: Timeline, known_on: str | None) -> pd.DataFrame:
    if len(timeline.runs(known_on=known_on)) > MOST_RUNS:
        return pd.DataFrame({name: pd.array([], "Int64") for name in ("cell", "begin", "end")})
    return cut_off_spells(timeline, known_on=known_on)


def _line(timeline: Timeline, part: dict[Any, Any]) -> str:
    ids = part["place_ids"]
    names = ", ".join(plain(timeline.places[i].name, 60) for i in ids[:NAMED])
    if len(ids) > NAMED:
        names += f" and {len(ids) - NAMED} more"
    who = plain(side_name(timeline, part["side"]), 80)
    text = f"**{bidi(names)}**: {bidi(who)}, {km2(part['area_km2'])} km²"
    if part["main"]:
        text += ", all the land it holds in one piece"
    elif not pd.isna(part["since"]):
        text += f", since {_since(timeline, int(part['since']))}"
    if part["shut_in"]:
        return f"{text}. **Surrounded**: no way out on this map."
    rest = part["rival_km"] + part["contested_km"]
    return (
        f"{text}. {rest:,.0f} km of its edge on rivals or contested land, "
        f"{part['open_km']:,.0f} km on land not assessed."
    )


def _since(timeline: Timeline, day: int) -> str:
    words = str(dates.parse(dates.iso(day)))
    return f"{words} or before" if day <= timeline.first_day else words
