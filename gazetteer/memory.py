"""What an index of names must offer, and the one that lives in memory.

Names and places are numbered; all columns are parallel. The same code scores candidates from any
index, so that a list of ten places and a world of five million names answer alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gazetteer import editcost, keys
from gazetteer.grouping import group_forms, pick
from gazetteer.names import forms
from gazetteer.places import Place
from gazetteer.traits import traits

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Texts = NDArray[np.object_]
SLAVIC_COUNTRIES = frozenset({"UA", "RU", "BY", "PL", "CZ", "SK", "BG", "MK", "RS", "BA", "HR"})
MOSTLY = 0.3
"""Share of Cyrillic names from which an index without countries is read as Slavic throughout."""
POSTINGS_MAX, MEMBERS_MAX = 400, 48
"""Forms looked at per key, and names per form. Larger places come first: the cut loses hamlets."""
AREA_MAX = 10_000
"""Forms of an area that are all looked at; of one that has more none is, but those drawn by key."""
Named = Callable[[Texts], NDArray[np.bool_]]
"""Which areas are asked for, by :func:`admin_text`."""


@dataclass(frozen=True, slots=True)
class FormColumns:
    """Forms by number: what names that sound alike share. ``flat`` are symbol codes."""

    rough: Texts
    bare: Texts
    flat: editcost.Codes
    slavic: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class NameColumns:
    """Names by number: their place, text, folded form, and :func:`gazetteer.traits.traits`."""

    place: I64
    text: Texts
    fold: Texts
    traits: I64


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Places by number: degrees, people (0 when unknown), nats in favour, and texts.

    ``admin`` holds the folded names of the areas a place lies in, see :func:`admin_text`;
    ``labels`` how many names a place has on record.
    """

    lon: F64
    lat: F64
    population: F64
    prior: F64
    country: Texts
    admin: Texts
    kind: Texts
    labels: F64


class Index(Protocol):
    """A set of places that candidates can be drawn from. Safe to use from several threads."""

    @property
    def names_total(self) -> int:
        """How many names are indexed."""

    @property
    def forms_total(self) -> int:
        """How many different forms the names have."""

    @property
    def places_total(self) -> int:
        """How many places are indexed."""

    def postings(self, wanted: keys.U64) -> tuple[I64, I64, I64]:
        """(position in ``wanted``, form, how many forms share that key), three parallel arrays."""

    def area(self, named: Named) -> I64:
        """Forms, in rising order, that places of the areas have; none where over AREA_MAX."""

    def has_area(self, named: Named) -> bool:
        """Whether any place lies in the areas."""

    def forms(self, numbers: I64) -> FormColumns:
        """Columns of these forms, in this order."""

    def members(self, numbers: I64) -> tuple[I64, I64]:
        """(position in ``numbers``, name) of the names that have each form, MEMBERS_MAX each."""

    def names(self, numbers: I64) -> NameColumns:
        """Columns of these names, in this order."""

    def places(self, numbers: I64) -> PlaceColumns:
        """Columns of these places, in this order."""

    def place(self, number: int) -> Place:
        """One whole place."""

    def by_id(self, id_: str) -> int | None:
        """The number of the place with this id, or None."""

    def beginning(self, folded: str, limit: int) -> list[int]:
        """Places that have a name whose folded form begins so, important ones first."""


def is_slavic(place: Place) -> bool:
    """Whether names of this place change as Ukrainian and Russian spellings do."""
    if place.country:
        return place.country.upper() in SLAVIC_COUNTRIES
    return any("\u0400" <= c <= "\u052f" for name in place.all_names() for c in name)


def admin_text(place: Place) -> str:
    """Folded names of the areas a place lies in, each between bars."""
    folded = forms([place.admin1, place.admin2]).bare if place.admin1 or place.admin2 else []
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
            slavic[:] = slavic.mean() > MOSTLY if len(slavic) else False
        self._owner = np.array(owners, dtype=np.int64)
        self._texts = np.array(texts, dtype=object)
        self._fold = np.array(made.fold, dtype=object)
        self._traits = traits(texts, made.article)
        groups = group_forms(made, slavic[self._owner].tolist())
        self._members, self._start = groups.members, groups.start
        first = groups.members[groups.start[:-1]]
        shared = pick(made, first)
        self._forms = FormColumns(
            np.array(shared.rough, dtype=object),
            np.array(shared.bare, dtype=object),
            editcost.encode(shared.flat, editcost.default_costs()),
            slavic[self._owner[first]] if len(first) else np.zeros(0, dtype=bool),
        )
        found = keys.keys_of(shared)
        order = np.argsort(found.key, kind="stable")
        self._keys, self._posted = found.key[order], found.owner[order]
        labels = np.bincount(self._owner, minlength=len(self._places)).astype(np.float64)
        self._columns = _columns_of(self._places, prior, labels)

    @property
    def names_total(self) -> int:
        return len(self._texts)

    @property
    def forms_total(self) -> int:
        return len(self._start) - 1

    @property
    def places_total(self) -> int:
        return len(self._places)

    def postings(self, wanted: keys.U64) -> tuple[I64, I64, I64]:
        low = np.searchsorted(self._keys, wanted, side="left").astype(np.int64)
        high = np.searchsorted(self._keys, wanted, side="right").astype(np.int64)
        high = np.minimum(high, low + POSTINGS_MAX)
        position, at = expand(low, high)
        return position, self._posted[at], (high - low)[position]

    def area(self, named: Named) -> I64:
        inside = named(self._columns.admin)[self._owner[self._members]]
        has = np.logical_or.reduceat(inside, self._start[:-1]) if len(inside) else inside
        found: I64 = np.flatnonzero(has)
        return found if len(found) <= AREA_MAX else found[:0]

    def has_area(self, named: Named) -> bool:
        return bool(named(self._columns.admin).any())

    def forms(self, numbers: I64) -> FormColumns:
        all_ = self._forms
        return FormColumns(
            all_.rough[numbers], all_.bare[numbers], all_.flat[numbers], all_.slavic[numbers]
        )

    def members(self, numbers: I64) -> tuple[I64, I64]:
        low = self._start[numbers]
        high = np.minimum(self._start[numbers + 1], low + MEMBERS_MAX)
        position, at = expand(low, high)
        return position, self._members[at]

    def names(self, numbers: I64) -> NameColumns:
        return NameColumns(
            self._owner[numbers], self._texts[numbers], self._fold[numbers], self._traits[numbers]
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
            all_.labels[numbers],
        )

    def place(self, number: int) -> Place:
        return self._places[number]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {place.id: number for number, place in reversed(list(enumerate(self._places)))}

    @cached_property
    def _sorted(self) -> list[tuple[str, int]]:
        owners: list[int] = self._owner.tolist()
        return sorted(zip(self._fold.tolist(), owners, strict=True))

    def by_id(self, id_: str) -> int | None:
        return self._numbers.get(id_)

    def beginning(self, folded: str, limit: int) -> list[int]:
        low = bisect_left(self._sorted, (folded, -1))
        high = bisect_left(self._sorted, (folded + chr(0x10FFFF), -1))
        return sorted({owner for _, owner in self._sorted[low:high]})[:limit]


def _columns_of(places: Sequence[Place], prior: float, labels: F64) -> PlaceColumns:
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
        labels,
    )
