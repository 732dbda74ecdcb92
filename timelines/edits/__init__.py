"""A sitting of editing: rows added, corrected and withdrawn in a grid, checked, saved, undone.

Each edit knows the claim it started from. When it is saved that claim must still be there, with the
same words, and withdrawn by nobody: otherwise the edit is a conflict, shown beside what the other
person made of it, and only the edits without a conflict are written. The store itself looks once
more while it holds its lock (`guard`), so that two people who save at one moment lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from timelines.claims import COLUMNS, Claim, Claims
from timelines.contents import HEADERS, Contents, Store
from timelines.edits.session import RETRACTS, retraction, with_retraction
from timelines.errors import ConflictError, StoreError
from timelines.importers import merge
from timelines.problems import Problem
from timelines.reading import split_bar
from timelines.store import load
from timelines.stores.rows import with_sources_of
from timelines.tables import Table, check_cells
from timelines.withdrawals import withdrawn

Kind = Literal["add", "correct", "retract"]
Rows = Mapping[str, Sequence[Mapping[str, str]]]
EDITABLE = tuple(name for name in COLUMNS if name != "id")
NUMBERS = ("lon", "lat", "uncertainty_m")
PREFILLED = ("kind", "status")  # a row that has only these is one that nobody has written yet
MOST_EDITS = 5_000
TRIES = 5


@dataclass(frozen=True, slots=True)
class Edit:
    """One row of work. `base` is the claim it started from, None for a new one.

    `row` holds the texts of the new claim by column; for a retraction `source`, `reported` and
    `note` of the withdrawal, where empty those of the claim itself: it then never counted.
    """

    kind: Kind
    base: Claim | None
    row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """An edit that was not saved, why, and what is there now of the claim it started from."""

    edit: Edit
    reason: str
    theirs: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did. `claims` were added; with `undo` they are withdrawn again.

    With `problems` (the row is the number of the edit, from 1) nothing was written.
    """

    claims: tuple[Claim, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()


def edits_of(shown: Sequence[Claim], delta: Mapping[str, Any]) -> list[Edit]:
    """The edits in what a grid of `shown` claims reports.

    `delta` is `{"edited_rows": {row: {column: value}}, "added_rows": [{column: value}],
    "deleted_rows": [row]}`, as Streamlit's data editor has it. What it says of columns or rows
    that are not there is left out; an edit that changes nothing is none.
    """
    deleted = {i for i in delta.get("deleted_rows", ()) if 0 <= i < len(shown)}
    found = []
    for index, cells in delta.get("edited_rows", {}).items():
        number = int(index)
        if not 0 <= number < len(shown) or number in deleted:
            continue
        before = texts_of(shown[number])
        after = before | _texts(cells)
        if after != before:
            found.append(Edit("correct", shown[number], after))
    found += [Edit("retract", shown[i], {}) for i in sorted(deleted)]
    rows = [_texts(cells) for cells in delta.get("added_rows", ())]
    said = [row for row in rows if any(row[name] for name in row if name not in PREFILLED)]
    found += [Edit("add", None, row) for row in said]
    return found[:MOST_EDITS]


def texts_of(claim: Claim) -> dict[str, str]:
    """The editable columns of a claim as text."""
    values = ((name, getattr(claim, name)) for name in EDITABLE)
    return {name: "" if value is None else str(value) for name, value in values}


def _texts(cells: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "" if value is None else str(value).strip()
        for name, value in cells.items()
        if name in EDITABLE
    }


def problems_of(contents: Contents, edits: Sequence[Edit], others: Rows) -> tuple[Problem, ...]:
    """What is wrong with the rows of some edits, as `frontlines check` says it.

    The row of each problem is the number of the edit, from 1. `others` are rows (places, sources)
    that will be saved with them.
    """
    numbers = [i for i, edit in enumerate(edits, 1) if edit.kind != "retract"]
    columns = {name: [edits[i - 1].row.get(name, "") for i in numbers] for name in EDITABLE}
    table = Table("claims.csv", columns, numbers)
    check_cells(table)
    tables = {name: with_rows(one, others.get(name, ())) for name, one in contents.tables.items()}
    for name, rows in others.items():
        if name not in tables and rows and name == "places":
            tables[name] = with_rows(Table(f"{name}.csv", {n: [] for n in HEADERS[name]}), rows)
    loaded = load(replace(contents, tables=tables | {"claims": table}))
    return tuple(problem for problem in loaded.problems if problem.file == table.file)


def with_rows(table: Table, rows: Sequence[Mapping[str, str]]) -> Table:
    """A table with those rows that have a new id after its own."""
    known = set(table.column("id"))
    fresh = [row for row in rows if row["id"] not in known]
    columns = {
        name: [*cells, *(row.get(name, "") for row in fresh)]
        for name, cells in table.columns.items()
    }
    last = max(table.rows, default=1)
    return Table(table.file, columns, [*table.rows, *range(last + 1, last + 1 + len(fresh))])


def save(store: Store, edits: Sequence[Edit], others: Rows | None = None) -> Saved:
    """Write the edits that nobody's work stands against; show the others.

    Raises:
        NotFoundError: the timeline is gone.
        StoreError: it cannot be written; then nothing was.
    """
    rows = {name: list(more) for name, more in (others or {}).items() if more}
    for _ in range(TRIES):
        contents = store.read()
        wrong = [p for p in problems_of(contents, edits, rows) if p.severity == "error"]
        if wrong:
            return Saved(problems=tuple(wrong))
        there = Claims(contents.claims.columns, len(contents.claims))
        conflicts = conflicts_of(there, edits)
        good = [e for e in edits if not any(e is one.edit for one in conflicts)]
        made = _distinct((_claim(edit) for edit in good), there)
        if not made and not rows:
            return Saved(conflicts=conflicts)
        guard = [e.base.key for e in good if e.base]
        try:
            store.add(Claims.of(made), rows, guard=guard)
        except ConflictError:
            continue  # somebody saved between our look and our write: look again
        return Saved(claims=made, conflicts=conflicts)
    raise StoreError(f"{store.name} is being edited by many at once. Nothing was saved; try again.")


def conflicts_of(there: Claims, edits: Sequence[Edit]) -> tuple[Conflict, ...]:
    """The edits whose claim is no longer what it was when they began."""
    by, stands = _withdrawers(there), set(standing(there))
    found = []
    for edit in edits:
        if edit.base is None:
            same = _row(there, _claim(edit).id)
            if same in stands:
                found.append(Conflict(edit, "This is there already.", (there[same],)))
            continue
        row = _row(there, edit.base.key)
        if row < 0:
            found.append(Conflict(edit, "Somebody has removed or renamed this claim.", ()))
        elif there[row].content_hash != edit.base.content_hash:
            found.append(Conflict(edit, "Somebody has rewritten this claim.", (there[row],)))
        elif row not in stands:
            theirs = tuple(there[i] for i in by[edit.base.key])
            said = "withdrawn" if all(c.status == "retracted" for c in theirs) else "corrected"
            found.append(Conflict(edit, f"Somebody has {said} this claim.", theirs))
    return tuple(found)


def undo(store: Store, saved: Saved) -> Saved:
    """Take back a save by adding its inverse: its claims never counted, what they withdrew does.

    Rows of places and sources stay: they state nothing by themselves.

    Raises:
        ConflictError: somebody has corrected or withdrawn one of them since; nothing is written.
        StoreError: the store cannot be written.
    """
    contents = store.read().claims
    there = Claims(contents.columns, len(contents))
    by, stands = _withdrawers(there), set(standing(there))
    taken = [
        (claim.key, there.key(i))
        for claim in saved.claims
        if _row(there, claim.key) not in stands
        for i in by.get(claim.key, ())
    ]
    if taken:
        raise ConflictError(tuple(taken))
    gone = _distinct(
        (
            retraction(claim, source=claim.source, reported=claim.reported, note="Undone.")
            for claim in saved.claims
        ),
        there,
    )
    store.add(Claims.of(gone), {}, guard=[claim.key for claim in saved.claims])
    return Saved(claims=gone)


def standing(claims: Claims) -> list[int]:
    """Rows that nobody has withdrawn, or whose withdrawal is itself withdrawn."""
    by = {
        _row(claims, key): rows
        for key, rows in _withdrawers(claims).items()
        if _row(claims, key) >= 0
    }
    fallen = withdrawn(by)
    return [i for i in range(len(claims)) if i not in fallen]


def _withdrawers(claims: Claims) -> dict[str, list[int]]:
    """The rows that withdraw a claim, by its key."""
    by: dict[str, list[int]] = {}
    for index, text in enumerate(claims.column(RETRACTS)):
        for key in split_bar(text):
            by.setdefault(key, []).append(index)
    return by


def imported(
    store: Store, claims: Claims, sources: Iterable[Mapping[str, str]], *, correct: bool = True
) -> Saved:
    """Add the claims of a file; those that are there are left as they are.

    With `correct` a claim of a numbered event that is there in other words withdraws the old one.

    Raises:
        StoreError: the store cannot be written.
    """
    contents = store.read()
    there = Claims(contents.claims.columns, len(contents.claims))
    both = merge(there, claims, retract=correct).claims
    fresh = tuple(both[len(there) :])
    rows = with_sources_of(Claims.of(fresh), sources, contents.tables.get("sources"))
    store.add(Claims.of(fresh), {"sources": rows} if rows else {})
    return Saved(claims=fresh)


def _row(there: Claims, key: str) -> int:
    try:
        return there.index_of(key)
    except KeyError:
        return -1


def _claim(edit: Edit) -> Claim:
    """The claim that an edit adds, named by its content."""
    if edit.kind == "retract" and edit.base is not None:
        source = edit.row.get("source") or edit.base.source
        reported = edit.row.get("reported") or edit.base.reported
        note = edit.row.get("note", "")
        return _named(retraction(edit.base, source=source, reported=reported, note=note))
    texts: dict[str, Any] = {name: edit.row.get(name, "") for name in EDITABLE}
    texts["status"] = texts["status"] or "reported"
    for name in NUMBERS:
        texts[name] = float(texts[name]) if texts[name] else None
    claim = Claim(**texts, extra=edit.base.extra if edit.base else ())
    return _named(with_retraction(claim, [edit.base.key]) if edit.base else claim)


def _named(claim: Claim) -> Claim:
    # An id of its own: a retraction finds the claim even if its words are mended in the file.
    return replace(claim, id=claim.content_hash)


def _distinct(claims: Iterable[Claim], there: Claims) -> tuple[Claim, ...]:
    """The claims under ids that are free: what was undone once may be said again."""
    made: dict[str, Claim] = {}
    for claim in claims:
        name, number = claim.content_hash, 2
        while name in made or _row(there, name) >= 0:
            name, number = f"{claim.content_hash}-{number}", number + 1
        made[name] = replace(claim, id=name)
    return tuple(made.values())
