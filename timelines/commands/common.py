"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from timelines import dates
from timelines.commands.output import UsageError
from timelines.errors import DateError
from timelines.policies import POLICIES

if TYPE_CHECKING:
    from timelines.timeline import Timeline


def a_day(text: str) -> int:
    """An argument that is one day."""
    try:
        return dates.day(text)
    except DateError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def a_point(text: str) -> tuple[float, float]:
    """An argument that is `LON,LAT` in degrees."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not LON,LAT, as in 37.2,36.5") from None
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise argparse.ArgumentTypeError(f"{text!r} is no place on the globe; are they swapped?")
    return lon, lat


def a_length(text: str) -> float:
    """An argument that is a length in km."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.1 <= value <= 500:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length from 0.1 to 500 km")
    return value


def timeline_argument(parser: argparse.ArgumentParser) -> None:
    """The TIMELINE every reading command takes."""
    parser.add_argument("timeline", metavar="TIMELINE", help="a folder, or a bundled one: aleppo")


def basemap_argument(parser: argparse.ArgumentParser) -> None:
    """Lines of one's own under the map."""
    parser.add_argument(
        "--basemap",
        action="append",
        default=[],
        metavar="FILE",
        help="coasts, borders, rivers of your own instead: Natural Earth (zip, shp), GeoPackage, "
        "PMTiles, GeoJSON; may be given again",
    )


def knowledge_arguments(parser: argparse.ArgumentParser) -> None:
    """The second clock and the policy."""
    parser.add_argument(
        "--known-on", type=a_day, metavar="DATE", help="only claims reported by then (default: all)"
    )
    parser.add_argument(
        "--policy",
        default="default",
        metavar="NAME",
        help=f"{', '.join(POLICIES)} or party-X-claims, X an actor (default: default)",
    )


def json_argument(parser: argparse.ArgumentParser) -> None:
    """`--json`: one object a line."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def opened(args: argparse.Namespace) -> Timeline:
    """The timeline named on the command line."""
    from timelines.store import open_timeline

    return open_timeline(args.timeline)


def window(args: argparse.Namespace, timeline: Timeline) -> tuple[int, int]:
    """`--from` and `--to`, the timeline's own where not given."""
    first = timeline.first_day if args.begin is None else args.begin
    last = timeline.last_day if args.end is None else args.end
    if first > last:
        raise UsageError(f"--from {dates.iso(first)} comes after --to {dates.iso(last)}.")
    return first, last


def iso_or_none(value: object) -> str | None:
    """`2015-10-09` of a pandas timestamp, None of NaT."""
    text = value.date().isoformat() if hasattr(value, "date") and value == value else None
    return text if isinstance(text, str) else None
