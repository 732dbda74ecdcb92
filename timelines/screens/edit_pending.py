"""What is about to be saved: the rows' problems, names and sources to settle, reasons given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from timelines import dates
from timelines.contents import Contents
from timelines.edits import Edit, problems_of
from timelines.edits.places import open_names, settled
from timelines.problems import Problem, errors_of
from timelines.screens import edit_names, edit_new

MISTAKE, WITHDRAWN = "Entered by mistake: it never counted", "Withdrawn by a source"
Rows = dict[str, list[Mapping[str, str]]]


def ready(contents: Contents, edits: list[Edit]) -> tuple[list[Edit], Rows] | None:
    """The edits with all that was asked for, and the rows of places and sources that come with
    them; None while something is open or wrong.
    """
    counts = {kind: sum(e.kind == kind for e in edits) for kind in ("add", "correct", "retract")}
    st.markdown(
        f"**To be saved:** {counts['add']} new, {counts['correct']} corrected, "
        f"{counts['retract']} withdrawn"
    )
    edits = _reasons(edits) if counts["retract"] else edits
    rows: Rows = {"places": []}
    rows["sources"] = edit_new.sources(contents, edits)
    rows["actors"] = edit_new.actors(contents, edits)
    problems = errors_of(problems_of(contents, edits, rows))
    asked = open_names(contents, edits, problems)
    for name, options in asked.items():
        if option := edit_names.which(name, options, contents, "edit"):
            fits = [e.row.get("place") == name and not e.row.get("place_id") for e in edits]
            edits = [settled(e, option) if f else e for e, f in zip(edits, fits, strict=True)]
            rows["places"] += [option.row] if option.row else []
    problems = errors_of(problems_of(contents, edits, rows))
    open_still = [p for p in problems if p.column == "place" and _place(p, edits) in asked]
    tell([p for p in problems if p not in open_still], edits)
    if open_still:
        st.info("Choose a place for each name, or say where it is, below it or in the grid.")
    return None if problems else (edits, rows)


def tell(problems: Sequence[Problem], edits: Sequence[Edit]) -> None:
    """What is wrong with the edits, as a table; nothing when nothing is."""
    if not problems:
        return
    st.error("These have to be mended before anything is saved.")
    table = [
        {
            "row": _row_name(edits[p.row - 1]) if 0 < p.row <= len(edits) else "",
            "column": p.column,
            "problem": p.message,
            "remedy": p.remedy,
        }
        for p in problems
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")


def _place(problem: Problem, edits: Sequence[Edit]) -> str:
    return edits[problem.row - 1].row.get("place", "") if 0 < problem.row <= len(edits) else ""


def _row_name(edit: Edit) -> str:
    said = [edit.row.get(name, "") for name in ("place", "date")]
    return ", ".join(filter(None, said)) or "the new row"


def _reasons(edits: list[Edit]) -> list[Edit]:
    """Ask from when on the withdrawn claims do not count."""
    why = st.radio("Withdrawn claims", [MISTAKE, WITHDRAWN], horizontal=True)
    row: dict[str, str] = {}
    if why == WITHDRAWN:
        left, right = st.columns(2)
        day = left.date_input("on", dt.date.today(), min_value=dates.date_of(-719_162))
        row = {"reported": day.isoformat() if day else ""}
        row["source"] = right.text_input("by (a source; empty: the claim's own)", max_chars=200)
    row["note"] = st.text_input("Why (a note)", max_chars=500)
    return [Edit(e.kind, e.base, row) if e.kind == "retract" else e for e in edits]
