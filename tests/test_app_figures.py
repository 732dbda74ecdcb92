"""Land, fronts, doubt and figures over time as Streamlit runs them; unopened they cost nothing."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile import HOSTILE
from timelines import dates, open_timeline
from timelines.screens import cut_off, doubtful, over_time
from timelines.screens.text import km2

LIMIT_S = 300
PAGE = """
import streamlit as st
from timelines.screens import figures, session

@st.fragment
def live():
    on = {on}
    timeline = session.open_choice({choice!r}).timeline
    begin = max(timeline.first_day, on - 13)
    figures.show(timeline, begin=begin, on=st.session_state.get("day", on), known_on={known!r})

live()
"""


def opened(
    on: str = "2015-10-09", *, choice: str = "aleppo", known: str | None = None, tab: str = ""
) -> AppTest:
    page = PAGE.format(on=dates.day(on), choice=choice, known=known)
    app = AppTest.from_string(page, default_timeout=LIMIT_S)
    if tab:
        app.session_state["figures"] = tab
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(block.value for block in (*app.markdown, *app.caption))


def charts(app: AppTest) -> list[object]:
    return list(app.get("vega_lite_chart")) + list(app.get("arrow_vega_lite_chart"))


def forbid(*_: object, **__: object) -> None:
    raise AssertionError("computed though nobody asked")


def test_what_is_not_opened_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubtful, "_drawn", forbid)
    monkeypatch.setattr(over_time, "_charts", forbid)
    app = opened()
    assert not app.exception
    assert not charts(app)
    assert [tab.label for tab in app.tabs][:2] == ["Land and fronts", "Over time"]


def test_sides_have_names(monkeypatch: pytest.MonkeyPatch) -> None:
    fronts = next(t.value for t in opened().table if "Between" in t.value)
    sides = set(fronts["Between"]) | set(fronts["and"])
    assert "Islamic State" in sides
    assert "isil" not in sides


def test_areas_have_no_more_digits_than_in_the_legend() -> None:
    held = next(t.value for t in opened().table if "Holder" in t.value)
    areas = dict(zip(held["Holder"], held["Land, km²"], strict=True))
    assert areas["Islamic State"] == "4,010"
    assert [km2(v) for v in (0.0, 0.4, 23.6, 999.6, 1234.0)] == ["0", "0", "24", "1,000", "1,230"]


def test_casualties_are_by_sides_with_names() -> None:
    app = opened(tab="Killed and wounded")
    sides = set(next(t.value for t in app.dataframe if "By (side)" in t.value)["By (side)"])
    assert {"Islamic State", "Opposition (rebels, group not named)", "Not known"} <= sides
    assert not sides & {"isil", "opposition", "government"}


def test_a_siege_is_listed_with_its_begin() -> None:
    text = said(opened())
    assert "Cut off on this day" in text
    assert re.search(r"Kweires air base.*since 30 June 2013.*Surrounded", text)
    assert "most of whose edge lies on land not assessed" in text


def test_doubt_is_measured_on_the_press_of_a_button() -> None:
    app = opened()
    assert app.button(key="doubt").label == "Measure 9 October 2015"
    app.button(key="doubt").click().run()
    assert not app.exception and not app.error
    text = said(app)
    assert "halfway between places" in text and "does not move the line sideways" in text
    assert not [button for button in app.button if button.key == "doubt"]
    tables = [d.value for d in app.dataframe if "Choice" in d.value]
    assert tables[0]["Choice"].iloc[0] == "As drawn"
    (html,) = [h.proto.body for h in app.get("html") if "fl-doubt" in h.proto.body]
    for data in re.findall(r"base64,([^\"]+)", html):
        assert ET.fromstring(base64.b64decode(data)).tag.endswith("svg")


def test_another_day_is_asked_about_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    app.button(key="doubt").click().run()
    monkeypatch.setattr(doubtful, "_drawn", forbid)
    app.session_state["day"] = dates.day("2016-02-20")
    app.run()
    assert not app.exception
    assert app.button(key="doubt").label == "Measure 20 February 2016"


def test_over_time_draws_its_charts_with_the_day() -> None:
    app = opened(tab="Over time")
    assert not app.exception and not app.error
    found = charts(app)
    assert len(found) == 3
    for chart in found:
        assert "2015-10-09" in chart.proto.spec  # type: ignore[attr-defined]
    assert "only that more is known" in said(app)
    assert re.search(r"Only the \d+ of \d+ places with land whose population", said(app))


def test_people_are_shown_where_the_timeline_knows_some(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(
        "kind,date,place,place_id,actor,source\n"
        "control,2015-01-01,Marea,marea,rebels,s\ncontrol,2015-01-01,Dabiq,dabiq,isil,s\n"
    )
    row = "marea,Marea,37.2,36.48,{}\ndabiq,Dabiq,37.27,36.54,\n"
    for people, shown in (("16904", "16,904"), ("", None)):
        text = "id,name,lon,lat,population\n" + row.format(people)
        (tmp_path / "places.csv").write_text(text)
        app = opened("2015-01-01", choice=str(tmp_path))
        held = next(t.value for t in app.table if "Holder" in t.value)
        if shown is None:
            assert "People¹" not in held and "¹" not in said(app)
        else:
            assert dict(zip(held["Holder"], held["People¹"], strict=True)) == {
                "rebels": shown,
                "isil": "",
            }
            assert "1 of 2 places whose population" in said(app)
        assert len(charts(opened("2015-01-01", choice=str(tmp_path), tab="Over time"))) == (
            3 if shown else 2
        )


def test_no_two_lines_of_a_chart_look_alike() -> None:
    timeline = open_timeline("aleppo")
    for chart in over_time._charts(timeline, None):
        assert len(set(chart.names)) == len(chart.names) == len(chart.colors) == len(chart.dashes)
        assert len(set(chart.dashes)) == len(chart.dashes)
        assert set(chart.table["name"]) == set(chart.names)
        spec = over_time._spec(chart, timeline.last_day)
        assert "http" not in str(spec)
        # On the chart's white ground also where the page is dark.
        assert {spec["config"][part]["labelColor"] for part in ("axis", "legend")} == {"#222222"}


def test_a_chart_holds_a_few_hundred_rows_not_every_day() -> None:
    made = over_time._charts(open_timeline("aleppo"), None)
    assert sum(len(chart.table) for chart in made) < 3000


@pytest.mark.parametrize("tab", ["", "Over time"])
def test_strangers_names_are_letters(tab: str, tmp_path: Path) -> None:
    rows = ["kind,date,place,actor,source,lon,lat"]
    for number, text in enumerate(HOSTILE[:40]):
        name = '"' + " ".join(text.split()).replace('"', '""')[:80] + '"'
        rows.append(f"control,2015-01-{number % 28 + 1:02d},{name},{name},s,37.{number:02d},36")
    (tmp_path / "claims.csv").write_text("\n".join(rows), encoding="utf-8", errors="replace")
    app = opened("2015-01-28", choice=str(tmp_path), tab=tab)
    assert not app.exception
    for text in ("<script", "<img", "](javascript"):
        assert text not in said(app).replace("\\<", "").replace("\\]", "")


@pytest.mark.parametrize("tab", ["", "Over time"])
def test_nothing_known_is_told(tab: str, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(
        "kind,date,place,actor,source,lon,lat\nstrike,2015-01-01,A,x,s,37,36\n", encoding="utf-8"
    )
    app = opened("2015-01-01", choice=str(tmp_path), tab=tab)
    assert not app.exception
    assert any("No holder is known" in info.value for info in app.info)
    if not tab:
        app.button(key="doubt").click().run()
        assert not app.exception
        assert "no front between rivals" in said(app)


def test_known_on_counts_in_all_of_them() -> None:
    then = opened("2015-10-09", known="2013-01-01")
    assert "Kweires" not in said(then)
    land, *_ = over_time._charts(open_timeline("aleppo"), "2013-01-01")
    now, *_ = over_time._charts(open_timeline("aleppo"), None)
    assert land.table["value"].max() < now.table["value"].max()


def test_a_very_large_timeline_is_listed_without_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut_off, "MOST_RUNS", 10)
    cut_off._spells.clear()
    try:
        text = said(opened())
    finally:
        cut_off._spells.clear()
    assert "Kweires air base" in text and "since 30 June 2013" not in text
    assert "Since when is not worked out" in text


def test_the_list_is_short_and_the_rest_folded_away(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = said(opened()).split("Cut off on this day")[1].count("- **")
    monkeypatch.setattr(cut_off, "SHOWN", 2)
    app = opened()
    assert f"{whole - 2} more, smaller" in [one.label for one in app.expander]
    listed = next(block.value for block in app.markdown if block.value.startswith("- **"))
    assert listed.count("- **") == 2
