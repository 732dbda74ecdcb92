"""Names of the ways to weigh claims; `timelines.weighing` says what each does."""

from __future__ import annotations

import re

POLICIES = ("default", "confirmed-only", "latest-report")
_PARTY = re.compile(r"party-(.{1,100})-claims", re.DOTALL)


def party_of(name: str) -> str:
    """The X of `party-X-claims`, empty for any other name."""
    match = _PARTY.fullmatch(name)
    return match[1] if match else ""
