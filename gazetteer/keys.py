"""Names to 64-bit keys: two names that share a key may be the same place.

The keys of a name are its vowelled sound, its consonant skeleton (whole, and without generic
words), every skeleton with one consonant left out (the symmetric delete of SymSpell: two skeletons
one edit apart share one), and its words. Hashing is polynomial, over numpy
matrices of code points, so that a hundred thousand names cost a fraction of a second; hash values
are part of the index format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gazetteer.names import Forms, skeletons

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

FORMAT = 11
"""Raise when forms, skeletons or hashes change: old index files are then rebuilt."""

SOUND, SKELETON, CORE, EDIT, WORD = range(5)
_BASE = 0x9E3779B97F4A7C15
_MAX_SOUND, _MAX_SKELETON = 32, 16
_SALT = {SOUND: 0x3C3C, SKELETON: 0x1B1B}


def _powers(count: int) -> U64:
    powers = [1]
    for _ in range(count - 1):
        powers.append(powers[-1] * _BASE % 2**64)
    return np.array(powers, dtype=np.uint64)


_POWERS = _powers(64)
_INVERSE = np.uint64(pow(_BASE, -1, 2**64))


@dataclass(frozen=True, slots=True)
class Keys:
    """Parallel arrays: the position of the name in the batch, its key, the kind of key."""

    owner: I64
    key: U64
    kind: NDArray[np.uint8]


def keys_of(forms: Forms) -> Keys:
    """All keys of a batch of names, without duplicates within a name and kind."""
    parts: list[tuple[I64, U64, int]] = []
    everyone = np.arange(len(forms.flat), dtype=np.int64)
    sounding = np.array([bool(rough) for rough in forms.rough], dtype=bool)
    parts.append((everyone[sounding], _hash(forms.rough, _MAX_SOUND, SOUND)[sounding], SOUND))
    whole = skeletons(forms.flat)
    core = skeletons(forms.core)
    differs = np.array([c != w for c, w in zip(core, whole, strict=True)], dtype=bool)
    parts += _skeleton_keys(whole, everyone, SKELETON)
    picked = everyone[differs]
    parts += _skeleton_keys([core[i] for i in picked], picked, CORE)
    parts += _word_keys(forms.core)
    owner = np.concatenate([p[0] for p in parts])
    key = np.concatenate([p[1] for p in parts])
    kind = np.concatenate([np.full(len(p[0]), p[2], dtype=np.uint8) for p in parts])
    return Keys(owner, key, kind)


def _matrix(texts: Sequence[str], width: int) -> NDArray[np.uint32]:
    """Code points, one row a text, zero-padded; texts are cut at ``width``."""
    if not texts:
        return np.zeros((0, width), dtype=np.uint32)
    return np.array(texts, dtype=f"U{width}").view(np.uint32).reshape(len(texts), width)


def _mix(values: U64, salt: int) -> U64:
    """The finaliser of splitmix64, so that neighbouring sums land far apart."""
    x = values ^ np.uint64(salt)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _hash(texts: Sequence[str], width: int, kind: int) -> U64:
    terms = _matrix(texts, width).astype(np.uint64) * _POWERS[:width]
    return _mix(terms.sum(axis=1, dtype=np.uint64), _SALT[kind])


def _skeleton_keys(texts: Sequence[str], owner: I64, kind: int) -> list[tuple[I64, U64, int]]:
    if not texts:
        return []
    points = _matrix(texts, _MAX_SKELETON).astype(np.uint64)
    length = (points > 0).sum(axis=1)
    terms = points * _POWERS[:_MAX_SKELETON]
    before = np.cumsum(terms, axis=1, dtype=np.uint64)
    total = before[:, -1]
    whole = length > 0
    parts = [(owner[whole], _mix(total[whole], _SALT[SKELETON]), kind)]
    # Leaving out consonant i moves all later ones a place to the front.
    left = (before - terms) + (total[:, None] - before) * _INVERSE
    used = (np.arange(_MAX_SKELETON)[None, :] < length[:, None]) & (length > 2)[:, None]
    row, _ = np.nonzero(used)
    parts.append((owner[row], _mix(left[used], _SALT[SKELETON]), EDIT))
    return parts


def _word_keys(cores: Sequence[str]) -> list[tuple[I64, U64, int]]:
    """Keys of parts of the names that have several words, by skeleton.

    Each word that has three consonants, and the name without its first and without its last word.
    """
    owners: list[int] = []
    parts: list[str] = []
    for i, core in enumerate(cores):
        if " " in core:
            words = core.split(" ")
            # Ta marbuta is a t before another noun, and silent at the end.
            words += [word[:-1] for word in words[:-1] if word.endswith("t")]
            if len(words) > 2:
                words += [" ".join(words[1:]), " ".join(words[:-1])]
            parts += words
            owners += [i] * len(words)
    bones = skeletons(parts)
    kept = [i for i, bone in enumerate(bones) if len(bone) > 2]
    if not kept:
        return []
    hashed = _hash([bones[i] for i in kept], _MAX_SKELETON, SKELETON)
    return [(np.array([owners[i] for i in kept], dtype=np.int64), hashed, WORD)]
