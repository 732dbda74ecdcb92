"""`frontlines import`: claims from somebody's file into a timeline; refused rows are listed."""

from __future__ import annotations

import argparse
import io
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from timelines.commands.output import Commands, UsageError, say

if TYPE_CHECKING:
    from timelines.contents import Contents, Store
    from timelines.importers import FieldMapping, ImportReport

MAX_SHOWN = 200
MAX_MAPPING_BYTES = 1_000_000


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("import", help="add claims from a file to a timeline")
    parser.add_argument("format", metavar="FORMAT", help="csv, geojson, acled … (`list` names all)")
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="the file; - for stdin; or the link of a Google Sheet, with csv",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="TIMELINE",
        help="a folder, .gpkg or database",
    )
    parser.add_argument("--mapping", metavar="FILE", help="a mapping as TOML or JSON")
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="a column by its name"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=TEXT", help="a field the file lacks"
    )
    parser.add_argument("--dates", choices=("dmy", "mdy"), help="how 03/04/2015 is meant")
    parser.add_argument("--on", metavar="DATE", help="the day of a file that has no dates (EDTF)")
    parser.add_argument("--delimiter", metavar="CHAR")
    parser.add_argument("--encoding", metavar="NAME")
    parser.add_argument("--layer", metavar="NAME", help="sheet, layer or table")
    parser.add_argument("--crs", metavar="EPSG:N", help="of coordinates that are not degrees")
    parser.add_argument(
        "--areas", metavar="FILE.gpkg", help="polygons: also the areas as drawn, for a GIS"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be taken")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import. Exit 1 if a row was refused."""
    from dataclasses import asdict

    from timelines.importers import FORMATS
    from timelines.stores import new_store
    from timelines.stores.rows import with_sources_of

    if args.format == "list":
        for one in FORMATS.values():
            say(f"{one.name}: {one.help}. Say: {one.needs}.")
        return 0
    if args.format not in FORMATS:
        raise UsageError(f"There is no format {args.format!r}. Use {', '.join(FORMATS)}.")
    if not args.file or not (args.output or args.dry_run):
        raise UsageError("Give FILE, and -o TIMELINE (or --dry-run).")
    if FORMATS[args.format].makes == "polygons":
        return _polygons(args)
    store = None if args.dry_run else new_store(args.output)
    mapping = _mapping(args)
    with _data(args.file) as (data, name):
        claims, report = FORMATS[args.format].parse(
            data, mapping=mapping, name=name, progress=_progress
        )
    _tell(report)
    if store is None:
        say(f"{len(claims):,} claim(s) would be taken; nothing was written")
    else:
        rows: list[Mapping[str, str]] = [
            {n: str(text) for n, text in asdict(source).items() if text}
            for source in report.sources
        ]
        there = store.read().tables.get("sources") if store.exists() else None
        rows = with_sources_of(claims, rows, there)
        done = store.add(claims, {"sources": rows} if rows else {})
        say(f"{args.output}: {done.added:,} claim(s) added, {done.known:,} already there")
    for line in report.credits:
        say(f"To be credited: {line}")
    return 1 if report.refused_rows else 0


def _polygons(args: argparse.Namespace) -> int:
    """A series of areas makes a timeline of its own: its places are the ground that they cut out.

    With `--areas` the areas go into a GeoPackage as they were drawn.
    """
    from timelines.importers import polygons
    from timelines.importers.partition import contents_of
    from timelines.stores import new_store

    store = None if args.dry_run else new_store(args.output)
    if Path(args.file).is_dir():
        series, report = polygons.parse_folder(
            Path(args.file), mapping=_mapping(args), progress=_progress
        )
    else:
        mapping = _mapping(args)
        with _data(args.file) as (data, name):
            series, report = polygons.parse(data, mapping=mapping, name=name, progress=_progress)
    _tell(report)
    if store is None:
        say(f"{len(series):,} area(s) would be taken; nothing was written")
    else:
        _write_polygons(args, store, contents_of(series, report, store.name))
        say(f"{len(series):,} area(s) of {len(series.days)} day(s)")
        if args.areas:
            from timelines.areas import write_areas

            say(f"{args.areas}: {write_areas(series, Path(args.areas)):,} rows")
    for line in report.credits:
        say(f"To be credited: {line}")
    return 1 if report.refused_rows else 0


def _write_polygons(args: argparse.Namespace, store: Store, made: Contents) -> None:
    from timelines.errors import StoreError
    from timelines.store import content_hash

    count = len(made.claims)
    if not store.exists():
        store.write(made)
        say(
            f"{args.output}: {count:,} claim(s) about {len(made.tables['places']):,} pieces of land"
        )
    elif content_hash(store.read()) == content_hash(made):
        say(f"{args.output}: 0 claim(s) added, {count:,} already there")
    else:
        raise StoreError(
            f"{args.output} is another timeline already. Areas are cut out of all days at once: "
            "import the whole series under a new name."
        )


@contextmanager
def _data(file: str) -> Iterator[tuple[BinaryIO, str]]:
    """What to read, and its name. Each importer reads as much as it allows and no more."""
    if file.startswith("https://docs.google.com/"):
        from timelines.importers.sheet import fetch

        say("Asking Google for the sheet, because its link was given")
        yield io.BytesIO(fetch(file)), "sheet.csv"
        return
    if file == "-":
        yield sys.stdin.buffer, "stdin"
        return
    with ExitStack() as opened:
        try:
            stream = opened.enter_context(Path(file).open("rb"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{file!r} cannot be read: {error}.") from error
        yield stream, Path(file).name


def _mapping(args: argparse.Namespace) -> FieldMapping:
    from timelines.importers import FieldMapping

    given = _mapping_file(args.mapping) if args.mapping else {}
    for key, texts in (("columns", args.map), ("constants", args.set)):
        pairs = dict(given.get(key, {}))
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals:
                raise UsageError(f"{text!r} is not FIELD=…")
            pairs[name.strip()] = value.strip()
        if pairs:
            given[key] = pairs
    options = {"date_order": args.dates, "on": args.on, "delimiter": args.delimiter}
    options |= {"encoding": args.encoding, "layer": args.layer, "crs": args.crs}
    given |= {key: value for key, value in options.items() if value}
    return FieldMapping.of(given)


def _mapping_file(file: str) -> dict[str, Any]:
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(MAX_MAPPING_BYTES + 1)
        text = data.decode("utf-8-sig")
        found = json.loads(text) if file.endswith(".json") else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"--mapping {file!r} cannot be read: {error}.") from error
    if not isinstance(found, dict) or len(data) > MAX_MAPPING_BYTES:
        raise UsageError(f"--mapping {file!r} is no table of at most a megabyte.")
    return found


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} rows{f' of {total:,}' if total else ''} ")


def _tell(report: ImportReport) -> None:
    for refused in report.refused[:MAX_SHOWN]:
        say(f"refused: {refused}")
    hidden = report.refused_rows - min(len(report.refused), MAX_SHOWN)
    if hidden > 0:
        say(f"… and {hidden:,} more")
    for warning in report.warnings:
        say(f"warning: {warning}")
    for reason, count in report.skipped:
        say(f"skipped: {count:,} × {reason}")
    say(
        f"{report.rows:,} rows: {report.taken_rows:,} taken, {report.refused_rows:,} refused, "
        f"{report.repeated:,} repeated"
    )
