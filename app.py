"""The app: navigation and wiring. Each page is a module of `timelines.screens`."""

import streamlit as st

from timelines.screens import about, data, map, names

st.set_page_config(page_title="frontlines", page_icon=":material/conversion_path:", layout="wide")
st.navigation(
    [
        st.Page(map.page, title="Map", icon=":material/map:", url_path="map", default=True),
        st.Page(data.page, title="Data", icon=":material/table:", url_path="data"),
        st.Page(names.page, title="Names", icon=":material/search:", url_path="names"),
        st.Page(about.page, title="Method", icon=":material/info:", url_path="method"),
    ],
    position="top",
).run()
