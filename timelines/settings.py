"""`timeline.toml`: what a timeline says about itself, with a default for everything."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, replace
from typing import Any

from timelines import dates
from timelines.errors import DateError
from timelines.problems import Problem, shown

FILE = "timeline.toml"
KNOWN = (
    "schema",
    "title",
    "description",
    "licence",
    "boundary",
    "cells",
    "reach_km",
    "prior_days",
    "credits",
)
RANGE = ("first_day", "last_day", "open_day", "view")
FILE_SUFFIXES = (".json", ".geojson")
_FILE_NAME = re.compile(r"[\w][\w .-]{0,200}")
PRIOR_DAYS = 30
REACH_KM = 15.0


@dataclass(frozen=True, slots=True)
class Settings:
    """`boundary`: ISO country codes, or one path of a GeoJSON file beside the toml. `cells`: a
    GeoJSON file of the land of each place, instead of the reach rule; empty for none. `reach_km`:
    the reach rule's parameter. `prior_days`: for how long before the first claim about a place
    the holder whom that claim names as its prior holder is shown (0: never). `first_day`,
    `last_day`: day numbers of the slider, None for the span of the claims; `open_day`: the day to
    open on, None for the last. `view`: west, south,
    east, north in degrees, None for the places' own. `schema`: the number of the form that a folder
    of CSV files has; one that does not say is of the first.
    """

    schema: int = 1
    title: str = ""
    description: str = ""
    licence: str = ""
    boundary: tuple[str, ...] = ()
    cells: str = ""
    reach_km: float = REACH_KM
    prior_days: int = PRIOR_DAYS
    first_day: int | None = None
    last_day: int | None = None
    open_day: int | None = None
    view: tuple[float, float, float, float] | None = None
    credits: tuple[str, ...] = ()


def read(text: str) -> tuple[Settings, list[Problem]]:
    """Settings from TOML text, with a problem for each key that is wrong (its default is used)."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Settings(), [
            Problem(FILE, 0, "", f"is not TOML: {error}.", "Mend the file, or remove it.")
        ]
    reader = _Reader(data)
    settings = Settings(
        schema=int(reader.number("schema", 1, 1, 1_000_000)),
        title=reader.text("title"),
        description=reader.text("description", limit=5000),
        licence=reader.text("licence") or reader.text("license"),
        boundary=reader.texts("boundary"),
        cells=reader.file("cells"),
        reach_km=reader.number("reach_km", REACH_KM, 0.1, 500),
        prior_days=int(reader.number("prior_days", PRIOR_DAYS, 0, 100_000)),
        first_day=reader.day("first_day"),
        last_day=reader.day("last_day"),
        open_day=reader.day("open_day"),
        view=reader.view(),
        credits=reader.texts("credits"),
    )
    _check_boundary(reader, settings.boundary)
    for key in data:
        if key not in (*KNOWN, *RANGE, "license"):
            reader.add(key, "is not known.", "Check the spelling, or remove it.", "warning")
    first, last = settings.first_day, settings.last_day
    if first is not None and last is not None and first > last:
        reader.add("first_day", "comes after last_day.", "Swap the two.")
        settings = replace(settings, first_day=None, last_day=None)
    return settings, reader.problems


def named_files(settings: Settings) -> tuple[str, ...]:
    """The files beside the toml that it names: plain names, never a path out of the folder."""
    return tuple(
        text
        for text in dict.fromkeys((*settings.boundary, settings.cells))
        if text.lower().endswith(FILE_SUFFIXES) and _FILE_NAME.fullmatch(text)
    )


def _check_boundary(reader: _Reader, boundary: tuple[str, ...]) -> None:
    for text in boundary:
        is_file = text.lower().endswith(FILE_SUFFIXES)
        if is_file and not _FILE_NAME.fullmatch(text):
            reader.add("boundary", f"names {shown(text)}.", "Name a file in the same folder.")
        elif is_file and len(boundary) > 1:
            reader.add("boundary", "names a file and more.", "Name one file, or ISO codes.")
        elif not is_file and not re.fullmatch(r"[A-Za-z]{2}", text):
            remedy = 'Write ISO codes as in ["SY"], or the name of a GeoJSON file.'
            reader.add("boundary", f"holds {shown(text)}, no ISO code.", remedy)


class _Reader:
    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []

    def add(self, key: str, message: str, remedy: str, severity: Any = "error") -> None:
        self.problems.append(Problem(FILE, 0, key, f"{shown(key)} {message}", remedy, severity))

    def text(self, key: str, limit: int = 500) -> str:
        value = self.data.get(key, "")
        if not isinstance(value, str) or len(value) > limit:
            self.add(key, f"is not a text of at most {limit} characters.", "Write it in quotes.")
            return ""
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            self.add(key, "is not a text or a list of texts.", 'Write it as ["SY", "TR"].')
            return ()
        return tuple(v.strip()[:500] for v in values[:50] if v.strip())

    def file(self, key: str) -> str:
        name = self.text(key)
        if name and not (name.lower().endswith(FILE_SUFFIXES) and _FILE_NAME.fullmatch(name)):
            self.add(key, f"names {shown(name)}.", "Name a GeoJSON file in the same folder.")
            return ""
        return name

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self.data.get(key, default)
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not good or not math.isfinite(value) or not low <= value <= high:
            self.add(key, f"is not a number from {low} to {high}.", f"The default is {default}.")
            return default
        return float(value)

    def day(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is None or value == "":
            return None
        try:
            return dates.day(value if not isinstance(value, int) else str(value))
        except (DateError, TypeError, AttributeError):
            self.add(key, "is not one day.", 'Write it as "2015-10-09".')
            return None

    def view(self) -> tuple[float, float, float, float] | None:
        value = self.data.get("view")
        if value is None:
            return None
        good = isinstance(value, list) and len(value) == 4
        good = good and all(isinstance(v, (int, float)) and math.isfinite(v) for v in value)
        if good:
            west, south, east, north = (float(v) for v in value)
            if -180 <= west < east <= 180 and -90 <= south < north <= 90:
                return west, south, east, north
        self.add("view", "is not four degrees west, south, east, north.", "Mend or remove it.")
        return None
