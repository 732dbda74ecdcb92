"""What an index of names must offer, and the one that lives in memory.

Names and places are numbered; all columns are parallel. The same code scores candidates from any
index, so that a list of ten places and a world of five million names answer alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gazetteer import editcost, keys
from gazetteer.names import Forms, forms
from gazetteer.places import Place

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Texts = NDArray[np.object_]
SLAVIC_COUNTRIES = frozenset({"UA", "RU", "BY", "PL", "CZ", "SK", "BG", "MK", "RS", "BA", "HR"})
POSTINGS_MAX = 400
"""Names looked at per key. Names of larger places come first, so the cut loses hamlets."""


@dataclass(frozen=True, slots=True)
class NameColumns:
    """Names by number: their place, text, folded form, rough form, and symbol codes."""

    place: I64
    text: Texts
    fold: Texts
    rough: Texts
    flat: NDArray[np.uint8]
    core: NDArray[np.uint8]
    slavic: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Places by number: degrees, people (0 when unknown), nats in favour, and texts.

    ``admin`` holds the folded names of the areas a place lies in, see :func:`admin_text`.
    """

    lon: F64
    lat: F64
    population: F64
    prior: F64
    country: Texts
    admin: Texts
    kind: Texts


class Index(Protocol):
    """A set of places that candidates can be drawn from. Safe to use from several threads."""

    @property
    def names_total(self) -> int:
        """How many names are indexed."""

    @property
    def places_total(self) -> int:
        """How many places are indexed."""

    def postings(self, wanted: keys.U64) -> tuple[I64, I64, I64]:
        """(position in ``wanted``, name, how many names share that key), three parallel arrays."""

    def names(self, numbers: I64) -> NameColumns:
        """Columns of these names, in this order."""

    def places(self, numbers: I64) -> PlaceColumns:
        """Columns of these places, in this order."""

    def place(self, number: int) -> Place:
        """One whole place."""


def is_slavic(place: Place) -> bool:
    """Whether names of this place change as Ukrainian and Russian spellings do."""
    if place.country:
        return place.country.upper() in SLAVIC_COUNTRIES
    return any("\u0400" <= c <= "\u052f" for name in place.all_names() for c in name)


def admin_text(place: Place) -> str:
    """Folded names of the areas a place lies in, each between bars."""
    folded = forms([place.admin1, place.admin2]).rough if place.admin1 or place.admin2 else []
    return "|" + "|".join(dict.fromkeys(f for f in folded if f)) + "|"


def importance_order(population: F64) -> I64:
    """Positions by falling population, ties kept in order."""
    return np.argsort(-population, kind="stable").astype(np.int64)


def expand(low: I64, high: I64) -> tuple[I64, I64]:
    """Ranges [low, high) written out: (number of the range, position) for every element."""
    count = np.maximum(high - low, 0)
    owner = np.repeat(np.arange(len(low), dtype=np.int64), count)
    first = np.cumsum(count) - count
    return owner, np.arange(int(count.sum()), dtype=np.int64) - first[owner] + low[owner]


class MemoryIndex:
    """Places held in memory, in the order of their importance.

    ``prior`` is added to the evidence for every place of this index, in nats.
    """

    def __init__(self, places: Iterable[Place], prior: float = 0.0) -> None:
        given = list(places)
        people = np.array([p.population or 0 for p in given], dtype=np.float64)
        self._places: list[Place] = [given[i] for i in importance_order(people)]
        owners = [i for i, p in enumerate(self._places) for _ in p.all_names()]
        texts = [name for p in self._places for name in p.all_names()]
        made = forms(texts)
        slavic = np.array([is_slavic(p) for p in self._places], dtype=bool)
        if not any(p.country for p in self._places):
            slavic[:] = slavic.mean() > 0.3 if len(slavic) else False
        owner = np.array(owners, dtype=np.int64)
        self._texts = np.array(texts, dtype=object)
        self._fold = np.array(made.fold, dtype=object)
        self._rough = np.array(made.rough, dtype=object)
        self._owner = owner
        self._slavic = slavic[owner] if len(owner) else np.zeros(0, dtype=bool)
        self._flat, self._core = encode_forms(made)
        found = keys.keys_of(made)
        order = np.argsort(found.key, kind="stable")
        self._keys, self._posted = found.key[order], found.owner[order]
        self._columns = _columns_of(self._places, prior)

    @property
    def names_total(self) -> int:
        return len(self._texts)

    @property
    def places_total(self) -> int:
        return len(self._places)

    def postings(self, wanted: keys.U64) -> tuple[I64, I64, I64]:
        low = np.searchsorted(self._keys, wanted, side="left").astype(np.int64)
        high = np.searchsorted(self._keys, wanted, side="right").astype(np.int64)
        position, at = expand(low, np.minimum(high, low + POSTINGS_MAX))
        return position, self._posted[at], (high - low)[position]

    def names(self, numbers: I64) -> NameColumns:
        return NameColumns(
            self._owner[numbers],
            self._texts[numbers],
            self._fold[numbers],
            self._rough[numbers],
            self._flat[numbers],
            self._core[numbers],
            self._slavic[numbers],
        )

    def places(self, numbers: I64) -> PlaceColumns:
        all_ = self._columns
        return PlaceColumns(
            all_.lon[numbers],
            all_.lat[numbers],
            all_.population[numbers],
            all_.prior[numbers],
            all_.country[numbers],
            all_.admin[numbers],
            all_.kind[numbers],
        )

    def place(self, number: int) -> Place:
        return self._places[number]


def encode_forms(made: Forms) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Symbol codes of the flat and of the core forms."""
    costs = editcost.default_costs()
    cores = [core.replace(" ", "") for core in made.core]
    return editcost.encode(made.flat, costs), editcost.encode(cores, costs)


def _columns_of(places: Sequence[Place], prior: float) -> PlaceColumns:
    admin = {}
    for place in places:
        area = (place.admin1, place.admin2)
        if area not in admin:
            admin[area] = admin_text(place)
    return PlaceColumns(
        np.array([p.lon for p in places], dtype=np.float64),
        np.array([p.lat for p in places], dtype=np.float64),
        np.array([p.population or 0 for p in places], dtype=np.float64),
        np.full(len(places), prior),
        np.array([p.country.upper() for p in places], dtype=object),
        np.array([admin[p.admin1, p.admin2] for p in places], dtype=object),
        np.array([p.kind for p in places], dtype=object),
    )
