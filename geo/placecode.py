"""Places, changes and events of a settled scene as small integer columns, and back.

Places are told relative to the middle of their cell, events as the number of their place, changes
place by place (the days of one place after another differ by little), counts as lower end and gap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.landcode import MANY_CELLS, NOWHERE, Grid, Ints
from geo.scene import NO_DAY_LOW, Events, Flips
from geo.settle import POINT_DEG, event_places

Columns = dict[str, NDArray[Any]]


def middles(cells: int, rings: Columns, points: Ints) -> Ints:
    """Twice the mean vertex, in whole steps, of the first ring of each cell (cells, 2).

    `rings` has `size` and `cell` of each ring, `vertex` of all; integers, so that every reader
    finds the same.
    """
    start = np.concatenate([[0], np.cumsum(rings["size"])]).astype(np.int64)
    sums = np.concatenate([np.zeros((1, 2), np.int64), np.cumsum(points[rings["vertex"]], axis=0)])
    totals = sums[start[1:]] - sums[start[:-1]]
    out = np.zeros((cells, 2), np.int64)
    first = np.unique(rings["cell"], return_index=True)
    out[first[0]] = (2 * totals[first[1]]) // np.maximum(1, rings["size"][first[1]])[:, None]
    return out


def encode_places(lonlat: NDArray[np.float64], cell: Ints, grid: Grid, middle: Ints) -> Columns:
    """Positions (n, 2) in degrees to `p.x p.y`; `middle` as by `middles`."""
    spot = grid.snap(lonlat)
    rest = np.where(spot == NOWHERE, NOWHERE, spot - _base(cell, middle))
    return {"p.x": rest[:, 0], "p.y": rest[:, 1], "p.cell": cell}


def decode_places(cols: Columns, grid: Grid, middle: Ints) -> NDArray[np.float64]:
    """The inverse of `encode_places`: (n, 2) degrees."""
    rest = np.stack([cols["p.x"], cols["p.y"]], axis=1).astype(np.int64)
    base = _base(cols["p.cell"].astype(np.int64), middle)
    return grid.degrees(np.where(rest == NOWHERE, NOWHERE, rest + base))


def _base(cell: Ints, middle: Ints) -> Ints:
    if len(cell) <= MANY_CELLS or not len(middle):
        return np.zeros((len(cell), 2), np.int64)
    return np.where((cell >= 0)[:, None], middle[np.maximum(cell, 0)], 0)


def encode_flips(flips: Flips, first_day: int) -> tuple[int, Columns]:
    """Who held from the start (`h.*`), then changes place by place (`f.*`).

    Also the day that `f.day` counts from. `h.age`, `f.age`: days since the newest evidence, on the
    first day and on the day of the change.
    """
    begun = int(np.searchsorted(flips.day, NO_DAY_LOW, side="right"))
    order = begun + np.lexsort((flips.day[begun:], flips.place[begun:]))
    day = flips.day[order].astype(np.int64)
    base = int(day.min()) if day.size else first_day
    return base, {
        "h.place": flips.place[:begun],
        "h.holder": flips.holder[:begun],
        "h.age": first_day - flips.age_day[:begun].astype(np.int64),
        "f.place": flips.place[order],
        "f.day": day - base,
        "f.holder": flips.holder[order],
        "f.age": day - flips.age_day[order],
    }


def decode_flips(cols: Columns, base: int, first_day: int) -> Columns:
    """Columns `day place holder age_day`, sorted by day, then place."""
    day = cols["f.day"].astype(np.int64) + base
    order = np.argsort(day, kind="stable")
    begun = np.full(len(cols["h.place"]), NO_DAY_LOW, np.int64)
    out = {
        "day": (begun, day[order]),
        "place": (cols["h.place"], cols["f.place"][order]),
        "holder": (cols["h.holder"], cols["f.holder"][order]),
        "age_day": (first_day - cols["h.age"], (day - cols["f.age"])[order]),
    }
    return {name: np.concatenate(parts).astype(np.int32) for name, parts in out.items()}


def encode_events(events: Events, grid: Grid, places: NDArray[np.float64]) -> Columns:
    """Events of a settled scene; `e.lon`, `e.lat` only of those that are at no place."""
    at = event_places(events.lon, events.lat, grid, places)
    away = at < 0
    return {
        "e.begin": events.begin,
        "e.length": events.end.astype(np.int64) - events.begin,
        "e.claim": events.claim,
        "e.place": at,
        "e.lon": _fixed(events.lon[away]),
        "e.lat": _fixed(events.lat[away]),
        "e.uncertainty_m": np.rint(np.nan_to_num(events.uncertainty_m)).astype(np.int64),
        **_encode_counts("killed", events.killed),
        **_encode_counts("wounded", events.wounded),
    }


def decode_events(cols: Columns, places: NDArray[np.float64]) -> Events:
    """The inverse of `encode_events`."""
    at = cols["e.place"].astype(np.int64)
    away = at < 0
    lon, lat = np.zeros(len(at)), np.zeros(len(at))
    lon[~away], lat[~away] = places[at[~away], 0], places[at[~away], 1]
    lon[away], lat[away] = _loose(cols["e.lon"]), _loose(cols["e.lat"])
    begin = cols["e.begin"].astype(np.int64)
    return Events(
        begin=begin.astype(np.int32),
        end=(begin + cols["e.length"]).astype(np.int32),
        claim=cols["e.claim"].astype(np.int32),
        lon=lon,
        lat=lat,
        uncertainty_m=cols["e.uncertainty_m"].astype(np.float64),
        killed=_decode_counts("killed", cols),
        wounded=_decode_counts("wounded", cols),
    )


def _encode_counts(name: str, counts: NDArray[np.float64]) -> Columns:
    """Lower end + 1 (0: not stated) and gap + 2 (0: not stated, 1: open)."""
    low, high = np.asarray(counts, np.float64).reshape(-1, 2).T
    gap = np.nan_to_num(high, nan=0.0, posinf=0.0) - np.nan_to_num(low)
    top = np.where(np.isnan(high), 0, np.where(np.isinf(high), 1, np.rint(gap) + 2))
    return {
        f"e.{name}": (np.rint(np.nan_to_num(low, nan=-1.0)) + 1).astype(np.int64),
        f"e.{name}_gap": top.astype(np.int64),
    }


def _decode_counts(name: str, cols: Columns) -> NDArray[np.float64]:
    low = cols[f"e.{name}"].astype(np.float64) - 1
    top = cols[f"e.{name}_gap"].astype(np.float64)
    high = np.where(top == 0, np.nan, np.where(top == 1, np.inf, np.maximum(low, 0) + top - 2))
    return np.stack([np.where(low < 0, np.nan, low), high], axis=1)


def _fixed(degrees: NDArray[np.float64]) -> Ints:
    known = np.isfinite(degrees)
    steps = np.rint(np.where(known, degrees, 0.0) / POINT_DEG)
    return np.where(known, steps, NOWHERE).astype(np.int64)


def _loose(steps: NDArray[Any]) -> NDArray[np.float64]:
    return np.where(steps == NOWHERE, np.nan, steps * POINT_DEG)
