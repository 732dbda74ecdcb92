"""Several indexes seen as one: our own table, the cities of the world, what the user added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import zip_longest
from typing import Any

import numpy as np

from gazetteer.keys import U64
from gazetteer.memory import I64, FormColumns, Index, NameColumns, Named, PlaceColumns
from gazetteer.places import Place


class StackedIndex:
    """Indexes laid one after another; numbers of later ones are shifted past the earlier."""

    def __init__(self, parts: Sequence[Index]) -> None:
        self._parts = list(parts)
        self._forms = [0, *np.cumsum([p.forms_total for p in parts]).tolist()]
        self._names = [0, *np.cumsum([p.names_total for p in parts]).tolist()]
        self._places = [0, *np.cumsum([p.places_total for p in parts]).tolist()]

    @property
    def names_total(self) -> int:
        return int(self._names[-1])

    @property
    def forms_total(self) -> int:
        return int(self._forms[-1])

    @property
    def places_total(self) -> int:
        return int(self._places[-1])

    def _split(self, numbers: I64, edges: list[int]) -> list[tuple[Index, int, I64, I64]]:
        """(index, its number, rows of ``numbers`` that are its own, their own numbers)."""
        part = np.searchsorted(edges, numbers, side="right") - 1
        found = []
        for i, index in enumerate(self._parts):
            rows = np.flatnonzero(part == i)
            if len(rows) or i == 0:
                found.append((index, i, rows, numbers[rows] - edges[i]))
        return found

    def postings(self, wanted: U64) -> tuple[I64, I64, I64]:
        found = [part.postings(wanted) for part in self._parts]
        form = np.concatenate([f[1] + s for f, s in zip(found, self._forms, strict=False)])
        return np.concatenate([f[0] for f in found]), form, np.concatenate([f[2] for f in found])

    def area(self, named: Named) -> I64:
        found = [part.area(named) + s for part, s in zip(self._parts, self._forms, strict=False)]
        return np.concatenate(found)

    def has_area(self, named: Named) -> bool:
        return any(part.has_area(named) for part in self._parts)

    def forms(self, numbers: I64) -> FormColumns:
        split = self._split(numbers, self._forms)
        pieces = [index.forms(own) for index, _, _, own in split]
        return FormColumns(*_together(FormColumns, pieces, [rows for _, _, rows, _ in split]))

    def members(self, numbers: I64) -> tuple[I64, I64]:
        position, name = [], []
        for index, i, rows, own in self._split(numbers, self._forms):
            at, names = index.members(own)
            position.append(rows[at])
            name.append(names + self._names[i])
        return np.concatenate(position), np.concatenate(name)

    def names(self, numbers: I64) -> NameColumns:
        split = self._split(numbers, self._names)
        pieces = []
        for index, i, _, own in split:
            columns = index.names(own)
            pieces.append(replace(columns, place=columns.place + self._places[i]))
        return NameColumns(*_together(NameColumns, pieces, [rows for _, _, rows, _ in split]))

    def places(self, numbers: I64) -> PlaceColumns:
        split = self._split(numbers, self._places)
        pieces = [index.places(own) for index, _, _, own in split]
        return PlaceColumns(*_together(PlaceColumns, pieces, [rows for _, _, rows, _ in split]))

    def place(self, number: int) -> Place:
        part = int(np.searchsorted(self._places, number, side="right")) - 1
        return self._parts[part].place(number - int(self._places[part]))

    def by_id(self, id_: str) -> int | None:
        for part, shift in zip(self._parts, self._places, strict=False):
            number = part.by_id(id_)
            if number is not None:
                return int(number + shift)
        return None

    def beginning(self, folded: str, limit: int) -> list[int]:
        # In turn, the last laid first: sources that a user added must not wait behind a world.
        found = [
            [number + shift for number in part.beginning(folded, limit)]
            for part, shift in zip(self._parts, self._places, strict=False)
        ]
        turns = zip_longest(*reversed(found))
        return [number for turn in turns for number in turn if number is not None][:limit]


def _together(kind: Any, pieces: Sequence[Any], rows: Sequence[I64]) -> list[Any]:
    """The columns of several pieces, put back in the order of ``rows``."""
    back = np.argsort(np.concatenate(rows), kind="stable")
    return [
        np.concatenate([getattr(piece, field.name) for piece in pieces])[back]
        for field in fields(kind)
    ]
