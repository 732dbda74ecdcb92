"""Names: place names as the news spells them, or a whole report, to places with reasons."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gazetteer import Gazetteer, Match
from gazetteer.scan import named_in
from geo.escape import cell_text
from timelines.screens.text import bidi, plain

EXAMPLES = "Kuweris\nBustan Qasr\nDeir Ezzor\nمارع\nSuran"
MAX_NAMES = 500
LINES, REPORT = "Names, one a line", "A whole report"
Named = tuple[list[str], list[Match]]
ANSWER = {
    "resolved": ":material/check_circle: resolved",
    "ambiguous": ":material/help: ambiguous",
    "unknown": ":material/block: unknown",
}


@st.cache_resource(show_spinner="Opening the gazetteer …")
def _gazetteer() -> Gazetteer:
    return Gazetteer.default()


def page() -> None:
    """Draw the page."""
    st.header("Names")
    st.markdown(
        "Place names as reports spell them, or a report that names them, in Latin, Arabic or "
        "Cyrillic. The gazetteer works offline. It answers only where one place stands clear of "
        "all others; otherwise it asks."
    )
    with st.form("names", border=False):
        whole = st.radio("What it is", (LINES, REPORT), horizontal=True) == REPORT
        text = st.text_area("Names", EXAMPLES, height=150, max_chars=20_000)
        left, right = st.columns(2)
        within = left.text_input(
            "Governorate or district, if known", placeholder="Aleppo", max_chars=100
        )
        country = right.text_input(
            "Country code, if known", placeholder="SY", max_chars=2, help="ISO 3166, two letters"
        )
        st.form_submit_button("Find", type="primary")
    if not text.strip():
        st.info("Nothing to look up yet: type a name above, one a line, or paste a report.")
        return
    area, code = within.strip() or None, country.strip().upper() or None
    names, matches = _named_in(text, area, code) if whole else _in_lines(text, area, code)
    if not names:
        st.info("No place that is known here is named in this text.")
        return
    for name, match in zip(names, matches, strict=True):
        _answer(name, match)
    st.download_button(
        "Coordinates as CSV",
        _table(names, matches).to_csv(index=False).encode(),
        "names.csv",
        "text/csv",
        on_click="ignore",
    )


def _in_lines(text: str, within: str | None, country: str | None) -> Named:
    """Each line a name."""
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if len(names) > MAX_NAMES:
        st.warning(f"Only the first {MAX_NAMES} of {len(names)} names are looked up here.")
        names = names[:MAX_NAMES]
    return names, _gazetteer().resolve_many(names, within=within, country=country)


def _named_in(text: str, within: str | None, country: str | None) -> Named:
    """The places that a report names, each spelling once: those near each other support it."""
    with st.spinner("Reading …"):
        named = named_in(text, _gazetteer(), within=within, country=country)
    return list(named), list(named.values())


def _answer(name: str, match: Match) -> None:
    with st.container(border=True):
        st.markdown(f"**{bidi(plain(name))}** — {ANSWER[match.status]}")
        if match.place:
            place = match.place
            radius = f" ± {place.uncertainty_m:,.0f} m" if place.uncertainty_m else ""
            st.markdown(
                f"{plain(place.name)} {bidi(plain(place.name_ar))} · {plain(place.kind)} · "
                f"{place.lon:.4f}, {place.lat:.4f}{radius} · {plain(match.why)}"
            )
            st.caption(f"Coordinate: {plain(place.source) or 'source not stated'}")
        elif match.candidates:
            asks = "Which one?" if match.status == "ambiguous" else "The nearest names:"
            st.markdown(f"{_reason(match)}{asks}")
            st.dataframe(_candidates(match), hide_index=True, width="stretch")
        else:
            st.markdown(f"{_reason(match)}Give its coordinates in `lon`, `lat`.")


def _reason(match: Match) -> str:
    """Why a name has no answer, as a sentence; what lies elsewhere is told there."""
    why = match.why or "no place of this name is known here"
    return f"{plain(why[0].upper() + why[1:])}. "


def _candidates(match: Match) -> pd.DataFrame:
    rows = [
        {
            "name": c.name,
            "Arabic": c.place.name_ar,
            "kind": c.place.kind,
            "in": c.place.admin1 or c.place.country,
            "lon": round(c.lon, 4),
            "lat": round(c.lat, 4),
            "score": round(c.score, 2),
            "why": c.why,
        }
        for c in match.candidates[:8]
    ]
    return pd.DataFrame(rows)


def _table(names: list[str], matches: list[Match]) -> pd.DataFrame:
    rows = []
    for name, match in zip(names, matches, strict=True):
        place = match.place
        rows.append(
            {
                "query": cell_text(name),
                "status": match.status,
                "place_id": place.id if place else "",
                "name": cell_text(place.name) if place else "",
                "lon": place.lon if place else None,
                "lat": place.lat if place else None,
                "uncertainty_m": place.uncertainty_m if place else None,
            }
        )
    return pd.DataFrame(rows)
