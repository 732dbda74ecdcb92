"""One contract for every store: nothing lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store_claims import AWKWARD, awkward, claims, same, table
from timelines import open_timeline
from timelines.claims import Claim, Claims
from timelines.contents import Contents
from timelines.errors import ConflictError, NotFoundError, StoreError
from timelines.stores import new_store, store_at
from timelines.tables import Table

FILES = ("claims.csv", "places.csv", "actors.csv", "sources.csv", "timeline.toml")


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
