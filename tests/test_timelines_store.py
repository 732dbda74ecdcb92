"""Opening and checking a CSV folder: defaults, every problem with its row, nothing dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.csv_folders import HEADER, cells, full, write
from timelines import DataError, check, open_timeline


def test_one_file_with_five_columns_is_a_timeline(tmp_path: Path) -> None:
    write(
        tmp_path,
        claims="kind,date,place,actor,source,lon,lat\ncontrol,2015-10-09,Marea,ISIS,lwj,37.2,36.5\n",
    )
    assert check(tmp_path) == []
    timeline = open_timeline(tmp_path)
    assert timeline.title == tmp_path.name
    assert [p.name for p in timeline.place_list] == ["Marea"]
    state = timeline.state(on="2015-10-10")
    assert state.loc[0, ["controller", "status"]].tolist() == ["ISIS", "held"]
    assert timeline.sources["lwj"].publisher == "lwj"
    assert timeline.claims[0].status == "reported"
    assert len(timeline.claims[0].key) == 16


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_bom_and_line_ends_do_not_matter(tmp_path: Path, bom: bytes, end: bytes) -> None:
    text = (
        HEADER + 'a,control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,"a ""quoted""\ntext, two lines"\n'
    )
    full(tmp_path, "")
    (tmp_path / "claims.csv").write_bytes(bom + text.encode().replace(b"\n", end))
    assert check(tmp_path) == []
    note = open_timeline(tmp_path).claims[0].note
    assert note.replace("\r", "") == 'a "quoted"\ntext, two lines'


def test_unknown_columns_are_kept(tmp_path: Path) -> None:
    write(
        tmp_path,
        claims="kind,date,place,actor,source,lon,lat,editor\nclash,2015,X,,s,1,2,me\n",
    )
    assert open_timeline(tmp_path).claims[0].extra == (("editor", "me"),)


def test_the_hash_follows_the_content_and_not_the_line_ends(tmp_path: Path) -> None:
    one, two, three = (tmp_path / n for n in ("one", "two", "three"))
    for folder in (one, two, three):
        folder.mkdir()
    text = HEADER + "a,control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,\n"
    full(one, text)
    full(two, text.replace("\n", "\r\n"))
    full(three, text.replace("ISIS", "rebels"))
    hashes = [open_timeline(folder).data_hash for folder in (one, two, three)]
    assert hashes[0] == hashes[1] != hashes[2]


BAD_ROWS = [
    # the row, the column the problem is in, a word of the message or remedy
    ("a,taken,2015,Marea,,,,,isil,,,lwj,,,,,", "kind", "control"),
    ("a,control,2015-02-30,Marea,,,,,isil,,,lwj,,,,,", "date", "calendar"),
    ("a,control,,Marea,,,,,isil,,,lwj,,,,,", "date", "empty"),
    ("a,control,2015-10-09/2015-10-08,Marea,,,,,isil,,,lwj,,,,,", "date", "ends before"),
    ("a,control,2015,Marea,,,,,isil,,sure,lwj,,,,,", "status", "confirmed"),
    ("a,control,2015,Marea,,,,,martians,,,lwj,,,,,", "actor", "actors.csv"),
    ("a,control,2015,Marea,,,,,isil,martians,,lwj,,,,,", "target", "actors.csv"),
    ("a,control,2015,Marea,,,,,isil,,,nobody,,,,,", "source", "sources.csv"),
    ("a,control,2015,Marea,,,,,isil,,,,,,,,", "source", "empty"),
    ("a,control,2015,,,,,,isil,,,lwj,,,,,", "place", "empty"),
    ("a,control,2015,Suran,,,,,isil,,,lwj,,,,,", "place", "suran-hama"),
    ("a,control,2015,Marea,mareaa,,,,isil,,,lwj,,,,,", "place_id", "places.csv"),
    ("a,control,2015,Qqqxzy,,,,,isil,,,lwj,,,,,", "place", "gazetteer"),
    ("a,control,2015,X,,200,36,,isil,,,lwj,,,,,", "lon", "swapped"),
    ("a,control,2015,X,,36,91,,isil,,,lwj,,,,,", "lat", "swapped"),
    ("a,control,2015,X,,0,0,,isil,,,lwj,,,,,", "lon", "swapped"),
    ("a,control,2015,X,,nan,36,,isil,,,lwj,,,,,", "lon", "number"),
    ("a,control,2015,X,,37,1e999,,isil,,,lwj,,,,,", "lat", "number"),
    ("a,control,2015,X,,37,,,isil,,,lwj,,,,,", "lat", "both"),
    ("a,control,2015,X,,٣٧,36,,isil,,,lwj,,,,,", "lon", "number"),
    ("a,control,2015,Marea,,,,-5,isil,,,lwj,,,,,", "uncertainty_m", "radius"),
    ("a,strike,2015,Marea,,,,,isil,,,lwj,,ten,,,", "killed", "8..10"),
    ("a,strike,2015,Marea,,,,,isil,,,lwj,,,10..8,,", "wounded", "backwards"),
    ("a,strike,2015,Marea,,,,,isil,,,lwj,2015-13,,,,", "reported", "month"),
    ("a,strike,2015,Marea,,,,,isil,,,lwj", "", "cells"),
    ("a,strike,2015,Marea,,,,,isil,,,lwj,,,,,,,,", "", "cells"),
    ('a,strike,2015,"Marea"x,,,,,isil,,,lwj,,,,,', "", "quotes"),
    ("a,strike,2015,Mar\x07ea,marea,,,,isil,,,lwj,,,,,", "place", "control character"),
    ("a,strike,2015,Marea,,,,,isil,,,lwj,,,,," + "x" * 20_001, "note", "longer"),
]


@pytest.mark.parametrize("row, column, word", BAD_ROWS, ids=lambda value: str(value)[:40])
def test_each_problem_names_file_row_column_and_remedy(
    tmp_path: Path, row: str, column: str, word: str
) -> None:
    good = "g,control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,\n"
    full(tmp_path, HEADER + good + row + "\n" + good.replace("g,", "h,", 1))
    problems = check(tmp_path)
    assert cells(problems) == [("claims.csv", 3, column)]
    assert word in f"{problems[0].message} {problems[0].remedy}"
    with pytest.raises(DataError) as caught:
        open_timeline(tmp_path)
    assert caught.value.problems == tuple(problems)
    kept = open_timeline(tmp_path, strict=False)
    assert [claim.id for claim in kept.claims] == ["g", "h"]
    assert kept.problems == tuple(problems)


def test_all_problems_at_once(tmp_path: Path) -> None:
    rows = "".join(f"{row}\n".replace("a,", f"a{i},", 1) for i, (row, *_) in enumerate(BAD_ROWS))
    full(tmp_path, HEADER + rows)
    found = cells(check(tmp_path))
    assert {row for _, row, _ in found} == set(range(2, len(BAD_ROWS) + 2))


def test_ids_are_there_once(tmp_path: Path) -> None:
    row = "a,control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,\n"
    full(tmp_path, HEADER + row + row)
    assert cells(check(tmp_path)) == [("claims.csv", 3, "id")]


def test_the_same_words_twice_without_an_id_are_a_warning(tmp_path: Path) -> None:
    row = ",control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,\n"
    full(tmp_path, HEADER + row + row)
    problems = check(tmp_path)
    assert [(p.severity, p.row) for p in problems] == [("warning", 3)]


def test_reported_before_it_happened_is_a_warning(tmp_path: Path) -> None:
    full(tmp_path, HEADER + "a,control,2015-10-09,Marea,,,,,ISIS,,,lwj,2014-10-09,,,,\n")
    assert [(p.severity, p.column) for p in check(tmp_path)] == [("warning", "reported")]


@pytest.mark.parametrize(
    "retracts, fine",
    [("b", True), ("b|c", True), ("nobody", False), ("a", False)],
)
def test_retractions_name_other_claims(tmp_path: Path, retracts: str, fine: bool) -> None:
    header = HEADER.strip() + ",retracts\n"
    rows = [f"{i},control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,," for i in "bc"]
    rows.append(f"a,control,2015-10-09,Marea,,,,,,,retracted,lwj,,,,,,{retracts}")
    full(tmp_path, header + "\n".join(rows) + "\n")
    assert (cells(check(tmp_path)) == []) == fine


def test_what_a_sound_claim_withdraws_is_no_error_any_more(tmp_path: Path) -> None:
    head = "id,kind,date,place,actor,source,place_id,retracts\n"
    wrong = "c1,control,2015-13-09,Suran,isil,lwj,,\n"
    for mend, errors in (
        ("c2,control,2015-10-09,Suran,isil,lwj,suran-hama,c1\n", []),
        ("c2,control,2015-10-09,Suran,nobody,lwj,suran-hama,c1\n", [2, 2, 3]),
        ("c2,control,2015-10-09,Suran,isil,lwj,suran-hama,\n", [2, 2]),
    ):
        problems = check(full(tmp_path, head + wrong + mend))
        assert [row for _, row, _ in cells(problems)] == errors
        assert sum(problem.row == 2 for problem in problems) == 2
    write(tmp_path, claims=head + wrong + "c2,control,2015-10-09,Suran,isil,lwj,suran-hama,c1\n")
    assert open_timeline(tmp_path).place_ids == ("suran-hama",)


def test_retractions_in_a_circle(tmp_path: Path) -> None:
    header = HEADER.strip() + ",retracts\n"
    rows = [f"{i},control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,,{j}" for i, j in ("ab", "bc", "ca")]
    full(tmp_path, header + "\n".join(rows) + "\n")
    assert {row for _, row, _ in cells(check(tmp_path))} == {2, 3, 4}


def test_the_bundled_timeline_is_without_fault() -> None:
    assert [problem for problem in check("aleppo") if problem.severity == "error"] == []
    timeline = open_timeline("aleppo")
    kinds = list(timeline.claims.column("kind"))
    placed = {p for p, k in zip(timeline.place_ids, kinds, strict=True) if k == "control"}
    assert kinds.count("control") >= 150
    assert len(placed) >= 80
    assert kinds.count("strike") >= 45
    assert all(claim.source in timeline.sources for claim in timeline.claims)


def test_a_million_faults_are_not_a_million_lines(tmp_path: Path) -> None:
    row = "control,someday,Marea,isil,lwj,37.2,36.5\n"
    write(tmp_path, claims="kind,date,place,actor,source,lon,lat\n" + row * 12_000)
    problems = check(tmp_path)
    assert len(problems) == 10_001
    assert "more problems" in problems[-1].message
    assert len(open_timeline(tmp_path, strict=False).claims) == 0


def test_a_long_chain_of_retractions_is_checked_and_its_circle_found(tmp_path: Path) -> None:
    header = HEADER.strip() + ",retracts\n"
    row = "{0},control,2015-10-09,Marea,,,,,ISIS,,,lwj,,,,,,{1}\n"
    chain = [row.format(f"c{i}", f"c{i - 1}" if i else "") for i in range(5_000)]
    circle = [row.format(a, b) for a, b in (("x", "y"), ("y", "x"), ("z", "x"))]
    full(tmp_path, header + "".join(chain + circle))
    assert {r for _, r, _ in cells(check(tmp_path))} == {5_002, 5_003}
