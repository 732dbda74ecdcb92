"""What a GeoJSON feature says in the words of its publisher, as the values of a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gazetteer.places import Name
from gazetteer.sources import tables
from gazetteer.sources.base import Licence, names_of

OSM = Licence(
    "OpenStreetMap",
    "ODbL 1.0",
    "© OpenStreetMap contributors",
    "https://www.openstreetmap.org/copyright",
)
WOF = Licence(
    "Who's On First",
    "CC0; some geometries and names from GeoNames, CC BY 4.0",
    "Who's On First; GeoNames",
    "https://whosonfirst.org/docs/licenses/",
)
LINKED_PLACES = Licence("Linked Places")
_WOF_KINDS = {"locality": "populated place", "region": "governorate", "county": "district"}
_OSM_NAMES = {"alt_name", "old_name", "int_name", "loc_name", "official_name", "short_name"}


def dialect(feature: Mapping[str, Any], collection_context: str = "") -> str:
    """Which family a feature belongs to: lpf, wof, osm, ocha or plain."""
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if "linkedplaces" in collection_context or isinstance(feature.get("names"), list):
        return "lpf"
    if "wof:name" in properties or "wof:id" in properties:
        return "wof"
    if "place" in properties or "@id" in properties or "osm_id" in properties:
        return "osm"
    if any("pcode" in str(key).lower() for key in properties):
        return "ocha"
    return "plain"


def licence_of(kind: str) -> Licence:
    """Terms of a dialect's usual publisher."""
    known = {"lpf": LINKED_PLACES, "wof": WOF, "osm": OSM, "ocha": tables.OCHA}
    return known.get(kind, tables.PLAIN)


def wof(properties: dict[str, Any], lon: float | None, lat: float | None) -> dict[str, Any]:
    """What the properties of Who's On First say, for `make_place`."""
    names = [
        Name(text, lang=key.split(":")[1][:3].split("_")[0])
        for key, texts in properties.items()
        if key.startswith("name:") and isinstance(texts, list)
        for text in texts
        if isinstance(text, str) and text.strip()
    ]
    kind = str(properties.get("wof:placetype") or "")
    return {
        "id": f"wof:{properties.get('wof:id', '')}",
        "name": properties.get("wof:name"),
        "lon": properties.get("lbl:longitude") or properties.get("geom:longitude") or lon,
        "lat": properties.get("lbl:latitude") or properties.get("geom:latitude") or lat,
        "names": names_of(names),
        "name_ar": next((str(n) for n in names if n.lang == "ara"), ""),
        "population": properties.get("wof:population") or properties.get("gn:population"),
        "kind": _WOF_KINDS.get(kind, kind),
        "country": properties.get("wof:country") or properties.get("iso:country"),
        "source": f"Who's On First {properties.get('wof:id', '')} ({WOF.licence})",
    }


def osm(
    feature: Mapping[str, Any], properties: dict[str, Any], lon: float | None, lat: float | None
) -> dict[str, Any]:
    """What the tags of OpenStreetMap say, for `make_place`."""
    names = []
    for key, text in properties.items():
        if isinstance(text, str) and (key.startswith("name:") or key in _OSM_NAMES):
            language = key.partition(":")[2] if key.startswith("name:") else ""
            kind = "former" if key.startswith("old_name") else ""
            names += [Name(part, lang=language, kind=kind) for part in text.split(";")]
    id_ = properties.get("@id") or properties.get("osm_id") or feature.get("id") or ""
    return {
        "id": f"osm:{id_}" if id_ else "",
        "name": properties.get("name:en") or properties.get("name"),
        "lon": lon,
        "lat": lat,
        "names": names_of(names, properties.get("name")),
        "name_ar": properties.get("name:ar"),
        "population": str(properties.get("population") or "").replace(" ", ""),
        "kind": properties.get("place") or properties.get("military") or "",
        "source": f"OpenStreetMap {id_} ({OSM.licence})",
    }


def linked(
    feature: Mapping[str, Any], properties: dict[str, Any], lon: float | None, lat: float | None
) -> dict[str, Any]:
    """Linked Places Format 1.x: https://github.com/LinkedPasts/linked-places-format."""
    names = []
    entries = feature.get("names")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("toponym"), str):
            begin, end = _span(entry.get("when"))
            language = str(entry.get("lang") or "")
            names.append(Name(entry["toponym"], lang=language, begin=begin, end=end))
    countries = properties.get("ccodes")
    types = feature.get("types")
    first = types[0] if isinstance(types, list) and types else {}
    kind = first if isinstance(first, dict) else {}
    return {
        "id": str(feature.get("@id") or feature.get("id") or ""),
        "name": properties.get("title") or (str(names[0]) if names else ""),
        "lon": lon,
        "lat": lat,
        "names": names_of(names),
        "kind": kind.get("label") or kind.get("sourceLabel") or "",
        "country": countries[0] if isinstance(countries, list) and countries else "",
        "source": str(feature.get("@id") or "Linked Places"),
    }


def _span(when: object) -> tuple[str, str]:
    """First and last date of a ``when`` with one timespan."""
    spans = when.get("timespans") if isinstance(when, dict) else None
    span = spans[0] if isinstance(spans, list) and spans and isinstance(spans[0], dict) else {}

    def edge(name: str) -> str:
        part = span.get(name)
        return str(next(iter(part.values()), "")) if isinstance(part, dict) else ""

    return edge("start"), edge("end")
