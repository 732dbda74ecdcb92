"""What changed, as land: pieces that changed hands, and each side's gains and losses with bounds.

The bounds answer two doubts at once. *Who*: the lower one counts land that a side holds without
contradiction now and cannot have held before, the upper one all that it may have gained (contested
land, takeovers that may have happened, claims that were set aside). *How far*: both are taken over
reaches from three quarters to five quarters of the stated one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from timelines.frames import objects
from timelines.history import UNKNOWN
from timelines.land import Land
from timelines.ledger import Int

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from timelines.compare import Comparison, Side

Bool = NDArray[np.bool_]
SPREAD = (0.75, 1.25)
LEAST_KM, MOST_KM = 0.1, 500.0
CONTESTED, NOT_KNOWN = "contested", "not known"


def pieces(comparison: Comparison) -> GeoDataFrame:
    """Land that changed hands, one row a connected piece, largest first.

    `lost_by`, `gained_by` (actor ids of the day; none where not known, several where contested, as
    tuples), `area_km2` (geodesic), `place_ids`, `claims` (keys of the claims behind the later
    state; tuples), `day` (ISO, of the last change in it, or empty), `geometry` (EPSG:4326).
    """
    from geo.delta import changed_hands

    land = comparison.timeline.land(comparison.reach_km)
    before, after = (
        _codes(comparison, side, land) for side in (comparison.before, comparison.after)
    )
    frame = changed_hands(land.tessellation, before, after, pieces=True)
    change = {one.place_id: one for one in comparison.changes}
    places = [
        tuple(comparison.timeline.place_list[land.cell_place[i]].id for i in numbers)
        for numbers in frame["places"]
    ]
    # Two places in one cell speak for it together: one of them may not have changed itself.
    inside = [[change[p] for p in ids if p in change] for ids in places]
    for column, day in (
        ("lost_by", comparison.before.moment.on),
        ("gained_by", comparison.after.moment.on),
    ):
        frame[column] = objects(
            [comparison.names(_holder(comparison, c), day) for c in frame[column]]
        )
    frame["place_ids"] = objects(places)
    frame["claims"] = objects(
        [tuple(dict.fromkeys(key for one in ones for key in one.claims)) for ones in inside]
    )
    frame["day"] = objects([max((one.day for one in ones), default="") for ones in inside])
    columns = ["lost_by", "gained_by", "area_km2", "place_ids", "claims", "day", "geometry"]
    ordered: GeoDataFrame = frame[columns].sort_values(
        "area_km2", ascending=False, ignore_index=True, kind="stable"
    )
    return ordered


def accounts(comparison: Comparison, *, spread: Sequence[float] = SPREAD) -> pd.DataFrame:
    """Each side's land: one row a side, then `contested` and `not known` where they have any.

    `side`, `color`, `before_km2`, `gained_km2` (from others), `found_km2` (of which no holder was
    known before: no conquest), `lost_km2` (to others), `faded_km2` (holder no longer known) and
    `after_km2`, as drawn. In each row before + gained + found - lost - faded = after, and what is
    gained by all is lost by all. `gained_low_km2`, `gained_high_km2`, `lost_low_km2`,
    `lost_high_km2` are the bounds, NaN in the last two rows; `places_gained`, `places_lost` (ids)
    and `claims` (keys behind the gains) are tuples. `spread`: factors of the reach that the bounds
    are taken over.
    """
    timeline = comparison.timeline
    sides = _sides(comparison)
    states = [_possible(comparison, side, sides) for side in (comparison.before, comparison.after)]
    land = timeline.land(comparison.reach_km)
    reaches = [min(max(land.reach_km * f, LEAST_KM), MOST_KM) for f in spread]
    lands = [land, *(timeline.land(reach) for reach in reaches)]
    rows = []
    for number, side in enumerate(sides):
        row = _account(land, states, number)
        bounds = [_bounds(one, states, number) for one in lands]
        low, high = np.min(bounds, axis=0), np.max(bounds, axis=0)
        if not (row["before_km2"] or row["after_km2"] or high.any()):
            continue
        named = side not in (CONTESTED, NOT_KNOWN)
        for i, what in enumerate(("gained", "lost")):
            row[f"{what}_low_km2"] = float(low[i]) if named else np.nan
            row[f"{what}_high_km2"] = float(high[i + 2]) if named else np.nan
        row |= {"side": side, "color": _color(comparison, side)}
        rows.append({**row, **_behind(comparison, states, number)})
    rows.sort(
        key=lambda r: (r["side"] in (CONTESTED, NOT_KNOWN), -r["before_km2"] - r["after_km2"])
    )
    return pd.DataFrame(rows, columns=ACCOUNTS)


ACCOUNTS = (
    "side", "color", "before_km2", "gained_km2", "gained_low_km2", "gained_high_km2", "found_km2",
    "lost_km2", "lost_low_km2", "lost_high_km2", "faded_km2", "after_km2", "places_gained",
    "places_lost", "claims",
)  # fmt: skip


class _State:
    """For each place the side that holds it (`held`, (places,)), and for each side the places
    that it may hold (`maybe`, (sides, places)) and those that it alone can hold (`sure`).
    """

    def __init__(self, held: Int, maybe: Bool) -> None:
        self.held, self.maybe = held, maybe
        self.sure = maybe & (maybe.sum(axis=0) == 1)


def _sides(comparison: Comparison) -> list[str]:
    lineages = comparison.timeline.lineages
    days = (comparison.before.moment.on, comparison.after.moment.on)
    named = {lineages.side(k, day) for day in days for k in range(len(lineages.ids))}
    return [*sorted(named - {CONTESTED, NOT_KNOWN}), CONTESTED, NOT_KNOWN]


def _possible(comparison: Comparison, side: Side, sides: list[str]) -> _State:
    timeline, day, places = comparison.timeline, side.moment.on, len(side.run)
    index = {name: i for i, name in enumerate(sides)}
    of = np.array(
        [index[timeline.lineages.side(k, day)] for k in range(len(timeline.lineages.ids))], np.int64
    )
    held = np.full(places, index[NOT_KNOWN], np.int64)
    maybe = np.zeros((len(sides), places), bool)
    plain = np.flatnonzero(side.holder >= 0)
    held[plain] = of[side.holder[plain]]
    maybe[held[plain], plain] = True
    maybe[index[NOT_KNOWN], side.holder == UNKNOWN] = True
    for place in np.flatnonzero(side.holder < UNKNOWN).tolist():
        contenders = of[list(comparison.contests[-2 - int(side.holder[place])])]
        one_side = len(set(contenders.tolist())) == 1
        held[place] = contenders[0] if one_side else index[CONTESTED]
        maybe[contenders, place] = True
    others = side.runs.maybe_at(day, places)
    may = np.flatnonzero(others >= 0)
    maybe[of[others[may]], may] = True
    for place, who in _set_aside(comparison, side):
        maybe[of[who], place] = True
    return _State(held, maybe)


def _set_aside(comparison: Comparison, side: Side) -> list[tuple[int, int]]:
    """Place and holder according to claims that were set aside."""
    runs = side.runs
    argued = np.flatnonzero(side.run >= 0)
    argued = argued[runs.last[side.run[argued]] > runs.middle[side.run[argued]]]
    named = comparison.timeline.claims.column("actor")
    index = comparison.timeline.lineages.index
    found = [
        (place, index(named[row]))
        for place in argued.tolist()
        for row in runs.losers(int(side.run[place]))
    ]
    return [(place, who) for place, who in found if who >= 0]


def _known(states: Sequence[_State], cells: Int) -> Bool:
    """Cells whose holder is known (or contested) on both sides; `not known` is the last side."""
    last = len(states[0].maybe) - 1
    both: Bool = (states[0].held[cells] != last) & (states[1].held[cells] != last)
    return both


def _account(land: Land, states: Sequence[_State], number: int) -> dict[str, Any]:
    area, known = np.asarray(land.tessellation.area_km2), _known(states, land.cell_place)
    had, has = (state.held[land.cell_place] == number for state in states)
    won, lost = has & ~had, had & ~has
    masks = {"before": had, "gained": won & known, "found": won & ~known}
    masks |= {"lost": lost & known, "faded": lost & ~known, "after": has}
    return {f"{name}_km2": float(area[mask].sum()) for name, mask in masks.items()}


def _bounds(land: Land, states: Sequence[_State], number: int) -> list[float]:
    """Gained and lost for certain, gained and lost at most, km²."""
    area, cells = np.asarray(land.tessellation.area_km2), land.cell_place
    (had, has), (kept, keeps) = (
        [getattr(state, what)[number, cells] for state in states] for what in ("maybe", "sure")
    )
    same = (states[0].held == states[1].held) & (states[0].maybe == states[1].maybe).all(axis=0)
    moved = ~same[cells]  # what is in the same doubt on both sides did not change
    masks = (keeps & ~had, kept & ~has, has & ~kept & moved, had & ~keeps & moved)
    known = _known(states, cells)
    return [float(area[mask & known].sum()) for mask in masks]


def _behind(comparison: Comparison, states: Sequence[_State], number: int) -> dict[str, Any]:
    places = comparison.timeline.place_list
    had, has = (state.held == number for state in states)
    won = {places[i].id for i in np.flatnonzero(has & ~had).tolist()}
    lost = {places[i].id for i in np.flatnonzero(had & ~has).tolist()}
    keys = [key for one in comparison.changes if one.place_id in won for key in one.claims]
    return {
        "places_gained": tuple(sorted(won)),
        "places_lost": tuple(sorted(lost)),
        "claims": tuple(dict.fromkeys(keys)),
    }


def _color(comparison: Comparison, side: str) -> str:
    """The colour that most of a side's actors have; empty for what is no side."""
    timeline, day = comparison.timeline, comparison.after.moment.on
    colors = [
        timeline.actors[timeline.lineages.name_on(k, day)].color
        for k in range(len(timeline.lineages.ids))
        if timeline.lineages.side(k, day) == side
    ]
    return max(colors, key=colors.count) if colors else ""


def _codes(comparison: Comparison, side: Side, land: Land) -> Int:
    """Holders of the cells as `geo` wants them: each contest a holder of its own."""
    holder = side.holder[land.cell_place]
    first = len(comparison.timeline.lineages.ids)
    return np.where(holder < UNKNOWN, first - 2 - holder, holder)


def _holder(comparison: Comparison, code: int) -> int:
    first = len(comparison.timeline.lineages.ids)
    return code if code < first else first - 2 - code
