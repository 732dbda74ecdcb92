"""What an import took, what it refused and why, and what the reader of the map has to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from timelines.claims import Source
from timelines.importers.limits import MAX_LISTED
from timelines.problems import Problem

Progress = Callable[[int, int], object]
"""Called now and then with what is done and how much there is (0 where not known)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken. `row` counts as a spreadsheet does, or is the feature's number."""

    row: int
    column: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "the file"
        return f"{where}{f', column {self.column}' if self.column else ''}: {self.reason} " + (
            self.remedy
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one import; `rows == taken_rows + refused_rows + repeated + skipped`.

    `claims` is the number of claims made: a row may make none of its own (an unchanged day), or
    two (a contested place). `refused` lists at most `limits.MAX_LISTED` rows, `refused_rows` counts
    all. `repeated` rows say the same as an earlier row of the file. `skipped` counts rows that are
    no statement of the kind asked for, by reason. `columns` is the mapping that was used.
    `sources` are to be added to the timeline's sources; `credits` are the lines (who, licence)
    that a map made from this has to carry.
    """

    format: str
    name: str
    rows: int
    taken_rows: int
    claims: int
    refused_rows: int
    repeated: int
    refused: tuple[Refused, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    sources: tuple[Source, ...] = ()
    credits: tuple[str, ...] = ()
    content_hash: str = ""

    @property
    def unlisted(self) -> int:
        """Refused rows that are counted and not listed."""
        return self.refused_rows - len(self.refused)

    def problems(self) -> tuple[Problem, ...]:
        """Refused rows and warnings in the form of `frontlines check`."""
        errors = [Problem(self.name, r.row, r.column, r.reason, r.remedy) for r in self.refused]
        warned = [Problem(self.name, 0, "", text, "", "warning") for text in self.warnings]
        return (*errors, *warned)

    def summary(self) -> str:
        """One paragraph for people."""
        what = "areas" if self.format == "polygons" else "claims"
        parts = [f"{self.name}: {self.claims:,} {what} from {self.taken_rows:,} of "]
        parts.append(f"{self.rows:,} rows.")
        if self.refused_rows:
            parts.append(f" Refused: {self.refused_rows:,}.")
        if self.repeated:
            parts.append(f" Said twice in the file: {self.repeated:,}.")
        for reason, count in self.skipped:
            parts.append(f" {count:,} not used: {reason}.")
        return "".join(parts)


class Unfit(Exception):  # noqa: N818  (a verdict on one row, never seen outside this folder)
    """This row cannot be taken."""

    def __init__(self, column: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.column, self.reason, self.remedy = column, reason, remedy


@dataclass(slots=True)
class Account:
    """The report while it grows."""

    format: str
    name: str
    rows: int = 0
    taken: int = 0
    refused_rows: int = 0
    repeated: int = 0
    refused: list[Refused] = field(default_factory=list)
    skips: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    columns: tuple[tuple[str, str], ...] = ()

    def refuse(self, row: int, column: str, reason: str, remedy: str) -> None:
        """Note a row that is not taken."""
        self.refused_rows += 1
        if len(self.refused) < MAX_LISTED:
            self.refused.append(Refused(row, column, reason, remedy))

    def skip(self, reason: str, count: int = 1) -> None:
        """Count rows that are no statement of the kind asked for."""
        self.skips[reason] = self.skips.get(reason, 0) + count

    def count(self, what: str, by: int = 1) -> None:
        """Count something worth a warning; `what` follows the number: "cells hold ..."."""
        self.counted[what] = self.counted.get(what, 0) + by

    def warn(self, text: str) -> None:
        """Say something once."""
        if text not in self.said:
            self.said.append(text)

    def report(
        self,
        claims: int,
        *,
        sources: tuple[Source, ...] = (),
        credits: tuple[str, ...] = (),
        content_hash: str = "",
    ) -> ImportReport:
        """The finished report."""
        counted = tuple(f"{number:,} {what}" for what, number in self.counted.items())
        return ImportReport(
            format=self.format,
            name=self.name,
            rows=self.rows,
            taken_rows=self.taken,
            claims=claims,
            refused_rows=self.refused_rows,
            repeated=self.repeated,
            refused=tuple(self.refused),
            skipped=tuple(self.skips.items()),
            warnings=(*self.said, *counted),
            columns=self.columns,
            sources=sources,
            credits=credits,
            content_hash=content_hash,
        )
