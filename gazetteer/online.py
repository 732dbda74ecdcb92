"""Asking a geocoder on the network, only when the user says so; any that geopy knows.

Nothing here is imported by the rest of the gazetteer. Answers are cached in a file, requests are
spaced out, every place carries the attribution its service asks for, and a local answer is never
replaced: :func:`with_online` asks only for names that have none, and says what it did.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service

from gazetteer import bundle
from gazetteer.places import Candidate, GazetteerError, Match, Place, PlaceError

# The rate limiter logs a traceback of every refused connection before it raises the same, and
# what nobody handles goes to standard error.
logging.getLogger("geopy").addHandler(logging.NullHandler())

USER_AGENT = "frontlines gazetteer (territorial-control tracker)"
PAUSE_S, TIMEOUT_S = 1.1, 20.0
"""Nominatim's policy allows one request a second."""
ATTRIBUTION = {
    "nominatim": "© OpenStreetMap contributors (ODbL), geocoded by Nominatim",
    "photon": "© OpenStreetMap contributors (ODbL), geocoded by Photon",
}
SCORE = 0.5
"""Geocoders tell no certainty; their answers are suggestions to be looked at."""
LIMIT = 5


class OnlineError(GazetteerError):
    """The geocoder is unknown, is not set up, or does not answer."""


@dataclass(frozen=True)
class Online:
    """A geocoder behind a cache and a rate limiter. Safe to share between threads."""

    service: str
    attribution: str
    ask: Callable[..., Any]
    cache: Path
    lock: threading.Lock


def open_online(
    service: str = "nominatim",
    *,
    cache: Path | None = None,
    pause_s: float = PAUSE_S,
    attribution: str = "",
    **settings: Any,
) -> Online:
    """A geocoder of geopy's by name, with its own settings (``domain``, ``api_key`` ...).

    Raises:
        OnlineError: geopy knows no such service, or a setting is missing or wrong.
    """
    if service.lower() not in SERVICE_TO_GEOCODER:
        known = ", ".join(sorted(SERVICE_TO_GEOCODER))
        raise OnlineError(f"geopy knows no geocoder {service!r}; it knows {known}")
    try:
        kind = get_geocoder_for_service(service)
        wanted = {"timeout": TIMEOUT_S, "user_agent": USER_AGENT, **settings}
        try:
            geocoder = kind(**wanted)
        except TypeError:
            wanted.pop("user_agent")
            geocoder = kind(**wanted)
    except (GeopyError, TypeError, ValueError) as error:
        raise OnlineError(f"geocoder {service!r} cannot be used: {error}") from error
    limiter = RateLimiter(
        geocoder.geocode, min_delay_seconds=pause_s, max_retries=1, swallow_exceptions=False
    )
    told = attribution or ATTRIBUTION.get(service, f"geocoded by {service}; see its terms")
    path = cache or bundle.cache_folder() / "online.sqlite"
    return Online(service, told, limiter, path, threading.Lock())


def geocode(online: Online, name: str, *, country: str = "") -> list[Place]:
    """Up to LIMIT places the geocoder finds, from the cache where it was asked before.

    Raises:
        OnlineError: it does not answer, or answers nonsense.
    """
    key = json.dumps([online.service, name.strip().casefold(), country.lower()])
    with online.lock:
        stored = _cached(online.cache, key)
        if stored is None:
            stored = _asked(online, name, country)
            _keep(online.cache, key, stored)
    found = []
    for number, row in enumerate(stored):
        try:
            found.append(_place(online, number, row))
        except (PlaceError, TypeError, ValueError, KeyError):
            continue  # a row without usable coordinates is no answer
    return found


def _asked(online: Online, name: str, country: str) -> list[dict[str, Any]]:
    more: dict[str, Any] = {"exactly_one": False}
    if online.service == "nominatim":
        more |= {"limit": LIMIT, "language": "en", "namedetails": True}
        if country:
            more["country_codes"] = country.lower()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # geopy warns before it raises
            answers = online.ask(name, **more) or []
    except GeopyError as error:
        raise OnlineError(
            f"{online.service} does not answer ({_cause(error)}); try again later, "
            "or ask without the network"
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise OnlineError(f"{online.service} answers what is no list of places: {error}") from error
    return [
        {"name": str(a.address), "lon": a.longitude, "lat": a.latitude, "raw": a.raw}
        for a in list(answers)[:LIMIT]
    ]


def _cause(error: BaseException) -> str:
    """What lies at the bottom of an error, in a line: libraries wrap it several times over."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200]


def _place(online: Online, number: int, row: dict[str, Any]) -> Place:
    given = row.get("raw")
    raw: dict[str, Any] = given if isinstance(given, dict) else {}
    details = raw.get("namedetails") or {}
    id_ = f"{raw.get('osm_type', '')}{raw.get('osm_id', '')}" or f"{row['name']}#{number}"
    return Place(
        id=f"{online.service}:{id_}"[:200],
        name=str(raw.get("name") or row["name"].split(",")[0])[:200],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        names=tuple(dict.fromkeys(str(v)[:200] for v in details.values()))[:50],
        kind=str(raw.get("type") or ""),
        uncertainty_m=_radius_m(raw.get("boundingbox"), float(row["lat"])),
        source=online.attribution,
        name_ar=str(details.get("name:ar") or "")[:200],
    )


def _radius_m(box: object, lat: float) -> float | None:
    """Half the height of a Nominatim bounding box (south, north, west, east)."""
    try:
        south, north = (float(v) for v in list(box)[:2])  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return None
    return float(round(max(north - lat, lat - south, 0.001) * 111_195))


def with_online(matches: Sequence[Match], online: Online, *, country: str = "") -> list[Match]:
    """The same answers, with suggestions of the geocoder for those that are ``unknown``.

    Local answers stay as they are. What came from the network is ``ambiguous`` at most: a person
    has to look at it.

    Raises:
        OnlineError: the geocoder does not answer.
    """
    result = []
    for match in matches:
        places = (
            geocode(online, match.query, country=country)
            if match.status == "unknown" and match.query.strip()
            else []
        )
        if not places:
            result.append(match)
            continue
        why = f"suggested online by {online.service}; not in the local gazetteer"
        found = tuple(Candidate(place, SCORE, why, match.query) for place in places)
        result.append(
            replace(match, status="ambiguous", why=why, candidates=found + match.candidates)
        )
    return result


def _cached(path: Path, key: str) -> list[dict[str, Any]] | None:
    try:
        with closing(sqlite3.connect(path, timeout=10)) as db:
            row = db.execute("select answer from answer where question = ?", (key,)).fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else list(json.loads(row[0]))


def _keep(path: Path, key: str, answers: list[dict[str, Any]]) -> None:
    """Store an answer; a cache that cannot be written only costs another request."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=10)) as db, db:
            db.execute(
                "create table if not exists answer "
                "(question text primary key, answer text not null)"
            )
            db.execute("insert or replace into answer values (?, ?)", (key, json.dumps(answers)))
    except (sqlite3.Error, OSError, TypeError):
        return
