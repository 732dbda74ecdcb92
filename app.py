"""The app: what is served. The pages and their navigation are in `timelines.screens`."""

from pathlib import Path

import streamlit as st

from timelines.screens import serve

app = st.App(
    Path(__file__).parent / "timelines" / "screens" / "shell.py",
    routes=serve.routes(),
    lifespan=serve.warmed,
)
