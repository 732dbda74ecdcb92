"""Figures for a date or a window: land, fronts, places, casualties, and the feed of claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from timelines import dates
from timelines.claims import KINDS
from timelines.compose import event_days
from timelines.counts import parse_count, show_count
from timelines.ledger import NEVER, Int, retraction_spans
from timelines.runs import UNKNOWN, pick

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from timelines.timeline import Day, Timeline

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]
CONTROL = KINDS.index("control")
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
    `area_km2`, `places` (with a cell), `population` and `population_unknown` (see `Series`).
    Largest first; land that is not assessed has no row. The same land as `geo.territories` draws.
    """
    people = residents(timeline, reach_km)
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
        counted = int(np.nansum(people[mine])), int(np.isnan(people[mine]).sum())
        rows.append((*who, float(area[mine].sum()), int(mine.sum()), *counted))
    rows.sort(key=lambda row: (-row[3], row[0]))
    columns = ["actor", "name", "color", "area_km2", "places", "population", "population_unknown"]
    return pd.DataFrame(rows, columns=columns)


def residents(timeline: Timeline, reach_km: float | None = None) -> Floats:
    """Population of each place of the land (cells,), NaN where the timeline does not say.

    It is what the timeline's source counted, before a war as a rule: not who lives there now.
    """
    cells = timeline.land(reach_km).cell_place.tolist()
    known = np.array([timeline.place_list[i].population for i in cells], float)
    return np.where(known > 0, known, np.nan)


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
    inside &= timeline.kinds >= 0
    # What holds on from before the window (a siege) belongs to it; a change of holder does not.
    inside &= (timeline.kinds != CONTROL) | (timeline.clocks.settled >= first)
    rows = np.flatnonzero(inside)
    return rows[np.lexsort((rows, starts[rows]))]


def feed(timeline: Timeline, begin: Day, end: Day, *, known_on: Day | None = None) -> pd.DataFrame:
    """Claims of a window, one a row, as text for people, by day.

    Columns: `day` (ISO), `date` (in words), `kind`, `place_id`, `place` (as written), `actor`,
    `target` (names of the day), `status`, `killed`, `wounded`, `weapon`, `source` (publisher),
    `url`, `reported`, `note`, `claim_id`.
    """
    starts, _ = event_days(timeline)
    rows = window_rows(timeline, begin, end, known_on=known_on)
    day = starts[rows]
    sources = timeline.sources

    text = {name: column_texts(timeline, name, rows) for name in _TEXTS}
    places = np.array([*timeline.place_list, None], object)[timeline.place_of[rows]]
    columns = {
        "day": each(day, dates.iso),
        "date": each(text["date"], lambda date: str(dates.parse(date))),
        "kind": text["kind"],
        "place_id": [place.id if place else "" for place in places],
        "place": text["place"],
        "actor": actor_names(timeline, text["actor"], day),
        "target": actor_names(timeline, text["target"], day),
        "status": each(text["status"], lambda status: status or "reported"),
        "killed": each(text["killed"], lambda count: show_count(*parse_count(count))),
        "wounded": each(text["wounded"], lambda count: show_count(*parse_count(count))),
        "weapon": text["weapon"],
        "source": publishers(timeline, text["source"]),
        "url": each(text["source"], lambda s: sources[s].url if s in sources else ""),
        "reported": text["reported"],
        "note": text["note"],
        "claim_id": claim_keys(timeline, rows),
    }
    return pd.DataFrame(columns)


_TEXTS = (
    *("date", "kind", "place", "actor", "target", "status", "killed", "wounded"),
    *("weapon", "source", "reported", "note"),
)


def column_texts(timeline: Timeline, name: str, rows: Int) -> Objects:
    """The texts of some rows of a column of claims (n,)."""
    return np.array(timeline.claims.column(name), object)[rows]


def publishers(timeline: Timeline, sources: Objects) -> Objects:
    """The publisher of each source (n,), its id where none is named."""
    known = timeline.sources
    return each(sources, lambda s: (known[s].publisher or s) if s in known else s)


def claim_keys(timeline: Timeline, rows: Int) -> Objects:
    """The keys of some claims (n,)."""
    ids = column_texts(timeline, "id", rows)
    for i in np.flatnonzero(ids == "").tolist():
        ids[i] = timeline.claims.key(int(rows[i]))
    return ids


def each(values: NDArray[Any], read: Callable[[Any], Any]) -> Objects:
    """`read` of every value (n,), called once for each that differs."""
    codes, found = pd.factorize(values)
    made = np.empty(len(found), object)
    made[:] = [read(value) for value in found.tolist()]
    return made[codes]


def actor_names(timeline: Timeline, texts: Objects, days: Int) -> Objects:
    """The name of the day of each actor as written (n,); the text itself where it is no actor."""
    codes, found = pd.factorize(texts)
    pairs, pair_of = pairs_of(codes, days)
    names = np.empty(len(pairs), object)
    names[:] = [actor_name(timeline, found[code], day) for code, day in pairs]
    return names[pair_of]


def pairs_of(codes: Int, days: Int) -> tuple[list[tuple[int, int]], Int]:
    """The pairs of code and day that there are, and which of them each row has (n,)."""
    low = int(days.min(initial=0))
    span = int(days.max(initial=0)) - low + 1
    keys, pair_of = np.unique((codes + 1) * span + (days - low), return_inverse=True)
    code, day = np.divmod(keys, span)
    return list(zip((code - 1).tolist(), (day + low).tolist(), strict=True)), pair_of


def actor_name(timeline: Timeline, text: str, day: int) -> str:
    """The name of the day of an actor as written; the text itself where it is no actor."""
    actor_id = timeline.actors.id_of(text) if text else None
    return timeline.actors.on(actor_id, day).name if actor_id else text
