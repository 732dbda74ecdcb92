"""A timeline as a scene: the one thing that maps, embeds and exports are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo.scene import (
    DRAWN,
    NO_DAY_HIGH,
    Events,
    Line,
    Scene,
    SceneActor,
    SceneClaim,
    ScenePlace,
    SceneSource,
    Town,
)
from timelines import dates
from timelines.adjudicate import LOW
from timelines.counts import parse_count
from timelines.credits import place_credits
from timelines.errors import QueryError
from timelines.flips import Codes, flips_of, maybes_of
from timelines.land import Land, view_of
from timelines.ledger import NEVER, Int, retraction_spans
from timelines.rulewords import rule_sentence

if TYPE_CHECKING:
    from timelines.timeline import Day, Timeline

AROUND = 1.0  # how far the basemap goes beyond the opening view, in widths and heights of it
LINE_TOLERANCE_DEG = 0.002


def compose(
    timeline: Timeline,
    *,
    known_on: Day | None = None,
    policy: str = "default",
    reach_km: float | None = None,
    basemap: bool = True,
    own_lines: Sequence[str | Path] = (),
) -> Scene:
    """The scene of a timeline, as known on a day (None: now).

    `own_lines` are files on this machine (Natural Earth's, GeoPackage, PMTiles, GeoJSON) that take
    the place of the basemap's coasts, borders and rivers; never hand on a stranger's path.

    Raises:
        QueryError: unknown policy, a reach that is no length, a boundary or a file of lines that
            cannot be read.
    """
    runs = timeline.runs(known_on=known_on, policy=policy)
    land = timeline.land(reach_km)
    codes = Codes(timeline)
    flips = flips_of(timeline, runs, codes)
    maybes = maybes_of(timeline, runs, codes)
    claims = _claims(timeline)
    lines, towns, credit = _basemap(timeline, own_lines) if basemap else ((), (), ())
    return Scene(
        title=timeline.title,
        first_day=timeline.first_day,
        last_day=timeline.last_day,
        view=view_of(timeline),
        actors=_actors(timeline),
        places=_places(timeline, land),
        sources=_sources(timeline),
        claims=claims,
        flips=flips,
        maybes=maybes,
        events=_events(timeline, known_on),
        tessellation=land.tessellation,
        contests=codes.contests,
        lines=lines,
        towns=towns,
        description=timeline.settings.description,
        licence=timeline.settings.licence,
        rule=rule_sentence(timeline, land, known_on=known_on, policy=policy),
        rule_ar=rule_sentence(timeline, land, known_on=known_on, policy=policy, lang="ar"),
        credits=(
            *timeline.settings.credits,
            *place_credits(timeline.places.values()),
            f"Boundary: {land.boundary}",
            *credit,
        ),
        data_hash=timeline.data_hash,
    )


def _actors(timeline: Timeline) -> tuple[SceneActor, ...]:
    middle = (timeline.first_day + timeline.last_day) // 2
    return tuple(
        SceneActor(
            id=actor.id,
            name=actor.name,
            side=timeline.actors.side(actor.id, middle),
            color=actor.color,
            pattern=actor.pattern,
            name_ar=actor.name_ar,
        )
        for actor in timeline.actors.values()
    )


def _places(timeline: Timeline, land: Land) -> tuple[ScenePlace, ...]:
    return tuple(
        ScenePlace(
            id=place.id,
            name=place.name,
            lon=np.nan if place.lon is None else place.lon,
            lat=np.nan if place.lat is None else place.lat,
            cell=int(land.place_cell[number]),
            name_ar=place.name_ar,
            kind=place.kind or (DRAWN if timeline.settings.cells else ""),
            uncertainty_m=place.uncertainty_m,
            population=place.population,
        )
        for number, place in enumerate(timeline.place_list)
    )


def _sources(timeline: Timeline) -> tuple[SceneSource, ...]:
    return tuple(
        SceneSource(
            id=source.id,
            publisher=source.publisher,
            title=source.title,
            author=source.author,
            date=source.date,
            url=source.url,
            reliability=source.reliability,
        )
        for source in timeline.sources.values()
    )


def _claims(timeline: Timeline) -> tuple[SceneClaim, ...]:
    actor_index = {actor_id: i for i, actor_id in enumerate(timeline.actors)}
    source_index = {source_id: i for i, source_id in enumerate(timeline.sources)}

    def actor(text: str) -> int:
        actor_id = timeline.actors.id_of(text) if text else None
        return -1 if actor_id is None else actor_index[actor_id]

    keys = timeline.claims.key
    return tuple(
        SceneClaim(
            id=keys(row),
            kind=claim.kind,
            date=claim.date,
            place=int(timeline.place_of[row]),
            place_as_written=claim.place,
            actor=actor(claim.actor),
            target=actor(claim.target),
            status=claim.status,
            source=source_index.get(claim.source, -1),
            reported=claim.reported,
            killed=claim.killed,
            wounded=claim.wounded,
            weapon=claim.weapon,
            note=claim.note,
        )
        for row, claim in enumerate(timeline.claims)
    )


def event_rows(timeline: Timeline, known_on: Day | None = None) -> Int:
    """Rows of the claims that are events, known and not withdrawn on a day, by begin."""
    kinds, statuses = timeline.claims.column("kind"), timeline.claims.column("status")
    event = np.array(
        [k != "control" and s != "retracted" for k, s in zip(kinds, statuses, strict=True)], bool
    )
    day = NEVER - 1 if known_on is None else dates.day(known_on)
    stands = timeline.clocks.known <= day
    for row, spans in retraction_spans(timeline.claims, timeline.clocks.known).items():
        stands[row] = any(low <= day < high for low, high in spans)
    rows = np.flatnonzero(event & stands)
    begin, _ = event_days(timeline)
    return rows[np.lexsort((rows, begin[rows]))]


def event_days(timeline: Timeline) -> tuple[Int, Int]:
    """Begin and end (exclusive, `NEVER` open) of every claim as an event.

    What happened "by" a day is shown on that day alone: how long before is not said.
    """
    times = timeline.clocks
    begin = np.where(times.earliest == LOW, times.settled, times.earliest)
    end = np.where(times.latest == NEVER, NEVER, times.latest + 1)
    return begin, end


def _events(timeline: Timeline, known_on: Day | None) -> Events:
    rows = event_rows(timeline, known_on)
    begin, end = (days[rows] for days in event_days(timeline))
    claims = timeline.claims
    position = np.array([event_position(timeline, row) for row in rows.tolist()], float)
    position = position.reshape(-1, 3)
    counts = np.array(
        [
            (
                *parse_count(claims.column("killed")[row]),
                *parse_count(claims.column("wounded")[row]),
            )
            for row in rows.tolist()
        ],
        float,
    ).reshape(-1, 4)
    return Events(
        begin=begin.astype(np.int32),
        end=np.where(end >= NEVER, NO_DAY_HIGH, end).astype(np.int32),
        claim=rows.astype(np.int32),
        lon=position[:, 0],
        lat=position[:, 1],
        uncertainty_m=position[:, 2],
        killed=counts[:, :2],
        wounded=counts[:, 2:],
    )


def event_position(timeline: Timeline, row: int) -> tuple[float, float, float]:
    """Longitude, latitude (NaN where not located) and uncertainty in metres of a claim."""
    lon, lat = timeline.claims.column("lon")[row], timeline.claims.column("lat")[row]
    radius = timeline.claims.column("uncertainty_m")[row]
    number = int(timeline.place_of[row])
    place = timeline.place_list[number] if number >= 0 else None
    own = float(radius) if radius.strip() else 0.0
    if lon.strip() and lat.strip():
        return float(lon), float(lat), own
    if place is None or place.lon is None or place.lat is None:
        return np.nan, np.nan, own
    return place.lon, place.lat, own or place.uncertainty_m


def _basemap(
    timeline: Timeline, own: Sequence[str | Path]
) -> tuple[tuple[Line, ...], tuple[Town, ...], tuple[str, ...]]:
    from geo.basemap import CREDIT, BasemapError, lines
    from geo.basemap.own import lines_from_file
    from timelines.towns import CREDIT as TOWNS_CREDIT
    from timelines.towns import towns_within

    west, south, east, north = view_of(timeline)
    across, up = (east - west) * AROUND, (north - south) * AROUND
    bounds = (
        max(-180.0, west - across),
        max(-90.0, south - up),
        min(180.0, east + across),
        min(90.0, north + up),
    )
    if not own:
        found = lines(bounds, tolerance_deg=LINE_TOLERANCE_DEG)
        return found, towns_within(bounds), (CREDIT, TOWNS_CREDIT)
    given: list[Line] = []
    for file in own:
        try:
            given += lines_from_file(file, bounds, tolerance_deg=LINE_TOLERANCE_DEG)
        except BasemapError as error:
            raise QueryError(f"Basemap: {error}") from error
    names = ", ".join(Path(file).name for file in own)
    return tuple(given), towns_within(bounds), (f"Coasts, borders, rivers: {names}", TOWNS_CREDIT)
