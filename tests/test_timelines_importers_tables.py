"""Tables of strangers: nothing guessed, nothing lost in silence, the same claims every time."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.damage import damaged
from tests.table_reading import ROWS, SAID, book, read, text
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping, merge
from timelines.importers.cells import date
from timelines.importers.report import Unfit


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_the_same_table_is_the_same_claims(delimiter: str, encoding: str) -> None:
    mapping = FieldMapping(constants=SAID.constants, encoding="cp1256" if "cp" in encoding else "")
    claims, report = read(text(delimiter).encode(encoding), mapping)
    assert [(c.place, c.date, c.lon) for c in claims] == [
        ("Kweires", "2015-10-09", 37.57),
        ("دابق", "2015-10", 37.268),
        ('Tall "Rifat"', "2014-08-13/..", None),
    ]
    assert (report.taken_rows, report.refused) == (3, ())
    assert [c.id for c in claims] == [c.id for c in read(text().encode())[0]]


def test_a_tsv_of_one_column_needs_no_delimiter() -> None:
    claims, _ = read(b"place\nDabiq\n", FieldMapping(constants=SAID.constants, on="2016-02-15"))
    assert [(c.place, c.date) for c in claims] == [("Dabiq", "2016-02-15")]


def test_an_undecided_delimiter_is_asked_for() -> None:
    with pytest.raises(DataError, match="Say the delimiter"):
        read(b"place;a,date\n")


def test_columns_constants_and_values_are_the_callers() -> None:
    mapping = FieldMapping(
        columns={"place": "Ort", "actor": "Halter"},
        constants={"kind": "control", "source": "zeitung", "status": "claimed"},
        values={"actor": {"IS": "isis"}},
        date_order="dmy",
        decimal=",",
        delimiter=";",
    )
    data = "Ort;Halter;Date;Lon;Lat;Seite\nDabiq;IS;13.8.2014;37,268;36,538;A1\n"
    claims, report = read(data.encode(), mapping)
    (claim,) = claims
    assert (claim.place, claim.actor, claim.date, claim.lon, claim.status) == (
        "Dabiq",
        "isis",
        "2014-08-13",
        37.268,
        "claimed",
    )
    assert claim.extra == (("Seite", "A1"),)
    assert ("Ort", "place") in report.columns


@pytest.mark.parametrize(
    ("data", "mapping", "says"),
    [
        (b"date,place\n", FieldMapping(constants={"kind": "control"}), "does not say the source"),
        (b"date,place\n", FieldMapping(constants={"source": "a"}), "does not say the kind"),
        (b"place\nx\n", SAID, "has no date"),
        (b"date\n2015\n", SAID, "names no place"),
        (b"date,place\n", FieldMapping(columns={"actor": "Who"}), "There is no column"),
    ],
)
def test_what_a_claim_needs_is_asked_for(data: bytes, mapping: FieldMapping, says: str) -> None:
    with pytest.raises(DataError, match=says):
        read(data, mapping)


@pytest.mark.parametrize(
    ("written", "order", "edtf"),
    [
        ("2015-10-09", "", "2015-10-09"),
        ("2015-05~", "", "2015-05~"),
        ("20151009", "", "2015-10-09"),
        ("2015/10/9", "", "2015-10-09"),
        ("2016-02-15 00:00:00.000", "", "2016-02-15"),
        ("9 October 2015", "", "2015-10-09"),
        ("09-Oct-2015", "", "2015-10-09"),
        ("October 9, 2015", "", "2015-10-09"),
        ("Sept 2015", "", "2015-09"),
        ("03/04/2016", "dmy", "2016-04-03"),
        ("03/04/2016", "mdy", "2016-03-04"),
        ("25/12/2015", "", "2015-12-25"),
        ("12.25.2015", "", "2015-12-25"),
        ("04/04/2016", "", "2016-04-04"),
    ],
)
def test_dates_as_written(written: str, order: str, edtf: str) -> None:
    assert date(written, order) == edtf  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("03/04/2016", ""),
        ("25/12/2015", "mdy"),
        ("12/25/2015", "dmy"),
        ("03/04/16", "dmy"),
        ("2015-13-01", ""),
        ("31 February 2015", ""),
        ("Ma 2015", ""),
        ("", ""),
    ],
)
def test_a_date_is_never_guessed(written: str, order: str) -> None:
    with pytest.raises(Unfit):
        date(written, order)  # type: ignore[arg-type]


def test_a_second_import_adds_nothing_and_a_new_column_changes_no_id() -> None:
    first, _ = read(text().encode())
    again, _ = read(text().encode())
    done = merge(first, again)
    assert (done.added, done.known, len(done.claims)) == (0, 3, 3)
    wider = tuple({**row, "page": "7" if i else ""} for i, row in enumerate(ROWS))
    more = merge(first, read(text(rows=wider).encode())[0])
    assert (more.added, more.known) == (2, 1)


def test_rows_said_twice_are_taken_once_and_said() -> None:
    claims, report = read(text(rows=(*ROWS, ROWS[0])).encode())
    assert (len(claims), report.repeated) == (3, 1)
    assert "Row 5 says the same as row 2" in report.warnings[0]


def test_an_id_that_says_two_things_is_refused() -> None:
    data = b"id,date,place\na,2015,Dabiq\na,2015,Dabiq\na,2015,Mare\n"
    claims, report = read(data)
    assert (claims[0].id, len(claims), report.repeated) == ("a", 1, 1)
    (refused,) = report.refused
    assert (refused.row, refused.column) == (4, "id") and "row 2" in refused.reason


def test_a_given_id_that_is_taken_is_a_conflict_and_not_lost_in_silence() -> None:
    old, _ = read(b"id,date,place\na,2015,Dabiq\nb,2015,Mare\n")
    done = merge(old, read(b"id,date,place\na,2015,Dabiq\nb,2016,Mare\nc,2015,Azaz\n")[0])
    assert (done.added, done.known, done.conflicts) == (1, 1, ("b",))
    assert [c.date for c in done.claims] == ["2015", "2015", "2015"]


def test_the_line_in_which_excel_names_the_delimiter() -> None:
    _, report = read(b"sep=;\r\ndate;place\r\n2015;Dabiq\r\nsoon;Mare\r\n")
    assert (report.taken_rows, report.refused[0].row) == (1, 4)


def test_letters_lost_elsewhere_are_said() -> None:
    _, report = read("date,place\n2015,D\ufffdbiq\n".encode())
    assert "could not be read" in report.warnings[0]


def test_every_refused_row_is_named_as_a_spreadsheet_counts() -> None:
    rows = [dict(ROWS[0]) for _ in range(5)]
    rows[1]["lat"] = "abc"
    rows[3]["date"] = "yesterday"
    for i, row in enumerate(rows):
        row["place"] = f"P{i}"
    claims, report = read(text(rows=tuple(rows)).encode())
    assert [(r.row, r.column) for r in report.refused] == [(3, "lat"), (5, "date")]
    assert all(r.reason and (r.remedy or "Write" in r.reason) for r in report.refused)
    assert [c.place for c in claims] == ["P0", "P2", "P4"]


def test_an_open_quote_loses_no_row_in_silence() -> None:
    good = "".join(f"2015-10-{i:02d},P{i}\n" for i in range(1, 30))
    data = f'date,place\n{good}2015-11-01,"open\n{good}'
    _, report = read(data.encode())
    assert report.taken_rows == 29
    (refused,) = report.refused
    assert "(lines 31 to 60)" in refused.reason


def test_bounds_tell_swapped_coordinates() -> None:
    mapping = FieldMapping(constants=SAID.constants, bounds=(35.5, 32.0, 42.5, 37.5), on="2015")
    _, report = read(b"place,lon,lat\nDabiq,36.538,37.268\nParis,2.3,48.8\nA,36.1,41.0\n", mapping)
    assert [r.remedy for r in report.refused] == [
        "Check the point, or widen bounds.",
        "Are lon and lat swapped?",
    ]
    assert report.taken_rows == 1


def test_a_column_called_retracts_withdraws_nothing() -> None:
    claims, _ = read(b"date,place,retracts\n2015,Dabiq,abc\n")
    assert "retracts" not in claims.columns
    assert claims[0].extra == (("retracts_in_file", "abc"),)


def test_progress_is_told_on_long_files() -> None:
    calls: list[tuple[int, int]] = []
    body = "".join(f"2015,P{i}\n" for i in range(50_000))
    FORMATS["csv"].parse(
        f"date,place\n{body}".encode(), mapping=SAID, progress=lambda *done: calls.append(done)
    )
    assert calls[0][0] == 20_000
    assert calls[-1] == (50_000, 50_000)


def test_a_mapping_is_checked() -> None:
    for wrong in (
        {"colums": {}},
        {"columns": {"actor": 7}},
        {"constants": {"holder": "x"}},
        {"date_order": "ymd"},
        {"bounds": [1, 2, 3]},
        {"values": {"actor": "isis"}},
    ):
        with pytest.raises(DataError):
            FieldMapping.of(wrong)
    assert FieldMapping.of({"bounds": [1, 2, 3, 4]}).bounds == (1, 2, 3, 4)


cells_of_strangers = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=0, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells_of_strangers, cells_of_strangers), min_size=1, max_size=8))
def test_any_texts_come_back_or_are_refused(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["place", "note"])
    writer.writerows(rows)
    data = out.getvalue().encode()
    claims, report = read(data, FieldMapping(constants=SAID.constants, on="2015", delimiter=","))
    assert report.refused_rows + report.taken_rows + report.repeated == report.rows
    assert all(claim.place and claim.place.strip() == claim.place for claim in claims)


@settings(max_examples=60, deadline=None)
@example(769, "xlsx")  # a member that begins before the file
@given(st.integers(0, 10**9), st.sampled_from(["csv", "xlsx"]))
def test_flipped_bytes_never_raise_anything_else(seed: int, fmt: str) -> None:
    data = text().encode() if fmt == "csv" else book(ROWS)
    try:
        read(damaged(data, seed, most=12), fmt=fmt)
    except DataError as error:
        assert str(error)


def test_a_row_without_a_name_is_known_by_its_coordinates_and_that_is_said() -> None:
    claims, report = read(b"date,lon,lat\n2015,37.268,36.538\n")
    assert claims[0].place == "36.538, 37.268"
    assert "no place" in report.warnings[0]
