"""Every name of an area, looked at one by one: where the governorate is told, no key is needed.

A key finds spellings that share their consonants but for one; a governorate has so few names that
all of them can be compared, and the likest join those that keys drew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from gazetteer.context import Context, certain, named
from gazetteer.editcost import F32
from gazetteer.memory import AREA_MAX, I64, Index
from gazetteer.names import Forms
from gazetteer.pool import PART_LESS, SHORTLIST

_CELLS = 2_000_000
"""Pairs compared at once; bounds memory, changes no answer."""


@dataclass(frozen=True, slots=True)
class Area:
    """The forms that places of one area have: numbers in rising order, and what is compared."""

    form: I64
    rough: list[str]
    bare: list[str]


def area_of(index: Index, context: Context) -> Area | None:
    """The forms of places that are on record as lying in the area asked for.

    None where no area is asked for, or it has none, or more than AREA_MAX.
    """
    if not context.areas:
        return None
    found = index.area(partial(named, context))
    if not 0 < len(found) <= AREA_MAX:
        return None
    row, name = index.members(found)
    places, at = np.unique(index.names(name).place, return_inverse=True)
    inside = np.zeros(len(found), dtype=bool)
    inside[row[certain(context, index.places(places))[at]]] = True
    form = found[inside]
    columns = index.forms(form)
    return Area(form, columns.rough.tolist(), columns.bare.tolist())


def likest(asked: Forms, area: Area) -> tuple[I64, I64]:
    """(query, form) pairs: the SHORTLIST forms of the area that look most like each query.

    Likeness is that by which :func:`gazetteer.pool.thin` judges them again.
    """
    kept = min(SHORTLIST, len(area.form))
    rows = max(1, _CELLS // max(1, len(area.form)))
    chosen = [np.zeros((0, kept), dtype=np.int64)]
    for start in range(0, len(asked.rough), rows):
        part = slice(start, start + rows)
        alike = _alike(asked.rough[part], area.rough)
        np.maximum(alike, _alike(asked.bare[part], area.bare) - PART_LESS, out=alike)
        at = np.argpartition(-alike, kept - 1, axis=1)[:, :kept] if kept else chosen[0]
        chosen.append(area.form[at])
    form = np.concatenate(chosen).ravel()
    return np.repeat(np.arange(len(asked.rough)), kept), form


def _alike(asked: list[str], stored: list[str]) -> F32:
    ratio: F32 = process.cdist(
        asked, stored, scorer=Indel.normalized_similarity, dtype=np.float32, workers=1
    )
    return ratio
