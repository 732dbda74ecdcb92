"""Dated control polygons as others publish them: kept as given, measured, compared.

A series is a GeoDataFrame with `day` (whole numbers or datetime64), `controller` (int, 0 and up, or
-2 contested) and `geometry` (Polygon or MultiPolygon, EPSG:4326), one row for each day and holder.
A day that has no rows was not published and is no statement; each day stands until the next.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo import crs
from geo.errors import GeoError
from geo.frames import frame as geo_frame
from geo.tessellation import CONTESTED

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

_COLUMNS = ("day", "controller", "geometry")
# Borders digitised twice seldom meet exactly: this near counts as meeting.
TOUCH_M = 50.0


def polygon_series(frame: GeoDataFrame) -> GeoDataFrame:
    """The rows as a regular series: checked, in EPSG:4326, one row for each day and holder.

    Rings that cross themselves are mended (even-odd) and counted in `.attrs["mended"]`; rows of one
    day and holder are joined. Raises GeoError for missing columns, a missing CRS, and for rows
    (named by their index) that have no day, are no areas or have coordinates outside the world.
    """
    missing = [column for column in _COLUMNS if column not in frame]
    if missing:
        raise GeoError(f"control polygons need the columns {', '.join(_COLUMNS)}; add {missing}")
    if frame.crs is None:
        raise GeoError("control polygons need a CRS; set it (usually EPSG:4326)")
    held = frame["controller"].to_numpy()
    if len(frame) and (
        held.dtype.kind not in "iu" or (held < CONTESTED).any() or (held == -1).any()
    ):
        raise GeoError("controller must be whole numbers: 0 and up for holders, -2 for contested")
    undated = frame["day"].isna().to_numpy()
    if undated.any():
        row = frame.index[undated][0]
        raise GeoError(f"row {row} has no day; date it or leave it out")
    series = frame[list(_COLUMNS)].to_crs(crs.WGS84)
    shapes = series.geometry.to_numpy()
    _check_shapes(shapes, frame.index.to_numpy())
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = [_areas_of(shape) for shape in shapely.make_valid(shapes[broken])]
        series = series.set_geometry(shapes, crs=crs.WGS84)
    series = series.dissolve(by=["day", "controller"], as_index=False, sort=True)
    series = series[[*_COLUMNS]]
    series.attrs["mended"] = int(broken.sum())
    return series


def polygon_areas(series: GeoDataFrame) -> DataFrame:
    """Geodesic area by day: `day`, `controller`, `area_km2`, `overlap_km2`.

    `overlap_km2` is how much of the row's land another row of that day claims as well.
    """
    import pandas as pd

    rows = []
    for day, today in series.groupby("day", sort=True):
        shapes = today.geometry.to_numpy()
        for i, code in enumerate(today["controller"]):
            others = np.delete(shapes, i)
            shared = _areas_of(shapely.intersection(shapes[i], shapely.union_all(others)))
            rows.append((day, code, crs.area_km2(shapes[i])[0], crs.area_km2(shared)[0]))
    return pd.DataFrame(rows, columns=["day", "controller", "area_km2", "overlap_km2"])


def polygon_changes(series: GeoDataFrame, *, least_km2: float = 0.0) -> GeoDataFrame:
    """Land gained and lost from each published day to the next.

    Columns `before`, `day`, `controller`, `change` ("gained" or "lost"), `area_km2`, `geometry`
    (EPSG:4326), by day, then holder. Pieces under `least_km2` are left out: lines redrawn by hand
    leave slivers. What is gained from a to b is what is lost from b to a.
    """
    from geopandas import GeoDataFrame, GeoSeries

    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    days = sorted(series["day"].unique())
    by_day = {day: _by_holder(series, day) for day in days}
    for before, day in itertools.pairwise(days):
        old, new = by_day[before], by_day[day]
        for code in sorted(old.keys() | new.keys()):
            a, b = old.get(code, shapely.Polygon()), new.get(code, shapely.Polygon())
            if a.equals_exact(b, 0.0):
                continue
            for change, piece in (("gained", b.difference(a)), ("lost", a.difference(b))):
                parts = shapely.get_parts(_areas_of(piece))
                areas = crs.area_km2(parts) if len(parts) else np.zeros(0)
                kept = areas > least_km2
                if kept.any():
                    rows.append((before, day, code, change, float(areas[kept].sum())))
                    shapes.append(shapely.multipolygons(parts[kept]))
    names = ["before", "day", "controller", "change", "area_km2"]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    return GeoDataFrame(
        {name: list(columns.get(name, ())) for name in names},
        geometry=GeoSeries(shapes, crs=crs.WGS84),
    )


def polygon_fronts(series: GeoDataFrame, day: Any, *, touch_m: float = TOUCH_M) -> GeoDataFrame:
    """Fronts of a published day from the borders of its polygons.

    Columns as `frontlines`: `side_a`, `side_b` (a < b), `length_km`, `geometry`: the border of a
    where b is within `touch_m` metres. Contested land makes no front. Where only one side is
    published, say first who has the rest (`with_remainder`).
    """
    land = {code: shape for code, shape in _by_holder(series, day).items() if code >= 0}
    rows, lines = [], []
    for a, b in itertools.combinations(sorted(land), 2):
        west, south, east, north = shapely.total_bounds([land[a], land[b]])
        plane = crs.plane_of((west, south, east, north))
        middle = (west + east) / 2
        flat_a, flat_b = (crs.flattened(land[c], plane) for c in (a, b))
        near = shapely.buffer(flat_b, touch_m, quad_segs=4)
        shapely.prepare(near)
        border = shapely.intersection(shapely.boundary(flat_a), near)
        line = _lines_of(crs.unflattened(border, plane, middle))
        if not line.is_empty:
            rows.append((a, b, crs.length_km(line)[0]))
            lines.append(line)
    table = np.array(rows, dtype=object).reshape(-1, 3)
    geometry = np.empty(len(lines), dtype=object)
    geometry[:] = lines
    return geo_frame(
        {
            "side_a": table[:, 0].astype(np.int64),
            "side_b": table[:, 1].astype(np.int64),
            "length_km": table[:, 2].astype(np.float64),
        },
        geometry,
    )


def with_remainder(series: GeoDataFrame, boundary: Any, controller: int) -> GeoDataFrame:
    """The series with, on every published day, the rest of `boundary` given to `controller`.

    For sources that publish one side only. It is a reading of silence: say so where it is shown.
    """
    import pandas as pd
    from geopandas import GeoDataFrame, GeoSeries

    if (series["controller"] == controller).any():
        raise GeoError(f"holder {controller} is in the series already; give the rest to another")
    days, shapes = [], []
    for day, today in series.groupby("day", sort=True):
        rest = _areas_of(shapely.difference(boundary, shapely.union_all(today.geometry.to_numpy())))
        if not rest.is_empty:
            days.append(day)
            shapes.append(rest)
    added = GeoDataFrame(
        {"day": days, "controller": np.full(len(days), controller)},
        geometry=GeoSeries(shapes, crs=crs.WGS84),
    )
    added["day"] = added["day"].astype(series["day"].dtype)
    both = pd.concat([series, added], ignore_index=True)
    return both.sort_values(["day", "controller"], ignore_index=True)


def agreement(one: GeoDataFrame, other: GeoDataFrame) -> DataFrame:
    """How far two series agree: `day`, `controller`, `iou`, `both_km2`, `only_one_km2`,
    `only_other_km2`.

    One row for each day that either publishes from the first day that both have begun, and each
    holder; between publications the newest stands. `iou` is the intersection over the union (1 the
    same land, 0 none in common), NaN where neither has land. A map from points is a series through
    `points_series`.
    """
    import pandas as pd

    rows: list[tuple[Any, ...]] = []
    if len(one) and len(other):
        begun = max(one["day"].min(), other["day"].min())
        codes = sorted(set(one["controller"]) | set(other["controller"]))
        for day in sorted(set(one["day"]) | set(other["day"])):
            if day < begun:
                continue
            a, b = _standing(one, day), _standing(other, day)
            rows += [(day, code, *_overlap(a.get(code), b.get(code))) for code in codes]
    names = ["day", "controller", "iou", "both_km2", "only_one_km2", "only_other_km2"]
    return pd.DataFrame(rows, columns=names)


def points_series(territories: dict[Any, GeoDataFrame]) -> GeoDataFrame:
    """`territories` of several days as a series of polygons: {day: territories}."""
    import pandas as pd

    parts = [land[["controller", "geometry"]].assign(day=day) for day, land in territories.items()]
    series = pd.concat(parts, ignore_index=True)[list(_COLUMNS)]
    return series.sort_values(["day", "controller"], ignore_index=True)


def _overlap(a: Any, b: Any) -> tuple[float, float, float, float]:
    a = shapely.Polygon() if a is None else a
    b = shapely.Polygon() if b is None else b
    both = crs.area_km2(_areas_of(shapely.intersection(a, b)))[0]
    only_a = crs.area_km2(_areas_of(shapely.difference(a, b)))[0]
    only_b = crs.area_km2(_areas_of(shapely.difference(b, a)))[0]
    union = both + only_a + only_b
    return (both / union if union else float("nan")), both, only_a, only_b


def _standing(series: GeoDataFrame, day: Any) -> dict[int, Any]:
    """Holders' land as last published by the day."""
    return _by_holder(series, series["day"][series["day"] <= day].max())


def _by_holder(series: GeoDataFrame, day: Any) -> dict[int, Any]:
    today = series[series["day"] == day]
    return dict(zip(today["controller"].tolist(), today.geometry.to_numpy(), strict=True))


def _check_shapes(shapes: NDArray[Any], names: NDArray[Any]) -> None:
    kind = shapely.get_type_id(shapes)
    bounds = shapely.bounds(shapes)
    wrong = ~np.isin(kind, [3, 6]) | shapely.is_empty(shapes)
    wrong |= ~(np.isfinite(bounds).all(axis=1) & (np.abs(bounds) <= [360, 90, 360, 90]).all(axis=1))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise GeoError(
            f"row {names[first]} is no area on this world; give a Polygon or MultiPolygon with "
            "finite coordinates, longitude first"
        )


def _areas_of(shape: Any) -> Any:
    """The polygons in an overlay's result, without lines and points where shapes touched."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept: Any = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    return shapely.multipolygons(kept)


def _lines_of(shape: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept: Any = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    return shapely.line_merge(shapely.multilinestrings(kept))
