"""What can go wrong in this room: one short tree, each leaf also a built-in error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from timelines.problems import Problem


class TimelinesError(Exception):
    """Base of every error of `timelines`. The message ends with what to do about it."""


class DateError(TimelinesError, ValueError):
    """A date that cannot be read, or that no calendar has."""


class QueryError(TimelinesError, ValueError):
    """A question that cannot be asked: an unknown place, policy, layer or range."""


class NotFoundError(TimelinesError, FileNotFoundError):
    """A timeline, folder or file that is not there."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class DataError(TimelinesError, ValueError):
    """A timeline with wrong rows. `problems` lists every one of them, not only the first."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class ConflictError(TimelinesError, ValueError):
    """An edit of a claim that somebody else has withdrawn or corrected meanwhile.

    `conflicts` pairs the key of each such claim with the key of the claim that withdraws it.
    """

    def __init__(self, conflicts: tuple[tuple[str, str], ...]) -> None:
        said = "; ".join(f"{old} is withdrawn by {new}" for old, new in conflicts[:5])
        super().__init__(f"{said}. Nothing was written: look at the newer claim, then edit that.")
        self.conflicts = conflicts


class StoreError(TimelinesError, OSError):
    """A store that cannot be read or written; what was there before is untouched."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""
