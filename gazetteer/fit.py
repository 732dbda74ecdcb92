"""Learning the prices of :mod:`gazetteer.editcost` from pairs of spellings of the same places.

``python -m gazetteer.fit --sets DIR --places FILE`` rewrites ``edit_costs.json``: DIR holds
development sets (see :mod:`gazetteer.tune`), FILE lists places of another country with all their
names (tab-separated, the names in the last column, bar-separated). Nothing here runs when names
are looked up.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from gazetteer.editcost import PROFILES, base, placed
from gazetteer.letters import GENERIC_MARK
from gazetteer.names import forms

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


_SPACES = str.maketrans("", "", " " + GENERIC_MARK)
_VOWELS = str.maketrans("", "", "aiu")
PAIRS_MAX = 30_000


def same_name(
    asked: Sequence[tuple[str, Sequence[str]]], likeness: float
) -> Iterable[tuple[str, str]]:
    """Pairs of (asked, other) spellings of one name, as symbols.

    Names of one place that are other names, not other spellings, share too few consonants
    (``likeness`` of a Levenshtein ratio) and are left out, as are spellings equal when folded.
    """
    queries = forms([query for query, _ in asked])
    others = forms([name for _, names in asked for name in names])
    ours, theirs = _placed(queries.marked), _placed(others.flat)
    at = 0
    for i, (_, names) in enumerate(asked):
        for _ in names:
            one, other = ours[i], theirs[at]
            bones = queries.rough[i].translate(_VOWELS), others.rough[at].translate(_VOWELS)
            apart = queries.fold[i] != others.fold[at]
            at += 1
            short = 0 < len(one) <= _WIDTH and 0 < len(other) <= _WIDTH
            if short and apart and Levenshtein.normalized_similarity(*bones) >= likeness:
                yield one, other


def _placed(symbols: Sequence[str]) -> list[str]:
    """Symbol strings as they are priced, without spaces and marks of generic words."""
    points = placed(symbols, _WIDTH + 10)
    texts: list[str] = points.view(f"U{_WIDTH + 10}").ravel().tolist()
    return [text.translate(_SPACES) for text in texts]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit all profiles and store them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--places", type=Path, required=True)
    given = parser.parse_args(arguments)
    rng = random.Random(1)  # noqa: S311 (a sample, no secret)
    pairs = list(same_name(_of_places(given.places, rng), 0.6))
    for name, weight in (("S1_sy", 4), ("S2_sy", 2), ("SN_sy", 4)):
        pairs += list(same_name(_of_set(given.sets / f"{name}_dev.json.gz"), 0.6)) * weight
    slavic = list(same_name(_of_set(given.sets / "S1_ua_dev.json.gz"), 0.5))
    profiles: dict[str, Any] = {}
    for number, profile in enumerate(PROFILES):
        chosen = slavic if profile == "slavic" else [p for p in pairs if _scripts(*p) == number]
        rng.shuffle(chosen)
        profiles[profile] = learn(chosen[:PAIRS_MAX], 8)
    path = Path(__file__).parent / "edit_costs.json"
    table = {"fitted": FITTED, "unseen": UNSEEN, "profiles": profiles}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


FITTED = (
    "Expectation maximisation (8 rounds) over pairs of spellings of one place: all names of Iraqi "
    "places in Who's On First (CC0; names from GeoNames, CC BY 4.0), and the development sets S1, "
    "S2 and SN of Syria (weights 4, 2, 4) and S1 of Ukraine; pairs that share under 60 % of their "
    "consonants (Ukraine 50 %) are other names and left out. Private letters from U+E200 on stand "
    "for letters that begin a word, from U+EB00 on for those that end one (gazetteer.editcost)."
)


def _scripts(query: str, name: str) -> int:
    """The profile of a pair that is not Slavic: 0 to 3, as :data:`editcost.PROFILES` has them."""
    return 2 * any(base(c) > "\u0600" for c in query) + any(base(c) > "\u0600" for c in name)


def _of_places(path: Path, rng: random.Random) -> list[tuple[str, list[str]]]:
    """For each place, up to two of its names against its others; Cyrillic ones left out."""
    asked = []
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            fields = line.rstrip("\n").split("\t")
            names = dict.fromkeys([fields[1], *fields[-1].split("|")])
            kept = [n for n in names if n and not any("\u0400" <= c < "\u0530" for c in n)]
            if len(fields) > 5 and len(kept) > 1:
                for query in rng.sample(kept, 2):
                    asked.append((query, [n for n in kept if n != query]))
    return asked


def _of_set(path: Path) -> list[tuple[str, list[str]]]:
    """Each query of a development set against the names of its place."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        table = json.load(handle)
    names = {place["id"]: place["names"] for place in table["places"]}
    return [(query["q"], names[query["id"]]) for query in table["queries"]]


if __name__ == "__main__":
    main()
