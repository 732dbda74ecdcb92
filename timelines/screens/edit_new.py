"""Sources, actors and places that the claims to be saved name for the first time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from timelines.contents import Contents
from timelines.edits import Edit
from timelines.edits.places import Option, new_option
from timelines.folding import slug
from timelines.reading import read_actors
from timelines.screens.text import plain
from timelines.tables import Table

Row = Mapping[str, str]


def sources(contents: Contents, edits: Sequence[Edit]) -> list[Row]:
    """Who the sources are that sources.csv does not know yet."""
    table = contents.tables.get("sources")
    if table is None:
        return []
    known = set(table.column("id"))
    named = dict.fromkeys(e.row.get("source", "") for e in edits)
    rows: list[Row] = []
    for name in [name for name in named if name and name not in known]:
        with st.container(border=True):
            st.markdown(f"**{plain(name)}** is a new source: who published it?")
            a, b, c = st.columns(3)
            publisher = a.text_input("Publisher", max_chars=200, key=f"publisher-{name}")
            day = b.text_input("Date (EDTF)", max_chars=40, key=f"date-{name}")
            url = c.text_input("Link", max_chars=1_000, key=f"url-{name}")
            if publisher.strip():
                row = {"id": name, "publisher": publisher, "date": day, "url": url}
                rows.append({column: text.strip() for column, text in row.items()})
    return rows


def actors(contents: Contents, edits: Sequence[Edit]) -> list[Row]:
    """Who the actors are that actors.csv does not know yet: taken only when it is said."""
    table = contents.tables.get("actors")
    if table is None:
        return []
    # Read from a copy: the problems of actors.csv are told elsewhere.
    known = read_actors(Table(table.file, table.columns, table.rows))
    named = dict.fromkeys(e.row.get(column, "") for e in edits for column in ("actor", "target"))
    taken = set(table.column("id"))
    sides = sorted({side for side in table.column("side") if side and "@" not in side})
    rows: list[Row] = []
    for name in [name for name in named if name and not known.candidates(name)]:
        with st.container(border=True):
            st.markdown(f"**{plain(name)}** is no actor of this timeline. A new one, or a slip?")
            a, b, c = st.columns(3, vertical_alignment="bottom")
            new = a.checkbox("Add it as a new actor", key=f"new-actor-{name}")
            called = b.text_input("Full name", name, max_chars=200, key=f"actor-name-{name}")
            side = c.text_input(
                "Side",
                max_chars=100,
                key=f"actor-side-{name}",
                help=f"Fronts lie between sides. Here are: {plain(', '.join(sides), 500)}. "
                "Empty: a side of its own.",
            )
            if new:
                made = slug(name, taken)
                taken.add(made)
                alias = "" if name in (made, called.strip()) else name
                row = {"id": made, "name": called.strip() or name, "side": side.strip()}
                rows.append({**row, "aliases": alias})
    return rows


def place(name: str, contents: Contents, key: str) -> Option | None:
    """A place that no list knows, where the reader says where it is; `key` names the fields."""
    with st.expander("A place that is in no list"):
        a, b, c = st.columns(3)
        lon = a.text_input("Longitude (degrees)", max_chars=20, key=f"place-lon-{key}")
        lat = b.text_input("Latitude (degrees)", max_chars=20, key=f"place-lat-{key}")
        radius = c.text_input("Good to (metres)", max_chars=20, key=f"place-radius-{key}")
        said = st.text_input("How you know", max_chars=300, key=f"place-source-{key}")
        if not (lon.strip() or lat.strip()):
            return None
        try:
            return new_option(contents, name, lon=lon, lat=lat, radius=radius, source=said)
        except ValueError as error:
            st.error(plain(str(error)))
            return None
