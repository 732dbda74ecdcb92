"""VIINA 2.0 (and the wide control tables of 1.0): daily control of places, and news events.

`control_latest_*` is a panel: one row for a place and a day, one column for each map (Wikipedia's,
the same brought up to date by news reports, DeepStateMap's, ISW's) and `status`, their majority.
Each map becomes a source of its own; the majority is drawn from the others and would count them
twice, so it is left out unless asked for. `event_1pd_latest_*` and `event_info_latest_*` are events
read from news by a model. Values and columns are those of VIINA's codebook
(github.com/zhukovyuri/VIINA).
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from timelines.claims import Claims, Source
from timelines.dates import EPOCH
from timelines.errors import DataError
from timelines.importers import csvfile, records, viinaevents
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping
from timelines.importers.panel import Panel, drafts
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.problems import shown

CREDITS = (
    "Contains information from VIINA, made available under the Open Database License (ODbL): "
    "Zhukov and Ayers, VIINA 2.0.",
)
_URL = "https://github.com/zhukovyuri/VIINA"
PANELS = {
    "status_wiki": Source("viina-wikipedia", "Wikipedia, read by VIINA", url=_URL),
    "status_boost": Source(
        "viina-boosted",
        "Wikipedia with news reports, by VIINA",
        url=_URL,
        relays="viina-wikipedia",
    ),
    "status_dsm": Source("viina-deepstate", "DeepStateMap, read by VIINA", url=_URL),
    "status_isw": Source("viina-isw", "Institute for the Study of War, read by VIINA", url=_URL),
    "status": Source("viina-majority", "VIINA, majority of four maps", url=_URL),
}
WIDE = Source("viina-v1", "VIINA 1.0 territorial control", url=_URL)
UNCHANGED = "looks at a place that had not changed"
HOLDERS = {"UA": ("ukraine",), "RU": ("russia",), "CONTESTED": ("russia", "ukraine")}
_STAMP = re.compile(r"ctr_(\d{8})(?:\d{6})?")


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place of VIINA; positions in degrees as text."""

    name: str
    lon: str
    lat: str


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
    places: Mapping[str, Place] | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a VIINA control or event file (CSV, or the zip it comes in).

    Control panels of 2.0 carry no names and positions: `places` (see `read_places`) adds them, by
    `geonameid` or `kod`; without, a place is known by its id. `mapping.options`: `majority = "yes"`
    takes `status` too; `values.actor` renames `ukraine` and `russia`.

    Raises:
        DataError: not a VIINA file.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("viina", name, mapping, progress, options=("majority",))
    table = csvfile.Rows(data, collector, mapping)
    header = table.header
    used = [c for c in PANELS if c in header]
    key = next((c for c in ("geonameid", "kod") if c in header), "")
    sources: tuple[Source, ...]
    if key and "date" in header and len(used) > 1:
        if mapping.options.get("majority") != "yes":
            used = [column for column in used if column != "status"]
        sources = tuple(PANELS[column] for column in used)
        _long(table, collector, key, used, places or {})
    elif key and any(_STAMP.fullmatch(column) for column in header):
        sources = (WIDE,)
        _wide(table, collector)
    elif "event_id_1pd" in header and "asciiname" in header:
        sources = (viinaevents.SOURCE,)
        csvfile.take_all(table, collector, lambda r: viinaevents.claims(r, mapping, collector))
    else:
        remedy = "Of the event files take event_1pd." if "event_id" in header else ""
        raise DataError(f"{shown(collector.account.name)} is not a VIINA file we read. {remedy}")
    collector.account.columns = tuple((column, column) for column in header)
    return collector.finish(sources=sources, credits=CREDITS)


def _long(
    table: csvfile.Rows,
    collector: Collector,
    key: str,
    columns: list[str],
    places: Mapping[str, Place],
) -> None:
    header, panel = table.header, Panel()
    key_at, date_at = header.index(key), header.index("date")
    watched = [header.index(column) for column in columns]
    prefix = "gn" if key == "geonameid" else key
    if not places:
        collector.account.warn(
            "The panel has no names and positions; places are known by their ids alone. Give "
            "an event file of VIINA as places."
        )
    recent: dict[str, tuple[int, tuple[str, ...]]] = {}

    def looks(place_id: str, day: int, texts: tuple[str, ...]) -> list[dict[str, str]]:
        out = []
        for column, text in zip(columns, texts, strict=True):
            holders = _holders(text, column, collector.mapping)
            change = panel.look((place_id, column), day, holders) if holders else None
            if change:
                place = places.get(place_id)
                common = _common(f"{prefix}-{place_id}", place, PANELS[column].id)
                out.extend(drafts(change, common))
        return out

    for row, cells in table:
        collector.next_row()
        place_id = cells[key_at]
        try:
            day, place_id = _day(cells[date_at]), _id(place_id)
            texts = tuple([cells[at] for at in watched])
            before = recent.get(place_id)
            recent[place_id] = (day, texts)
            if before and before[1] == texts and before[0] <= day:
                collector.account.skip(UNCHANGED)
                continue
            if before:  # all looks up to here were like the last one
                looks(place_id, *before)
            found = looks(place_id, day, texts)
            for draft in found:
                collector.add(row, draft)
        except Unfit as verdict:
            recent.pop(place_id, None)
            collector.account.refuse(row, verdict.column, verdict.reason, verdict.remedy)
        except ValueError:
            remedy = "Sort the file by date."
            collector.account.refuse(row, "date", "is earlier than a row above it.", remedy)
        else:
            if found:
                collector.account.taken += 1
            else:
                collector.account.skip(UNCHANGED)


def _wide(table: csvfile.Rows, collector: Collector) -> None:
    header = table.header
    stamps = sorted((m[1], column) for column in header if (m := _STAMP.fullmatch(column)))
    for row, cells in table:
        record = dict(zip(header, cells, strict=True))

        def make(record: dict[str, str] = record) -> list[dict[str, str]]:
            place = Place(
                record.get("asciiname") or record.get("name", ""),
                record.get("longitude", ""),
                record.get("latitude", ""),
            )
            common = _common(f"gn-{_id(record['geonameid'])}", place, WIDE.id)
            panel, out = Panel(), []
            for stamp, column in stamps:
                holders = _holders(record[column], column, collector.mapping)
                if holders and (change := panel.look("", _day(stamp), holders)):
                    out.extend(drafts(change, common))
            return out

        collector.take(row, make)


def _common(place_id: str, place: Place | None, source: str) -> dict[str, str]:
    draft = {"place_id": place_id, "place": place_id, "source": source}
    if place:
        draft["place"] = place.name or place_id
        records.place_at(draft, place.lon, place.lat, FieldMapping())
    return draft


def _holders(text: str, column: str, mapping: FieldMapping) -> tuple[str, ...]:
    if not text or text == "NA":
        return ()
    holders = HOLDERS.get(text)
    if holders is None:
        raise Unfit(column, f"{shown(text)} is no status.", "Use UA, RU or CONTESTED.")
    return tuple(mapping.translate("actor", holder) for holder in holders)


def _id(text: str) -> str:
    if not text.strip() or text == "NA":
        raise Unfit("geonameid", "is empty.", "A row of a panel needs its place.")
    return viinaevents.plain_id(text)


@functools.lru_cache(maxsize=4096)
def _day(text: str) -> int:
    bare = text.replace("-", "")
    try:
        if len(bare) != 8 or not bare.isascii():
            raise ValueError(text)
        return dt.date(int(bare[:4]), int(bare[4:6]), int(bare[6:])).toordinal() - EPOCH
    except ValueError:
        raise Unfit("date", f"{shown(text)} is not a day.", "Write it as 20220224.") from None


def read_places(data: Data, *, name: str = "") -> dict[str, Place]:
    """Names and positions by `geonameid` (or `kod`) from an event file of VIINA (CSV or zip).

    Raises:
        DataError: it has no ids, names or positions.
    """
    mapping = FieldMapping()
    collector = Collector("viina", name, mapping)
    table = csvfile.Rows(data, collector, mapping)
    key = "geonameid" if "geonameid" in table.header else "kod"
    needed = (key, "asciiname", "longitude", "latitude")
    records.require(table.header, needed, collector.account.name, "a table of VIINA's places")
    at = [table.header.index(column) for column in needed]
    return {
        _id(cells[at[0]]): Place(*(cells[i] for i in at[1:]))
        for _, cells in table
        if cells[at[0]] not in ("", "NA")
    }
