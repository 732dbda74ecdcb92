"""Folding of names for exact look-up within one timeline; spelling variants are the gazetteer's."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import lru_cache


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Case, accents, punctuation and spacing taken off: `Tell Rif'at` and `tell rifat` are one."""
    plain = unicodedata.normalize("NFKD", text[:400]).casefold()
    return "".join(c for c in plain if c.isalnum())


def slug(text: str, taken: Container[str] = (), *, otherwise: str = "new") -> str:
    """An id made of a name: small letters and digits, with a number where it is taken."""
    words = "".join(c if c.isalnum() else " " for c in text[:200].casefold()).split()
    base = "-".join(words) or otherwise
    made, number = base, 2
    while made in taken:
        made, number = f"{base}-{number}", number + 1
    return made
