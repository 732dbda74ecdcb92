"""`frontlines resolve`: names to coordinates, or to the question which one is meant."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from timelines.commands.common import a_point, json_argument
from timelines.commands.gazetteer import prepare
from timelines.commands.output import Commands, UsageError, emit_json, emit_table, say

if TYPE_CHECKING:
    from gazetteer import Gazetteer, GazetteerError, Match

MAX_NAMES = 1_000_000
MAX_BYTES = 100_000_000


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("resolve", help="place names to coordinates, offline")
    parser.add_argument("names", nargs="*", metavar="NAME")
    near = parser.add_mutually_exclusive_group()
    near.add_argument("--near", type=a_point, metavar="LON,LAT", help="the report is about here")
    near.add_argument("--near-place", metavar="NAME", help="the report is about near this place")
    parser.add_argument("--within", metavar="ADMIN", help="governorate or district")
    parser.add_argument("--country", metavar="CC", help="ISO 3166 code, as in SY")
    parser.add_argument("-f", "--file", metavar="FILE", help="names, one a line; - for stdin")
    parser.add_argument(
        "--text", metavar="FILE", help="a report: the places that it names; - for stdin"
    )
    parser.add_argument(
        "--online", action="store_true", help="ask a geocoder about names that are unknown here"
    )
    parser.add_argument("--geocoder", default="nominatim", metavar="NAME", help="as geopy names it")
    parser.add_argument(
        "--geocoder-set", action="append", default=[], metavar="KEY=VALUE", help="as in domain=…"
    )
    json_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Resolve and print. Exit 0 whatever the answers are: an honest question is an answer."""
    from gazetteer import Gazetteer, GazetteerError

    names = [*args.names, *_from_file(args.file)]
    if args.text is not None and (names or args.near or args.near_place):
        raise UsageError("--text reads a report: leave out NAME, -f and --near.")
    if not names and args.text is None:
        raise UsageError("Give at least one NAME, -f FILE, or --text FILE.")
    report = None if args.text is None else _read(args.text)
    prepare()
    gazetteer = Gazetteer.default()
    near = args.near or (_point_of(gazetteer, args) if args.near_place else None)
    failed: GazetteerError | None = None
    try:
        if report is None:
            matches = gazetteer.resolve_many(
                names, near=near, within=args.within, country=args.country
            )
        else:
            names, matches = _named_in(report, gazetteer, args)
        if args.online:
            matches, failed = _asked_online(matches, args)
    except GazetteerError as error:
        raise UsageError(str(error)) from error
    _print(names, matches, as_json=args.json)
    if failed is not None:
        raise UsageError(str(failed))
    return 0


def _print(names: Sequence[str], matches: Sequence[Match], *, as_json: bool) -> None:
    from gazetteer.lookup import resolve_json

    records = [resolve_json(match, name) for name, match in zip(names, matches, strict=True)]
    if as_json:
        for record in records:
            emit_json(record)
        return
    header = ("query", "status", "id", "name", "lon", "lat", "uncertainty_m", "kind", "source")
    emit_table(header, (_row(record) for record in records))
    for name, match in zip(names, matches, strict=True):
        if match.status != "resolved":
            listed = "; ".join(
                f"{c.place.name} ({c.place.id}; {c.place.lon:.4f},{c.place.lat:.4f}; {c.why})"
                for c in match.candidates[:5]
            )
            about = ": ".join(part for part in (match.why, listed) if part)
            say(f"{' '.join(name[:80].split())}: {match.status}, {about}")


def _row(record: dict[str, object]) -> list[object]:
    place = record["place"]
    known = place if isinstance(place, dict) else {}
    keys = ("id", "name", "lon", "lat", "uncertainty_m", "kind", "source")
    return [record["query"], record["status"], *(known.get(key) for key in keys)]


def _asked_online(
    matches: Sequence[Match], args: argparse.Namespace
) -> tuple[list[Match], GazetteerError | None]:
    """The answers with what the geocoder suggests, up to where it failed, and how it did."""
    from gazetteer.online import OnlineError, open_online, with_online

    settings = dict(text.partition("=")[::2] for text in args.geocoder_set)
    online = open_online(args.geocoder, **settings)
    say(f"Asking {online.service} about names that are unknown here. {online.attribution}")
    told = list(matches)
    for i, match in enumerate(matches):
        try:
            told[i] = with_online([match], online, country=args.country or "")[0]
        except OnlineError as error:
            return told, error
    return told, None


def _named_in(
    report: str, gazetteer: Gazetteer, args: argparse.Namespace
) -> tuple[list[str], list[Match]]:
    """The places a report names, each spelling once, in its order."""
    from gazetteer.scan import TEXT_MAX, named_in

    if len(report) > TEXT_MAX:
        say(f"Only the first {TEXT_MAX:,} characters of {args.text} are read.")
    named = named_in(report, gazetteer, country=args.country, within=args.within)
    if not named:
        say(f"{args.text} names no place that is known here.")
    return list(named), list(named.values())


def _from_file(file: str | None) -> list[str]:
    if file is None:
        return []
    names = [line.strip() for line in _read(file).splitlines() if line.strip()]
    if len(names) > MAX_NAMES:
        raise UsageError(f"{file} holds more than {MAX_NAMES:,} names. Split it.")
    return names


def _read(file: str) -> str:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"{file} is larger than {MAX_BYTES // 1_000_000} MB. Split it.")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8. Save it as UTF-8.") from None


def _point_of(gazetteer: Gazetteer, args: argparse.Namespace) -> tuple[float, float]:
    match = gazetteer.resolve(args.near_place, within=args.within, country=args.country)
    if match.place is None:
        listed = ", ".join(
            f"{c.place.name} ({c.place.lon:.4f},{c.place.lat:.4f})" for c in match.candidates[:5]
        )
        raise UsageError(
            f"--near-place {args.near_place!r} is {match.status}"
            f"{f': {listed}' if listed else ''}. Give --near LON,LAT."
        )
    place = match.place
    say(f"Near {place.name} ({place.id}; {place.lon:.4f}, {place.lat:.4f}).")
    return place.lon, place.lat
