"""Data on standard output, talk on standard error; nothing else in this room writes to either."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from timelines.errors import TimelinesError


class Commands(Protocol):
    """What `argparse`'s subparsers offer to a command module."""

    def add_parser(self, name: str, **kwargs: Any) -> argparse.ArgumentParser: ...


class UsageError(TimelinesError, ValueError):
    """The command was called wrongly (exit 2)."""


def emit(line: str) -> None:
    """One line of data."""
    sys.stdout.write(line + "\n")


def say(text: str) -> None:
    """One line of talk."""
    sys.stderr.write(text + "\n")


def emit_json(record: Mapping[str, Any]) -> None:
    """One JSON object on a line; what is not a number in JSON becomes null."""
    emit(json.dumps({k: _plain(v) for k, v in record.items()}, ensure_ascii=False, allow_nan=False))


def emit_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Tab-separated values with a header; tabs and line ends inside a value become spaces."""
    emit("\t".join(header))
    for row in rows:
        emit("\t".join(" ".join(_text(value).split()) for value in row))


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
