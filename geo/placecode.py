"""Changes and events of a settled scene as small integer columns, and back.

Events are told as the number of their place, changes place by place (the days of one place after
another differ by little), counts as lower end and gap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.landcode import NOWHERE, Grid, Ints
from geo.scene import NO_DAY_LOW, Events, Flips
from geo.settle import POINT_DEG, event_places

Columns = dict[str, NDArray[Any]]


def encode_flips(flips: Flips, first_day: int) -> tuple[int, Columns]:
    """Who held from the start (`h.*`), then changes place by place (`f.*`).

    `f.day` counts from a place's change before, its first one from a day that is told too.
    `h.age`, `f.age`: days since the newest evidence, on the first day and on the day of the change.
    """
    begun = int(np.searchsorted(flips.day, NO_DAY_LOW, side="right"))
    order = begun + np.lexsort((flips.day[begun:], flips.place[begun:]))
    day = flips.day[order].astype(np.int64)
    base = int(day.min()) if day.size else first_day
    again = _again(flips.place[order])
    return base, {
        "h.place": flips.place[:begun],
        "h.holder": flips.holder[:begun],
        "h.age": first_day - flips.age_day[:begun].astype(np.int64),
        "f.place": flips.place[order],
        "f.day": np.where(again, np.diff(day, prepend=0), day - base),
        "f.holder": flips.holder[order],
        "f.age": day - flips.age_day[order],
    }


def decode_flips(cols: Columns, base: int, first_day: int) -> Columns:
    """Columns `day place holder age_day`, sorted by day, then place."""
    step = cols["f.day"].astype(np.int64)
    run = np.cumsum(step)
    first = ~_again(cols["f.place"])
    day = (
        run
        + base
        - np.repeat((run - step)[first], np.diff(np.append(np.flatnonzero(first), step.size)))
    )
    order = np.argsort(day, kind="stable")
    begun = np.full(len(cols["h.place"]), NO_DAY_LOW, np.int64)
    out = {
        "day": (begun, day[order]),
        "place": (cols["h.place"], cols["f.place"][order]),
        "holder": (cols["h.holder"], cols["f.holder"][order]),
        "age_day": (first_day - cols["h.age"], (day - cols["f.age"])[order]),
    }
    return {name: np.concatenate(parts).astype(np.int32) for name, parts in out.items()}


def _again(place: NDArray[Any]) -> NDArray[np.bool_]:
    """Is the row before this one (n,) of the same place?"""
    return np.concatenate([np.zeros(1, bool), place[1:] == place[:-1]])[: len(place)]


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
