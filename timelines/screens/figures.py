"""What a window of days holds: land, fronts, casualties, and the feed of claims.

It is drawn anew each time the reader's hand lets go: what costs more waits until it is asked for.
"""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from timelines import dates
from timelines.casualties import casualties, tolls
from timelines.counts import show_count
from timelines.screens import cut_off, doubtful, over_time
from timelines.screens.text import km2, plain
from timelines.series import side_name
from timelines.tally import NOT_KNOWN, feed, front_lengths, held_areas
from timelines.timeline import Timeline

LAND, TIME, DEAD, CLAIMS = "Land and fronts", "Over time", "Killed and wounded", "Claims"


def show(timeline: Timeline, *, begin: int, on: int, known_on: str | None) -> None:
    """Draw the tallies of a day and of the window that ends with it."""
    span = f"{_words(begin)} to {_words(on)}"
    land, time, dead, claims = st.tabs([LAND, TIME, DEAD, CLAIMS], key="figures", on_change="rerun")
    with land:
        st.caption(f"On {_words(on)}")
        _land(timeline, on, known_on)
        cut_off.show(timeline, on, known_on)
        doubtful.show(timeline, on, known_on)
    with time:
        if time.open:
            over_time.show(timeline, on, known_on)
    with dead:
        st.caption(f"{span}. Ranges, because sources differ or leave a number open.")
        _casualties(timeline, begin, on, known_on)
    with claims:
        st.caption(span)
        _feed(timeline, begin, on, known_on)


def _words(day: int) -> str:
    return str(dates.parse(dates.iso(day)))


def _land(timeline: Timeline, on: int, known_on: str | None) -> None:
    areas = held_areas(timeline, on, known_on=known_on)
    fronts = front_lengths(timeline, on, known_on=known_on)
    left, right = st.columns(2)
    if areas.empty:
        left.info("No holder is known on this day. Move to a later one.")
    else:
        rows = {
            "Holder": [plain(name) for name in areas["name"]],
            "Land, km²": [km2(area) for area in areas["area_km2"]],
            "Places": [f"{count:,}" for count in areas["places"]],
        }
        if areas["population"].any():
            rows["People¹"] = [f"{people:,}" if people else "" for people in areas["population"]]
        # A table proper: on a phone its words wrap, where a grid would cut its last column off.
        left.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
    if fronts.empty:
        right.info("No frontline between rivals on this day.")
    else:
        rows = {
            "Between": [plain(side_name(timeline, side)) for side in fronts["side_a"]],
            "and": [plain(side_name(timeline, side)) for side in fronts["side_b"]],
            "Front, km": [f"{km:,.0f}" for km in fronts["length_km"]],
        }
        right.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
    st.caption(
        "Land by the reach rule: an estimate from points, printed with its parameters on the map."
    )
    if not areas.empty and areas["population"].any():
        places, silent = areas["places"].sum(), areas["population_unknown"].sum()
        st.caption(
            f"¹ In the {places - silent:,} of {places:,} places whose population the timeline "
            "knows, as its source counted them: not who lives there on this day."
        )


def _casualties(timeline: Timeline, begin: int, on: int, known_on: str | None) -> None:
    counted = casualties(timeline, begin, on, known_on=known_on)
    apart = tolls(timeline, begin, on, known_on=known_on)
    if counted.empty and apart.empty:
        st.info("No strike, clash or count falls into these days. Choose a longer window.")
        return
    if not counted.empty:
        table = pd.DataFrame(
            {
                "Province": counted["province"],
                "By (side)": [_side(timeline, side) for side in counted["side"]],
                "Events": counted["events"],
                "Killed": _ranges(counted, "killed"),
                "Wounded": _ranges(counted, "wounded"),
                "Without a number": counted["uncounted"],
            }
        )
        st.dataframe(table, hide_index=True, width="stretch")
    if not apart.empty:
        st.markdown("**Tolls**: counts over an area or a day; they overlap and are never added.")
        table = pd.DataFrame(
            {
                "Area": apart["place"],
                "Date": apart["date"],
                "By": apart["actor"],
                "Killed": _ranges(apart, "killed"),
                "Wounded": _ranges(apart, "wounded"),
                "Source": apart["source"],
            }
        )
        st.dataframe(table, hide_index=True, width="stretch")


def _side(timeline: Timeline, side: str) -> str:
    return "Not known" if side == NOT_KNOWN else side_name(timeline, side)


def _ranges(frame: pd.DataFrame, what: str) -> list[str]:
    pairs = zip(frame[f"{what}_low"], frame[f"{what}_high"], strict=True)
    return ["" if math.isnan(low) else show_count(low, high) for low, high in pairs]


def _feed(timeline: Timeline, begin: int, on: int, known_on: str | None) -> None:
    frame = feed(timeline, begin, on, known_on=known_on)
    if frame.empty:
        st.info("No claim falls into these days. Choose a longer window in the player.")
        return
    columns = [
        *("date", "kind", "place", "actor", "target", "status", "killed", "wounded", "weapon"),
        *("source", "url", "note"),
    ]
    frame["url"] = frame["url"].where(frame["url"].str.match(r"https?://"), None)
    st.dataframe(
        frame[columns],
        hide_index=True,
        width="stretch",
        column_config={"url": st.column_config.LinkColumn("Link", display_text="open")},
    )
