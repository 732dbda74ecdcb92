"""Adjudication: a table of situations as the specification, and invariants over random ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timelines.adjudicate import LOW, Alliances, Decision, Lookback, Rule, Statement, Window, weigh

A, B, C, D = 0, 1, 2, 3  # four actors; C and D are allies, D the name of their side
SIDES = {A: "a", B: "b", C: "d", D: "d"}
WORLD = Alliances(
    side=lambda actor, day: SIDES[actor],
    is_broader=lambda one, other, day: (one, other) == (D, C),
    begins=lambda actor: LOW,
)
NEVER_BACK = Lookback(first_day=0, days=0)
BACK = Lookback(first_day=0, days=30)
CONFIRMED, REPORTED, CLAIMED, DISPUTED = 3, 2, 1, 0


def say(
    actor: int,
    day: int,
    target: int = -1,
    status: int = REPORTED,
    *,
    first: int | None = None,
    letter: int = 0,
    told: int | None = None,
) -> Statement:
    """A claim of day `day`, possible from `first` on."""
    early = day if first is None else first
    return Statement(0, early, day, actor, target, status, letter, day if told is None else told)


def judge(
    *statements: Statement, lookback: Lookback = NEVER_BACK
) -> tuple[list[Decision], list[Window]]:
    return weigh([replace(s, row=i) for i, s in enumerate(statements)], WORLD, lookback)


def holders(*statements: Statement, on: int, lookback: Lookback = NEVER_BACK) -> tuple[int, ...]:
    decisions, _ = judge(*statements, lookback=lookback)
    return next((d.holders for d in reversed(decisions) if d.begin <= on), ())


@dataclass(frozen=True)
class Case:
    name: str
    claims: tuple[Statement, ...]
    on: int
    expected: tuple[int, ...]
    rule: Rule


CASES = [
    Case("one claim", (say(A, 10),), 10, (A,), Rule.NEWEST),
    Case("before any claim", (say(A, 10),), 9, (), Rule.NONE),
    Case("the newest wins", (say(A, 10), say(B, 20)), 20, (B,), Rule.NEWEST),
    Case("the newest wins whatever its status",
         (say(A, 10, status=CONFIRMED), say(B, 20, status=CLAIMED)), 25, (B,), Rule.NEWEST),
    Case("two sources, one holder", (say(A, 10), say(A, 10)), 10, (A,), Rule.NEWEST),
    Case("confirmed over reported",
         (say(A, 10, status=CONFIRMED), say(B, 10)), 10, (A,), Rule.STATUS),
    Case("reported over claimed", (say(A, 10), say(B, 10, status=CLAIMED)), 10, (A,), Rule.STATUS),
    Case("claimed over disputed", (say(A, 10, status=DISPUTED), say(B, 10, status=CLAIMED)), 10,
         (B,), Rule.STATUS),
    Case("the reliable source", (say(A, 10, letter=5), say(B, 10, letter=3)), 10, (A,),
         Rule.RELIABILITY),
    Case("status before reliability",
         (say(A, 10, status=CLAIMED, letter=6), say(B, 10, letter=1)), 10, (B,), Rule.STATUS),
    Case("rivals tied", (say(A, 10), say(B, 10)), 10, (A, B), Rule.TIED),
    Case("three rivals tied", (say(A, 10), say(B, 10), say(C, 10)), 10, (A, B, C), Rule.TIED),
    Case("allies tied: the group over its side", (say(C, 10), say(D, 10)), 10, (C,),
         Rule.SPECIFIC),
    Case("B takes it from A on the day A took it", (say(A, 10), say(B, 10, A)), 10, (B,),
         Rule.SUCCESSION),
    Case("a chain in one day", (say(C, 10, B), say(A, 10), say(B, 10, A)), 10, (C,),
         Rule.SUCCESSION),
    Case("there and back, A had it: A has it", (say(A, 5), say(B, 10, A), say(A, 10, B)), 10, (A,),
         Rule.SUCCESSION),
    Case("there and back, B had it: B has it", (say(B, 5), say(B, 10, A), say(A, 10, B)), 10, (B,),
         Rule.SUCCESSION),
    Case("there and back, nobody knows who had it", (say(B, 10, A), say(A, 10, B)), 10, (A, B),
         Rule.TIED),
    Case("A, who had it, denies that B took it", (say(A, 5), say(B, 10, A), say(A, 10)), 10,
         (A, B), Rule.TIED),
    Case("a disputed denial loses against a report",
         (say(B, 10, A), say(A, 10, status=DISPUTED)), 10, (B,), Rule.STATUS),
    Case("both disputed", (say(B, 10, A, DISPUTED), say(A, 10, status=DISPUTED)), 10, (A, B),
         Rule.TIED),
    Case("who lost it is said, not who has it", (say(A, 5), say(-1, 10, A)), 10, (),
         Rule.NO_HOLDER),
    Case("who lost it and who has it", (say(A, 5), say(-1, 10, A), say(B, 10)), 10, (B,),
         Rule.NEWEST),
    Case("within its month it is not settled", (say(A, 5), say(B, 31, first=1)), 20, (A,),
         Rule.NEWEST),
    Case("at the end of the month it is", (say(A, 5), say(B, 31, first=1)), 31, (B,), Rule.NEWEST),
    Case("by then: before it the place is unknown", (say(A, 10, first=LOW),), 9, (), Rule.NONE),
    Case("by then: at its end it holds", (say(A, 10, first=LOW),), 10, (A,), Rule.NEWEST),
    Case("a month that must lie before a dated loss",
         (say(A, 30, first=1), say(B, 20, A)), 31, (B,), Rule.SUCCESSION),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_examples(case: Case) -> None:
    decisions, _ = judge(*case.claims)
    due = [d for d in decisions if d.begin <= case.on]
    assert (due[-1].holders if due else ()) == case.expected
    assert (due[-1].rule if due else Rule.NONE) == case.rule


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_claim_of_the_day_decides_or_is_set_aside(case: Case) -> None:
    decisions, _ = judge(*case.claims)
    for decision in decisions:
        assert not set(decision.deciding) & set(decision.losers)
        assert decision.deciding
    told = [row for d in decisions for row in (*d.deciding, *d.losers)]
    assert sorted(told) == list(range(len(case.claims)))


def test_allied_tie_goes_to_the_last_report() -> None:
    first, second = say(A, 10, told=11), say(B, 10, told=12)
    allied = replace(WORLD, side=lambda actor, day: "one side")
    decisions, _ = weigh([first, replace(second, row=1)], allied, NEVER_BACK)
    assert (decisions[0].holders, decisions[0].rule) == ((B,), Rule.REPORT)


# The windows: a change may already have happened.


def test_a_month_is_a_window() -> None:
    _, windows = judge(say(A, 5), say(B, 31, first=10))
    assert [(w.begin, w.end, w.holder) for w in windows] == [(10, 31, B)]


def test_by_then_is_a_window_from_the_day_after_the_older_claim() -> None:
    _, windows = judge(say(A, 5), say(B, 31, first=LOW))
    assert [(w.begin, w.end, w.holder) for w in windows] == [(6, 31, B)]


def test_by_then_alone_says_nothing_of_before() -> None:
    _, windows = judge(say(B, 31, first=LOW))
    assert windows == []


def test_no_window_while_the_actor_holds_it_anyway() -> None:
    _, windows = judge(say(B, 12), say(A, 20), say(B, 31, first=10))
    assert [(w.begin, w.end) for w in windows] == [(10, 12), (20, 31)]


# The prior holder, as the report of the loss names it.


def test_prior_holder_is_shown_for_as_long_as_allowed() -> None:
    claim = say(A, 50, target=B)
    assert holders(claim, on=49, lookback=BACK) == (B,)
    assert holders(claim, on=20, lookback=BACK) == (B,)
    assert holders(claim, on=19, lookback=BACK) == ()
    assert holders(claim, on=49) == ()
    assert holders(say(A, 10, target=B), on=0, lookback=replace(BACK, first_day=5)) == ()


def test_prior_holder_ends_for_certain_and_may_end_before() -> None:
    decisions, windows = judge(say(A, 31, target=B, first=11), lookback=BACK)
    assert [(d.begin, d.holders, d.rule) for d in decisions] == [
        (0, (B,), Rule.PRIOR),
        (31, (A,), Rule.NEWEST),
    ]
    assert [(w.begin, w.end, w.holder) for w in windows] == [(11, 31, A)]


@pytest.mark.parametrize(
    "claims",
    [
        (say(A, 50, target=B, first=LOW),),  # by then: nothing is said of before
        (say(A, 50, target=B), say(A, 50, target=C)),  # sources differ on whom it was taken from
        (say(A, 50),),
        (say(A, 50, target=A),),
    ],
)
def test_no_prior_holder_without_one_clear_word(claims: tuple[Statement, ...]) -> None:
    assert holders(*claims, on=49, lookback=BACK) == ()


def test_an_older_claim_beats_the_prior_holder() -> None:
    claims = (say(C, 10), say(A, 50, target=B))
    assert holders(*claims, on=49, lookback=BACK) == (C,)
    assert holders(*claims, on=9, lookback=BACK) == ()


def test_prior_holder_never_before_it_existed() -> None:
    young = replace(WORLD, begins=lambda actor: 40)
    decisions, _ = weigh([say(A, 50, target=B)], young, BACK)
    assert decisions[0].begin == 40


# Invariants over random claims.

STATEMENTS = st.lists(
    st.builds(
        lambda actor, day, length, target, status, letter: say(
            actor, day, target, status, first=day - length, letter=letter
        ),
        st.sampled_from([A, B, C, D, -1]),
        st.integers(0, 12),
        st.sampled_from([0, 0, 0, 3, 6]),
        st.sampled_from([-1, A, B, C]),
        st.integers(0, 3),
        st.integers(0, 2),
    ).filter(lambda s: s.actor >= 0 or s.target >= 0),
    max_size=7,
)


@given(STATEMENTS, st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_the_order_of_rows_does_not_matter(claims: list[Statement], random: object) -> None:
    rows = [replace(s, row=i) for i, s in enumerate(claims)]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weigh(rows, WORLD, BACK) == weigh(shuffled, WORLD, BACK)


@given(STATEMENTS)
@settings(max_examples=400, deadline=None)
def test_decisions_are_ordered_and_windows_lie_where_they_may(claims: list[Statement]) -> None:
    decisions, windows = judge(*claims, lookback=BACK)
    begins = [d.begin for d in decisions]
    assert begins == sorted(set(begins))
    for window in windows:
        claim = claims[window.row]
        assert claim.earliest <= window.begin < window.end <= claim.settled
        on = [d for d in decisions if d.begin <= window.begin]
        assert not on or on[-1].holders != (window.holder,)


@given(STATEMENTS, st.integers(0, 12))
@settings(max_examples=400, deadline=None)
def test_a_claim_said_twice_changes_nothing(claims: list[Statement], pick: int) -> None:
    if claims:
        twice = [*claims, claims[pick % len(claims)]]
        once = [(d.begin, d.holders) for d in judge(*claims, lookback=BACK)[0]]
        assert [(d.begin, d.holders) for d in judge(*twice, lookback=BACK)[0]] == once


@given(STATEMENTS)
@settings(max_examples=400, deadline=None)
def test_contested_only_between_rivals(claims: list[Statement]) -> None:
    for decision in judge(*claims)[0]:
        sides = [SIDES[holder] for holder in decision.holders]
        assert len(set(sides)) == len(sides)
