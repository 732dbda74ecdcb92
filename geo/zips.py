"""Zip archives whose bytes depend on their content only."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def write_zip(path: Path, entries: Mapping[str, bytes]) -> None:
    """Write the entries in their order, compressed, without the time of day in them."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)


def without_times(path: Path, *, stamped: str = "", moment: bytes = b"") -> None:
    """Rewrite an archive in place, entry by entry, with the times of writing taken out.

    Moments like `2026-01-31T12:00:00Z` within the entry `stamped` become `moment`.
    """
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    if stamped:
        entries[stamped] = _MOMENT.sub(moment, entries[stamped])
    write_zip(path, entries)
