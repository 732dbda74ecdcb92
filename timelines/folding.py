"""Folding of names for exact look-up within one timeline; spelling variants are the gazetteer's."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Case, accents, punctuation and spacing taken off: `Tell Rif'at` and `tell rifat` are one."""
    plain = unicodedata.normalize("NFKD", text[:400]).casefold()
    return "".join(c for c in plain if c.isalnum())
