"""Reading CSV as strangers write it: bounded, never dropping a row without saying so."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from timelines.problems import Problem, Severity, shown

MAX_BYTES = 1_000_000_000
MAX_ROWS = 5_000_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
MAX_PROBLEMS = 10_000
CHUNK = 20_000  # rows turned into columns at a time
MAX_KEPT = 200_000  # texts of a column that are kept once
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class Table:
    """A CSV file as columns of text, equal length. `rows` are spreadsheet row numbers.

    `columns` holds every column of the header, known or not, in its order. `bad` are the rows with
    an error; past `MAX_PROBLEMS` problems are counted in `more` and no longer listed. `seen` has
    the texts of a column once each, of those columns for which somebody has asked for them.
    """

    file: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    more: int = 0
    seen: dict[str, set[str]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[str]:
        """The column, or empty texts where the file has none."""
        return self.columns.get(name) or [""] * len(self.rows)

    def distinct(self, name: str) -> set[str]:
        """The texts of a column, each once. Columns do not change any more when this is asked."""
        if name not in self.seen:
            self.seen[name] = set(self.column(name))
        return self.seen[name]

    def says(self, name: str) -> bool:
        """Is there any text in this column?"""
        return not self.distinct(name) <= {""}

    def add(self, row: int, column: str, message: str, remedy: str, warn: bool = False) -> None:
        """Note a problem of this file."""
        if not warn:
            self.bad.add(row)
        if len(self.problems) >= MAX_PROBLEMS:
            self.more += 1
            return
        severity: Severity = "warning" if warn else "error"
        self.problems.append(Problem(self.file, row, column, message, remedy, severity))

    def listed(self) -> list[Problem]:
        """The problems by row, and a last one that says how many more there are."""
        found = sorted(self.problems, key=lambda problem: problem.row)
        if self.more:
            text = f"has {self.more:,} more problems."
            found.append(Problem(self.file, 0, "", text, "Mend those above first."))
        return found


def read_table(path: Path, required: tuple[str, ...]) -> Table:
    """The table in a CSV file (UTF-8, BOM or not); rows that cannot be read are reported."""
    if path.stat().st_size > MAX_BYTES:
        table = Table(path.name)
        table.add(0, "", f"is larger than {MAX_BYTES:,} bytes.", "Split the timeline.")
        return table
    return parse_table(path.read_bytes(), path.name, required)


def parse_table(data: bytes, file: str, required: tuple[str, ...]) -> Table:
    """The table in the bytes of a CSV file."""
    table = Table(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        table.add(row, "", f"byte 0x{byte:02x} is not UTF-8.", "Save the file as CSV in UTF-8.")
        return table
    limit = csv.field_size_limit(max(MAX_CELL * 8, 131_072))
    try:
        _fill(table, _records(table, text), required)
    finally:
        csv.field_size_limit(limit)
    return table


def _records(table: Table, text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered records; one that cannot be read becomes a problem, and reading goes on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for row in count(1):
        try:
            yield row, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            remedy = 'Close the quotes: a text with quotes is written "like ""this""".'
            table.add(row, "", f"is not readable as CSV ({error}).", remedy)


def _fill(
    table: Table, records: Iterator[tuple[int, list[str]]], required: tuple[str, ...]
) -> None:
    header = [name.strip() for name in next(records, (1, []))[1]]
    if not _header_is_good(table, header, required):
        return
    builder = ColumnBuilder(header)
    for row, record in records:
        if len(record) == len(header):
            builder.add(record)
            table.rows.append(row)
        elif any(cell.strip() for cell in record):
            message = f"has {len(record)} cells, the header has {len(header)}."
            table.add(row, "", message, "Add or remove commas; quote texts that hold a comma.")
        if row > MAX_ROWS:
            table.add(row, "", f"is past the limit of {MAX_ROWS:,} rows.", "Split the timeline.")
            break
    table.columns = builder.columns()
    check_cells(table)


class ColumnBuilder:
    """Rows to columns a chunk at a time, keeping a text that comes again and again only once."""

    def __init__(self, header: Sequence[str]) -> None:
        self._columns: dict[str, list[str]] = {name: [] for name in header}
        self._kept: list[dict[str, str]] = [{} for _ in header]
        self._waiting: list[Sequence[str]] = []

    def add(self, cells: Sequence[str]) -> None:
        """A row."""
        self._waiting.append(cells)
        if len(self._waiting) >= CHUNK:
            self._flush()

    def extend(self, columns: Sequence[Sequence[str]]) -> None:
        """Several rows, as columns."""
        for target, kept, texts in zip(self._columns.values(), self._kept, columns, strict=True):
            new = set(texts)
            if 2 * len(new) < len(texts) and len(kept) < MAX_KEPT:
                kept.update({text: text for text in new if text not in kept})
                target.extend(map(kept.__getitem__, texts))
            else:
                target.extend(texts)

    def _flush(self) -> None:
        if self._waiting:
            self.extend(list(zip(*self._waiting, strict=True)))
            self._waiting = []

    def columns(self) -> dict[str, list[str]]:
        """All rows so far."""
        self._flush()
        return self._columns


def _header_is_good(table: Table, header: list[str], required: tuple[str, ...]) -> bool:
    if not header or not any(header):
        table.add(0, "", "has no header row.", f"Begin it with {','.join(required)}.")
    elif len(header) > MAX_COLUMNS:
        table.add(1, "", f"has more than {MAX_COLUMNS} columns.", "Remove some.")
    elif len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        table.add(1, twice, f"the column {shown(twice)} is there twice.", "Rename or remove one.")
    else:
        missing = [name for name in required if name not in header]
        for name in missing:
            table.add(1, name, f"the column {name} is missing.", "Add it to the header row.")
        return not missing
    return False


def check_cells(table: Table) -> None:
    """Report cells that are too long or hold control characters."""
    for name, column in table.columns.items():
        texts = list(table.seen.get(name, column))
        if max(map(len, texts), default=0) <= MAX_CELL and not _any_control(texts):
            continue
        table.seen.pop(name, None)
        for index, cell in enumerate(column):
            if len(cell) > MAX_CELL:
                text = f"is longer than {MAX_CELL:,} characters."
                table.add(table.rows[index], name, text, "Shorten it.")
                column[index] = cell[:MAX_CELL]
            elif _CONTROL.search(cell):
                text = f"holds a control character or half a character: {shown(cell)}."
                table.add(table.rows[index], name, text, "Remove it.")


def _any_control(column: list[str]) -> bool:
    for low in range(0, len(column), CHUNK):
        joined = "".join(column[low : low + CHUNK])
        if not joined.isprintable() and _CONTROL.search(joined):
            return True
    return False


def write_table(columns: dict[str, list[str]]) -> bytes:
    """The bytes of a CSV file: UTF-8, `\\n` ends, quoted only where needed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue().encode()
