"""Land and fronts: places to cells, cells to territories and frontlines, dates to histories."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.changes import cell_changes as cell_changes
    from geo.frontline import frontlines as frontlines
    from geo.history import frontline_history as frontline_history
    from geo.history import holding_history as holding_history
    from geo.territory import territories as territories
    from geo.tessellation import Tessellation as Tessellation

# Loaded on first use: `import geo` alone costs no pandas.
_HOME = {
    "Tessellation": "geo.tessellation",
    "territories": "geo.territory",
    "frontlines": "geo.frontline",
    "cell_changes": "geo.changes",
    "frontline_history": "geo.history",
    "holding_history": "geo.history",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'geo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
