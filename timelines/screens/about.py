"""Method: how the map knows, how land is drawn, and what it does not say."""

from __future__ import annotations

import streamlit as st

from timelines.errors import TimelinesError
from timelines.screens import session
from timelines.screens.pick import pick_timeline
from timelines.screens.text import plain

TEXT = """
### What a claim is
Every mark on the map is a **claim**: one source's statement about one place, with the day it
happened (as exactly as the source says and no more) and the day it was reported. Claims are never
edited: a correction is a new claim that retracts the old one. Sources that disagree are all kept.

### How competing claims become one answer
The newest event that has certainly happened by the date wins. Between claims of the same day:
confirmed over reported over claimed over disputed, then the more reliable source (letters A to F
of the
Admiralty code). What stays tied between rivals is **contested** and drawn hatched in the colours
of each. Click a place to read which claims decided, which were set aside, and by which rule.

A date that is only known as "in October" counts from the last day on which it can have happened.
Before that the change is shown as possible, not as done.

### How land is drawn: the reach rule
Each place with a known holder holds the land that is nearer to it than to any other place of the
timeline, out to a stated reach, inside the boundary. Beyond every reach land is **not assessed**
and left empty. Strikes never colour land. Frontlines lie between rivals, not between allies. The
line is therefore an estimate from points: it may be off by several kilometres where places are
sparse, and it shows no trench. *How far could the line be off?* on the Map page measures it.

### What the tallies count
Killed and wounded are sums of what the sources state, as ranges. Counts of a whole province or day
(*tolls*) are listed apart and never added to single strikes. Where sources disagree, the lower and
the upper count both stay.

### Privacy
The app, its maps, exports and embeds make no request to anyone.
"""


def page() -> None:
    """Draw the page."""
    st.header("Method")
    choice = pick_timeline()
    st.markdown(TEXT)
    try:
        opened = session.open_choice(choice)
    except TimelinesError as error:
        session.show_failure(error)
        return
    scene = opened.scene
    st.markdown("### This timeline")
    if scene.description:
        st.markdown(plain(scene.description, 5000))
    st.markdown(f"**Rule.** {plain(scene.rule, 2000)}")
    if scene.licence:
        st.markdown(f"**Licence.** {plain(scene.licence, 1000)}")
    for line in scene.credits:
        st.markdown(f"- {plain(line, 1000)}")
    st.caption(f"Version of the data: {plain(scene.data_hash)}")
