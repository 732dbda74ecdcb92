"""A dated series of control polygons as a timeline: pieces of ground, and who held each when.

The areas of all days are laid over each other; every piece of ground that they cut out is a place
whose land is that piece (`timelines.cells`), and every day on which it is drawn in other hands is
a claim. A day that the source did not draw says nothing: what was drawn last stands until the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely

from timelines.cells import write_areas
from timelines.claims import Claim, Claims
from timelines.contents import HEADERS, Contents
from timelines.dates import iso
from timelines.errors import DataError
from timelines.importers.report import ImportReport
from timelines.importers.series import CONTESTED, PolygonSeries
from timelines.ledger import Int
from timelines.tables import Table

CELLS = "areas.geojson"
SOURCE = "polygons"
OTHERS = "others"  # against whom a single holder's contested land is contested
NOBODY = 0  # the number of the empty set of holders
MOST_BYTES = 40_000_000  # about as many vertices as are read back


def contents_of(series: PolygonSeries, report: ImportReport, title: str) -> Contents:
    """The timeline of a series.

    Raises:
        DataError: its lines differ so much from day to day that no map could carry them.
    """
    from geo.coverage import partition
    from geo.errors import GeoError

    shape_of: dict[bytes, int] = {}
    drawn = [shape_of.setdefault(shapely.to_wkb(g), len(shape_of)) for g in series.geometry]
    first = np.unique(drawn, return_index=True)[1]
    try:
        faces, area, face = partition(series.geometry[first])
    except GeoError as error:
        raise DataError(f"The areas cannot be laid over each other: {error}.") from error
    starts = np.searchsorted(np.sort(area), np.arange(len(first) + 1))
    inside = face[np.argsort(area, kind="stable")]
    pieces = [inside[low:high] for low, high in pairwise(starts.tolist())]
    ids = [f"area-{number}" for number in range(1, len(faces) + 1)]
    cells = write_areas(dict(zip(ids, faces, strict=True)))
    if len(cells) > MOST_BYTES:
        raise DataError(
            f"The areas cut out {len(faces):,} pieces of ground, too many for one map. "
            "Take fewer days."
        )
    source = series.source or SOURCE
    claims = Claims.of(_claims(series, drawn, pieces, ids, source))
    columns = {name: list(texts) for name, texts in claims.columns.items()}
    at = shapely.point_on_surface(faces)
    places = {
        "id": ids,
        "name": [f"Area {number}" for number in range(1, len(ids) + 1)],
        "lon": [f"{x:.6f}" for x in shapely.get_x(at)],
        "lat": [f"{y:.6f}" for y in shapely.get_y(at)],
        "source": [source] * len(ids),
    }
    toml = {"title": title, "cells": CELLS, "prior_days": 0, "credits": list(report.credits)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in toml.items()]
    return Contents(
        tables={
            "claims": Table("claims.csv", columns, list(range(2, len(claims) + 2))),
            "places": _table("places", places),
            "sources": _table("sources", {"id": [source], "publisher": [source]}),
        },
        toml="\n".join(lines) + "\n",
        files={CELLS: cells},
    )


def _table(name: str, columns: dict[str, list[str]]) -> Table:
    length = len(columns["id"])
    whole = {column: columns.get(column, [""] * length) for column in HEADERS[name]}
    return Table(f"{name}.csv", whole, list(range(2, length + 2)))


def _claims(
    series: PolygonSeries, drawn: list[int], pieces: list[Int], ids: list[str], source: str
) -> Iterator[Claim]:
    """A claim for each piece of ground and day on which it is in other hands than before."""
    everybody = tuple(sorted({holder for holder in series.holder if holder}))
    rivals = everybody if len(everybody) > 1 else (*everybody, OTHERS)
    sets: dict[tuple[str, ...], int] = {(): NOBODY}
    before = np.full(len(ids), NOBODY, np.int64)
    last = np.searchsorted(series.day, [*series.days[1:], series.days[-1] + 1])
    low = 0
    for day, high in zip(series.days, last.tolist(), strict=True):
        now = np.full(len(ids), NOBODY, np.int64)
        for i in range(low, high):
            mine = (series.holder[i],) if series.status[i] != CONTESTED else rivals
            here = pieces[drawn[i]]
            for old in np.unique(now[here]).tolist():  # several areas of one day over each other
                both = tuple(sorted({*list(sets)[old], *mine}))
                now[here[now[here] == old]] = sets.setdefault(both, len(sets))
        low, holders = high, list(sets)
        for face in np.flatnonzero(now != before).tolist():
            had, has = holders[before[face]], holders[now[face]]
            yield from _change(ids[face], iso(day), had, has, source)
        before = now


def _change(
    place: str, day: str, had: Sequence[str], has: Sequence[str], source: str
) -> Iterator[Claim]:
    for number, holder in enumerate(has or ("",), 1):
        yield Claim(
            kind="control",
            date=day,
            place=f"Area {place.removeprefix('area-')}",
            actor=holder,
            source=source,
            id=f"{place}-{day}" + (f"-{number}" if len(has) > 1 else ""),
            place_id=place,
            target="" if has else had[0],
            status="reported" if len(has) < 2 else "disputed",
            reported=day,
        )
