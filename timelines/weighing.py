"""The ways to weigh claims, by name.

- `default`: newest event date, then status, then reliability; see `timelines.adjudicate`.
- `confirmed-only`: claims of any other status are left out.
- `latest-report`: of what had happened by the day the claim reported last decides.
- `party-X-claims` (X an actor): the map as X tells it. What X or its allies claim counts above
  all; what other parties claim is left out; what nobody's side reports stays. A claim is X's where
  its source is X's (column `party` of sources.csv), or, from a source of no party, where its status
  is `claimed` and X is whom it favours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from timelines.actors import Actors
from timelines.adjudicate import Lookback
from timelines.errors import QueryError
from timelines.history import Historian, Runs
from timelines.ledger import NEVER, STATUS_RANK, Int, Ledger, Lineages
from timelines.policies import POLICIES, party_of
from timelines.problems import shown

BELIEVED = max(STATUS_RANK.values()) + 1
MOST_RUNS = 64  # kept at a time: a slider over days of knowledge must not grow without end
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, read: `party` is an actor id for `party-X-claims`, else empty."""

    name: str
    party: str = ""

    @property
    def by_report(self) -> bool:
        """Does the last report decide instead of the last event?"""
        return self.name == "latest-report"


def read_policy(name: str, actors: Actors) -> Policy:
    """The policy of a name.

    Raises:
        QueryError: there is none, or it names no actor.
    """
    if name in POLICIES:
        return Policy(name)
    text = party_of(name)
    actor = actors.id_of(text) if text else None
    if actor is None:
        raise QueryError(
            f"There is no policy {shown(name)}. Use {', '.join(POLICIES)} or party-X-claims, "
            "where X is an actor of the timeline."
        )
    return Policy(f"party-{actor}-claims", actor)


class RunsByPolicy:
    """Who held what, by policy and day of knowledge, each made when it is first asked for.

    `teller` is as `weighed` wants it.
    """

    def __init__(self, ledger: Ledger, lineages: Lineages, teller: Int, lookback: Lookback) -> None:
        self._ledger, self._lineages, self._teller = ledger, lineages, teller
        self._lookback = lookback
        self._historians: dict[str, tuple[Historian, Flags]] = {}
        self._runs: dict[tuple[str, int], Runs] = {}

    def runs(self, policy: str, day: int | None) -> Runs:
        """The runs as known on a day (None: now).

        Raises:
            QueryError: no such policy.
        """
        known_on = NEVER - 1 if day is None else day
        key = (policy, known_on)
        if key not in self._runs:
            if len(self._runs) >= MOST_RUNS:
                self._runs.pop(next(iter(self._runs)))
            ledger = self._ledger
            known = (ledger.known_from <= known_on) & (known_on < ledger.known_to)
            historian, counts = self.historian(policy)
            self._runs[key] = historian.runs(known & counts)
        return self._runs[key]

    def historian(self, policy: str) -> tuple[Historian, Flags]:
        """The historian of a policy, and which rows of the ledger count under it.

        Raises:
            QueryError: no such policy.
        """
        if policy not in self._historians:
            read = read_policy(policy, self._lineages.actors)
            ledger, counts = weighed(read, self._ledger, self._teller, self._lineages)
            made = Historian(ledger, self._lineages, self._lookback, by_report=read.by_report)
            self._historians[policy] = made, counts
        return self._historians[policy]


def weighed(
    policy: Policy, ledger: Ledger, teller: Int, lineages: Lineages
) -> tuple[Ledger, NDArray[np.bool_]]:
    """The ledger as a policy weighs it, and which of its rows count (n,).

    `teller` (n,) is the lineage whose claim each row is, -1 for nobody's.
    """
    everything = np.ones(len(ledger), bool)
    if policy.name == "confirmed-only":
        return ledger, ledger.status == STATUS_RANK["confirmed"]
    if not policy.party:
        return ledger, everything
    party = lineages.index(policy.party)
    allied = np.array(
        [
            who >= 0 and lineages.side(who, day) == lineages.side(party, day)
            for who, day in zip(teller.tolist(), ledger.settled.tolist(), strict=True)
        ],
        bool,
    )
    status = np.where(allied, BELIEVED, ledger.status)
    return replace(ledger, status=status), (teller < 0) | allied


def tellers(ledger: Ledger, statuses: list[str], parties: list[int]) -> Int:
    """Whose claim each row of the ledger is, by the rows of all claims: see the module."""
    claimed = np.array([status == "claimed" for status in statuses], bool)
    party = np.array(parties, np.int64)[ledger.claim]
    favoured = np.where(claimed[ledger.claim], ledger.actor, -1)
    return np.where(party >= 0, party, favoured)
