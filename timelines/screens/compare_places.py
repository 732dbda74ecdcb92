"""What became of each place between two days: in sentences, and as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from timelines.compare import KINDS, Change, Comparison
from timelines.screens.text import bidi, plain

SENTENCES, SHOWN = 300, 40


def show(found: Comparison) -> None:
    """Draw what became of each place, in sentences and as a table."""
    changed, fresh, steady, table = st.tabs(["Changed", "Known or not", "The same", "Table"])
    with changed:
        moved = (one for one in found.changes if one.kind == "changed")
        _sentences([*moved], "No place went from one holder to another.")
    with fresh:
        st.caption("A first report is no conquest: nobody had said who held these otherwise.")
        _sentences([one for one in found.changes if one.kind != "changed"], "None.")
    with steady:
        wanted = st.text_input("Place contains", max_chars=100, key="compare_steady").casefold()
        places = found.timeline.place_list
        like = [n for n in found.steady if wanted.strip() in places[n].name.casefold()]
        shown = [found.change(n) for n in like[:SENTENCES]]
        _sentences(shown, "No such place.", more=len(like) - len(shown))
    with table:
        _table(found)


def _sentences(changes: Sequence[Change], empty: str, *, more: int = 0) -> None:
    """What changed, place by place; many are folded away below the first ones."""
    if not changes:
        st.info(empty)
        return
    more += max(0, len(changes) - SENTENCES)
    lines = [_line(one) for one in changes[:SENTENCES]]
    st.markdown("\n".join(lines[:SHOWN]))
    if len(lines) > SHOWN:
        with st.expander(f"{len(lines) - SHOWN} more"):
            st.markdown("\n".join(lines[SHOWN:]))
    if more:
        st.caption(f"… and {more:,} more; the CSV has all that changed.")


def _line(one: Change) -> str:
    said = one.text.removeprefix(one.place)
    space = " " if said[:1].isspace() else ""  # `plain` trims it
    # Outside the stars an isolate would keep 'Anzawiyah, with its apostrophe, from being bold.
    name = f"**{bidi(plain(one.place))}**{space}" if one.place else ""
    return f"- {name}{plain(said, 1500)}"


def _table(found: Comparison) -> None:
    rows = [
        {
            "place": one.place,
            "change": KINDS[one.kind],
            "before": " | ".join(one.before),
            "after": " | ".join(one.after),
            "day": one.day,
            "km²": round(one.area_km2, 1),
            "claims": ", ".join(one.claims),
            "against": ", ".join(one.against),
        }
        for one in found.changes
    ]
    if not rows:
        st.info("Nothing changed.")
        return
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
