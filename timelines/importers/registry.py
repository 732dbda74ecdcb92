"""Which formats there are, and which one a file looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal

from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import ZIP_HEAD, Data
from timelines.importers.report import ImportReport, Progress

Makes = Literal["claims", "polygons"]
HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Importer:
    """A format. `needs` says what the caller has to say beside the file, `help` what it is.

    `makes` tells what `parse` returns before the report: `timelines.claims.Claims`, or a
    `PolygonSeries`.
    """

    name: str
    extensions: tuple[str, ...]
    needs: str
    help: str
    makes: Makes = "claims"
    module: str = ""

    def parse(
        self,
        data: Data,
        *,
        mapping: FieldMapping | None = None,
        name: str = "",
        progress: Progress | None = None,
    ) -> tuple[Any, ImportReport]:
        """Read a file of this format; see the module's own `parse`."""
        module = import_module(f"timelines.importers.{self.module or self.name}")
        result: tuple[Any, ImportReport] = module.parse(
            data, mapping=mapping, name=name, progress=progress
        )
        return result


_TABLE = "columns for what the header does not name plainly; constants.kind, constants.source"
_ALL = (
    Importer(
        "csv", (".csv", ".tsv", ".txt"), _TABLE, "CSV or TSV, any delimiter", module="csvfile"
    ),
    Importer("xlsx", (".xlsx",), f"{_TABLE}; layer: the sheet", "XLSX workbook, one sheet"),
    Importer(
        "geojson",
        (".geojson", ".json"),
        f"{_TABLE}; `on` where features have no date",
        "GeoJSON features as claims",
    ),
    Importer(
        "kml",
        (".kml", ".kmz"),
        f"{_TABLE}; `on` where placemarks have no time",
        "KML or KMZ placemarks as claims",
    ),
    Importer(
        "gpkg",
        (".gpkg",),
        f"{_TABLE}; layer: the table; crs where the file defines none",
        "GeoPackage, one layer",
    ),
    Importer("acled", (".csv",), "nothing", "ACLED export (CSV)"),
    Importer("ucdp", (".csv", ".json", ".zip"), "nothing", "UCDP GED events (CSV or JSON)"),
    Importer(
        "viina",
        (".csv", ".zip"),
        "nothing; places (an event file) for names and positions of control panels",
        "VIINA control panels and events",
    ),
    Importer(
        "wikimap",
        (".lua", ".txt"),
        "on: the day of the revision; values.actor for colours that its caption does not explain",
        "Wikipedia detailed map module (Lua source)",
    ),
    Importer(
        "timemap",
        (".json",),
        "constants.source: who published the events",
        "TimeMap events (Bellingcat, Forensic Architecture)",
    ),
    Importer(
        "polygons",
        (".zip", ".geojson"),
        "constants.actor where no property names the holder; the day in each file's name",
        "Dated control polygons: a zip (or folder) of one GeoJSON a day",
        makes="polygons",
    ),
)
FORMATS: Mapping[str, Importer] = MappingProxyType({one.name: one for one in _ALL})
"""Every format by name, in the order in which help lists them."""

_HEADERS = (
    ("acled", ("event_id_cnty", "sub_event_type")),
    ("ucdp", ("type_of_violence", "best")),
    ("viina", ("geonameid", "status_dsm")),
    ("viina", ("event_id_1pd",)),
    ("viina", ("kod", "status_dsm")),
    ("viina", ("geonameid", "ctr_2")),
)


def sniff(name: str, head: bytes) -> str:
    """The format that a file looks like by its first bytes and its name; empty when none fits.

    `head` is up to `HEAD_BYTES` of it. What a file looks like is a proposal: the importer decides.
    """
    base = re.split(r"[\\/]", name)[-1].lower()
    found = _binary(base, head) or _text(base, head)
    return found if found in FORMATS else ""


def _binary(base: str, head: bytes) -> str:
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if not head.startswith(ZIP_HEAD):
        return ""
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return "xlsx"
    if base.endswith(".kmz") or b".kml" in head[:200]:
        return "kml"
    if b".geojson" in head[:400] or b".json" in head[:400]:
        return "polygons"
    if re.search(rb"(event_(1pd|info)|[ck]ontrol)_latest", head[:400]):
        return "viina"
    return "ucdp" if re.search(rb"ged", head[:200], re.IGNORECASE) else "csv"


def _text(base: str, head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = text.decode("utf-16", "ignore").encode().lstrip()
    if not text or b"\x00" in text:
        return ""
    if text.startswith(b"<"):
        return "kml" if re.search(rb"<(\w+:)?kml[\s>]", text) else ""
    if text.startswith((b"{", b"[")):
        return _json(text)
    if re.match(rb"(--[^\n]*\n|\s|local\b[^\n]*\n)*(return|local)\b", text) and b"mark" in text:
        return "wikimap"
    first = text.split(b"\n", 1)[0].decode("utf-8", "ignore").lower()
    for name, columns in _HEADERS:
        if all(column in first for column in columns):
            return name
    return "csv" if re.search(r"[,;\t|]", first) else ""


def _json(text: bytes) -> str:
    if b'"gdal_streamed_alg"' in text or b'"Topology"' in text:
        return ""
    if b'"type_of_violence"' in text:
        return "ucdp"
    if re.search(rb'"(Feature|FeatureCollection|Point|(Multi)?Polygon)"', text):
        return "geojson"
    if b'"latitude"' in text and re.search(rb'"(description|desc|associations)"', text):
        return "timemap"
    return ""
