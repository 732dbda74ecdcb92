"""Features as CSV and XLSX without live formulas, and a whole scene as a Frictionless data package.

A spreadsheet takes text that begins with `=`, `+`, `-` or `@` for a formula: such text gets an
apostrophe before it (`geo.escape.cell_text`), signed numbers stay as they are.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.escape import cell_text, file_stem, link, visible
from geo.features import LAYERS, Feature, day_text, features_between
from geo.geojson import DECIMALS, about, feature_collection, moment, rounded
from geo.safeio import SafeWriteError
from geo.scene import Scene
from geo.zips import without_times, write_zip

Row = Sequence[Any]
_CELL_MOST = 32_767  # characters in a cell of a spreadsheet
_CUT = " [cut]"
_SHEETS = {"control": "Land", "frontline": "Fronts", "strike": "Events", "place": "Places"}


def write_csv(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write one table: properties, `begin`, `end`, `lon`, `lat` of points and `wkt` of all shapes.

    Such a table has no room to say whose data it is but in a column, `credits`, the same in all
    rows. UTF-8 with a byte order mark, which spreadsheets need to read Arabic.
    """
    columns, rows = _table(scene, features)
    shapes = ["" if f.geometry is None else _wkt(f) for f in features]
    credit = "; ".join([*scene.credits, *([f"Licence: {scene.licence}"] if scene.licence else [])])
    lines = ([*row, credit, wkt] for row, wkt in zip(rows, shapes, strict=True))
    path.write_bytes(b"\xef\xbb\xbf" + csv_bytes([*columns, "credits", "wkt"], lines))


def check_csv(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the file reads back with a row a feature."""
    csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size + 1))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    _same(rows, len(features))


def write_xlsx(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write a workbook: a sheet a layer, then the sources and what the file says of itself.

    Points have `lon` and `lat`; shapes of land and fronts are for the other formats.
    """
    openpyxl: Any = importlib.import_module("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator, book.properties.title = "frontlines", visible(scene.title)[:250]
    for layer in LAYERS:
        of_layer = [feature for feature in features if feature.layer == layer]
        if of_layer:
            _sheet(book, _SHEETS[layer], *_table(scene, of_layer))
    said = about(scene)
    sources = [[key, *item.values()] for key, item in said.pop("sources").items()]
    names = ["id", "publisher", "title", "author", "date", "url", "reliability"]
    _sheet(book, "Sources", names, sources)
    said.pop("actors")
    _sheet(book, "About", ["name", "value"], [[key, _flat(value)] for key, value in said.items()])
    book.save(path)
    last = str(moment(scene.last_day)).encode()
    without_times(path, stamped="docProps/core.xml", moment=last)


def check_xlsx(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the workbook's sheets of layers hold a row a feature."""
    layers = {feature.layer for feature in features}
    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            raise SafeWriteError("the workbook that was written does not unzip")
        sheets = [archive.read(f"xl/worksheets/sheet{n + 1}.xml") for n in range(len(layers))]
    _same(sum(len(re.findall(rb"<row\b", sheet)) - 1 for sheet in sheets), len(features))


def write_package(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write the scene as a zipped data package: tables with their schemas, and the features.

    `datapackage.json` follows the Frictionless specification v1; the tables are all claims, places,
    actors, sources and states of places of the scene; `map.geojson` holds `features`.
    """
    tables = _package_tables(scene)
    entries = {f"data/{name}.csv": csv_bytes(*table) for name, table in tables.items()}
    entries["data/map.geojson"] = feature_collection(scene, features)
    descriptor = _descriptor(scene, tables, entries)
    text = json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
    write_zip(path, {"datapackage.json": text.encode("utf-8", "replace"), **entries})


def check_package(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless each resource is in the archive, with its size and features."""
    with zipfile.ZipFile(path) as archive:
        described = json.loads(archive.read("datapackage.json"))["resources"]
        for resource in described:
            _same(len(archive.read(resource["path"])), resource["bytes"])
        _same(len(json.loads(archive.read("data/map.geojson"))["features"]), len(features))


def csv_bytes(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV table, UTF-8, RFC 4180 line ends, no cell a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8", "replace")


def _table(scene: Scene, features: list[Feature]) -> tuple[list[str], list[list[Any]]]:
    names = list(dict.fromkeys(name for f in features for name in f.properties))
    columns = ["layer", "begin", "end", *names, "version", "lon", "lat"]
    rows = [
        [
            feature.layer,
            moment(feature.begin),
            moment(feature.end),
            *(feature.properties.get(name) for name in names),
            scene.data_hash,
            *_point(feature),
        ]
        for feature in features
    ]
    return columns, rows


def _point(feature: Feature) -> tuple[float | None, float | None]:
    if not isinstance(feature.geometry, shapely.Point):
        return None, None
    return round(feature.geometry.x, DECIMALS), round(feature.geometry.y, DECIMALS)


def _wkt(feature: Feature) -> str:
    assert feature.geometry is not None  # noqa: S101  (asked by the caller)
    return str(shapely.to_wkt(rounded(feature.geometry), rounding_precision=DECIMALS, trim=True))


def _flat(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, list) else value


def _cell(value: Any) -> Any:
    flat = _flat(value)
    if flat is None:
        return ""
    return cell_text(flat) if isinstance(flat, str) else flat


def _sheet(book: Any, title: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    cell_type: Any = importlib.import_module("openpyxl.cell").WriteOnlyCell
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        cells = []
        for value in row:
            plain = _cell(value)
            cell = cell_type(sheet, _short(plain) if isinstance(plain, str) else plain)
            if isinstance(plain, str):
                cell.data_type = "s"  # openpyxl guesses formulas and errors from text
            cells.append(cell)
        sheet.append(cells)


def _short(text: str) -> str:
    return text if len(text) <= _CELL_MOST else text[: _CELL_MOST - len(_CUT)] + _CUT


def _same(found: int, count: int) -> None:
    if found != count:
        raise SafeWriteError(f"{found} where {count} were written: the file is not whole")


def _package_tables(scene: Scene) -> dict[str, tuple[list[str], list[Row]]]:
    names = {"actor": [a.id for a in scene.actors], "place": [p.id for p in scene.places]}
    sources = [source.id for source in scene.sources]

    def of(kind: str, index: int) -> str:
        return names[kind][index] if index >= 0 else ""

    claims: list[Row] = [
        [
            c.id, c.kind, c.date, c.place_as_written, of("place", c.place), of("actor", c.actor),
            of("actor", c.target), c.status, sources[c.source] if c.source >= 0 else "",
            c.reported, c.killed, c.wounded, c.weapon, c.note,
        ]
        for c in scene.claims
    ]  # fmt: skip
    states: list[Row] = [
        [
            f.properties["place_id"], day_text(f.begin), day_text(f.end), f.properties["status"],
            f.properties["actors"], f.properties["why"], f.properties["claims"],
        ]
        for f in features_between(scene, scene.first_day, scene.last_day, ["place"])
    ]  # fmt: skip
    return {
        "claims": (
            [
                "id", "kind", "date", "place", "place_id", "actor", "target", "status", "source",
                "reported", "killed", "wounded", "weapon", "note",
            ],
            claims,
        ),
        "places": (
            ["id", "name", "name_ar", "lon", "lat", "uncertainty_m", "kind", "population"],
            [
                [p.id, p.name, p.name_ar, *_lonlat(p.lon, p.lat), p.uncertainty_m, p.kind,
                 p.population]
                for p in scene.places
            ],
        ),
        "actors": (
            ["id", "name", "name_ar", "side", "color", "pattern"],
            [[a.id, a.name, a.name_ar, a.side, a.color, a.pattern] for a in scene.actors],
        ),
        "sources": (
            ["id", "publisher", "author", "title", "date", "url", "reliability"],
            [
                [s.id, s.publisher, s.author, s.title, s.date, s.url, s.reliability]
                for s in scene.sources
            ],
        ),
        "states": (["place_id", "begin", "end", "status", "actors", "why", "claims"], states),
    }  # fmt: skip


def _lonlat(lon: float, lat: float) -> tuple[float | None, float | None]:
    known = np.isfinite(lon) and np.isfinite(lat)
    return (round(lon, DECIMALS), round(lat, DECIMALS)) if known else (None, None)


_TYPES = {"lon": "number", "lat": "number", "uncertainty_m": "number", "population": "integer"}
_TYPES |= {"begin": "date", "end": "date"}
# Said, because readers that guess it guess wrong on long texts.
_DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"}
_KEYS = {
    "claims": {"place_id": "places", "actor": "actors", "target": "actors", "source": "sources"},
    "states": {"place_id": "places"},
}


def _descriptor(
    scene: Scene, tables: dict[str, tuple[list[str], list[Row]]], entries: dict[str, bytes]
) -> dict[str, Any]:
    resources: list[dict[str, Any]] = [
        {
            "name": name,
            "path": f"data/{name}.csv",
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "dialect": _DIALECT,
            "bytes": len(entries[f"data/{name}.csv"]),
            "schema": {
                "fields": [{"name": c, "type": _TYPES.get(c, "string")} for c in columns],
                **({"primaryKey": "id"} if columns[0] == "id" else {}),
                "foreignKeys": [
                    {"fields": field, "reference": {"resource": other, "fields": "id"}}
                    for field, other in _KEYS.get(name, {}).items()
                ],
            },
        }
        for name, (columns, _) in tables.items()
    ]
    geo = entries["data/map.geojson"]
    resources.append(
        {"name": "map", "path": "data/map.geojson", "mediatype": "application/geo+json",
         "bytes": len(geo)}
    )  # fmt: skip
    return {
        "profile": "data-package",
        "name": file_stem(scene.title).lower()[:60],
        "title": scene.title,
        "description": f"{scene.description}\n\n{scene.rule}".strip(),
        "version": scene.data_hash,
        "licenses": [{"name": scene.licence}] if scene.licence else [],
        "sources": [
            {"title": s.publisher or s.id, **({"path": link(s.url)} if link(s.url) else {})}
            for s in scene.sources
        ],
        "contributors": [{"title": credit} for credit in scene.credits],
        "resources": resources,
    }
