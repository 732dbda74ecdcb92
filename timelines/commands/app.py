"""`frontlines app`: the app in a browser on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from timelines.commands.output import Commands, UsageError, say

GIVEN = "FRONTLINES_TIMELINE"


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("app", help="open the app on this machine")
    parser.add_argument("timeline", nargs="?", metavar="TIMELINE", help="a folder or a bundled one")
    parser.add_argument("--port", type=int, default=8501)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run Streamlit on `app.py` beside this package, for this machine only."""
    script = Path(__file__).resolve().parents[2] / "app.py"
    if not script.is_file():
        raise UsageError(f"There is no {script}. Install the package again.")
    if not 1 <= args.port <= 65535:
        raise UsageError(f"--port {args.port} is no port. Use 1 to 65535.")
    environment = dict(os.environ)
    if args.timeline:
        from timelines.stores import bundled, is_database, locate, store_at

        known = args.timeline in bundled()
        if is_database(args.timeline):
            known = bool(store_at(args.timeline).name)  # it is there, or an error says so
        where = args.timeline if known else str(locate(args.timeline).resolve())
        environment[GIVEN] = where
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    for option, value in (
        ("server.address", "127.0.0.1"),
        ("server.port", str(args.port)),
        ("server.headless", "true"),
        ("server.maxUploadSize", "50"),
        ("browser.gatherUsageStats", "false"),
        ("client.toolbarMode", "minimal"),
        ("theme.light.primaryColor", "#2b6a8f"),
        ("theme.dark.primaryColor", "#6fb1d6"),
    ):
        command += [f"--{option}", value]
    say(f"Opening http://127.0.0.1:{args.port} (stop with Ctrl-C)")
    # In this process's place, so that whoever stops this command stops the server too.
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own arguments)
