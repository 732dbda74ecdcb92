"""GeoJSON (RFC 7946, and the `crs` member of 2008): features as claims."""

from __future__ import annotations

from typing import Any

from timelines.claims import Claims
from timelines.errors import DataError
from timelines.importers import jsonsafe, records, reference
from timelines.importers.collect import Collector
from timelines.importers.features import GEOMETRY, ROW_NUMBERS, located, with_point
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.importers.shapes import Budget
from timelines.problems import shown

_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a GeoJSON file: properties by the mapping, positions from the geometry.

    Rows of the report are the numbers of the features, from 1.

    Raises:
        DataError: not GeoJSON, in an unknown reference system, or without what a claim needs.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("geojson", name, mapping, progress, unnamed=ROW_NUMBERS)
    document = jsonsafe.load(data, collector.account.name, mapping.encoding)
    features, code = read(document, collector.account.name, mapping)
    collector.total = len(features)
    budget = Budget(code)
    make = records.reader(header_of(features), mapping, collector)
    for number, feature in enumerate(features, 1):
        collector.take(number, lambda f=feature: make(_record(f, budget, collector)))  # type: ignore[misc]
    say(budget, collector)
    return collector.finish()


def read(document: Any, name: str, mapping: FieldMapping) -> tuple[list[Any], int]:
    """The features of a parsed document and the EPSG number of their coordinates.

    Raises:
        DataError: the document is something else that looks alike (TopoJSON, Esri JSON, GDAL).
    """
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features = document["features"]
    elif kind == "Feature":
        features = [document]
    elif kind in _GEOMETRIES or kind == "GeometryCollection":
        features = [{"type": "Feature", "properties": {}, "geometry": document}]
    else:
        hint = {"Topology": "It is TopoJSON.", "gdal_streamed_alg": "It is a GDAL pipeline."}
        looks = hint.get(str(kind), "")
        if isinstance(document, dict) and "spatialReference" in document:
            looks = "It is Esri JSON."
        raise DataError(f"{shown(name)} is not GeoJSON. {looks} Export it as GeoJSON.")
    code = reference.of_geojson(document, name)
    if mapping.crs and "crs" not in document:
        code = reference.code_of(mapping.crs, name)
    return features, code


def properties_of(feature: Any) -> dict[str, str]:
    """The properties of a feature as texts, its own id among them.

    Raises:
        Unfit: it is no feature.
    """
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Unfit("", "is not a feature.", "Export the file again.")
    properties = feature.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise Unfit("", "has properties that are no table.", "Export the file again.")
    return {str(name): jsonsafe.text_of(value) for name, value in properties.items()}


def header_of(features: list[Any]) -> list[str]:
    """Names of all properties, in the order of their first use, and the geometry's columns."""
    names: dict[str, None] = {}
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(properties, dict):
            names.update(dict.fromkeys(map(str, properties)))
    for name in GEOMETRY:
        if name in names:
            del names[name]
            names[f"{name}_in_file"] = None
    return [*names, *GEOMETRY]


def _record(feature: Any, budget: Budget, collector: Collector) -> dict[str, str]:
    properties = properties_of(feature)
    where = located(feature.get("geometry"), budget, collector)
    return with_point(properties, where, collector.mapping)


def say(budget: Budget, collector: Collector) -> None:
    """What was noticed in the coordinates, into the report."""
    account = collector.account
    if budget.heights:
        account.count("geometries have heights; left out.", budget.heights)
    for what, number in budget.noticed.items():
        account.count(what, number)
    if budget.code != 4326:
        account.warn(f"Coordinates were turned from EPSG:{budget.code} into WGS84 degrees.")
