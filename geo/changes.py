"""Changes of hands, made regular: per cell, in order of days, nothing said twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import ControllerError
from geo.tessellation import CONTESTED, UNASSESSED, Tessellation, check_codes

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Changes:
    """Who held each cell at first, and every real change after, sorted by cell, then day.

    `initial` int64 (n,); `day`, `cell`, `holder` int64 (c,). Days are counted from `start`, the
    first day of the period: whole numbers, or dates where `dates` is set.
    """

    initial: Ints
    day: Ints
    cell: Ints
    holder: Ints
    start: int
    dates: bool

    @property
    def last(self) -> int:
        """The last day on which anything changes, counted from the start."""
        return int(self.day.max(initial=0))

    def when(self, day: ArrayLike) -> NDArray[Any]:
        """Days counted from the start, as the caller wrote days: int64, or datetime64[s]."""
        out = np.asarray(day, dtype=np.int64) + self.start
        return out.astype("datetime64[D]").astype("datetime64[s]") if self.dates else out

    def count(self, day: Any) -> int:
        """A day as the caller writes it, counted from the start."""
        value, dates = _days(np.asarray([day]))
        if dates != self.dates:
            raise ControllerError("ask for days the way the changes give them: numbers or dates")
        return int(value[0]) - self.start

    def at(self, day: int) -> Ints:
        """Who holds each cell at the end of a day counted from the start: int64 (n,)."""
        done = np.flatnonzero(self.day <= day)
        held = self.initial.copy()
        # Sorted by cell, then day: of several changes of a cell the last is written last.
        last = np.append(self.cell[done][1:] != self.cell[done][:-1], True)[: done.size]
        held[self.cell[done][last]] = self.holder[done][last]
        return held


def cell_changes(
    tess: Tessellation,
    initial: ArrayLike,
    day: ArrayLike,
    place: ArrayLike,
    controller: ArrayLike,
    *,
    start: Any = None,
) -> Changes:
    """Changes of places as changes of cells.

    `initial` int (n,) who holds each place at `start` (default: the first day that has a change);
    row i of `day` (whole numbers or dates), `place` (0 to n - 1) and `controller` (-2, -1, or 0
    and up) says who holds a place from that day on. Rows come in any order; of several rows for one
    place on one day the one given last counts. Rows that change nothing are dropped, and so are
    those of places without a cell. Places that share a cell speak for it together, as in
    `Tessellation.cell_controller`.

    Raises ControllerError for rows that do not fit, or that lie before `start`.
    """
    at, dates = _days(np.asarray(day))
    which = _whole(place, "place")
    to = _whole(controller, "controller")
    if not at.size == which.size == to.size:
        raise ControllerError(
            f"day, place and controller must be as long as one another; got {at.size}, "
            f"{which.size} and {to.size}"
        )
    if which.size and not (which.min() >= 0 and which.max() < len(tess)):
        raise ControllerError(f"place numbers must be 0 to {len(tess) - 1}")
    check_codes(to)
    first = int(at.min()) if at.size else 0
    if start is not None:
        begun, start_dates = _days(np.asarray([start]))
        if at.size and start_dates != dates:
            raise ControllerError("start must be a number or a date like the days")
        if at.size and begun[0] > first:
            raise ControllerError(
                "changes lie before start; put them into initial or start earlier"
            )
        first, dates = int(begun[0]), start_dates
    at = at - first

    at, which, to = _last_word(at, which, to)
    cell = tess.cell_of[which].astype(np.int64)
    held = tess.cell_controller(initial)
    if tess.shares_cells:
        at, cell, to = _speak_together(tess, np.asarray(initial), (at, which, to))
    inside = cell >= 0
    at, cell, to = at[inside], cell[inside], to[inside]
    before = np.append(UNASSESSED, to[:-1])[: to.size]
    opening = np.append(True, cell[1:] != cell[:-1])[: to.size]
    before = np.where(opening, held[cell], before)
    real = before != to
    return Changes(held, at[real], cell[real], to[real], first, dates)


def _last_word(at: Ints, which: Ints, to: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows sorted by place and day, only the last given of each place and day."""
    span = int(at.max(initial=0)) + 1
    key = which * np.int64(span) + at
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    order = order[np.append(ranked[1:] != ranked[:-1], True)[: order.size]]
    return at[order], which[order], to[order]


def _speak_together(
    tess: Tessellation, initial: NDArray[Any], rows: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    """Changes of places that share cells as changes of those cells, sorted by cell and day."""
    at, which, to = rows
    cell = tess.cell_of[which].astype(np.int64)
    inside = np.flatnonzero(tess.cell_of >= 0)
    crowd = np.bincount(tess.cell_of[inside], minlength=len(tess)) > 1
    alone = (cell < 0) | ~crowd[cell]
    out = [(at[alone], cell[alone], to[alone])]
    shared = np.flatnonzero(~alone)
    for one in np.unique(cell[shared]):
        members = np.flatnonzero(tess.cell_of == one)
        says = dict(zip(members.tolist(), initial[members].tolist(), strict=True))
        mine = shared[cell[shared] == one]
        mine = mine[np.argsort(at[mine], kind="stable")]
        days: dict[int, int] = {}
        for row in mine:
            says[int(which[row])] = int(to[row])
            assessed = {code for code in says.values() if code != UNASSESSED}
            days[int(at[row])] = (
                UNASSESSED if not assessed else assessed.pop() if len(assessed) == 1 else CONTESTED
            )
        out.append(
            (
                np.array(list(days), dtype=np.int64),
                np.full(len(days), one, dtype=np.int64),
                np.array(list(days.values()), dtype=np.int64),
            )
        )
    at, cell, to = (np.concatenate(column) for column in zip(*out, strict=True))
    order = np.lexsort((at, cell))
    return at[order], cell[order], to[order]


def _whole(values: ArrayLike, name: str) -> Ints:
    out = np.asarray(values)
    if out.ndim != 1 or (out.size and out.dtype.kind not in "iu"):
        raise ControllerError(f"{name} must be a row of whole numbers, got {out.dtype}")
    return out.astype(np.int64)


def _days(values: NDArray[Any]) -> tuple[Ints, bool]:
    """Days as whole numbers, and whether they are dates (counted from 1970)."""
    if values.dtype.kind == "O" and any(getattr(v, "tzinfo", None) for v in values.flat):
        raise ControllerError("days have no time zone; drop it (tz_localize(None)) first")
    if values.dtype.kind in "OU" and values.size:
        try:
            values = values.astype("datetime64[us]")
        except (TypeError, ValueError) as error:
            raise ControllerError(f"days must be whole numbers or dates: {error}") from error
    if values.dtype.kind == "M":
        if np.isnat(values).any():
            raise ControllerError("a change has no date; leave it out or date it")
        days = values.astype("datetime64[D]")
        if (days != values).any():
            raise ControllerError("changes are dated by whole days; drop the time of day first")
        return days.astype(np.int64), True
    return _whole(values, "day"), False
