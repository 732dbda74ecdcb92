"""Data: what lies behind the map (claims, places, sources), what is wrong with it, and uploads."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from timelines.claims import KINDS
from timelines.errors import TimelinesError
from timelines.problems import Problem
from timelines.screens import edit, session
from timelines.screens.pick import pick_timeline
from timelines.store import check, open_timeline
from timelines.timeline import Timeline


def page() -> None:
    """Draw the page."""
    st.header("Data")
    choice = pick_timeline()
    with st.expander("Open your own timeline"):
        _upload()
    try:
        where = session.located(choice)
        timeline, problems = _checked(where, session.fingerprint(where))
    except TimelinesError as error:
        session.show_failure(error)
        return
    session.show_problems(problems)
    if not problems:
        st.success("Every row is in order: no error, no warning.", icon=":material/check_circle:")
    claims, places, sources, work = st.tabs(["Claims", "Places", "Sources", "Edit"])
    with claims:
        _claims(timeline)
    with places:
        _places(timeline)
    with sources:
        st.dataframe(_sources(timeline), hide_index=True, width="stretch")
    with work:
        edit.show(where, problems)


@st.cache_resource(show_spinner="Checking every row …", max_entries=16)
def _checked(where: str, mark: str) -> tuple[Timeline, list[Problem]]:
    del mark  # part of the cache's key only
    return open_timeline(where, strict=False), check(where)


def _upload() -> None:
    st.markdown(
        "A timeline is a folder of CSV files. Only `claims.csv` is needed, with the columns "
        "`kind,date,place,actor,source`; the README lists the rest. Files stay on this machine."
    )
    files = st.file_uploader(
        "claims.csv and, if you have them, places.csv, actors.csv, sources.csv, timeline.toml",
        type=["csv", "toml"],
        accept_multiple_files=True,
    )
    if files and st.button("Open these files", type="primary"):
        folder, problems = session.keep_upload([(f.name, f.getvalue()) for f in files])
        session.show_problems(problems)
        if folder:
            st.session_state["uploaded"] = str(folder)
            st.session_state["timeline"] = str(folder)
            st.rerun()


def _claims(timeline: Timeline) -> None:
    kinds = st.pills("Kinds", KINDS, selection_mode="multi", default=KINDS)
    wanted = st.text_input("Place, actor or source contains", max_chars=100).strip().casefold()
    frame = _claims_frame(timeline)
    keep = frame["kind"].isin(kinds)
    if wanted:
        text = frame[["place", "place_id", "actor", "target", "source"]].agg(" ".join, axis=1)
        keep &= text.str.casefold().str.contains(wanted, regex=False)
    if not keep.any():
        st.info("No claim fits. Choose more kinds, or a shorter text.")
        return
    st.caption(f"{int(keep.sum()):,} of {len(frame):,} claims")
    st.dataframe(frame[keep], hide_index=True, width="stretch")


def _claims_frame(timeline: Timeline) -> pd.DataFrame:
    names = [
        *("kind", "date", "place", "actor", "target", "status", "source", "reported"),
        *("killed", "wounded", "weapon", "note"),
    ]
    columns = {name: timeline.claims.column(name) for name in names}
    frame = pd.DataFrame(columns)
    frame.insert(3, "place_id", list(timeline.place_ids))
    frame.insert(0, "id", [timeline.claims.key(row) for row in range(len(timeline.claims))])
    return frame


def _places(timeline: Timeline) -> None:
    rows = [
        {
            "id": place.id,
            "name": place.name,
            "Arabic": place.name_ar,
            "kind": place.kind,
            "governorate": place.admin1,
            "lon": place.lon,
            "lat": place.lat,
            "± m": place.uncertainty_m or None,
            "coordinate from": place.source,
        }
        for place in timeline.place_list
    ]
    missing = sum(row["lon"] is None for row in rows)
    if missing:
        st.caption(
            f"{missing} of {len(rows)} places could not be located from a source: their claims are "
            "kept and listed, not drawn."
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _sources(timeline: Timeline) -> pd.DataFrame:
    counts = pd.Series(timeline.claims.column("source")).value_counts()
    rows = [
        {
            "id": source.id,
            "publisher": source.publisher,
            "author": source.author,
            "title": source.title,
            "date": source.date,
            "url": source.url,
            "reliability (A–F)": source.reliability,
            "claims": int(counts.get(source.id, 0)),
        }
        for source in timeline.sources.values()
    ]
    return pd.DataFrame(rows)
