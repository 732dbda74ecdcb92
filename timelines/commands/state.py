"""`frontlines state`: who holds what on a date, as known on a date, and why."""

from __future__ import annotations

import argparse

from timelines.commands.common import (
    a_day,
    json_argument,
    knowledge_arguments,
    opened,
    timeline_argument,
)
from timelines.commands.output import Commands, emit_json, emit_table


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("state", help="who holds what on a date, and why")
    timeline_argument(parser)
    parser.add_argument("--on", type=a_day, required=True, metavar="DATE")
    knowledge_arguments(parser)
    parser.add_argument("--place", metavar="NAME", help="only this place (id or name)")
    parser.add_argument("--why", action="store_true", help="the reason, as a sentence")
    json_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one line a place."""
    timeline = opened(args)
    if args.place:
        place = timeline.find_place(args.place)
        wanted = [(place.id, place.name, place.lon, place.lat)]
    else:
        frame = timeline.state(on=args.on, known_on=args.known_on, policy=args.policy)
        columns = ("place_id", "place", "lon", "lat")
        wanted = list(zip(*(frame[name].tolist() for name in columns), strict=True))
    rows = []
    for place_id, name, lon, lat in wanted:
        why = timeline.why(place_id, on=args.on, known_on=args.known_on, policy=args.policy)
        record = {
            "place_id": place_id,
            "place": name,
            "lon": lon,
            "lat": lat,
            "controller": why.controller,
            "status": why.status,
            "since": why.since or None,
            "claims": list(why.claim_ids),
            "why": why.text,
            "contenders": list(why.contenders),
            "maybe": why.maybe or None,
            "set_aside": list(why.loser_ids),
        }
        if args.json:
            emit_json(record)
        else:
            rows.append(record)
    if not args.json:
        shown = ["place_id", "place", "status", "controller", "contenders", "since", "claims"]
        shown += ["why"] if args.why else []
        emit_table(shown, ([row[name] for name in shown] for row in rows))
    return 0
