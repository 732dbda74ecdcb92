"""Timelines: who said what about which place, when it happened and when it was reported.

Names are loaded when first used, so that the command line starts without pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timelines.claims import Claim as Claim
    from timelines.claims import Source as Source
    from timelines.dates import When as When
    from timelines.errors import DataError as DataError
    from timelines.errors import TimelinesError as TimelinesError
    from timelines.problems import Problem as Problem
    from timelines.store import check as check
    from timelines.store import open_timeline as open_timeline
    from timelines.timeline import Timeline as Timeline

_HOME = {
    "Claim": "claims",
    "Source": "claims",
    "When": "dates",
    "DataError": "errors",
    "TimelinesError": "errors",
    "Problem": "problems",
    "check": "store",
    "open_timeline": "store",
    "Timeline": "timeline",
}
__all__ = [
    "Claim",
    "DataError",
    "Problem",
    "Source",
    "Timeline",
    "TimelinesError",
    "When",
    "check",
    "open_timeline",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"timelines.{_HOME[name]}"), name)
    raise AttributeError(f"module 'timelines' has no attribute {name!r}")
