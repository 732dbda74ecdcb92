"""Figures for every day of a timeline: land by side, length of each front, land cut off.

All of it follows from the changes in one pass; no day is drawn. Sides are those of the day: where
an actor changes sides its land changes hands with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from timelines import dates
from timelines.errors import QueryError
from timelines.ledger import Int
from timelines.runs import UNKNOWN, Runs, pick
from timelines.tally import residents

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from timelines.timeline import Day, Timeline

CONTESTED = "contested"
MOST_ROWS = 5_000_000  # days times sides, or days times pairs of sides
_CONTESTED = -2  # as geo codes it


@dataclass(frozen=True, slots=True)
class SideChanges:
    """Which side holds each place of the land, from the first day on: what `geo` wants.

    Codes are numbers into `sides`, -1 not known, -2 contested. `initial` (n,) on the first day;
    row i of `day`, `place`, `side` (c,): from that day on that side holds that place. Places are
    numbered as in `timeline.land(...).cell_place`; days as `timelines.dates.day` gives them.
    """

    sides: tuple[str, ...]
    initial: Int
    day: Int
    place: Int
    side: Int

    def on(self, day: int) -> Int:
        """The code of each place (n,) at the end of a day."""
        held = self.initial.copy()
        due = np.flatnonzero(self.day <= day)
        due = due[np.argsort(self.day[due], kind="stable")]
        held[self.place[due]] = self.side[due]  # the last assignment is the newest
        return held

    def names(self, codes: Int) -> list[str]:
        """The side of each code; `contested` of -2."""
        return [self.sides[code] if code >= 0 else CONTESTED for code in codes.tolist()]


@dataclass(frozen=True)
class Series:
    """Every day from a timeline's first to its last.

    `areas`: `day`, `side`, `area_km2`, `places` (with a cell), `population` (of those places whose
    population the timeline knows), `population_unknown` (how many of the places say none), one row
    a day and side that ever holds anything; `contested` is one. `fronts`: `day`, `side_a`,
    `side_b`, `length_km`, one row a day and pair that is ever at a front. Days as numbers; sides
    as their names in the data.
    """

    areas: pd.DataFrame
    fronts: pd.DataFrame


def series(
    timeline: Timeline,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> Series:
    """Land and fronts of every day, as known on a day (None: now).

    Raises:
        QueryError: unknown policy, a reach that is no length, or a period with too many days.
    """
    from geo.daily import daily_fronts, daily_holdings
    from geo.history import frontline_history

    changes = side_changes(timeline, known_on=known_on, policy=policy, reach_km=reach_km)
    tess = timeline.land(reach_km).tessellation
    first, last = timeline.first_day, timeline.last_day
    rows = (changes.initial, changes.day, changes.place, changes.side)
    spells = frontline_history(tess, *rows, start=first)
    pairs = len(spells[["side_a", "side_b"]].drop_duplicates())
    most = max(len(changes.sides) + 1, pairs)
    if (last - first + 1) * most > MOST_ROWS:
        raise QueryError(
            f"{last - first + 1:,} days of {most:,} sides or fronts are too many for figures of "
            "every day. Give first_day and last_day in timeline.toml."
        )
    people = residents(timeline, reach_km)
    areas = daily_holdings(tess, *rows, population=people, start=first, end=last)
    fronts = daily_fronts(tess, *rows, start=first, end=last)
    areas["side"] = changes.names(areas.pop("controller").to_numpy())
    for column in ("side_a", "side_b"):
        fronts[column] = changes.names(fronts[column].to_numpy())
    columns = ["day", "side", "area_km2", "places", "population", "population_unknown"]
    return Series(areas[columns], fronts)


def side_changes(
    timeline: Timeline,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> SideChanges:
    """The changes of sides over a timeline's days, by the runs of holders.

    Raises:
        QueryError: unknown policy, or a reach that is no length.
    """
    runs = timeline.runs(known_on=known_on, policy=policy)
    cell_place = timeline.land(reach_km).cell_place
    first, last = timeline.first_day, timeline.last_day
    turns, table, sides = _sides(timeline)
    places = len(timeline.place_list)
    number = np.full(places, -1, np.int64)
    number[cell_place] = np.arange(len(cell_place))

    def code(holder: Int, epoch: Int | int) -> Int:
        named = table[epoch, np.maximum(holder, 0)]
        return np.where(holder >= 0, named, np.where(holder < UNKNOWN, _CONTESTED, UNKNOWN))

    begun = np.flatnonzero((runs.begin > first) & (runs.begin <= last) & (number[runs.place] >= 0))
    epoch = np.searchsorted(turns, runs.begin[begun], side="right")
    rows = [(runs.begin[begun], number[runs.place[begun]], code(runs.holder[begun], epoch))]
    for k, day in enumerate(turns.tolist(), 1):
        holder = _held(runs, day, places)[cell_place]
        turned = np.flatnonzero(np.isin(holder, np.flatnonzero(table[k] != table[k - 1])))
        rows.append((np.full(turned.size, day), turned, code(holder[turned], k)))
    initial = code(_held(runs, first, places)[cell_place], 0)
    day_, place, side = (np.concatenate(column) for column in zip(*rows, strict=True))
    return SideChanges(sides, initial, day_, place, side)


def cut_off_spells(
    timeline: Timeline,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
) -> pd.DataFrame:
    """When each cell was cut off from the largest land of its side: see `geo.cut_off_history`.

    `cell`, `side` (as in the data), `begin`, `end` (day numbers; exclusive, <NA> open).
    """
    from geo.encirclement import cut_off_history

    changes = side_changes(timeline, known_on=known_on, policy=policy, reach_km=reach_km)
    tess = timeline.land(reach_km).tessellation
    rows = (changes.initial, changes.day, changes.place, changes.side)
    spells = cut_off_history(tess, *rows, start=timeline.first_day)
    spells["side"] = changes.names(spells["side"].to_numpy())
    return spells


def cut_off_on(
    timeline: Timeline,
    on: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
    spells: pd.DataFrame | None = None,
) -> GeoDataFrame:
    """Parts of a side's land that are not joined to the rest of it on a day, largest first.

    `side`, `main` (its largest land, listed only where wholly shut in), `place_ids` (tuple),
    `area_km2`, `rival_km`, `contested_km`, `open_km` (border on land not assessed, or the edge of
    the map: a way out that cannot be ruled out), `shut_in` (no such border), `enclosed` (share of
    the border that is on rivals or contested land), `since` (day number since when some
    of it is cut off; <NA> where it is main land), `geometry`. `spells`: `cut_off_spells` of the
    same question, made here if not given.
    """
    from geo.encirclement import pockets

    changes = side_changes(timeline, known_on=known_on, policy=policy, reach_km=reach_km)
    day = dates.day(on)
    land = timeline.land(reach_km)
    found = pockets(land.tessellation, changes.on(day))
    if spells is None:
        spells = cut_off_spells(timeline, known_on=known_on, policy=policy, reach_km=reach_km)
    begin, end = spells["begin"].astype("int64"), spells["end"]
    now = spells[(begin <= day) & (end.isna() | (end.fillna(0) > day))]
    since = dict(zip(now["cell"].tolist(), now["begin"].tolist(), strict=True))
    of = land.tessellation.cell_of
    began = [
        min((since[c] for c in of[list(numbers)].tolist() if c in since), default=None)
        for numbers in found["places"]
    ]
    found["since"] = pd.array(began, dtype="Int64")
    ids = [tuple(timeline.place_list[land.cell_place[i]].id for i in p) for p in found["places"]]
    found["place_ids"] = pd.Series(ids, dtype=object, index=found.index)
    found["side"] = changes.names(found["side"].to_numpy())
    closed = found["rival_km"] + found["contested_km"]
    found["enclosed"] = closed / (closed + found["open_km"])
    columns = ["side", "main", "place_ids", "area_km2", "rival_km", "contested_km", "open_km"]
    ordered: GeoDataFrame = found[
        [*columns, "shut_in", "enclosed", "since", "geometry"]
    ].sort_values("area_km2", ascending=False, ignore_index=True, kind="stable")
    return ordered


def steps(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """A daily table without the days on which nothing changes; the first and last day stay.

    The keys are the columns other than `day` and `value`; drawn as steps it looks the same.
    """
    keys = [name for name in frame.columns if name not in ("day", value)]
    ordered = frame.sort_values([*keys, "day"], ignore_index=True, kind="stable")
    same = (ordered[[*keys, value]] == ordered[[*keys, value]].shift(1)).all(axis=1)
    after = (ordered[keys] == ordered[keys].shift(-1)).all(axis=1)  # another day follows
    return ordered[~(same & after)].reset_index(drop=True)


def side_name(timeline: Timeline, side: str) -> str:
    """A side's name for people: of the actor that it is called after, else as in the data."""
    if side == CONTESTED:
        return "Contested"
    return timeline.actors[side].name if side in timeline.actors else side.capitalize()


def side_looks(timeline: Timeline, sides: list[str]) -> dict[str, tuple[str, str]]:
    """Colour and pattern of each side: those that most of its actors have; empty for none."""
    middle = (timeline.first_day + timeline.last_day) // 2
    of: dict[str, list[tuple[str, str]]] = {}
    for actor in timeline.actors.values():
        of.setdefault(timeline.actors.side(actor.id, middle), []).append(
            (actor.color, actor.pattern)
        )
    return {
        side: max(set(of[side]), key=lambda look: (of[side].count(look), look))
        if side in of
        else ("", "")
        for side in sides
    }


def _held(runs: Runs, day: int, places: int) -> Int:
    return pick(runs.holder, runs.at(day, places), UNKNOWN)


def _sides(timeline: Timeline) -> tuple[Int, Int, tuple[str, ...]]:
    """Days on which some lineage changes sides (t,), the side of each lineage before the first
    and from each of them on (t + 1, lineages), and the names that the numbers mean.
    """
    first, last = timeline.first_day, timeline.last_day
    lineages = timeline.lineages
    days: set[int] = set()
    for actor in timeline.actors.values():
        spans = [(actor.begin, actor.end)]
        spans += [(dated.begin, dated.end) for dated in (*actor.sides, *actor.member_of)]
        for begin, end in spans:
            days |= {day for day in (begin, None if end is None else end + 1) if day is not None}
    index: dict[str, int] = {}
    table: list[list[int]] = []
    turns: list[int] = []
    for day in (first, *sorted(d for d in days if first < d <= last)):
        row = [
            index.setdefault(lineages.side(k, day), len(index)) for k in range(len(lineages.ids))
        ]
        if not table or row != table[-1]:
            table.append(row)
            turns.append(day)
    sides = np.array(table, np.int64).reshape(len(table), -1)
    # One column at least, so that a timeline without actors can be looked up in it.
    padded = np.pad(sides, ((0, 0), (0, 1)))
    return np.array(turns[1:], np.int64), padded, tuple(index)
