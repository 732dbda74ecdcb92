"""Several indexes seen as one: our own table, the cities of the world, what the user added."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from gazetteer.keys import U64
from gazetteer.memory import I64, Index, NameColumns, PlaceColumns
from gazetteer.places import Place


class StackedIndex:
    """Indexes laid one after another; numbers of later ones are shifted past the earlier."""

    def __init__(self, parts: Sequence[Index]) -> None:
        self._parts = list(parts)
        self._names = [0, *np.cumsum([p.names_total for p in parts]).tolist()]
        self._places = [0, *np.cumsum([p.places_total for p in parts]).tolist()]

    @property
    def names_total(self) -> int:
        return int(self._names[-1])

    @property
    def places_total(self) -> int:
        return int(self._places[-1])

    def postings(self, wanted: U64) -> tuple[I64, I64, I64]:
        found = [part.postings(wanted) for part in self._parts]
        position = np.concatenate([f[0] for f in found])
        name = np.concatenate([f[1] + s for f, s in zip(found, self._names, strict=False)])
        return position, name, np.concatenate([f[2] for f in found])

    def names(self, numbers: I64) -> NameColumns:
        pieces, order = [], []
        for part, (low, high), shift in zip(
            self._parts, pairwise(self._names), self._places, strict=False
        ):
            rows = np.flatnonzero((numbers >= low) & (numbers < high))
            own = part.names(numbers[rows] - low)
            pieces.append((own.place + shift, own))
            order.append(rows)
        back = np.argsort(np.concatenate(order), kind="stable")

        def column(name: str) -> Any:
            return np.concatenate([getattr(p, name) for _, p in pieces])[back]

        return NameColumns(
            np.concatenate([place for place, _ in pieces])[back],
            *(column(c) for c in ("text", "fold", "rough", "flat", "core", "slavic")),
        )

    def places(self, numbers: I64) -> PlaceColumns:
        pieces, order = [], []
        for part, (low, high) in zip(self._parts, pairwise(self._places), strict=True):
            rows = np.flatnonzero((numbers >= low) & (numbers < high))
            pieces.append(part.places(numbers[rows] - low))
            order.append(rows)
        back = np.argsort(np.concatenate(order), kind="stable")

        def column(name: str) -> Any:
            return np.concatenate([getattr(p, name) for p in pieces])[back]

        return PlaceColumns(
            *(column(c) for c in ("lon", "lat", "population", "prior", "country", "admin", "kind"))
        )

    def place(self, number: int) -> Place:
        part = int(np.searchsorted(self._places, number, side="right")) - 1
        return self._parts[part].place(number - int(self._places[part]))
