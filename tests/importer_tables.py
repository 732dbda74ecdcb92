"""Hostile tables: CSV, ACLED, UCDP and VIINA."""

from __future__ import annotations

import json
from typing import Any

from tests.importer_cases import GDALG, SAID, VRT, Case, bomb, encrypted, lying_size, zipped
from timelines.importers import FieldMapping


def table_cases(
    row: dict[str, str],
    lon: str,
    lat: str,
    date: str,
    text: str,
    mapping: FieldMapping,
    lines: int = 200_000,
) -> dict[str, Case]:
    """What breaks tables, around one good row; `lon`, `lat`, `date`, `text` are its columns.

    All formats have one reader of records: the longest, of a million `lines`, is for one of them.
    """

    def sheet(*rows: dict[str, str], header: list[str] | None = None) -> str:
        names = header or list(row)
        lines = [",".join(names)]
        lines += [",".join(one.get(name, "") for name in names) for one in rows]
        return "\n".join(lines) + "\n"

    def changed(**values: str) -> bytes:
        return sheet({**row, **values}, row).encode()

    good = sheet(row)
    swapped = {lon: row[lat], lat: "137.5"}
    return {
        "empty": Case(b"", "error", "empty"),
        "blank": Case(b"\n\n  \n", "error", ""),
        "header alone": Case(sheet().encode(), "taken"),
        "no header": Case(b"1,2,3\n4,5,6\n", "error", ""),
        "utf-8 with a mark": Case(b"\xef\xbb\xbf" + good.encode(), "taken"),
        "utf-16": Case(good.encode("utf-16"), "taken"),
        "arabic windows bytes": Case(
            sheet({**row, text: "دابق"}).encode("cp1256"), "error", "cp1256"
        ),
        "half a letter at the end": Case(sheet(row).encode() + b"\xd8", "refused", "UTF-8"),
        "quoted newline": Case(changed(**{text: '"two\nlines"'}), "taken"),
        "open quote": Case(changed(**{text: '"never closed'}), "refused", "Close the quotes"),
        "cells missing": Case(good.encode() + b"a,b\n", "refused", "cells"),
        "a header of eight million columns": Case(
            lambda: b"," * 8_000_000 + b"\n", "error", "longer than"
        ),
        "a record of very many lines": Case(
            lambda: good.encode() + b'"a\n"' + b',,,,,,,,"b\n"' * lines,
            "refused",
            "longer than",
        ),
        "cells too many": Case(good.encode() + b"x," * 60 + b"x\n", "refused", "cells"),
        "column twice": Case(f"{text},{text}\na,b\n".encode(), "error", ""),
        "a thousand columns": Case(
            (",".join(f"c{i}" for i in range(1000)) + "\n").encode(), "error", "columns"
        ),
        "NaN": Case(changed(**{lat: "NaN"}), "refused", "is not a number"),
        "1e999": Case(changed(**{lat: "1e999"}), "refused", "is not a number"),
        "infinity": Case(changed(**{lon: "-inf"}), "refused", "is not a number"),
        "swapped": Case(changed(**swapped), "refused", "swapped"),
        "null island": Case(changed(**{lon: "0", lat: "0.0"}), "refused", "missing coordinate"),
        "half a position": Case(changed(**{lat: ""}), "refused", "both lon and lat"),
        "decimal comma": Case(changed(**{lat: '"36,5"'}), "refused", "decimal"),
        "no such day": Case(changed(**{date: "2015-02-30"}), "refused", "calendar"),
        "two dates in one": Case(changed(**{date: "03/04/2016"}), "refused", "3 April or 4 March"),
        "year of two digits": Case(changed(**{date: "03/04/16"}), "refused", "two digits"),
        "no date": Case(changed(**{date: "soon"}), "refused", "not a date"),
        "formula": Case(changed(**{text: "=HYPERLINK(1)"}), "taken", ""),
        "control characters": Case(changed(**{text: "a\x07b\u202ec"}), "taken", "control"),
        "a cell of two million letters": Case(
            lambda: changed(**{text: "x" * 2_000_000}), "refused", ""
        ),
        "zeros": Case(good.encode() + b"\x00" * 100, "error", "not text"),
        "vrt": Case(VRT, "error", ""),
        "gdalg": Case(GDALG, "error", ""),
        "zip bomb": Case(bomb("a.csv", head=good.encode()), "error", ""),
        "zip that lies": Case(lying_size(zipped({"a.csv": good.encode() * 99})), "error", ""),
        "zip cut off": Case(zipped({"a.csv": good.encode()})[:60], "error", "zip"),
        "zip with passwords": Case(encrypted(zipped({"a.csv": b"x"})), "error", "encrypted"),
        "zip of two": Case(zipped({"a.csv": b"x", "b.csv": b"y"}), "error", "one of them"),
        "zip that climbs": Case(zipped({"../../../../tmp/evil.csv": good.encode()}), "taken"),
        "sqlite": Case(b"SQLite format 3\x00" + b"\x00" * 100, "error", "not text"),
        "quotes by the million": Case(lambda: good.encode() + b'"' * 3_000_001, "refused", ""),
        "delimiters by the million": Case(
            lambda: good.encode() + b"," * 3_000_000, "refused", "longer than"
        ),
    } | {
        "unknown encoding": Case(
            good.encode(), "error", "no text encoding", mapping=_with(mapping, encoding="rot13")
        ),
        "encoding that unpacks": Case(
            good.encode(), "error", "no text encoding", mapping=_with(mapping, encoding="zlib")
        ),
    }


def _with(mapping: FieldMapping, **values: Any) -> FieldMapping:
    from dataclasses import replace

    return replace(mapping, **values)


CSV_ROW = {
    "date": "2015-10-09",
    "place": "Kweires",
    "lon": "37.57",
    "lat": "36.18",
    "note": "held",
}
ACLED_ROW = {
    "event_id_cnty": "SYR1",
    "event_date": "2016-02-15",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Government regains territory",
    "actor1": "Military Forces of Syria (2000-)",
    "inter1": "State forces",
    "actor2": "Islamic State (Syria)",
    "inter2": "Rebel group",
    "location": "Kweires",
    "latitude": "36.18",
    "longitude": "37.57",
    "geo_precision": "1",
    "source": "SOHR",
    "notes": "took it",
    "fatalities": "8",
    "timestamp": "1700000000",
}
UCDP_ROW = {
    "id": "121070",
    "type_of_violence": "1",
    "side_a": "Government of Syria",
    "side_b": "IS",
    "where_prec": "1",
    "where_coordinates": "Kweires",
    "latitude": "36.18",
    "longitude": "37.57",
    "country": "Syria",
    "date_prec": "1",
    "date_start": "2016-02-15 00:00:00.000",
    "date_end": "2016-02-15 00:00:00.000",
    "best": "8",
    "high": "10",
    "low": "6",
}
VIINA_ROW = {
    "viina_version": "b",
    "event_id_1pd": "77",
    "date": "20220301",
    "n_reports": "2",
    "geonameid": "703448",
    "asciiname": "Kyiv",
    "longitude": "30.5",
    "latitude": "50.4",
    "GEO_PRECISION": "ADM3",
    "t_mil_b": "1",
    "a_rus_init_b": "1",
    "a_ukr_init_b": "0",
    "t_airstrike_b": "1",
}
NO_MAPPING = FieldMapping()


def csv_cases() -> dict[str, Case]:
    return table_cases(CSV_ROW, "lon", "lat", "date", "note", SAID, lines=1_000_000)


def _refused(row: dict[str, str], says: str) -> Case:
    """A table of one row that is refused."""
    return Case(f"{','.join(row)}\n{','.join(row.values())}\n".encode(), "refused", says)


def acled_cases() -> dict[str, Case]:
    cases = table_cases(ACLED_ROW, "longitude", "latitude", "event_date", "notes", NO_MAPPING)
    for column, value, says in (
        ("geo_precision", "9", "precision code"),
        ("time_precision", "9", "precision code"),
        ("fatalities", "-3", "no count"),
        ("fatalities", "2.5", "no count"),
    ):
        cases[f"{column} {value}"] = _refused({**ACLED_ROW, column: value}, says)
    return cases


def ucdp_cases() -> dict[str, Case]:
    cases = table_cases(UCDP_ROW, "longitude", "latitude", "date_start", "side_a", NO_MAPPING)
    for column, value, says in (
        ("high", "3", "is no range"),
        ("where_prec", "x", "precision code"),
        ("type_of_violence", "7", "type of violence"),
        ("date_end", "2015-01-01", "is before"),
    ):
        cases[f"{column} {value}"] = _refused({**UCDP_ROW, column: value}, says)
    record = {k: UCDP_ROW[k] for k in ("id", "type_of_violence", "latitude", "longitude", "best")}
    cases["json without dates"] = Case(json.dumps([record]).encode(), "refused", "is empty")
    cases["json of numbers"] = Case(b"[1,2,3]", "refused", "is no event")
    cases["json that is deep"] = Case(b"[" * 100_000, "error", "deep")
    # "gdalg" begins as JSON does, and is told apart there.
    cases["gdalg"] = Case(GDALG, "error", "no list of UCDP events")
    return cases


def viina_cases() -> dict[str, Case]:
    cases = table_cases(VIINA_ROW, "longitude", "latitude", "date", "asciiname", NO_MAPPING)
    head = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status\n"
    cases["labels alone"] = Case(b"event_id,event_id_1pd,t_mil_b\n1,2,1\n", "error", "event_1pd")
    for name, row, says in (
        ("panel with another status", "1,20220224,XX,UA,UA,UA,UA\n", "is no status"),
        ("panel with a thirteenth month", "1,20221324,UA,UA,UA,UA,UA\n", "is not a day"),
        (
            "panel that runs backwards",
            "1,20220225,UA,UA,UA,UA,UA\n1,20220224,RU,UA,UA,UA,UA\n",
            "earlier than a row above",
        ),
    ):
        cases[name] = Case((head + row).encode(), "refused", says)
    return cases
