"""Speed of the timelines room: `python -m pytest tests/bench_timelines.py`.

The workload is made from a seed: places on a lattice, fronts that drift, 5 actors, five years of
days; a seventh of the dates are months or open intervals, reports lag by up to two weeks, one claim
in fifty contradicts another of the same day.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from timelines.actors import Actor, Actors
from timelines.casualties import casualties, tolls
from timelines.claims import COLUMNS, Claim, Claims, Source
from timelines.contents import Contents
from timelines.daycolumns import day_columns
from timelines.places import TimelinePlace
from timelines.settings import Settings
from timelines.spells import changes, days_held, spells
from timelines.stores import new_store
from timelines.stores.sqlite import SqliteStore
from timelines.tables import Table
from timelines.tally import feed
from timelines.timeline import Timeline

SIDES = ("government", "opposition", "isil", "sdf", "turkey")
FIRST = np.datetime64("2012-01-01")
DAYS = 1_700
STATUSES = ("reported", "reported", "reported", "confirmed", "claimed", "disputed")


def claim_columns(places: int, claims: int, seed: int = 1) -> dict[str, list[str]]:
    """Columns of a claims.csv."""
    rng = random.Random(seed)
    columns: dict[str, list[str]] = {name: [] for name in COLUMNS}
    text = [str(FIRST + np.timedelta64(d, "D")) for d in range(DAYS + 30)]
    last: tuple[int, int] | None = None
    for number in range(claims):
        place, day = rng.randrange(places), rng.randrange(DAYS)
        if last and rng.random() < 0.02:
            place, day = last
        last = (place, day)
        draw = rng.random()
        if draw < 0.07:
            date = text[day][:7]
        elif draw < 0.11:
            date = f"{text[day]}/{text[day + rng.randrange(1, 10)]}"
        elif draw < 0.14:
            date = f"../{text[day]}"
        else:
            date = text[day]
        row = {
            "id": f"c{number}",
            "kind": "control",
            "date": date,
            "place": f"Place {place}",
            "place_id": f"p{place}",
            "actor": SIDES[(place // 1000 + day // 340 + (rng.random() < 0.2)) % 5],
            "target": rng.choice(SIDES) if rng.random() < 0.3 else "",
            "status": rng.choice(STATUSES),
            "source": f"s{rng.randrange(40)}",
            "reported": text[day + rng.randrange(15)],
        }
        for name, column in columns.items():
            column.append(row.get(name, ""))
    return columns


def contents_of(places: int, claims: int) -> Contents:
    """The tables of a timeline of that size, its places in rows two kilometres apart."""
    across = int(places**0.5) + 1
    rows = {
        "id": [f"p{i}" for i in range(places)],
        "name": [f"Place {i}" for i in range(places)],
        "lon": [f"{36 + i % across / 50:.4f}" for i in range(places)],
        "lat": [f"{34 + i // across / 50:.4f}" for i in range(places)],
    }
    columns = claim_columns(places, claims)
    return Contents(
        {
            "claims": Table("claims", columns, list(range(claims))),
            "places": Table("places", rows, list(range(places))),
        }
    )


@lru_cache(maxsize=2)
def workload(places: int, claims: int) -> Timeline:
    """A timeline of that size."""
    columns = claim_columns(places, claims)
    side = int(places**0.5) + 1
    return Timeline(
        name="bench",
        path=None,
        settings=Settings(),
        claims=Claims(columns, claims),
        place_ids=tuple(columns["place_id"]),
        places={
            f"p{i}": TimelinePlace(
                f"p{i}", f"Place {i}", lon=36 + i % side / 50, lat=34 + i // side / 50
            )
            for i in range(places)
        },
        actors=Actors([Actor(name, name) for name in SIDES]).painted(),
        sources={f"s{i}": Source(f"s{i}", reliability="ABCDEF"[i % 6]) for i in range(40)},
    )


def days(count: int, seed: int = 2) -> list[int]:
    rng = random.Random(seed)
    first = int((FIRST - np.datetime64("1970-01-01")).astype(int))
    return [first + rng.randrange(DAYS) for _ in range(count)]


@pytest.mark.parametrize("size", [(5_000, 10_000), (33_000, 60_000)], ids=["M", "L"])
def test_state_of_any_date(benchmark: Any, size: tuple[int, int]) -> None:
    """Goal for L: at most 5 ms."""
    timeline = workload(*size)
    timeline.state(on="2014-01-01")
    asked = iter(days(10_000) * 100)
    benchmark(lambda: timeline.state(on=next(asked)))


@pytest.mark.parametrize("size", [(5_000, 10_000), (33_000, 60_000)], ids=["M", "L"])
def test_state_of_any_date_as_known_on_any_date(benchmark: Any, size: tuple[int, int]) -> None:
    """Goal for L: at most 25 ms. Every round asks for a day of knowledge not asked for before."""
    timeline = workload(*size)
    timeline.state(on="2014-01-01")
    asked = iter(zip(days(10_000, seed=5), dict.fromkeys(days(10_000, seed=3)), strict=False))

    def ask() -> None:
        on, known_on = next(asked)
        timeline.state(on=on, known_on=known_on)

    benchmark.pedantic(ask, rounds=200, iterations=1, warmup_rounds=3)


def test_first_state_of_a_timeline_just_opened(benchmark: Any) -> None:
    made = workload(33_000, 60_000)

    def fresh() -> tuple[tuple[Timeline], dict[str, Any]]:
        names = ("name", "path", "settings", "claims", "place_ids", "places", "actors", "sources")
        return (Timeline(**{name: getattr(made, name) for name in names}),), {}

    def ask(timeline: Timeline) -> None:
        timeline.state(on="2014-01-01")

    benchmark.pedantic(ask, setup=fresh, rounds=5)


def test_days_of_a_million_iso_dates(benchmark: Any) -> None:
    """Goal: under a second."""
    text = [str(FIRST + np.timedelta64(d, "D")) for d in range(DAYS)]
    rng = random.Random(4)
    million = [text[rng.randrange(DAYS)] for _ in range(1_000_000)]
    result = benchmark.pedantic(lambda: day_columns(million), rounds=3)
    assert len(result.earliest) == 1_000_000


def test_days_of_many_edtf_dates(benchmark: Any) -> None:
    mixed = claim_columns(1_000, 100_000)["date"]
    benchmark.pedantic(lambda: day_columns(mixed), rounds=3)


@pytest.mark.parametrize("question", ["spells", "changes", "days_held"])
def test_questions_over_time(benchmark: Any, question: str) -> None:
    timeline = workload(33_000, 60_000)
    timeline.state(on="2014-01-01")
    if question == "spells":
        benchmark.pedantic(lambda: spells(timeline), rounds=3)
    elif question == "changes":
        benchmark.pedantic(lambda: changes(timeline, "2014-01-01", "2014-12-31"), rounds=3)
    else:
        benchmark.pedantic(lambda: days_held(timeline, "2012-01-01", "2016-12-31"), rounds=3)


def event_workload(claims: int) -> Timeline:
    """As many events: strikes and clashes with counts, 40 sources, one in ten dated to a month."""
    made = workload(33_000, 60_000)
    columns = claim_columns(33_000, claims, seed=7)
    rng = random.Random(8)
    columns["kind"] = [rng.choice(("strike", "strike", "clash", "toll")) for _ in range(claims)]
    columns["killed"] = [rng.choice(("", "1", "2", "8..10", "3..")) for _ in range(claims)]
    return Timeline(
        name="events",
        path=None,
        settings=Settings(),
        claims=Claims(columns, claims),
        place_ids=tuple(columns["place_id"]),
        places=made.places,
        actors=made.actors,
        sources=made.sources,
    )


@pytest.mark.parametrize("claims", [60_000, 1_000_000])
@pytest.mark.parametrize("question", ["casualties", "feed", "tolls"])
def test_tallies_of_the_whole_period(benchmark: Any, question: str, claims: int) -> None:
    timeline = event_workload(claims)
    window = ("2012-01-01", "2016-12-31")
    casualties(timeline, "2012-01-01", "2012-01-02")  # the clocks and numbers are made once
    ask = {"casualties": casualties, "feed": feed, "tolls": tolls}[question]
    found = benchmark.pedantic(lambda: ask(timeline, *window), rounds=2)
    assert len(found)


KILLS = int(os.environ.get("FRONTLINES_KILLS", "200"))


def _killed_writer(path: Path, name: str, seconds: float) -> set[str]:
    """Ids that a writer acknowledged, one commit each, before it was killed."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        store = SqliteStore(path)
        for number in range(100_000):
            claim = Claim("clash", "2015-01-01", "X", "a", "s", id=f"{name}-{number}")
            store.add(Claims.of([claim]), {})
            os.write(into, f"{claim.id}\n".encode())
        os._exit(0)
    os.close(into)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    with open(out, "rb") as pipe:  # noqa: PTH123 (a file descriptor)
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return set(said.split("\n")[:-1])


def test_no_acknowledged_claim_is_lost_to_kills(tmp_path: Path) -> None:
    """FRONTLINES_KILLS=1000 for the whole goal: 4 writers at once, killed at random moments."""
    path = tmp_path / "kills.gpkg"
    SqliteStore(path).add(Claims.of([]), {})
    rng = random.Random(6)
    jobs = [(f"k{n}", rng.uniform(0.02, 0.25)) for n in range(KILLS)]
    with ThreadPoolExecutor(4) as pool:
        said = set().union(*pool.map(lambda job: _killed_writer(path, *job), jobs))
    found = SqliteStore(path).read().claims.column("id")
    assert said <= set(found)
    assert len(set(found)) == len(found)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    sys.stderr.write(f"\n{KILLS} kills, {len(said):,} claims acknowledged, none lost\n")


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a million claims as CSV and as a SQLite file."""
    folder = tmp_path_factory.mktemp("million")
    contents = contents_of(33_000, 1_000_000)
    new_store(folder / "csv").write(contents)
    new_store(folder / "million.gpkg").write(contents)
    return folder


@pytest.mark.parametrize("kind, goal_s", [("million.gpkg", 6), ("csv", 15)])
def test_load_a_million_claims(kind: str, goal_s: int, million: Path) -> None:
    """In a process of its own, for its memory: at most 6 s from SQLite, 15 s from CSV, 1.5 GB."""
    code = (
        "import sys, time; from timelines import open_timeline; s = time.perf_counter();"
        "t = open_timeline(sys.argv[1]); e = time.perf_counter() - s;"
        "print(len(t.claims), e, time.process_time(),"
        " next(int(w.split()[1]) for w in open('/proc/self/status') if w[:5] == 'VmHWM') / 1e6)"
    )
    command = [sys.executable, "-c", code, str(million / kind)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    count, wall_s, cpu_s, gb = (float(text) for text in done.stdout.split())
    sys.stderr.write(
        f"\n{kind}: {wall_s:.1f} s ({cpu_s:.1f} s CPU), {gb:.2f} GB; goal {goal_s} s\n"
    )
    assert count == 1_000_000
    assert gb < 1.5
