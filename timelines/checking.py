"""Every problem in the rows of `claims.csv`, column by column.

Distinct values are checked once each: a million rows hold few kinds, actors and dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from timelines.actors import Actors
from timelines.claims import KINDS, STATUSES, Claims, Source
from timelines.counts import REMEDY as COUNT_REMEDY
from timelines.counts import parse_count
from timelines.dates import on_calendar, parse
from timelines.daycolumns import day_columns
from timelines.errors import DateError
from timelines.problems import shown
from timelines.reading import MAX_UNCERTAINTY_M, number, position, split_bar
from timelines.tables import Table
from timelines.withdrawals import withdrawers_of, withdrawn

Complaint = tuple[str, str]  # message, remedy


def check_claims(
    table: Table, *, actors: Actors | None, sources: Mapping[str, Source] | None
) -> None:
    """Add the problems of every row to `table.problems`.

    `actors`, `sources` are None where the timeline has no such file: then any name will do.
    """
    _each(table, "kind", _kind)
    _each(table, "date", _date, needed=True)
    _each(table, "reported", _date)
    _each(table, "status", _status)
    _each(table, "killed", _count)
    _each(table, "wounded", _count)
    _required(table, "source", "Name the source: a claim without one cannot be checked.")
    if actors is not None:
        _each(table, "actor", _known_actor(actors))
        _each(table, "target", _known_actor(actors))
    if sources is not None:
        _each(table, "source", _known_source(sources))
    _positions(table)
    _places_given(table)
    _duplicates(table)
    _retractions(table)
    _order_of_clocks(table)
    _empty_control(table)


def _each(
    table: Table, column: str, complain: Callable[[str], Complaint | None], needed: bool = False
) -> None:
    bad = {}
    for value in table.distinct(column):
        if value.strip() or needed:
            complaint = complain(value.strip())
            if complaint:
                bad[value] = complaint
    if bad:
        for index, value in enumerate(table.column(column)):
            if value in bad:
                table.add(table.rows[index], column, *bad[value])


def _required(table: Table, column: str, remedy: str) -> None:
    if any(not value.strip() for value in table.distinct(column)):
        for index, value in enumerate(table.column(column)):
            if not value.strip():
                table.add(table.rows[index], column, "is empty.", remedy)


def _kind(text: str) -> Complaint | None:
    return None if text in KINDS else (f"{shown(text)} is no kind.", f"Use {', '.join(KINDS)}.")


def _status(text: str) -> Complaint | None:
    good = text in STATUSES
    return None if good else (f"{shown(text)} is no status.", f"Use {', '.join(STATUSES)}.")


def _date(text: str) -> Complaint | None:
    try:
        on_calendar(text)
    except DateError as error:
        return str(error), ""
    return None


def _count(text: str) -> Complaint | None:
    try:
        parse_count(text)
    except ValueError as error:
        return str(error), COUNT_REMEDY
    return None


def _known_actor(actors: Actors) -> Callable[[str], Complaint | None]:
    def complain(text: str) -> Complaint | None:
        found = actors.candidates(text)
        if len(found) == 1:
            return None
        if found:
            return f"{shown(text)} may be {', '.join(found)}.", "Write the id of the one meant."
        return (
            f"{shown(text)} is no actor of actors.csv.",
            "Add a row for it there, add it as an alias, or mend the spelling.",
        )

    return complain


def _known_source(sources: Mapping[str, Source]) -> Callable[[str], Complaint | None]:
    def complain(text: str) -> Complaint | None:
        if text in sources:
            return None
        return (
            f"{shown(text)} is no source of sources.csv.",
            "Add a row for it there, or mend the id.",
        )

    return complain


def _positions(table: Table) -> None:
    names = ("lon", "lat", "uncertainty_m")
    if not any(map(table.says, names)):
        return
    lons, lats, radii = map(table.column, names)
    for index, (lon, lat, radius) in enumerate(zip(lons, lats, radii, strict=True)):
        row = table.rows[index]
        if lon or lat:
            position(table, row, lon, lat)
        if radius:
            value = number(table, row, "uncertainty_m", radius)
            if value is not None and not 0 <= value <= MAX_UNCERTAINTY_M:
                table.add(row, "uncertainty_m", f"{value:g} m is no radius.", "Write 0 or more.")


def _places_given(table: Table) -> None:
    if all(text.strip() for text in table.distinct("place")):
        return
    names, ids = table.column("place"), table.column("place_id")
    for index, (name, place_id) in enumerate(zip(names, ids, strict=True)):
        if not name.strip() and not place_id.strip():
            remedy = "Write the name as the source writes it."
            table.add(table.rows[index], "place", "is empty.", remedy)


def _duplicates(table: Table) -> None:
    different = table.distinct("id")
    if len(different) == len(table) and "" not in different:
        return
    ids = [text for text in table.column("id") if text]
    if len(different - {""}) < len(ids):
        seen: dict[str, int] = {}
        for row, text in zip(table.rows, table.column("id"), strict=True):
            if text in seen:
                remedy = "Give one of the two another id, or remove it."
                table.add(row, "id", f"{shown(text)} is also in row {seen[text]}.", remedy)
            elif text:
                seen[text] = row
    if len(ids) < len(table):
        said: dict[tuple[str, ...], int] = {}
        for row, cells in zip(table.rows, zip(*table.columns.values(), strict=True), strict=True):
            if cells in said:
                message = f"says the same as row {said[cells]}."
                table.add(row, "", message, "Remove one of the two; it counts once.", warn=True)
            said.setdefault(cells, row)


def excuse_withdrawn(table: Table) -> None:
    """Makes warnings of what is wrong with claims that a sound one withdraws: they are off the map
    anyhow, and whoever corrected one has mended it as far as claims can be.
    """
    ids = _names(table) if table.bad and table.says("retracts") else None
    if ids is None:
        return
    rows = zip(table.rows, ids, table.column("retracts"), strict=True)
    fallen = withdrawn(
        withdrawers_of((key, text) for row, key, text in rows if row not in table.bad)
    )
    excused = {row for row, key in zip(table.rows, ids, strict=True) if key in fallen}
    table.problems = [
        replace(one, severity="warning")
        if one.row in excused and one.column != "retracts"  # a circle is no mend
        else one
        for one in table.problems
    ]


def _names(table: Table) -> list[str] | None:
    """The key of each claim; None where a number is wrong, so that they cannot be told."""
    ids = table.column("id")
    if all(ids):
        return ids
    try:
        claims = Claims(table.columns, len(table))
        return [claims.key(i) for i in range(len(claims))]
    except ValueError:
        return None  # it is reported: once it is mended the names are known


def _retractions(table: Table) -> None:
    ids = _names(table) if table.says("retracts") else None
    if ids is None:
        return
    known = set(ids)
    points_at: dict[str, tuple[str, ...]] = {}
    for index, text in enumerate(table.column("retracts")):
        named = split_bar(text)
        for other in named:
            if other not in known or other == ids[index]:
                message = f"{shown(other)} is no other claim of this file."
                table.add(table.rows[index], "retracts", message, "Write the id of a claim.")
        if named and ids[index]:
            points_at[ids[index]] = named
    suspects = _beyond_order(points_at)
    for index, start in enumerate(ids):
        if start in suspects and _circles(start, points_at):
            message = "retracts, in the end, itself."
            table.add(table.rows[index], "retracts", message, "Clear one of the retractions.")


def _beyond_order(points_at: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Claims that cannot be put in order, each before what it withdraws: in or behind a circle."""
    left = {key: len([o for o in others if o in points_at]) for key, others in points_at.items()}
    pointed: dict[str, list[str]] = {}
    for key, others in points_at.items():
        for other in others:
            pointed.setdefault(other, []).append(key)
    ready = [key for key, count in left.items() if not count]
    for key in ready:  # grows while it is walked
        for behind in pointed.get(key, ()):
            left[behind] -= 1
            if not left[behind]:
                ready.append(behind)
    return set(points_at) - set(ready)


def _circles(start: str, points_at: Mapping[str, tuple[str, ...]]) -> bool:
    seen: set[str] = set()
    waiting = list(points_at[start])
    while waiting:
        here = waiting.pop()
        if here == start:
            return True
        if here not in seen:
            seen.add(here)
            waiting.extend(points_at.get(here, ()))
    return False


def _order_of_clocks(table: Table) -> None:
    if not table.says("reported"):
        return
    dates, reported = table.column("date"), table.column("reported")
    with suppress(DateError):  # many at once; where one is wrong or empty, one by one
        late = day_columns(reported).latest < day_columns(dates).earliest
        if not late.any():
            return
    for index, (date, report) in enumerate(zip(dates, reported, strict=True)):
        if not report.strip():
            continue
        try:
            happened, told = parse(date), parse(report)
        except DateError:
            continue  # already reported, column by column
        if happened.earliest is None or told.latest is None or told.latest >= happened.earliest:
            continue
        message = f"was reported ({told}) before it happened ({happened})."
        table.add(table.rows[index], "reported", message, "Check both dates.", warn=True)


def _empty_control(table: Table) -> None:
    if all(text.strip() for text in table.distinct("actor")):
        return
    columns = (table.column(name) for name in ("kind", "actor", "target", "status", "retracts"))
    for index, (kind, actor, target, status, retracts) in enumerate(zip(*columns, strict=True)):
        withdraws = status == "retracted" or retracts
        if kind == "control" and not withdraws and not actor.strip() and not target.strip():
            remedy = "Name who holds the place (actor) or who lost it (target)."
            table.add(table.rows[index], "actor", "is empty, and so is target.", remedy, warn=True)
