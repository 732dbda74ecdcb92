"""Importers: every common source of control data in, nothing dropped in silence.

Each importer is a module with one function

    parse(data, *, mapping=None, name="", progress=None) -> (Claims, ImportReport)

where `data` is bytes or an open binary file. They are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timelines.importers.joining import Merged as Merged
    from timelines.importers.joining import merge as merge
    from timelines.importers.mapping import FieldMapping as FieldMapping
    from timelines.importers.registry import FORMATS as FORMATS
    from timelines.importers.registry import Importer as Importer
    from timelines.importers.registry import sniff as sniff
    from timelines.importers.report import ImportReport as ImportReport
    from timelines.importers.report import Refused as Refused
    from timelines.importers.series import PolygonSeries as PolygonSeries

_HOME = {
    "FORMATS": "registry",
    "FieldMapping": "mapping",
    "ImportReport": "report",
    "Importer": "registry",
    "Merged": "joining",
    "PolygonSeries": "series",
    "Refused": "report",
    "merge": "joining",
    "sniff": "registry",
}
__all__ = [
    "FORMATS",
    "FieldMapping",
    "ImportReport",
    "Importer",
    "Merged",
    "PolygonSeries",
    "Refused",
    "merge",
    "sniff",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"timelines.importers.{_HOME[name]}"), name)
    raise AttributeError(f"module 'timelines.importers' has no attribute {name!r}")
