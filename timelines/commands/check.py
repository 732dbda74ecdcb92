"""`frontlines check`: every problem of a timeline, with file, row, column and remedy."""

from __future__ import annotations

import argparse

from timelines.commands.common import json_argument, timeline_argument
from timelines.commands.output import Commands, emit, emit_json, say


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("check", help="every problem, with file, row, column and remedy")
    timeline_argument(parser)
    json_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the problems. Exit 1 if one of them is an error."""
    from timelines.store import check

    problems = check(args.timeline)
    for problem in problems:
        if args.json:
            emit_json(problem.as_dict())
        else:
            emit(str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    say(f"{errors} error(s), {len(problems) - errors} warning(s)")
    return 1 if errors else 0
