"""The editing tab: a grid of claims, names to settle, withdrawals, an import, and undo.

A sitting begins with the claims as they are; what others save meanwhile does not disturb it. Saving
compares each row with the one it started from (`timelines.edits`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from timelines.claims import KINDS, STATUSES, Claim, Claims
from timelines.contents import Contents, Store
from timelines.edits import (
    EDITABLE,
    Conflict,
    Edit,
    Saved,
    edits_of,
    save,
    standing,
    texts_of,
    undo,
)
from timelines.edits.settling import unsettled
from timelines.errors import TimelinesError
from timelines.problems import Problem
from timelines.screens import edit_import, edit_names, edit_pending
from timelines.screens.text import plain
from timelines.stores import BUNDLED, is_database, locate, store_at
from timelines.stores.folder import FolderStore

SITTINGS = "_sittings"
MOST_ROWS = 300
POSITION = ("place_id", "lon", "lat", "uncertainty_m")  # seldom written by hand: last in the grid


@dataclass
class Sitting:
    """One person's work on one timeline. `number` names the grid: a new one is a clean one;
    `names` are those that mean no one place, None before they were looked for.
    """

    store: Store
    contents: Contents
    claims: list[Claim]
    version: str
    number: int = 0
    saved: list[Saved] = field(default_factory=list)
    undone: list[Saved] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()
    said: str = ""
    names: Mapping[str, int] | None = None

    @property
    def grid(self) -> str:
        """The key of the grid in the page's state."""
        return f"grid-{self.number}"


def show(where: str, problems: Sequence[Problem] = ()) -> None:
    """Draw the tab for the timeline at a path, or in a database. `problems` are its own."""
    try:
        if is_bundled(where):
            _offer_copy(where)
            return
        sitting = _sitting(where)
        _result(sitting)
        if not _busy(sitting):  # saving begins the grid anew
            _settle(sitting, problems)
        _work(sitting)
        edit_import.show(sitting.store, sitting.contents, lambda done: _finish(sitting, done))
    except TimelinesError as error:
        st.error(plain(str(error), 2000))


def is_bundled(where: str) -> bool:
    """Does it come with the package? Then it is read, never written."""
    return not is_database(where) and locate(where).resolve().is_relative_to(BUNDLED)


def copies() -> Path:
    """Where copies for editing are put."""
    return Path.home() / "frontlines"


def _offer_copy(where: str) -> None:
    st.info(
        "This timeline comes with the package and is read-only. Make a copy of your own to edit it."
    )
    with st.form("copy", border=False):
        name = st.text_input("Name of the copy", f"my-{Path(where).name}"[:60], max_chars=60)
        st.caption(f"It is put into {plain(str(copies()))}.")
        if not st.form_submit_button("Copy and edit", type="primary"):
            return
    if not re.fullmatch(r"\w[\w -]*", name):
        st.error("Use letters, digits, spaces, dashes and underscores in the name.")
        return
    target = copies() / name
    FolderStore(target).write(store_at(where).read())
    st.session_state["uploaded"] = st.session_state["timeline"] = str(target)
    st.rerun()


def _sitting(where: str) -> Sitting:
    sittings: dict[str, Sitting] = st.session_state.setdefault(SITTINGS, {})
    if where not in sittings:
        store = store_at(where)
        sittings[where] = Sitting(store, *_begun(store))
    return sittings[where]


def _begun(store: Store) -> tuple[Contents, list[Claim], str]:
    version = store.version()  # before reading: a save in between is then seen as one
    contents = store.read()
    there = Claims(contents.claims.columns, len(contents.claims))
    if contents.claims.problems:
        listed = " ".join(str(problem) for problem in contents.claims.problems[:3])
        st.warning(f"Some rows cannot be read and are not shown: {plain(listed)}")
    claims = [there[i] for i in standing(there)]
    return contents, [claim for claim in claims if claim.status != "retracted"], version


def _again(sitting: Sitting) -> None:
    sitting.contents, sitting.claims, sitting.version = _begun(sitting.store)
    sitting.number += 1
    sitting.names = None


def _finish(sitting: Sitting, done: Saved, *, places: int = 0) -> None:
    """After something was written: say what, begin anew, show it on every page."""
    if done.claims:
        sitting.saved.append(done)
        sitting.undone.clear()
    sitting.conflicts = done.conflicts
    added = [f"{len(done.claims):,} claim(s) added"] if done.claims else []
    added += [f"{places:,} place(s) written"] if places else []
    sitting.said = f"Saved: {', '.join(added)}." if added else ""
    _written(sitting)


def _written(sitting: Sitting) -> None:
    _again(sitting)
    if not isinstance(sitting.store, FolderStore):
        st.cache_resource.clear()  # only a folder's age tells that it was written to
    st.rerun()


def _result(sitting: Sitting) -> None:
    if sitting.said:
        st.success(plain(sitting.said), icon=":material/check_circle:")
    if sitting.conflicts:
        st.warning(
            f"{len(sitting.conflicts)} edit(s) were not saved, because somebody else was there "
            "first. Nothing of theirs was overwritten. Edit the newer row if yours still stands."
        )
        for conflict in sitting.conflicts:
            _conflict(conflict)
    with st.container(horizontal=True):
        back, forth = sitting.saved, sitting.undone
        if back and st.button(
            f"Undo the last save ({len(back[-1].claims)} claim(s))", icon=":material/undo:"
        ):
            forth.append(undo(sitting.store, back[-1]))
            back.pop()
            sitting.said, sitting.conflicts = "Undone.", ()
            _written(sitting)
        if forth and st.button("Redo", icon=":material/redo:"):
            back.append(undo(sitting.store, forth[-1]))
            forth.pop()
            sitting.said = "Done again."
            _written(sitting)


def _conflict(conflict: Conflict) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(conflict.reason)}**")
        base = conflict.edit.base
        rows: list[dict[str, str]] = []
        if base:
            rows.append({"": "as you found it", **texts_of(base)})
        yours = {"status": "withdrawn"} if conflict.edit.kind == "retract" else conflict.edit.row
        rows.append({"": "yours, not saved", **yours})
        rows += [{"": "theirs", **texts_of(claim)} for claim in conflict.theirs]
        frame = pd.DataFrame(rows).fillna("")
        telling = [n for n in frame if n in ("", "date", "place") or frame[n].nunique() > 1]
        st.dataframe(frame[telling], hide_index=True, width="stretch")


def _others(sitting: Sitting) -> None:
    """What others did meanwhile; below the grid, which must not move under somebody's hand."""
    if sitting.store.version() == sitting.version:
        return
    st.info(
        "Somebody has written to this timeline since you began. Your edits are kept; those that "
        "touch the same claims will be shown when you save."
    )
    if st.button("Drop my changes and show what is there now", icon=":material/refresh:"):
        _drop(sitting)


def _drop(sitting: Sitting) -> None:
    sitting.said, sitting.conflicts = "", ()
    _again(sitting)
    st.rerun()


def _busy(sitting: Sitting) -> bool:
    """Is anything in the grid that was not saved?"""
    return any((st.session_state.get(sitting.grid) or {}).values())


def _settle(sitting: Sitting, problems: Sequence[Problem]) -> None:
    if sitting.store.version() != sitting.version:
        return  # rows may have moved since the problems were told
    if sitting.names is None:  # looks at every claim: once a sitting, not at every click
        sitting.names = unsettled(sitting.contents.claims, problems)
    asked = edit_names.settle(sitting.contents, sitting.claims, sitting.names)
    if asked is None:
        return
    edits, places = asked
    done = save(sitting.store, edits, {"places": places})
    edit_pending.tell(done.problems, edits)
    if not done.problems:
        _finish(sitting, done, places=len(places))


def _work(sitting: Sitting) -> None:
    key, busy = sitting.grid, _busy(sitting)
    wanted = st.text_input(
        "Show claims whose place, actor, source or date contains",
        max_chars=100,
        key=f"find-{sitting.number}",
        disabled=busy,
        help="Save or drop your changes to look for others." if busy else None,
    )
    shown = _found(sitting.claims, wanted)
    st.caption(
        f"{len(shown):,} of {len(sitting.claims):,} claims"
        + (f", the last {MOST_ROWS} by date" if len(shown) == MOST_ROWS else "")
        + ". Change a cell to correct a claim, tick rows and delete them to withdraw claims, write "
        "in the last row to add one. Nothing is saved yet, and no claim is ever erased: a "
        "correction withdraws the old claim from the day in *reported* on (leave that day as it is "
        "to mend a slip)."
    )
    edits = edits_of(shown, grid(shown, key))
    if edits:
        _pending(sitting, edits)
    _others(sitting)


def _found(claims: Sequence[Claim], wanted: str) -> list[Claim]:
    text = wanted.strip().casefold()
    found = [
        claim
        for claim in claims
        if text
        in " ".join((claim.place, claim.place_id, claim.actor, claim.source, claim.date)).casefold()
    ]
    return found[-MOST_ROWS:]


def grid(shown: Sequence[Claim], key: str) -> Mapping[str, Any]:
    """The grid of some claims, and what was done in it (see `edits_of`)."""
    frame = pd.DataFrame([texts_of(claim) for claim in shown], columns=EDITABLE, dtype=str)
    text = {name: st.column_config.TextColumn(max_chars=2_000) for name in EDITABLE}
    choose = {
        "kind": st.column_config.SelectboxColumn(options=KINDS, default="control"),
        "status": st.column_config.SelectboxColumn(options=STATUSES[:-1], default="reported"),
    }
    st.data_editor(
        frame,
        key=key,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_order=[*(n for n in EDITABLE if n not in POSITION), *POSITION],
        column_config=text | choose,
    )
    done: Mapping[str, Any] = st.session_state[key]
    return done


def _pending(sitting: Sitting, edits: list[Edit]) -> None:
    complete = edit_pending.ready(sitting.contents, edits)
    with st.container(horizontal=True):
        go = st.button("Save", type="primary", disabled=complete is None, icon=":material/save:")
        if st.button("Drop my changes", icon=":material/delete_sweep:"):
            _drop(sitting)
    if go and complete is not None:
        done = save(sitting.store, *complete)
        edit_pending.tell(done.problems, complete[0])
        if not done.problems:
            _finish(sitting, done)
