"""XLSX workbooks: one sheet as a table, read as a stream within bounds.

Written out here because a reader has to see what the common ones hide: a cell with a formula has a
formula and the value that was last computed, and an 889 KB workbook can take 100 s and 1.7 GB.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from timelines.claims import Claims
from timelines.errors import DataError
from timelines.importers import cellvalues, raw, records
from timelines.importers.collect import Collector
from timelines.importers.limits import MAX_COLUMNS
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.importers.safexml import Node, Reader
from timelines.problems import shown

MAX_PART = 80_000_000
MAX_STRINGS = 500_000
MAX_XLSX_EVENTS = 2_000_000
"""Elements of a part: about 150,000 rows of six columns."""
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a sheet of a workbook: `mapping.layer`, or the only one that is not hidden.

    The first row that is not empty is the header. Dates that the workbook formats as dates become
    ISO days; of formulas the last computed value is taken, and said; a formula without one, and an
    error value, refuse their row.

    Raises:
        DataError: no workbook, no such sheet, several sheets and none said, past the bounds.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("xlsx", name, mapping, progress)
    content = raw.read_all(data, collector.account.name)
    if not content.startswith(raw.ZIP_HEAD):
        raise DataError(f"{shown(name)} is no XLSX workbook. Save it as .xlsx, or as CSV in UTF-8.")
    book = Workbook(raw.open_zip(content, collector.account.name), collector.account.name)
    rows = book.rows(book.sheet(mapping.layer))
    header: list[str] = []
    for _, cells in rows:
        header = [book.text(cell) for cell in cells]
        if any(header):
            break
    records.check_header(header, collector.account.name)
    make = records.reader(header, mapping, collector)
    for number, cells in rows:

        def draft(cells: list[cellvalues.Cell | None] = cells) -> list[dict[str, str]]:
            return make(_record(header, cells, book, collector))

        if any(cell is not None for cell in cells):
            collector.take(number, draft)
    return collector.finish()


def _record(
    header: list[str],
    cells: list[cellvalues.Cell | None],
    book: Workbook,
    collector: Collector,
) -> dict[str, str]:
    if len(cells) > len(header) and any(cells[len(header) :]):
        raise Unfit("", "has cells beyond the header.", "Name their columns in the first row.")
    out = {}
    for column, cell in zip(header, cells, strict=False):
        if cell is None or not column:
            continue
        if cell.formula:
            if not cell.value:
                remedy = "Open it in a spreadsheet, compute it and save, or write the value."
                raise Unfit(column, "is a formula that was never computed.", remedy)
            collector.account.count("cells are formulas; their last computed value was taken.")
        if cell.kind == "e":
            raise Unfit(column, f"is the error {shown(cell.value)}.", "Mend the formula.")
        out[column] = book.text(cell)
    return out


class Workbook:
    """The parts of a workbook that a table needs."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self._parts = {member.filename: member for member in archive.infolist()}
        if "xl/workbook.xml" not in self._parts:
            raise DataError(f"{shown(name)} is a zip, but no XLSX workbook.")
        self._sheets, self._from_1904 = self._contents()
        self._strings = self._shared_strings()
        self._dates = self._date_styles()

    def text(self, cell: cellvalues.Cell | None) -> str:
        """A cell as text: numbers plain, dates as EDTF, shared strings looked up.

        Raises:
            Unfit: a date that is in no calendar.
        """
        if cell is None:
            return ""
        return cellvalues.text(cell, self._strings, self._dates, self._from_1904).strip()

    def sheet(self, said: str) -> str:
        """The part that holds the sheet of that name."""
        visible = {title: part for title, (part, hidden) in self._sheets.items() if not hidden}
        if said:
            if said not in self._sheets:
                listed = ", ".join(shown(title, 40) for title in list(self._sheets)[:20])
                raise DataError(f"There is no sheet {shown(said)}. The workbook has: {listed}.")
            return self._sheets[said][0]
        if len(visible) != 1:
            listed = ", ".join(shown(title, 40) for title in list(visible)[:20]) or "none"
            raise DataError(f"Say the sheet in layer. Those to be seen are: {listed}.")
        return next(iter(visible.values()))

    def rows(self, part: str) -> Iterator[tuple[int, list[cellvalues.Cell | None]]]:
        """Row numbers and cells, in order; rows without cells are left out."""
        last = 0
        for node in self._nodes(part, frozenset({"row"})):
            number = node.attributes.get("r", "")
            last = int(number) if number.isdecimal() and len(number) < 8 else last + 1
            yield last, self._cells(node)

    def _cells(self, node: Node) -> list[cellvalues.Cell | None]:
        cells: list[cellvalues.Cell | None] = []
        for child in node.children:
            if child.name != "c":
                continue
            index = len(cells)
            match = _REFERENCE.fullmatch(child.attributes.get("r", ""))
            if match:
                index = _column(match[1])
            if index >= MAX_COLUMNS:
                raise DataError(
                    f"{shown(self._name)} has a cell in column {index + 1:,}; at most "
                    f"{MAX_COLUMNS} are read. Remove it."
                )
            cells.extend([None] * (index + 1 - len(cells)))
            cell = cellvalues.read(child)
            cells[index] = cell if cell.value or cell.formula else None
        while cells and cells[-1] is None:
            cells.pop()
        return cells

    def _nodes(self, part: str, wanted: frozenset[str]) -> Iterator[Node]:
        member = self._parts.get(part)
        if member is None:
            return
        self._measure(member)
        with raw.open_member(self._archive, member, MAX_PART) as stream:
            reader = Reader(f"{self._name}/{part}", wanted, max_events=MAX_XLSX_EVENTS)
            yield from reader.nodes(stream)  # type: ignore[arg-type]

    def _measure(self, member: zipfile.ZipInfo) -> None:
        """Count the elements before any is made: what is too large is refused at once."""
        count = texts = 0
        with raw.open_member(self._archive, member, MAX_PART) as stream:
            while chunk := stream.read(1 << 20):
                count += chunk.count(b"<") - chunk.count(b"</")
                texts += chunk.count(b"<si>")
                if texts > MAX_STRINGS:
                    raise self._many_texts()
                if count > MAX_XLSX_EVENTS:
                    raise DataError(
                        f"{shown(self._name)} has more than {MAX_XLSX_EVENTS:,} elements in a "
                        "part. Save the sheet as CSV, which is read row by row."
                    )

    def _contents(self) -> tuple[dict[str, tuple[str, bool]], bool]:
        targets = {
            node.attributes.get("Id", ""): node.attributes.get("Target", "")
            for node in self._nodes("xl/_rels/workbook.xml.rels", frozenset({"Relationship"}))
        }
        sheets, from_1904 = {}, False
        for node in self._nodes("xl/workbook.xml", frozenset({"sheet", "workbookPr"})):
            if node.name == "workbookPr":
                from_1904 = node.attributes.get("date1904", "") in ("1", "true")
                continue
            # A part of this archive, looked up by its name; never a path.
            target = targets.get(node.attributes.get("id", ""), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            hidden = node.attributes.get("state", "visible") != "visible"
            sheets[node.attributes.get("name", "")] = (part, hidden)
        if not sheets:
            raise DataError(f"{shown(self._name)} is a workbook without sheets.")
        return sheets, from_1904

    def _shared_strings(self) -> list[str]:
        strings: list[str] = []
        for node in self._nodes("xl/sharedStrings.xml", frozenset({"si"})):
            if len(strings) >= MAX_STRINGS:  # elements by another name than was counted
                raise self._many_texts()
            strings.append(cellvalues.joined(node))
        return strings

    def _many_texts(self) -> DataError:
        return DataError(f"{shown(self._name)} has over {MAX_STRINGS:,} texts. Use CSV.")

    def _date_styles(self) -> frozenset[int]:
        formats, styles = {}, []
        for node in self._nodes("xl/styles.xml", frozenset({"numFmt", "cellXfs"})):
            if node.name == "numFmt":
                formats[node.attributes.get("numFmtId", "")] = node.attributes.get("formatCode", "")
            else:
                styles = [xf.attributes.get("numFmtId", "0") for xf in node.children]
        return frozenset(i for i, code in enumerate(styles) if cellvalues.is_date(code, formats))


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
