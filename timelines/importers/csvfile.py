"""CSV and TSV: any delimiter, any alphabet, and every row either taken or named with its reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from timelines.claims import Claims
from timelines.errors import DataError
from timelines.importers import records
from timelines.importers.collect import Collector
from timelines.importers.limits import MAX_COLUMNS
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Bounded, Data, encoding_of, not_text, unpacked
from timelines.importers.report import ImportReport, Progress
from timelines.problems import shown

DELIMITERS = ",;\t|"
MAX_RECORD = 1_000_000
_PEEK = 65_536
# Excel's own way of naming the delimiter, a line above the header.
_HINT = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
_QUOTES = 'Close the quotes: a text with quotes is written "like ""this""".'

Make = Callable[[records.Record], list[dict[str, str]]]


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a CSV or TSV file, by its header and the mapping.

    Raises:
        DataError: the file as a whole cannot be read, or does not say what a claim needs.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("csv", name, mapping, progress)
    table = Rows(data, collector, mapping)
    take_all(table, collector, records.reader(table.header, mapping, collector))
    return collector.finish()


def take_all(table: Rows, collector: Collector, make: Make) -> None:
    """Every row of a table through `make`."""
    header = table.header
    for row, cells in table:
        record = dict(zip(header, cells, strict=True))
        collector.take(row, lambda record=record: make(record))  # type: ignore[misc]


class _Lines:
    """Lines for the CSV reader, of which one record may take only so many letters."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.left = MAX_RECORD

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD)
        if not line:
            raise StopIteration
        self.left -= len(line)
        if self.left < 0 or (len(line) == MAX_RECORD and not line.endswith("\n")):
            while line and not line.endswith("\n"):
                line = self._text.readline(MAX_RECORD)
            raise csv.Error(f"it is longer than {MAX_RECORD:,} letters")
        return line


class Rows:
    """The rows below the header, numbered as a spreadsheet does; bad ones go to the report."""

    def __init__(self, data: Data, collector: Collector, mapping: FieldMapping) -> None:
        """Raises DataError where there is no usable header."""
        self._collector = collector
        self._name = collector.account.name
        stream, _ = unpacked(data, self._name, (".csv", ".tsv", ".txt"))
        raw = Bounded(stream, self._name)
        self._bytes = io.BufferedReader(raw, buffer_size=1 << 20)
        head = self._bytes.peek(_PEEK)[:_PEEK]
        if not head.strip():
            raise DataError(f"{shown(self._name)} is empty.")
        codec = encoding_of(head, mapping.encoding)
        if b"\x00" in head and not codec.startswith(("utf-16", "utf-32")):
            raise DataError(f"{shown(self._name)} is not text. Save it as CSV in UTF-8.")
        first = head.decode(codec, "ignore").lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")
        hint = _HINT.fullmatch(first)
        self.delimiter = mapping.delimiter or (hint[1] if hint else self._sniff(first))
        text = io.TextIOWrapper(self._bytes, encoding=codec, newline="")
        self._above = 1 if hint else 0
        if hint:
            text.readline(100)
        self._lines = _Lines(text)
        self._reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        self.header = self._header()

    def _sniff(self, first: str) -> str:
        outside = "".join(first.split('"')[::2])
        counts = sorted(((outside.count(d), d) for d in DELIMITERS), reverse=True)
        if counts[0][0] == counts[1][0] > 0:
            raise DataError(
                f"{shown(self._name)}: the header has as many {counts[0][1]!r} as {counts[1][1]!r}."
                " Say the delimiter."
            )
        return counts[0][1]

    def _next(self) -> list[str]:
        self._lines.left = MAX_RECORD
        return next(self._reader)

    def _header(self) -> list[str]:
        try:
            first = self._next()
        except StopIteration:
            raise DataError(f"{shown(self._name)} has no rows.") from None
        except csv.Error as error:
            raise DataError(f"{shown(self._name)}: the header is no CSV ({error}).") from error
        except UnicodeDecodeError as error:
            raise not_text(self._name, b"", error) from error
        header = [cell.strip().lstrip("\ufeff") for cell in first]
        while header and not header[-1]:
            header.pop()
        records.check_header(header, self._name)
        return header

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        width, row = len(self.header), 1 + self._above
        account = self._collector.account
        while True:
            row += 1
            begun = self._reader.line_num + 1 + self._above
            try:
                cells = self._next()
            except StopIteration:
                return
            except csv.Error as error:
                self._collector.next_row()
                ended = self._reader.line_num + self._above
                lines = f" (lines {begun} to {ended})" if ended > begun else ""
                account.refuse(row, "", f"cannot be read as CSV{lines}: {error}.", _QUOTES)
                continue
            except UnicodeDecodeError as error:
                self._stop(row, error)
                return
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if not any(cells):
                continue
            if len(cells) == width:
                yield row, cells
            else:
                self._collector.next_row()
                reason = f"has {min(len(cells), MAX_COLUMNS)} cells, the header has {width}."
                remedy = "Add or remove delimiters; quote texts that hold one."
                account.refuse(row, "", reason, remedy)

    def _stop(self, row: int, error: UnicodeDecodeError) -> None:
        """Bytes are not in the alphabet: nothing from here on can be trusted, and that is said."""
        if row <= 2 or not len(self._collector):
            raise not_text(self._name, b"", error) from error
        self._collector.next_row()
        self._collector.account.refuse(
            row,
            "",
            f"holds bytes that are not {error.encoding.upper()}; it and all rows after it are not "
            "read.",
            "Save the file as UTF-8, or say its encoding.",
        )
        self._collector.account.warn(f"The file was read only up to row {row - 1}.")
