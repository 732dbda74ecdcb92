"""A comparison as files for other tools: GeoJSON of what changed, CSV of places and of land."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geo.geojson import geometry, moment
from timelines import dates
from timelines.compare.land import accounts, pieces
from timelines.compare.words import moment_words
from timelines.rulewords import rule_sentence

if TYPE_CHECKING:
    from timelines.compare import Change, Comparison, Moment

BOM = b"\xef\xbb\xbf"  # without it spreadsheets take Arabic for something else


def geojson(comparison: Comparison) -> bytes:
    """RFC 7946: pieces of land that changed hands (`layer` change), then the changed places.

    Each feature names who had it, who has it, the claims behind it, and `begin`: the moment of the
    last change of hands, null where it is not known or the comparison is one of knowledge. The
    same comparison gives the same bytes.
    """
    head = json.dumps(
        {"type": "FeatureCollection", **_about(comparison)}, ensure_ascii=False, allow_nan=False
    )[:-1]
    lines = ",\n".join(
        json.dumps(f, ensure_ascii=False, allow_nan=False) for f in features(comparison)
    )
    return f'{head}, "features": [\n{lines}\n]}}\n'.encode("utf-8", "replace")


def features(comparison: Comparison) -> list[dict[str, Any]]:
    """The features of `geojson`."""
    found = []
    for number, row in enumerate(pieces(comparison).to_dict("records")):
        properties = {
            "layer": "change",
            "lost_by": list(row["lost_by"]),
            "gained_by": list(row["gained_by"]),
            "area_km2": round(row["area_km2"], 3),
            "places": list(row["place_ids"]),
            "claims": list(row["claims"]),
        }
        found.append(
            _feature(comparison, f"change-{number}", row["day"], row["geometry"], properties)
        )
    for one in comparison.changes:
        properties = {
            "layer": "place",
            "place": one.place_id,
            "name": one.place,
            "change": one.kind,
            "lost_by": list(one.before),
            "gained_by": list(one.after),
            "claims": list(one.claims),
            "against": list(one.against),
            "withdrawn": list(one.withdrawn),
            "text": one.text,
        }
        found.append(
            _feature(comparison, f"place-{one.place_id}", one.day, _point(one), properties)
        )
    return found


def places_csv(comparison: Comparison) -> bytes:
    """The changed places, one a row, the sentence among the columns; no cell is a formula."""
    from geo.export.tables import csv_bytes

    columns = ("place_id", "place", "lon", "lat", "change", "before", "after", "day", "steps",
               "area_km2", "claims", "against", "withdrawn", "text")  # fmt: skip
    rows = [
        (
            *(one.place_id, one.place, *_lonlat(one), one.kind),
            *(" | ".join(one.before), " | ".join(one.after), one.day, one.steps),
            round(one.area_km2, 3),
            *("|".join(keys) for keys in (one.claims, one.against, one.withdrawn)),
            one.text,
        )
        for one in comparison.changes
    ]
    return BOM + csv_bytes(columns, rows)


def land_csv(comparison: Comparison) -> bytes:
    """The sides' accounts in km² (see `land.accounts`)."""
    from geo.export.tables import csv_bytes

    table = accounts(comparison).drop(columns=["color"])
    rows = [[_cell(value) for value in row] for row in table.itertuples(index=False, name=None)]
    return BOM + csv_bytes(list(table.columns), rows)


def _about(comparison: Comparison) -> dict[str, Any]:
    timeline = comparison.timeline
    land = timeline.land(comparison.reach_km)
    cited = sorted({key for one in comparison.changes for key in (*one.claims, *one.against)})
    rows = [timeline.claims.index_of(key) for key in cited]
    used = dict.fromkeys(timeline.claims.column("source")[row] for row in rows)
    sources = [timeline.sources[name] for name in sorted(used) if name in timeline.sources]
    before, after = comparison.before.moment, comparison.after.moment
    return {
        "title": f"{timeline.title}: what changed",
        "from": _moment(before),
        "to": _moment(after),
        "description": f"From {moment_words(before)} to {moment_words(after)}.",
        "rule": rule_sentence(timeline, land, policy=comparison.policy),
        "attribution": [*timeline.settings.credits, f"Boundary: {land.boundary}"],
        "licence": timeline.settings.licence,
        "version": timeline.data_hash,
        "sources": {
            s.id: {"publisher": s.publisher, "title": s.title, "date": s.date, "url": s.url}
            for s in sources
        },
    }


def _moment(at: Moment) -> dict[str, str | None]:
    known = None if at.known_on is None else dates.iso(at.known_on)
    return {"on": dates.iso(at.on), "known_on": known}


def _feature(
    comparison: Comparison, name: str, day: str, shape: Any, properties: dict[str, Any]
) -> dict[str, Any]:
    begin = moment(dates.day(day)) if day and not comparison.of_knowledge else None
    version = comparison.timeline.data_hash
    return {
        "type": "Feature",
        "id": name,
        "geometry": geometry(shape),
        "properties": {**properties, "begin": begin, "end": None, "version": version},
    }


def _point(one: Change) -> Any:
    import shapely

    return None if one.lon != one.lon else shapely.Point(one.lon, one.lat)


def _lonlat(one: Change) -> tuple[float | None, float | None]:
    return (None, None) if one.lon != one.lon else (one.lon, one.lat)  # NaN: not located


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, float):
        return "" if value != value else round(value, 1)
    return value
