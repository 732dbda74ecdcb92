"""Land and people by side and the length of each front over all days, as charts.

Vega draws them in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from timelines import dates
from timelines.errors import TimelinesError
from timelines.palette import COLORS, UNKNOWN_COLOR
from timelines.screens.text import plain
from timelines.series import CONTESTED, series, side_looks, side_name, steps
from timelines.tally import residents
from timelines.timeline import Timeline

MOST_LINES = 8
MOST_LETTERS = 30
DAY_MS = 86_400_000
INK = "#222222"
# By pattern, then what is left: no two lines of a chart have the same dashes.
DASHES = {
    "solid": [1, 0],
    "diagonal": [8, 3],
    "dots": [2, 2],
    "cross": [8, 3, 2, 3],
    "vertical": [4, 4],
    "horizontal": [14, 4],
    "": [2, 5],
    "spare": [14, 3, 2, 3, 2, 3],
}


@dataclass(frozen=True)
class Chart:
    """One chart's lines: `table` has `day` (ms since 1970), `name`, `value`; each name its look."""

    table: pd.DataFrame
    names: tuple[str, ...]
    colors: tuple[str, ...]
    dashes: tuple[tuple[int, ...], ...]
    left_out: int


def show(timeline: Timeline, on: int, known_on: str | None) -> None:
    """Draw the charts with the day marked."""
    try:
        land, people, fronts = _charts(timeline, known_on)
    except TimelinesError as error:
        st.error(plain(str(error)))
        return
    if land.table.empty:
        st.info("No holder is known on any day.")
        return
    day = str(dates.parse(dates.iso(on)))
    st.markdown("### Land by side, km²")
    _draw(land, on, f"Land held by each side over time, {day} marked.")
    st.caption(
        "A line that rises may mean that more was taken, or only that more is known: land of which "
        "no claim speaks is nobody's. Land by the reach rule, contested land apart."
    )
    if not people.table.empty:
        st.markdown("### People in the places held")
        _draw(people, on, f"People in the places that each side holds over time, {day} marked.")
        counted = residents(timeline)
        st.caption(
            f"Only the {int((counted > 0).sum()):,} of {counted.size:,} places with land whose "
            "population this timeline knows are counted, with the number its source gives, before "
            "the war as a rule: not who lives there on the day."
        )
    if fronts.table.empty:
        st.info("No frontline between rivals on any day.")
        return
    st.markdown("### Length of each front, km")
    _draw(fronts, on, f"Length of the front between each two sides over time, {day} marked.")


@st.cache_resource(
    show_spinner="Counting every day …",
    max_entries=16,
    hash_funcs={Timeline: lambda t: (t.name, str(t.path), t.data_hash)},
)
def _charts(timeline: Timeline, known_on: str | None) -> tuple[Chart, Chart, Chart]:
    found = series(timeline, known_on=known_on)
    fronts = steps(found.fronts, "length_km")
    fronts["pair"] = list(zip(fronts["side_a"], fronts["side_b"], strict=True))
    pairs = _largest(fronts, "pair", "length_km")
    names = _named([" – ".join(_short(timeline, side) for side in pair) for pair in pairs])
    lengths = Chart(
        *_table(fronts, "pair", "length_km", dict(zip(pairs, names, strict=True))),
        COLORS[:MOST_LINES][: len(pairs)],
        _dashes(["solid"] * min(len(pairs), MOST_LINES)),
        max(0, len(pairs) - MOST_LINES),
    )
    land, people = (_by_side(timeline, found.areas, what) for what in ("area_km2", "population"))
    return land, people, lengths


def _by_side(timeline: Timeline, areas: pd.DataFrame, what: str) -> Chart:
    held = steps(areas[["day", "side", what]], what)
    sides = _largest(held, "side", what)
    names = _named([_short(timeline, side) for side in sides])
    looks = side_looks(timeline, sides)
    return Chart(
        *_table(held, "side", what, dict(zip(sides, names, strict=True))),
        tuple(looks[s][0] or UNKNOWN_COLOR for s in sides[:MOST_LINES]),
        _dashes([looks[s][1] if s != CONTESTED else "" for s in sides[:MOST_LINES]]),
        max(0, len(sides) - MOST_LINES),
    )


def _largest(table: pd.DataFrame, key: str, what: str) -> list[Any]:
    """The keys that ever have anything, by the most they have."""
    most = table.groupby(key)[what].max().sort_values(ascending=False, kind="stable")
    return list(most.index[most > 0])


def _table(
    held: pd.DataFrame, key: str, what: str, names: dict[Any, str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    table = pd.DataFrame(
        {"day": held["day"] * DAY_MS, "name": held[key].map(names), "value": held[what].round(1)}
    )
    shown = tuple(names.values())[:MOST_LINES]
    return table[table["name"].isin(shown)].reset_index(drop=True), shown


def _named(names: list[str]) -> list[str]:
    """No two the same: a chart would take them for one line."""
    found: list[str] = []
    for name in names:
        found.append(name if name not in found else f"{name} ({len(found) + 1})")
    return found


def _short(timeline: Timeline, side: str) -> str:
    """A side's name for a legend: without what stands in brackets, on one line."""
    name = " ".join(side_name(timeline, side).split())
    bare = name.partition(" (")[0] or name
    return bare if len(bare) <= MOST_LETTERS else f"{bare[: MOST_LETTERS - 1]}…"


def _dashes(patterns: list[str]) -> tuple[tuple[int, ...], ...]:
    free = dict(DASHES)
    found = []
    for pattern in patterns:
        chosen = pattern if pattern in free else next(iter(free))
        found.append(tuple(free.pop(chosen)))
    return tuple(found)


def _draw(chart: Chart, on: int, alt: str) -> None:
    st.vega_lite_chart(chart.table, _spec(chart, on), theme=None, width="stretch", alt=alt)
    if chart.left_out:
        st.caption(f"{chart.left_out} smaller ones are not in the chart.")


def _spec(chart: Chart, on: int) -> dict[str, Any]:
    scale: dict[str, Any] = {"domain": list(chart.names)}
    legend: dict[str, Any] = {"orient": "bottom", "direction": "vertical", "columns": 1}
    legend |= {"title": None, "labelLimit": 300, "symbolType": "stroke"}
    legend |= {"symbolSize": 900, "symbolStrokeWidth": 3}
    dash: dict[str, Any] = {"field": "name", "type": "nominal", "title": None}
    dash |= {"scale": {**scale, "range": [list(d) for d in chart.dashes]}}
    x = {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "title": None}
    y = {"field": "value", "type": "quantitative", "title": None, "axis": {"format": ",d"}}
    color = {**dash, "scale": {**scale, "range": list(chart.colors)}, "legend": legend}
    line: dict[str, Any] = {"type": "line", "interpolate": "step-after", "clip": True}
    tooltip: list[dict[str, Any]] = [
        {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": "since"},
        {"field": "name", "type": "nominal", "title": "line"},
        {"field": "value", "type": "quantitative", "format": ",.0f", "title": "value"},
    ]
    return {
        "height": 300 + 18 * len(chart.names),
        "background": "#ffffff",
        "padding": {"left": 4, "right": 8, "top": 8, "bottom": 4},  # Streamlit adds to it
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {
            "font": "Source Sans, Source Sans Pro, sans-serif",
            # The page's dark theme would else make the letters pale, on the same white ground.
            "axis": {"labelFontSize": 12, "labelColor": INK, "gridColor": "#e4e4e4"},
            "legend": {"labelFontSize": 12, "labelColor": INK},
        },
        "layer": [
            # A dark edge, so that a pale colour has contrast on white.
            {
                "mark": {**line, "color": "#444444", "strokeWidth": 3.6},
                "encoding": {"x": x, "y": y, "strokeDash": {**dash, "legend": legend}},
            },
            {
                "mark": {**line, "strokeWidth": 2.2},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": color,
                    "strokeDash": {**dash, "legend": legend},
                    "tooltip": tooltip,
                },
            },
            {
                "data": {"values": [{"day": on * DAY_MS}]},
                "mark": {"type": "rule", "color": "#000000", "strokeWidth": 1.5},
                "encoding": {"x": x},
            },
            {
                "data": {"values": [{"day": on * DAY_MS, "text": dates.iso(on)}]},
                "mark": {"type": "text", "color": INK, "dy": -6, "fontSize": 12, "y": 0},
                "encoding": {"x": x, "text": {"field": "text", "type": "nominal"}},
            },
        ],
    }
