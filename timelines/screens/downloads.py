"""Taking it away: files of a day or the whole period, a picture, and the embed with its snippet."""

from __future__ import annotations

import html

import streamlit as st

from geo.embed import iframe_snippet
from geo.scene import Scene
from timelines import dates
from timelines.screens.session import Opened, chosen_name
from timelines.screens.take import address

# Links and not buttons: a download that Streamlit makes on a click is gone when the page is drawn
# anew in that moment; the address of a file stays good.
LINKS = """<style>
.fl-take { display: flex; flex-wrap: wrap; gap: 0.5rem; font-size: 0.875rem; }
.fl-take a { display: inline-block; min-height: 2.5rem; padding: 0.45rem 0.8rem; color: inherit;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 0.5rem;
  text-decoration: none; box-sizing: border-box; }
.fl-take a:hover, .fl-take a:focus-visible { text-decoration: underline; border-color: currentColor;
  outline-offset: 2px; }
</style>"""
GIS = {"gpkg": "GeoPackage", "kmz": "KMZ", "fgb": "FlatGeobuf", "parquet": "GeoParquet"}
TABLES = {"csv": "CSV", "xlsx": "Excel"}


def show(opened: Opened, choice: str, *, on: int, known: str = "", policy: str = "") -> None:
    """Draw the links of what can be taken away; each file is made when its link is followed."""
    scene = opened.scene
    day = dates.iso(on)
    st.markdown("### Take it with you")
    _links(
        {
            f"Picture of {day}": address(choice, "png", on=day, known=known, policy=policy),
            f"GeoJSON of {day}": address(choice, "geojson", on=day, known=known, policy=policy),
            "GeoJSON of the whole period": address(choice, "geojson", known=known, policy=policy),
            "Embed: the map as one file": address(
                choice, "html", on=day, known=known, policy=policy
            ),
            "All data as a package": address(choice, "zip", known=known, policy=policy),
        }
    )
    with st.expander("More formats"):
        st.markdown(f"Of {day}, for the desk and for print:")
        of_day = {**TABLES, **GIS, "svg": "Picture as SVG"}
        _links(
            {
                name: address(choice, kind, on=day, known=known, policy=policy)
                for kind, name in of_day.items()
            }
        )
        st.markdown(
            "Of the whole period; QGIS (the GeoPackage) and Google Earth (the KMZ) play the dates. "
            "FlatGeobuf has no room for events whose place is not located:"
        )
        whole = {**GIS, **TABLES}
        _links(
            {
                name: address(choice, kind, known=known, policy=policy)
                for kind, name in whole.items()
            }
        )
    with st.expander("How to embed it"):
        _snippet(scene, chosen_name(choice))


def _links(links: dict[str, str]) -> None:
    rows = "".join(
        f'<a href="{html.escape(target)}" download>{html.escape(label)}</a>'
        for label, target in links.items()
    )
    st.html(f'{LINKS}<div class="fl-take">{rows}</div>')


def _snippet(scene: Scene, name: str) -> None:
    st.markdown(
        "Put the downloaded file on your own server and paste this where the map belongs. The file "
        "holds everything: it makes no request to anyone."
    )
    st.code(
        iframe_snippet(f"https://example.org/{name}.html", title=scene.title),
        "html",
        wrap_lines=True,
    )
