"""Writing a CSV folder: whole or not at all, in an order that makes a difference read well.

Rows keep their place; new ones are put where their date belongs. Texts go out as they came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from geo.safeio import write_atomic
from timelines.adjudicate import LOW
from timelines.claims import COLUMNS, Claim, Claims
from timelines.dates import parse
from timelines.errors import DataError, DateError, NotFoundError
from timelines.problems import shown
from timelines.tables import Table, read_table, write_table

MAX_NAMED = 3


def add_claims(folder: Path, claims: Iterable[Claim]) -> tuple[int, int]:
    """Add claims to a folder's `claims.csv`, made if it is not there; returns (added, known).

    A claim whose id is there already, or that says the same as a row without an id, is known and
    left as it is.

    Raises:
        NotFoundError: the folder cannot be made there.
        DataError: the claims.csv that is there cannot be read whole: it is left untouched.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotFoundError(
            f"{shown(str(folder))} is no folder and cannot be made: {error.strerror}."
        ) from error
    path = folder / "claims.csv"
    old = _table(path)
    present = Claims(old.columns, len(old))
    known = {present.key(i) for i in range(len(present))} | {c.content_hash for c in present}
    new = []
    count = 0
    for claim in claims:
        count += 1
        if claim.key not in known and claim.content_hash not in known:
            known |= {claim.key, claim.content_hash}
            new.append(claim)
    if new:
        write_atomic(path, write_table(merged(old.columns, Claims.of(new).columns)))
    return len(new), count - len(new)


def _table(path: Path) -> Table:
    if not path.exists():
        return Table(path.name, {name: [] for name in COLUMNS})
    table = read_table(path, ())
    if table.problems:
        listed = "\n".join(str(problem) for problem in table.problems[:MAX_NAMED])
        raise DataError(
            f"{path.name} has rows that would be lost:\n{listed}", tuple(table.problems)
        )
    return table


def merged(
    old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """The rows of two tables, the new ones put in by date; columns of both."""
    used = [n for n in new if n in old or any(new[n])]
    names = [*old, *(name for name in used if name not in old)]
    length = len(next(iter(old.values()), ()))
    more = len(next(iter(new.values()), ()))
    rows = [(_order(old, i), 0, i) for i in range(length)]
    # A row keeps its place even where the file is not in order: it sorts at least with the one
    # above it.
    for i in range(1, length):
        rows[i] = (max(rows[i][0], rows[i - 1][0]), 0, i)
    rows += [(_order(new, i), 1, i) for i in range(more)]
    rows.sort()
    return {name: [_cell((old, new)[which], name, i) for _, which, i in rows] for name in names}


def _cell(columns: Mapping[str, Sequence[str]], name: str, row: int) -> str:
    return columns[name][row] if name in columns else ""


def _order(columns: Mapping[str, Sequence[str]], row: int) -> tuple[int, int, str]:
    try:
        when = parse(_cell(columns, "date", row))
    except DateError:
        return (LOW, LOW, "")
    early = when.settled if when.earliest is None else when.earliest
    return (early, when.settled, _cell(columns, "id", row))
