"""Learning the prices of :mod:`gazetteer.editcost` from pairs of spellings of the same places.

Run ``python -m gazetteer.fit --help``. Nothing here runs when names are looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
UNSEEN = 1000
"""Price in hundredths of a nat of what was never seen; nothing costs more."""
_WIDTH = 20


def learn(pairs: Sequence[tuple[str, str]], rounds: int = 12) -> dict[str, Any]:
    """Prices from (query symbols, indexed symbols) pairs, as the table that is stored.

    A memoryless transducer: each step writes a pair, drops or adds a symbol; expectation
    maximisation over all alignments, with a little mass left for what was never seen.
    """
    used = sorted({c for pair in pairs for text in pair for c in text})
    code = {c: i + 2 for i, c in enumerate(used)}
    size = len(used) + 2
    left = _encode([p[0] for p in pairs], code)
    right = _encode([p[1] for p in pairs], code)
    joint = np.full((size, size), 0.02)
    np.fill_diagonal(joint, 1.0)
    joint[0, 1:] = joint[1:, 0] = 0.05
    joint[0, 0] = 0
    joint /= joint.sum()
    for _ in range(rounds):
        joint = _expect(left, right, joint)
        joint[1:, 1:] += 0.02
        joint[0, 1:] += 0.1
        joint[1:, 0] += 0.1
        joint[0, 0] = 0
        joint /= joint.sum()
    # Conditional on the indexed symbol: what the reporter writes for it.
    given = joint.sum(axis=0)
    rows = sorted({code[c] for pair in pairs for c in pair[0]})
    columns = sorted({code[c] for pair in pairs for c in pair[1]})
    counts = np.bincount(left[left > 0], minlength=size)[rows] + 1.0

    def price(p: F64) -> list[Any]:
        prices: list[Any] = np.minimum(np.round(-100 * np.log(p)), UNSEEN).astype(int).tolist()
        return prices

    return {
        "query": "".join(used[i - 2] for i in rows),
        "name": "".join(used[i - 2] for i in columns),
        "substitute": price(joint[np.ix_(rows, columns)] / given[None, columns]),
        "add": price(joint[0, columns] / given[columns]),
        "drop": price(joint[rows, 0] / (1 - joint[1:, 0].sum())),
        "alone": price(counts / counts.sum()),
    }


def _encode(texts: Sequence[str], code: dict[str, int]) -> NDArray[np.int64]:
    matrix = np.zeros((len(texts), _WIDTH), dtype=np.int64)
    for i, text in enumerate(texts):
        row = [code[c] for c in text[:_WIDTH]]
        matrix[i, : len(row)] = row
    return matrix


def _expect(left: NDArray[np.int64], right: NDArray[np.int64], joint: F64) -> F64:
    """Expected counts of each step over all alignments (forward and backward sums)."""
    counts = np.zeros_like(joint)
    a_len, b_len = (left > 0).sum(axis=1), (right > 0).sum(axis=1)
    for n in np.unique(a_len):
        for m in np.unique(b_len[a_len == n]):
            rows = np.flatnonzero((a_len == n) & (b_len == m))
            if n and m:
                _expect_block(left[rows, :n], right[rows, :m], joint, counts)
    return counts


def _expect_block(a: NDArray[np.int64], b: NDArray[np.int64], joint: F64, counts: F64) -> None:
    n, m = a.shape[1], b.shape[1]
    swap = joint[a[:, :, None], b[:, None, :]]
    drop, add = joint[a, 0], joint[0, b]
    ahead = np.zeros((len(a), n + 1, m + 1))
    after = np.zeros_like(ahead)
    ahead[:, 0, 0] = after[:, n, m] = 1
    for i in range(n + 1):
        for j in range(m + 1):
            if i:
                ahead[:, i, j] += ahead[:, i - 1, j] * drop[:, i - 1]
            if j:
                ahead[:, i, j] += ahead[:, i, j - 1] * add[:, j - 1]
            if i and j:
                ahead[:, i, j] += ahead[:, i - 1, j - 1] * swap[:, i - 1, j - 1]
    for i in range(n, -1, -1):
        for j in range(m, -1, -1):
            if i < n:
                after[:, i, j] += after[:, i + 1, j] * drop[:, i]
            if j < m:
                after[:, i, j] += after[:, i, j + 1] * add[:, j]
            if i < n and j < m:
                after[:, i, j] += after[:, i + 1, j + 1] * swap[:, i, j]
    total = np.maximum(ahead[:, n, m], 1e-300)[:, None, None]
    size = len(counts)
    cells = (a[:, :, None] * size + b[:, None, :]).ravel()
    dropped = np.repeat(a[:, :, None] * size, m + 1, 2).ravel()
    added = np.repeat(b[:, None, :], n + 1, 1).ravel()
    for where, mass in (
        (cells, ahead[:, :-1, :-1] * swap * after[:, 1:, 1:] / total),
        (dropped, ahead[:, :-1, :] * drop[:, :, None] * after[:, 1:, :] / total),
        (added, ahead[:, :, :-1] * add[:, None, :] * after[:, :, 1:] / total),
    ):
        counts += np.bincount(where, mass.ravel(), minlength=size * size).reshape(size, size)
