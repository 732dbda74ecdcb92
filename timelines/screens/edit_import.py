"""A file of claims into the open timeline: what would be taken and what refused, then taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from timelines.claims import KINDS, Claims
from timelines.contents import Store
from timelines.edits import Saved, imported
from timelines.errors import TimelinesError
from timelines.importers import FORMATS, FieldMapping, ImportReport, sniff
from timelines.screens.text import plain

HEAD_BYTES = 65_536
SHOWN = 50
SHOWN_COLUMNS = ("kind", "date", "place", "actor", "target", "status", "source", "reported", "note")
NO_ORDER = "as ISO dates, or said in the file"
ORDERS = {NO_ORDER: "", "day first (03/04 is 3 April)": "dmy", "month first": "mdy"}


def show(store: Store, finish: Callable[[Saved], None]) -> None:
    """Draw the import; `finish` is called with what was added."""
    with st.expander("Import claims from a file"):
        file = st.file_uploader(
            "CSV, XLSX, GeoJSON, KML, GeoPackage, ACLED, UCDP, VIINA, Wikipedia's map module …",
            key="import_file",
        )
        if file is None:
            return
        data = file.getvalue()
        parsed = _preview(file.name, data)
        if parsed is None:
            return
        claims, report = parsed
        if len(claims) and st.button(f"Take {len(claims):,} claim(s)", type="primary"):
            sources = [
                {name: str(text) for name, text in asdict(source).items() if text}
                for source in report.sources
            ]
            finish(imported(store, claims, sources))


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
    st.caption(f"To be said where the file does not: {plain(FORMATS[chosen].needs)}.")
    mapping = _mapping()
    try:
        claims, report = FORMATS[chosen].parse(data, mapping=mapping, name=name[-200:])
    except TimelinesError as error:
        st.error(plain(str(error), 2000))
        return None
    _report(claims, report)
    return claims, report


def _mapping() -> FieldMapping:
    a, b, c, d = st.columns(4)
    order = a.selectbox("Dates are written", list(ORDERS))
    kind = b.selectbox("Kind of claims, where not given", ["", *KINDS])
    source = c.text_input("Source, where not given", max_chars=200)
    day = d.text_input("Day of the whole file, where not given", max_chars=40)
    constants = {"kind": kind, "source": source.strip()}
    said: dict[str, Any] = {"constants": {name: text for name, text in constants.items() if text}}
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
