"""The bundled timeline compared with itself: places, land gained and lost, files, pictures."""

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
from tests.comparisons import AFTER, BEFORE, between
from tests.hostile import HOSTILE
from timelines import dates, open_timeline
from timelines.compare import Comparison
from timelines.compare.files import geojson, land_csv, places_csv
from timelines.compare.land import accounts, pieces
from timelines.compare.picture import svg
from timelines.places import TimelinePlace
from timelines.timeline import Timeline


@pytest.fixture(scope="module")
def aleppo() -> Timeline:
    return open_timeline("aleppo")


@pytest.fixture(scope="module")
def autumn(aleppo: Timeline) -> Comparison:
    return between(aleppo, BEFORE, AFTER)


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
