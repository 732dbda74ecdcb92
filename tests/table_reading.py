"""A small table of claims, as text, and read."""

from __future__ import annotations

import csv
import io

import openpyxl

from timelines.claims import Claims
from timelines.importers import FORMATS, FieldMapping, ImportReport

SAID = FieldMapping(constants={"kind": "control", "source": "a-map"})
ROWS = (
    {"date": "2015-10-09", "place": "Kweires", "lon": "37.57", "lat": "36.18", "actor": "isis"},
    {"date": "2015-10", "place": "دابق", "lon": "37.268", "lat": "36.538", "actor": "fsa"},
    {"date": "2014-08-13/..", "place": 'Tall "Rifat"', "lon": "", "lat": "", "actor": ""},
)


def text(delimiter: str = ",", rows: tuple[dict[str, str], ...] = ROWS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(
    data: bytes, mapping: FieldMapping = SAID, fmt: str = "csv"
) -> tuple[Claims, ImportReport]:
    claims, report = FORMATS[fmt].parse(data, mapping=mapping, name="a.csv")
    assert isinstance(claims, Claims)
    accounted = report.taken_rows + report.refused_rows + report.repeated
    assert report.rows == accounted + sum(count for _, count in report.skipped)
    return claims, report


def book(rows: tuple[dict[str, str], ...]) -> bytes:
    sheet = openpyxl.Workbook()
    sheet.active.append(list(rows[0]))
    for row in rows:
        sheet.active.append(list(row.values()))
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()
