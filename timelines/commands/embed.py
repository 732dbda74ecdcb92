"""`frontlines embed`: the map of a timeline as one HTML file that asks nobody for anything."""

from __future__ import annotations

import argparse
from pathlib import Path

from timelines import dates
from timelines.commands.common import (
    a_day,
    a_length,
    knowledge_arguments,
    opened,
    timeline_argument,
    window,
)
from timelines.commands.output import Commands, say


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("embed", help="one HTML file to publish anywhere")
    timeline_argument(parser)
    parser.add_argument("--from", dest="begin", type=a_day, metavar="DATE")
    parser.add_argument("--to", dest="end", type=a_day, metavar="DATE")
    parser.add_argument("--title", help="instead of the timeline's own")
    parser.add_argument("--lang", choices=("en", "ar"), default="en")
    parser.add_argument("--reach", dest="reach_km", type=a_length, metavar="KM")
    knowledge_arguments(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the page whole or not at all."""
    from geo.embed import embed_html
    from geo.safeio import write_atomic
    from timelines.compose import compose

    timeline = opened(args)
    first, last = window(args, timeline)
    scene = compose(timeline, known_on=args.known_on, policy=args.policy, reach_km=args.reach_km)
    opens = timeline.settings.open_day
    date = None if opens is None or not first <= opens <= last else dates.iso(opens)
    data = embed_html(
        scene, title=args.title, begin=first, end=last, date=date, lang=args.lang
    ).encode()
    path = write_atomic(Path(args.output), data)
    say(f"{path}: {len(data):,} bytes")
    return 0
