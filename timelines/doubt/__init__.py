"""How far could the line be off on one date? Three doubts, each measured apart.

- *Between the places*: the line runs halfway between places of different holders. With every holder
  right it may still run anywhere between them.
- *The reach*: land belongs to the nearest place only out to a stated reach. Another reach never
  moves the line sideways: it draws more of it, or less.
- *The reading*: other policies weigh the same claims otherwise, and then the line runs elsewhere.

An error in the position of a place, and a report that nobody made, are in none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import distance_m, segment_length_m
from timelines import dates
from timelines.errors import QueryError
from timelines.ledger import Int
from timelines.runs import UNKNOWN
from timelines.series import CONTESTED
from timelines.tally import control_on, fronts_on, side_numbers

if TYPE_CHECKING:
    from geo.tessellation import Tessellation
    from geo.variants import Sensitivity
    from timelines.land import Land
    from timelines.timeline import Day, Timeline

Floats = NDArray[np.float64]
SHARES = (0.5, 0.75, 1.25, 1.5)  # of the stated reach
LEAST_KM, MOST_KM = 0.1, 500.0
MOST_PARTIES = 4
REFERENCE = "reference"  # as geo.variants calls what is drawn
DUST_KM2 = 0.05
_CODE_CONTESTED = -2


@dataclass(frozen=True)
class Doubt:
    """What other choices would have drawn on a day. Made by `doubt`.

    `choices`: one row a choice, `policy`, `reach_km`, `length_km` of front, and how far the front
    is from the one drawn, both ways: `furthest_km` (Hausdorff), `mean_km`; NaN where one of the
    two has no front. The first row is what is drawn. `areas`: `side`, `area_km2` as drawn,
    `low_km2`, `high_km2` under the choices. `same`: policies that read the day as drawn.

    Shapes in EPSG:4326: `line` the front as drawn; `between` the land between it and the nearest
    places on both sides; `rim` land that is drawn with some reaches only; `otherwise` land that
    some policy gives to another side, or contests. `half_mean_km`, `half_most_km`: how far the
    front is from the nearest place along its length, NaN without a front.
    """

    timeline: Timeline
    on: int
    known_on: int | None
    policy: str
    reach_km: float
    choices: pd.DataFrame
    areas: pd.DataFrame
    same: tuple[str, ...]
    line: Any
    between: Any
    rim: Any
    otherwise: Any
    half_mean_km: float
    half_most_km: float


def doubt(
    timeline: Timeline,
    on: Day,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
    reaches_km: Sequence[float] | None = None,
    policies: Sequence[str] | None = None,
) -> Doubt:
    """Measure a day under other reaches (default: half to one and a half of the timeline's) and
    other policies (default: `other_policies`).

    Raises:
        QueryError: unknown policy, a reach that is no length, or nothing to compare with.
    """
    day, known = dates.day(on), None if known_on is None else dates.day(known_on)
    land = timeline.land(reach_km)
    if reaches_km is None:
        reaches_km = [min(max(land.reach_km * s, LEAST_KM), MOST_KM) for s in SHARES]
    if any(not LEAST_KM <= reach <= MOST_KM for reach in reaches_km):
        raise QueryError(f"A reach is from {LEAST_KM:g} to {MOST_KM:g} km.")
    if policies is None:
        policies = other_policies(timeline, policy)
    number, sides = side_numbers(timeline, day)

    def read(name: str) -> Int:
        held = control_on(timeline, day, known_on=known, policy=name, reach_km=reach_km)
        return np.where(held >= 0, number[np.maximum(held, 0)], held)

    drawn = read(policy)
    readings = {name: read(name) for name in policies if name != policy}
    same = tuple(name for name, held in readings.items() if (held == drawn).all())
    differ = {name: held for name, held in readings.items() if name not in same}
    others = sorted({float(reach) for reach in reaches_km} - {land.reach_km})
    by_reach = _vary(land, drawn, others, {}) if others else None
    by_policy = _vary(land, drawn, [], differ) if differ else None
    found = [one for one in (by_reach, by_policy) if one]
    if not found:
        raise QueryError("There is nothing to compare with. Give another reach or policy.")
    fronts = fronts_on(timeline, day, known_on=known, policy=policy, reach_km=reach_km)
    between, half_mean, half_most = _halfway(land.tessellation, drawn)
    return Doubt(
        timeline=timeline,
        on=day,
        known_on=known,
        policy=policy,
        reach_km=land.reach_km,
        choices=_choices(found, policy, land.reach_km),
        areas=_areas(found, sides),
        same=same,
        line=fronts.geometry.union_all(),
        between=between,
        rim=_without_dust(by_reach.band.geometry.union_all()) if by_reach else _nothing(),
        otherwise=_given_to_others(land.tessellation, drawn, list(differ.values())),
        half_mean_km=half_mean,
        half_most_km=half_most,
    )


def other_policies(timeline: Timeline, policy: str = "default") -> tuple[str, ...]:
    """Policies worth comparing with: those without a parameter, and the telling of each side of
    which claims are known, most told first, at most four of them.
    """
    from timelines.policies import POLICIES

    lineages, ledger = timeline.lineages, timeline.ledger
    told = Counter(source.party for source in timeline.sources.values() if source.party)
    rows = zip(*(timeline.claims.column(c) for c in ("kind", "status", "actor")), strict=True)
    told.update(actor for kind, status, actor in rows if kind == "control" and status == "claimed")
    middle = (timeline.first_day + timeline.last_day) // 2
    holders = set(ledger.actor.tolist())
    parties: dict[str, str] = {}
    for text, _ in told.most_common():
        line = lineages.index(text)
        if line in holders and line >= 0:
            parties.setdefault(lineages.side(line, middle), lineages.name_on(line, middle))
    named = [f"party-{actor}-claims" for actor in list(parties.values())[:MOST_PARTIES]]
    return tuple(name for name in (*POLICIES, *named) if name != policy)


def _vary(
    land: Land, drawn: Int, reaches_km: Sequence[float], policies: dict[str, Int]
) -> Sensitivity:
    from geo.variants import sensitivity

    tess = land.tessellation
    return sensitivity(
        tess.lon,
        tess.lat,
        tess.boundary,
        drawn,
        reach_km=land.reach_km,
        reaches_km=reaches_km,
        policies=policies,
    )


def _given_to_others(tess: Tessellation, drawn: Int, readings: Sequence[Int]) -> Any:
    """The land that some reading gives to somebody else. Not where it says nothing: that a claim
    is left out is no claim for another side.
    """
    from geo.territory import label_polygons

    now = tess.cell_controller(drawn)
    other = np.zeros(len(now), bool)
    for reading in readings:
        then = tess.cell_controller(reading)
        other |= (then != now) & (then != UNKNOWN) & (now != UNKNOWN)
    other &= tess.area_km2 > 0
    return label_polygons(tess, np.where(other, 0, -1))[0] if other.any() else _nothing()


def _without_dust(shape: Any) -> Any:
    """Without the slivers between drawings whose borders are bent at other points."""
    import shapely

    from geo.crs import area_km2

    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    return shapely.multipolygons(parts[area_km2(parts) > DUST_KM2]) if len(parts) else _nothing()


def _choices(found: Sequence[Sensitivity], policy: str, reach_km: float) -> pd.DataFrame:
    table = pd.concat([one.fronts for one in found], ignore_index=True)
    table = table.drop_duplicates(["policy", "reach_km"], ignore_index=True)
    table["policy"] = table["policy"].where(table["policy"] != REFERENCE, policy)
    drawn = (table["policy"] == policy) & (table["reach_km"] == reach_km)
    table = table.rename(columns={"hausdorff_km": "furthest_km"})
    # Against itself: nought, not the dust of a projection there and back.
    table.loc[drawn & table["mean_km"].notna(), ["furthest_km", "mean_km"]] = 0.0
    order = np.argsort(~drawn.to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _areas(found: Sequence[Sensitivity], sides: tuple[str, ...]) -> pd.DataFrame:
    table = pd.concat([one.areas for one in found], ignore_index=True)
    rows = []
    for code, mine in table.groupby("controller"):
        area = mine["area_km2"]
        now = float((area - mine["change_km2"]).iloc[0])
        side = CONTESTED if code == _CODE_CONTESTED else sides[int(str(code))]
        rows.append((side, now, float(area.min()), float(area.max())))
    rows.sort(key=lambda row: (row[0] == CONTESTED, -row[1], row[0]))
    return pd.DataFrame(rows, columns=["side", "area_km2", "low_km2", "high_km2"])


def _halfway(tess: Tessellation, held: Int) -> tuple[Any, float, float]:
    """The land between the front and the places nearest to it, and how far they are from it, km:
    on average along the front, and at most.
    """
    import shapely

    from geo.frontline import is_front
    from geo.tessellation import SHARED

    of_cell = tess.cell_controller(held)
    edge = np.flatnonzero(tess.edge_kind == SHARED)
    left, right = tess.edge_left[edge], tess.edge_right[edge]
    rival = is_front(of_cell[left], of_cell[right])
    edge, left, right = edge[rival], left[rival], right[rival]
    if not edge.size:
        return _nothing(), float("nan"), float("nan")
    first = tess.edge_offset[edge].astype(np.int64)
    size = tess.edge_offset[edge + 1] - first
    row = np.repeat(np.arange(edge.size), size)
    at = np.arange(row.size) - np.repeat(np.cumsum(size) - size, size)
    line = tess.vertices[tess.edge_vertex[first[row] + at]]
    ends = _away_km(line, tess, left[row])
    within = np.flatnonzero(row[1:] == row[:-1])
    middle = _away_km((line[within] + line[within + 1]) / 2, tess, left[row[within]])
    # Simpson's rule along each straight piece.
    mean = (ends[within] + 4 * middle + ends[within + 1]) / 6
    weight = segment_length_m(line[within], line[within + 1])
    # Each place and its edge span a triangle inside its (convex) cell.
    shapes: list[Any] = []
    for cell in (left, right):
        points = np.concatenate([line, np.stack([tess.lon[cell], tess.lat[cell]], axis=1)])
        which = np.concatenate([row, np.arange(edge.size)])
        order = np.argsort(which, kind="stable")
        shapes.append(shapely.convex_hull(shapely.multipoints(points[order], indices=which[order])))
    corridor = shapely.union_all(np.concatenate(shapes))
    return corridor, float(np.average(mean, weights=weight)), float(ends.max())


def _away_km(points: Floats, tess: Tessellation, cell: NDArray[np.int32]) -> Floats:
    return distance_m(points[:, 0], points[:, 1], tess.lon[cell], tess.lat[cell]) / 1000


def _nothing() -> Any:
    import shapely

    return shapely.Polygon()
