"""Workbooks: they say what their CSV says; cells keep their meaning; sheets are asked about."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pytest

from tests.importer_workbooks import cell, sheet_of, workbook
from tests.table_reading import ROWS, SAID, book, read, text
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping, sniff, xlsx


def test_a_workbook_says_what_its_csv_says() -> None:
    """openpyxl writes, this reads."""
    claims, report = read(book(ROWS), fmt="xlsx")
    assert [c.id for c in claims] == [c.id for c in read(text().encode())[0]]
    assert report.refused == ()


def test_cells_of_a_workbook_keep_their_meaning() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["date", "place", "lon", "lat", "killed", "sure"])
    sheet.append([dt.date(2015, 10, 9), "Kweires", 37.15, 36.18, 8, True])
    sheet.append([dt.datetime(2015, 10, 9, 18, 30), "Dabiq", 37.268, 36.538, None, False])
    sheet.append([2014, "Mare'", 37.2, 36.5, "8..10", None])
    made.create_sheet("hidden").sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    claims, _ = read(out.getvalue(), fmt="xlsx")
    assert [c.date for c in claims] == ["2015-10-09", "2015-10-09T18:30", "2014"]
    assert [c.killed for c in claims] == ["8", "", "8..10"]
    assert [dict(c.extra)["sure"] for c in claims] == ["yes", "no", ""]
    assert claims[0].lon == 37.15


def test_a_computed_formula_gives_its_value_and_is_said() -> None:
    data = workbook(
        sheet_of(cell("Dabiq") + "<c><f>37+1</f><v>38</v></c>" + cell("36") + cell("2015"))
    )
    claims, report = read(data, fmt="xlsx")
    assert claims[0].lon == 38
    assert "formulas" in report.warnings[0]


def test_days_of_workbooks_that_count_from_1904() -> None:
    row = cell("Dabiq") + cell("37.2") + cell("36.5") + '<c s="1"><v>{}</v></c>'
    styles = b'<s><numFmts><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy"/></numFmts><cellXfs>'
    styles += b'<xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></s>'
    book = b'<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="A" r:id="r1"/>'
    for serial, parts in (
        (42286, {"xl__styles.xml": styles}),
        (
            42286 - 1462,
            {"xl__styles.xml": styles, "xl__workbook.xml": book + b"</sheets></workbook>"},
        ),
    ):
        data = workbook(sheet_of(row.format(serial)), **parts)
        claims, report = read(data, fmt="xlsx")
        assert report.refused == () and claims[0].date == "2015-10-09"


@pytest.mark.parametrize("mark", ["<si>", '<si x="1">', '<a:si xmlns:a="a">'])
def test_texts_beyond_the_bound_are_refused_by_whatever_name(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the usual name are counted before any is made."""
    monkeypatch.setattr(xlsx, "MAX_STRINGS", 2)
    end = "</a:si>" if ":" in mark else "</si>"
    sheet = sheet_of(cell("Dabiq") + cell("37.5") + cell("36.2") + cell("2015-10-09"))

    def book_of(texts: int) -> bytes:
        strings = f"<sst>{f'{mark}<t>x</t>{end}' * texts}</sst>".encode()
        return workbook(sheet, **{"xl__sharedStrings.xml": strings})

    claims, _ = FORMATS["xlsx"].parse(book_of(2), mapping=SAID, name="a.xlsx")
    assert len(claims) == 1
    with pytest.raises(DataError, match="over 2 texts"):
        FORMATS["xlsx"].parse(book_of(3), mapping=SAID, name="a.xlsx")


def test_options_are_those_of_the_format() -> None:
    with pytest.raises(DataError, match="no option of csv"):
        read(text().encode(), FieldMapping(constants=SAID.constants, options={"x": "y"}))
    with pytest.raises(DataError, match="reported, notes"):
        FORMATS["acled"].parse(b"x", mapping=FieldMapping(options={"majority": "yes"}))


def test_several_sheets_are_asked_about() -> None:
    made = openpyxl.Workbook()
    made.active.append(["place", "date"])
    made.create_sheet("two").append(["place", "date"])
    made["two"].append(["Dabiq", "2015"])
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(DataError, match="Say the sheet"):
        read(out.getvalue(), fmt="xlsx")
    claims, _ = read(out.getvalue(), FieldMapping(constants=SAID.constants, layer="two"), "xlsx")
    assert claims[0].place == "Dabiq"


@pytest.mark.parametrize(
    ("name", "make", "fmt"),
    [
        ("a.csv", lambda: text().encode(), "csv"),
        ("a.tsv", lambda: text("\t").encode("utf-16"), "csv"),
        ("a.xlsx", lambda: book(ROWS), "xlsx"),
        ("../../a.xlsx", lambda: book(ROWS), "xlsx"),
        ("a.bin", lambda: b"\x00\x01\x02", ""),
    ],
)
def test_the_format_is_told_by_content(name: str, make: Callable[[], bytes], fmt: str) -> None:
    assert sniff(name, make()[:65_536]) == fmt
