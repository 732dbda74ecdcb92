"""Who holds what at two moments: the change of each place in a sentence."""

from __future__ import annotations

import pytest

from tests.claim_worlds import control, timeline_of
from tests.comparisons import between, knowing
from timelines.actors import Actor, Actors, Dated
from timelines.compare import Moment, compare
from timelines.errors import QueryError

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
