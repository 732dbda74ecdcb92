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

from gazetteer import letters

F32 = NDArray[np.float32]
Codes = NDArray[np.uint16]
Layers = NDArray[np.intp]
SYMBOL, WORD_END, GENERIC = np.uint16(0x7F), np.uint16(0x80), np.uint16(0x100)
SKIP_WORD, SKIP_GENERIC = 6.0, 2.0
"""Nats for a word, or a generic word, that only one of two names has."""
GENERIC_ALONE = 2.5
"""Nats that a generic word of the query is worth as evidence."""
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


def encode(texts: Sequence[str], costs: Costs) -> Codes:
    """Symbol strings to codes (n, MAX_SYMBOLS), zero-padded.

    The low seven bits are the symbol; WORD_END marks the last symbol of a word, GENERIC every
    symbol of a generic word.
    """
    width = MAX_SYMBOLS + 8
    points = np.array(texts, dtype=f"U{width}").view(np.uint32).reshape(len(texts), width)
    marked = points == ord(letters.GENERIC_MARK)
    gap = (points == 0) | (points == 32) | marked
    codes = costs.code[np.minimum(points, 0xFFFF)].astype(np.uint16)
    ends = np.zeros_like(gap)
    ends[:, :-1] = ~gap[:, :-1] & gap[:, 1:]
    ends[:, -1] = ~gap[:, -1]
    codes |= ends * WORD_END
    # A mark stands behind its word: carry it to the front, symbol by symbol.
    carried = marked[:, -1].copy()
    for at in range(width - 2, -1, -1):
        carried = marked[:, at] | (carried & ~(gap[:, at] | ends[:, at]) | marked[:, at + 1])
        codes[:, at] |= np.where(carried & ~gap[:, at], GENERIC, 0).astype(np.uint16)
    codes[gap] = 0
    order = np.argsort(gap, axis=1, kind="stable")[:, :MAX_SYMBOLS]
    return np.take_along_axis(codes, order, axis=1)


def profiles(query: Codes, name: Codes, slavic: NDArray[np.bool_], costs: Costs) -> Layers:
    """Which layer of prices each pair of rows is compared by."""
    from_arabic = costs.arabic[query & SYMBOL].any(axis=1)
    to_arabic = costs.arabic[name & SYMBOL].any(axis=1)
    layer = from_arabic * 2 + to_arabic
    return np.where(slavic & (layer == LATIN), SLAVIC, layer).astype(np.intp)


def alone(query: Codes, layer: Layers, costs: Costs) -> F32:
    """The price of each string on its own (n,): what a chance match would have to beat.

    A generic word costs GENERIC_ALONE however long it is: half of all names have one.
    """
    total: F32 = alone_each(query, layer, costs).sum(axis=1, dtype=np.float32)
    return total


def alone_each(query: Codes, layer: Layers, costs: Costs) -> F32:
    price = costs.alone[layer[:, None], query & SYMBOL]
    generic = (query & GENERIC) > 0
    return np.where(generic, ((query & WORD_END) > 0) * np.float32(GENERIC_ALONE), price)


def distances(query: Codes, name: Codes, layer: Layers, costs: Costs) -> F32:
    """Cheapest edit script in nats (n,) for each pair of rows of two (n, L) code matrices.

    Beside single symbols, whole words at the beginning or end of either may be passed over, as
    long as one word is left to compare.
    """
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


def skips(codes: Codes, each: F32 | None) -> tuple[F32, F32]:
    """Price (L, n) of passing over all words up to a symbol, and of all words after it.

    Infinite where no word ends, and behind the last word.
    """
    ends = (codes & WORD_END) > 0
    word = np.where((codes & GENERIC) > 0, SKIP_GENERIC, SKIP_WORD).astype(np.float32)
    price: F32 = np.where(ends, word, np.float32(0))
    if each is not None:
        price = price + each
    before = np.cumsum(price, axis=1, dtype=np.float32)
    total = before[:, -1:]
    words = np.cumsum(ends, axis=1)
    inner = ends & (words < words[:, -1:])
    infinite = np.float32(np.inf)
    return np.where(inner, before, infinite).T, np.where(inner, total - before, infinite).T


def _run(query: Codes, name: Codes, layer: Layers, costs: Costs) -> F32:
    width = query.shape[1]
    size = costs.drop.shape[1]
    asked, stored = query & SYMBOL, name & SYMBOL
    wanted = (layer * size + asked.T).astype(np.intp) * size
    swap = costs.substitute.ravel().take(wanted[:, None, :] + stored.T[None, :, :])
    drop, add = costs.drop[layer, asked.T], costs.add[layer, stored.T]
    passed, rest = skips(query, alone_each(query, layer, costs))
    name_passed, name_rest = skips(name, None)
    row = np.zeros((width + 1, len(query)), dtype=np.float32)
    np.cumsum(add, axis=0, out=row[1:])
    np.minimum(row[1:], name_passed, out=row[1:])
    edge = np.zeros(len(query), dtype=np.float32)
    best = np.full(len(query), np.inf, dtype=np.float32)
    for i in range(width):
        # Everything but the insertions of this row at once; they need the cell just made.
        fresh = np.empty_like(row)
        edge = np.minimum(edge + drop[i], passed[i])
        fresh[0] = edge
        np.minimum(row[:-1] + swap[i], row[1:] + drop[i], out=fresh[1:])
        np.minimum(fresh[1:], name_passed + passed[i], out=fresh[1:])
        for j in range(1, width + 1):
            np.minimum(fresh[j], fresh[j - 1] + add[j - 1], out=fresh[j])
        row = fresh
        done = np.minimum(row[-1], (row[1:] + name_rest).min(axis=0))
        np.minimum(best, done + rest[i], out=best)
    np.minimum(best, row[-1], out=best)
    final: F32 = np.minimum(best, (row[1:] + name_rest).min(axis=0))
    return final
