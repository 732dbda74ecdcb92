"""Hostile workbooks, and the parts to build one of."""

from __future__ import annotations

from tests.importer_cases import EXTERNAL, LAUGHS, VRT, Case, bomb, encrypted, lying_size, zipped


def workbook(sheet: bytes, **parts: bytes) -> bytes:
    base = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        b"</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="r1" '
        b'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped({**base, **{name.replace("__", "/"): part for name, part in parts.items()}})


def cell(text: str, reference: str = "") -> str:
    at = f' r="{reference}"' if reference else ""
    return f'<c t="inlineStr"{at}><is><t>{text}</t></is></c>'


def sheet_of(*rows: str) -> bytes:
    header = "".join(cell(name) for name in ("place", "lon", "lat", "date"))
    lines = "".join(f"<row>{row}</row>" for row in (header, *rows))
    return f"<worksheet><sheetData>{lines}</sheetData></worksheet>".encode()


def _texts(number: int) -> bytes:
    return b"<sst>" + b"".join(b"<si><t>%d</t></si>" % i for i in range(number)) + b"</sst>"


def xlsx_cases() -> dict[str, Case]:
    def row(place: str, lon: str, lat: str, date: str) -> str:
        return "".join(cell(text) for text in (place, lon, lat, date))

    good = sheet_of(row("Dabiq", "37.5", "36.2", "2015-10-09"))
    formula = sheet_of(
        row("Dabiq", "37.5", "36.2", "2015-10-09"), "<c><f>1+1</f></c>" + cell("37") + cell("36")
    )
    return {
        "empty": Case(b"", "error", "empty"),
        "old xls": Case(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "error", "no XLSX"),
        "csv in disguise": Case(b"place,date\na,b\n", "error", "no XLSX"),
        "another zip": Case(zipped({"a.txt": b"x"}), "error", "no XLSX"),
        "cut off": Case(workbook(good)[:200], "error", "zip"),
        "encrypted": Case(encrypted(workbook(good)), "error", "encrypted"),
        "size that lies": Case(lying_size(workbook(good * 9)), "error", ""),
        "a billion laughs": Case(workbook(LAUGHS), "error", "document type"),
        "external entity in the texts": Case(
            workbook(good, xl__sharedStrings=b"x", **{"xl__sharedStrings.xml": EXTERNAL}),
            "error",
            "document type",
        ),
        "sheet bomb": Case(bomb("xl/workbook.xml", head=b"<workbook>"), "error", ""),
        "rows by the million": Case(
            lambda: workbook(sheet_of(*(f"<c><v>{i}</v></c>" for i in range(900_000)))),
            "error",
            "elements",
        ),
        "cells by the million": Case(
            lambda: workbook(sheet_of("<c><v>1</v></c>" * 900_000)), "error", ""
        ),
        "texts by the million": Case(
            lambda: workbook(good, **{"xl__sharedStrings.xml": _texts(600_000)}),
            "error",
            "texts",
        ),
        "cell at the far edge": Case(
            workbook(sheet_of(cell("x", "XFD1048576"))), "error", "column"
        ),
        "formula never computed": Case(workbook(formula), "refused", "never computed"),
        "error value": Case(
            workbook(sheet_of('<c t="e"><v>#REF!</v></c>' + cell("37") + cell("36"))),
            "refused",
            "is the error",
        ),
        "text that is not there": Case(
            workbook(sheet_of('<c t="s"><v>999</v></c>')), "refused", "not in the workbook"
        ),
        "29 February 1900": Case(
            workbook(
                sheet_of(cell("x") + cell("37") + cell("36") + '<c s="1"><v>60</v></c>'),
                **{
                    "xl__styles.xml": b'<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
                    b"</cellXfs></s>"
                },
            ),
            "refused",
            "never was",
        ),
        "NaN": Case(workbook(sheet_of(row("x", "NaN", "36", "2015"))), "refused", "not a number"),
        "1e999": Case(
            workbook(sheet_of(cell("x") + "<c><v>1e999</v></c>" + cell("36") + cell("2015"))),
            "refused",
            "not a number",
        ),
        "swapped": Case(
            workbook(sheet_of(row("x", "36.2", "137.5", "2015"))), "refused", "swapped"
        ),
        "two dates in one": Case(
            workbook(sheet_of(row("x", "37", "36", "03/04/2016"))), "refused", "3 April or 4 March"
        ),
        "cells beyond the header": Case(
            workbook(sheet_of(row("x", "37", "36", "2015") + cell("y"))), "refused", "beyond"
        ),
        "no sheet": Case(
            workbook(good, **{"xl__workbook.xml": b"<workbook/>"}), "error", "without sheets"
        ),
        "sheet that climbs": Case(
            workbook(
                good,
                **{
                    "xl___rels__workbook.xml.rels": b'<R><Relationship Id="r1" '
                    b'Target="../../../../etc/passwd"/></R>'
                },
            ),
            "error",
            "header",
        ),
        "sheet on a server": Case(
            workbook(
                good,
                **{
                    "xl___rels__workbook.xml.rels": b'<R><Relationship Id="r1" '
                    b'Target="http://127.0.0.1:9/x.xml" TargetMode="External"/></R>'
                },
            ),
            "error",
            "header",
        ),
        "vrt": Case(VRT, "error", "no XLSX"),
    }
