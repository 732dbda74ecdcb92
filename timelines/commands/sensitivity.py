"""`frontlines sensitivity`: how far the line of a date could be off."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from timelines.commands.common import (
    a_day,
    a_length,
    json_argument,
    knowledge_arguments,
    opened,
    timeline_argument,
)
from timelines.commands.output import Commands, UsageError, emit_json, emit_table, say

COLUMNS = ("policy", "reach_km", "length_km", "mean_km", "furthest_km")


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "sensitivity", help="how far the line of a date could be off: other reaches and policies"
    )
    timeline_argument(parser)
    parser.add_argument("--on", type=a_day, required=True, metavar="DATE")
    knowledge_arguments(parser)
    parser.add_argument("--reach", dest="reach_km", type=a_length, metavar="KM")
    parser.add_argument(
        "--reaches",
        type=lengths,
        metavar="KM,KM,…",
        help="reaches to compare with (default: half to one and a half of the stated one)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the picture too, as .svg")
    json_argument(parser)
    parser.set_defaults(run=run)


def lengths(text: str) -> tuple[float, ...]:
    """An argument that is up to twelve lengths in km, with commas between."""
    parts = text.split(",")
    if len(parts) > 12:
        raise argparse.ArgumentTypeError("more than twelve reaches; give fewer")
    return tuple(a_length(part) for part in parts)


def run(args: argparse.Namespace) -> int:
    """Print one line a choice, what is drawn first; the answer in sentences is talk.

    With `--json` also one line a side (`about` land) and how far the front is from the nearest
    places (`about` places).
    """
    if args.output and Path(args.output).suffix.lower() != ".svg":
        raise UsageError(f"-o {args.output!r} does not end in .svg.")
    from timelines.doubt import doubt
    from timelines.doubt.words import sentences

    found = doubt(
        opened(args),
        args.on,
        known_on=args.known_on,
        policy=args.policy,
        reach_km=args.reach_km,
        reaches_km=args.reaches,
    )
    rows = found.choices[list(COLUMNS)].to_dict("records")
    if args.json:
        for row in rows:
            emit_json({"about": "front"} | _named(row))
        for row in found.areas.to_dict("records"):
            emit_json({"about": "land"} | _named(row))
        half = {"half_mean_km": found.half_mean_km, "half_most_km": found.half_most_km}
        emit_json({"about": "places", **half})
    else:
        emit_table(COLUMNS, (tuple(row.values()) for row in rows))
        for text in sentences(found):
            say(" ".join(text.split()))
    if args.output:
        from geo.safeio import write_atomic
        from timelines.doubt.picture import svg

        path = Path(args.output)
        write_atomic(path, svg(found).encode("utf-8", "replace"))
        say(f"{path}: {path.stat().st_size:,} bytes")
    return 0


def _named(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
