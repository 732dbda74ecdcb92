"""Exports of a scene to files that others open: one function, many formats.

Every file is written beside its destination, read back and counted, and only then moved there, so
that a full disk or a kill never leaves half a file under its name.
"""

from __future__ import annotations

import importlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from geo.features import (
    LAYERS,
    ExportError,
    Feature,
    check_layers,
    features_between,
    features_on,
)
from geo.geojson import feature_collection
from geo.safeio import SafeWriteError, write_atomic
from geo.scene import Scene

__all__ = [
    "FORMATS",
    "LAYERS",
    "ExportError",
    "check_layers",
    "export_bytes",
    "export_geojson",
    "features_between",
    "features_on",
    "format_of",
    "write_export",
]

Writer = Callable[[Scene, list[Feature], Path], object]
Check = Callable[[Path, list[Feature]], object]


def export_geojson(
    scene: Scene,
    *,
    on: int | None = None,
    between: tuple[int, int] | None = None,
    layers: Iterable[str] = LAYERS,
) -> bytes:
    """GeoJSON (RFC 7946) of one day, of a range of days (both included), or of all days.

    Days are whole days since 1970-01-01. The same scene gives the same bytes. Raises `ExportError`.
    """
    return feature_collection(scene, select(scene, on=on, between=between, layers=layers))


def select(
    scene: Scene,
    *,
    on: int | None = None,
    between: tuple[int, int] | None = None,
    layers: Iterable[str] = LAYERS,
) -> list[Feature]:
    """The features of one day, of a range, or with neither of the whole period of the scene."""
    if on is not None and between is not None:
        raise ExportError("give one day or a range of days, not both")
    if on is not None:
        return features_on(scene, on, layers)
    return features_between(scene, *(between or (scene.first_day, scene.last_day)), layers)


def format_of(path: str | os.PathLike[str], format: str | None = None) -> str:
    """The format by name, or by the file's suffix. Raises `ExportError` naming all formats."""
    asked = (format or Path(path).suffix).lower().lstrip(".")
    if asked not in FORMATS:
        raise ExportError(
            f"no export format {asked or 'given'!r}; formats are {', '.join(sorted(FORMATS))}"
        )
    return asked


def write_export(
    path: str | os.PathLike[str],
    scene: Scene,
    *,
    format: str | None = None,
    on: int | None = None,
    between: tuple[int, int] | None = None,
    layers: Iterable[str] = LAYERS,
) -> Path:
    """Write an export whole or not at all, and return its path.

    The format is `format` or the suffix of `path`. Raises `ExportError` for what cannot be asked
    and `geo.safeio.SafeWriteError` (an OSError) for what cannot be written.
    """
    write, check = FORMATS[format_of(path, format)]
    features = select(scene, on=on, between=between, layers=layers)
    return write_atomic(
        path,
        lambda temporary: write(scene, features, temporary),
        check=lambda temporary: check(temporary, features),
    )


def export_bytes(
    scene: Scene,
    format: str,
    *,
    on: int | None = None,
    between: tuple[int, int] | None = None,
    layers: Iterable[str] = LAYERS,
) -> bytes:
    """An export in any of `FORMATS` as bytes, for a download. Raises as `write_export`."""
    with tempfile.TemporaryDirectory(prefix="frontlines-") as folder:
        path = Path(folder) / f"map.{format_of('', format)}"
        write_export(path, scene, on=on, between=between, layers=layers)
        return path.read_bytes()


def _write_geojson(scene: Scene, features: list[Feature], path: Path) -> None:
    path.write_bytes(feature_collection(scene, features))


def _check_geojson(path: Path, features: list[Feature]) -> None:
    found = len(json.loads(path.read_bytes())["features"])
    if found != len(features):
        raise SafeWriteError(f"{found} of {len(features)} features are in the file just written")


def _lazy(module: str, name: str) -> tuple[Writer, Check]:
    """Writer and check of a format whose libraries load only when it is asked for."""

    def write(scene: Scene, features: list[Feature], path: Path) -> object:
        return getattr(importlib.import_module(module), f"write_{name}")(scene, features, path)

    def check(path: Path, features: list[Feature]) -> object:
        return getattr(importlib.import_module(module), f"check_{name}")(path, features)

    return write, check


FORMATS: dict[str, tuple[Writer, Check]] = {
    "geojson": (_write_geojson, _check_geojson),
    "json": (_write_geojson, _check_geojson),
    "kml": _lazy("geo.export.kml", "kml"),
    "kmz": _lazy("geo.export.kml", "kmz"),
    "gpkg": _lazy("geo.export.gis", "gpkg"),
    "fgb": _lazy("geo.export.gis", "fgb"),
    "parquet": _lazy("geo.export.gis", "parquet"),
    "csv": _lazy("geo.export.tables", "csv"),
    "xlsx": _lazy("geo.export.tables", "xlsx"),
    "zip": _lazy("geo.export.tables", "package"),
}
"""Writers by format name, each with the check that reads the file back; `zip` is a Frictionless
data package."""
