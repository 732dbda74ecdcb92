"""Synthetic scenes for tests and benchmarks: a jittered lattice of cells and a front that moves."""

from __future__ import annotations

import numpy as np

from geo.landcode import PackedLand
from geo.scene import (
    NO_DAY_HIGH,
    NO_DAY_LOW,
    Events,
    Flips,
    Line,
    Maybes,
    Scene,
    SceneActor,
    SceneClaim,
    ScenePlace,
    SceneSource,
    Town,
)

DAY0 = 16000  # 2013-10-22
ACTORS = (
    SceneActor("gov", "Government", "gov", "#a8453c", "solid", "الحكومة"),
    SceneActor("ally", "Allied militia", "gov", "#c98a6b", "dots", "ميليشيا حليفة"),
    SceneActor("reb", "Rebels", "reb", "#4f8a5b", "diagonal", "المعارضة"),
    SceneActor("is", "Islamic State", "is", "#55534f", "cross", "تنظيم الدولة"),
    SceneActor(
        "sdf", "Democratic Forces", "sdf", "#d1a52c", "horizontal", "قوات سوريا الديمقراطية"
    ),
)


def lattice(nx: int, ny: int, *, west: float, south: float, step: float, seed: int) -> PackedLand:
    """Cells `i + nx * j` of a lattice whose inner corners are moved at random; a valid coverage."""
    rng = np.random.default_rng(seed)
    gx, gy = np.meshgrid(np.arange(nx + 1.0), np.arange(ny + 1.0))
    inner = (gx > 0) & (gx < nx) & (gy > 0) & (gy < ny)
    gx += inner * rng.uniform(-0.35, 0.35, gx.shape)
    gy += inner * rng.uniform(-0.35, 0.35, gy.shape)
    vertices = np.stack([west + step * gx.ravel(), south + step * gy.ravel()], axis=1)
    i, j = (v.ravel() for v in np.meshgrid(np.arange(nx), np.arange(ny)))
    corner = i + (nx + 1) * j
    rings = np.stack([corner, corner + 1, corner + nx + 2, corner + nx + 1], axis=1)
    return PackedLand(
        vertices=vertices,
        ring_offset=np.arange(0, 4 * nx * ny + 1, 4, dtype=np.int32),
        ring_vertex=rings.ravel().astype(np.int32),
        ring_cell=np.arange(nx * ny, dtype=np.int32),
    )


def moving_front(
    nx: int = 24,
    ny: int = 16,
    *,
    days: int = 400,
    changes: int = 600,
    strikes: int = 300,
    seed: int = 7,
    hostile: str = "",
) -> Scene:
    """Five actors around moving centres; about `changes` flips, spatially coherent."""
    rng = np.random.default_rng(seed)
    step = 1.2 / nx
    west, south = 36.6, 35.9
    land = lattice(nx, ny, west=west, south=south, step=step, seed=seed)
    n = nx * ny
    cell = np.arange(n)
    lon = west + step * (cell % nx + 0.5)
    lat = south + step * (cell // nx + 0.5)
    flips = _flips(lon, lat, days, changes, rng)
    names = [hostile or f"Village {k}" for k in range(n)]
    places = tuple(
        ScenePlace(
            f"p{k}",
            names[k],
            float(lon[k]),
            float(lat[k]),
            k,
            f"قرية {k}",
            "village",
            500.0,
            int(rng.integers(100, 20000)),
        )
        for k in range(n)
    )
    claims, events = _strikes(lon, lat, days, strikes, rng, hostile)
    control = [
        SceneClaim(
            f"c{k}",
            "control",
            _iso(int(flips.day[k])),
            int(flips.place[k]),
            "a village",
            max(0, int(flips.holder[k])),
            -1,
            "reported",
            k % 3,
            note=hostile,
        )
        for k in range(len(flips.day))
    ]
    whole = [*claims, *control]
    deciding = tuple((len(claims) + k,) for k in range(len(control)))
    whys = tuple(f"Newest report, {c.date}, by one source. {hostile}" for c in control)
    flips = Flips(flips.day, flips.place, flips.holder, flips.age_day, whys, deciding)
    late = np.flatnonzero(flips.day > DAY0)[:: max(1, changes // 60)]
    maybes = Maybes(
        (flips.day[late] - 12).astype(np.int32), flips.day[late], flips.place[late],
        flips.holder[late],
    )  # fmt: skip
    by_begin = np.argsort(maybes.begin, kind="stable")
    maybes = Maybes(
        maybes.begin[by_begin],
        maybes.end[by_begin],
        maybes.place[by_begin],
        maybes.holder[by_begin],
    )
    river = np.stack([np.linspace(36.5, 37.9, 60), 36.3 + 0.1 * np.sin(np.linspace(0, 9, 60))], 1)
    border = np.array([[36.5, 36.6], [37.0, 36.72], [37.9, 36.68]])
    return Scene(
        title=hostile or "A front that moves", first_day=DAY0, last_day=DAY0 + days,
        view=(west, south, west + step * nx, south + step * ny), actors=ACTORS, places=places,
        sources=tuple(SceneSource(f"s{k}", hostile or f"Agency {k}", "A report", "", "2014-01-05",
                                  "https://example.org/report") for k in range(3)),
        claims=tuple(whole), flips=flips, maybes=maybes, events=events, tessellation=land,
        contests=((0, 2),), lines=(Line("river", river), Line("border", border)),
        towns=(Town("Aleppo", 37.16, 36.2, "حلب", 1_800_000),
               Town("Azaz", 37.05, 36.58, "اعزاز", 60_000)),
        description="A synthetic timeline.", licence="CC0", rule="Each place holds the land nearer "
        "to it than to any other, out to 15 km.", credits=("Lines: drawn for the test",),
        data_hash="0123456789abcdef", rule_ar=hostile or "لكل مكان الأرض الأقرب إليه حتى 15 كم.",
    )  # fmt: skip


def _flips(lon, lat, days, changes, rng) -> Flips:
    centre = rng.uniform([36.6, 35.9], [37.8, 36.7], (len(ACTORS), 2))
    drift = rng.uniform(-0.5, 0.5, (len(ACTORS), 2))
    now = _nearest(lon, lat, centre)
    now[: len(now) // 40] = -1
    rows = [(NO_DAY_LOW, int(p), int(h)) for p, h in enumerate(now) if h >= 0]
    frames = max(10, min(days, changes // 40))
    for t in range(1, frames):
        day = DAY0 + 1 + t * (days - 1) // frames
        new = _nearest(lon, lat, centre + drift * t / frames + rng.normal(0, 0.01, centre.shape))
        moved = np.flatnonzero((new != now) & (now >= 0))
        quota = changes * t // frames - (len(rows) - int((now >= 0).sum()))
        for p in moved[: max(0, quota)]:
            tied = rng.random() < 0.05
            rows.append((day, int(p), -2 if tied else int(new[p])))
            now[p] = new[p]
    rows.sort()
    day, place, holder = (np.array(c, np.int32) for c in zip(*rows, strict=True))
    age = np.where(day == NO_DAY_LOW, DAY0 - 300, day - 1).astype(np.int32)
    return Flips(day, place, holder, age)


def _nearest(lon, lat, centre):
    gap = (lon[:, None] - centre[:, 0]) ** 2 + (lat[:, None] - centre[:, 1]) ** 2
    return np.argmin(gap, axis=1)


def _strikes(lon, lat, days, count, rng, hostile):
    begin = np.sort(rng.integers(DAY0, DAY0 + days, count)).astype(np.int32)
    at = rng.integers(0, len(lon), count)
    kinds = rng.choice(["strike", "strike", "strike", "clash", "siege", "toll"], count)
    length = np.where(kinds == "siege", 60, 1)
    end = (begin + length).astype(np.int64)
    end[(kinds == "siege") & (rng.random(count) < 0.2)] = NO_DAY_HIGH
    killed = np.full((count, 2), np.nan)
    some = rng.random(count) < 0.6
    killed[some, 0] = rng.integers(0, 30, some.sum())
    killed[some, 1] = killed[some, 0] + rng.integers(0, 3, some.sum())
    claims = [
        SceneClaim(f"e{k}", str(kinds[k]), _iso(int(begin[k])), int(at[k]), hostile or "near town",
                   int(k % len(ACTORS)), -1, "reported", k % 3, killed="" if np.isnan(killed[k, 0])
                   else f"{killed[k, 0]:.0f}..{killed[k, 1]:.0f}", weapon=hostile or "air strike")
        for k in range(count)
    ]  # fmt: skip
    spread = np.where(kinds == "toll", 25000.0, np.where(rng.random(count) < 0.2, 4000.0, 300.0))
    events = Events(begin, end.astype(np.int32), np.arange(count, dtype=np.int32),
                    lon[at] + rng.normal(0, 0.003, count), lat[at] + rng.normal(0, 0.003, count),
                    spread, killed, np.full((count, 2), np.nan))  # fmt: skip
    return claims, events


def _iso(day: int) -> str:
    return str(np.datetime64(day, "D")) if day != NO_DAY_LOW else ""
