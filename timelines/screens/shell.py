"""The script that Streamlit runs for each visitor: navigation. Each page is a module beside it."""

from pathlib import Path

import streamlit as st

from timelines.screens import about, compare, data, map, names

# A file of our own: a Material symbol as page icon would be fetched from a font host.
ICON = Path(__file__).parent / "icon.svg"
# The page begins below the navigation, not a hand's breadth further down; a phone needs its edges.
TIGHTER = """<style>
[data-testid="stMainBlockContainer"] { padding: 4.2rem clamp(1rem, 4vw, 5rem) 3rem; }
/* Streamlit's own grey has a contrast of 3.9; 4.5 is what small letters need. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { opacity: 1; }
[data-testid="stCaptionContainer"] { color: light-dark(#5c5b59, #b5b3b0); }
[data-testid^="stBaseButton-primary"], [data-testid^="stBaseButton-primary"]:hover {
  color: light-dark(#ffffff, #111111); }
/* Fingers need 24 px each: day, month and year of a date are parts of their own. */
[data-testid="stDateInput"] [role="spinbutton"] {
  display: inline-block; min-width: 24px; min-height: 24px; line-height: 24px; text-align: center; }
/* The player comes a moment after the page: what is below it should not jump down then. */
[class*="st-key-player-"] { min-height: 640px; }
[data-testid="stMarkdownContainer"] h3 { font-size: 1.25rem; }
</style>"""

st.set_page_config(page_title="frontlines", page_icon=str(ICON), layout="wide")
st.html(TIGHTER)
st.navigation(
    [
        st.Page(map.page, title="Map", icon=":material/map:", default=True),
        st.Page(
            compare.page, title="Compare", icon=":material/compare_arrows:", url_path="compare"
        ),
        st.Page(data.page, title="Data", icon=":material/table:", url_path="data"),
        st.Page(names.page, title="Names", icon=":material/search:", url_path="names"),
        st.Page(about.page, title="Method", icon=":material/info:", url_path="method"),
    ],
    position="top",
).run()
