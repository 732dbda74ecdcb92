"""`frontlines export`: land, fronts, strikes and places of a date or a range, for other tools."""

from __future__ import annotations

import argparse

from timelines.commands.common import (
    a_day,
    a_length,
    knowledge_arguments,
    opened,
    timeline_argument,
    window,
)
from timelines.commands.output import Commands, UsageError, say


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "export", help="GeoJSON and other formats, for one date or a range"
    )
    timeline_argument(parser)
    parser.add_argument("--on", type=a_day, metavar="DATE")
    parser.add_argument("--from", dest="begin", type=a_day, metavar="DATE")
    parser.add_argument("--to", dest="end", type=a_day, metavar="DATE")
    parser.add_argument(
        "--layers",
        default="control,frontlines,strikes,places",
        metavar="LAYERS",
        help="comma-separated: control, frontlines, strikes, places (default: all)",
    )
    parser.add_argument("--format", metavar="FORMAT", help="default: by the suffix of FILE")
    parser.add_argument("--reach", dest="reach_km", type=a_length, metavar="KM")
    knowledge_arguments(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the export whole or not at all."""
    from geo.export import ExportError, check_layers, format_of, write_export
    from timelines.compose import compose

    if args.on is not None and (args.begin is not None or args.end is not None):
        raise UsageError("Give --on, or --from and --to, not both.")
    names = [name.strip() for name in args.layers.split(",") if name.strip()]
    try:
        layers, chosen = check_layers(names), format_of(args.output, args.format)
    except ExportError as error:
        raise UsageError(str(error)) from error
    timeline = opened(args)
    scene = compose(
        timeline,
        known_on=args.known_on,
        policy=args.policy,
        reach_km=args.reach_km,
        basemap=False,
    )
    between = None if args.on is not None else window(args, timeline)
    path = write_export(
        args.output, scene, format=chosen, on=args.on, between=between, layers=layers
    )
    say(f"{path}: {path.stat().st_size:,} bytes")
    return 0
