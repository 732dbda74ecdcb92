"""Land cut off from the rest of its side: where a siege may be."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.changes import Changes, cell_changes
from geo.delta import members
from geo.frontline import Sides, side_of
from geo.graph import LinkedParts, connected
from geo.history import OPEN, spell_table
from geo.ragged import spread
from geo.territory import label_polygons, land_frame
from geo.tessellation import CONTESTED, SHARED, Tessellation

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def pockets(
    tess: Tessellation, controller: ArrayLike, *, side: Sides | None = None
) -> GeoDataFrame:
    """Parts of a side's land that are cut off or wholly shut in, one row each.

    `controller` and `side` as in `frontlines`: allies' land is one land. A side's largest part is
    its `main` land; every other part is cut off from it. The main part is listed only where it is
    shut in itself. Parts are joined where their cells share an edge; contested land joins nothing.

    Columns: `side`, `main`, `places` (numbers, as a tuple), `area_km2`, and what the part borders
    on: `rival_km`, `contested_km`, `open_km` (land not assessed, beyond the reach or the boundary:
    a way out that the map cannot rule out); `shut_in` says that no border is open; `geometry`
    (EPSG:4326). Sorted by side, then by area, largest first.
    """
    held = side_of(tess.cell_controller(controller), side)
    part, sides, area, main = _parts(tess, held)
    rival, contested, unknown = _borders(tess, held, part, sides.size)
    shut_in = unknown == 0
    listed = np.flatnonzero(~main | shut_in)
    listed = listed[np.lexsort((-area[listed], sides[listed]))]
    rank = np.full(sides.size + 1, -1)
    rank[listed] = np.arange(listed.size)
    label = rank[part]
    columns = {
        "side": sides[listed],
        "main": main[listed],
        "places": members(tess, label, listed.size),
        "area_km2": area[listed],
        "rival_km": rival[listed],
        "contested_km": contested[listed],
        "open_km": unknown[listed],
        "shut_in": shut_in[listed],
    }
    return land_frame(columns, label_polygons(tess, label))


def cut_off_history(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    side: Sides | None = None,
    start: Any = None,
) -> DataFrame:
    """Spells in which a cell is cut off: `cell`, `side`, `begin`, `end` (exclusive, <NA> open).

    Cut off as in `pockets`: the cell's land is not joined to its side's largest part. Other
    arguments as in `cell_changes`. Cells that never change hands are drawn together first, so that
    a day costs what its moving part costs.
    """
    changes = cell_changes(tess, initial, day, place, controller, start=start)
    sides = side_of(np.concatenate([changes.initial, changes.holder]), side)
    first, later = sides[: changes.initial.size], sides[changes.initial.size :]
    node, links, area = _contract(tess, changes, first)
    held = np.full(area.size, -1, dtype=np.int64)
    held[node] = np.where(tess.area_km2 > 0, first, -1)

    by_day = np.argsort(changes.day, kind="stable")
    days = changes.day[by_day]
    now = np.zeros(area.size, dtype=np.int64)  # the side a node is cut off from; 0 none, side + 1
    since = np.zeros(area.size, dtype=np.int64)
    rows: list[tuple[Ints, Ints, Ints, Ints]] = []

    def look(at: int) -> None:
        nonlocal now
        new = np.where(_cut_off(links, held, area), held + 1, 0)
        moved = np.flatnonzero(new != now)
        ended = moved[(now[moved] > 0) & (since[moved] < at)]
        rows.append((ended, now[ended] - 1, since[ended], np.full(ended.size, at)))
        since[moved] = at
        now = new

    look(0)
    bounds = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), days.size]
    for lo, hi in itertools.pairwise(bounds if days.size else []):
        held[node[changes.cell[by_day[lo:hi]]]] = later[by_day[lo:hi]]
        look(int(days[lo]))
    still = np.flatnonzero(now)
    rows.append((still, now[still] - 1, since[still], np.full(still.size, OPEN)))
    which, of, begin, end = (np.concatenate(column) for column in zip(*rows, strict=True))
    return _unfold(changes, node, (which, of, begin, end), tess)


def _parts(tess: Tessellation, held: Ints) -> tuple[Ints, Ints, NDArray[np.float64], Bools]:
    """Each cell's part (-1 none); each part's side, area, and whether it is its side's largest."""
    shared = np.flatnonzero(tess.edge_kind == SHARED)
    a, b = tess.edge_left[shared].astype(np.int64), tess.edge_right[shared].astype(np.int64)
    joined = (held[a] == held[b]) & (held[a] >= 0)
    label = connected(a[joined], b[joined], len(tess))
    own = np.flatnonzero((held >= 0) & (tess.area_km2 > 0))
    _, at, which = np.unique(label[own], return_index=True, return_inverse=True)
    part = np.full(len(tess) + 1, -1, dtype=np.int64)
    part[own] = which.reshape(-1)
    sides = held[own[at]]
    area = np.bincount(part[own], tess.area_km2[own], minlength=sides.size).astype(np.float64)
    main = np.zeros(sides.size, bool)
    order = np.lexsort((-area, sides))
    lead = np.append(True, sides[order][1:] != sides[order][:-1])[: order.size]
    main[order[lead]] = True
    return part[:-1], sides, area, main


def _borders(
    tess: Tessellation, held: Ints, part: Ints, count: int
) -> tuple[NDArray[np.float64], ...]:
    """Kilometres of each part's border on rivals, on contested land, and on what is not known."""
    out = [np.zeros(count) for _ in range(3)]
    other = np.append(held, -1)
    owner = np.append(part, -1)
    for mine, beyond in ((tess.edge_left, tess.edge_right), (tess.edge_right, tess.edge_left)):
        border = (owner[mine] >= 0) & (owner[mine] != owner[beyond])
        across = other[beyond]
        kinds = (across >= 0, across == CONTESTED, (across < 0) & (across != CONTESTED))
        for total, kind in zip(out, kinds, strict=True):
            edge = np.flatnonzero(border & kind)
            total += np.bincount(owner[mine[edge]], tess.edge_length_km[edge], minlength=count)
    return tuple(out)


def _contract(
    tess: Tessellation, changes: Changes, held: Ints
) -> tuple[Ints, LinkedParts, NDArray[np.float64]]:
    """Cells that never change drawn together: each cell's node, the nodes' links and areas."""
    moving = np.zeros(len(tess), bool)
    moving[changes.cell] = True
    shared = np.flatnonzero(tess.edge_kind == SHARED)
    a, b = tess.edge_left[shared].astype(np.int64), tess.edge_right[shared].astype(np.int64)
    still = ~moving[a] & ~moving[b] & (held[a] == held[b])
    node = connected(a[still], b[still], len(tess))
    count = int(node.max(initial=-1)) + 1
    area = np.bincount(node, tess.area_km2, minlength=count).astype(np.float64)
    return node, LinkedParts(node[a[~still]], node[b[~still]], count), area


def _cut_off(links: LinkedParts, held: Ints, area: NDArray[np.float64]) -> Bools:
    """Whether each node holds land that is not joined to the largest part of its side."""
    part = links.parts(held)
    size = np.bincount(part, area)
    own = held >= 0
    best = np.zeros(int(held.max(initial=0)) + 1)
    np.maximum.at(best, held[own], size[part[own]])
    out = np.zeros(held.size, bool)
    out[own] = size[part[own]] < best[held[own]]
    return out


def _unfold(
    changes: Changes, node: Ints, spells: tuple[Ints, Ints, Ints, Ints], tess: Tessellation
) -> DataFrame:
    """Spells of nodes as spells of the cells in them, sorted by cell and begin."""
    which, of, begin, end = spells
    cells = np.flatnonzero(tess.area_km2 > 0)
    order = np.argsort(node[cells], kind="stable")
    cells = cells[order]
    lo = np.searchsorted(node[cells], which)
    count = np.searchsorted(node[cells], which, side="right") - lo
    at = np.repeat(np.arange(which.size), count)
    take = spread(lo, count)
    cell, begin, end, of = cells[take], begin[at], end[at], of[at]
    order = np.lexsort((begin, cell))
    return spell_table(changes, {"cell": cell[order], "side": of[order]}, begin[order], end[order])
