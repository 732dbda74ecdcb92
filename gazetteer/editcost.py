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
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gazetteer import letters

F32 = NDArray[np.float32]
Codes = NDArray[np.uint16]
Layers = NDArray[np.intp]
SYMBOL, WORD_END, GENERIC = np.uint16(0xFF), np.uint16(0x100), np.uint16(0x200)
FIRST, LAST = 0xE200, 0xEB00
"""Added to the code points of letters that begin or end a word: vowels and weak letters change
most there, and a letter has a price of its own for each of them. Both areas are private use."""
_TOLD_APART = 0x800
_BEGINNING = np.isin(np.arange(_TOLD_APART), [ord(c) for c in "aeiouwyAEIUاويع"])
SKIP_WORD, SKIP_GENERIC = 6.0, 2.0
"""Nats for a word, or a generic word, that only one of two names has."""
GENERIC_ALONE = 2.5
"""Nats that a generic word of the query is worth as evidence."""
MAX_SYMBOLS = 24
"""Symbols of a name that are compared."""
_CELLS = 500_000
"""Cells of edit tables reckoned at once: few enough to stay in the cache."""
_FEW = 400
"""Pairs of which it is not worth while to make several runs."""


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
    met = {c for block in blocks for c in block["query"] + block["name"]}
    # Letters with a mark or in a place that one profile never met cost what plain ones do.
    symbols = sorted({*met, *map(base, met), *map(chr, letters.PLAIN)})
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
        for symbol in symbols:
            one = code[ord(symbol)]
            if symbol not in block["query"] and (like := _nearest(symbol, block["query"])):
                for prices_of in (substitute, drop, alone):
                    prices_of[layer, one] = prices_of[layer, code[ord(like)]]
        for symbol in symbols:
            one = code[ord(symbol)]
            if symbol not in block["name"] and (like := _nearest(symbol, block["name"])):
                substitute[layer, :, one] = substitute[layer, :, code[ord(like)]]
                add[layer, one] = add[layer, code[ord(like)]]
    for column in (drop, add, alone):
        column[:, 0] = 0
    substitute[:, 0, :] = substitute[:, :, 0] = 50
    substitute[:, 0, 0] = 0
    arabic = np.array([False, False, *(base(c) >= "\u0600" for c in symbols)])
    return Costs(code, arabic, substitute, drop, add, alone)


def base(symbol: str) -> str:
    """A symbol without its place in the word."""
    point = ord(symbol)
    return chr(point - (LAST if point >= LAST else FIRST if point >= FIRST else 0))


def _nearest(symbol: str, met: str) -> str:
    """The symbol whose prices one takes that was not met in fitting; "" where there is none."""
    plain = base(symbol)
    place = ord(symbol) - ord(plain)
    unmarked = plain.translate(letters.PLAIN)
    return next((c for c in (chr(ord(unmarked) + place), plain, unmarked) if c in met), "")


def placed(texts: Sequence[str], width: int) -> NDArray[np.uint32]:
    """Code points (n, width) of symbol strings, the letters at either end of a word moved."""
    points = np.array(texts, dtype=f"U{width}").view(np.uint32).reshape(len(texts), width)
    gap = (points == 0) | (points == 32) | (points == ord(letters.GENERIC_MARK))
    edge = np.ones((len(texts), 1), dtype=bool)
    apart = ~gap & (points < _TOLD_APART)
    first = apart & np.hstack([edge, gap[:, :-1]])
    first &= _BEGINNING[np.minimum(points, _TOLD_APART - 1)]
    last = apart & np.hstack([gap[:, 1:], edge]) & ~first
    moved: NDArray[np.uint32] = points + (first * FIRST + last * LAST).astype(np.uint32)
    return moved


def encode(texts: Sequence[str], costs: Costs) -> Codes:
    """Symbol strings to codes (n, MAX_SYMBOLS), zero-padded.

    The low eight bits are the symbol; WORD_END marks the last symbol of a word, GENERIC every
    symbol of a generic word.
    """
    width = MAX_SYMBOLS + 8
    points = placed(texts, width)
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
    return layers(is_arabic(query, costs), is_arabic(name, costs), slavic)


def is_arabic(codes: Codes, costs: Costs) -> NDArray[np.bool_]:
    """Whether each row has a letter of the Arabic script."""
    any_: NDArray[np.bool_] = np.logical_or.reduce(costs.arabic.take(codes & SYMBOL), axis=1)
    return any_


def layers(
    from_arabic: NDArray[np.bool_], to_arabic: NDArray[np.bool_], slavic: NDArray[np.bool_]
) -> Layers:
    """:func:`profiles` by the scripts of both."""
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
    result = np.zeros(len(query), dtype=np.float32)
    lengths = np.maximum((query > 0).sum(axis=1), (name > 0).sum(axis=1))
    worded = np.maximum(*(((c & WORD_END) > 0).sum(axis=1) for c in (query, name))) > 1
    # Pairs of one length share a run, so that nothing is spent on padding, and single words are
    # spared the passing over of words.
    run = np.maximum(lengths, 1) * 2 + worded
    if len(query) < _FEW:
        run[:] = run.max(initial=0) | 1
    order = np.argsort(run, kind="stable")
    edges = np.flatnonzero(np.diff(run[order], prepend=-1, append=-1)).tolist()
    for low, high in pairwise(edges):
        width, several = divmod(int(run[order[low]]), 2)
        step = _CELLS // (width * width)
        for start in range(low, high, step):
            rows = order[start : min(high, start + step)]
            pair = query[rows, :width], name[rows, :width], layer[rows]
            result[rows] = _run(*pair, costs, worded=bool(several))
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


def _run(query: Codes, name: Codes, layer: Layers, costs: Costs, *, worded: bool) -> F32:
    """The distances of pairs of one width.

    A cell of the table needs only cells of the two diagonals before its own, so that a diagonal
    is reckoned at once. ``last``, ``before`` and ``fresh`` hold diagonals by row of the table; what
    belongs to its columns is turned round, since these run backwards along a diagonal.
    """
    count, width = query.shape
    size = costs.drop.shape[1]
    asked = (query & SYMBOL).T + layer * size
    stored = np.ascontiguousarray((name & SYMBOL).T[::-1].astype(np.intp))
    drop, add = costs.drop.ravel().take(asked), costs.add.ravel().take(stored + layer * size)
    asked *= size
    swap = costs.substitute.ravel()
    left, top = (np.zeros((width + 1, count), dtype=np.float32) for _ in range(2))
    for i in range(width):
        np.add(left[i], drop[i], out=left[i + 1])
        np.add(top[i], add[width - 1 - i], out=top[i + 1])
    if worded:
        passed, rest = map(np.ascontiguousarray, skips(query, alone_each(query, layer, costs)))
        name_passed, name_rest = (np.ascontiguousarray(s[::-1]) for s in skips(name, None))
        rest[-1] = name_rest[0] = 0
        for i in range(width):
            np.minimum(left[i] + drop[i], passed[i], out=left[i + 1])
        np.minimum(top[1:], name_passed[::-1], out=top[1:])
    before, last, fresh = (np.empty((width + 1, count), dtype=np.float32) for _ in range(3))
    before[0], last[0], last[1] = 0, top[1], left[1]
    wanted = np.empty((width, count), dtype=np.intp)
    spare, other = (np.empty((width, count), dtype=np.float32) for _ in range(2))
    best = np.full(count, np.inf, dtype=np.float32)
    for diagonal in range(2, 2 * width + 1):
        low, high = max(1, diagonal - width), min(width, diagonal - 1)
        rows, up = slice(low - 1, high), slice(low, high + 1)
        columns = slice(width - diagonal + low, width - diagonal + high + 1)
        at, one, two = wanted[: high - low + 1], spare[: high - low + 1], other[: high - low + 1]
        np.add(asked[rows], stored[columns], out=at)
        swap.take(at, out=one, mode="clip")
        np.add(one, before[rows], out=one)
        np.minimum(one, np.add(last[rows], drop[rows], out=two), out=one)
        np.minimum(one, np.add(last[up], add[columns], out=two), out=fresh[up])
        if worded:
            np.add(passed[rows], name_passed[columns], out=two)
            np.minimum(fresh[up], two, out=fresh[up])
            np.add(rest[rows], name_rest[columns], out=two)
            np.add(fresh[up], two, out=two)
            np.minimum(best, two.min(axis=0), out=best)
        if diagonal <= width:
            fresh[0], fresh[diagonal] = top[diagonal], left[diagonal]
        before, last, fresh = last, fresh, before
    return best if worded else last[width]
