"""The timeline picker that heads every page."""

from __future__ import annotations

import streamlit as st

from timelines.screens import session


def pick_timeline() -> str:
    """The chosen timeline (a bundled name or a path), kept over pages."""
    found = session.choices()
    options = list(found)
    current = st.session_state.get("timeline") or session.started_with() or "aleppo"
    if current not in found:
        current = options[0]
    chosen = st.selectbox(
        "Timeline",
        options,
        index=options.index(current),
        format_func=lambda option: found[option],
        label_visibility="collapsed",
    )
    st.session_state["timeline"] = chosen
    return chosen
