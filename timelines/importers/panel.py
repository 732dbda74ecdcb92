"""Panels: the same places observed again and again. A claim is made where something changed.

A panel says what is so on the days on which it looked. The first look at a place gives "by then"
(`../2022-02-24`); a change gives a date between the two looks around it. Days without a look widen
that date instead of being filled in.
"""

from __future__ import annotations

from dataclasses import dataclass

from timelines.dates import iso


@dataclass(frozen=True, slots=True)
class Change:
    """`date` is EDTF; `before` the holders seen last, empty at the first look."""

    date: str
    before: tuple[str, ...]
    now: tuple[str, ...]


class Panel:
    """What was seen last of every place, by any key."""

    def __init__(self) -> None:
        self._last: dict[object, tuple[int, tuple[str, ...]]] = {}

    def look(self, key: object, day: int, holders: tuple[str, ...]) -> Change | None:
        """A look at a place on a day (days since 1970-01-01, in order); the change, if any.

        Raises:
            ValueError: earlier than the last look.
        """
        last = self._last.get(key)
        if last is None:
            self._last[key] = (day, holders)
            return Change(f"../{iso(day)}", (), holders)
        if day < last[0]:
            raise ValueError("the looks are not in order of days")
        self._last[key] = (day, holders)
        if holders == last[1]:
            return None
        # The day after the last look at the earliest: on that day the other was still there.
        begin = min(last[0] + 1, day)
        return Change(iso(day) if begin == day else f"{iso(begin)}/{iso(day)}", last[1], holders)

    def __len__(self) -> int:
        return len(self._last)


def drafts(
    change: Change, common: dict[str, str], *, contested: str = "contested on that map"
) -> list[dict[str, str]]:
    """Claims of a change: one for a holder; one for each of several, marked disputed."""
    base = {"kind": "control", "date": change.date, **common}
    target = change.before[0] if len(change.before) == 1 else ""
    if len(change.now) == 1:
        actor = change.now[0]
        return [{**base, "actor": actor, "target": target if target != actor else ""}]
    return [
        {**base, "actor": actor, "status": "disputed", "note": contested} for actor in change.now
    ]
