"""A problem in the data, said so that whoever keeps the file can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` counts as a spreadsheet does: 1 is the header, 0 means the file as a whole."""

    file: str
    row: int
    column: str
    message: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        where = self.file
        if self.row:
            where += f", row {self.row}"
        if self.column:
            where += f", column {self.column}"
        return f"{self.severity}: {where}: {self.message} {self.remedy}".rstrip()

    def as_dict(self) -> dict[str, object]:
        """The same as plain JSON types."""
        return {
            "severity": self.severity,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "message": self.message,
            "remedy": self.remedy,
        }


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that make the data wrong; warnings are left out."""
    return tuple(problem for problem in problems if problem.severity == "error")


def shown(text: str, limit: int = 80) -> str:
    """A stranger's text for a message: quoted, one line, no control characters, cut at `limit`."""
    plain = "".join(c if c.isprintable() else " " for c in text[: limit + 1])
    return f"“{plain[:limit]}{'…' if len(plain) > limit else ''}”"
