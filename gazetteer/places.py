"""Value types of the gazetteer: what a place is, and what an answer looks like.

Longitudes and latitudes are degrees in WGS84, longitude first; distances are metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

Status = Literal["resolved", "ambiguous", "unknown"]


class GazetteerError(ValueError):
    """Something the caller handed to the gazetteer cannot be used; the message says the remedy."""


class PlaceError(GazetteerError):
    """A place has no usable position, id or name."""


class SourceError(GazetteerError):
    """A file or address offered as a source of places cannot be read."""


class IndexFileError(GazetteerError):
    """The SQLite index cannot be opened, is of another version, or cannot be written."""


class Name(str):
    """A name that knows its language and its time; otherwise an ordinary string.

    ``lang`` is an ISO 639 code, ``kind`` "former", "colloquial" or empty, ``begin`` and ``end``
    are dates as the source writes them ("2016", "2016-05-19"), empty where open or unknown.
    """

    __slots__ = ("begin", "end", "kind", "lang")
    lang: str
    kind: str
    begin: str
    end: str

    def __new__(
        cls, text: str, *, lang: str = "", kind: str = "", begin: str = "", end: str = ""
    ) -> Name:
        name = super().__new__(cls, text)
        name.lang, name.kind, name.begin, name.end = lang, kind, begin, end
        return name

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        dated = {"lang": self.lang, "kind": self.kind, "begin": self.begin, "end": self.end}
        return (str(self),), dated

    def used_on(self, day: str) -> bool:
        """Whether the name was in use on an ISO date, as far as its own dates tell."""
        begun = not self.begin or self.begin <= day[: len(self.begin)]
        return begun and (not self.end or day[: len(self.end)] <= self.end)


@dataclass(frozen=True, slots=True)
class Place:
    """One place as one or several sources describe it.

    ``names`` are the other names, in any script, ``name_ar`` the Arabic label.
    ``uncertainty_m`` is the honest radius around (lon, lat); None means not stated.
    ``source`` says where the coordinate comes from.
    """

    id: str
    name: str
    lon: float
    lat: float
    names: tuple[str, ...] = ()
    population: int | None = None
    kind: str = ""
    uncertainty_m: float | None = None
    admin1: str = ""
    admin2: str = ""
    country: str = ""
    source: str = ""
    name_ar: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.lon) and isfinite(self.lat)):
            raise PlaceError(f"place {self.id!r}: coordinates must be finite numbers")
        if not (-180.0 <= self.lon <= 180.0 and -90.0 <= self.lat <= 90.0):
            raise PlaceError(
                f"place {self.id!r}: lon {self.lon}, lat {self.lat} is outside the globe; "
                "are longitude and latitude swapped?"
            )

    def label(self, lang: str, on: str = "") -> str:
        """The name to show in a language on an ISO date; the main name where none is known.

        Former names count only on a date they were in use.
        """
        if lang == "ar" and self.name_ar and not on:
            return self.name_ar
        fit = [
            name
            for name in self.names
            if isinstance(name, Name)
            and name.lang[:2] == lang[:2]
            and (name.used_on(on) if on else not (name.end or name.kind))
            and not (name.kind == "former" and not (on and (name.begin or name.end)))
        ]
        # The narrowest time wins: a dated name over one that was always in use.
        fit.sort(key=lambda name: not (name.begin or name.end) if on else 0)
        return str(fit[0]) if fit else (self.name_ar if lang == "ar" else "") or self.name

    def all_names(self) -> tuple[str, ...]:
        """Every distinct label, the main name first."""
        dated = {str(name): name for name in self.names}
        labels = (self.name, self.name_ar, *self.names)
        return tuple(dated.get(t, t) for t in dict.fromkeys(labels) if t.strip())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant, with a score in 0..1 and the reason it was proposed."""

    place: Place
    score: float
    why: str
    matched: str = ""
    """The indexed spelling that matched, which need not be the main name."""

    @property
    def id(self) -> str:
        return self.place.id

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def lon(self) -> float:
        return self.place.lon

    @property
    def lat(self) -> float:
        return self.place.lat


@dataclass(frozen=True, slots=True)
class Match:
    """The answer to one query.

    ``place`` is set only when ``status`` is ``resolved``; ``candidates`` are ranked, best first,
    and under ``unknown`` are suggestions only. ``why`` is a sentence for people.
    """

    status: Status
    place: Place | None = None
    candidates: tuple[Candidate, ...] = ()
    why: str = ""
    query: str = ""

    @property
    def uncertainty_m(self) -> float | None:
        """Radius of the resolved place in metres, or None."""
        return self.place.uncertainty_m if self.place else None
