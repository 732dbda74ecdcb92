"""`frontlines gazetteer`: sources of place names to add, list and remove, and a service for others.

Downloads happen only where the user names an address.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from timelines.commands.common import json_argument
from timelines.commands.output import Commands, UsageError, emit_json, emit_table, say
from timelines.errors import DataError

MAX_SHOWN = 20
TOLD_EVERY = 500_000
"""Places after which a long indexing says how far it is."""


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("gazetteer", help="add, list, remove and serve place names")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="GeoNames, OCHA, Who's On First, Linked Places, CSV …")
    adding.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or an http address")
    adding.add_argument("--name", default="", help="to list and remove it by")
    adding.add_argument(
        "--map", action="append", default=[], metavar="OURS=THEIRS", help="a column of a table"
    )
    adding.add_argument(
        "--alternates",
        default="",
        metavar="FILE",
        help="GeoNames' alternateNamesV2: languages, dates",
    )
    adding.add_argument("--licence", default="", help="where the format does not tell it")
    adding.add_argument("--attribution", default="")
    adding.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="what was added, and under which licence")
    json_argument(listing)
    listing.set_defaults(run=run_list)
    removing = actions.add_parser("remove", help="take sources out")
    removing.add_argument("sources", nargs="+", metavar="NAME")
    removing.set_defaults(run=run_remove)
    preparing = actions.add_parser("prepare", help="index the world's cities now, not at first use")
    preparing.set_defaults(run=run_prepare)
    serving = actions.add_parser("serve", help="the W3C reconciliation API, for OpenRefine")
    serving.add_argument("--port", type=int, default=8765)
    serving.set_defaults(run=run_serve)


def run_add(args: argparse.Namespace) -> int:
    """Index each source; exit 1 if rows had to be left out."""
    from gazetteer import GazetteerError, sources

    if args.name and len(args.sources) > 1:
        raise UsageError("--name names one source. Add them one by one.")
    mapping = {}
    for text in args.map:
        ours, equals, theirs = text.partition("=")
        if not equals:
            raise UsageError(f"--map {text!r} is not OURS=THEIRS, as in name=Place")
        mapping[ours.strip()] = theirs.strip()
    if args.alternates:
        mapping["alternates"] = args.alternates
    left_out = 0
    for origin in args.sources:
        try:
            done = sources.add(
                origin,
                name=args.name,
                mapping=mapping,
                licence=args.licence,
                attribution=args.attribution,
                progress=_progress,
            )
        except GazetteerError as error:
            raise DataError(str(error)) from error
        for problem in done.problems[:MAX_SHOWN]:
            say(f"left out: {origin}, row {problem.row}: {problem.reason}")
        places = "place" if done.places == 1 else "places"
        say(f"{done.name}: {done.places:,} {places} ({done.format}), {done.left_out:,} left out")
        say(f"{done.name}: {done.licence}. {done.attribution}")
        left_out += done.left_out
    return 1 if left_out else 0


def _progress(places: int) -> None:
    if places % TOLD_EVERY == 0:
        say(f"{places:,} places read …")


def run_list(args: argparse.Namespace) -> int:
    """What was added."""
    from gazetteer import sources

    found = sources.list()
    if args.json:
        for one in found:
            record = asdict(one)
            record["problems"] = [f"row {p.row}: {p.reason}" for p in one.problems]
            emit_json(record)
        return 0
    header = ("name", "format", "places", "left_out", "licence", "attribution", "added", "origin")
    emit_table(header, ([getattr(one, key) for key in header] for one in found))
    for one in found:
        if not one.usable:
            say(f"{one.name} cannot be opened by this version. Add it again.")
    if not found:
        say("Nothing was added yet: only the bundled places and cities are searched.")
    return 0


def run_remove(args: argparse.Namespace) -> int:
    """Take sources out."""
    from gazetteer import GazetteerError, sources

    for name in args.sources:
        try:
            sources.remove(name)
        except GazetteerError as error:
            raise UsageError(str(error)) from error
        say(f"{name}: removed")
    return 0


def run_prepare(args: argparse.Namespace) -> int:
    """Build the index of cities that the package brings; done at first use otherwise."""
    from gazetteer import bundle

    del args
    prepare()
    say(f"The index of cities is ready: {bundle.cities_file()}")
    return 0


def prepare() -> None:
    """Say it before the one time that a look-up takes long."""
    from gazetteer import bundle

    if not bundle.cities_built():
        say("Indexing the world's cities, once on this machine; it takes some 15 seconds …")
        bundle.cities_file()


def run_serve(args: argparse.Namespace) -> int:
    """Serve this machine until interrupted."""
    from gazetteer import Gazetteer
    from gazetteer.serve import server

    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port} is no port. Use 0 to 65535.")
    prepare()
    service = server(Gazetteer.default(), port=args.port)
    say(f"Reconciliation service at http://127.0.0.1:{service.server_port}/ (stop with Ctrl-C)")
    sys.stderr.flush()
    try:
        service.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        service.server_close()
    return 0
