"""`frontlines store`: move a timeline between a folder, a file and a database."""

from __future__ import annotations

import argparse

from timelines.commands.output import Commands, say


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("store", help="copy a timeline between folder, file and database")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    copy = actions.add_parser("copy", help="copy A to B, whole, without loss")
    copy.add_argument("a", metavar="A", help="a folder, a .gpkg file, postgresql://…, or aleppo")
    copy.add_argument("b", metavar="B", help="where nothing is yet")
    copy.set_defaults(run=run_copy)


def run_copy(args: argparse.Namespace) -> int:
    """Copy, and read the copy back."""
    from timelines.errors import DataError, StoreError
    from timelines.store import content_hash
    from timelines.stores import new_store, store_at

    contents = store_at(args.a).read()
    problems = tuple(p for table in contents.tables.values() for p in table.problems)
    if problems:
        raise DataError("Rows would be lost: mend them first.", problems)
    target = new_store(args.b)
    target.write(contents)
    if content_hash(target.read()) != content_hash(contents):
        raise StoreError(f"The copy in {args.b} differs from {args.a}. Do not use it.")
    rows = ", ".join(f"{len(table):,} {name}" for name, table in contents.tables.items())
    say(f"{args.b}: {rows}")
    return 0
