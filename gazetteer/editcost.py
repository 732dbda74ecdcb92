"""Weighted edit distance between symbol strings, many pairs at a time.

The price of writing one symbol for another is the negative logarithm (nats) of how often that
happens between spellings of one name, learned by expectation maximisation from pairs of spellings
(Ristad and Yianilos 1998, "Learning string-edit distance"); see :mod:`gazetteer.fit`. The table
lies in ``edit_costs.json`` beside this module together with how it was fitted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
MAX_SYMBOLS = 24
"""Symbols of a name that are compared."""
_CELLS = 2_000_000
"""Substitution prices held at once, to bound memory."""


LATIN, LATIN_ARABIC, ARABIC_LATIN, ARABIC, SLAVIC = range(5)
PROFILES = ("latin-latin", "latin-arabic", "arabic-latin", "arabic-arabic", "slavic")
"""Who writes (script of the query) and what is written (script of the indexed name)."""


@dataclass(frozen=True)
class Costs:
    """Prices in nats, one layer a profile. ``code`` maps a code point to its symbol.

    Symbol 0 is the padding, 1 any symbol that was not seen in fitting. ``substitute`` is
    (profile, query symbol, indexed symbol); ``drop`` (profile, S) is paid for a symbol of the
    query that the indexed name lacks, ``add`` (profile, S) for one that only the indexed name
    has; ``alone`` (profile, S) is the price of a query symbol with no name to compare it with.
    """

    code: NDArray[np.uint8]
    arabic: NDArray[np.bool_]
    substitute: F32
    drop: F32
    add: F32
    alone: F32


@cache
def default_costs() -> Costs:
    """The fitted table that comes with the package."""
    text = (Path(__file__).parent / "edit_costs.json").read_text(encoding="utf-8")
    return costs_from_json(json.loads(text))


def costs_from_json(table: dict[str, Any]) -> Costs:
    """A table as :mod:`gazetteer.fit` writes it: prices in hundredths of a nat, by profile."""
    blocks = [table["profiles"][name] for name in PROFILES]
    symbols = sorted({c for block in blocks for c in block["query"] + block["name"]})
    code = np.ones(0x10000, dtype=np.uint8)
    code[0] = 0
    for position, symbol in enumerate(symbols):
        code[ord(symbol)] = position + 2
    size = len(symbols) + 2
    unseen = float(table["unseen"]) / 100
    substitute = np.full((len(blocks), size, size), unseen, dtype=np.float32)
    drop, add, alone = (np.full((len(blocks), size), unseen, dtype=np.float32) for _ in range(3))
    for layer, block in enumerate(blocks):
        rows = code[[ord(c) for c in block["query"]]].astype(np.intp)
        columns = code[[ord(c) for c in block["name"]]].astype(np.intp)
        prices = np.array(block["substitute"], dtype=np.float32) / 100
        substitute[layer, rows[:, None], columns[None, :]] = prices
        drop[layer, rows] = np.array(block["drop"], dtype=np.float32) / 100
        add[layer, columns] = np.array(block["add"], dtype=np.float32) / 100
        alone[layer, rows] = np.array(block["alone"], dtype=np.float32) / 100
    for column in (drop, add, alone):
        column[:, 0] = 0
    substitute[:, 0, :] = substitute[:, :, 0] = 50
    substitute[:, 0, 0] = 0
    arabic = np.array([False, False, *(c >= "\u0600" for c in symbols)])
    return Costs(code, arabic, substitute, drop, add, alone)


def encode(texts: Sequence[str], costs: Costs) -> NDArray[np.uint8]:
    """Symbol codes (n, MAX_SYMBOLS), zero-padded."""
    points = np.array(texts, dtype=f"U{MAX_SYMBOLS}").view(np.uint32)
    return costs.code[np.minimum(points.reshape(len(texts), MAX_SYMBOLS), 0xFFFF)]


def profiles(
    query: NDArray[np.uint8], name: NDArray[np.uint8], slavic: NDArray[np.bool_], costs: Costs
) -> NDArray[np.intp]:
    """Which layer of prices each pair of rows is compared by."""
    from_arabic = costs.arabic[query].any(axis=1)
    to_arabic = costs.arabic[name].any(axis=1)
    layer = from_arabic * 2 + to_arabic
    return np.where(slavic & (layer == LATIN), SLAVIC, layer).astype(np.intp)


def alone(query: NDArray[np.uint8], layer: NDArray[np.intp], costs: Costs) -> F32:
    """The price of each whole string on its own (n,): what a chance match would have to beat."""
    total: F32 = costs.alone[layer[:, None], query].sum(axis=1, dtype=np.float32)
    return total


def distances(
    query: NDArray[np.uint8], name: NDArray[np.uint8], layer: NDArray[np.intp], costs: Costs
) -> F32:
    """Cheapest edit script in nats (n,) for each pair of rows of two (n, L) code matrices."""
    count = len(query)
    result = np.zeros(count, dtype=np.float32)
    if not count:
        return result
    lengths = np.maximum((query > 0).sum(axis=1), (name > 0).sum(axis=1))
    order = np.argsort(lengths, kind="stable")
    ordered = lengths[order]
    start = 0
    while start < count:
        # Pairs of like length share a run, so that little is spent on padding.
        stop = int(np.searchsorted(ordered, max(int(ordered[start]) + 1, 5), side="right"))
        width = int(ordered[stop - 1]) or 1
        stop = min(stop, start + max(1, _CELLS // (width * width)))
        rows = order[start:stop]
        result[rows] = _run(query[rows, :width], name[rows, :width], layer[rows], costs)
        start = stop
    return result


def _run(
    query: NDArray[np.uint8], name: NDArray[np.uint8], layer: NDArray[np.intp], costs: Costs
) -> F32:
    width = query.shape[1]
    size = costs.drop.shape[1]
    wanted = (layer * size + query.T).astype(np.intp) * size
    swap = costs.substitute.ravel()[wanted[:, None, :] + name.T[None, :, :]]
    drop, add = costs.drop[layer, query.T], costs.add[layer, name.T]
    row = np.zeros((width + 1, len(query)), dtype=np.float32)
    np.cumsum(add, axis=0, out=row[1:])
    for i in range(width):
        # Everything but the insertions of this row at once; they need the cell just made.
        fresh = np.empty_like(row)
        fresh[0] = row[0] + drop[i]
        np.minimum(row[:-1] + swap[i], row[1:] + drop[i], out=fresh[1:])
        for j in range(1, width + 1):
            np.minimum(fresh[j], fresh[j - 1] + add[j - 1], out=fresh[j])
        row = fresh
    final: F32 = row[-1]
    return final
