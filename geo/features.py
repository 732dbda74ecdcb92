"""A scene as dated features: what every export and the folium map are made of.

Four layers: `control` (land by holder), `frontline`, `strike` (strikes, clashes, sieges, tolls and
other events, by `kind`) and `place`. A feature holds from `begin` up to, and not including, `end`;
days are whole days since 1970-01-01, None is open. Text is plain and untrusted: each writer
escapes it for its own format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.errors import GeoError
from geo.pieces import Piece, Sweep, control_pieces, front_pieces
from geo.scene import NO_DAY_HIGH, NO_DAY_LOW, UNKNOWN, Scene

LAYERS = ("control", "frontline", "strike", "place")
_ALSO = {"controls": "control", "frontlines": "frontline", "fronts": "frontline"}
_ALSO |= {"strikes": "strike", "events": "strike", "places": "place"}


class ExportError(GeoError):
    """An export that cannot be made as asked; the message says what to change."""


class ExportWarning(UserWarning):
    """The export is right but lacks something; the message says what, and what keeps it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One dated thing on the map.

    `geometry` is WGS84, None for an event whose place is not located. `properties` are flat: text,
    numbers, None, and lists of text; those of one layer have the same names in the same order, and
    all begin with `id`, `name`, `actors`, `sides`, `status`, `sources`.
    """

    layer: str
    geometry: BaseGeometry | None
    begin: int | None
    end: int | None
    properties: dict[str, Any]


def features_on(scene: Scene, day: int, layers: Iterable[str] = LAYERS) -> list[Feature]:
    """What the map of one day shows, each feature with the whole time it holds."""
    return features_between(scene, day, day, layers)


def features_between(
    scene: Scene, first: int, last: int, layers: Iterable[str] = LAYERS
) -> list[Feature]:
    """Every feature that holds on any day from `first` to `last`, both included, each once.

    Features are not clipped to the window: `begin` and `end` are those of the fact, as far as the
    scene knows. Sorted by layer, begin, then id. Raises `ExportError` for an unknown layer, or
    when `first` is after `last`.
    """
    wanted = check_layers(layers)
    if first > last:
        raise ExportError(
            f"the range begins {day_text(first)}, after it ends {day_text(last)}; swap them"
        )
    sweep = Sweep(scene)
    cited = _Citations(scene)
    found: list[Feature] = []
    if "control" in wanted:
        found += _control(sweep, cited, control_pieces(sweep, first, last))
    if "frontline" in wanted:
        found += _fronts(sweep, cited, front_pieces(sweep, first, last))
    if "strike" in wanted:
        found += _ordered(_events(scene, first, last))
    if "place" in wanted:
        found += _ordered(_places(scene, sweep, first, last))
    return found


def check_layers(layers: Iterable[str]) -> tuple[str, ...]:
    """Layer names as the exports write them, in their order; plurals are understood."""
    asked = [layers] if isinstance(layers, str) else list(layers)
    named = {_ALSO.get(name.strip().lower(), name.strip().lower()) for name in asked}
    if not named or named - set(LAYERS):
        unknown = ", ".join(sorted(named - set(LAYERS))) or "none"
        raise ExportError(f"no such layer: {unknown}; layers are {', '.join(LAYERS)}")
    return tuple(layer for layer in LAYERS if layer in named)


def day_text(day: int | None) -> str:
    """A day as `YYYY-MM-DD`; empty for an open end."""
    return "" if day is None else str(np.datetime64(day, "D"))


def citation(scene: Scene, source: int) -> str:
    """A source in one line: publisher, author, title, date, address."""
    if not 0 <= source < len(scene.sources):
        return ""
    said = scene.sources[source]
    parts = (said.publisher, said.author, said.title, said.date, said.url)
    return ", ".join(part for part in parts if part)


class _Citations:
    """Sources of many flips at once, as bits: land may rest on thousands of claims."""

    def __init__(self, scene: Scene) -> None:
        self._ids = [source.id for source in scene.sources]
        self._bits = np.zeros((len(scene.flips.day), len(self._ids)), dtype=bool)
        for flip, claims in enumerate(scene.flips.claims):
            for claim in claims:
                self._bits[flip, scene.claims[claim].source] = True

    def of(self, flips: np.ndarray[Any, Any]) -> list[str]:
        """Ids of the sources behind these flips, sorted."""
        used = self._bits[flips[flips >= 0]].any(axis=0)
        return sorted({self._ids[n] for n in np.flatnonzero(used)})


def _holder(scene: Scene, actors: Sequence[int]) -> tuple[dict[str, Any], str]:
    """The properties that name who holds, and the status."""
    known = [scene.actors[n] for n in actors]
    status = "unknown" if not known else "held" if len(known) == 1 else "contested"
    name = " / ".join(actor.name for actor in known)
    return {
        "name": name if status == "held" else f"{status.capitalize()}: {name}".rstrip(": "),
        "actors": [actor.id for actor in known],
        "sides": sorted({actor.side for actor in known if actor.side}),
        "status": status,
    }, status


def _control(sweep: Sweep, cited: _Citations, pieces: list[Piece]) -> Iterator[Feature]:
    scene = sweep.scene
    area = crs.area_km2(np.array([piece.geometry for piece in pieces], dtype=object))
    for piece, km2 in zip(pieces, np.atleast_1d(area), strict=True):
        actors = sweep.actors(piece.holders[0])
        holder, status = _holder(scene, actors)
        only = scene.actors[actors[0]] if status == "held" else None
        yield Feature(
            "control",
            piece.geometry,
            piece.begin,
            piece.end,
            {
                "id": _id("control", "+".join(holder["actors"]), piece.begin),
                **holder,
                "sources": cited.of(piece.flips),
                "area_km2": round(float(km2), 3),
                "places": len(piece.flips),
                "color": only.color if only else "",
                "pattern": only.pattern if only else "",
            },
        )


def _fronts(sweep: Sweep, cited: _Citations, pieces: list[Piece]) -> Iterator[Feature]:
    scene = sweep.scene
    length = crs.length_km(np.array([piece.geometry for piece in pieces], dtype=object))
    for piece, km in zip(pieces, np.atleast_1d(length), strict=True):
        a, b = (scene.actors[n] for n in piece.holders)
        yield Feature(
            "frontline",
            piece.geometry,
            piece.begin,
            piece.end,
            {
                "id": _id("frontline", f"{a.id}+{b.id}", piece.begin),
                "name": f"{a.name} / {b.name}",
                "actors": [a.id, b.id],
                "sides": sorted({actor.side for actor in (a, b) if actor.side}),
                "status": "held",
                "sources": cited.of(piece.flips),
                "side_a": a.side or a.id,
                "side_b": b.side or b.id,
                "length_km": round(float(km), 3),
            },
        )


def _events(scene: Scene, first: int, last: int) -> Iterator[Feature]:
    events = scene.events
    for n in np.flatnonzero((events.begin <= last) & (events.end > first)).tolist():
        claim = scene.claims[events.claim[n]]
        place = scene.places[claim.place] if claim.place >= 0 else None
        who = [scene.actors[a] for a in (claim.actor, claim.target) if a >= 0]
        lon, lat = float(events.lon[n]), float(events.lat[n])
        located = np.isfinite(lon) and np.isfinite(lat)
        yield Feature(
            "strike",
            shapely.Point(float(crs.wrap_lon(lon)), lat) if located else None,
            _open(int(events.begin[n])),
            _open(int(events.end[n])),
            {
                "id": claim.id,
                "name": place.name if place else claim.place_as_written,
                "actors": [actor.id for actor in who],
                "sides": sorted({actor.side for actor in who if actor.side}),
                "status": claim.status,
                "sources": _source_ids(scene, [claim.source]),
                "kind": claim.kind,
                "by": scene.actors[claim.actor].name if claim.actor >= 0 else "",
                "target": scene.actors[claim.target].name if claim.target >= 0 else "",
                "date": claim.date,
                "reported": claim.reported,
                "place_as_written": claim.place_as_written,
                "uncertainty_m": _finite(events.uncertainty_m[n]),
                "killed": claim.killed,
                "wounded": claim.wounded,
                "weapon": claim.weapon,
                "note": claim.note,
                "cited": citation(scene, claim.source),
            },
        )


def _places(scene: Scene, sweep: Sweep, first: int, last: int) -> Iterator[Feature]:
    flips = scene.flips
    order = np.lexsort((np.arange(len(flips.day)), flips.day, flips.place))
    bounds = np.searchsorted(flips.place[order], np.arange(len(scene.places) + 1))
    maybes = zip(scene.maybes.begin, scene.maybes.end, scene.maybes.place, strict=True)
    windows = {(int(place), int(end)): int(begin) for begin, end, place in maybes}
    for number, place in enumerate(scene.places):
        for begin, end, flip in _spells(scene, order[bounds[number] : bounds[number + 1]]):
            if begin > last or end <= first:
                continue
            actors = sweep.actors(int(flips.holder[flip])) if flip >= 0 else ()
            claims = flips.claims[flip] if flip >= 0 and flips.claims else ()
            holder, _ = _holder(scene, actors)
            told = flip >= 0 and flips.holder[flip] != UNKNOWN
            earliest, leaving = windows.get((number, begin)), windows.get((number, end))
            located = np.isfinite(place.lon) and np.isfinite(place.lat)
            yield Feature(
                "place",
                shapely.Point(float(crs.wrap_lon(place.lon)), place.lat) if located else None,
                _open(begin),
                _open(end),
                {
                    "id": _id("place", place.id, _open(begin)),
                    "name": place.name,
                    "actors": holder["actors"],
                    "sides": holder["sides"],
                    "status": holder["status"],
                    "sources": _source_ids(scene, [scene.claims[c].source for c in claims]),
                    "place_id": place.id,
                    "name_ar": place.name_ar,
                    "holder": holder["name"] if actors else "",
                    "perhaps_from": day_text(earliest),
                    "perhaps_until": day_text(leaving),
                    "evidence": day_text(_open(int(flips.age_day[flip]))) if told else "",
                    "kind": place.kind,
                    "population": place.population,
                    "uncertainty_m": _finite(place.uncertainty_m),
                    "why": flips.why[flip] if flip >= 0 and flips.why else "",
                    "claims": [scene.claims[c].id for c in claims],
                },
            )


def _spells(scene: Scene, rows: np.ndarray[Any, Any]) -> Iterator[tuple[int, int, int]]:
    """Begin, end and flip (-1 before the first) of each spell of one place, from its flips."""
    days = scene.flips.day[rows].tolist()
    last = [n for n in range(len(days)) if n + 1 == len(days) or days[n + 1] != days[n]]
    if not last or days[last[0]] > NO_DAY_LOW:
        yield NO_DAY_LOW, days[last[0]] if last else NO_DAY_HIGH, -1
    ends = [*(days[n] for n in last[1:]), NO_DAY_HIGH]
    for n, end in zip(last, ends, strict=False):
        yield days[n], end, int(rows[n])


def _source_ids(scene: Scene, sources: Iterable[int]) -> list[str]:
    return sorted({scene.sources[n].id for n in sources if n >= 0})


def _open(day: int) -> int | None:
    return None if day in (NO_DAY_LOW, NO_DAY_HIGH) else day


def _finite(metres: float) -> float | None:
    return round(float(metres), 1) if np.isfinite(metres) else None


def _id(layer: str, who: str, begin: int | None) -> str:
    return f"{layer}:{who or 'nobody'}:{day_text(begin) or 'open'}"


def _ordered(features: Iterable[Feature]) -> list[Feature]:
    return sorted(
        features,
        key=lambda f: (NO_DAY_LOW if f.begin is None else f.begin, str(f.properties["id"])),
    )
