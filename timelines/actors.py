"""Who can hold land or strike: aliases, names of the day, dated coalitions and sides.

A rename is two actors: the old one ends and names its `successor`, which begins. Both are one
holder (a lineage), called by the name of the day. A side is what makes two actors rivals or
allies on a date: their own `side`, else that of the coalition they belong to, else they are alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from timelines import dates, palette
from timelines.errors import DataError
from timelines.folding import fold

DEEPEST = 20  # coalitions within coalitions


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that holds on some days: `value` between `begin` and `end` (inclusive, None open)."""

    value: str
    begin: int | None = None
    end: int | None = None

    def covers(self, day: int) -> bool:
        """Does it hold on that day?"""
        return (self.begin is None or self.begin <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor under one name. `begin`, `end`: the days (inclusive) on which it bore it.

    `sides` and `member_of` are dated; `color` is `#rrggbb`, `pattern` one of `geo.scene.PATTERNS`.
    """

    id: str
    name: str
    name_ar: str = ""
    aliases: tuple[str, ...] = ()
    sides: tuple[Dated, ...] = ()
    color: str = ""
    pattern: str = ""
    begin: int | None = None
    end: int | None = None
    successor: str = ""
    member_of: tuple[Dated, ...] = ()

    def bears_name_on(self, day: int) -> bool:
        """Was this its name on that day?"""
        return (self.begin is None or self.begin <= day) and (self.end is None or day <= self.end)


def dated_values(text: str) -> tuple[Dated, ...]:
    """Bar-separated values, each with an optional EDTF interval: `fatah-halab@2015-04-26/..`.

    Raises:
        DateError: the part after an @ is not a date.
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split("|"))):
        value, _, when = part.partition("@")
        if when.strip():
            span = dates.on_calendar(when)
            found.append(Dated(value.strip(), span.earliest, span.latest))
        else:
            found.append(Dated(value.strip()))
    return tuple(found)


class Actors(Mapping[str, Actor]):
    """The actors of a timeline by id. Immutable; `with_unknown` gives a larger one."""

    def __init__(self, actors: Iterable[Actor] = ()) -> None:
        self._by_id = {actor.id: actor for actor in actors}
        self._by_name: dict[str, list[str]] = {}
        for actor in self._by_id.values():
            for text in {fold(t) for t in (actor.id, actor.name, actor.name_ar, *actor.aliases)}:
                if text:
                    self._by_name.setdefault(text, []).append(actor.id)
        self._heads = {actor_id: self._head(actor_id) for actor_id in self._by_id}
        self._lines: dict[str, list[Actor]] = {}
        for actor in self._by_id.values():
            self._lines.setdefault(self._heads[actor.id], []).append(actor)

    def __getitem__(self, actor_id: str) -> Actor:
        return self._by_id[actor_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def _head(self, actor_id: str) -> str:
        seen = {actor_id}
        while (following := self._by_id[actor_id].successor) in self._by_id:
            if following in seen:
                raise DataError(
                    f"Actors {sorted(seen)} succeed each other in a circle. "
                    "Clear the successor of the last one in actors.csv."
                )
            seen.add(actor_id := following)
        return actor_id

    def candidates(self, text: str) -> tuple[str, ...]:
        """Ids that an id, name or alias may mean: none, one, or several where it is ambiguous."""
        if text in self._by_id:
            return (text,)
        found = self._by_name.get(fold(text), [])
        lines = {self._heads[actor_id] for actor_id in found}
        return tuple(found[:1]) if len(lines) == 1 else tuple(found)

    def id_of(self, text: str) -> str | None:
        """The one actor that a text means, or None where it means none or several."""
        found = self.candidates(text)
        return found[0] if len(found) == 1 else None

    def lineage(self, actor_id: str) -> str:
        """The id under which every name of this actor is one: that of its last name."""
        return self._heads[actor_id]

    def names_of(self, actor_id: str) -> tuple[Actor, ...]:
        """Every name of the lineage, in the order borne."""
        line = self._lines[self._heads[actor_id]]
        return tuple(sorted(line, key=lambda a: (a.begin is not None, a.begin or 0, a.id)))

    def on(self, actor_id: str, day: int) -> Actor:
        """The actor under its name of the day; under the nearest name where none covers it."""
        line = self.names_of(actor_id)
        for actor in reversed(line):  # on the day of a renaming the new name already counts
            if actor.bears_name_on(day):
                return actor
        before = [actor for actor in line if actor.begin is not None and actor.begin <= day]
        return before[-1] if before else line[0]

    def side(self, actor_id: str, day: int) -> str:
        """The side on a day: its own, else its coalition's, else its lineage (alone)."""
        return self._side(actor_id, day, frozenset())

    def _side(self, actor_id: str, day: int, seen: frozenset[str]) -> str:
        actor = self.on(actor_id, day)
        for dated in actor.sides:
            if dated.covers(day):
                return dated.value
        for dated in actor.member_of:
            known = dated.value in self._by_id and dated.value not in seen and len(seen) < DEEPEST
            if known and dated.covers(day):
                return self._side(dated.value, day, seen | {actor_id})
        return self._heads[actor_id]

    def allied(self, a: str, b: str, day: int) -> bool:
        """Same lineage, or same side on that day."""
        return self._heads[a] == self._heads[b] or self.side(a, day) == self.side(b, day)

    def members(self, coalition: str, day: int) -> tuple[str, ...]:
        """Ids of the actors that belong to a coalition on a day."""
        return tuple(
            actor.id
            for actor in self._by_id.values()
            if any(d.value == coalition and d.covers(day) for d in actor.member_of)
        )

    def with_unknown(self, texts: Iterable[str]) -> Actors:
        """With an actor for each text that names none; look-ups of the text then find it."""
        new = []
        for text in dict.fromkeys(texts):
            if text and not self.candidates(text):
                name = palette.NAMES.get(text) or text.replace("-", " ").strip() or text
                new.append(Actor(id=text, name=name))
        return Actors([*self._by_id.values(), *new]) if new else self

    def painted(self) -> Actors:
        """With a colour and a pattern for every actor that has none; names of one lineage share."""
        free = palette.spare(actor.color for actor in self._by_id.values() if actor.color)
        chosen: dict[str, tuple[str, str]] = {}
        result = []
        for actor in self._by_id.values():
            head = self._heads[actor.id]
            if head not in chosen:
                line = self.names_of(actor.id)
                given = next(((a.color, a.pattern) for a in line if a.color), ("", ""))
                usual = next(
                    (palette.CONVENTION[a.id] for a in line if a.id in palette.CONVENTION), None
                )
                color, pattern = given if given[0] else (usual or next(free))
                chosen[head] = (color, pattern or "solid")
            color, pattern = chosen[head]
            result.append(
                replace(actor, color=actor.color or color, pattern=actor.pattern or pattern)
            )
        return Actors(result)
