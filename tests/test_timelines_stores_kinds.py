"""What each kind of store is by itself: files and databases that others open, and what is none."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.store_claims import AWKWARD, awkward, claims
from timelines import open_timeline
from timelines.claims import Claim, Claims
from timelines.errors import StoreError
from timelines.store import content_hash
from timelines.stores import new_store, store_at


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
    postgis: str,
) -> None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    schema = f"t_{secrets.token_hex(6)}"
    mark = "&" if "?" in postgis else "?"
    new_store(f"{postgis}{mark}timeline={schema}").write(store_at("aleppo").read())
    engine = create_engine(postgis.replace("postgresql:", "postgresql+psycopg:"))
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
