"""`frontlines diff`: what changed between two dates."""

from __future__ import annotations

import argparse

from timelines.commands.common import (
    a_day,
    json_argument,
    knowledge_arguments,
    opened,
    timeline_argument,
    window,
)
from timelines.commands.output import Commands, emit_json, emit_table


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("diff", help="what changed between two dates")
    timeline_argument(parser)
    parser.add_argument("--from", dest="begin", type=a_day, required=True, metavar="DATE")
    parser.add_argument("--to", dest="end", type=a_day, required=True, metavar="DATE")
    knowledge_arguments(parser)
    json_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one line a changed place."""
    timeline = opened(args)
    begin, end = window(args, timeline)
    frame = timeline.diff(begin, end, known_on=args.known_on, policy=args.policy)
    records = frame.to_dict("records")
    if args.json:
        for record in records:
            emit_json({str(key): value for key, value in record.items()})
    else:
        emit_table(list(frame.columns), (list(record.values()) for record in records))
    return 0
