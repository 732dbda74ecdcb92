"""What a file's claims will be in a timeline, said before they are taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from timelines.claims import Claims
from timelines.contents import Contents
from timelines.edits import with_rows
from timelines.problems import Problem
from timelines.store import load
from timelines.stores.rows import with_sources_of
from timelines.tables import Table, check_cells


def left_off(
    contents: Contents, claims: Claims, sources: Iterable[Mapping[str, str]]
) -> tuple[Problem, ...]:
    """The errors that will keep claims of a file off the map of a timeline until they are mended.

    `sources` are the rows that the file brings with it. The row of each problem is the number of
    the claim in the file, from 1.
    """
    columns = {name: list(claims.column(name)) for name in claims.columns}
    table = Table("claims.csv", columns, list(range(1, len(claims) + 1)))
    check_cells(table)
    tables = dict(contents.tables)
    if (there := tables.get("sources")) is not None:
        tables["sources"] = with_rows(there, with_sources_of(claims, sources, there))
    loaded = load(replace(contents, tables=tables | {"claims": table}))
    # What a claim withdraws may well be in the timeline, which is not in this table.
    return tuple(
        problem
        for problem in loaded.problems
        if problem.file == table.file
        and problem.severity == "error"
        and problem.column != "retracts"
    )
