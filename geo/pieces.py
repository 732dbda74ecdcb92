"""Valid-time pieces of a scene: what a holder held, and where a front ran, while neither changed.

A map of every date repeats nearly everything; a holder's land changes on few days. So one sweep
over the days keeps who holds each cell, and a piece is closed and opened only for the holders and
the fronts that the day's changes touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.antimeridian import cut_antimeridian
from geo.frontline import edge_lines
from geo.ringedges import with_edges
from geo.scene import CONTESTED, NO_DAY_LOW, UNKNOWN, Scene
from geo.territory import label_polygons

Ints = NDArray[np.int64]
_SHARED = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Land of one holder, or the front between two, over a time in which it did not change.

    `holders` are holder codes of the scene (`contests` may run on past the scene's own, see
    `Sweep.contests`); `begin`, `end` days, end exclusive, None open; `flips` the indices into
    `Scene.flips` of the changes that decide it; `geometry` WGS84, cut at the antimeridian.
    """

    holders: tuple[int, ...]
    begin: int | None
    end: int | None
    geometry: BaseGeometry
    flips: Ints


_Drawn = tuple[Any, Ints]  # a geometry or None, and the flips that decide it


class Sweep:
    """Who holds each cell from day to day. Holder codes are the scene's.

    `contests` are the scene's, and after them those of cells whose places disagree.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.land = land = with_edges(scene.tessellation)
        self.contests: list[tuple[int, ...]] = list(scene.contests)
        self._cell = np.array([place.cell for place in scene.places], dtype=np.int64)
        edges = np.concatenate([land.edge_left, land.edge_right, self._cell])
        self.cells = int(edges.max(initial=-1)) + 1
        self._members = _crowded(self._cell)
        self.day, self.cell, self.old, self.new, self.flip = self._changes()

    def _changes(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Real changes of cells, by day then cell: day, cell, holder before and after, flip."""
        flips = self.scene.flips
        says: dict[int, int] = {}
        order = np.lexsort((np.arange(len(flips.day)), flips.place, flips.day))
        held = np.full(self.cells, UNKNOWN, dtype=np.int64)
        rows: list[tuple[int, int, int, int, int]] = []
        days, places = flips.day[order].tolist(), flips.place[order].tolist()
        holders = flips.holder[order].tolist()
        today: dict[int, tuple[int, int]] = {}
        for at, (day, place, holder) in enumerate(zip(days, places, holders, strict=True)):
            says[place] = holder
            cell = int(self._cell[place])
            if cell >= 0:
                today[cell] = (self._agree(cell, holder, says), int(order[at]))
            if at + 1 == len(days) or days[at + 1] != day:
                for cell, (code, flip) in sorted(today.items()):
                    if code != held[cell]:
                        rows.append((day, cell, int(held[cell]), code, flip))
                        held[cell] = code
                today.clear()
        table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        return table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4]

    def _agree(self, cell: int, holder: int, says: dict[int, int]) -> int:
        """Who holds a cell: what its places agree on, contested between them where they do not."""
        members = self._members.get(cell)
        if members is None:
            return holder
        codes = {says[place] for place in members if says.get(place, UNKNOWN) != UNKNOWN}
        if len(codes) < 2:
            return codes.pop() if codes else UNKNOWN
        rivals = tuple(sorted({actor for code in codes for actor in self.actors(code)}))
        if rivals not in self.contests:
            self.contests.append(rivals)
        return CONTESTED - self.contests.index(rivals)

    def actors(self, holder: int) -> tuple[int, ...]:
        """Indices of the actors behind a holder code: one, none (unknown) or the rivals."""
        if holder >= 0:
            return (holder,)
        return () if holder == UNKNOWN else self.contests[CONTESTED - holder]

    def days(self) -> Iterator[tuple[int, slice]]:
        """Each day with changes and the rows of them, in order; an open begin comes first."""
        if not self.day.size:
            return
        starts = np.flatnonzero(np.append(True, self.day[1:] != self.day[:-1]))
        stops = np.append(starts[1:], self.day.size)
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            yield int(self.day[start]), slice(start, stop)


def control_pieces(sweep: Sweep, first: int, last: int) -> list[Piece]:
    """Land by holder over the days `first` to `last`, both included; unknown land has no piece."""
    held = np.full(sweep.cells, UNKNOWN, dtype=np.int64)
    decided = np.full(sweep.cells, -1, dtype=np.int64)

    def apply(rows: slice) -> set[int]:
        held[sweep.cell[rows]] = sweep.new[rows]
        decided[sweep.cell[rows]] = sweep.flip[rows]
        touched = set(sweep.old[rows].tolist()) | set(sweep.new[rows].tolist())
        return touched - {UNKNOWN}

    def draw(holders: list[int]) -> list[_Drawn]:
        shapes = _polygons(sweep, held, holders)
        return [(s, decided[held == h]) for s, h in zip(shapes, holders, strict=True)]

    return _run(sweep, (first, last), apply, draw, lambda holder: (holder,))


def front_pieces(sweep: Sweep, first: int, last: int) -> list[Piece]:
    """Fronts between holders of different sides over the days `first` to `last`, both included.

    Between allies there is no front; nor along contested or unknown land, where the line is
    exactly what is not known.
    """
    land = sweep.land
    shared = np.flatnonzero(land.edge_kind == _SHARED)
    left, right = land.edge_left[shared].astype(np.int64), land.edge_right[shared].astype(np.int64)
    offset, around = _incidence(left, right, sweep.cells)
    side = _side_numbers(sweep.scene)
    actors = len(side)
    held = np.full(sweep.cells, UNKNOWN, dtype=np.int64)
    decided = np.full(sweep.cells, -1, dtype=np.int64)
    pair = np.full(shared.size, -1, dtype=np.int64)

    def apply(rows: slice) -> set[int]:
        cells = sweep.cell[rows]
        held[cells], decided[cells] = sweep.new[rows], sweep.flip[rows]
        edges = np.unique(np.concatenate([around[offset[c] : offset[c + 1]] for c in cells]))
        a, b = held[left[edges]], held[right[edges]]
        front = (a >= 0) & (b >= 0) & (side[a] != side[b])
        now = np.where(front, np.minimum(a, b) * actors + np.maximum(a, b), -1)
        changed = now != pair[edges]
        touched = set(pair[edges[changed]].tolist()) | set(now[changed].tolist())
        pair[edges] = now
        return touched - {-1}

    def draw(pairs: list[int]) -> list[_Drawn]:
        drawn = []
        for code in pairs:
            edges = np.flatnonzero(pair == code)
            if edges.size:
                lines = edge_lines(land, shared[edges], np.zeros(edges.size, dtype=np.int64))
                geometry = cut_antimeridian(lines)[0]
            else:
                geometry = shapely.MultiLineString()
            drawn.append((geometry, decided[np.unique([left[edges], right[edges]])]))
        return drawn

    return _run(sweep, (first, last), apply, draw, lambda code: divmod(code, actors))


def _run(
    sweep: Sweep,
    window: tuple[int, int],
    apply: Callable[[slice], set[int]],
    draw: Callable[[list[int]], list[_Drawn]],
    holders: Callable[[int], tuple[int, ...]],
) -> list[Piece]:
    """Sweep the days: `apply` a day's rows and name the keys touched, `draw` keys as they are."""
    first, last = window
    since: dict[int, int] = {}
    running: dict[int, tuple[int, _Drawn]] = {}
    done: list[tuple[int, int, Piece]] = []
    started = False

    def start(keys: set[int]) -> None:
        order = sorted(keys)
        for key, drawn in zip(order, draw(order), strict=True):
            if drawn[0] is not None and not shapely.is_empty(drawn[0]):
                running[key] = (since[key], drawn)

    def stop(key: int, end: int | None) -> None:
        begin, (geometry, flips) = running.pop(key)
        opened = None if begin == NO_DAY_LOW else begin
        done.append((begin, key, Piece(holders(key), opened, end, geometry, flips)))

    for day, rows in sweep.days():
        if day > first and not started:
            start(set(since))
            started = True
        touched = apply(rows)
        for key in touched & running.keys():
            stop(key, day)
        since.update(dict.fromkeys(touched, day))
        if first < day <= last:
            start(touched)
        elif day > last and not running:
            break
    if not started:
        start(set(since))
    for key in sorted(running):
        stop(key, None)
    return [piece for *_, piece in sorted(done, key=lambda row: row[:2])]


def _polygons(sweep: Sweep, held: Ints, holders: list[int]) -> list[BaseGeometry | None]:
    """The land of each holder, None for those who hold none now."""
    present = [holder for holder in holders if (held == holder).any()]
    label = np.full(sweep.cells, -1, dtype=np.int64)
    for number, holder in enumerate(present):
        label[held == holder] = number
    if not present:
        return [None] * len(holders)
    shapes = label_polygons(sweep.land, label)
    has_land = np.flatnonzero(shapes != np.array(None))
    drawn = dict(zip(has_land.tolist(), cut_antimeridian(shapes[has_land]), strict=True))
    by_holder = {holder: drawn.get(number) for number, holder in enumerate(present)}
    return [by_holder.get(holder) for holder in holders]


def _side_numbers(scene: Scene) -> Ints:
    """The side of each actor as a number; an actor without a side is a side of its own."""
    names = [actor.side or f"\0{actor.id}" for actor in scene.actors]
    return np.unique(np.array([*names, ""]), return_inverse=True)[1].reshape(-1)[:-1]


def _incidence(left: Ints, right: Ints, cells: int) -> tuple[Ints, Ints]:
    """For each cell the edges around it: offsets (cells + 1,) into edge numbers."""
    cell = np.concatenate([left, right])
    edge = np.concatenate([np.arange(left.size), np.arange(right.size)])
    order = np.argsort(cell, kind="stable")
    return np.searchsorted(cell[order], np.arange(cells + 1)), edge[order]


def _crowded(cell: Ints) -> dict[int, list[int]]:
    """The places of each cell that has more than one."""
    of: dict[int, list[int]] = {}
    for place, where in enumerate(cell.tolist()):
        of.setdefault(where, []).append(place)
    return {where: places for where, places in of.items() if where >= 0 and len(places) > 1}
