"""Features as GeoJSON (RFC 7946): WGS84, right-hand rings, seven decimals, the same bytes again.

The rule by which land is drawn, the attribution, the version of the data and the full sources
stand beside the features as foreign members, so that a file that has lost its page still says how
it knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.features import Feature, day_text
from geo.scene import Scene

DECIMALS = 7


def feature_collection(scene: Scene, features: Iterable[Feature]) -> bytes:
    """The features as one FeatureCollection, UTF-8, one feature a line."""
    head = _dumps({"type": "FeatureCollection", **about(scene)})[:-1]
    lines = ",\n".join(_dumps(as_geojson(scene, feature)) for feature in features)
    text = f'{head},"features":[\n{lines}\n]}}\n'
    return text.encode("utf-8", "replace")


def about(scene: Scene) -> dict[str, Any]:
    """What every export says of itself: title, rule, attribution, version, actors, sources."""
    return {
        "title": scene.title,
        "description": scene.description,
        "rule": scene.rule,
        "attribution": list(scene.credits),
        "licence": scene.licence,
        "version": scene.data_hash,
        "begin": moment(scene.first_day),
        "end": moment(scene.last_day + 1),
        "actors": {a.id: {"name": a.name, "side": a.side, "color": a.color} for a in scene.actors},
        "sources": {
            s.id: {
                "publisher": s.publisher,
                "title": s.title,
                "author": s.author,
                "date": s.date,
                "url": s.url,
                "reliability": s.reliability,
            }
            for s in scene.sources
        },
    }


def as_geojson(scene: Scene, feature: Feature) -> dict[str, Any]:
    """One feature as a GeoJSON object; `begin` and `end` are moments, end exclusive."""
    return {
        "type": "Feature",
        "id": feature.properties["id"],
        "geometry": geometry(feature.geometry),
        "properties": {
            "layer": feature.layer,
            "begin": moment(feature.begin),
            "end": moment(feature.end),
            **feature.properties,
            "version": scene.data_hash,
        },
    }


def moment(day: int | None) -> str | None:
    """The first moment of a day, UTC, as RFC 3339; None for an open end."""
    return None if day is None else f"{day_text(day)}T00:00:00Z"


def geometry(shape: BaseGeometry | None) -> dict[str, Any] | None:
    """A geometry of polygons, lines or points as a GeoJSON object of rounded coordinates."""
    if shape is None:
        return None
    tidy = rounded(shape)
    kind = tidy.geom_type
    parts = [_coordinates(part) for part in shapely.get_parts(tidy)]
    return {"type": kind, "coordinates": parts if kind.startswith("Multi") else parts[0]}


def rounded(shape: BaseGeometry) -> BaseGeometry:
    """The same shape to seven decimals (about a centimetre), valid, with right-hand rings."""
    near: BaseGeometry = shapely.transform(
        shape, lambda p: np.round(p, DECIMALS) + 0.0
    )  # + 0.0: no minus zero
    if not near.is_valid:
        near = shapely.set_precision(shape, 10.0**-DECIMALS)
    oriented: BaseGeometry = shapely.orient_polygons(near)
    return oriented


def _coordinates(part: BaseGeometry) -> Any:
    if isinstance(part, shapely.Polygon):
        return [_points(part.exterior), *(_points(ring) for ring in part.interiors)]
    points = _points(part)
    return points[0] if part.geom_type == "Point" else points


def _points(part: BaseGeometry) -> list[list[float]]:
    found: list[list[float]] = np.round(shapely.get_coordinates(part), DECIMALS).tolist()
    return found


def _dumps(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
