"""Land as others drew it: a file of areas beside the claims, one for each place that holds land.

`cells = "areas.geojson"` in `timeline.toml` names it: GeoJSON, each feature with the `id` of its
place. Such a timeline's land is these areas and not the reach rule's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import mapping

from timelines.errors import DataError, TimelinesError
from timelines.importers import geojson, jsonsafe
from timelines.importers.mapping import FieldMapping
from timelines.importers.repair import area_of
from timelines.importers.report import Unfit
from timelines.importers.shapes import Budget, parts
from timelines.ledger import Int
from timelines.problems import Problem, shown

if TYPE_CHECKING:
    from geo.tessellation import Tessellation
    from timelines.timeline import Timeline

DECIMALS = 5


def cells_of(timeline: Timeline, reach_km: float) -> tuple[Tessellation, Int]:
    """The cells of a timeline that has a file of them, and the place index behind each.

    Raises:
        DataError: the file is not there, cannot be read, or its areas do not fit together.
    """
    from geo.coverage import Coverage, partition
    from geo.errors import GeoError

    name = timeline.settings.cells
    if name not in timeline.files:
        raise DataError(f"timeline.toml, cells: there is no file {shown(name)} beside the claims.")
    areas = {
        timeline.place_number[place]: area
        for place, area in read_areas(timeline.files[name], name).items()
        if place in timeline.place_number
    }
    place = np.array(sorted(areas), np.int64)
    shapes = np.array([areas[i] for i in place.tolist()], object)
    try:
        if len(shapes) and not shapely.coverage_is_valid(shapes):
            faces, of, face = partition(shapes)
            owner = np.full(len(faces), len(shapes), np.int64)
            np.minimum.at(owner, face, of)  # ground of two places is the first one's
            kept = np.unique(owner)
            shapes = np.array(
                [shapely.multipolygons(faces[owner == i].tolist()) for i in kept], object
            )
            place = place[kept]
        return Coverage(shapes, reach_km), place
    except GeoError as error:
        raise DataError(f"timeline.toml, cells: {shown(name)}: {error}") from error


def read_areas(text: str, name: str) -> dict[str, Any]:
    """The area of each place by its id, as shapely MultiPolygons in WGS84 degrees.

    Raises:
        DataError: no GeoJSON, a feature without an id, or one that is no area.
    """
    try:
        document = jsonsafe.load(text.encode(), name)
        features, code = geojson.read(document, name, FieldMapping())
        budget = Budget(code)
        found: dict[str, Any] = {}
        for number, feature in enumerate(features, 1):
            place = jsonsafe.text_of(feature.get("id")) if isinstance(feature, dict) else ""
            if not place or place in found:
                raise Unfit("id", f"of feature {number} is missing or used twice.", "")
            rings = [one for kind, one in parts(feature.get("geometry"), budget)
                     if kind == "Polygon"]  # fmt: skip
            if not rings:
                raise Unfit("geometry", f"of feature {number} is no area.", "")
            found[place] = area_of(rings, budget)[0]
    except (TimelinesError, Unfit) as error:
        raise DataError(f"timeline.toml, cells: {shown(name)}: {error}") from error
    return found


def problems_of(text: str, name: str, places: Iterable[str]) -> list[Problem]:
    """What `frontlines check` says of such a file."""
    try:
        areas = read_areas(text, name)
    except DataError as error:
        remedy = "Mend the file, or remove `cells` from timeline.toml."
        return [Problem(name, 0, "", str(error), remedy)]
    unknown = sorted(set(areas) - set(places))
    if not unknown:
        return []
    message = f"{len(unknown):,} area(s) of no place, the first {shown(unknown[0])}."
    remedy = "Give each the id of its place; land of no place is not drawn."
    return [Problem(name, 0, "id", message, remedy, "warning")]


def write_areas(areas: Mapping[str, Any]) -> str:
    """The text of such a file."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "id": place,
                "properties": {},
                # Equal vertices stay equal: neighbours still fit together.
                "geometry": mapping(shapely.transform(area, lambda xy: np.round(xy, DECIMALS))),
            },
            separators=(",", ":"),
        )
        for place, area in areas.items()
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
