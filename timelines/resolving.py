"""Which place each claim means: by id, by the timeline's own names, by position, by gazetteer.

In that order, so that a timeline whose `places.csv` names everything never opens the gazetteer.
A name that may be several places, or none, is a problem and never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from timelines.folding import fold
from timelines.places import PlaceNames, TimelinePlace, valid_lonlat
from timelines.problems import shown
from timelines.tables import Table

if TYPE_CHECKING:
    from gazetteer import Match, Place

SAME_PLACE_KM = 2.0
Key = tuple[str, str, str, str]  # place_id, place, lon, lat, as written
PLACES_REMEDY = (
    "Give lon and lat, or add it to places.csv; without a coordinate there it is listed, not drawn."
)


def resolve_places(
    table: Table, places: Mapping[str, TimelinePlace], *, country: str | None = None
) -> tuple[list[str], dict[str, TimelinePlace]]:
    """A place id per row (empty where none was found) and every place, new ones included.

    `country` (ISO code) is context for the gazetteer. Problems go to `table.problems`.
    """
    if places.keys() >= table.distinct("place_id"):  # most timelines name every place by its id
        return table.column("place_id"), dict(places)
    keys = _keys(table)
    names = PlaceNames(places.values())
    found: dict[Key, str] = {}
    wrong: dict[Key, tuple[str, str, str]] = {}
    made: dict[str, TimelinePlace] = {}
    asked: list[Key] = []
    for key in dict.fromkeys(keys):
        place_id, name, lon, lat = (text.strip() for text in key)
        if place_id:
            _by_id(key, names, made, found, wrong)
        elif candidates := names.find(name) if name else ():
            _by_name(key, candidates, found, wrong)
        elif lon or lat:  # half a position is already reported
            _by_position(key, name, made, found)
        elif name:
            asked.append(key)
    if asked:
        reports = _by_report(table, keys, asked)
        for key, (message, remedy) in _by_gazetteer(reports, country, made, found, wrong).items():
            table.add(table.rows[keys.index(key)], "place", message, remedy, warn=True)
    if wrong:
        for index, key in enumerate(keys):
            if key in wrong:
                table.add(table.rows[index], *wrong[key])
    return [found.get(key, "") for key in keys], {**places, **made}


def _keys(table: Table) -> list[Key]:
    columns = (table.column(name) for name in ("place_id", "place", "lon", "lat"))
    return list(zip(*columns, strict=True))


def _by_id(
    key: Key,
    names: PlaceNames,
    made: dict[str, TimelinePlace],
    found: dict[Key, str],
    wrong: dict[Key, tuple[str, str, str]],
) -> None:
    place_id, name, lon, lat = key
    if place_id in names.by_id or place_id in made:
        found[key] = place_id
    elif (point := _point(lon, lat)) is not None:
        made[place_id] = TimelinePlace(
            place_id, name or place_id, lon=point[0], lat=point[1], source="the claim"
        )
        found[key] = place_id
    else:
        message = f"{shown(place_id)} is no place of places.csv."
        wrong[key] = ("place_id", message, PLACES_REMEDY)


def _by_name(
    key: Key,
    candidates: Sequence[TimelinePlace],
    found: dict[Key, str],
    wrong: dict[Key, tuple[str, str, str]],
) -> None:
    _, name, lon, lat = key
    point = _point(lon, lat)
    if len(candidates) > 1 and point is not None:
        candidates = sorted(candidates, key=lambda p: _km(p, *point))[:1]
    if len(candidates) == 1:
        found[key] = candidates[0].id
        return
    listed = ", ".join(
        f"{p.id} ({p.name}, {p.admin1 or 'governorate not given'})" for p in candidates
    )
    wrong[key] = (
        "place",
        f"{shown(name)} may be several places of places.csv: {listed}.",
        "Write the id of the one meant in place_id.",
    )


def _by_position(
    key: Key, name: str, made: dict[str, TimelinePlace], found: dict[Key, str]
) -> None:
    point = _point(key[2], key[3])
    if point is None:
        return  # the position itself is already reported
    slug = "-".join("".join(c if c.isalnum() else " " for c in name.casefold()).split()) or "place"
    for number in range(1, 10_000):
        place_id = slug if number == 1 else f"{slug}-{number}"
        if place_id not in made:
            made[place_id] = TimelinePlace(
                place_id, name or place_id, lon=point[0], lat=point[1], source="the claim"
            )
            break
        near = _km(made[place_id], *point) <= SAME_PLACE_KM
        if near and fold(made[place_id].name) == fold(name or place_id):
            break
    found[key] = place_id


def _by_report(table: Table, keys: list[Key], asked: list[Key]) -> list[list[Key]]:
    """The names to ask, by the report that names them first: its places lie near each other."""
    wanted = set(asked)
    reports: dict[str, list[Key]] = {}
    for key, source in zip(keys, table.column("source"), strict=True):
        if key in wanted:
            wanted.remove(key)
            reports.setdefault(source, []).append(key)
    return list(reports.values())


def _by_gazetteer(
    reports: list[list[Key]],
    country: str | None,
    made: dict[str, TimelinePlace],
    found: dict[Key, str],
    wrong: dict[Key, tuple[str, str, str]],
) -> dict[Key, tuple[str, str]]:
    """What was taken for what, where the gazetteer spells it in no such way."""
    from gazetteer import Gazetteer

    gazetteer = Gazetteer.default()
    told: dict[Key, tuple[str, str]] = {}
    for asked in reports:
        names = [key[1].strip() for key in asked]
        matches = gazetteer.resolve_many(names, country=country, together=True)
        _take(asked, matches, made, found, wrong)
        for key, name, match in zip(asked, names, matches, strict=True):
            place = match.place
            if place and fold(name) not in {fold(label) for label in place.all_names()}:
                message = (
                    f"{shown(name)} was taken for {place.name} ({place.id}; "
                    f"{place.lon:.4f}, {place.lat:.4f})."
                )
                told[key] = message, "Add it to places.csv if that is right; else give lon and lat."
    return told


def _take(
    asked: list[Key],
    matches: Sequence[Match],
    made: dict[str, TimelinePlace],
    found: dict[Key, str],
    wrong: dict[Key, tuple[str, str, str]],
) -> None:
    for key, match in zip(asked, matches, strict=True):
        if match.status == "resolved" and match.place is not None:
            made.setdefault(match.place.id, _from_gazetteer(match.place))
            found[key] = match.place.id
            continue
        near = ", ".join(
            f"{c.place.id} ({c.place.name}, {c.place.admin1 or c.place.country or '?'}; "
            f"{c.place.lon:.4f}, {c.place.lat:.4f})"
            for c in match.candidates[:5]
        )
        if match.status == "ambiguous":
            message = f"{shown(key[1])} may be several places: {near}."
            remedy = "Give lon and lat, or add the one meant to places.csv."
        else:
            message = f"{shown(key[1])} is not in the gazetteer" + (
                f"; similar: {near}." if near else "."
            )
            remedy = PLACES_REMEDY
        wrong[key] = ("place", message, remedy)


def _from_gazetteer(place: Place) -> TimelinePlace:
    return TimelinePlace(
        id=place.id,
        name=place.name,
        name_ar=place.name_ar,
        aliases=tuple(place.names),
        lon=place.lon,
        lat=place.lat,
        uncertainty_m=place.uncertainty_m or 0.0,
        kind=place.kind,
        admin1=place.admin1,
        population=place.population or 0,
        source=f"gazetteer: {place.source}" if place.source else "gazetteer",
    )


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if valid_lonlat(x, y) else None


def _km(place: TimelinePlace, lon: float, lat: float) -> float:
    """Great-circle distance on a sphere; good to half a per cent, enough to tell twins apart."""
    if place.lon is None or place.lat is None:
        return math.inf
    a, b = math.radians(place.lat), math.radians(lat)
    across = math.sin(math.radians(lon - place.lon) / 2) ** 2
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * across
    return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, half)))
