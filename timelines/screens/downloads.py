"""Taking it away: GeoJSON of a day or the whole period, and the embed with its snippet."""

from __future__ import annotations

import streamlit as st

from geo.embed import embed_html, iframe_snippet
from geo.export import export_geojson
from geo.scene import Scene
from timelines import dates
from timelines.screens.pick import chosen_name
from timelines.screens.session import Opened


def show(opened: Opened, choice: str, *, on: int) -> None:
    """Draw the download buttons. Files are made when a button is pressed, not before."""
    scene = opened.scene
    name = chosen_name(choice)
    day = dates.iso(on)
    st.markdown("##### Take it with you")
    with st.container(horizontal=True):
        st.download_button(
            f"GeoJSON of {day}",
            lambda: export_geojson(scene, on=on),
            f"{name}-{day}.geojson",
            "application/geo+json",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "GeoJSON of the whole period",
            lambda: export_geojson(scene, between=(scene.first_day, scene.last_day)),
            f"{name}-all.geojson",
            "application/geo+json",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Embed: the map as one file",
            lambda: embed_html(scene, date=day).encode(),
            f"{name}.html",
            "text/html",
            on_click="ignore",
            icon=":material/code:",
        )
    with st.expander("How to embed it"):
        _snippet(scene, name)


def _snippet(scene: Scene, name: str) -> None:
    st.markdown(
        "Put the downloaded file on your own server and paste this where the map belongs. The file "
        "holds everything: it makes no request to anyone."
    )
    st.code(iframe_snippet(f"https://example.org/{name}.html", title=scene.title), language="html")
