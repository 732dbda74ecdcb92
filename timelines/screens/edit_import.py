"""A file of claims into the open timeline: what would be taken and what refused, then taken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from timelines.claims import KINDS, Claims
from timelines.contents import Contents, Store
from timelines.edits import Saved, imported
from timelines.edits.preview import left_off
from timelines.errors import TimelinesError
from timelines.importers import FORMATS, FieldMapping, ImportReport, merge, sheet, sniff
from timelines.problems import Problem
from timelines.screens.text import plain

HEAD_BYTES = 65_536
READ = "_import_read"
LEFT_OFF = "_import_left_off"  # what was read, what was there, and the problems
SHEET = "_import_sheet_read"  # the link, and what came
SHOWN = 50
SHOWN_COLUMNS = ("kind", "date", "place", "actor", "target", "status", "source", "reported", "note")
NO_ORDER = "as ISO dates, or said in the file"
ORDERS = {NO_ORDER: "", "day first (03/04 is 3 April)": "dmy", "month first": "mdy"}


def show(store: Store, contents: Contents, finish: Callable[[Saved], None]) -> None:
    """Draw the import into a store that holds `contents`; `finish` gets what was added."""
    with st.expander("Import claims from a file"):
        found = _chosen()
        if found is None:
            return
        parsed = _preview(*found)
        if parsed is None:
            return
        claims, report = parsed
        joined = merge(Claims(contents.claims.columns, len(contents.claims)), claims)
        if joined.conflicts:
            st.warning(
                f"{len(joined.conflicts):,} of them have the id of a claim that is there and says "
                f"something else; they are left out: {plain(', '.join(joined.conflicts[:10]))}"
            )
        if joined.known:
            st.caption(f"{joined.known:,} of them are there already and stay as they are.")
        correct = bool(joined.corrections) and st.checkbox(
            f"The file says {len(joined.corrections):,} event(s) in other words than before: "
            "withdraw the older claims",
            value=True,
        )
        sources = [
            {name: str(text) for name, text in asdict(source).items() if text}
            for source in report.sources
        ]
        _left_off(contents, claims, sources)
        if joined.added and st.button(f"Take {joined.added:,} claim(s)", type="primary"):
            finish(imported(store, claims, sources, correct=correct))


def _chosen() -> tuple[str, bytes] | None:
    """The name and content of the file, or of the sheet that was asked for."""
    if not st.toggle("From a published Google Sheet instead", key="import_sheet"):
        file = st.file_uploader(
            "CSV, XLSX, GeoJSON, KML, GeoPackage, ACLED, UCDP, VIINA, Wikipedia's map module …",
            key="import_file",
        )
        return None if file is None else (file.name, file.getvalue())
    link = st.text_input(
        "Link of the sheet, shared with everyone who has it", max_chars=500, key="import_link"
    ).strip()
    st.caption("The button makes a request to docs.google.com: Google sees this machine's address.")
    if st.button("Ask Google for the sheet", disabled=not link, icon=":material/public:"):
        try:
            st.session_state[SHEET] = link, sheet.fetch(link)
        except TimelinesError as error:
            st.session_state.pop(SHEET, None)
            st.error(plain(str(error), 2000))
    asked, data = st.session_state.get(SHEET, ("", b""))
    return ("sheet.csv", data) if link and asked == link else None


def _preview(name: str, data: bytes) -> tuple[Claims, ImportReport] | None:
    usable = [one for one in FORMATS.values() if one.makes == "claims"]
    names = [one.name for one in usable]
    guess = sniff(name, data[:HEAD_BYTES])
    chosen = st.selectbox(
        "Format",
        names,
        index=names.index(guess) if guess in names else None,
        format_func=lambda one: f"{one}: {FORMATS[one].help}",
        placeholder="Not recognised: choose",
    )
    if chosen is None:
        return None
    needs = FORMATS[chosen].needs.replace("constants.", "")  # the fields have names below
    st.caption(f"To be said where the file does not: {plain(needs)}.")
    try:
        claims, report = _parsed(chosen, name, data, _mapping())
    except TimelinesError as error:
        st.error(plain(str(error), 2000))
        return None
    _report(claims, report)
    return claims, report


def _parsed(
    chosen: str, name: str, data: bytes, mapping: FieldMapping
) -> tuple[Claims, ImportReport]:
    """The file as read, kept while nothing is said anew: a click must not read it again."""
    asked = (chosen, name, hashlib.sha256(data).hexdigest(), repr(mapping))
    kept = st.session_state.get(READ)
    if kept is None or kept[0] != asked:
        bar = st.progress(0.0, "Reading …")
        try:
            found = FORMATS[chosen].parse(
                data,
                mapping=mapping,
                name=name[-200:],
                progress=lambda done, total: bar.progress(min(1.0, done / total) if total else 0.0),
            )
        finally:
            bar.empty()
        kept = st.session_state[READ] = (asked, found)
    result: tuple[Claims, ImportReport] = kept[1]
    return result


def _left_off(contents: Contents, claims: Claims, sources: list[dict[str, str]]) -> None:
    """Which of the claims will be kept but not drawn, and why: a place that nobody knows, say."""
    kept = st.session_state.get(LEFT_OFF)
    if kept is None or kept[0] is not claims or kept[1] is not contents:
        found = left_off(contents, claims, sources)
        kept = st.session_state[LEFT_OFF] = (claims, contents, found)
    wrong: tuple[Problem, ...] = kept[2]
    if not wrong:
        return
    count = len({problem.row for problem in wrong})
    st.warning(
        f"{count:,} of them would be kept but left off the map until they are mended under Edit."
    )
    shown = [
        {
            "claim": problem.row,
            "place": claims.column("place")[problem.row - 1] if problem.row else "",
            "column": problem.column,
            "what is wrong": problem.message,
            "remedy": problem.remedy,
        }
        for problem in wrong[:SHOWN]
    ]
    st.dataframe(pd.DataFrame(shown), hide_index=True, width="stretch")
    if len(wrong) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(wrong):,}.")


def _mapping() -> FieldMapping:
    a, b, c, d = st.columns(4)
    order = a.selectbox("Dates are written", list(ORDERS))
    kind = b.selectbox("Kind of claims, where not given", ["", *KINDS])
    source = c.text_input("Source, where not given", max_chars=200)
    day = d.text_input("Day of the whole file, where not given", max_chars=40)
    named = st.text_input(
        "Columns that have other names here",
        max_chars=500,
        placeholder="actor=Controller; place=Ort",
    )
    pairs = [part.partition("=") for part in named.split(";") if "=" in part]
    constants = {"kind": kind, "source": source.strip()}
    said: dict[str, Any] = {"constants": {name: text for name, text in constants.items() if text}}
    said["columns"] = {name.strip(): column.strip() for name, _, column in pairs}
    return FieldMapping.of(said | {"date_order": ORDERS[order], "on": day.strip()})


def _report(claims: Claims, report: ImportReport) -> None:
    st.markdown(plain(report.summary(), 2000))
    for warning in report.warnings[:20]:
        st.warning(plain(warning))
    for line in report.credits:
        st.caption(f"To be credited on every map: {plain(line, 1000)}")
    taken, refused = st.tabs([f"Taken: {len(claims):,}", f"Refused: {report.refused_rows:,}"])
    with taken:
        columns = {name: claims.column(name)[:SHOWN] for name in SHOWN_COLUMNS}
        st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch")
        if len(claims) > SHOWN:
            st.caption(f"The first {SHOWN} of {len(claims):,}.")
    with refused:
        if not report.refused_rows:
            st.markdown("No row is refused.")
            return
        rows = [asdict(one) for one in report.refused]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
        if report.unlisted:
            st.caption(f"… and {report.unlisted:,} more.")
