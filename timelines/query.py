"""One view of one timeline as a frozen value, to and from URL query parameters.

What comes from an address bar is a stranger's: every value is bounded and checked, and what cannot
be used falls back to its default with a message. `to_params(from_params(p))` is stable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timelines import dates
from timelines.errors import DateError
from timelines.policies import POLICIES, party_of
from timelines.problems import shown

# The player's layers (geo/player/hash.mjs has the same list) and which of them are on at first.
LAYERS = ("land", "fronts", "strikes", "maybe", "age", "names", "basemap")
ON_AT_FIRST = LAYERS
WINDOWS = (1, 3, 7, 14, 30, 90, 365)
WINDOW_DAYS = 14
LANGUAGES = ("en", "ar")
MODES = ("map", "list")
MAX_TEXT = 200
MAX_ACTORS = 50
MAX_VALUE = 4_000
DEFAULT_TIMELINE = "aleppo"

View = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is looked at. Days are day numbers; `on` is the date shown (None: the timeline's last),
    `window` the number of days up to it that feed and tallies cover, `known_on` the second clock
    (None: now). `hidden` are the actors not shown. `place` or `claim` is selected, or neither.
    `view` is lon, lat in degrees and the zoom of a web map (None: the timeline's own).
    """

    timeline: str = DEFAULT_TIMELINE
    on: int | None = None
    window: int = WINDOW_DAYS
    known_on: int | None = None
    layers: tuple[str, ...] = ON_AT_FIRST
    hidden: tuple[str, ...] = ()
    place: str = ""
    claim: str = ""
    view: View | None = None
    lang: str = "en"
    mode: str = "map"
    policy: str = "default"

    def to_params(self) -> dict[str, str]:
        """URL query parameters; what is at its default is left out."""
        days = {"on": self.on, "known": self.known_on}
        params = {"t": self.timeline} if self.timeline != DEFAULT_TIMELINE else {}
        params |= {key: dates.iso(day) for key, day in days.items() if day is not None}
        if self.window != WINDOW_DAYS:
            params["window"] = str(self.window)
        if self.layers != ON_AT_FIRST:
            params["layers"] = ",".join(self.layers) or "none"
        if self.hidden:
            params["hide"] = ",".join(self.hidden)
        if self.view:
            lon, lat, zoom = self.view
            params["view"] = f"{lon:.4f},{lat:.4f},{zoom:.2f}"
        texts = {"place": self.place, "claim": self.claim}
        params |= {key: text for key, text in texts.items() if text}
        for key, default in (("lang", "en"), ("mode", "map"), ("policy", "default")):
            if getattr(self, key) != default:
                params[key] = getattr(self, key)
        return params


def from_params(
    params: Mapping[str, str | Sequence[str]],
    *,
    timelines: Sequence[str] = (),
    actors: Sequence[str] = (),
    places: Sequence[str] = (),
    days: tuple[int, int] | None = None,
) -> tuple[ViewState, list[str]]:
    """The view that parameters ask for, and a message for each value that could not be used.

    `timelines`, `actors`, `places` are the ids to accept; an empty one accepts any bounded text.
    `days` (first, last) bounds the date. Unknown keys are left to whoever owns them.
    """
    reader = _Reader(params)
    state = ViewState(
        timeline=reader.one("t", DEFAULT_TIMELINE, timelines),
        on=reader.day("on", days),
        window=int(reader.one("window", str(WINDOW_DAYS), [str(n) for n in WINDOWS])),
        known_on=reader.day("known", None),
        layers=reader.layers(),
        hidden=reader.several("hide", actors),
        place=reader.one("place", "", places),
        claim=reader.one("claim", "", ()),
        view=reader.view(),
        lang=reader.one("lang", "en", LANGUAGES),
        mode=reader.one("mode", "map", MODES),
        policy=reader.policy(actors),
    )
    return state, reader.messages


class _Reader:
    def __init__(self, params: Mapping[str, str | Sequence[str]]) -> None:
        self._params = params
        self.messages: list[str] = []

    def text(self, key: str) -> str:
        value = self._params.get(key, "")
        if not isinstance(value, str):
            value = value[-1] if len(value) and isinstance(value[-1], str) else ""
        if len(value) > MAX_VALUE or "\x00" in value:
            self.refuse(key, value, "is too long or holds a NUL")
            return ""
        return value.strip()

    def refuse(self, key: str, value: str, because: str) -> None:
        self.messages.append(f"{key}={shown(value, 40)} {because}; left out.")

    def day(self, key: str, days: tuple[int, int] | None) -> int | None:
        text = self.text(key)
        if not text:
            return None
        try:
            day = dates.day(text)
        except DateError:
            self.refuse(key, text, "is not a day such as 2015-10-09")
            return None
        if days and not days[0] <= day <= days[1]:
            nearest = min(max(day, days[0]), days[1])
            self.messages.append(
                f"{key}={shown(text, 40)} lies outside the timeline; {dates.iso(nearest)} is shown."
            )
            return nearest
        return day

    def one(self, key: str, default: str, allowed: Sequence[str]) -> str:
        text = self.text(key)
        if not text or text == default:
            return default
        if len(text) > MAX_TEXT or (allowed and text not in allowed) or not text.isprintable():
            self.refuse(key, text, "is not known here")
            return default
        return text

    def policy(self, actors: Sequence[str]) -> str:
        """One of the fixed policies, or `party-X-claims` of an actor."""
        party = party_of(self.text("policy"))
        known = party and (not actors or party in actors)
        return self.one("policy", "default", () if known else POLICIES)

    def several(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        texts = [part.strip() for part in self.text(key).split(",") if part.strip()]
        good = [
            text
            for text in dict.fromkeys(texts)
            if len(text) <= MAX_TEXT and text.isprintable() and (not allowed or text in allowed)
        ]
        for text in texts:
            if text not in good:
                self.refuse(key, text, "is not known here")
        return tuple(good[:MAX_ACTORS])

    def layers(self) -> tuple[str, ...]:
        text = self.text("layers")
        if not text:
            return ON_AT_FIRST
        if text == "none":
            return ()
        chosen = self.several("layers", LAYERS)
        return tuple(layer for layer in LAYERS if layer in chosen) or ON_AT_FIRST

    def view(self) -> View | None:
        text = self.text("view")
        if not text:
            return None
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) == 3 and all(math.isfinite(n) for n in numbers):
            lon, lat, zoom = round(numbers[0], 4), round(numbers[1], 4), round(numbers[2], 2)
            if abs(lon) <= 180 and abs(lat) <= 85 and 0 <= zoom <= 20:
                return lon, lat, zoom
        self.refuse("view", text, "is not lon,lat,zoom")
        return None
