"""Policies: the same claims, weighed as told; and sources that relay one another count once."""

from __future__ import annotations

import pytest

from tests.claim_worlds import control, timeline_of
from timelines import open_timeline
from timelines.claims import Claim, Source
from timelines.compose import compose
from timelines.errors import QueryError
from timelines.policies import POLICIES

SOURCES = {
    "amaq": Source("amaq", party="isil"),
    "sohr": Source("sohr"),
    "paper": Source("paper", relays="sohr"),
    "radio": Source("radio", relays="paper"),
    "wire": Source("wire"),
}


def holder(policy: str, *claims: Claim, on: str = "2015-10-20") -> str | None:
    timeline = timeline_of(*claims, sources=SOURCES)
    return timeline.why("marea", on=on, policy=policy).controller


OLD = control("2015-10-01", "rebels", source="sohr", reported="2015-10-15", status="confirmed")
NEW = control("2015-10-05", "isil", source="wire", reported="2015-10-06")


@pytest.mark.parametrize(
    "policy, expected",
    [("default", "isil"), ("confirmed-only", "rebels"), ("latest-report", "rebels")],
)
def test_each_policy_says_something_else(policy: str, expected: str) -> None:
    assert holder(policy, OLD, NEW) == expected


def test_latest_report_waits_until_it_has_happened() -> None:
    assert holder("latest-report", OLD, NEW, on="2015-10-04") == "rebels"
    early = control("2015-10-01", "rebels", source="sohr", reported="2015-10-02")
    assert holder("latest-report", early, NEW, on="2015-10-04") == "rebels"
    assert holder("latest-report", early, NEW, on="2015-10-05") == "isil"


def test_party_claims_are_believed_and_those_of_others_left_out() -> None:
    amaq = control("2015-10-05", "isil", source="amaq", status="claimed")
    monitor = control("2015-10-05", "rebels", source="sohr", status="confirmed")
    boast = control("2015-10-07", "rebels", source="wire", status="claimed")
    assert holder("default", amaq, monitor) == "rebels"
    assert holder("party-isil-claims", amaq, monitor) == "isil"
    assert holder("party-isil-claims", amaq, monitor, boast) == "isil"
    assert holder("party-rebels-claims", amaq, monitor, boast) == "rebels"


@pytest.mark.parametrize("policy", ["", "loudest", "party-x-claims", "party--claims", "default "])
def test_no_such_policy(policy: str) -> None:
    with pytest.raises(QueryError, match="policy"):
        holder(policy, OLD, NEW)


@pytest.mark.parametrize("policy", [*POLICIES, "party-isil-claims", "party-government-claims"])
def test_the_bundled_timeline_has_an_answer_under_every_policy(policy: str) -> None:
    timeline = open_timeline("aleppo")
    frame = timeline.state(on="2016-10-16", policy=policy)
    assert (frame["status"] == "held").sum() > 10
    for row in frame.head(20).itertuples():
        why = timeline.why(row.place_id, on="2016-10-16", policy=policy)
        assert (why.controller, why.claim_ids) == (row.controller, row.claim_ids)


@pytest.mark.parametrize(
    "sources, count",
    [(["sohr"], 1), (["sohr", "paper"], 1), (["paper", "radio"], 1), (["sohr", "wire"], 2),
     (["sohr", "paper", "radio", "wire"], 2)],
)  # fmt: skip
def test_who_quotes_one_monitor_counts_once(sources: list[str], count: int) -> None:
    claims = [control("2015-10-05", "isil", source=source) for source in sources]
    why = timeline_of(*claims, sources=SOURCES).why("marea", on="2015-10-06")
    assert why.independent == count
    assert ("independent source" in why.text) == (count < len(sources))


def test_a_circle_of_relays_is_one_source() -> None:
    circle = {"a": Source("a", relays="b"), "b": Source("b", relays="a")}
    claims = [control("2015-10-05", "isil", source=source) for source in circle]
    assert timeline_of(*claims, sources=circle).why("marea", on="2015-10-06").independent == 1


@pytest.mark.parametrize("policy", [*POLICIES, "party-isil-claims"])
def test_a_timeline_may_weigh_by_a_policy_everywhere(policy: str) -> None:
    timeline = open_timeline("aleppo")
    weighed = timeline.weighing(policy)
    one, other = (t.state(on="2016-10-16", policy=p) for t, p in ((weighed, "default"),
                                                                   (timeline, policy)))  # fmt: skip
    assert one.equals(other)
    said = compose(weighed, basemap=False).rule
    assert (f"Policy: {policy}" in said) == (policy != "default")
    with pytest.raises(QueryError):
        timeline.weighing("party-nobody-claims")
