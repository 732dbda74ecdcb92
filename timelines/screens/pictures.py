"""A picture twice: one for a desk, one for a phone. One that shrinks takes its letters with it."""

from __future__ import annotations

import base64
import html

import streamlit as st

_PAGE = """<style>
.fl-pictures img {{ width: 100%; max-width: 1000px; height: auto; border: 1px solid #8884; }}
.fl-pictures .fl-narrow {{ display: none; }}
@media (max-width: 640px) {{
  .fl-pictures .fl-narrow {{ display: block; }}
  .fl-pictures .fl-wide {{ display: none; }}
}}
</style><div class="fl-pictures {kind}">
<img class="fl-wide" alt="{alt}" src="data:image/svg+xml;base64,{wide}">
<img class="fl-narrow" alt="{alt}" src="data:image/svg+xml;base64,{narrow}"></div>"""


def show(kind: str, alt: str, *, wide: str, narrow: str) -> None:
    """Draw the SVG texts; `kind` is the class that a test or a style finds them by."""
    pictures = {name: _data(text) for name, text in (("wide", wide), ("narrow", narrow))}
    st.html(_PAGE.format(kind=kind, alt=html.escape(alt), **pictures))


def _data(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()
