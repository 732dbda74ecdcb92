"""Features as GeoPackage, FlatGeobuf and GeoParquet, for QGIS, GDAL, DuckDB and their kin.

`begin` and `end` are real moments (UTC, end exclusive, null open), which QGIS's temporal controller
picks up by those names. GeoPackage has a layer for each kind of feature and tables of the actors,
the sources and what the file says of itself; the other two are one table with a `layer` column.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo.features import LAYERS, ExportWarning, Feature
from geo.geojson import about, moment, rounded
from geo.safeio import SafeWriteError
from geo.scene import Scene

_WGS84 = "EPSG:4326"
_EMPTY_DAY = "1970-01-01T00:00:00Z"
# What QGIS 3.22 and later read without a warning: GeoPackage 1.3, and moments as it has them.
_GPKG = {"driver": "GPKG", "VERSION": "1.3"}
_MOMENTS = {"DATETIME_PRECISION": "MILLISECOND"}


def frame(scene: Scene, features: list[Feature], *, lists: bool = False) -> gpd.GeoDataFrame:
    """The features as rows: `layer`, `begin`, `end`, the properties, `version`, `geometry`.

    Lists of text are joined by "; " unless `lists`. `begin`, `end` are datetime64[ms, UTC].
    """
    rows = [
        {
            "layer": feature.layer,
            **{
                name: "; ".join(value) if isinstance(value, list) and not lists else value
                for name, value in feature.properties.items()
            },
            "version": scene.data_hash,
        }
        for feature in features
    ]
    table = pd.DataFrame(rows, columns=list(dict.fromkeys(key for row in rows for key in row)))
    for name in ("places", "population"):
        if name in table:
            table[name] = table[name].astype("Int64")  # whole numbers stay whole beside gaps
    table.insert(1, "begin", _moments(feature.begin for feature in features))
    table.insert(2, "end", _moments(feature.end for feature in features))
    shapes: Any = [None if f.geometry is None else rounded(f.geometry) for f in features]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=_WGS84))


def _moments(days: Iterator[int | None]) -> Any:
    values = [np.datetime64("NaT" if day is None else day, "D") for day in days]
    return pd.DatetimeIndex(np.array(values, dtype="datetime64[ms]")).tz_localize("UTC")


def write_gpkg(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write a GeoPackage: a layer a kind, and the tables `actors`, `sources`, `about`."""
    said = about(scene)
    with _fixed_date(scene):
        for layer in LAYERS:
            rows = [feature for feature in features if feature.layer == layer]
            if rows:
                table = frame(scene, rows).drop(columns="layer")
                multiple = layer in {"control", "frontline"}  # shapes come single and multiple
                _write(table, path, layer=layer, promote_to_multi=multiple, **_GPKG, **_MOMENTS)
        for name in ("actors", "sources"):
            items = [{"id": key, **item} for key, item in said.pop(name).items()]
            if items:
                _write(pd.DataFrame(items), path, layer=name, **_GPKG)
        notes = {k: "; ".join(v) if isinstance(v, list) else v for k, v in said.items()}
        lines = [{"name": key, "value": value or ""} for key, value in notes.items()]
        _write(pd.DataFrame(lines), path, layer="about", **_GPKG)


def check_gpkg(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the layers hold all features together."""
    present = {name for name, _ in pyogrio.list_layers(path)}
    found = sum(pyogrio.read_info(path, layer=layer)["features"] for layer in present & set(LAYERS))
    _same(found, len(features))


def write_fgb(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write one FlatGeobuf layer; its index reorders the features.

    The format's index has no room for features without a shape: they are left out, with an
    `ExportWarning` that says how many.
    """
    located = [feature for feature in features if feature.geometry is not None]
    if len(located) < len(features):
        warnings.warn(
            f"FlatGeobuf: {len(features) - len(located)} events whose place is not located are "
            "left out; GeoPackage, GeoJSON and CSV keep them",
            ExportWarning,
            stacklevel=2,
        )
    table = frame(scene, located)
    _write(
        table,
        path,
        driver="FlatGeobuf",
        layer="map",
        geometry_type="Unknown",
        SPATIAL_INDEX="YES" if len(table) else "NO",
        DESCRIPTION=". ".join(
            filter(None, (scene.title, scene.rule, *scene.credits, scene.licence))
        ),
    )


def check_fgb(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the layer reads back with all features that have a shape."""
    located = sum(feature.geometry is not None for feature in features)
    _same(len(pyogrio.read_dataframe(path, columns=["layer"])), located)


def write_parquet(scene: Scene, features: list[Feature], path: Path) -> None:
    """Write GeoParquet 1.1 with covering boxes; what the file says of itself is in its metadata."""
    pq: Any = importlib.import_module("pyarrow.parquet")
    table = frame(scene, features, lists=True)
    table.to_parquet(path, index=False, schema_version="1.1.0", write_covering_bbox=True)
    arrow = pq.read_table(path)
    note = json.dumps(about(scene), ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), b"frontlines": note})
    pq.write_table(arrow, path, compression="zstd")


def check_parquet(path: Path, features: list[Feature]) -> None:
    """Raise `SafeWriteError` unless the file reads back with a row a feature."""
    pq: Any = importlib.import_module("pyarrow.parquet")
    _same(pq.read_table(path, columns=["layer"]).num_rows, len(features))


def _write(table: pd.DataFrame, path: Path, **options: Any) -> None:
    pyogrio.write_dataframe(table, path, append=False, **options)


def _same(found: int, count: int) -> None:
    if found != count:
        raise SafeWriteError(f"{found} of {count} features are in the file that was written")


@contextmanager
def _fixed_date(scene: Scene) -> Iterator[None]:
    """GDAL writes the time of day into GeoPackages; the last day of the data says more."""
    date = moment(scene.last_day) or _EMPTY_DAY
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": date.replace("Z", ".000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
