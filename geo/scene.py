"""The scene: everything a map of one timeline needs, as plain columns.

It is the contract between Python, files and the player. `timelines.compose` fills it,
`geo.payload` packs it, `geo/player/` draws it, `geo.webmap` and `geo.embed` carry it. A scene knows
no claims model: only places, holders by index, days, and texts to show. All text in it is plain
and untrusted; whoever writes it into a page escapes it there.

Days are whole days since 1970-01-01 (proleptic Gregorian, int32). Coordinates are lon, lat in
degrees, WGS84. Holder codes: `k >= 0` is `actors[k]`; `-1` is not known (drawn empty);
`-2 - k` is contested between the actors of `contests[k]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SCENE_VERSION = 2
UNKNOWN = -1
CONTESTED = -2  # and below: -2 - index into Scene.contests
DRAWN = "drawn"  # kind of a place that is a piece of ground someone drew: it has no name to show
NO_DAY_LOW = -(2**31)  # an open begin
NO_DAY_HIGH = 2**31 - 1  # an open end

Int = NDArray[np.int32]
Float = NDArray[np.float64]


class Land(Protocol):
    """The columns of a `geo.tessellation.Tessellation` that a map needs; it has all of them.

    `vertices` (v, 2) lon, lat, each once; ring `r` runs through the vertices
    `ring_vertex[ring_offset[r]:ring_offset[r + 1]]` (the first is not repeated) with its cell,
    `ring_cell[r]`, on its left: exteriors counter-clockwise, holes clockwise.
    """

    @property
    def vertices(self) -> NDArray[np.float64]: ...
    @property
    def ring_offset(self) -> NDArray[np.int32]: ...
    @property
    def ring_vertex(self) -> NDArray[np.int32]: ...
    @property
    def ring_cell(self) -> NDArray[np.int32]: ...


@dataclass(frozen=True, slots=True)
class SceneActor:
    """Who can hold land or strike. `color` is `#rrggbb`; `pattern` one of `geo.scene.PATTERNS`."""

    id: str
    name: str
    side: str
    color: str
    pattern: str = "solid"
    name_ar: str = ""


PATTERNS = ("solid", "diagonal", "cross", "dots", "vertical", "horizontal")


@dataclass(frozen=True, slots=True)
class ScenePlace:
    """A named place. `cell` is its cell in the tessellation, -1 where it holds no land.

    `lon`, `lat` are NaN where nobody knows them; the place is then in the list, not on the map.
    """

    id: str
    name: str
    lon: float
    lat: float
    cell: int = -1
    name_ar: str = ""
    kind: str = ""
    uncertainty_m: float = 0.0
    population: int = 0


@dataclass(frozen=True, slots=True)
class SceneSource:
    """Who said it. `url` may be empty; only http and https addresses become links."""

    id: str
    publisher: str
    title: str = ""
    author: str = ""
    date: str = ""
    url: str = ""
    reliability: str = ""


@dataclass(frozen=True, slots=True)
class SceneClaim:
    """One source's statement, as text for the reader. `killed`, `wounded`: as written, or empty."""

    id: str
    kind: str
    date: str
    place: int
    place_as_written: str
    actor: int
    target: int
    status: str
    source: int
    reported: str = ""
    killed: str = ""
    wounded: str = ""
    weapon: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flips:
    """Changes of holder, sorted by day, then place. Equal length n.

    `day` (n,) the day from which it holds; `place` (n,) index into `Scene.places`; `holder` (n,)
    holder code; `why` one sentence each; `claims` indices into `Scene.claims` of the deciding
    claims; `age_day` (n,) day of the newest evidence.
    """

    day: Int
    place: Int
    holder: Int
    age_day: Int
    why: tuple[str, ...] = ()
    claims: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Maybes:
    """Windows in which a change may already have happened: `[begin, end)` days, sorted by begin.

    `place` (n,) index into `Scene.places`; `holder` (n,) the holder code to come.
    """

    begin: Int
    end: Int
    place: Int
    holder: Int


@dataclass(frozen=True, slots=True)
class Events:
    """Strikes, clashes, sieges, tolls and others, sorted by begin. Equal length n.

    `begin`, `end` (n,) days the event may have happened in or lasted, end exclusive
    (`NO_DAY_HIGH` open); `claim` (n,) index into `Scene.claims` (kind, actor, target, casualties
    and weapon are there); `lon`, `lat` (n,) NaN where not located; `uncertainty_m` (n,);
    `killed`, `wounded` (n, 2) float lower and upper counts, NaN where not stated, inf where open.
    """

    begin: Int
    end: Int
    claim: Int
    lon: Float
    lat: Float
    uncertainty_m: Float
    killed: Float
    wounded: Float


@dataclass(frozen=True, slots=True)
class Line:
    """A basemap line: `kind` is `coast`, `border` or `river`; `points` (k, 2) lon, lat."""

    kind: str
    points: Float


@dataclass(frozen=True, slots=True)
class Town:
    """A name for orientation on the basemap, never a holder of land."""

    name: str
    lon: float
    lat: float
    name_ar: str = ""
    population: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """One timeline, ready to draw. See the module for days, coordinates and holder codes.

    `first_day` and `last_day` bound the slider; `view` is (west, south, east, north) to open on;
    `rule` is the sentence that says how land is drawn, with its parameters, and `rule_ar` the same
    in Arabic (empty: there is none); `data_hash` the version of the
    claims; `credits` are lines of attribution (data and basemap).
    """

    title: str
    first_day: int
    last_day: int
    view: tuple[float, float, float, float]
    actors: tuple[SceneActor, ...]
    places: tuple[ScenePlace, ...]
    sources: tuple[SceneSource, ...]
    claims: tuple[SceneClaim, ...]
    flips: Flips
    maybes: Maybes
    events: Events
    tessellation: Land
    contests: tuple[tuple[int, ...], ...] = ()
    lines: tuple[Line, ...] = ()
    towns: tuple[Town, ...] = ()
    description: str = ""
    licence: str = ""
    rule: str = ""
    rule_ar: str = ""
    credits: tuple[str, ...] = ()
    data_hash: str = ""
    version: int = field(default=SCENE_VERSION)

    def rule_in(self, lang: str) -> str:
        """The rule in a language (`en`, `ar`), in English where it is in no other."""
        return (lang == "ar" and self.rule_ar) or self.rule
