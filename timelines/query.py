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
from timelines.policies import POLICIES
from timelines.problems import shown

LAYERS = ("control", "frontlines", "strikes", "places")
LANGUAGES = ("en", "ar")
MAX_TEXT = 200
MAX_ACTORS = 50
MAX_VALUE = 4_000
DEFAULT_TIMELINE = "aleppo"

View = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is looked at. Days are day numbers; `on` is the date shown, `begin` and `end` the window
    of feed and tallies (both inclusive); None means the timeline's own. `actors` is who is shown,
    empty for all. `view` is west, south, east, north in degrees.
    """

    timeline: str = DEFAULT_TIMELINE
    on: int | None = None
    begin: int | None = None
    end: int | None = None
    known_on: int | None = None
    layers: tuple[str, ...] = LAYERS
    actors: tuple[str, ...] = ()
    place: str = ""
    view: View | None = None
    lang: str = "en"
    policy: str = "default"

    def to_params(self) -> dict[str, str]:
        """URL query parameters; what is at its default is left out."""
        days = {"on": self.on, "from": self.begin, "to": self.end, "known": self.known_on}
        params = {"t": self.timeline} if self.timeline != DEFAULT_TIMELINE else {}
        params |= {key: dates.iso(day) for key, day in days.items() if day is not None}
        if self.layers != LAYERS:
            params["layers"] = ",".join(self.layers) or "none"
        if self.actors:
            params["actors"] = ",".join(self.actors)
        if self.place:
            params["place"] = self.place
        if self.view:
            params["view"] = ",".join(f"{degrees:.4f}" for degrees in self.view)
        if self.lang != "en":
            params["lang"] = self.lang
        if self.policy != "default":
            params["policy"] = self.policy
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
    `days` (first, last) bounds the dates. Unknown keys are left to whoever owns them.
    """
    reader = _Reader(params)
    on, begin, end = (reader.day(key, days) for key in ("on", "from", "to"))
    if begin is not None and end is not None and begin > end:
        reader.messages.append("The window began after it ended; the two were swapped.")
        begin, end = end, begin
    state = ViewState(
        timeline=reader.one("t", DEFAULT_TIMELINE, timelines),
        on=on,
        begin=begin,
        end=end,
        known_on=reader.day("known", None),
        layers=reader.layers(),
        actors=reader.several("actors", actors),
        place=reader.one("place", "", places),
        view=reader.view(),
        lang=reader.one("lang", "en", LANGUAGES),
        policy=reader.one("policy", "default", POLICIES),
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
            return LAYERS
        if text == "none":
            return ()
        chosen = self.several("layers", LAYERS)
        return tuple(layer for layer in LAYERS if layer in chosen) or LAYERS

    def view(self) -> View | None:
        text = self.text("view")
        if not text:
            return None
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) == 4 and all(math.isfinite(n) for n in numbers):
            west, south, east, north = (round(n, 4) for n in numbers)
            if -180 <= west < east <= 180 and -90 <= south < north <= 90:
                return west, south, east, north
        self.refuse("view", text, "is not west,south,east,north in degrees")
        return None
