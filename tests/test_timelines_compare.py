"""What changed: two days, or two days of knowledge, as sentences, numbers, land and files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from tests.claim_worlds import PLACES, control, timeline_of
from tests.hostile import HOSTILE
from timelines import dates, open_timeline
from timelines.actors import Actor, Actors, Dated
from timelines.cli import main
from timelines.compare import Comparison, Moment, compare
from timelines.compare.files import geojson, land_csv, places_csv
from timelines.compare.land import accounts, pieces
from timelines.compare.picture import svg
from timelines.errors import QueryError
from timelines.places import TimelinePlace
from timelines.timeline import Timeline

BEFORE, AFTER = "2015-10-08", "2016-02-20"


def between(timeline: Timeline, begin: str, end: str, known: str | None = None) -> Comparison:
    day = None if known is None else dates.day(known)
    return compare(timeline, Moment(dates.day(begin), day), Moment(dates.day(end), day))


def knowing(timeline: Timeline, on: str, first: str, second: str | None = None) -> Comparison:
    later = None if second is None else dates.day(second)
    on_day = dates.day(on)
    return compare(timeline, Moment(on_day, dates.day(first)), Moment(on_day, later))


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


@pytest.fixture(scope="module")
def autumn(aleppo: Timeline) -> Comparison:
    return between(aleppo, BEFORE, AFTER)


SENTENCES = [
    # claims, from, to, what the sentence must say, in that order
    ([("2015-01-01", "x"), ("2015-05-01", "y")], ["Marea: x to y, 1 May 2015, reported by s"]),
    ([("2015-01-01", "x"), ("2015-05", "y")], ["x to y, May 2015"]),
    ([("2015-01-01", "x"), ("../2015-05-03", "y")], ["x to y, by 3 May 2015"]),
    ([("2015-01-01", "x")], ["Marea: held throughout by x; newest evidence of 1 January 2015"]),
    ([("2015-01-01", "x"), ("2015-06-01", "x")], ["held throughout by x", "1 June 2015"]),
    ([("2015-06-01", "y")], ["not known on 1 February 2015; y, 1 June 2015"]),
    (
        [("2015-01-01", "x"), ("2015-05-01", "y"), ("2015-06-01", "x")],
        ["x on both days, but not throughout: y, 1 May 2015; x, 1 June 2015"],
    ),
    (
        [("2015-01-01", "x"), ("2015-05-01", "y"), ("2015-06-01", "z")],
        ["x to z, 1 June 2015, the last of 2 changes"],
    ),
    # Said again later by the same side: the change keeps the day on which it happened.
    (
        [("2015-01-01", "x"), ("2015-05-01", "y"), ("2015-06-01", "y")],
        ["x to y, 1 May 2015"],
    ),
]


@pytest.mark.parametrize(("told", "said"), SENTENCES)
def test_sentences(told: list[tuple[str, str]], said: list[str]) -> None:
    timeline = timeline_of(*(control(date, actor) for date, actor in told))
    found = between(timeline, "2015-02-01", "2015-07-01")
    number = timeline.place_number["marea"]
    text = found.change(number).text
    at = -1
    for part in said:
        assert (at := text.find(part, at + 1)) >= 0, text


def test_a_dispute_is_in_the_sentence() -> None:
    timeline = timeline_of(
        control("2015-01-01", "x"),
        control("2015-05-01", "y", status="confirmed", source="a"),
        control("2015-05-01", "z", status="disputed", source="b", id="rival"),
    )
    one = between(timeline, "2015-02-01", "2015-07-01").changes[0]
    assert "x to y, 1 May 2015, confirmed by a" in one.text
    assert "disputed by b [rival], which says z" in one.text
    assert one.against == ("rival",)


def test_an_ally_under_another_name_disputes_nothing() -> None:
    actors = Actors(Actor(id=name, name=name, sides=(Dated("one"),)) for name in ("y", "ally-of-y"))
    timeline = timeline_of(
        control("2015-01-01", "x"),
        control("2015-05-01", "y", status="confirmed"),
        control("2015-05-01", "ally-of-y", status="reported", source="b"),
        actors=actors,
    )
    one = between(timeline, "2015-02-01", "2015-07-01").changes[0]
    assert one.against == () and "disputed" not in one.text


def test_contested_is_named_with_its_contenders() -> None:
    timeline = timeline_of(
        control("2015-01-01", "x"), control("2015-05-01", "y"), control("2015-05-01", "z")
    )
    one = between(timeline, "2015-02-01", "2015-07-01").changes[0]
    assert set(one.after) == {"y", "z"}
    assert "x to contested between y and z" in one.text


def test_a_later_report_changes_what_is_known_of_the_same_day() -> None:
    timeline = timeline_of(
        control("2015-01-01", "x", reported="2015-01-01"),
        control("2015-05-01", "y", reported="2015-06-15", id="late"),
    )
    found = knowing(timeline, "2015-05-10", "2015-05-10")
    (one,) = found.changes
    assert found.of_knowledge
    assert "Marea on 10 May 2015: x as known on 10 May 2015, y as known now" in one.text
    assert one.claims == ("late",)
    assert knowing(timeline, "2015-05-10", "2015-06-15").changes == ()


def test_a_withdrawn_claim_is_said_to_be_withdrawn() -> None:
    from timelines.claims import Claim

    gone = control("2015-05-01", "y", reported="2015-05-02", id="wrong")
    retraction = Claim(
        *("control", "2015-05-01", "marea", "", "s"),
        status="retracted",
        reported="2015-06-01",
        extra=(("retracts", "wrong"),),
    )
    timeline = timeline_of(control("2015-01-01", "x", reported="2015-01-01"), gone, retraction)
    (one,) = knowing(timeline, "2015-05-10", "2015-05-10").changes
    assert (one.before, one.after) == (("y",), ("x",))
    assert one.withdrawn == ("wrong",) and "withdrawn since: s" in one.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Moment(10), Moment(9)),
        (Moment(10, 20), Moment(10, 19)),
        (Moment(10), Moment(10, 19)),
    ],
)
def test_the_second_moment_does_not_come_first(before: Moment, after: Moment) -> None:
    with pytest.raises(QueryError, match="first"):
        compare(timeline_of(control("2015-01-01", "x")), before, after)


def test_a_day_compared_with_itself_shows_no_change(aleppo: Timeline) -> None:
    found = between(aleppo, BEFORE, BEFORE)
    assert found.changes == ()
    table = accounts(found)
    flows = ["gained_km2", "lost_km2", "found_km2", "faded_km2"]
    assert (table[flows] == 0).all(axis=None)
    assert table["gained_high_km2"].fillna(0).max() == 0
    assert pieces(found).empty


def test_it_agrees_with_the_state_on_both_days(aleppo: Timeline, autumn: Comparison) -> None:
    states = [aleppo.state(on=day).set_index("place_id") for day in (BEFORE, AFTER)]
    for one in autumn.changes:
        for state, holders in zip(states, (one.before, one.after), strict=True):
            row = state.loc[one.place_id]
            expected = (row["controller"],) if row["controller"] else tuple(row["contenders"])
            assert set(holders) == set(expected)
    changed = {one.place_id for one in autumn.changes}
    assert changed == set(aleppo.diff(BEFORE, AFTER)["place_id"])
    same = {aleppo.place_list[number].id for number in autumn.steady}
    assert not same & changed


def test_the_day_is_that_of_the_change(aleppo: Timeline, autumn: Comparison) -> None:
    for one in autumn.changes:
        if not one.day:
            assert "until it changed hands" in one.text
            continue
        here = aleppo.state(on=one.day).set_index("place_id").loc[one.place_id]
        eve = aleppo.state(on=dates.day(one.day) - 1).set_index("place_id").loc[one.place_id]
        assert (here["controller"], here["contenders"]) != (eve["controller"], eve["contenders"])


def test_kafr_nasih_and_marea(autumn: Comparison, aleppo: Timeline) -> None:
    texts = {one.place_id: one.text for one in autumn.changes}
    assert "to Syrian Democratic Forces, 15 February 2016" in texts["kafr-nasih"]
    assert "disputed by stratreview" in texts["kafr-nasih"]
    marea = autumn.change(aleppo.place_number["marea"]).text
    assert marea.startswith("Marea: held throughout by Opposition")


def test_land_is_gained_by_one_and_lost_by_another(autumn: Comparison) -> None:
    table = accounts(autumn)
    assert table["gained_km2"].sum() == pytest.approx(table["lost_km2"].sum())
    left = table["before_km2"] + table["gained_km2"] + table["found_km2"]
    left -= table["lost_km2"] + table["faded_km2"]
    assert left.to_numpy() == pytest.approx(table["after_km2"].to_numpy())
    total = table[["before_km2", "after_km2"]].sum()
    assert total["before_km2"] == pytest.approx(total["after_km2"])


def test_bounds_enclose_what_is_drawn(autumn: Comparison) -> None:
    table = accounts(autumn)
    sides = table[table["gained_low_km2"].notna()]
    assert len(sides) >= 4
    for what in ("gained", "lost"):
        low, drawn, high = (sides[f"{what}{end}_km2"] for end in ("_low", "", "_high"))
        assert (low <= drawn + 1e-9).all() and (drawn <= high + 1e-9).all()
    assert (sides["gained_low_km2"] < sides["gained_high_km2"]).any()


def test_the_mirror_image_of_gains_are_losses(autumn: Comparison) -> None:
    back = replace(autumn, before=autumn.after, after=autumn.before)
    there, again = (accounts(one).set_index("side") for one in (autumn, back))
    for what, mirrored in (("gained", "lost"), ("found", "faded")):
        one, other = there[f"{what}_km2"], again[f"{mirrored}_km2"]
        assert one.to_dict() == pytest.approx(other.to_dict())


def test_a_first_report_is_no_gain() -> None:
    timeline = timeline_of(control("2015-06-01", "y"))
    table = accounts(between(timeline, "2015-02-01", "2015-07-01")).set_index("side")
    assert table.loc["y", "gained_km2"] == 0 == table.loc["y", "gained_high_km2"]
    assert table.loc["y", "found_km2"] == pytest.approx(table.loc["y", "after_km2"])
    assert table.loc["y", "found_km2"] > 0


def test_what_stays_in_dispute_is_in_no_bound() -> None:
    timeline = timeline_of(control("2015-01-01", "y"), control("2015-01-01", "z"))
    table = accounts(between(timeline, "2015-02-01", "2015-07-01"))
    assert table[["gained_high_km2", "lost_high_km2"]].fillna(0).max(axis=None) == 0


def test_contested_land_is_possible_but_not_certain() -> None:
    timeline = timeline_of(
        control("2015-01-01", "x"), control("2015-05-01", "y"), control("2015-05-01", "z")
    )
    table = accounts(between(timeline, "2015-02-01", "2015-07-01")).set_index("side")
    assert table.loc["y", "gained_low_km2"] == 0 == table.loc["y", "gained_km2"]
    assert table.loc["y", "gained_high_km2"] > 0
    assert table.loc["contested", "gained_km2"] == pytest.approx(table.loc["x", "lost_km2"])


def test_pieces_are_the_land_that_changed(autumn: Comparison) -> None:
    frame = pieces(autumn)
    assert frame.geometry.is_valid.all()
    assert frame["area_km2"].is_monotonic_decreasing
    changed = {one.place_id for one in autumn.changes}
    for row in frame.itertuples():
        assert row.lost_by != row.gained_by
        assert set(row.place_ids) & changed
        assert row.claims
    table = accounts(autumn)
    drawn = table["gained_km2"].sum() + table["found_km2"].sum() + table["faded_km2"].sum()
    drawn -= table.loc[table["side"] == "not known", ["found_km2", "faded_km2"]].sum(axis=None)
    across = [not _allies(autumn, row.lost_by, row.gained_by) for row in frame.itertuples()]
    assert frame["area_km2"][across].sum() == pytest.approx(drawn)


def _allies(found: Comparison, lost_by: tuple[str, ...], gained_by: tuple[str, ...]) -> bool:
    days = (found.before.moment.on, found.after.moment.on)
    sides = [
        {found.timeline.actors.side(actor, day) for actor in holders} or {"nobody"}
        for holders, day in zip((lost_by, gained_by), days, strict=True)
    ]
    return sides[0] == sides[1] and len(sides[0]) == 1


def test_geojson_is_rfc_7946_and_says_how_it_knows(autumn: Comparison) -> None:
    data = geojson(autumn)
    assert data == geojson(between(autumn.timeline, BEFORE, AFTER))
    found = json.loads(data)
    assert found["type"] == "FeatureCollection" and "crs" not in found
    assert found["from"] == {"on": BEFORE, "known_on": None}
    assert "8 km" in found["rule"] and found["version"] == autumn.timeline.data_hash
    layers = {f["properties"]["layer"] for f in found["features"]}
    assert layers == {"change", "place"}
    keys = {autumn.timeline.claims.key(i) for i in range(len(autumn.timeline.claims))}
    for feature in found["features"]:
        assert set(feature["properties"]["claims"]) <= keys
        if feature["geometry"]:
            drawn = shape(feature["geometry"])
            assert drawn.is_valid and np.abs(shapely.get_coordinates(drawn)).max() <= 180
        begin = feature["properties"]["begin"]
        assert begin is None or begin.endswith("T00:00:00Z")
    assert len({f["id"] for f in found["features"]}) == len(found["features"])


def test_csv_has_a_row_a_place_and_no_formula() -> None:
    hostile = replace(PLACES["marea"], name="=cmd|' /C calc'!A0")
    timeline = timeline_of(control("2015-01-01", "x"), control("2015-05-01", "y"))
    timeline = replace(timeline, places={**timeline.places, "marea": hostile})
    found = between(timeline, "2015-02-01", "2015-07-01")
    rows = list(csv.DictReader(io.StringIO(places_csv(found).decode("utf-8-sig"))))
    assert [row["place_id"] for row in rows] == ["marea"]
    assert all(not value.startswith("=") for value in rows[0].values())
    land = list(csv.DictReader(io.StringIO(land_csv(found).decode("utf-8-sig"))))
    assert {row["side"] for row in land} == {"x", "y"}


@pytest.mark.parametrize("width_px", [360, 880])
def test_the_picture_is_whole_and_asks_nobody(autumn: Comparison, width_px: int) -> None:
    text = svg(autumn, width_px=width_px)
    root = ElementTree.fromstring(text)
    assert root.get("width") == str(width_px)
    assert text.count("http") == 1  # the namespace
    assert not {"script", "image", "foreignObject", "a", "use"} & {
        element.tag.rsplit("}")[-1] for element in root.iter()
    }
    assert len(text) < 80_000
    words = [element.text or "" for element in root.iter() if element.tag.endswith("text")]
    legend = " ".join(words)
    assert "→ Syrian government forces" in legend
    assert "Opposition (rebels, group not named)" in legend, "a long name goes on in the next line"
    for element in root.iter():
        x = element.get("x")
        assert x is None or 0 <= float(x) <= width_px


def test_hostile_names_stay_names() -> None:
    names = [f"p{number}" for number in range(len(HOSTILE))]
    told = [
        control(day, who, n) for n in names for day, who in (("2015-01", "x"), ("2015-05", "y"))
    ]
    timeline = replace(
        timeline_of(*told),
        places={
            name: TimelinePlace(name, text or "?", lon=37 + i % 20 / 10, lat=36 + i // 20 / 10)
            for i, (name, text) in enumerate(zip(names, HOSTILE, strict=True))
        },
    )
    found = between(timeline, "2015-02-01", "2015-07-01")
    drawn = svg(found, width_px=2000)
    elements = list(ElementTree.fromstring(drawn).iter())
    tags = {element.tag.rsplit("}")[-1] for element in elements}
    assert tags == {"svg", "defs", "pattern", "g", "rect", "path", "text"}
    assert any("script" in (element.text or "") for element in elements)  # shown, as letters
    assert len(json.loads(geojson(found))["features"]) > len(names)
    assert len(list(csv.reader(io.StringIO(places_csv(found).decode())))) == len(names) + 1


def test_no_change_still_makes_a_picture_and_files(aleppo: Timeline) -> None:
    found = between(aleppo, BEFORE, BEFORE)
    words = [e.text for e in ElementTree.fromstring(svg(found)).iter() if e.tag.endswith("text")]
    assert "No land changed hands." in words
    assert json.loads(geojson(found))["features"] == []


def run(*arguments: str) -> int:
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(str(stop.code))


@pytest.mark.parametrize("suffix", ["geojson", "csv", "svg"])
def test_diff_writes_files(suffix: str, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"what.{suffix}"
    assert run("diff", "aleppo", "--from", BEFORE, "--to", AFTER, "-o", str(path)) == 0
    assert path.stat().st_size > 1_000
    assert capsys.readouterr().out == ""


def test_diff_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", "aleppo", "--from", BEFORE, "--to", AFTER, "--text") == 0
    out = capsys.readouterr().out
    assert "to Syrian Democratic Forces, 15 February 2016" in out and "km²" in out


def test_diff_of_knowledge(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["--on", AFTER, "--known-from", "2016-02-14", "--known-to", "2016-02-18"]
    assert run("diff", "aleppo", *question, "--json") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records
    assert all("on 20 February 2016" in record["text"] for record in records)


@pytest.mark.parametrize(
    "options",
    [
        ["--from", BEFORE],
        ["--on", AFTER],
        ["--on", AFTER, "--from", BEFORE, "--known-from", BEFORE],
        ["--from", BEFORE, "--to", AFTER, "--known-from", BEFORE],
        ["--on", AFTER, "--known-from", AFTER, "--known-to", BEFORE],
        ["--on", AFTER, "--known-from", AFTER, "--known-on", BEFORE],
        ["--from", BEFORE, "--to", AFTER, "-o", "x.doc"],
    ],
    ids=" ".join,
)
def test_diff_says_what_is_asked_wrongly(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("diff", "aleppo", *options) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err
