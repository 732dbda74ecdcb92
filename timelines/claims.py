"""Claims: what one source said about one place, with two clocks.

The valid time is when it happened (`date`, EDTF as written); the transaction time is when it was
reported (`reported`). A claim is immutable and named by a hash of its content: a correction is a
new claim that retracts the old one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Literal, get_args

Kind = Literal["control", "strike", "clash", "siege", "toll", "other"]
Status = Literal["claimed", "reported", "confirmed", "disputed", "retracted"]
KINDS: tuple[str, ...] = get_args(Kind)
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Source:
    """Who published a report. `date` is ISO or EDTF; `reliability` a letter A (best) to F."""

    id: str
    publisher: str = ""
    author: str = ""
    title: str = ""
    date: str = ""
    url: str = ""
    reliability: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of one source. Empty text means "not stated", never a default.

    `place` is the name as the source writes it, `place_id` the place it was resolved to (empty
    while unresolved); `lon`, `lat` (degrees, WGS84) and `uncertainty_m` only where the claim
    carries a position of its own. `actor` and `target` are names or ids as written; who they are
    is `timelines.actors`' business. `killed`, `wounded`: `"8"`, `"8..10"`, `"10.."` or empty.
    `extra` keeps columns that the model does not know, in order.
    """

    kind: str
    date: str
    place: str
    actor: str
    source: str
    id: str = ""
    place_id: str = ""
    lon: float | None = None
    lat: float | None = None
    uncertainty_m: float | None = None
    target: str = ""
    status: str = "reported"
    reported: str = ""
    killed: str = ""
    wounded: str = ""
    weapon: str = ""
    note: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def content_hash(self) -> str:
        """Sixteen hex digits of SHA-256 over every field but `id`: the same words, the same name."""
        parts = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.name != "id")
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    @property
    def key(self) -> str:
        """The id given in the data, or the content hash."""
        return self.id or self.content_hash
