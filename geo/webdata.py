"""What the folium map of one date shows, as data for `webmap.js`: texts, shapes, styles, legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from geo.escape import link, visible
from geo.features import (
    LAYERS,
    ExportError,
    Feature,
    check_layers,
    citation,
    day_text,
    features_between,
    features_on,
)
from geo.geojson import geometry
from geo.scene import Scene
from geo.uncertain import LAYER as PERHAPS
from geo.uncertain import perhaps_on

GROUPS = {
    "basemap": "Coasts, borders, rivers, towns",
    "control": "Land by holder",
    "frontline": "Frontlines",
    "strike": "Strikes and events",
    "place": "Places",
}
"""The groups of the layer control, bottom first, and their names."""

_KINDS = {
    "strike": "Strike",
    "clash": "Clash",
    "siege": "Siege",
    "toll": "Toll",
    "other": "Other event",
}
_MOST_TOWNS = 40
_FILLED = {"control", "place", PERHAPS}


def map_data(
    scene: Scene, day: int, *, layers: Iterable[str] = GROUPS, strike_days: int = 30
) -> dict[str, Any]:
    """Everything the page of one day shows; see `webmap.js`. All text is plain.

    Raises `ExportError` for unknown layers or a window of less than one day.
    """
    asked = list(layers)
    wanted = [*(["basemap"] if "basemap" in asked else [])]
    rest = [name for name in asked if name != "basemap"]
    wanted += check_layers(rest) if rest or not wanted else ()
    if strike_days < 1:
        raise ExportError("strike_days is a number of days, at least 1")
    now = features_on(scene, day, [layer for layer in LAYERS if layer != "strike"])
    struck = features_between(scene, day - strike_days + 1, day, ["strike"])
    page = _Page(scene)
    items = {
        name: [page.item(feature) for feature in [*now, *struck] if feature.layer == name]
        if name in wanted
        else []
        for name in LAYERS
    }
    perhaps = perhaps_on(scene, day) if "control" in wanted else []
    items[PERHAPS] = [page.item(feature) for feature in perhaps]
    kinds = Counter(f.properties["kind"] for f in struck) if "strike" in wanted else Counter()
    return {
        "title": visible(scene.title),
        "date": day_text(day),
        "groups": wanted,
        **items,
        "lines": [
            {"kind": line.kind, "points": line.points.round(5).tolist()} for line in scene.lines
        ],
        "towns": _towns(scene),
        "legend": page.legend(),
        "kinds": [[kind, name] for kind, name in _KINDS.items() if kinds[kind]],
        "styles": page.styles,
        "sources": page.sources,
        "notes": _notes(scene, day, strike_days, struck if "strike" in wanted else []),
        "credits": [visible(credit) for credit in scene.credits],
    }


class _Page:
    """Styles and sources are named by number on the page; this hands the numbers out."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.styles: list[dict[str, Any]] = []
        self._keys: list[tuple[list[int], int, str]] = []
        self.sources = [
            {"text": visible(citation(scene, n)), "url": link(source.url)}
            for n, source in enumerate(scene.sources)
        ]
        self._numbers = {source.id: n for n, source in enumerate(scene.sources)}
        self._actors = {actor.id: actor for actor in scene.actors}
        self._rank = {actor.id: n for n, actor in enumerate(scene.actors)}
        self._style_of: dict[tuple[bool, tuple[str, ...]], int] = {}

    def item(self, feature: Feature) -> dict[str, Any]:
        said = feature.properties
        rows = [[label, visible(str(value))] for label, value in _rows(feature) if value]
        return {
            "name": visible(said["name"]),
            "tip": visible(_tip(feature)),
            "rows": rows,
            "sources": [self._numbers[source] for source in said["sources"]],
            "geometry": geometry(feature.geometry),
            "style": self.style(feature) if feature.layer in _FILLED else -1,
            "kind": said.get("kind", ""),
            "uncertainty_m": said.get("uncertainty_m") or 0,
        }

    def style(self, feature: Feature) -> int:
        """The number of the style of a holder, -1 for nobody known."""
        key = tuple(feature.properties["actors"])
        if not key:
            return -1
        uncertain = feature.layer == PERHAPS
        if (uncertain, key) not in self._style_of:
            actors = [self._actors[actor] for actor in key]
            self._style_of[uncertain, key] = len(self.styles)
            self.styles.append({"colors": [a.color for a in actors], "pattern": actors[0].pattern})
            names = " / ".join(visible(actor.name) for actor in actors)
            name = names if len(actors) == 1 else f"Contested: {names}"
            if uncertain:
                name = f"Date of change uncertain: {names}"
                old = actors[0].color if len(actors) > 1 else "#ffffff"
                self.styles[-1] = {"colors": [old, actors[-1].color], "pattern": PERHAPS}
            rank = [len(actors) + 100 * uncertain, *(self._rank[actor] for actor in key)]
            self._keys.append((rank, self._style_of[uncertain, key], name))
        return self._style_of[uncertain, key]

    def legend(self) -> list[dict[str, Any]]:
        """Holders in the scene's order, contested land after them, empty land last."""
        rows = [{"style": style, "name": name} for _, style, name in sorted(self._keys)]
        return [*rows, {"style": -1, "name": "Not assessed"}]


def _tip(feature: Feature) -> str:
    said = feature.properties
    if feature.layer == "place":
        return f"{said['name']}: {said['holder'] or 'not known'}"
    if feature.layer == "strike":
        return f"{_KINDS.get(said['kind'], 'Event')}, {said['name']}, {said['date']}"
    return str(said["name"])


def _rows(feature: Feature) -> list[tuple[str, Any]]:
    said = feature.properties
    if feature.layer == "strike":
        return [
            ("What", _KINDS.get(said["kind"], "Event")),
            ("When", said["date"]),
            ("Place as written", said["place_as_written"]),
            ("By", said["by"]),
            ("Against", said["target"]),
            ("Weapon", said["weapon"]),
            ("Killed", said["killed"]),
            ("Wounded", said["wounded"]),
            ("Status", said["status"]),
            ("Reported", said["reported"]),
            ("Place good to", _metres(said["uncertainty_m"])),
            ("Note", said["note"]),
        ]
    if feature.layer == PERHAPS:
        span = f"between {day_text(feature.begin)} and {day_text(feature.end)}"
        return [("Changed hands", span), ("Places", said["places"])]
    since = [("Since", day_text(feature.begin)), ("Until", day_text(feature.end))]
    if feature.layer == "control":
        return [*since, ("Area", f"{said['area_km2']:,.0f} km\u00b2"), ("Status", said["status"])]
    if feature.layer == "frontline":
        return [*since, ("Length", f"{said['length_km']:,.1f} km")]
    return [
        ("Holder", said["holder"] or "not known"),
        ("Status", said["status"]),
        *since,
        ("Perhaps from", said["perhaps_from"]),
        ("Perhaps only until", said["perhaps_until"]),
        ("Newest evidence", said["evidence"]),
        ("Arabic name", said["name_ar"]),
        ("Kind", said["kind"]),
        ("Place good to", _metres(said["uncertainty_m"])),
        ("Why", said["why"]),
    ]


def _metres(metres: float | None) -> str:
    return f"{metres / 1000:g} km" if metres else ""


def _towns(scene: Scene) -> list[dict[str, Any]]:
    largest = sorted(scene.towns, key=lambda town: (-town.population, town.name))[:_MOST_TOWNS]
    return [
        {"name": visible(f"{t.name} {t.name_ar}".strip()), "lon": t.lon, "lat": t.lat}
        for t in largest
    ]


def _notes(scene: Scene, day: int, strike_days: int, struck: list[Feature]) -> list[str]:
    span = f"the {strike_days} days up to" if strike_days > 1 else "the day"
    lost = sum(feature.geometry is None for feature in struck)
    notes = [scene.description, scene.rule]
    if struck:
        notes.append(f"Events are those of {span} {day_text(day)}.")
    if lost:
        notes.append(f"{lost} of them are not on the map: their place is not located.")
    notes += [f"Licence: {scene.licence}" if scene.licence else ""]
    notes += [f"Version of the data: {scene.data_hash}" if scene.data_hash else ""]
    return [visible(note) for note in notes if note]
