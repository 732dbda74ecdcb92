"""The tables of a timeline in a PostGIS schema, and a row of them from the texts of a claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from timelines.contents import HEADERS, TABLES
from timelines.dates import EPOCH, on_calendar
from timelines.errors import DateError
from timelines.stores.rows import extra_of, point_of

if TYPE_CHECKING:
    from sqlalchemy import MetaData

SPATIAL = ("claims", "places")


def values_of(
    name: str, row: Mapping[str, str], key: str, at: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    values: dict[str, Any] = {column: row.get(column, "") for column in HEADERS[name]}
    values |= {"extra": extra_of(row, HEADERS[name]), "row_key": key}
    if name in SPATIAL:
        lon, lat = at.get(row.get("place_id", ""), ("", ""))
        point = point_of(row) or point_of({"lon": lon, "lat": lat})
        values["geom"] = f"SRID=4326;POINT({point[0]!r} {point[1]!r})" if point else None
    if name == "claims":
        values["days"] = _days(row.get("date", ""))
    return values


def _days(text: str) -> Any:
    from sqlalchemy.dialects.postgresql import Range

    try:
        when = on_calendar(text)
    except DateError:
        return None
    low = None if when.earliest is None else dt.date.fromordinal(when.earliest + EPOCH)
    high = None if when.latest is None else dt.date.fromordinal(when.latest + EPOCH)
    return Range(low, high, bounds="[]")


def metadata_of(schema: str) -> MetaData:
    from geoalchemy2 import Geometry
    from sqlalchemy import BigInteger, Column, Identity, Index, MetaData, Text
    from sqlalchemy import Table as SqlTable
    from sqlalchemy.dialects.postgresql import DATERANGE

    made = MetaData(schema=schema)
    SqlTable("meta", made, Column("name", Text, primary_key=True), Column("value", Text))
    for name in TABLES:
        columns: list[Any] = [Column("fid", BigInteger, Identity(always=True), primary_key=True)]
        if name in SPATIAL:
            columns.append(Column("geom", Geometry("POINT", srid=4326, spatial_index=True)))
        if name == "claims":
            columns.append(Column("days", DATERANGE))
        columns += [Column(column, Text, nullable=False) for column in HEADERS[name]]
        columns.append(Column("extra", Text, nullable=False))
        columns.append(Column("row_key", Text, nullable=False, unique=True))
        table = SqlTable(name, made, *columns)
        if name == "claims":
            Index(f"{name}_days", table.c.days, postgresql_using="gist")
            Index(f"{name}_place", table.c.place_id)
    return made
