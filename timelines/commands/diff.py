"""`frontlines diff`: what changed between two dates, or between what was known of one date."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timelines.commands.common import (
    a_day,
    a_length,
    json_argument,
    knowledge_arguments,
    opened,
    timeline_argument,
    window,
)
from timelines.commands.output import Commands, UsageError, emit, emit_json, emit_table, say

if TYPE_CHECKING:
    from timelines.compare import Change, Comparison, Moment
    from timelines.timeline import Timeline

COLUMNS = ("place_id", "place", "lon", "lat", "before", "before_status", "after", "after_status",
           "day", "claims", "why")  # fmt: skip
SUFFIXES = (".geojson", ".csv", ".svg")


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "diff", help="what changed between two dates, or between two dates of knowledge"
    )
    timeline_argument(parser)
    parser.add_argument("--from", dest="begin", type=a_day, metavar="DATE")
    parser.add_argument("--to", dest="end", type=a_day, metavar="DATE")
    parser.add_argument("--on", type=a_day, metavar="DATE", help="one date, known twice:")
    parser.add_argument("--known-from", type=a_day, metavar="DATE", help="as known first")
    parser.add_argument(
        "--known-to", type=a_day, metavar="DATE", help="as known later (default: now)"
    )
    knowledge_arguments(parser)
    parser.add_argument("--reach", dest="reach_km", type=a_length, metavar="KM")
    parser.add_argument("--text", action="store_true", help="sentences, then km² by side")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=f"a file instead: {', '.join(SUFFIXES)}"
    )
    json_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one line a changed place, or write a file."""
    from timelines.compare import compare

    _check(args)
    timeline = opened(args)
    before, after = _moments(args, timeline)
    found = compare(timeline, before, after, policy=args.policy, reach_km=args.reach_km)
    if args.output:
        _write(found, Path(args.output))
    elif args.json:
        for one in found.changes:
            emit_json({**_record(one), **_more(one)})
    elif args.text:
        _tell(found)
    else:
        emit_table(COLUMNS, (tuple(_record(one).values()) for one in found.changes))
    return 0


def _check(args: argparse.Namespace) -> None:
    """Say what is wrong with the question before a timeline is read for it."""
    if args.on is None and (args.begin is None or args.end is None):
        raise UsageError("Give --from and --to, or --on and --known-from.")
    if args.on is not None and (args.begin is not None or args.end is not None):
        raise UsageError("Give --from and --to, or --on, not both.")
    second = args.known_from is not None or args.known_to is not None
    if args.on is None and second:
        raise UsageError("--known-from and --known-to go with --on; for two dates use --known-on.")
    if args.on is not None and (args.known_from is None or args.known_on is not None):
        raise UsageError("With --on give --known-from and --known-to, not --known-on.")
    both = args.known_from is not None and args.known_to is not None
    if both and args.known_to < args.known_from:
        raise UsageError("--known-from comes after --known-to.")
    if args.output and Path(args.output).suffix.lower() not in SUFFIXES:
        raise UsageError(f"-o {args.output!r} ends in none of {', '.join(SUFFIXES)}.")


def _moments(args: argparse.Namespace, timeline: Timeline) -> tuple[Moment, Moment]:
    from timelines.compare import Moment

    if args.on is not None:
        return Moment(args.on, args.known_from), Moment(args.on, args.known_to)
    begin, end = window(args, timeline)
    return Moment(begin, args.known_on), Moment(end, args.known_on)


def _record(one: Change) -> dict[str, Any]:
    def status(holders: tuple[str, ...]) -> str:
        return ("unknown", "held")[len(holders)] if len(holders) < 2 else "contested"

    values = (
        *(one.place_id, one.place, one.lon, one.lat),
        *(" | ".join(one.before) or None, status(one.before)),
        *(" | ".join(one.after) or None, status(one.after)),
        *(one.day, one.claims, one.why),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _more(one: Change) -> dict[str, Any]:
    names = ("kind", "steps", "against", "withdrawn", "area_km2", "text")
    return {name: getattr(one, name) for name in names}


def _tell(found: Comparison) -> None:
    from timelines.compare.land import accounts

    for one in found.changes:
        emit(" ".join(one.text.split()))
    emit(f"The same on both sides: {len(found.steady)} places.")
    for row in accounts(found).to_dict("records"):
        text = f"{row['side']}: {row['before_km2']:,.0f} km² to {row['after_km2']:,.0f} km²"
        for what in ("gained", "lost"):
            low, high = row[f"{what}_low_km2"], row[f"{what}_high_km2"]
            if high > 0:  # not where it is not a number
                text += f", {what} {row[f'{what}_km2']:,.0f} ({low:,.0f} to {high:,.0f})"
        if row["found_km2"] and high == high:
            text += f", not known before {row['found_km2']:,.0f}"
        emit(f"{text}.")


def _write(found: Comparison, path: Path) -> None:
    from geo.safeio import write_atomic
    from timelines.compare.files import geojson, places_csv
    from timelines.compare.picture import svg

    kind = path.suffix.lower()
    made = {".geojson": geojson, ".csv": places_csv}.get(kind)
    write_atomic(path, made(found) if made else svg(found).encode("utf-8", "replace"))
    say(f"{path}: {len(found.changes):,} changed place(s), {path.stat().st_size:,} bytes")
