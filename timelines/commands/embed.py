"""`frontlines embed`: the map of a timeline as one HTML file that asks nobody for anything."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from timelines import dates
from timelines.commands.common import (
    a_day,
    a_length,
    basemap_argument,
    knowledge_arguments,
    opened,
    timeline_argument,
    window,
)
from timelines.commands.output import Commands, UsageError, emit, say

THEMES = ("auto", "light", "dark", "transparent")


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
    basemap_argument(parser)
    parser.add_argument(
        "--compare-known-on",
        type=a_day,
        metavar="DATE",
        help="a second map as known on this day, behind a curtain",
    )
    parser.add_argument("--theme", choices=THEMES, default="auto")
    parser.add_argument("--split", action="store_true", help="a small page, its data beside it")
    parser.add_argument("--snippet", action="store_true", help="print the iframe code to paste")
    parser.add_argument("--url", metavar="URL", help="where the page will be, for --snippet")
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the page whole or not at all."""
    from geo.embed import embed_html, embed_split, iframe_snippet
    from geo.safeio import write_atomic
    from timelines.compose import compose

    timeline = opened(args)
    first, last = window(args, timeline)
    drawing = {"policy": args.policy, "reach_km": args.reach_km, "own_lines": args.basemap}
    scene = compose(timeline, known_on=args.known_on, **drawing)
    opens = timeline.settings.open_day
    look: dict[str, Any] = {
        "title": args.title,
        "begin": first,
        "end": last,
        "date": None if opens is None or not first <= opens <= last else dates.iso(opens),
        "lang": args.lang,
        "theme": args.theme,
    }
    if args.compare_known_on is not None:
        look["other"] = compose(timeline, known_on=args.compare_known_on, **drawing)
        now = "now" if args.known_on is None else dates.iso(args.known_on)
        look["names"] = (now, dates.iso(args.compare_known_on))
    path = Path(args.output)
    files = {}
    if args.split:
        if args.compare_known_on is not None:
            raise UsageError("--split carries one map: leave out --compare-known-on.")
        stem = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in path.stem)
        data_path = path.with_name(f"{stem.lstrip('-') or 'map'}.frontlines")
        page, files[data_path] = embed_split(scene, data_name=data_path.name, **look)
    else:
        page = embed_html(scene, **look)
    files[path] = page.encode()  # the page last: it is of no use without its data
    for target, data in files.items():
        say(f"{write_atomic(target, data)}: {len(data):,} bytes")
    if args.snippet:
        address = args.url or path.name
        emit(iframe_snippet(address, title=args.title or timeline.title, split=args.split))
    return 0
