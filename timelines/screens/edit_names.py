"""Asking which place a name means: of new rows, and of claims that are there already."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from timelines.claims import Claim
from timelines.contents import Contents
from timelines.edits import Edit
from timelines.edits.places import Option, options_of, options_svg
from timelines.edits.settling import settling
from timelines.screens import edit_new
from timelines.screens.text import plain

MOST = 10
"""Names asked about at a time."""


def which(name: str, options: Sequence[Option], contents: Contents, of: str) -> Option | None:
    """Ask which place a name means; `of` keeps apart what asks for one name on the same page."""
    key = f"{of}-{name}"
    with st.container(border=True):
        st.markdown(f"**{plain(name)}**: which place is it?")
        if not options:
            st.markdown("No place of such a name is known. Say where it is.")
            return edit_new.place(name, contents, key)
        left, right = st.columns([3, 2])
        picked = left.radio(
            "Which place",
            range(len(options) + 1),
            format_func=lambda i: (
                f"{i + 1}. {plain(options[i].label)} — {plain(options[i].why, 120)}"
                if i < len(options)
                else "None of these"
            ),
            index=len(options),
            key=f"which-{key}",
            label_visibility="collapsed",
        )
        if drawn := options_svg(options):
            data = base64.b64encode(drawn.encode("utf-8", "replace")).decode()
            alt = "Map of the places by number, as listed"
            right.html(
                f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}" style="max-width:100%">'
            )
        return options[picked] if picked < len(options) else edit_new.place(name, contents, key)


def settle(
    contents: Contents, claims: Iterable[Claim], names: Mapping[str, int]
) -> tuple[list[Edit], list[Mapping[str, str]]] | None:
    """Ask about names that mean no one place (`unsettled`); what to save once some are settled."""
    if not names:
        return None
    asked = dict(list(names.items())[:MOST])
    with st.expander(f"{len(names):,} name(s) in the claims mean no one place for certain"):
        st.caption(
            "What you choose holds for every claim that spells the name so; for a single claim "
            "write the id of its place, or lon and lat, in the grid."
            + (f" The {MOST} names that most claims use come first." if len(names) > MOST else "")
        )
        chosen = {}
        for name, options in options_of(contents, list(asked)).items():
            st.caption(f"{asked[name]:,} claim(s) say {plain(name)}")
            if option := which(name, options, contents, "settle"):
                chosen[name] = option
        go = st.button(
            f"Settle {len(chosen):,} name(s)",
            type="primary",
            disabled=not chosen,
            icon=":material/pin_drop:",
        )
        return settling(claims, chosen) if go else None
