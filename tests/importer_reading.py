"""Reading a small file with an importer, every row accounted for."""

from __future__ import annotations

import csv
import io

from timelines.claims import Claims
from timelines.dates import parse
from timelines.importers import FORMATS, FieldMapping, ImportReport


def table(row: dict[str, str], *changes: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerows({**row, **change} for change in changes or ({},))
    return out.getvalue().encode()


def read(fmt: str, data: bytes, mapping: FieldMapping | None = None) -> tuple[Claims, ImportReport]:
    claims, report = FORMATS[fmt].parse(data, mapping=mapping, name="a")
    assert isinstance(claims, Claims)
    accounted = report.taken_rows + report.refused_rows + report.repeated
    assert report.rows == accounted + sum(count for _, count in report.skipped)
    for claim in claims:
        parse(claim.date)
    return claims, report
