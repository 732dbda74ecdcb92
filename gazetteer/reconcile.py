"""The W3C Reconciliation Service API, version 0.2, as functions from requests to answers.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/. OpenRefine and
spreadsheet add-ons speak it. :mod:`gazetteer.serve` puts these functions behind HTTP.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from gazetteer.lookup import Gazetteer
from gazetteer.names import fold, forms
from gazetteer.places import Candidate, GazetteerError, Match, Place

BATCH_MAX, LIMIT_MAX = 500, 50
IDENTIFIERS = "https://www.geonames.org/"
SCHEMA = "https://www.w3.org/2003/01/geo/wgs84_pos#"
PLACE_TYPE = {"id": "place", "name": "Place"}
KINDS = (
    "city",
    "town",
    "village",
    "populated place",
    "neighbourhood",
    "air base",
    "base",
    "hill",
    "camp",
    "crossing",
    "dam",
    "governorate",
    "district",
    "area",
)
PROPERTIES = {
    "lon": "longitude (degrees, WGS84)",
    "lat": "latitude (degrees, WGS84)",
    "uncertainty_m": "radius of uncertainty (metres)",
    "kind": "kind of place",
    "name_ar": "Arabic name",
    "names": "other names",
    "admin1": "governorate",
    "admin2": "district",
    "country": "country code",
    "population": "population",
    "source": "source of the coordinate",
}
CONTEXT = {
    "within": "governorate or district it lies in",
    "country": "country code",
    "near": "longitude,latitude it is near to",
}


def manifest(base: str) -> dict[str, Any]:
    """What the service at the address ``base`` (no slash at the end) offers."""
    return {
        "versions": ["0.2"],
        "name": "frontlines gazetteer",
        "identifierSpace": IDENTIFIERS,
        "schemaSpace": SCHEMA,
        "defaultTypes": [PLACE_TYPE],
        "view": {"url": f"{base}/preview?id={{{{id}}}}"},
        "preview": {"url": f"{base}/preview?id={{{{id}}}}", "width": 420, "height": 220},
        "suggest": {
            kind: {"service_url": base, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def answer(gazetteer: Gazetteer, batch: object) -> dict[str, Any]:
    """Answers to a batch of queries, by their keys.

    Raises:
        GazetteerError: the batch is not what the specification describes; the message says where.
    """
    if not isinstance(batch, dict):
        raise GazetteerError("queries must be an object of query objects")
    if len(batch) > BATCH_MAX:
        raise GazetteerError(f"at most {BATCH_MAX} queries at once")
    return {str(key): _answer_one(gazetteer, str(key), query) for key, query in batch.items()}


def _answer_one(gazetteer: Gazetteer, key: str, query: object) -> dict[str, Any]:
    if not isinstance(query, dict) or not isinstance(query.get("query"), str):
        raise GazetteerError(f"query {key!r} has no text under “query”")
    limit = query.get("limit", 5)
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or limit < 1:
        raise GazetteerError(f"query {key!r}: limit must be a number of at least 1")
    match = gazetteer.resolve(query["query"], **_context(key, query))
    return {"result": _results(match)[: min(int(limit), LIMIT_MAX)]}


def _context(key: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """Context out of the type and the properties of a query."""
    told: dict[str, Any] = {}
    types = query.get("type")
    kind = types[0] if isinstance(types, list) and types else types
    if isinstance(kind, str) and kind in KINDS:
        told["kind"] = kind
    properties = query.get("properties")
    for entry in properties if isinstance(properties, list) else []:
        if not isinstance(entry, dict):
            continue
        value = entry.get("v")
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name", value.get("id")) if isinstance(value, dict) else value
        name = {"admin1": "within", "admin2": "within"}.get(str(entry.get("pid")), entry.get("pid"))
        if name in ("within", "country") and isinstance(value, str) and value.strip():
            told[str(name)] = value
        elif name == "near" and isinstance(value, str):
            told["near"] = point(value, f"query {key!r}: near")
    return told


def point(text: str, what: str) -> tuple[float, float]:
    """A (longitude, latitude) out of "lon,lat".

    Raises:
        GazetteerError: it is none.
    """
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as error:
        raise GazetteerError(f"{what} must be longitude,latitude in degrees") from error
    return lon, lat


def _results(match: Match) -> list[dict[str, Any]]:
    return [
        {
            "id": candidate.place.id,
            "name": candidate.place.name,
            "description": _description(candidate),
            "score": round(100 * candidate.score, 2),
            "match": match.place is not None and candidate.place.id == match.place.id,
            "type": _types(candidate.place),
            "features": [{"id": "certainty", "value": candidate.score}],
        }
        for candidate in match.candidates
    ]


def _types(place: Place) -> list[dict[str, str]]:
    own = [{"id": place.kind, "name": place.kind}] if place.kind else []
    return [PLACE_TYPE, *own]


def _description(candidate: Candidate) -> str:
    return f"{where(candidate.place)} · {candidate.why}"


def where(place: Place) -> str:
    """A line that tells homonyms apart: kind, area, country, coordinates."""
    parts = (place.kind, place.admin2, place.admin1, place.country)
    told = ", ".join(part for part in parts if part)
    return f"{told or 'place'} ({place.lat:.4f}, {place.lon:.4f})"


def suggest_entity(gazetteer: Gazetteer, prefix: str, cursor: int = 0) -> dict[str, Any]:
    """Places whose name begins with ``prefix``, then those it may be a spelling of."""
    index = gazetteer.index
    asked = fold(prefix)
    numbers = index.beginning(asked, 20) if asked else []
    places = [index.place(number) for number in numbers]
    places.sort(key=lambda place: asked not in forms(place.all_names()).fold)
    places += [candidate.place for candidate in gazetteer.resolve(prefix).candidates]
    distinct = list({place.id: place for place in places}.values())
    return {
        "result": [
            {
                "id": place.id,
                "name": place.name,
                "description": where(place),
                "notable": _types(place),
            }
            for place in distinct[max(cursor, 0) : max(cursor, 0) + 20]
        ]
    }


def suggest_type(prefix: str) -> dict[str, Any]:
    """Kinds of place that begin with ``prefix``."""
    types = [PLACE_TYPE, *({"id": kind, "name": kind} for kind in KINDS)]
    return {"result": [t for t in types if t["name"].lower().startswith(prefix.strip().lower())]}


def suggest_property(prefix: str) -> dict[str, Any]:
    """Properties that sharpen a query or can be fetched, by the beginning of id or name."""
    wanted = prefix.strip().lower()
    known = {**CONTEXT, **PROPERTIES}
    return {
        "result": [
            {"id": id_, "name": name}
            for id_, name in known.items()
            if id_.startswith(wanted) or name.lower().startswith(wanted)
        ]
    }


def propose_properties(type_: str) -> dict[str, Any]:
    """Properties that can be fetched for places of a type."""
    properties = [{"id": id_, "name": name} for id_, name in PROPERTIES.items()]
    return {"type": type_, "properties": properties}


def extend(gazetteer: Gazetteer, request: object) -> dict[str, Any]:
    """Property values of places by id.

    Raises:
        GazetteerError: the request is not what the specification describes.
    """
    ids = request.get("ids") if isinstance(request, dict) else None
    asked = request.get("properties") if isinstance(request, dict) else None
    if not isinstance(ids, list) or not isinstance(asked, list):
        raise GazetteerError("extend needs lists under “ids” and “properties”")
    if len(ids) > BATCH_MAX:
        raise GazetteerError(f"at most {BATCH_MAX} ids at once")
    wanted = [str(p.get("id")) for p in asked if isinstance(p, dict)]
    wanted = [id_ for id_ in wanted if id_ in PROPERTIES]
    rows = {}
    for id_ in map(str, ids):
        place = place_by_id(gazetteer, id_)
        rows[id_] = {name: [] if place is None else _values(place, name) for name in wanted}
    return {"meta": [{"id": name, "name": PROPERTIES[name]} for name in wanted], "rows": rows}


def _values(place: Place, name: str) -> list[dict[str, Any]]:
    value = getattr(place, name)
    if isinstance(value, tuple):
        return [{"str": str(text)} for text in value]
    if isinstance(value, float):
        return [{"float": value}]
    if isinstance(value, int):
        return [{"int": value}]
    return [{"str": value}] if value else []


def place_by_id(gazetteer: Gazetteer, id_: str) -> Place | None:
    """The place with an id, or None."""
    number = gazetteer.index.by_id(id_)
    return None if number is None else gazetteer.index.place(number)


def preview(gazetteer: Gazetteer, id_: str) -> str:
    """A small page about a place, for display in a frame. Everything in it is escaped."""
    place = place_by_id(gazetteer, id_)
    if place is None:
        return _page("Unknown place", [("id", id_)])
    radius = "" if place.uncertainty_m is None else f"± {place.uncertainty_m / 1000:g} km"
    rows = [
        ("where", where(place)),
        ("uncertainty", radius or "not stated"),
        ("also", "، ".join(filter(None, (place.name_ar, *place.names[:8])))),
        ("people", "" if place.population is None else f"{place.population:,}"),
        ("source", place.source or "not stated"),
    ]
    return _page(place.name, [row for row in rows if row[1]])


def _page(title: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f"<dt>{html.escape(label)}</dt><dd dir='auto'>{html.escape(str(value))}</dd>"
        for label, value in rows
    )
    style = "body{font:14px sans-serif;margin:8px}h1{font-size:18px;margin:0}dt{color:#555}"
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<title>{html.escape(title)}</title><style>{style}dd{{margin:0 0 4px}}</style>"
        f"<h1 dir='auto'>{html.escape(title)}</h1><dl>{cells}</dl></html>"
    )
