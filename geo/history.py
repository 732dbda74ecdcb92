"""Who held what from when to when: every cell and every front over a whole period, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.changes import Changes, cell_changes
from geo.frontline import Sides, is_front, pair_code, pair_sides, side_of
from geo.ragged import spread
from geo.tessellation import SHARED, UNASSESSED, Tessellation

if TYPE_CHECKING:
    from pandas import DataFrame

Ints = NDArray[np.int64]

# No front, or nobody: sorts below every code.
_NONE = -1
OPEN = np.iinfo(np.int64).max


def holding_history(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    start: Any = None,
) -> DataFrame:
    """Spells of holding: `cell`, `controller`, `begin`, `end` (end exclusive, <NA> open).

    Arguments as in `cell_changes`. One row for each unbroken spell of one holder (contested, -2, is
    one; not assessed has no row), sorted by cell and begin. The table starts at `start`: what was
    held before begins there. `begin` and `end` are Int64 where days are numbers, datetime64[s]
    where they are dates.
    """
    changes = cell_changes(tess, initial, day, place, controller, start=start)
    cell, holder, begin, end = holding_spells(changes)
    return spell_table(changes, {"cell": cell, "controller": holder}, begin, end)


def frontline_history(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    side: Sides | None = None,
    contested: bool = False,
    start: Any = None,
) -> DataFrame:
    """Spells of front: `edge`, `side_a`, `side_b`, `begin`, `end` (end exclusive, <NA> open).

    Arguments as in `cell_changes`; `side` and `contested` as in `frontlines`. One row for each
    unbroken spell in which an edge parts the same two sides (side_a < side_b), sorted by edge and
    begin. On any day of the period the rows with begin <= day < end are the edges of that day's
    `frontlines`. The table starts at `start`: fronts that were there before begin there.
    """
    changes = cell_changes(tess, initial, day, place, controller, start=start)
    edge, pair, begin, end = front_spells(tess, changes, side=side, contested=contested)
    low, high = pair_sides(pair)
    return spell_table(changes, {"edge": edge, "side_a": low, "side_b": high}, begin, end)


def holding_spells(changes: Changes) -> tuple[Ints, Ints, Ints, Ints]:
    """Cell, holder, begin and end (days from the start, OPEN) of each spell of holding."""
    n = changes.initial.size
    count = np.bincount(changes.cell, minlength=n) + 1
    offset = np.cumsum(count) - count
    cell = np.repeat(np.arange(n), count)
    holder = np.empty(cell.size, dtype=np.int64)
    begin = np.zeros(cell.size, dtype=np.int64)
    holder[offset] = changes.initial
    later = np.arange(changes.cell.size) + changes.cell + 1
    holder[later] = changes.holder
    begin[later] = changes.day
    end = np.append(begin[1:], OPEN)[: begin.size]
    end[offset + count - 1] = OPEN
    kept = (holder != UNASSESSED) & (begin < end)
    return cell[kept], holder[kept], begin[kept], end[kept]


def front_spells(
    tess: Tessellation,
    changes: Changes,
    *,
    side: Sides | None = None,
    contested: bool = False,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Edge, pair code, begin and end (days from the start, OPEN) of each spell of front.

    Each change is an event of the edges around its cell; events sorted by edge and day, with both
    sides carried forward, give the spells of all edges at once.
    """
    sides = side_of(np.concatenate([changes.initial, changes.holder]), side)
    first, later = sides[: changes.initial.size], sides[changes.initial.size :]
    shared = np.flatnonzero(tess.edge_kind == SHARED)
    left = tess.edge_left[shared].astype(np.int64)
    right = tess.edge_right[shared].astype(np.int64)

    offset, around = _incidence(left, right, len(tess))
    count = np.diff(offset)[changes.cell]
    half = around[spread(offset[changes.cell], count)]
    edge = half >> 1
    span = changes.last + 2
    event_day = np.repeat(changes.day, count)
    key = edge * span + event_day + 1
    order = np.argsort(key, kind="stable")

    # Every edge opens with a row that sets both sides; each event sets one.
    m = shared.size
    per_edge = np.bincount(edge, minlength=m) + 1
    opening = np.cumsum(per_edge) - per_edge
    rows = int(per_edge.sum())
    slot = np.arange(order.size) + edge[order] + 1
    is_right = (half[order] & 1).astype(bool)
    new = np.repeat(later, count)[order]
    row_edge = np.repeat(np.arange(m), per_edge)
    row_day = np.full(rows, -1)
    row_day[slot] = event_day[order]
    a = _carry(rows, opening, first[left], slot[~is_right], new[~is_right])
    b = _carry(rows, opening, first[right], slot[is_right], new[is_right])
    pair = np.where(is_front(a, b, contested=contested), pair_code(a, b), _NONE)

    # Of the rows of one edge and day the last has the day's outcome; equal outcomes run on.
    settled = np.append((row_edge[1:] != row_edge[:-1]) | (row_day[1:] != row_day[:-1]), True)
    settled = settled[:rows]
    row_edge, row_day, pair = row_edge[settled], row_day[settled], pair[settled]
    new_edge = np.append(True, row_edge[1:] != row_edge[:-1])[: row_edge.size]
    begins = new_edge | np.append(True, pair[1:] != pair[:-1])[: pair.size]
    row_edge, row_day, pair = row_edge[begins], row_day[begins], pair[begins]
    begin = np.maximum(row_day, 0)
    end = np.append(begin[1:], OPEN)[: begin.size]
    end[np.append(row_edge[1:] != row_edge[:-1], True)[: end.size]] = OPEN
    kept = (pair != _NONE) & (begin < end)
    return shared[row_edge[kept]], pair[kept], begin[kept], end[kept]


def _carry(rows: int, opening: Ints, first: Ints, slot: Ints, new: Ints) -> Ints:
    """Values set at some rows, carried down to the next that sets one."""
    value = np.zeros(rows, dtype=np.int64)
    source = np.zeros(rows, dtype=np.int64)
    value[opening] = first
    value[slot] = new
    source[opening] = opening
    source[slot] = slot
    return np.asarray(value[np.maximum.accumulate(source)])


def _incidence(left: Ints, right: Ints, n: int) -> tuple[Ints, Ints]:
    """For each cell the edges around it: offsets (n + 1,), and 2 * edge + (1 if on its right)."""
    cell = np.concatenate([left, right])
    half = np.concatenate([2 * np.arange(left.size), 2 * np.arange(right.size) + 1])
    order = np.argsort(cell, kind="stable")
    count = np.bincount(cell, minlength=n)
    return np.concatenate([[0], np.cumsum(count)]), half[order]


def spell_table(changes: Changes, columns: dict[str, Ints], begin: Ints, end: Ints) -> DataFrame:
    """Spells as a table: the columns, then `begin` and `end` the way the caller writes days."""
    import pandas as pd

    begins, ends = spell_values(changes, begin, end)
    return pd.DataFrame({**columns, "begin": begins, "end": ends})


def spell_values(changes: Changes, begin: Ints, end: Ints) -> tuple[Any, Any]:
    """Days from the start as Int64 or datetime64[s] columns, open ends as <NA>."""
    import pandas as pd

    still = end == OPEN
    last = changes.when(np.where(still, 0, end))
    if changes.dates:
        last[still] = np.datetime64("NaT", "s")
        return changes.when(begin), last
    return pd.array(changes.when(begin), dtype="Int64"), pd.arrays.IntegerArray(last, still)
