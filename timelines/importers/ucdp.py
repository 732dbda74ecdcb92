"""UCDP GED: events of organised violence, as the CSV release or as JSON records.

Columns and codes are those of the UCDP GED codebook: `date_start` to `date_end` is the span in
which the event lies, `where_prec` how well its place is known, `low`, `best` and `high` estimates
of the deaths. UCDP records no control, so nothing here colours land.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from timelines.claims import Claims, Source
from timelines.errors import DataError
from timelines.importers import cells, csvfile, jsonsafe, raw, records
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.problems import shown

SOURCE = Source(
    id="ucdp-ged",
    publisher="Uppsala Conflict Data Program (UCDP)",
    title="UCDP Georeferenced Event Dataset (GED)",
    url="https://ucdp.uu.se/downloads/",
)
CREDITS = ("UCDP GED, Uppsala Conflict Data Program, CC BY 4.0; cite the version used.",)
NEEDED = ("id", "type_of_violence", "latitude", "longitude", "best")
KIND = {"1": "clash", "2": "clash", "3": "other"}  # state-based, non-state, one-sided
# The codebook gives 25 km for code 2. The other radii are ours: a named place (1), a district (3),
# a province (4), a line or a fuzzy area (5), a country (6), sea or air (7).
RADIUS_M = {
    "1": "3000",
    "2": "25000",
    "3": "40000",
    "4": "120000",
    "5": "120000",
    "6": "500000",
    "7": "500000",
}
KEPT = (
    ("id", "event_id"),
    ("type_of_violence", "type_of_violence"),
    ("conflict_name", "conflict_name"),
    ("where_prec", "where_prec"),
    ("date_prec", "date_prec"),
    ("event_clarity", "event_clarity"),
    ("adm_1", "admin1"),
    ("adm_2", "admin2"),
    ("country", "country"),
    ("low", "deaths_low"),
    ("best", "deaths_best"),
    ("high", "deaths_high"),
    ("deaths_a", "deaths_a"),
    ("deaths_b", "deaths_b"),
    ("deaths_civilians", "deaths_civilians"),
    ("civilian_deaths", "deaths_civilians"),
    ("combatant_deaths", "deaths_combatants"),
    ("deaths_unknown", "deaths_unknown"),
    ("source_article", "source_article"),
)


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a GED release (CSV, or zip of it) or in a JSON list of GED records.

    Raises:
        DataError: neither.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("ucdp", name, mapping, progress)
    stream = raw.stream_of(data)
    head = stream.read(64)
    rest = raw.rejoined(head, stream)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        _from_json(rest, mapping, collector)
    else:
        table = csvfile.Rows(rest, collector, mapping)
        table.header = [column.strip().lower() for column in table.header]
        records.check_header(table.header, collector.account.name)
        records.require(table.header, NEEDED, collector.account.name, "a UCDP GED file")
        csvfile.take_all(table, collector, lambda record: [claim(record, mapping, collector)])
        collector.account.columns = tuple((n, n) for n in table.header)
    collector.account.warn(
        "Of the radii of UCDP's precision codes only 25 km (code 2) is UCDP's own; the others "
        "are this program's."
    )
    return collector.finish(sources=(SOURCE,), credits=CREDITS)


def _from_json(rest: BinaryIO, mapping: FieldMapping, collector: Collector) -> None:
    name = collector.account.name
    content = raw.read_rest(rest, name)
    document = jsonsafe.load(content, name, mapping.encoding)
    rows = document.get("Result", document) if isinstance(document, dict) else document
    if not isinstance(rows, list) or not rows:
        raise DataError(f"{shown(name)} is no list of UCDP events. Give the CSV release.")
    if isinstance(rows[0], dict):
        records.require(rows[0], NEEDED, name, "a UCDP GED file")
    collector.total = len(rows)
    for number, row in enumerate(rows, 1):
        collector.take(number, lambda row=row: [claim(_record(row), mapping, collector)])  # type: ignore[misc]


def _record(row: Any) -> dict[str, str]:
    if not isinstance(row, dict):
        raise Unfit("", "is no event.", "Remove it.")
    return {str(name).lower(): jsonsafe.text_of(value) for name, value in row.items()}


def claim(record: records.Record, mapping: FieldMapping, collector: Collector) -> dict[str, str]:
    """One event as a claim.

    Raises:
        Unfit: a date, position, code or number that UCDP does not have.
    """
    get = {name: text.strip() for name, text in record.items()}.get
    kind = KIND.get(get("type_of_violence", ""))
    if kind is None:
        reason = f"{shown(get('type_of_violence', ''))} is no type of violence."
        raise Unfit("type_of_violence", reason, "Use 1, 2 or 3.")
    draft = {
        "kind": kind,
        "date": _date(get("date_start", "") or get("date", ""), get("date_end", ""), mapping),
        "place": get("where_coordinates", "") or get("where_description", "") or get("adm_2", ""),
        "actor": mapping.translate("actor", get("side_a", "")),
        "target": mapping.translate("target", mapping.translate("actor", get("side_b", ""))),
        "source": "ucdp-ged",
        "killed": killed(get("low", ""), get("best", ""), get("high", "")),
    }
    records.place_at(draft, get("longitude", ""), get("latitude", ""), mapping)
    if not get("where_coordinates") and "lon" in draft:
        collector.account.count("events name no place; taken by their coordinates.")
    code = get("where_prec", "")
    if code and code not in RADIUS_M:
        raise Unfit("where_prec", f"{shown(code)} is no precision code.", "Use 1 to 7.")
    draft["uncertainty_m"] = RADIUS_M.get(code, "")
    if code in ("6", "7"):
        collector.account.count("events are known to a country or a sea only: a dot says too much.")
    for column, own in KEPT:
        if text := get(column, ""):
            draft[own] = text[:2000] if column == "source_article" else text
    return draft


def killed(low: str, best: str, high: str) -> str:
    """Deaths as a count: the range from `low` to `high`, or `best` alone.

    Raises:
        Unfit: not counts, or the best estimate outside its own range.
    """
    best_n = _whole("best", best)
    low_n, high_n = _whole("low", low), _whole("high", high)
    if low_n is None or high_n is None:
        return "" if best_n is None else str(best_n)
    if not low_n <= (low_n if best_n is None else best_n) <= high_n:
        reason = f"low {low_n}, best {best_n}, high {high_n} is no range."
        raise Unfit("best", reason, "Mend the estimates.")
    return str(low_n) if low_n == high_n else f"{low_n}..{high_n}"


def _whole(column: str, text: str) -> int | None:
    if not text:
        return None
    value = cells.number(column, text)
    if value < 0 or value != int(value) or value > 9_999_999:
        raise Unfit(column, f"{shown(text)} is no count.", "Write a whole number.")
    return int(value)


def _date(start: str, end: str, mapping: FieldMapping) -> str:
    first = cells.date(start, mapping.date_order, "date_start")
    last = cells.date(end, mapping.date_order, "date_end") if end else first
    if first == last:
        return first
    if first > last:
        raise Unfit("date_end", f"{last} is before {first}.", "Mend the dates.")
    return f"{first}/{last}"
