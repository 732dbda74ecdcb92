"""The numbers of the gazetteer, beside a simple method (anyascii and a rapidfuzz ratio).

``python tests/bench_gazetteer.py`` generates its own names: speed, start of a process, a world
index. ``--sets DIR`` scores development sets (``*_dev.json.gz``, see
:mod:`gazetteer.development`) too, ``--areas FILE`` gives governorates, ``--world N`` the size of
the generated world (0: none).
``pytest tests/bench_gazetteer.py`` runs the timings through pytest-benchmark.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from anyascii import anyascii
from rapidfuzz import fuzz, process

from gazetteer import Gazetteer, Match, Place
from gazetteer.development import (
    Development,
    Query,
    arabic_set,
    areas_of,
    is_hit,
    reachable,
    read_set,
    without,
)
from gazetteer.everyday import cities_by_people, everyday, everyday_names
from gazetteer.index import SqliteIndex, build
from gazetteer.partial import default_partial

ROOT = Path(__file__).resolve().parent.parent
_ONSETS = (
    *("b", "t", "th", "j", "h", "kh", "d", "r", "z", "s"),
    *("sh", "gh", "f", "q", "k", "l", "m", "n"),
)
_VOWELS = ["a", "a", "a", "i", "u", "ay", "aw"]
_GENERIC = ["", "", "", "Tall ", "Kafr ", "Khirbat ", "Dayr ", "Abu ", "Bayt ", "Shaykh "]


def generated_places(count: int, seed: int = 7) -> Iterator[Place]:
    """Places with Arabic-sounding names made of random syllables."""
    rng = random.Random(seed)
    for number in range(count):
        name = rng.choice(_GENERIC) + _word(rng).capitalize()
        people = int(rng.paretovariate(0.8) * 50)
        lon, lat = rng.uniform(-179, 179), rng.uniform(-60, 70)
        yield Place(str(number), name, lon, lat, (), people, "village")


def _word(rng: random.Random) -> str:
    parts = [rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 4))]
    return "".join(parts) + rng.choice(_ONSETS)


def misspelled(name: str, rng: random.Random) -> str:
    """A name with one slip, as reports have them."""
    swaps = [("a", "e"), ("i", "e"), ("u", "o"), ("q", "k"), ("Tall", "Tel"), ("sh", "ch")]
    old, new = rng.choice([s for s in swaps if s[0] in name] or [("", "")])
    return name.replace(old, new, 1)


def simple_method(names: Sequence[str], queries: Sequence[str]) -> list[list[int]]:
    """The five best names by ratio of lower-case ASCII."""
    indexed = [anyascii(name).lower() for name in names]
    found = []
    for query in queries:
        best = process.extract(anyascii(query).lower(), indexed, scorer=fuzz.ratio, limit=5)
        found.append([number for _, _, number in best])
    return found


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process (other work on the machine does not count), and the result."""
    gc.collect()
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def speed() -> None:
    """Names a second at 20,000 names, single answers, whole process."""
    places = list(generated_places(20_000))
    rng = random.Random(1)
    queries = [misspelled(rng.choice(places).name, rng) for _ in range(20_000)]
    seconds, gazetteer = timed(lambda: Gazetteer.from_places(places))
    print(f"index of {len(places)} names built in {seconds:.2f} s")
    gazetteer.resolve_many(queries[:100])
    seconds, many = timed(lambda: gazetteer.resolve_many(queries))
    print(f"resolve_many: {len(queries) / seconds:,.0f} names/s (goal 5,000)")
    few = queries[:500]
    seconds, singles = timed(lambda: [gazetteer.resolve(query) for query in few])
    same = singles == many[: len(few)]
    print(f"resolve: {1000 * seconds / len(few):.2f} ms (goal 5), same answers: {same}")
    seconds, _ = timed(lambda: simple_method([p.name for p in places], few))
    print(f"simple method: {len(few) / seconds:,.0f} names/s")
    Gazetteer.default()
    code = "from gazetteer import Gazetteer as G; G.default().resolve('Aleppo')"
    walls = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        walls.append(time.perf_counter() - began)
    print(f"whole process: {sorted(walls)[2]:.2f} s (goal 0.7)")


def world(count: int, folder: Path) -> None:
    """An index of ``count`` generated names: opening, answering, memory."""
    path = folder / "world.sqlite"
    began = time.perf_counter()
    build(path, generated_places(count))
    took = time.perf_counter() - began
    size_mb = path.stat().st_size / 1e6
    print(f"world of {count:,} names built in {took:.0f} s, {size_mb:,.0f} MB")
    code = (
        "import sys, time; from pathlib import Path\n"
        "from gazetteer import Gazetteer; from gazetteer.index import SqliteIndex\n"
        "Gazetteer.from_places([]).resolve('warm')\n"
        "t = time.perf_counter(); g = Gazetteer(SqliteIndex(Path(sys.argv[1])))\n"
        "print(f'opened in {1000 * (time.perf_counter() - t):.1f} ms (goal 100)')\n"
        "names = sys.argv[2:]; g.resolve(names[0]); took = []\n"
        "for n in names:\n"
        "    t = time.perf_counter(); g.resolve(n); took.append(time.perf_counter() - t)\n"
        "took.sort(); status = Path('/proc/self/status').read_text()\n"
        "rss = int(status.split('VmHWM:')[1].split()[0]) / 1024\n"
        "print(f'answers: median {1000 * took[len(took) // 2]:.1f} ms, 95th percentile '\n"
        "      f'{1000 * took[int(len(took) * .95)]:.1f} ms (goal 20); '\n"
        "      f'resident {rss:.0f} MB (goal 300)')\n"
    )
    rng = random.Random(3)
    names = [misspelled(p.name, rng) for p in list(generated_places(300))]
    subprocess.run([sys.executable, "-c", code, str(path), *names], cwd=ROOT, check=True)


def hits(matches: Sequence[Match], queries: Sequence[Query]) -> tuple[float, float]:
    """Shares of queries whose right place is first, and among the first five."""
    ranks = [
        next((i for i, c in enumerate(m.candidates[:5]) if is_hit(q, c.place)), 9)
        for m, q in zip(matches, queries, strict=True)
    ]
    return sum(r == 0 for r in ranks) / len(ranks), sum(r < 5 for r in ranks) / len(ranks)


def answered(matches: Sequence[Match], queries: Sequence[Query]) -> tuple[float, float]:
    """Share of queries resolved rightly, and share of the resolved that are right."""
    told = [(m, q) for m, q in zip(matches, queries, strict=True) if m.place is not None]
    right = sum(is_hit(q, m.place) for m, q in told if m.place is not None)
    return right / len(queries), right / max(1, len(told))


def within_area(gazetteer: Gazetteer, queries: Sequence[Query]) -> list[Match]:
    """Each query asked with its governorate."""
    found: dict[int, Match] = {}
    for area in {q.area for q in queries}:
        at = [i for i, q in enumerate(queries) if q.area == area]
        asked = gazetteer.resolve_many([queries[i].text for i in at], within=area or None)
        found.update(zip(at, asked, strict=True))
    return [found[i] for i in range(len(queries))]


def score(name: str, given: Development, simple: int) -> None:
    """One development set, with and without the governorate, the places present and absent.

    "can be first" is what the set allows at most: places that look all alike are told apart by
    luck, and "if exact names win" counts as lost what only wrong places are called
    (:func:`gazetteer.development.reachable`).
    """
    texts = [q.text for q in given.queries]
    present = Gazetteer.from_places(given.places)
    absent = Gazetteer.from_places(without(given.places, given.queries))
    ways: list[tuple[str, Callable[[Gazetteer], list[Match]]]] = [
        ("", lambda g: g.resolve_many(texts))
    ]
    if any(q.area for q in given.queries):
        ways.append((" with governorate", lambda g: within_area(g, given.queries)))
    for label, ask in ways:
        matches = ask(present)
        first, five = hits(matches, given.queries)
        right, precision = answered(matches, given.queries)
        lost = ask(absent)
        wrong = sum(
            m.place is not None and not is_hit(q, m.place)
            for m, q in zip(lost, given.queries, strict=True)
        )
        any_ = sum(m.place is not None for m in lost)
        luck, kept = reachable(given, within=bool(label))
        print(
            f"{name + label:28} first {first:.3f}  in five {five:.3f}  answered {right:.3f}  "
            f"precision {precision:.3f}  absent: answered {any_ / len(lost):.3f}, "
            f"wrongly {wrong / len(lost):.3f}  "
            f"can be first {luck:.3f}, if exact names win {kept:.3f}"
        )
    if simple:
        queries = given.queries[:simple]
        labels = [(n, p) for p in given.places for n in p.all_names()]
        found = simple_method([n for n, _ in labels], [q.text for q in queries])
        right5 = [
            [is_hit(q, labels[i][1]) for i in best] for q, best in zip(queries, found, strict=True)
        ]
        print(
            f"{name + ' simple method':28} first {sum(r[0] for r in right5) / len(queries):.3f}  "
            f"in five {sum(any(r) for r in right5) / len(queries):.3f}"
        )


def default_gazetteer(folder: Path) -> None:
    """The gazetteer that comes with the package: places it has, and places it lacks."""
    gazetteer = Gazetteer(everyday(), lacking=default_partial())
    index = gazetteer.index
    for names in (*everyday_names(folder, index), *cities_by_people(index)):
        texts = [q.text for q in names.queries]
        matches = gazetteer.resolve_many(texts, country=names.country or None)
        right, precision = answered(matches, names.queries)
        wrong = sum(
            m.place is not None and not is_hit(q, m.place)
            for m, q in zip(matches, names.queries, strict=True)
        )
        kind = "lacking" if names.absent else "as they stand" if names.exact else "other spellings"
        print(
            f"{names.name:28} {kind:16} answered {right:.3f}  precision {precision:.3f}  "
            f"wrongly {wrong / max(len(texts), 1):.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path)
    parser.add_argument("--areas", type=Path)
    parser.add_argument("--world", type=int, default=5_000_000)
    parser.add_argument("--simple", type=int, default=300, help="queries of each set it is asked")
    given = parser.parse_args()
    for path in sorted(given.sets.glob("*_dev.json.gz")) if given.sets else []:
        areas = areas_of(path, given.areas) if given.areas and "_ua" not in path.name else {}
        score(path.name.removesuffix("_dev.json.gz"), read_set(path, areas), given.simple)
    if given.sets and (syria := given.sets / "gaz_sy.tsv.gz").is_file():
        score("Arabic asked of Latin", arabic_set(syria), given.simple)
        default_gazetteer(given.sets)
    speed()
    if given.world:
        with tempfile.TemporaryDirectory() as folder:
            world(given.world, Path(folder))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


@pytest.fixture(scope="module")
def twenty_thousand() -> tuple[Gazetteer, list[str]]:
    places = list(generated_places(20_000))
    rng = random.Random(1)
    return Gazetteer.from_places(places), [misspelled(p.name, rng) for p in places[:2000]]


def test_resolve_many(benchmark: Any, twenty_thousand: tuple[Gazetteer, list[str]]) -> None:
    gazetteer, queries = twenty_thousand
    answers = benchmark(gazetteer.resolve_many, queries)
    assert len(answers) == len(queries)


def test_resolve(benchmark: Any, twenty_thousand: tuple[Gazetteer, list[str]]) -> None:
    gazetteer, queries = twenty_thousand
    assert benchmark(gazetteer.resolve, queries[0]).query == queries[0]


def test_open_and_ask_a_file(benchmark: Any, tmp_path: Path) -> None:
    build(tmp_path / "x.sqlite", generated_places(100_000))

    def ask() -> Match:
        return Gazetteer(SqliteIndex(tmp_path / "x.sqlite")).resolve("Khirbat Salamin")

    assert benchmark(ask).candidates


if __name__ == "__main__":
    main()
