"""From named cells to claims: the one way in for CSV, XLSX, features and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from timelines.claims import COLUMNS
from timelines.errors import DataError
from timelines.importers import cells
from timelines.importers.collect import Collector
from timelines.importers.limits import MAX_COLUMNS
from timelines.importers.mapping import FieldMapping, resolve_columns
from timelines.importers.report import Unfit
from timelines.problems import shown

Record = Mapping[str, str]
_COUNTED = ("killed", "wounded")


def check_header(header: list[str], name: str) -> None:
    """Raises DataError for a header that cannot name columns."""
    if not any(header):
        raise DataError(f"{shown(name)} has no header row. Name the columns in the first row.")
    if len(header) > MAX_COLUMNS:
        raise DataError(f"{shown(name)} has more than {MAX_COLUMNS} columns. Remove some.")
    named = [column for column in header if column]
    if len(set(named)) < len(named):
        twice = next(column for column in named if named.count(column) > 1)
        raise DataError(f"{shown(name)}: the column {shown(twice)} is there twice. Rename one.")


def require(header: Iterable[str], needed: Iterable[str], name: str, what: str) -> None:
    """Raises DataError where columns that make a format are missing."""
    missing = [column for column in needed if column not in set(header)]
    if missing:
        raise DataError(
            f"{shown(name)} is not {what}: it has no column {', '.join(missing)}. "
            "Choose another format, or csv with a mapping of your own."
        )


def reader(
    header: Iterable[str], mapping: FieldMapping, collector: Collector
) -> Callable[[Record], list[dict[str, str]]]:
    """A function that makes a claim of a record, by the mapping and the names of the columns.

    Columns that no claim column takes are kept under their own names.

    Raises:
        DataError: the file gives no kind, no date or no source, and nor does the caller.
    """
    names = [name for name in header if name]
    used = resolve_columns(names, mapping)
    account = collector.account
    account.columns = tuple(sorted((name, column) for column, name in used.items()))
    for column, ask in (
        ("kind", "control, strike, clash, siege, toll or other"),
        ("source", "an id for where this comes from"),
    ):
        if column not in used and not mapping.constants.get(column):
            raise DataError(
                f"{shown(account.name)} does not say the {column}. Map a column to it (--map "
                f"{column}=COLUMN), or say one for all rows (--set {column}=TEXT; in a mapping "
                f"constants.{column}): {ask}."
            )
    where = {"place", "place_id", "lon"} & set(used)
    if not where and not (mapping.constants.get("place") or mapping.constants.get("place_id")):
        raise DataError(
            f"{shown(account.name)} names no place. Map a column to place (--map "
            "place=COLUMN), or two to lon and lat."
        )
    if "date" not in used and not (mapping.on or mapping.constants.get("date")):
        raise DataError(
            f"{shown(account.name)} has no date. Map a column to it (--map date=COLUMN), or "
            "say the day it shows (--on DATE; in a mapping `on`)."
        )
    if used.get("date", "").lower() in ("begin", "date_start") and {"end", "date_end"} & set(names):
        account.warn(
            "A claim says since when, not until when: the ends in this file are kept beside the "
            "claims, and end nothing."
        )
    others = [(name, _own(name)) for name in names if name not in used.values()]
    pairs = [(column, used[column]) for column in used if column not in ("lon", "lat")]
    lon_name, lat_name = used.get("lon"), used.get("lat")

    def make(record: Record) -> list[dict[str, str]]:
        draft: dict[str, str] = {}
        for column, name in pairs:
            text = record.get(name, "")
            if text:
                draft[column] = mapping.translate(column, text.strip())
        for name, own in others:
            if text := record.get(name, ""):
                draft[own] = text
        if lon_name and lat_name:
            unnamed = not draft.get("place") and not draft.get("place_id")
            place_at(draft, record.get(lon_name, ""), record.get(lat_name, ""), mapping)
            if unnamed and draft.get("place"):
                account.count("rows name no place; taken by their coordinates.")
        finish(draft, mapping)
        return [draft]

    return make


def place_at(draft: dict[str, str], lon: str, lat: str, mapping: FieldMapping) -> None:
    """Set lon and lat of a draft from two cells; both empty is no position.

    Raises:
        Unfit: one is missing, or they are no point on the globe.
    """
    if not lon.strip() and not lat.strip():
        return
    if not lon.strip() or not lat.strip():
        raise Unfit("lat" if lon.strip() else "lon", "is empty.", "Give both lon and lat.")
    x = cells.number("lon", lon, mapping.decimal)
    y = cells.number("lat", lat, mapping.decimal)
    x, y = cells.position(x, y, mapping.bounds)
    draft["lon"], draft["lat"] = cells.degrees(x), cells.degrees(y)
    if not draft.get("place") and not draft.get("place_id"):
        draft["place"] = f"{draft['lat']}, {draft['lon']}"


def finish(draft: dict[str, str], mapping: FieldMapping) -> None:
    """Dates to EDTF, counts and statuses to their form."""
    if not draft.get("date") and mapping.on:
        draft["date"] = mapping.on
    for name in ("date", "reported"):
        if text := draft.get(name):
            draft[name] = cells.date(text, mapping.date_order, name)
    for name in _COUNTED:
        text = draft.get(name, "")
        if text.endswith(".0") and text[:-2].isdigit():
            draft[name] = text[:-2]
    for name in ("kind", "status"):
        if text := draft.get(name):
            draft[name] = text.lower()


def _own(name: str) -> str:
    """The name of an extra column: a claim's own columns are never overwritten by chance."""
    bare = name.strip()[:80]
    return f"{bare}_in_file" if bare in COLUMNS or bare == "retracts" else bare


def named(header: list[str], rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, Record]]:
    """Rows as records."""
    for row, cells_ in rows:
        yield row, dict(zip(header, cells_, strict=False))
