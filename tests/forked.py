"""Processes for tests that start and kill many, forked from one that has loaded the libraries.

Each is a process of its own, to be killed at any moment as any other is; it only need not import
again what all of them do.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "geoalchemy2",
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "timelines.stores.folder",
        "timelines.stores.postgis",
        "timelines.stores.sqlite",
        "tests.export_scenes",
        "tests.store_claims",
    ]
)


def started(
    target: Callable[..., None], *arguments: Any
) -> tuple[ForkServerProcess, Connection[Any, Any]]:
    """A process that runs `target(says, *arguments)`, and where to hear what it says."""
    heard, says = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=target, args=(says, *arguments))
    process.start()
    says.close()  # so that the process's own end is the last
    return process, heard


def rest(heard: Connection[Any, Any]) -> list[bytes]:
    """All that a process says until it ends; what it was killed in the middle of is left out."""
    said = []
    try:
        while True:
            said.append(heard.recv_bytes())
    except (EOFError, OSError):
        heard.close()
    return said
