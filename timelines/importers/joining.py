"""New claims beside those that are there: nothing twice, corrections named, nothing overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from timelines.claims import COLUMNS, Claims
from timelines.importers.collect import content_id

_OWN = re.compile(r"[0-9a-f]{16}")  # a name by content: what is called the same is the same

EVENT = ("source", "event_id", "kind")
"""Columns by which a new version of the same event is known, where a source numbers its events."""


@dataclass(frozen=True, slots=True)
class Merged:
    """`claims` are the old ones, unchanged and in order, then the new ones.

    `known` counts imported claims that were there already. `corrections` pairs the ids of old
    claims with those of new ones of the same numbered event that say something else; with
    `retract` the new claim withdraws the old one from the day on which it was reported.
    `conflicts` are ids that the file gave itself, that are there already, and that say something
    else there: those claims are not added, and somebody has to choose.
    """

    claims: Claims
    added: int
    known: int
    corrections: tuple[tuple[str, str], ...]
    conflicts: tuple[str, ...] = ()


def merge(old: Claims, new: Claims, *, retract: bool = False) -> Merged:
    """Both together; importing the same file a second time adds nothing."""
    there = {old.key(i): i for i in range(len(old))}
    fresh = [i for i in range(len(new)) if new.key(i) not in there]
    events = _events(old)
    corrected = _corrections(new, fresh, events)
    columns = _joined(old, new, fresh)
    offset = len(old)
    if retract and corrected:
        column = columns.setdefault("retracts", [""] * (offset + len(fresh)))
        for position, i in enumerate(fresh):
            if i in corrected:
                column[offset + position] = corrected[i]
    pairs = tuple((before, new.key(i)) for i, before in corrected.items())
    claims = Claims(columns, offset + len(fresh))
    conflicts = tuple(_conflicts(old, new, there))
    known = len(new) - len(fresh) - len(conflicts)
    return Merged(claims, len(fresh), known, pairs, conflicts)


def _conflicts(old: Claims, new: Claims, there: Mapping[str, int]) -> Iterator[str]:
    for i in range(len(new)):
        key = new.key(i)
        if key in there and not _OWN.fullmatch(key) and _said(old, there[key]) != _said(new, i):
            yield key


def _said(claims: Claims, row: int) -> str:
    cells = {name: column[row] for name, column in claims.columns.items() if column[row]}
    return content_id({"status": "reported", **cells})


def _events(claims: Claims) -> dict[tuple[str, ...], str]:
    """The newest claim of every numbered event."""
    if "event_id" not in claims.columns:
        return {}
    keys = zip(*(claims.column(name) for name in EVENT), strict=True)
    return {key: claims.key(i) for i, key in enumerate(keys) if key[1]}


def _corrections(
    new: Claims, fresh: Sequence[int], events: Mapping[tuple[str, ...], str]
) -> dict[int, str]:
    if not events or "event_id" not in new.columns:
        return {}
    columns = [new.column(name) for name in EVENT]
    found = {}
    for i in fresh:
        key = tuple(column[i] for column in columns)
        if key[1] and key in events:
            found[i] = events[key]
    return found


def _joined(old: Claims, new: Claims, fresh: Sequence[int]) -> dict[str, list[str]]:
    names = dict.fromkeys((*COLUMNS, *old.columns, *new.columns))
    columns = {}
    for name in names:
        added = new.column(name)
        columns[name] = [*old.column(name), *(added[i] for i in fresh)]
    columns["id"] = [
        *(old.key(i) for i in range(len(old))),
        *(new.key(i) for i in fresh),
    ]
    return columns
