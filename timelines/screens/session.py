"""What the pages share: which timeline is open, and the things made of it, kept per process.

Everything cached here is immutable, so it is a resource (shared, never copied), keyed by the hash
of the files it was made from: an edited folder is read anew, an unchanged one never twice.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.payload import pack
from geo.scene import Scene
from timelines.compose import compose
from timelines.errors import TimelinesError
from timelines.problems import Problem
from timelines.store import bundled, locate, open_timeline
from timelines.stores import is_database, store_at
from timelines.timeline import Timeline

FILES = ("claims.csv", "places.csv", "actors.csv", "sources.csv", "timeline.toml")
GIVEN = "FRONTLINES_TIMELINE"  # the TIMELINE of `frontlines app TIMELINE`
DATABASE = "database"  # the choice of a database that was given: its address stays on the server
MAX_FILE_BYTES = 50_000_000


@dataclass(frozen=True)
class Opened:
    """A timeline ready to show. `packed` is what the player gets."""

    timeline: Timeline
    scene: Scene
    packed: bytes


def started_with() -> str:
    """The choice that the app was started with, empty for none."""
    given = os.environ.get(GIVEN, "")
    return DATABASE if is_database(given) else given


def located(choice: str) -> str:
    """What `open_timeline` takes for a choice: a path, or the address of the database given.

    Raises:
        NotFoundError: there is no such timeline.
    """
    if choice == DATABASE == started_with():
        return os.environ[GIVEN]
    return str(locate(choice))


def served() -> dict[str, str]:
    """Short name to what it opens, for every timeline that anyone may be served."""
    given = started_with()
    names = {name: name for name in bundled()}
    return names | ({chosen_name(given): given} if given and given not in names else {})


def chosen_name(choice: str) -> str:
    """A short name for file names: letters, digits, dash and underscore only."""
    plain = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(choice).name)
    return plain.strip("-")[:60] or "timeline"


def choices() -> dict[str, str]:
    """Timelines to pick from: what to open, and what to call it in the list."""
    found: dict[str, str] = {}
    given = started_with()
    if given and given not in bundled():
        found[given] = store_at(located(given)).name if given == DATABASE else Path(given).name
    found |= {name: name for name in bundled()}
    if uploaded := st.session_state.get("uploaded"):
        found[str(uploaded)] = "uploaded in this session"
    return found


def fingerprint(where: str) -> str:
    """Changes when the file, or a file of the folder, does: names, sizes and times, no content.

    Of a database it is the number of its rows.
    """
    if is_database(where):
        return store_at(where).version()
    parts, folder = [], Path(where)
    whole = [folder] if folder.is_file() else [folder / name for name in FILES]
    for path in whole:
        if path.is_file():
            stat = path.stat()
            parts.append(f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def open_choice(choice: str, known_on: str = "", policy: str = "default") -> Opened:
    """The timeline behind a choice, as known on a day (ISO; empty: now), weighed by a policy.
    Wrong rows are left out.

    Raises:
        TimelinesError: there is no such timeline.
    """
    where = located(choice)
    return _open(where, fingerprint(where), known_on, policy)


@st.cache_resource(show_spinner="Reading the claims and drawing the land …", max_entries=16)
def _open(where: str, mark: str, known_on: str, policy: str) -> Opened:
    del mark  # part of the cache's key only
    timeline = open_timeline(where, strict=False).weighing(policy)
    scene = compose(timeline, known_on=known_on or None)
    return Opened(timeline=timeline, scene=scene, packed=pack(scene))


def keep_upload(files: Sequence[tuple[str, bytes]]) -> tuple[Path | None, list[Problem]]:
    """Put uploaded files into a new folder of their own; the folder, or what is wrong with them.

    Only the five names of a timeline's folder are taken, whatever path a file's name claims.
    """
    problems = []
    known: dict[str, bytes] = {}
    for name, data in files:
        base = name.replace("\\", "/").rsplit("/", 1)[-1].lower()
        if base not in FILES:
            remedy = f"Name it one of: {', '.join(FILES)}."
            problems.append(Problem(base[:80], 0, "", "is no file of a timeline.", remedy))
        elif len(data) > MAX_FILE_BYTES:
            problems.append(Problem(base, 0, "", "is over 50 MB.", "Split the timeline."))
        else:
            known[base] = data
    if "claims.csv" not in known:
        problems.append(Problem("claims.csv", 0, "", "is missing.", "It is the one file needed."))
        return None, problems
    folder = Path(tempfile.mkdtemp(prefix="frontlines-"))
    for name, data in known.items():
        (folder / name).write_bytes(data)
    return folder, problems


def show_problems(problems: Sequence[Problem]) -> None:
    """The list that `frontlines check` prints, as a table; nothing when there are none."""
    if not problems:
        return
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    said = f"{errors} error(s), {warnings} warning(s) in the data."
    if errors:
        said += " Rows with errors are left out of the map until they are mended."
    (st.error if errors else st.warning)(said)
    st.dataframe([problem.as_dict() for problem in problems], width="stretch")


def show_failure(error: TimelinesError) -> None:
    """One clear error instead of a trace."""
    st.error("This timeline cannot be opened.")
    st.text(str(error))
