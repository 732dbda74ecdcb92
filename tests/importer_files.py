"""Hostile and broken files for every importer, made when asked for; none of them is on disk.

A case says what must come of it: `error` (one clear error), `refused` (a report that names the
rows), `taken` (it is harmless), each with a piece of the text that the user must read.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.importer_cases import SAID, Case
from tests.importer_geopackages import gpkg_cases
from tests.importer_modules import LEGEND, timemap_cases, wikimap_cases
from tests.importer_shapes import geojson_cases, kml_cases, polygons_cases
from tests.importer_tables import NO_MAPPING, acled_cases, csv_cases, ucdp_cases, viina_cases
from tests.importer_workbooks import xlsx_cases
from timelines.importers import FieldMapping

CASES: dict[str, tuple[Callable[[], dict[str, Case]], FieldMapping]] = {
    "csv": (csv_cases, SAID),
    "xlsx": (xlsx_cases, SAID),
    "geojson": (geojson_cases, SAID),
    "kml": (kml_cases, SAID),
    "gpkg": (gpkg_cases, SAID),
    "acled": (acled_cases, NO_MAPPING),
    "ucdp": (ucdp_cases, NO_MAPPING),
    "viina": (viina_cases, NO_MAPPING),
    "wikimap": (wikimap_cases, LEGEND),
    "timemap": (timemap_cases, SAID),
    "polygons": (polygons_cases, SAID),
}
