"""One contract for every store: nothing lost, nothing doubled, nothing half-written."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgis_server
from timelines import open_timeline
from timelines.claims import Claim, Claims
from timelines.contents import Contents
from timelines.errors import ConflictError, NotFoundError, StoreError
from timelines.store import content_hash
from timelines.stores import new_store, store_at
from timelines.tables import Table

ROOT = Path(__file__).resolve().parent.parent
FILES = ("claims.csv", "places.csv", "actors.csv", "sources.csv", "timeline.toml")
KINDS = ("folder", "sqlite", "postgis")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostGIS database."""
    with postgis_server.running() as address:
        yield address


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store may be made."""
    if request.param == "postgis":
        address = request.getfixturevalue("server")
        mark = "&" if "?" in address else "?"
        return f"{address}{mark}timeline=t_{secrets.token_hex(6)}"
    return str(tmp_path / {"folder": "timeline", "sqlite": "timeline.gpkg"}[request.param])


def claims(count: int, start: int = 0, **more: str) -> Claims:
    return Claims.of(
        Claim("control", f"2015-01-{i % 28 + 1:02d}", "Marea", "isil", "s", id=f"c{start + i}",
              lon=37.2, lat=36.5, **more)  # type: ignore[arg-type]
        for i in range(count)
    )  # fmt: skip


def table(**columns: list[str]) -> Table:
    length = len(next(iter(columns.values())))
    return Table("x", columns, list(range(2, length + 2)))


AWKWARD = ["", "مارع", 'a "b", c', "two\nlines", "=1+1", "\u202eabc", " spaces ", "🛰", "x;y\tz"]


SQUARE = (
    '{"type": "Polygon", "coordinates": [[[36.5, 36], [38, 36], [38, 37], [36.5, 37], [36.5, 36]]]}'
)


def awkward() -> Contents:
    n = len(AWKWARD)
    return Contents(
        {
            "claims": table(
                note=AWKWARD, kind=["clash"] * n, date=["2015"] * n, place=["X"] * n,
                actor=[""] * n, source=["s"] * n, lon=["37.20"] * n, lat=["36.5000"] * n,
                editor=AWKWARD, id=[f"i{k}" for k in range(n)],
            ),
            "sources": table(id=["s"], relays=[""], colour=["née"]),
        },
        toml='title = "Ünïcode"\nboundary = "land.geojson"\n# a comment that stays\n',
        files={"land.geojson": SQUARE},
    )  # fmt: skip


def same(a: Contents, b: Contents) -> bool:
    return (a.toml, a.files) == (b.toml, b.files) and {
        k: t.columns for k, t in a.tables.items()
    } == {k: t.columns for k, t in b.tables.items()}


def test_what_is_written_is_read(where: str) -> None:
    store = new_store(where)
    assert not store.exists()
    store.write(awkward())
    assert store.exists()
    assert same(store.read(), awkward())


def test_the_bundled_timeline_goes_there_and_back_byte_for_byte(where: str, tmp_path: Path) -> None:
    bundled = store_at("aleppo").read()
    new_store(where).write(bundled)
    back = tmp_path / "back"
    new_store(back).write(store_at(where).read())
    source = Path(str(store_at("aleppo").folder))  # type: ignore[attr-defined]
    for name in FILES:
        assert (back / name).read_bytes() == (source / name).read_bytes()


def test_a_timeline_is_the_same_wherever_it_is_kept(where: str) -> None:
    new_store(where).write(store_at("aleppo").read())
    here, there = open_timeline("aleppo"), open_timeline(where)
    assert here.data_hash == there.data_hash
    assert here.state(on="2015-10-10").equals(there.state(on="2015-10-10"))


def test_a_boundary_of_its_own_comes_along(where: str) -> None:
    store = new_store(where)
    contents = awkward()
    contents.tables = {"claims": Table("claims", {**claims(3).columns}, [2, 3, 4])}  # type: ignore[dict-item]
    store.write(contents)
    timeline = open_timeline(where)
    land = timeline.land()
    assert "land.geojson" in land.boundary
    west, south, east, north = land.tessellation.boundary.bounds
    assert (west, south, east, north) == (36.5, 36, 38, 37)


def test_nothing_is_written_over(where: str) -> None:
    store = new_store(where)
    store.write(awkward())
    with pytest.raises(StoreError, match="Name a new"):
        store.write(store_at("aleppo").read())
    assert same(store.read(), awkward())


def test_there_must_be_a_timeline_to_read(where: str) -> None:
    with pytest.raises(NotFoundError):
        new_store(where).read()
    with pytest.raises(NotFoundError):
        store_at(where)


def test_adding_makes_adds_and_never_doubles(where: str) -> None:
    store = new_store(where)
    first = store.add(claims(5), {})
    assert (first.added, first.known) == (5, 0)
    before = store.version()
    assert store.version() == before
    again = store.add(claims(7), {})
    assert (again.added, again.known) == (2, 5)
    assert store.version() != before
    found = store.read().claims.column("id")
    assert sorted(found) == [f"c{i}" for i in range(7)]


def test_claims_without_an_id_are_known_by_their_content(where: str) -> None:
    store = new_store(where)
    one = Claims.of([Claim("clash", "2015", "X", "", "s")])
    two = Claims.of([Claim("clash", "2015", "X", "", "s", note="another")])
    assert [store.add(c, {}).added for c in (one, one, two)] == [1, 0, 1]


def test_new_columns_are_kept_and_old_rows_have_them_empty(where: str) -> None:
    store = new_store(where)
    store.add(claims(1), {})
    store.add(claims(1, start=5, extra=(("retracts", "c0"),)), {})  # type: ignore[arg-type]
    found = store.read().claims
    assert dict(zip(found.column("id"), found.column("retracts"), strict=True)) == {
        "c0": "",
        "c5": "c0",
    }


def test_sources_come_along_and_stay_as_they_are(where: str) -> None:
    store = new_store(where)
    store.add(claims(1), {"sources": [{"id": "s", "publisher": "First"}]})
    store.add(claims(1, start=1), {"sources": [{"id": "s", "publisher": "Second"}, {"id": "t"}]})
    found = store.read().tables["sources"]
    assert found.column("id") == ["s", "t"]
    assert found.column("publisher") == ["First", ""]


def test_the_same_row_twice_is_two_rows_in_a_copy(where: str) -> None:
    twice = Contents({"claims": table(kind=["clash"] * 2, date=["2015"] * 2, place=["X"] * 2,
                                      actor=["", ""], source=["s", "s"])})  # fmt: skip
    new_store(where).write(twice)
    assert same(store_at(where).read(), twice)


WRITER = """
import sys
from timelines.claims import Claim, Claims
from timelines.stores import new_store
where, name, count, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
store = new_store(where)
for i in range(0, count, each):
    ids = [f"{name}-{k}" for k in range(i, i + each)]
    rows = [Claim("clash", "2015-01-01", "X", "a", "s", id=one) for one in ids]
    store.add(Claims.of(rows), {})
    sys.stdout.write("".join(f"{c.id}\\n" for c in rows))
    sys.stdout.flush()
"""


def writer(where: str, name: str, count: int, each: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, where, name, str(count), str(each)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_eight_writers_lose_no_row(where: str) -> None:
    new_store(where).add(claims(1), {})
    writers = [writer(where, f"w{n}", 500, 50) for n in range(8)]
    for one in writers:
        one.communicate(timeout=120)
        assert one.returncode == 0
    assert len(store_at(where).read().claims) == 4_001


def test_what_was_acknowledged_survives_a_kill(where: str) -> None:
    """A writer killed at any moment leaves every row that it said was written, and no half."""
    store = new_store(where)
    store.add(claims(1), {})
    said: set[str] = set()
    for n in range(6):
        one = writer(where, f"k{n}", 10_000, 1)
        assert one.stdout is not None
        first = one.stdout.readline()
        time.sleep(0.02 * n)
        os.kill(one.pid, signal.SIGKILL)
        lines = first + one.communicate(timeout=60)[0]
        said |= {line for line in lines.split("\n")[:-1] if line}
    found = store.read().claims
    assert said and said <= set(found.column("id"))
    assert found.problems == []
    assert store.add(claims(1, start=9), {}).added == 1


def test_guarded_claims_that_somebody_withdrew_stop_the_addition(where: str) -> None:
    store = new_store(where)
    store.add(claims(2), {})
    withdrawal = claims(1, start=7, extra=(("retracts", "c0|x"),))  # type: ignore[arg-type]
    store.add(withdrawal, {}, guard=["c0"])
    with pytest.raises(ConflictError) as caught:
        store.add(claims(1, start=9), {"sources": [{"id": "s"}]}, guard=["c1", "c0"])
    assert caught.value.conflicts == (("c0", "c7"),)
    assert sorted(store.read().claims.column("id")) == ["c0", "c1", "c7"]
    assert store.add(claims(1, start=9), {}, guard=["c1"]).added == 1


FULL = """
import resource, signal, sys
from timelines.claims import Claim, Claims
from timelines.errors import StoreError
from timelines.stores import new_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = new_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
rows = [Claim("clash", "2015-01-01", "X", "a", "s", note="x" * 500, id=f"f{k}") for k in range(999)]
try:
    store.add(Claims.of(rows), {})
except StoreError as error:
    print(error)
    sys.exit(7)
"""


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_a_full_disk_leaves_what_was_there_and_says_so(kind: str, tmp_path: Path) -> None:
    path = tmp_path / {"folder": "t", "sqlite": "t.gpkg"}[kind]
    store = new_store(path)
    store.add(claims(5), {})
    file = path / "claims.csv" if kind == "folder" else path
    limit = str(file.stat().st_size + 50_000)
    command = [sys.executable, "-c", FULL, str(path), limit]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert str(path.name) in done.stdout
    assert sorted(store.read().claims.column("id")) == [f"c{i}" for i in range(5)]
    assert store.add(claims(6), {}).added == 1


@pytest.mark.parametrize("data", [b"", b"not a database" * 50, b"SQLite format 3\x00" + b"x" * 500])
def test_files_that_are_no_timeline(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(data)
    with pytest.raises(StoreError):
        store_at(path).read()
    assert path.read_bytes() == data


def test_a_folder_with_broken_rows_is_not_rewritten(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    text = "kind,date,place,actor,source\nclash,2015,X,a\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="row 2"):
        new_store(tmp_path).add(claims(1), {})
    assert path.read_text(encoding="utf-8") == text


def test_new_claims_go_where_their_date_belongs(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    rows = "".join(f"clash,2015-0{m},X,a,s,{m}\n" for m in (1, 3, 5))
    path.write_text("kind,date,place,actor,source,id\n" + rows, encoding="utf-8")
    new = Claims.of([Claim("clash", "2015-04-02", "X", "a", "s", id="4")])
    new_store(tmp_path).add(new, {})
    assert store_at(tmp_path).read().claims.column("id") == ["1", "3", "4", "5"]


def test_the_file_is_a_geopackage_that_others_open(tmp_path: Path) -> None:
    import pyogrio

    path = tmp_path / "a.gpkg"
    new_store(path).write(store_at("aleppo").read())
    layers = dict(pyogrio.list_layers(path))
    assert layers == {"claims": "Point", "places": "Point", "actors": None, "sources": None}
    frame = pyogrio.read_dataframe(path, layer="claims")
    timeline = open_timeline("aleppo")
    assert len(frame) == len(timeline.claims)
    assert frame.crs.to_epsg() == 4326
    dabiq = frame[frame["place_id"] == "dabiq"].geometry.iloc[0]
    assert (dabiq.x, dabiq.y) == (timeline.places["dabiq"].lon, timeline.places["dabiq"].lat)


def test_the_file_refuses_to_change_a_claim(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    path = tmp_path / "a.gpkg"
    new_store(path).add(claims(3), {})
    with closing(sqlite3.connect(path)) as db:
        for statement in ("UPDATE claims SET actor = 'x'", "DELETE FROM claims"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
                db.execute(statement)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture(params=("sqlite", "postgis"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Where a store with a schema may be made, and its module."""
    if request.param == "sqlite":
        return str(tmp_path / "a.gpkg"), "timelines.stores.sqlite"
    address = request.getfixturevalue("server")
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}timeline=t_{secrets.token_hex(6)}", "timelines.stores.postgis"


MIGRATIONS = {
    1: ["CREATE TABLE one (x INT)", "INSERT INTO one VALUES (1)"],
    2: ["CREATE TABLE two AS SELECT x FROM one"],
}


def test_an_older_schema_is_led_to_the_new_one(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    new_store(where).add(claims(1), {})
    monkeypatch.setattr(f"{module}.SCHEMA", 3)
    monkeypatch.setattr(f"{module}.MIGRATIONS", MIGRATIONS)
    assert store_at(where).add(claims(2), {}).added == 1
    assert len(store_at(where).read().claims) == 2  # "one" is made only once
    monkeypatch.setattr(f"{module}.SCHEMA", 4)
    monkeypatch.setattr(f"{module}.MIGRATIONS", {3: ["DROP TABLE two"]})
    assert len(store_at(where).read().claims) == 2


@pytest.mark.parametrize("steps", [{1: MIGRATIONS[1], 2: ["CREATE NONSENSE"]}, {1: MIGRATIONS[1]}])
def test_a_migration_that_fails_leaves_the_older_schema(
    steps: dict[int, list[str]], database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    new_store(where).add(claims(1), {})
    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.SCHEMA", 3)
        patch.setattr(f"{module}.MIGRATIONS", steps)
        for use in (lambda s: s.read(), lambda s: s.add(claims(2), {})):
            with pytest.raises(StoreError):
                use(store_at(where))
    assert len(store_at(where).read().claims) == 1
    monkeypatch.setattr(f"{module}.SCHEMA", 3)
    monkeypatch.setattr(f"{module}.MIGRATIONS", MIGRATIONS)  # fails if "one" had been left
    assert len(store_at(where).read().claims) == 1


KILLED = """
import importlib, os, signal, sys
from timelines.stores import store_at
module = importlib.import_module(sys.argv[2])
def steps():
    yield "CREATE TABLE one (x INT)"
    print("begun", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
module.SCHEMA, module.MIGRATIONS = 2, {1: steps()}
store_at(sys.argv[1]).read()
"""


def test_a_migration_that_is_killed_leaves_the_older_schema(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    new_store(where).add(claims(1), {})
    command = [sys.executable, "-c", KILLED, where, module]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "begun\n"), done.stderr
    assert len(store_at(where).read().claims) == 1
    monkeypatch.setattr(f"{module}.SCHEMA", 3)
    monkeypatch.setattr(f"{module}.MIGRATIONS", MIGRATIONS)
    assert len(store_at(where).read().claims) == 1


def test_a_newer_schema_is_refused_and_not_touched(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, module = database
    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.SCHEMA", 9)
        new_store(where).add(claims(1), {})
    for use in (lambda s: s.read(), lambda s: s.add(claims(2), {})):
        with pytest.raises(StoreError, match=r"newer frontlines .*Update"):
            use(store_at(where))
    monkeypatch.setattr(f"{module}.SCHEMA", 9)
    assert len(store_at(where).read().claims) == 1


@pytest.mark.parametrize("where", ["", "a\x00b", "x" * 5_000, "aleppo"])
def test_places_that_are_no_store(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError):
        new_store(where)


def test_hashes_tell_contents_apart() -> None:
    one, two = awkward(), awkward()
    assert content_hash(one) == content_hash(two)
    two.tables["claims"].columns["note"] = list(reversed(AWKWARD))
    assert content_hash(one) != content_hash(two)


def test_addresses_that_are_no_database() -> None:
    for url in (
        "postgresql://",
        "postgresql://u@127.0.0.1:1/none",
        "postgresql://h/db?timeline=a%22;drop",
        "postgresql://[",
    ):
        with pytest.raises(StoreError):
            new_store(url).read()


def test_the_database_refuses_to_change_a_claim_and_finds_by_space_and_time(
    server: str,
) -> None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    schema = f"t_{secrets.token_hex(6)}"
    mark = "&" if "?" in server else "?"
    new_store(f"{server}{mark}timeline={schema}").write(store_at("aleppo").read())
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
    for statement in ("UPDATE {}.claims SET actor = 'x'", "DELETE FROM {}.claims"):
        with pytest.raises(DBAPIError, match="only ever added"), engine.begin() as db:
            db.execute(text(statement.format(schema)))
    query = f"""SELECT count(*) FROM {schema}.claims WHERE days && '[2016-10-11,2016-10-11]'
        AND ST_DWithin(geom::geography, ST_Point(37.1626, 36.1993, 4326)::geography, 10000)"""
    with engine.begin() as db:
        assert db.execute(text(query)).scalar_one() > 3
        plan = f"SELECT indexdef FROM pg_indexes WHERE schemaname = '{schema}'"
        found = " ".join(row[0] for row in db.execute(text(plan)))
        assert "gist (geom)" in found and "gist (days)" in found
    engine.dispose()


def test_a_withdrawal_that_was_itself_withdrawn_stops_nobody(where: str) -> None:
    store = new_store(where)
    store.add(claims(2), {})
    for start, old in ((7, "c0"), (8, "c7")):  # c0 is withdrawn, then restored
        store.add(claims(1, start=start, extra=(("retracts", old),)), {})  # type: ignore[arg-type]
    assert store.add(claims(1, start=9), {}, guard=["c0"]).added == 1
    with pytest.raises(ConflictError) as caught:
        store.add(claims(1, start=10), {}, guard=["c7"])
    assert caught.value.conflicts == (("c7", "c8"),)
    store.add(claims(1, start=11, extra=(("retracts", "c8"),)), {})  # type: ignore[arg-type]
    with pytest.raises(ConflictError):
        store.add(claims(1, start=10), {}, guard=["c0"])


@pytest.mark.parametrize("chunk", [1, 3, 7, 1_000])
def test_columns_read_in_parts_are_the_rows_that_were_written(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silent columns that speak later, gaps, texts with the separator, columns of others."""
    import sqlite3
    from contextlib import closing

    from timelines.stores import sqliterows

    count = 60
    columns = {
        "id": [f"i{k}" for k in range(count)],
        "note": ["" if k < 40 else f"note {k}" for k in range(count)],
        "weapon": ["a\x1fb" if k == 30 else AWKWARD[k % len(AWKWARD)] for k in range(count)],
        "actor": ["isil"] * count,
        "mine": ["" if k % 3 else f"m{k}" for k in range(count)],
        "kind": [""] * count,
    }
    path = tmp_path / "a.gpkg"
    new_store(path).write(Contents({"claims": table(**columns), "places": table(**columns)}))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM places WHERE fid BETWEEN 11 AND 19 OR fid = 33")
    monkeypatch.setattr(sqliterows, "CHUNK", chunk)
    read = store_at(path).read()
    assert read.claims.columns == columns
    assert {p.column for p in read.claims.problems} == {"weapon"}
    gone = {*range(10, 19), 32}
    left = {n: [c for k, c in enumerate(cells) if k not in gone] for n, cells in columns.items()}
    assert read.tables["places"].columns == left
    assert read.tables["places"].rows == [k + 1 for k in range(count) if k not in gone]


def test_control_polygons_are_the_same_wherever_they_are_kept(where: str, tmp_path: Path) -> None:
    """What `frontlines import polygons` made, copied there and back: areas byte for byte."""
    from geo.territory import territories
    from tests.test_timelines_polygon_timeline import days
    from timelines import cli
    from timelines.tally import control_on

    daily, first, back = (tmp_path / name for name in ("daily", "first", "back"))
    daily.mkdir()
    for name, content in days().items():
        (daily / name).write_bytes(content)
    assert cli.main(["import", "polygons", str(daily), "-o", str(first)]) == 0
    assert cli.main(["store", "copy", str(first), where]) == 0
    assert cli.main(["store", "copy", where, str(back)]) == 0
    assert {p.name: p.read_bytes() for p in back.iterdir()} == {
        p.name: p.read_bytes() for p in first.iterdir() if not p.name.startswith(".")
    }
    assert "areas.geojson" in {p.name for p in back.iterdir()}
    here, there = open_timeline(first), open_timeline(where)
    assert here.data_hash == there.data_hash
    land = [territories(t.land().tessellation, control_on(t, "2024-07-09")) for t in (here, there)]
    assert len(land[0]) and land[0].equals(land[1])
    assert cli.main(["check", where]) == 0
    assert cli.main(["diff", where, "--from", "2024-07-09", "--to", "2024-07-12"]) == 0
    assert cli.main(["export", where, "--on", "2024-07-12", "-o", str(tmp_path / "x.gpkg")]) == 0
