"""Who withdraws whom: a claim stands unless one that itself stands withdraws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from timelines.reading import split_bar

Name = TypeVar("Name", int, str)


def withdrawers_of(retracts: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The keys that withdraw a claim, by its key; from pairs of key and `retracts`."""
    by: dict[str, list[str]] = {}
    for key, text in retracts:
        for other in split_bar(text):
            by.setdefault(other, []).append(key)
    return by


def withdrawn(by: Mapping[Name, Sequence[Name]]) -> set[Name]:
    """Those that do not stand. Of a circle (which `check` reports) the first falls."""
    fallen: set[Name] = set()
    for one in withdrawers_first(by):
        if any(other not in fallen for other in by[one]):
            fallen.add(one)
    return fallen


def withdrawers_first(by: Mapping[Name, Sequence[Name]]) -> list[Name]:
    """The claims that are withdrawn, each after those that withdraw it; circles come last."""
    waiting = {row: sum(other in by for other in others) for row, others in by.items()}
    frees: dict[Name, list[Name]] = {}
    for row, others in by.items():
        for other in others:
            frees.setdefault(other, []).append(row)
    ready = [row for row, count in waiting.items() if not count]
    for row in ready:  # grows while it is walked
        for freed in frees.get(row, ()):
            waiting[freed] -= 1
            if not waiting[freed]:
                ready.append(freed)
    done = set(ready)
    return ready + [row for row in by if row not in done]
