"""The candidates an answer lists: how likely each is, why, and what is one place told twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from gazetteer.certainty import Ranking
from gazetteer.context import distance_m
from gazetteer.match import FOLDED, REASONS
from gazetteer.memory import F64, Index, expand
from gazetteer.places import Candidate, Name, Place

SAME_PLACE_M = 5_000.0
"""Records of one name within this distance are taken for one place."""
SLOPE = 0.4
"""Logits that the score of a candidate loses per nat behind the best."""
SHOWN = 8
"""Candidates an answer carries at most."""
BEHIND = 8.0
"""Nats behind the best from which on none is listed: of 16,700 spellings of Syrian places (Who's On
First) two meant such a one.
"""


def candidates_of(index: Index, ranking: Ranking, sure: F64) -> list[tuple[Candidate, ...]]:
    """The first candidates of each query, whose best is right with the logit ``sure`` (n,).

    No other is likelier than that the best is wrong.
    """
    edges = ranking.edges
    of, rows = expand(edges[:-1], np.minimum(edges[1:], edges[:-1] + SHOWN))
    seen = ranking.rows
    behind = seen.evidence[edges[of]] - seen.evidence[rows]
    listed = behind <= BEHIND
    of, rows, behind = of[listed], rows[listed], behind[listed]
    logit = sure[of] - behind * SLOPE
    score = 1 / (1 + np.exp(-np.clip(logit, -30.0, 30.0)))
    best = np.flatnonzero(np.diff(of, prepend=-1))
    others = np.ones(len(of), dtype=bool)
    others[best] = False
    left = np.repeat(1.0 - score[best], np.diff(best, append=len(of)))
    score = np.where(others, np.minimum(score, left), score).round(4)
    numbers = seen.place[rows]
    place = {number: index.place(number) for number in np.unique(numbers).tolist()}
    tenths = np.rint(seen.cost[rows] * 10).astype(np.int64)
    reasons, which = np.unique(tenths * len(REASONS) + seen.reason[rows], return_inverse=True)
    why = [reason_text(r % len(REASONS), r // len(REASONS)) for r in reasons.tolist()]
    columns = (numbers, score, which, seen.matched[rows])
    made = [
        Candidate(place[number], sure_of, why[told] + _time_of(place[number], name), name)
        for number, sure_of, told, name in zip(*(c.tolist() for c in columns), strict=True)
    ]
    ends = np.searchsorted(of, np.arange(len(ranking) + 1)).tolist()
    return [_merged(made[low:high]) for low, high in pairwise(ends)]


def _merged(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates, records of one place brought together."""
    # Records of one source are places of their own, however near.
    if len({candidate.place.source for candidate in candidates}) < 2:
        return tuple(candidates)
    found: list[Candidate] = []
    for one in candidates:
        twin = next((k for k, c in enumerate(found) if _same(c.place, one.place)), None)
        if twin is None:
            found.append(one)
        else:
            found[twin] = replace(found[twin], place=joined(found[twin].place, one.place))
    return tuple(found)


def _time_of(place: Place, matched: str) -> str:
    """A remark when the name that matched is one of another time."""
    for name in place.names:
        if isinstance(name, Name) and name == matched and (name.kind or name.end):
            span = " to ".join(part for part in (name.begin, name.end) if part)
            return f", {name.kind or 'former'} name" + (f", {span}" if span else "")
    return ""


def _same(one: Place, other: Place) -> bool:
    """Whether two records of different sources are one place: a common name, a few km apart."""
    if one.id == other.id:
        return True
    if one.source == other.source or not _like_kinds(one.kind, other.kind):
        return False
    point = (np.array([one.lon]), np.array([one.lat]))
    if float(distance_m(*point, (other.lon, other.lat))[0]) > SAME_PLACE_M:
        return False
    mine = {name.casefold() for name in one.all_names()}
    return any(name.casefold() in mine for name in other.all_names())


def _like_kinds(one: str, other: str) -> bool:
    settled = {"", "city", "town", "village", "populated place"}
    return one == other or (one in settled and other in settled)


def joined(one: Place, other: Place) -> Place:
    """``one`` with the names of ``other``, and what only the other knows."""
    names = tuple(
        dict.fromkeys(
            n for n in (*one.all_names(), *other.all_names()) if n not in (one.name, one.name_ar)
        )
    )
    return replace(
        one,
        names=names,
        population=one.population if one.population is not None else other.population,
        name_ar=one.name_ar or other.name_ar,
        admin1=one.admin1 or other.admin1,
        admin2=one.admin2 or other.admin2,
        country=one.country or other.country,
        kind=one.kind or other.kind,
        source=" + ".join(dict.fromkeys(s for s in (one.source, other.source) if s)),
    )


def reason_text(code: int, tenths: int) -> str:
    """Why a candidate was proposed, in a few words; the edit cost in tenths of a nat."""
    told = tenths and code != FOLDED
    return f"{REASONS[code]} (edit cost {tenths / 10:.1f})" if told else REASONS[code]
