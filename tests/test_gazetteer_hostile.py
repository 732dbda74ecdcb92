"""Ten thousand names and more that nobody would write: an answer for each, and never a crash."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gazetteer import Gazetteer, Place, PlaceError, SourceError, resolve_json
from gazetteer.relative import parse
from gazetteer.sources import Report, format_of
from tests.damage import damaged
from tests.gazetteer_files import DUMP, WOF, read

STATUSES = {"resolved", "ambiguous", "unknown"}
SCRIPTS = st.sampled_from(
    list("abcdeghiklmnoqrstuwyz'’`-ـ éāḩşţ")
    + list("ابتجحخدرزسشصطعغفقكلمنهويةأإآىئؤءپچگڤ ")
    + list("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя ")
    + ["al ", "el-", "Tall ", "تل ", "\u202e", "\u200f", "\x00", "\ud800", "🏴", "中", "\n", "\t"]
)
NAMES = st.one_of(st.text(max_size=30), st.lists(SCRIPTS, max_size=25).map("".join))
PLACES = [
    Place("d", "Dabiq", 37.268, 36.538, ("دابق", "Дабик"), 3000, "village", admin1="Aleppo"),
    Place("s", "Suran", 37.2127, 36.5658, ("صوران",), country="SY"),
    Place("t", "Tell Rifaat", 37.0967, 36.4736, ("تل رفعت",), country="SY"),
]
HERE = Gazetteer.from_places(PLACES)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(st.lists(NAMES, min_size=50, max_size=50))
@settings(max_examples=210, deadline=None, suppress_health_check=SLOW)
def test_ten_thousand_names_get_an_answer(names: list[str]) -> None:
    answers = HERE.resolve_many(names)
    assert [answer.query for answer in answers] == names
    for answer in answers:
        assert answer.status in STATUSES
        assert (answer.place is not None) == (answer.status == "resolved")
        assert all(0 <= c.score <= 1 and c.why for c in answer.candidates)
        scores = [c.score for c in answer.candidates]
        assert scores == sorted(scores, reverse=True)
        json.dumps(resolve_json(answer, answer.query), ensure_ascii=True, allow_nan=False)


@given(st.lists(NAMES, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_any_names_can_be_indexed_and_found(names: list[str]) -> None:
    places = [Place(str(i), name, 30.0 + i, 30.0) for i, name in enumerate(names)]
    gazetteer = Gazetteer.from_places(places)
    assert [gazetteer.resolve(n) for n in names] == gazetteer.resolve_many(names)


@given(
    st.tuples(st.floats(), st.floats()),
    st.text(max_size=12),
    st.text(max_size=4),
    st.text(max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_any_context_is_used_or_refused(
    near: tuple[float, float], within: str, country: str, kind: str
) -> None:
    try:
        answer = HERE.resolve("Dabeq", near=near, within=within, country=country, kind=kind)
    except ValueError as error:
        assert "longitude" in str(error)
    else:
        assert answer.status in STATUSES


@pytest.mark.parametrize(
    "name",
    ["x" * 10_000, "a " * 5_000, "تل " * 4_000, "\u0301" * 9_000, "near " * 2_000, "'" * 10_000],
)
def test_ten_thousand_characters(name: str) -> None:
    assert HERE.resolve(name).status == "unknown"


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_phrases_never_fail(text: str) -> None:
    read = parse(text)
    assert read is None or (read.names and len(read.names) <= 2)


LINES = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
        st.lists(st.text(alphabet="0123456789.-ab \x00", max_size=6), min_size=18, max_size=20).map(
            "\t".join
        ),
    ),
    max_size=15,
)


@given(LINES, st.binary(max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
def test_any_dump_is_read_or_reported(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], tail: bytes
) -> None:
    good = "1\tDabiq\tDabiq\t\t36.5\t37.2\tP\tPPL\tSY" + "\t" * 5 + "\t0\t\t\t\t2020-01-01"
    path = tmp_path_factory.mktemp("dump") / "SY.txt"
    path.write_bytes("\n".join([good, *lines, ""]).encode() + tail + f"\n{good}".encode())
    report = Report()
    places = list(format_of(path).read(path, report, {}))
    assert sum(place.name == "Dabiq" for place in places) >= 2
    assert all(-90 <= p.lat <= 90 and -180 <= p.lon <= 180 for p in places)
    assert all(problem.row > 1 and problem.reason for problem in report.problems)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_bytes(b"name,lon,lat\nDabiq,37.2,36.5\n" + text.encode())
    report = Report()
    places = list(format_of(path).read(path, report, {}))
    assert places[0].name == "Dabiq" and report.read >= len(places)


MEMBERS = st.sampled_from(
    ["type", "properties", "geometry", "coordinates", "names", "name", "wof:name", "place", "types"]
)
FEATURES = st.recursive(
    st.none() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=12,
)


@given(FEATURES)
@settings(max_examples=150, deadline=None)
def test_any_features_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, feature: object
) -> None:
    path = tmp_path_factory.mktemp("features") / "f.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    try:
        kind = format_of(path)
        assert all(isinstance(p, Place) for p in kind.read(path, Report(), {}))
    except (SourceError, PlaceError):
        pass


@pytest.mark.parametrize("point", ['[37.0, ""]', "[37.0, null]", f"[1{'0' * 400}, 1]", "[[[]]]"])
def test_a_broken_position_is_a_reported_row(tmp_path: Path, point: str) -> None:
    rows = []
    for name, position in (("Broken", point), ("Dabiq", "[37.3, 36.5]")):
        inner = '{"type": "Point", "coordinates": ' + position + "}"
        geometry = '{"type": "GeometryCollection", "geometries": [' + inner + "]}"
        properties = json.dumps({"name": name})
        rows.append(f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}')
    path = tmp_path / "f.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + ", ".join(rows) + "]}")
    report = Report()
    places = list(format_of(path).read(path, report, {}))
    assert [place.name for place in places] == ["Dabiq"]
    assert report.left_out == 1


def packed(kind: str) -> bytes:
    """A small source as it is downloaded."""
    out = io.BytesIO()
    if kind == "gz":
        return gzip.compress(DUMP.encode())
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("SY.txt", DUMP)
    elif kind == "tar":
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            data = json.dumps(WOF).encode()
            member = tarfile.TarInfo("data/1.geojson")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    else:
        book = openpyxl.Workbook()
        book.active.append(["name", "lat", "lon"])
        book.active.append(["Dabiq", 36.5371, 37.268])
        book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["gz", "zip", "tar", "xlsx"])
def test_a_damaged_download_is_one_error(tmp_path: Path, kind: str) -> None:
    path, whole = tmp_path / "x", packed(kind)
    path.write_bytes(whole)
    assert read(path)[0]
    refused = 0
    for seed in range(60):
        path.write_bytes(damaged(whole, seed))
        try:
            read(path)
        except SourceError as error:
            refused += 1
            assert str(path) in str(error)
    assert refused > 30
