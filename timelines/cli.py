"""The command line: `frontlines`. Data on stdout, talk on stderr; exit 0 done, 1 the data is wrong
(with file, row, column and remedy), 2 usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from timelines.commands import (
    app,
    check,
    diff,
    embed,
    export,
    gazetteer,
    importing,
    render,
    resolve,
    sensitivity,
    state,
    store,
)
from timelines.commands.output import say
from timelines.errors import DataError, TimelinesError

COMMANDS = (
    app,
    resolve,
    gazetteer,
    check,
    importing,
    state,
    diff,
    sensitivity,
    export,
    embed,
    render,
    store,
)


def parser() -> argparse.ArgumentParser:
    """The whole command line as `argparse` sees it."""
    top = argparse.ArgumentParser(
        prog="frontlines",
        description="Who held which place when, who said so, and a map that scrubs through it.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = parser().parse_args(arguments)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except DataError as error:
        for problem in error.problems:
            say(str(problem))
        say(str(error) if not error.problems else "Nothing was done: mend these first.")
        return 1
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (TimelinesError, OSError) as error:
        say(f"frontlines: {error}")
        return 2
    except ValueError as error:
        if not type(error).__module__.startswith(("geo.", "gazetteer.")):
            raise  # a fault of ours deserves its trace
        say(f"frontlines: {error}")
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
