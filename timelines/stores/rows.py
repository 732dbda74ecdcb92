"""What the database stores share: rows from columns, keys, points, and columns of others."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from timelines.claims import Claims
from timelines.errors import ConflictError
from timelines.tables import Table
from timelines.withdrawals import withdrawers_of, withdrawn


def files_of(meta: Mapping[str, str]) -> dict[str, str]:
    """The files that a timeline's toml names, as the meta table keeps them."""
    return {name[5:]: text for name, text in meta.items() if name.startswith("file ")}


def check_guard(present: Iterable[tuple[str, str]], guard: Sequence[str], claims: Claims) -> None:
    """Refuse where a guarded claim is withdrawn by one that stands and is not being added.

    `present` gives (key, retracts) of the claims that are there.
    """
    own = set(keys_of(claims))
    by = withdrawers_of((key, text) for key, text in present if text and key not in own)
    fallen = withdrawn(by)
    found = [(old, key) for old in guard for key in by.get(old, ()) if key not in fallen]
    if found:
        raise ConflictError(tuple(found))


def with_sources_of(
    claims: Claims, rows: Iterable[Mapping[str, str]], there: Table | None
) -> list[Mapping[str, str]]:
    """Rows for `sources`, and one for each source of `claims` that neither they nor the table that
    is `there` name: a timeline that has the table has every source in it. None: it has no table.
    """
    named = list(rows)
    if there is None:
        return named
    known = {*there.column("id"), *(row["id"] for row in named), ""}
    return [*named, *({"id": text} for text in sorted({*claims.column("source")} - known))]


def keys_of(claims: Claims) -> Iterator[str]:
    """What makes a claim unique: its id, or its content."""
    return (claims.key(i) for i in range(len(claims)))


def apart(keys: Iterable[str]) -> Iterator[str]:
    """The same row twice is two rows when a timeline is copied as it is."""
    seen: dict[str, int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}"


def rows_of(columns: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Columns as rows."""
    names = list(columns)
    return (dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True))


def extra_of(row: Mapping[str, str], known: Sequence[str]) -> str:
    """The columns that the model does not know, as JSON; empty where there are none."""
    extra = {name: text for name, text in row.items() if name not in known and text}
    return json.dumps(extra, ensure_ascii=False) if extra else ""


def retractions(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(key, retracts) from rows of (key, extra)."""
    return ((key, json.loads(extra).get("retracts", "")) for key, extra in rows if extra)


def point_of(row: Mapping[str, str]) -> tuple[float, float] | None:
    """Longitude and latitude of a row, None where it has none that can be drawn."""
    try:
        lon, lat = float(row.get("lon", "")), float(row.get("lat", ""))
    except ValueError:
        return None
    good = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    return (lon, lat) if good else None
