"""State on a date as known on a date, why, diff: the two clocks, retractions, names of the day."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claim_worlds import PLACES, control, timeline_of
from timelines import dates, open_timeline
from timelines.actors import Actor, Actors
from timelines.claims import Source
from timelines.compare import Moment, compare
from timelines.errors import QueryError
from timelines.timeline import Timeline


def held(timeline: Timeline, on: str, **more: str) -> dict[str, tuple[str | None, str]]:
    frame = timeline.state(on=on, **more)  # type: ignore[arg-type]
    columns = (frame["place_id"], frame["controller"], frame["status"])
    return {place: (who, status) for place, who, status in zip(*columns, strict=True)}


def test_two_clocks() -> None:
    """What was reported late was not known before; what is known now is not what was known then."""
    timeline = timeline_of(
        control("2015-10-01", "rebels", id="a", reported="2015-10-02"),
        control("2015-10-05", "isil", id="b", reported="2015-10-20"),
    )
    assert held(timeline, "2015-10-10")["marea"] == ("isil", "held")
    assert held(timeline, "2015-10-10", known_on="2015-10-19")["marea"] == ("rebels", "held")
    assert held(timeline, "2015-10-10", known_on="2015-10-20")["marea"] == ("isil", "held")
    assert held(timeline, "2015-10-10", known_on="2015-10-01")["marea"] == (None, "unknown")


def test_not_reported_when_means_the_date_of_the_source_or_of_the_event() -> None:
    timeline = timeline_of(
        control("2015-10-01", "rebels", source="late"),
        control("2015-10-01", "rebels", "dabiq", source="undated"),
        sources={"late": Source("late", date="2016"), "undated": Source("undated")},
    )
    known = held(timeline, "2016-06-01", known_on="2015-10-01")
    assert known["marea"] == (None, "unknown")
    assert known["dabiq"] == ("rebels", "held")
    assert held(timeline, "2016-06-01", known_on="2016-12-31")["marea"] == ("rebels", "held")


def test_a_correction_retracts_from_the_day_it_was_reported() -> None:
    timeline = timeline_of(
        control("2015-10-01", "isil", id="wrong", reported="2015-10-01"),
        control(
            "2015-10-01",
            "rebels",
            id="right",
            reported="2015-10-09",
            extra=(("retracts", "wrong"),),
        ),  # type: ignore[arg-type]
    )
    assert held(timeline, "2015-10-05", known_on="2015-10-08")["marea"] == ("isil", "held")
    assert held(timeline, "2015-10-05", known_on="2015-10-09")["marea"] == ("rebels", "held")
    assert timeline.why("marea", on="2015-10-05").claim_ids == ("right",)


def test_a_retracted_retraction_restores_the_claim() -> None:
    timeline = timeline_of(
        control("2015-10-01", "isil", id="a", reported="2015-10-01"),
        control(
            "2015-10-01",
            "",
            id="b",
            status="retracted",
            reported="2015-10-05",
            extra=(("retracts", "a"),),
        ),  # type: ignore[arg-type]
        control(
            "2015-10-01",
            "",
            id="c",
            status="retracted",
            reported="2015-10-09",
            extra=(("retracts", "b"),),
        ),  # type: ignore[arg-type]
    )
    seen = [held(timeline, "2015-10-20", known_on=f"2015-10-0{d}").get("marea") for d in (1, 5, 9)]
    assert seen == [("isil", "held"), (None, "unknown"), ("isil", "held")]


def test_status_retracted_states_nothing() -> None:
    timeline = timeline_of(
        control("2015-10-01", "rebels"), control("2015-10-05", "isil", status="retracted")
    )
    assert held(timeline, "2015-10-10")["marea"] == ("rebels", "held")


def test_names_of_the_day() -> None:
    actors = Actors(
        [
            Actor("nusra", "Jabhat al-Nusra", successor="jfs"),
            Actor("jfs", "Jabhat Fatah al-Sham", begin=17010),  # 28 July 2016
        ]
    )
    timeline = timeline_of(
        control("2015-05-01", "nusra", id="a"), control("2016-08-05", "jfs", id="b"), actors=actors
    )
    assert held(timeline, "2016-07-27")["marea"] == ("nusra", "held")
    assert held(timeline, "2016-07-28")["marea"] == ("jfs", "held")
    frame = timeline.state(on="2016-09-01")
    assert str(frame["since"][0].date()) == "2015-05-01"  # a new name is no new holder
    assert frame["claim_ids"][0] == ("b",)
    assert timeline.diff("2016-07-01", "2016-08-01").empty


def test_a_change_is_dated_by_the_day_it_came_not_by_its_newest_confirmation() -> None:
    timeline = timeline_of(
        control("2015-10-01", "rebels", id="a"),
        control("2015-10-05", "isil", id="came"),
        control("2015-10-09", "isil", id="still"),
    )
    found = timeline.diff("2015-10-02", "2015-10-10")
    assert found["day"].tolist() == ["2015-10-05"]
    assert found["claims"].tolist() == [("came", "still")]
    assert found["why"].str.contains("still").all()
    with pytest.raises(QueryError, match="earlier day first"):
        timeline.diff("2015-10-10", "2015-10-02")


@pytest.mark.parametrize("window", [("2014-01-01", "2016-01-01"), ("2016-10-01", "2016-10-31")])
def test_diff_says_what_the_command_line_says(window: tuple[str, str]) -> None:
    timeline = open_timeline("aleppo")
    frame = timeline.diff(*window)
    begin, end = (Moment(dates.day(day)) for day in window)
    changes = compare(timeline, begin, end).changes
    assert len(changes)
    for name in ("place_id", "day", "claims", "why"):
        assert frame[name].tolist() == [getattr(change, name) for change in changes]


def test_contested_and_unknown_are_not_none_by_accident() -> None:
    timeline = timeline_of(control("2015-10-01", "isil"), control("2015-10-01", "rebels"))
    frame = timeline.state(on="2015-10-01")
    assert frame.loc[0, "status"] == "contested"
    assert frame.loc[0, "controller"] is None
    assert frame.loc[0, "contenders"] == ("isil", "rebels")
    assert len(frame.loc[0, "claim_ids"]) == 2
    before = timeline.state(on="2015-09-30")
    assert before.loc[0, "status"] == "unknown"
    assert before.loc[0, "claim_ids"] == ()


def test_maybe_says_who_may_already_have_it() -> None:
    timeline = timeline_of(control("2014-01-01", "isil"), control("2014-03", "rebels"))
    frame = timeline.state(on="2014-03-15")
    assert frame.loc[0, ["controller", "maybe"]].tolist() == ["isil", "rebels"]
    assert timeline.state(on="2014-02-15").loc[0, "maybe"] is None
    assert "rebels may already" in str(timeline.why("marea", on="2014-03-15"))


def test_why_names_claims_losers_and_rule() -> None:
    timeline = timeline_of(
        control("2015-10-01", "isil", id="good", status="confirmed", source="A"),
        control("2015-10-01", "rebels", id="weak", source="B"),
    )
    why = timeline.why("Marea", on="2015-10-02")
    assert (why.claim_ids, why.loser_ids) == (("good",), ("weak",))
    assert (why.controller, why.status, why.since) == ("isil", "held", "2015-10-01")
    for word in ("Marea", "isil", "1 October 2015", "good", "weak", "confirmed"):
        assert word in why.text
    assert why.text.endswith(".") and "\n" not in why.text


def test_why_of_a_place_that_nobody_claims() -> None:
    timeline = timeline_of(control("2015-10-01", "isil"))
    why = timeline.why("azaz", on="2015-10-02")
    assert (why.status, why.controller, why.claim_ids) == ("unknown", None, ())


def test_questions_that_cannot_be_asked() -> None:
    timeline = timeline_of(control("2015-10-01", "isil"))
    with pytest.raises(QueryError, match="no place"):
        timeline.why("nowhere", on="2015-10-02")
    with pytest.raises(QueryError, match="policy"):
        timeline.state(on="2015-10-02", policy="loudest")


def test_confirmed_only() -> None:
    timeline = timeline_of(
        control("2015-10-01", "rebels", status="confirmed"), control("2015-10-05", "isil")
    )
    assert held(timeline, "2015-10-09")["marea"] == ("isil", "held")
    assert held(timeline, "2015-10-09", policy="confirmed-only")["marea"] == ("rebels", "held")


def test_an_empty_timeline_answers() -> None:
    timeline = timeline_of()
    assert timeline.state(on="2015-10-09").empty
    assert timeline.diff("2015-10-01", "2015-10-09").empty
    assert timeline.first_day <= timeline.last_day


@given(
    st.lists(
        st.tuples(
            st.integers(1, 28), st.sampled_from("abc"), st.sampled_from(list(PLACES)),
            st.integers(0, 27), st.sampled_from(["confirmed", "reported", "claimed"]),
        ),
        max_size=12,
    ),
    st.integers(1, 28),
    st.integers(1, 28),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_later_claims_and_later_reports_never_change_earlier_answers(
    rows: list[tuple[int, str, str, int, str]], on: int, known: int
) -> None:
    """Answers for a date and a knowledge date follow from what happened and was known by then."""
    claims = [
        control(
            f"2015-01-{day:02d}",
            actor,
            place,
            status=status,
            reported=f"2015-01-{min(28, day + lag):02d}",
            id=str(i),
        )
        for i, (day, actor, place, lag, status) in enumerate(rows)
    ]
    early = [c for c in claims if c.date[-2:] <= f"{on:02d}" and c.reported[-2:] <= f"{known:02d}"]
    asked = {"on": f"2015-01-{on:02d}", "known_on": f"2015-01-{known:02d}"}
    everything = held(timeline_of(*claims), **asked) if claims else {}
    only = held(timeline_of(*early), on=asked["on"]) if early else {}
    assert {k: v for k, v in everything.items() if v[1] != "unknown"} == only


def test_bundled_answers_agree_with_their_reasons() -> None:
    timeline = open_timeline("aleppo")
    for on in ("2013-06-01", "2015-10-10", "2016-10-16"):
        frame = timeline.state(on=on)
        for row in frame.itertuples():
            why = timeline.why(row.place_id, on=on)
            assert (why.controller, why.status, why.claim_ids) == (
                row.controller,
                row.status,
                row.claim_ids,
            )


def test_repr_is_one_line(tmp_path: Path) -> None:
    assert "\n" not in repr(timeline_of(control("2015-10-01", "isil")))


def test_why_says_where_the_order_is_not_known() -> None:
    claims = control("2013-11-20", "rebels", id="a"), control("2013-11", "isil", id="b")
    why = timeline_of(*claims).why("marea", on="2013-12-01")
    assert (why.controller, why.claim_ids) == ("isil", ("b",))
    assert "before or after rebels took it (20 November 2013) is not said" in why.text
    plain = control("2013-11-20", "rebels", id="a"), control("2013-12", "isil", id="b")
    assert "not said" not in timeline_of(*plain).why("marea", on="2014-01-01").text


def test_explore_gives_a_map_that_asks_nobody() -> None:
    page = timeline_of(control("2015-10-09", "isil")).explore(on="2015-10-09")
    text = page.get_root().render()
    assert "frontlines" in text
    assert 'src="http' not in text and 'href="http' not in text


def test_a_long_chain_of_retractions() -> None:
    """Each withdraws the one before: the last stands, and so does every second one below it."""
    count = 5_001
    claims = [
        control(
            "2015-10-01",
            "isil" if i % 2 == 0 else "rebels",
            id=f"c{i}",
            reported="2015-10-02",
            extra=(("retracts", f"c{i - 1}" if i else ""),),  # type: ignore[arg-type]
        )
        for i in range(count)
    ]
    assert held(timeline_of(*claims), "2015-10-05")["marea"] == ("isil", "held")
