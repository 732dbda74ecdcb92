"""Compare: what changed between two days, or between what was known of a day then and later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from timelines import dates
from timelines.compare import KINDS, Comparison, Moment, compare
from timelines.compare.files import geojson, land_csv, places_csv
from timelines.compare.land import NOT_KNOWN, accounts
from timelines.compare.picture import svg
from timelines.compare.words import as_known, moment_words, words
from timelines.errors import DateError, TimelinesError
from timelines.screens import compare_places, pictures, session
from timelines.screens.pick import pick_timeline
from timelines.screens.session import chosen_name
from timelines.screens.text import plain
from timelines.series import side_name
from timelines.timeline import Timeline

DATES, KNOWLEDGE = "Two dates", "Two dates of knowledge"
ASKED = "_asked_comparison"  # what the address asked for when the page was opened
EARLIEST, LATEST = dates.day("0100-01-01"), dates.day("2999-12-31")
SPAN: Any = {"min_value": dates.date_of(EARLIEST), "max_value": dates.date_of(LATEST)}
SPAN_DAYS = 120  # between the two days that are shown where the address names none
FILES = (
    ("GeoJSON", "geojson", "application/geo+json"),
    ("Places as CSV", "csv", "text/csv"),
    ("Land as CSV", "land.csv", "text/csv"),
    ("Picture as SVG", "svg", "image/svg+xml"),
)
WIDE_PX, NARROW_PX = 880, 360


@dataclass(frozen=True)
class Drawn:
    """A comparison and all that the page shows of it, made once."""

    found: Comparison
    land: pd.DataFrame
    wide: str
    narrow: str
    files: tuple[bytes, ...]  # made with the page: one made on a click is lost to the next rerun


def page() -> None:
    """Draw the page."""
    st.header("Compare")
    choice = pick_timeline()
    try:
        opened = session.open_choice(choice)
    except TimelinesError as error:
        session.show_failure(error)
        return
    timeline = opened.timeline
    if not len(timeline.claims):
        st.info("This timeline holds no claim yet: there is nothing to compare.")
        return
    asked = _asked(timeline)
    if asked is None:
        return
    before, after = asked
    _remember(choice, before, after)
    try:
        drawn = _drawn(timeline, before, after)
    except TimelinesError as error:
        st.error(plain(str(error)))
        return
    _summary(drawn.found)
    _picture(drawn)
    _downloads(drawn, chosen_name(choice))
    _land(drawn)
    compare_places.show(drawn.found)


@st.cache_resource(
    show_spinner="Comparing …",
    max_entries=16,
    hash_funcs={Timeline: lambda t: (t.name, str(t.path), t.data_hash)},
)
def _drawn(timeline: Timeline, before: Moment, after: Moment) -> Drawn:
    found = compare(timeline, before, after)
    wide, narrow = (svg(found, width_px=width) for width in (WIDE_PX, NARROW_PX))
    files = (geojson(found), places_csv(found), land_csv(found), wide.encode("utf-8", "replace"))
    return Drawn(found, accounts(found), wide, narrow, files)


def _asked(timeline: Timeline) -> tuple[Moment, Moment] | None:
    """The two moments, from the controls, which begin as the address says."""
    said = st.session_state.setdefault(ASKED, st.query_params.to_dict())
    on = timeline.settings.open_day
    last = timeline.last_day if on is None else on
    how = st.segmented_control(
        "What to compare",
        [DATES, KNOWLEDGE],
        default=KNOWLEDGE if _said(said, "on") is not None else DATES,
        label_visibility="collapsed",
    )
    columns = st.columns(3)
    if how == KNOWLEDGE:
        day = _day(columns[0], "On", _said(said, "on"), last)
        first = _day(columns[1], "As known on", _said(said, "known_from"), day)
        second = _free_day(columns[2], "and as known on", _said(said, "known_to"))
        before, after = Moment(day, first), Moment(day, second)
    else:
        begin = max(timeline.first_day, last - SPAN_DAYS)
        begin = _day(columns[0], "From", _said(said, "from"), begin)
        end = _day(columns[1], "To", _said(said, "to"), max(last, begin))
        known = _free_day(columns[2], "As known on", _said(said, "known"))
        before, after = Moment(begin, known), Moment(end, known)
    if before.on > after.on or (how == KNOWLEDGE and before.known > after.known):
        st.info("The second day comes before the first. Give the earlier one first.")
        return None
    return before, after


def _said(params: dict[str, str], key: str) -> int | None:
    """A day that the address names; what is no day is as good as none, and is told."""
    text = params.get(key, "")[:40]
    try:
        day = dates.day(text) if text else None
    except DateError:
        day = EARLIEST - 1
    if day is None or EARLIEST <= day <= LATEST:
        return day
    st.warning(f"{key}={plain(text)} in the address is not a day such as 2015-10-09; left out.")
    return None


def _day(where: DeltaGenerator, label: str, said: int | None, otherwise: int) -> int:
    value = dates.date_of(otherwise if said is None else said)
    return dates.day(where.date_input(label, value, **SPAN) or value)


def _free_day(where: DeltaGenerator, label: str, said: int | None) -> int | None:
    """A day of knowledge; none means now."""
    day = where.date_input(
        label,
        None if said is None else dates.date_of(said),
        **SPAN,
        help="Only what had been reported by this day. Empty: all that is known now.",
    )
    return dates.day(day) if day else None


def _remember(choice: str, before: Moment, after: Moment) -> None:
    """Put the question into the address, so that a link shows tomorrow what it shows today."""
    if before.on == after.on and before.known_on != after.known_on:
        days = {"on": before.on, "known_from": before.known_on, "known_to": after.known_on}
    else:
        days = {"from": before.on, "to": after.on, "known": after.known_on}
    params = {"t": choice} | {k: dates.iso(d) for k, d in days.items() if d is not None}
    st.query_params.from_dict(params)


def _summary(found: Comparison) -> None:
    before, after = found.before.moment, found.after.moment
    count = {kind: sum(one.kind == kind for one in found.changes) for kind in KINDS}
    if found.of_knowledge and before != after:
        st.markdown(f"### {words(after.on)}, {as_known(before)} → {as_known(after)}")
    else:
        st.markdown(f"### {moment_words(before)} → {moment_words(after)}")
    if not found.changes:
        st.info("No place has another holder on the second day than on the first.")
    verb = "in other hands" if found.of_knowledge else "changed hands"
    parts = [f"**{count['changed']}** place{'' if count['changed'] == 1 else 's'} {verb}"]
    for number, how in (
        (count["found"], "was not known before"),
        (count["lost"], "is no longer known"),
    ):
        parts += [f"**{number}** whose holder {how}"] if number else []
    parts.append(f"**{len(found.steady)}** with the same holder on both sides")
    st.markdown(" · ".join(parts))


def _picture(drawn: Drawn) -> None:
    begin, end = (moment_words(one.moment) for one in (drawn.found.before, drawn.found.after))
    alt = f"Map of the land that changed hands from {begin} to {end}. The tables below say it too."
    pictures.show("fl-compare", alt, wide=drawn.wide, narrow=drawn.narrow)


def _land(drawn: Drawn) -> None:
    st.markdown("### Land by side, km²")
    frame = drawn.land
    timeline = drawn.found.timeline
    table = pd.DataFrame(
        {
            "Side": [side_name(timeline, side) for side in frame["side"]],
            "Before": frame["before_km2"].round(),
            "Gained": _ranges(frame, "gained"),
            "Not known before": _plain_km2(frame, "found"),
            "Lost": _ranges(frame, "lost"),
            "No longer known": _plain_km2(frame, "faded"),
            "After": frame["after_km2"].round(),
        }
    )
    numbers = {
        name: st.column_config.NumberColumn(format="localized") for name in ("Before", "After")
    }
    st.dataframe(table, hide_index=True, width="stretch", column_config=numbers)
    reach = timeline.land(drawn.found.reach_km).reach_km
    st.caption(
        f"By the reach rule at {reach:g} km. In brackets what is undisputed at least and possible "
        "at most (contested land, takeovers that may have happened, claims set aside), over "
        f"reaches from {reach * 0.75:g} to {reach * 1.25:g} km. An error in the position of a "
        "place is not in it."
    )


def _ranges(frame: pd.DataFrame, what: str) -> list[str]:
    columns = [frame[f"{what}{end}_km2"] for end in ("", "_low", "_high")]
    return [
        f"{value:,.0f}" + (f" ({low:,.0f}–{high:,.0f})" if high > 0 else "") if value or high > 0
        else ""
        for value, low, high in zip(*columns, strict=True)
    ]  # fmt: skip


def _plain_km2(frame: pd.DataFrame, what: str) -> list[str]:
    rows = zip(frame[f"{what}_km2"], frame["side"], strict=True)
    return [f"{km2:,.0f}" if km2 and side != NOT_KNOWN else "" for km2, side in rows]


def _downloads(drawn: Drawn, name: str) -> None:
    found = drawn.found
    both = (found.before.moment, found.after.moment)
    days = [m.known_on if found.of_knowledge else m.on for m in both]
    span = "-".join("now" if day is None else dates.iso(day) for day in days)
    stem = f"{name}-{'known-' if found.of_knowledge else ''}{span}"
    with st.container(horizontal=True):
        for (label, suffix, mime), data in zip(FILES, drawn.files, strict=True):
            st.download_button(
                label, data, f"{stem}.{suffix}", mime, on_click="ignore", icon=":material/download:"
            )
