"""How far the line could be off: each doubt is what it says, and the picture is harmless."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.crs import area_km2
from tests.claim_worlds import control, timeline_of
from tests.hostile import HOSTILE
from timelines import open_timeline
from timelines.actors import Actor, Actors, Dated
from timelines.cli import main
from timelines.doubt import Doubt, doubt, other_policies
from timelines.doubt.picture import svg
from timelines.doubt.words import area_words, choice_words, policy_words, sentences
from timelines.errors import QueryError
from timelines.tally import front_lengths, fronts_on
from timelines.timeline import Timeline

DAY = "2015-10-09"


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


@pytest.fixture(scope="module")
def found(aleppo: Timeline) -> Doubt:
    return doubt(aleppo, DAY)


def test_the_first_row_is_what_is_drawn(aleppo: Timeline, found: Doubt) -> None:
    first = found.choices.iloc[0]
    assert (first["policy"], first["reach_km"]) == ("default", aleppo.settings.reach_km)
    assert first["length_km"] == pytest.approx(front_lengths(aleppo, DAY)["length_km"].sum())
    assert first["mean_km"] == first["furthest_km"] == 0
    rest = found.choices.iloc[1:]
    assert not rest.duplicated(["policy", "reach_km"]).any()
    assert (rest["furthest_km"].dropna() >= rest["mean_km"].dropna()).all()


def test_another_reach_draws_more_or_less_of_the_same_line(aleppo: Timeline, found: Doubt) -> None:
    reach = found.choices[found.choices["policy"] == "default"].sort_values("reach_km")
    assert reach["length_km"].is_monotonic_increasing
    shorter = fronts_on(aleppo, DAY, reach_km=4.0).geometry.union_all()
    whole = shapely.buffer(found.line, 1e-4)  # some ten metres: where lines are bent
    assert shapely.length(shapely.difference(shorter, whole)) < 0.01 * shapely.length(shorter)


def test_the_line_lies_between_its_places(aleppo: Timeline, found: Doubt) -> None:
    near = shapely.buffer(found.between, 1e-6)
    assert shapely.length(shapely.difference(found.line, near)) < 1e-6
    assert 0 < found.half_mean_km <= found.half_most_km <= aleppo.settings.reach_km * 1.01


def test_half_the_way_between_two_places() -> None:
    timeline = timeline_of(control("2015-01-01", "x", "marea"), control("2015-01-01", "y", "dabiq"))
    # A tenth of a degree along 36 north is 9.02 km: the line's middle is 4.5 km from both.
    one = doubt(timeline, "2015-02-01", reach_km=4.6)
    assert 4.5 < one.half_mean_km < one.half_most_km < 4.62


def test_areas_lie_within_their_bounds(found: Doubt) -> None:
    areas = found.areas
    assert (areas["low_km2"] <= areas["area_km2"]).all()
    assert (areas["area_km2"] <= areas["high_km2"]).all()
    assert area_km2(found.rim)[0] > 100


def test_a_claim_left_out_is_no_claim_for_another_side() -> None:
    timeline = timeline_of(
        control("2015-01-01", "x", "marea", status="confirmed"), control("2015-01-01", "y", "dabiq")
    )
    only = doubt(timeline, "2015-02-01", reaches_km=(6.0,), policies=("confirmed-only",))
    assert only.otherwise.is_empty
    assert np.isnan(only.choices["mean_km"].iloc[-1])
    assert "No front at all is left by: confirmed claims only." in sentences(only)


def test_land_that_another_reading_gives_away_is_shown() -> None:
    timeline = timeline_of(
        control("2015-01-01", "x", "marea", reported="2015-03-01"),
        control("2015-01-05", "y", "marea", reported="2015-01-06"),
        control("2015-01-01", "y", "dabiq"),
    )
    one = doubt(timeline, "2015-04-01", reaches_km=(), policies=("latest-report",))
    assert area_km2(one.otherwise)[0] == pytest.approx(
        timeline.land().tessellation.area_km2[0], rel=1e-6
    )


def test_a_policy_that_changes_nothing_is_named_not_measured() -> None:
    timeline = timeline_of(control("2015-01-01", "x", "marea"), control("2015-01-01", "y", "dabiq"))
    one = doubt(timeline, "2015-02-01", reach_km=15)
    assert "latest-report" in one.same
    assert "latest-report" not in set(one.choices["policy"])
    assert any("same map is drawn by: the last report counts" in text for text in sentences(one))


def test_no_front_says_so() -> None:
    timeline = timeline_of(control("2015-01-01", "x"))
    one = doubt(timeline, "2015-02-01")
    assert one.line.is_empty and np.isnan(one.half_mean_km)
    assert len(sentences(one)) == 1 and "no front" in sentences(one)[0]
    assert "No front between rivals" in svg(one)
    assert doubt(timeline, "2014-01-01").areas.empty  # before the first claim


@pytest.mark.parametrize(
    "more",
    [
        {"reaches_km": (0.0,)},
        {"reaches_km": (1e9,)},
        {"reaches_km": (float("nan"),)},
        {"reaches_km": (), "policies": ()},
        {"policies": ("majority",)},
        {"reach_km": -1.0},
    ],
)
def test_wrong_questions_are_told(aleppo: Timeline, more: dict[str, object]) -> None:
    with pytest.raises(QueryError):
        doubt(aleppo, DAY, **more)  # type: ignore[arg-type]


def test_policies_worth_comparing_with(aleppo: Timeline) -> None:
    names = other_policies(aleppo)
    assert {"confirmed-only", "latest-report", "party-government-claims"} <= set(names)
    assert "default" not in names
    assert "default" in other_policies(aleppo, "latest-report")
    assert policy_words(aleppo, "party-isil-claims") == "as Islamic State tells it"


def test_tables_for_people(found: Doubt) -> None:
    table = choice_words(found)
    assert table["Choice"].iloc[0] == "As drawn"
    assert {"Reach 4 km", "Confirmed claims only"} <= set(table["Choice"])
    assert "Islamic State" in set(area_words(found)["Side"])


@pytest.mark.parametrize("width", [360, 880])
def test_the_picture_holds_together(found: Doubt, width: int) -> None:
    root = ET.fromstring(svg(found, width_px=width))
    assert root.get("width") == str(width)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "The front as drawn" in texts
    for text, element in zip(texts, root.iter("{http://www.w3.org/2000/svg}text"), strict=True):
        assert float(element.get("x", "0")) + len(str(text)) * 12 * 0.5 < width + 10, text
    assert svg(found, width_px=width) == svg(found, width_px=width)


def test_strangers_words_do_nothing_in_the_picture() -> None:
    for text in HOSTILE[:40]:
        color = text if len(text) < 50 else "#00ff00"
        actors = Actors(
            [Actor("x", text, color=color, sides=(Dated("x"),)), Actor("y", "Y", color="#123456")]
        )
        timeline = timeline_of(
            control("2015-01-01", "x", "marea"), control("2015-01-01", "y", "dabiq"), actors=actors
        )
        one = doubt(timeline, "2015-02-01", reaches_km=(10.0,), policies=())
        root = ET.fromstring(svg(one))
        tags = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
        assert tags <= {"svg", "defs", "pattern", "circle", "rect", "path", "g", "text"}
        assert not any(name.startswith("on") for e in root.iter() for name in e.attrib)


def test_the_command_prints_choices_and_talks_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "doubt.svg"
    line = ["sensitivity", "aleppo", "--on", DAY, "--reaches", "5,10", "-o", str(picture)]
    assert main(line) == 0
    out, err = capsys.readouterr()
    rows = [row.split("\t") for row in out.splitlines()]
    assert rows[0] == ["policy", "reach_km", "length_km", "mean_km", "furthest_km"]
    assert rows[1][:2] == ["default", "8"] and rows[2][:2] == ["default", "5"]
    assert "halfway between places" in err and "halfway" not in out
    assert ET.parse(picture).getroot().tag.endswith("svg")


def test_the_command_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "aleppo", "--on", "2012-07-01", "--json"]) == 0
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert {row["about"] for row in rows} == {"front", "land", "places"}
    nowhere = [row for row in rows if row.get("policy") == "confirmed-only"]
    assert nowhere[0]["mean_km"] is None and nowhere[0]["length_km"] == 0


@pytest.mark.parametrize(
    "more", [["--reaches", "5,x"], ["--reaches", "0"], ["--reaches", "5," * 13 + "5"], ["-o", "x"]]
)
def test_the_command_called_wrongly(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["sensitivity", "aleppo", "--on", DAY, *more])
    except SystemExit as stopped:
        status = int(str(stopped.code))
    assert status == 2
    assert capsys.readouterr().err
