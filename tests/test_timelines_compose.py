"""A timeline as a scene: codes fit, the rule is printed, the same input gives the same scene."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geo.payload import pack
from geo.scene import NO_DAY_HIGH, Scene
from tests.claim_worlds import control, timeline_of
from timelines import open_timeline
from timelines.claims import Claim
from timelines.compose import compose
from timelines.dates import day
from timelines.errors import QueryError
from timelines.land import MAX_CELL_UNCERTAINTY_M, holds_land
from timelines.places import TimelinePlace
from timelines.timeline import Timeline


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


@pytest.fixture(scope="module")
def scene(aleppo: Timeline) -> Scene:
    return compose(aleppo)


def holder_on(scene: Scene, place: int, on: int) -> int:
    """What a player would show: the last flip of the place by that day."""
    due = np.flatnonzero((scene.flips.place == place) & (scene.flips.day <= on))
    return int(scene.flips.holder[due[-1]]) if len(due) else -1


def test_flips_are_sorted_and_every_index_fits(scene: Scene) -> None:
    order = np.lexsort((scene.flips.place, scene.flips.day))
    assert (order == np.arange(len(order))).all()
    assert scene.flips.holder.max() < len(scene.actors)
    assert scene.flips.holder.min() >= -1 - len(scene.contests)
    assert scene.flips.place.max() < len(scene.places)
    assert len(scene.flips.why) == len(scene.flips.claims) == len(scene.flips.day)
    assert all(0 <= c < len(scene.claims) for claims in scene.flips.claims for c in claims)
    assert all(len(contest) >= 2 for contest in scene.contests)
    cells = [p.cell for p in scene.places if p.cell >= 0]
    assert len(set(cells)) == len(cells)
    assert (scene.events.begin < scene.events.end).all()


def test_the_scene_says_what_state_says(aleppo: Timeline, scene: Scene) -> None:
    number = {place.id: i for i, place in enumerate(scene.places)}
    for on in ("2012-08-01", "2014-01-15", "2015-10-10", "2016-08-01", "2016-10-16", "2017-03-01"):
        for row in aleppo.state(on=on).itertuples():
            code = holder_on(scene, number[row.place_id], day(on))
            if row.status == "held":
                assert scene.actors[code].id == row.controller
            elif row.status == "unknown":
                assert code == -1
            else:
                who = sorted(scene.actors[i].id for i in scene.contests[-2 - code])
                assert who == sorted(row.contenders)


def test_windows_are_what_state_calls_maybe(aleppo: Timeline, scene: Scene) -> None:
    for i in range(0, len(scene.maybes.begin), 5):
        on = int(scene.maybes.begin[i])
        frame = aleppo.state(on=on).set_index("place_id")
        assert frame.loc[scene.places[scene.maybes.place[i]].id, "maybe"] is not None


def test_the_rule_and_the_credits_are_there(aleppo: Timeline, scene: Scene) -> None:
    assert f"{aleppo.settings.reach_km:g} km" in scene.rule
    assert "not assessed" in scene.rule
    assert any("Boundary" in line for line in scene.credits)
    assert any("GeoNames" in line for line in scene.credits)
    other = compose(aleppo, reach_km=12.5, known_on="2015-10-10", basemap=False)
    assert "12.5 km" in other.rule and "2015-10-10" in other.rule
    assert (aleppo.settings.reach_km, aleppo.settings.prior_days) == (8, 30)
    assert "٨ كم" in scene.rule_ar and "٣٠ يومًا" in scene.rule_ar
    assert "١٢٫٥ كم" in other.rule_ar and "2015-10-10" in other.rule_ar
    assert not re.search("[A-Za-z]", scene.rule_ar)
    assert scene.data_hash == aleppo.data_hash


def test_the_same_timeline_gives_the_same_bytes(aleppo: Timeline) -> None:
    again = open_timeline("aleppo")
    assert pack(compose(aleppo)) == pack(compose(again))


def test_strikes_never_hold_land(aleppo: Timeline, scene: Scene) -> None:
    controlled = {aleppo.place_list[i].id for i in aleppo.ledger.place.tolist()}
    for place in scene.places:
        if place.cell >= 0:
            assert place.id in controlled


def test_claims_keep_their_words(aleppo: Timeline, scene: Scene) -> None:
    assert len(scene.claims) == len(aleppo.claims)
    for shown, claim in zip(scene.claims, aleppo.claims, strict=True):
        assert (shown.date, shown.place_as_written, shown.killed, shown.note) == (
            claim.date,
            claim.place,
            claim.killed,
            claim.note,
        )


def test_a_renaming_is_a_flip_of_the_same_place() -> None:
    timeline = open_timeline("aleppo")
    jfs = list(timeline.actors).index("jfs")
    from_nusra = control("2015-05-01", "nusra", id="a")
    made = timeline_of(from_nusra, actors=timeline.actors)
    scene = compose(made, basemap=False)
    renamed = scene.flips.holder == jfs
    assert scene.flips.day[renamed].tolist() == [day("2016-07-28")]


@pytest.mark.parametrize(
    "place, expected",
    [
        (TimelinePlace("x", "X", lon=1, lat=2, uncertainty_m=700, kind="village"), True),
        (TimelinePlace("x", "X", uncertainty_m=700, kind="village"), False),
        (TimelinePlace("x", "X", lon=1, lat=2, uncertainty_m=MAX_CELL_UNCERTAINTY_M + 1), False),
        (TimelinePlace("x", "X", lon=1, lat=2, uncertainty_m=5000, kind="city"), True),
        (TimelinePlace("x", "X", lon=1, lat=2, kind="governorate"), False),
    ],
)
def test_which_places_hold_land(place: TimelinePlace, expected: bool) -> None:
    assert holds_land(place) == expected


def event(date: str, **more: str) -> Claim:
    return Claim("strike", date, "marea", "x", "s", **more)  # type: ignore[arg-type]


def test_days_of_events() -> None:
    scene = compose(
        timeline_of(
            event("2015-10-09", killed="8..10"),
            event("2015-10-08/2015-10-09", killed="10.."),
            event("../2015-10-07"),
            Claim("siege", "2015-05/..", "azaz", "x", "s"),
            event("2015-10-01", status="retracted"),
        ),
        basemap=False,
    )
    days = [
        (scene.claims[c].date, int(b), int(e))
        for c, b, e in zip(scene.events.claim, scene.events.begin, scene.events.end, strict=True)
    ]
    assert days == [
        ("2015-05/..", day("2015-05-01"), NO_DAY_HIGH),
        ("../2015-10-07", day("2015-10-07"), day("2015-10-08")),
        ("2015-10-08/2015-10-09", day("2015-10-08"), day("2015-10-10")),
        ("2015-10-09", day("2015-10-09"), day("2015-10-10")),
    ]
    assert scene.events.killed[3].tolist() == [8, 10]
    assert scene.events.killed[2].tolist() == [10, np.inf]
    assert np.isnan(scene.events.killed[0]).all()


def test_lines_of_ones_own_take_the_place_of_the_basemaps(aleppo: Timeline, tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[36.0, 35.5], [36.2, 36.6]]}
    file = tmp_path / "my_coastline.geojson"
    file.write_text(json.dumps(line), "utf-8")
    scene = compose(aleppo, own_lines=[file])
    assert [drawn.kind for drawn in scene.lines] == ["coast"]
    assert np.allclose(scene.lines[0].points, line["coordinates"])
    assert any("my_coastline.geojson" in credit for credit in scene.credits)
    assert not any("GSHHG (Wessel" in credit for credit in scene.credits)
    with pytest.raises(QueryError, match=r"Basemap: .*missing\.zip"):
        compose(aleppo, own_lines=[tmp_path / "missing.zip"])


def test_a_timeline_of_one_claim_composes() -> None:
    scene = compose(timeline_of(control("2015-10-09", "isil")), basemap=False)
    assert len(scene.flips.day) == 1
    assert pack(scene)


@pytest.mark.parametrize(
    "points",
    [
        [(179.95, 0.0), (-179.95, 0.0)],
        [(0.0, 70.0)],
        [(-180.0, 10.0), (180.0, 11.0)],
        [(0.0, 89.0)],
    ],
)
def test_places_at_the_edges_of_the_map_compose_or_say_why(
    points: list[tuple[float, float]],
) -> None:
    places = {
        f"p{i}": TimelinePlace(f"p{i}", f"P{i}", lon=lon, lat=lat)
        for i, (lon, lat) in enumerate(points)
    }
    claims = [control("2015-10-09", "isil", f"p{i}") for i in range(len(points))]
    timeline = replace(timeline_of(*claims), places=places)
    try:
        scene = compose(timeline, basemap=False)
    except QueryError as error:
        assert "cannot be drawn" in str(error)
    else:
        assert pack(scene)
