"""Land and fronts: places to cells, cells to territories and frontlines, dates to histories."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.changes import cell_changes as cell_changes
    from geo.daily import daily_fronts as daily_fronts
    from geo.daily import daily_holdings as daily_holdings
    from geo.daily import front_distance as front_distance
    from geo.delta import balance as balance
    from geo.delta import changed_hands as changed_hands
    from geo.delta import gained as gained
    from geo.delta import lost as lost
    from geo.encirclement import cut_off_history as cut_off_history
    from geo.encirclement import pockets as pockets
    from geo.frontline import frontlines as frontlines
    from geo.history import frontline_history as frontline_history
    from geo.history import holding_history as holding_history
    from geo.land_history import territory_batches as territory_batches
    from geo.land_history import territory_history as territory_history
    from geo.land_history import write_territory_history as write_territory_history
    from geo.polygons import agreement as agreement
    from geo.polygons import points_series as points_series
    from geo.polygons import polygon_areas as polygon_areas
    from geo.polygons import polygon_changes as polygon_changes
    from geo.polygons import polygon_fronts as polygon_fronts
    from geo.polygons import polygon_series as polygon_series
    from geo.polygons import with_remainder as with_remainder
    from geo.regions import Region as Region
    from geo.regions import RegionFiles as RegionFiles
    from geo.regions import run_regions as run_regions
    from geo.territory import territories as territories
    from geo.tessellation import Tessellation as Tessellation
    from geo.variants import sensitivity as sensitivity

# Loaded on first use: `import geo` alone costs no pandas.
_HOME = {
    "Region": "geo.regions",
    "RegionFiles": "geo.regions",
    "Tessellation": "geo.tessellation",
    "agreement": "geo.polygons",
    "balance": "geo.delta",
    "cell_changes": "geo.changes",
    "changed_hands": "geo.delta",
    "cut_off_history": "geo.encirclement",
    "daily_fronts": "geo.daily",
    "daily_holdings": "geo.daily",
    "front_distance": "geo.daily",
    "frontline_history": "geo.history",
    "frontlines": "geo.frontline",
    "gained": "geo.delta",
    "holding_history": "geo.history",
    "lost": "geo.delta",
    "pockets": "geo.encirclement",
    "points_series": "geo.polygons",
    "polygon_areas": "geo.polygons",
    "polygon_changes": "geo.polygons",
    "polygon_fronts": "geo.polygons",
    "polygon_series": "geo.polygons",
    "run_regions": "geo.regions",
    "sensitivity": "geo.variants",
    "territories": "geo.territory",
    "territory_batches": "geo.land_history",
    "territory_history": "geo.land_history",
    "with_remainder": "geo.polygons",
    "write_territory_history": "geo.land_history",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'geo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
