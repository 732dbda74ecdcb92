"""A timeline: claims with their places, actors and sources, and the questions they answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from timelines import dates
from timelines.actors import Actors
from timelines.adjudicate import LOW, Lookback, Rule
from timelines.answers import Why
from timelines.claims import KINDS, Claims, Source
from timelines.errors import QueryError
from timelines.history import UNKNOWN, Runs
from timelines.ledger import NEVER, Clocks, Int, Ledger, Lineages, build_ledger, clocks, distinct
from timelines.places import PlaceNames, TimelinePlace
from timelines.policies import POLICIES
from timelines.problems import Problem, shown
from timelines.settings import Settings
from timelines.weighing import RunsByPolicy, read_policy, tellers

if TYPE_CHECKING:
    import folium
    import pandas as pd

    from timelines.frames import RunTexts, Shown
    from timelines.land import Land

Day = str | dt.date | int


@dataclass(frozen=True)
class Timeline:
    """One timeline, immutable. `place_ids` has the resolved place of each claim, empty for none;
    `files` the files that its settings name; `weighs` the policy that its
    default is (see `weighing`).

    Open one with `timelines.open_timeline`.
    """

    name: str
    path: Path | None
    settings: Settings
    claims: Claims
    place_ids: tuple[str, ...]
    places: Mapping[str, TimelinePlace]
    actors: Actors
    sources: dict[str, Source]
    problems: tuple[Problem, ...] = ()
    data_hash: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    weighs: str = "default"

    @property
    def title(self) -> str:
        """Its title, or its name."""
        return self.settings.title or self.name

    @cached_property
    def place_list(self) -> tuple[TimelinePlace, ...]:
        """Places in a fixed order: the index used by every array here."""
        return tuple(self.places.values())

    @cached_property
    def place_number(self) -> dict[str, int]:
        """The index of each place by id."""
        return {place.id: i for i, place in enumerate(self.place_list)}

    @cached_property
    def key_tuples(self) -> np.ndarray[Any, np.dtype[np.object_]]:
        """The key of each claim in a tuple of its own, and an empty tuple at the end (n + 1,)."""
        keys = np.empty(len(self.claims) + 1, object)
        ids = self.claims.column("id")
        given = ids if all(ids) else (self.claims.key(row) for row in range(len(self.claims)))
        keys[:] = [*zip(given, strict=True), ()]
        return keys

    @cached_property
    def shown(self) -> Shown:
        """What `state` repeats on every date."""
        from timelines.frames import shown_places

        return shown_places(self)

    @cached_property
    def place_of(self) -> Int:
        """The place index of each claim (n,), -1 where not resolved."""
        index = self.place_number
        return np.array(distinct(self.place_ids, lambda p: index.get(p, -1)), np.int64)

    @cached_property
    def clocks(self) -> Clocks:
        """Event days and report days of each claim."""
        return clocks(self.claims, self.sources)

    @cached_property
    def kinds(self) -> Int:
        """The number of each claim's kind in `KINDS` (n,), -1 where it states nothing: withdrawn
        for good by its own status.
        """
        index = {kind: number for number, kind in enumerate(KINDS)}
        kind = np.array(distinct(self.claims.column("kind"), lambda k: index.get(k, -1)), np.int64)
        gone = np.array([s == "retracted" for s in self.claims.column("status")], bool)
        return np.where(gone, -1, kind)

    @cached_property
    def lineages(self) -> Lineages:
        """Actors numbered; names of one actor share a number."""
        return Lineages(self.actors)

    @cached_property
    def ledger(self) -> Ledger:
        """The control claims as columns of numbers."""
        return build_ledger(self.claims, self.clocks, self.place_of, self.lineages, self.sources)

    @cached_property
    def first_day(self) -> int:
        """The first day of the slider: as set, else of the first closed date of any claim."""
        if self.settings.first_day is not None:
            return self.settings.first_day
        days = np.r_[self.clocks.earliest, self.clocks.settled]
        days = days[(days > LOW) & (days < NEVER)]
        return int(days.min()) if len(days) else 0

    @cached_property
    def last_day(self) -> int:
        """The last day of the slider: as set, else the last settled day of any claim."""
        if self.settings.last_day is not None:
            return max(self.settings.last_day, self.first_day)
        settled = self.clocks.settled
        return max(int(settled.max()), self.first_day) if len(settled) else self.first_day

    @cached_property
    def _runs(self) -> RunsByPolicy:
        party = distinct(self.claims.column("source"), self._party_of)
        told = tellers(self.ledger, list(self.claims.column("status")), party)
        lookback = Lookback(self.first_day, self.settings.prior_days)
        return RunsByPolicy(self.ledger, self.lineages, told, lookback)

    def _party_of(self, source: str) -> int:
        known = self.sources.get(source)
        return self.lineages.index(known.party) if known and known.party else -1

    @cached_property
    def _texts(self) -> dict[str, tuple[Runs, RunTexts]]:
        return {}  # by policy, of the runs asked for last

    def runs(self, *, known_on: Day | None = None, policy: str = "default") -> Runs:
        """Who held what from when on, as known on a day.

        Raises:
            QueryError: no such policy; `timelines.weighing` lists them.
        """
        day = None if known_on is None else dates.day(known_on)
        return self._runs.runs(self.weighs if policy == "default" else policy, day)

    def weighing(self, policy: str) -> Timeline:
        """The same timeline, with a policy in the place of the default one everywhere.

        Raises:
            QueryError: no such policy.
        """
        return replace(self, weighs=read_policy(policy, self.actors).name)

    def state(
        self, *, on: Day, known_on: Day | None = None, policy: str = "default"
    ) -> pd.DataFrame:
        """Who holds each place on a day, as known on a day (None: now).

        One row for every place with a control claim: `place_id`, `place`, `lon`, `lat` (degrees,
        NaN where not located), `controller` (actor id under its name of the day, None unless
        held), `status` (held, contested, unknown), `since` (NaT where not known), `claim_ids`
        (tuple), `why` (the rule; `why()` has the full sentence), `contenders` (tuple of ids, where
        contested), `maybe` (an actor that may already have taken it, or None), `evidence` (day of
        the newest evidence).
        """
        from timelines.frames import RunTexts, state_frame

        runs = self.runs(known_on=known_on, policy=policy)
        made = self._texts.get(policy)
        if made is None or made[0] is not runs:
            made = self._texts[policy] = runs, RunTexts(runs)
        return state_frame(self, on=dates.day(on), runs=runs, texts=made[1])

    def diff(
        self, begin: Day, end: Day, *, known_on: Day | None = None, policy: str = "default"
    ) -> pd.DataFrame:
        """Places whose holder differs between two days, sorted by the day of change.

        Columns: `place_id`, `place`, `lon`, `lat`, `before`, `before_status`, `after`,
        `after_status`, `day` (ISO; on which the later holder came, not when it was last confirmed;
        empty where only a later change tells of it), `claims` (tuple; of that day and the newest),
        `why`. A new name of the same actor is no change.

        Raises:
            QueryError: `end` comes before `begin`, or there is no such policy.
        """
        from timelines.frames import diff_frame

        runs = self.runs(known_on=known_on, policy=policy)
        return diff_frame(self, dates.day(begin), dates.day(end), runs)

    def why(
        self, place: str, *, on: Day, known_on: Day | None = None, policy: str = "default"
    ) -> Why:
        """Why a place (id or name) is as it is on a day: one sentence, and the claims behind it.

        Raises:
            QueryError: the timeline has no such place, or several.
        """
        from timelines.reasons import explain

        runs = self.runs(known_on=known_on, policy=policy)
        known = "" if known_on is None else dates.iso(dates.day(known_on))
        return explain(self, self.find_place(place), on=dates.day(on), known_on=known, runs=runs)

    def land(self, reach_km: float | None = None) -> Land:
        """The cells of the places that hold land, for a reach in km (None: the timeline's own).

        Raises:
            QueryError: the reach is no length, or the boundary cannot be read.
        """
        from timelines.land import build_land

        key = self.settings.reach_km if reach_km is None else float(reach_km)
        if key not in self._lands:
            if len(self._lands) >= 8:
                self._lands.pop(next(iter(self._lands)))
            self._lands[key] = build_land(self, key)
        return self._lands[key]

    @cached_property
    def _lands(self) -> dict[float, Land]:
        return {}

    def explore(
        self,
        *,
        on: Day | None = None,
        known_on: Day | None = None,
        policy: str = "default",
        reach_km: float | None = None,
        **options: Any,
    ) -> folium.Map:
        """A folium map with the player on it, for a notebook; it makes no request to anyone.

        It opens on the day `on`; `options` are those of `geo.webplayer.player_map`.

        Raises:
            QueryError: unknown policy, or a reach that is no length.
        """
        from geo.webplayer import player_map
        from timelines.compose import compose

        if on is not None:
            options["date"] = dates.iso(dates.day(on))
        scene = compose(self, known_on=known_on, policy=policy, reach_km=reach_km)
        return player_map(scene, **options)

    def find_place(self, text: str) -> TimelinePlace:
        """The place that an id or a name means.

        Raises:
            QueryError: none does, or several do.
        """
        found = self._names.find(text.strip())
        if not found:
            raise QueryError(
                f"{self.name} has no place {shown(text)}. `frontlines state` lists its places."
            )
        if len(found) > 1:
            listed = ", ".join(f"{p.id} ({p.name}, {p.admin1 or '?'})" for p in found)
            raise QueryError(f"{shown(text)} may be {listed}. Give the id.")
        return found[0]

    @cached_property
    def _names(self) -> PlaceNames:
        return PlaceNames(self.place_list)

    def holders_of(self, runs: Runs, holder: int, day: int) -> tuple[str, ...]:
        """Actor ids (names of the day) behind a holder code: none, one, or the contenders."""
        if holder == UNKNOWN:
            return ()
        lines = (holder,) if holder >= 0 else runs.contests[-2 - holder]
        return tuple(self.lineages.name_on(line, day) for line in lines)

    def __repr__(self) -> str:
        return (
            f"Timeline({self.name!r}: {len(self.claims)} claims, {len(self.places)} places, "
            f"{dates.iso(self.first_day)} to {dates.iso(self.last_day)})"
        )


__all__ = ["POLICIES", "Rule", "Timeline", "Why"]
