"""Figures for a date or a window: land, fronts, places, casualties, and the feed of claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from timelines import dates
from timelines.compose import event_days
from timelines.counts import parse_count, show_count
from timelines.ledger import NEVER, Int, retraction_spans
from timelines.runs import UNKNOWN, pick

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from timelines.timeline import Day, Timeline

CONTESTED = -2
NOT_KNOWN = "not known"


def control_on(
    timeline: Timeline,
    on: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> Int:
    """Who holds each cell on a day (cells,): lineage index, -1 not known, -2 contested.

    Made for `geo.territories` and `geo.frontlines` with `timeline.land(reach_km).tessellation`.
    """
    runs = timeline.runs(known_on=known_on, policy=policy)
    run = runs.at(dates.day(on), len(timeline.place_list))[timeline.land(reach_km).cell_place]
    holder = pick(runs.holder, run, UNKNOWN)
    return np.where(holder < UNKNOWN, CONTESTED, holder)


def side_numbers(timeline: Timeline, on: Day) -> tuple[Int, tuple[str, ...]]:
    """The side of each lineage on a day (lineages,), as a number into the names of the sides."""
    day = dates.day(on)
    names = [timeline.lineages.side(k, day) for k in range(len(timeline.lineages.ids))]
    sides = tuple(dict.fromkeys(names))
    return np.array([sides.index(name) for name in names], np.int64), sides


def held_areas(
    timeline: Timeline,
    on: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> pd.DataFrame:
    """Land by holder on a day: `actor` (id of the day, or `contested`), `name`, `color`,
    `area_km2`, `places` (with a cell). Largest first; land that is not assessed has no row.
    The same land as `geo.territories` draws.
    """
    tess = timeline.land(reach_km).tessellation
    asked = control_on(timeline, on, known_on=known_on, policy=policy, reach_km=reach_km)
    held, area = tess.cell_controller(asked), tess.area_km2
    day = dates.day(on)
    rows = []
    for code in np.unique(held[held != UNKNOWN]).tolist():
        mine = held == code
        if code == CONTESTED:
            who = ("contested", "Contested", "")
        else:
            actor = timeline.actors[timeline.lineages.name_on(code, day)]
            who = (actor.id, actor.name, actor.color)
        rows.append((*who, float(area[mine].sum()), int(mine.sum())))
    rows.sort(key=lambda row: (-row[3], row[0]))
    return pd.DataFrame(rows, columns=["actor", "name", "color", "area_km2", "places"])


def front_lengths(
    timeline: Timeline,
    on: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> pd.DataFrame:
    """Fronts on a day: `side_a`, `side_b` (names of sides), `length_km`. Longest first."""
    fronts = fronts_on(timeline, on, known_on=known_on, policy=policy, reach_km=reach_km)
    frame = pd.DataFrame(fronts[["side_a", "side_b", "length_km"]])
    return frame.sort_values("length_km", ascending=False, ignore_index=True)


def fronts_on(
    timeline: Timeline,
    on: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> GeoDataFrame:
    """Fronts on a day with their lines: `side_a`, `side_b` (names), `length_km`, `geometry`."""
    from geo.frontline import frontlines

    held = control_on(timeline, on, known_on=known_on, policy=policy, reach_km=reach_km)
    number, sides = side_numbers(timeline, on)
    frame = frontlines(timeline.land(reach_km).tessellation, held, side=number)
    for column in ("side_a", "side_b"):
        frame[column] = [sides[k] for k in frame[column].tolist()]
    return frame


def window_rows(timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None) -> Int:
    """Rows of all claims that may fall into a window (both days inclusive), by begin.

    Those not yet known, retracted, or withdrawn by then are left out.
    """
    first, last = dates.day(begin), dates.day(end)
    day = NEVER - 1 if known_on is None else dates.day(known_on)
    starts, ends = event_days(timeline)
    inside = (starts <= last) & (ends > first) & (timeline.clocks.known <= day)
    for row, spans in retraction_spans(timeline.claims, timeline.clocks.known).items():
        inside[row] &= any(low <= day < high for low, high in spans)
    inside &= np.array([s != "retracted" for s in timeline.claims.column("status")], bool)
    # What holds on from before the window (a siege) belongs to it; a change of holder does not.
    control = np.array([k == "control" for k in timeline.claims.column("kind")], bool)
    inside &= ~control | (timeline.clocks.settled >= first)
    rows = np.flatnonzero(inside)
    return rows[np.lexsort((rows, starts[rows]))]


def feed(timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None) -> pd.DataFrame:
    """Claims of a window, one a row, as text for people, by day.

    Columns: `day` (ISO), `date` (in words), `kind`, `place_id`, `place` (as written), `actor`,
    `target` (names of the day), `status`, `killed`, `wounded`, `weapon`, `source` (publisher),
    `url`, `reported`, `note`, `claim_id`.
    """
    starts, _ = event_days(timeline)
    columns: dict[str, list[Any]] = {name: [] for name in _FEED}
    for row in window_rows(timeline, begin, end, known_on=known_on).tolist():
        claim = timeline.claims[row]
        when, day = dates.parse(claim.date), int(starts[row])
        source = timeline.sources.get(claim.source)
        values = (
            dates.iso(day),
            str(when),
            claim.kind,
            timeline.place_ids[row],
            claim.place,
            actor_name(timeline, claim.actor, day),
            actor_name(timeline, claim.target, day),
            claim.status,
            show_count(*parse_count(claim.killed)),
            show_count(*parse_count(claim.wounded)),
            claim.weapon,
            (source.publisher or source.id) if source else claim.source,
            source.url if source else "",
            claim.reported,
            claim.note,
            timeline.claims.key(row),
        )
        for name, value in zip(_FEED, values, strict=True):
            columns[name].append(value)
    return pd.DataFrame(columns)


_FEED = (
    "day",
    "date",
    "kind",
    "place_id",
    "place",
    "actor",
    "target",
    "status",
    "killed",
    "wounded",
    "weapon",
    "source",
    "url",
    "reported",
    "note",
    "claim_id",
)


def actor_name(timeline: Timeline, text: str, day: int) -> str:
    """The name of the day of an actor as written; the text itself where it is no actor."""
    actor_id = timeline.actors.id_of(text) if text else None
    return timeline.actors.on(actor_id, day).name if actor_id else text
