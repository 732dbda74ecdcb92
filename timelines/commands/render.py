"""`frontlines render`: a picture of a date, or an animation of a range."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from timelines.commands.common import (
    a_day,
    a_length,
    basemap_argument,
    knowledge_arguments,
    opened,
    timeline_argument,
    window,
)
from timelines.commands.output import Commands, UsageError, say

ANIMATIONS = (".gif", ".mp4")


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("render", help="a picture of a date, an animation of a range")
    timeline_argument(parser)
    parser.add_argument("--on", type=a_day, metavar="DATE", help="for .png and .svg")
    parser.add_argument("--from", dest="begin", type=a_day, metavar="DATE", help="for .gif, .mp4")
    parser.add_argument("--to", dest="end", type=a_day, metavar="DATE")
    parser.add_argument("--size", choices=("web", "square", "story"), default="web")
    parser.add_argument("--scale", type=int, choices=(1, 2), default=1, help="2: twice the pixels")
    parser.add_argument("--seconds", type=float, default=12.0, help="length of an animation")
    parser.add_argument("--lang", choices=("en", "ar"), default="en")
    parser.add_argument("--reach", dest="reach_km", type=a_length, metavar="KM")
    knowledge_arguments(parser)
    basemap_argument(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the picture whole or not at all."""
    from geo.errors import GeoError
    from geo.image import render_animation, render_image
    from timelines.compose import compose

    path = Path(args.output)
    moves = path.suffix.lower() in ANIMATIONS
    if moves and args.on is not None:
        raise UsageError(f"A {path.suffix} shows a range: give --from and --to, not --on.")
    if not moves and (args.begin is not None or args.end is not None):
        raise UsageError("A range of dates is a .gif or .mp4; for a picture give --on DATE.")
    timeline = opened(args)
    drawing = {"policy": args.policy, "reach_km": args.reach_km, "own_lines": args.basemap}
    scene = compose(timeline, known_on=args.known_on, **drawing)
    try:
        if moves:
            first, last = window(args, timeline)
            look = {"size": args.size, "lang": args.lang, "seconds": args.seconds}
            render_animation(path, scene, first, last, progress=_progress, **look)
        else:
            opens = timeline.settings.open_day
            on = args.on if args.on is not None else opens
            look = {"size": args.size, "lang": args.lang, "scale": args.scale}
            render_image(path, scene, timeline.last_day if on is None else on, **look)
    except GeoError as error:
        raise UsageError(str(error)) from error
    say(f"{path}: {path.stat().st_size:,} bytes")
    return 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total} frames " + ("\n" if done == total else ""))
