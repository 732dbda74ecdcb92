"""The cheapest edit script of many pairs of names, symbol by symbol: what fitting needs to know."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gazetteer.editcost import SYMBOL, Codes, Costs, Layers, alone_each, skips
from gazetteer.memory import F64

_BANDS = (0, 6, 8, 10, 13, 17, 24)
_AT_ONCE = 20_000
F32 = NDArray[np.float32]


def cheapest(
    query: Codes, name: Codes, layer: Layers, costs: Costs, weight: F64, used: list[F64]
) -> None:
    """Add to ``used`` the weight of each pair for every price on its cheapest script.

    ``used`` are flat arrays in the shape of the substitute, drop and add tables of ``costs``.
    """
    length = np.maximum((query > 0).sum(axis=1), (name > 0).sum(axis=1))
    for low, width in pairwise(_BANDS):
        rows = np.flatnonzero((length > low) & (length <= width))
        for start in range(0, len(rows), _AT_ONCE):
            at = rows[start : start + _AT_ONCE]
            _walk(query[at, :width], name[at, :width], layer[at], costs, weight[at], used)


def _walk(
    query: Codes, name: Codes, layer: Layers, costs: Costs, weight: F64, used: list[F64]
) -> None:
    count, width = query.shape
    size = costs.drop.shape[1]
    asked, stored = (query & SYMBOL).astype(np.intp), (name & SYMBOL).astype(np.intp)
    drop, add = costs.drop[layer[:, None], asked].T, costs.add[layer[:, None], stored].T
    passed, rest = skips(query, alone_each(query, layer, costs))
    name_passed, name_rest = skips(name, None)
    nothing, never = np.zeros((1, count), np.float32), np.full((1, count), np.inf, np.float32)
    begin, begin_name = np.concatenate([nothing, passed]), np.concatenate([nothing, name_passed])
    table = np.full((width + 1, width + 1, count), np.inf, np.float32)
    for i in range(width + 1):
        for j in range(width + 1):
            cell = begin[i] + begin_name[j]
            if i:
                cell = np.minimum(cell, table[i - 1, j] + drop[i - 1])
            if j:
                cell = np.minimum(cell, table[i, j - 1] + add[j - 1])
            if i and j:
                swap = costs.substitute[layer, asked[:, i - 1], stored[:, j - 1]]
                cell = np.minimum(cell, table[i - 1, j - 1] + swap)
            table[i, j] = cell
    end, end_name = np.concatenate([never, rest]), np.concatenate([never, name_rest])
    end[width] = end_name[width] = 0
    last = (table + end[:, None] + end_name[None]).reshape(-1, count).argmin(axis=0)
    i, j = last // (width + 1), last % (width + 1)
    going = np.arange(count)
    while len(going):
        a, b = i[going], j[going]
        up, left = np.maximum(a - 1, 0), np.maximum(b - 1, 0)
        by, q, n = layer[going], asked[going, up], stored[going, left]
        steps = np.stack(
            [
                begin[a, going] + begin_name[b, going],
                np.where((a > 0) & (b > 0), table[up, left, going], np.inf)
                + costs.substitute[by, q, n],
                np.where(a > 0, table[up, b, going], np.inf) + costs.drop[by, q],
                np.where(b > 0, table[a, left, going], np.inf) + costs.add[by, n],
            ]
        )
        step = steps.argmin(axis=0)
        where = ((by * size + q) * size + n, by * size + q, by * size + n)
        for kind in (1, 2, 3):
            taken = step == kind
            flat = used[kind - 1]
            flat += np.bincount(where[kind - 1][taken], weight[going][taken], len(flat))
        i[going] = np.where((step == 1) | (step == 2), a - 1, a)
        j[going] = np.where((step == 1) | (step == 3), b - 1, b)
        going = going[step > 0]
