"""Names that sound alike, gathered by form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gazetteer.names import Forms

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Names by form: ``members[start[f]:start[f + 1]]`` are the names of form f, in order."""

    members: I64
    start: I64


def group_forms(made: Forms, slavic: Sequence[bool]) -> Groups:
    """Names that sound alike, gathered; forms are numbered in the order they first appear."""
    number: dict[tuple[str, bool], int] = {}
    form = [number.setdefault(key, len(number)) for key in zip(made.flat, slavic, strict=True)]
    of_name = np.array(form, dtype=np.int64)
    counts = np.bincount(of_name, minlength=len(number))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Groups(np.argsort(of_name, kind="stable").astype(np.int64), start)


def pick(made: Forms, numbers: I64) -> Forms:
    """The forms of some of the names."""
    at = numbers.tolist()
    return Forms(*([getattr(made, column)[i] for i in at] for column in Forms.__slots__))
