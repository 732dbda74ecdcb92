"""ACLED exports (CSV): events, and the three sub-events that change who holds a place.

Columns and codes are those of ACLED's codebook (acleddata.com/knowledge-base/codebook): the order
of the two actors means nothing, so the one who took a place is named only where the types of the
actors leave no choice; fatalities of 0 are recorded where nobody mentions any, so they are left
open; a precision of 2 in time is some day of about a week with its middle recorded, 3 a month.
"""

from __future__ import annotations

import datetime as dt

from timelines.claims import Claims, Source
from timelines.importers import cells, csvfile, records
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.problems import shown

NEEDED = ("event_id_cnty", "event_date", "sub_event_type", "actor1", "location", "latitude")
SOURCE = Source(
    id="acled",
    publisher="Armed Conflict Location & Event Data (ACLED)",
    title="ACLED dataset",
    url="https://acleddata.com/",
)
CREDITS = ("ACLED (acleddata.com), under its terms of use; name ACLED and the day of download.",)
GOVERNMENT_REGAINS = "Government regains territory"
NON_STATE_OVERTAKES = "Non-state actor overtakes territory"
TRANSFER = "Non-violent transfer of territory"
CONTROL = (GOVERNMENT_REGAINS, NON_STATE_OVERTAKES, TRANSFER)
STRIKES = (
    "Air/drone strike",
    "Shelling/artillery/missile attack",
    "Suicide bomb",
    "Remote explosive/landmine/IED",
    "Grenade",
    "Chemical weapon",
)
# ACLED gives no radii: these are ours, wide enough for what the codebook says of each code
# (a named place; a town standing for a part of a region; a capital standing for a province).
RADIUS_M = {"1": "3000", "2": "20000", "3": "100000"}
STATE = ("1", "state forces")
KEPT = (
    ("event_id_cnty", "event_id"),
    ("event_type", "event_type"),
    ("sub_event_type", "sub_event_type"),
    ("assoc_actor_1", "assoc_actor_1"),
    ("assoc_actor_2", "assoc_actor_2"),
    ("admin1", "admin1"),
    ("admin2", "admin2"),
    ("country", "country"),
    ("source", "source_names"),
    ("time_precision", "time_precision"),
    ("geo_precision", "geo_precision"),
    ("fatalities", "fatalities"),
    ("timestamp", "uploaded"),
)


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in an ACLED export.

    `mapping.options`: `reported = "uploaded"` takes ACLED's own time stamp as the date of the
    report (a newer export of an unchanged event is then a new claim); `notes = "no"` leaves
    ACLED's texts out.

    Raises:
        DataError: not an ACLED export.
    """
    mapping = mapping or FieldMapping()
    collector = Collector(
        "acled", name, mapping, progress, unnamed=("uploaded",), options=("reported", "notes")
    )
    table = csvfile.Rows(data, collector, mapping)
    table.header = [column.strip().lower() for column in table.header]
    records.check_header(table.header, collector.account.name)
    records.require(table.header, NEEDED, collector.account.name, "an ACLED export")
    csvfile.take_all(table, collector, lambda record: [claim(record, mapping, collector)])
    collector.account.columns = tuple((n, n) for n in table.header)
    collector.account.warn(
        "The radius of each precision code is this program's, not ACLED's: "
        + ", ".join(f"{code}: {int(radius) // 1000} km" for code, radius in RADIUS_M.items())
        + "."
    )
    return collector.finish(sources=(SOURCE,), credits=CREDITS)


def claim(record: records.Record, mapping: FieldMapping, collector: Collector) -> dict[str, str]:
    """One event as a claim.

    Raises:
        Unfit: a date, position or code that ACLED does not have.
    """
    get = {name: text.strip() for name, text in record.items()}.get
    sub_event = get("sub_event_type", "") or get("event_type", "")
    kind, actor, target = _what(sub_event, get, collector)
    draft = {
        "kind": kind,
        "date": _date(get("event_date", ""), get("time_precision", ""), mapping),
        "place": get("location", ""),
        "actor": mapping.translate("actor", actor),
        "target": mapping.translate("target", mapping.translate("actor", target)),
        "source": "acled",
        "weapon": sub_event if kind == "strike" else "",
        "note": "" if mapping.options.get("notes") == "no" else get("notes", ""),
    }
    records.place_at(draft, get("longitude", ""), get("latitude", ""), mapping)
    code = get("geo_precision", "")
    if code and code not in RADIUS_M:
        raise Unfit("geo_precision", f"{shown(code)} is no precision code.", "Use 1, 2 or 3.")
    draft["uncertainty_m"] = RADIUS_M.get(code, "")
    draft["killed"] = _killed(get("fatalities", ""))
    for column, own in KEPT:
        draft[own] = get(column, "")
    draft["uploaded"] = _uploaded(draft["uploaded"])
    if mapping.options.get("reported") == "uploaded":
        draft["reported"] = draft["uploaded"]
    return draft


def _what(sub_event: str, get: object, collector: Collector) -> tuple[str, str, str]:
    """Kind, actor and target of an event."""
    first, second = get("actor1", ""), get("actor2", "")  # type: ignore[operator]
    if sub_event in CONTROL:
        state = [get(f"inter{n}", "").lower() in STATE for n in (1, 2)]  # type: ignore[operator]
        winner = _winner(sub_event, (first, second), state)
        if winner:
            return "control", winner, second if winner == first else first
        collector.account.count(
            f"events “{sub_event}” do not say which of two actors took the place; taken as "
            "what they also are, never as control. Add the control claim by hand."
        )
        return ("other" if sub_event == TRANSFER else "clash"), first, second
    if sub_event in STRIKES:
        return "strike", first, second
    return ("clash" if sub_event == "Armed clash" else "other"), first, second


def _winner(sub_event: str, actors: tuple[str, str], state: list[bool]) -> str:
    """Who holds the place afterwards, where only one of the two can be meant; else empty."""
    named = [i for i in (0, 1) if actors[i]]
    if sub_event == TRANSFER:
        return actors[named[0]] if len(named) == 1 else ""
    fits = [i for i in named if state[i] == (sub_event == GOVERNMENT_REGAINS)]
    return actors[fits[0]] if len(fits) == 1 else ""


def _date(text: str, precision: str, mapping: FieldMapping) -> str:
    day = cells.date(text, mapping.date_order, "event_date")
    if precision in ("", "1"):
        return day
    if len(day) != 10 or precision not in ("2", "3"):
        reason = f"{shown(precision)} is no precision code."
        raise Unfit("time_precision", reason, "Use 1, 2 or 3.")
    return (
        f"{day[:7]}~" if precision == "3" else f"{cells.shifted(day, -3)}/{cells.shifted(day, 3)}"
    )


def _killed(text: str) -> str:
    if not text:
        return ""
    value = cells.number("fatalities", text)
    if value < 0 or value != int(value):
        raise Unfit("fatalities", f"{shown(text)} is no count.", "Write a whole number.")
    return str(int(value)) if value else ""


def _uploaded(text: str) -> str:
    """ACLED's time stamp, seconds since 1970, as a day."""
    if not text.isascii() or not text.isdigit() or not 9 <= len(text) <= 10:
        return ""
    return dt.datetime.fromtimestamp(int(text), dt.UTC).date().isoformat()
