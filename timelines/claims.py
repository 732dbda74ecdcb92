"""Claims: what one source said about one place, with two clocks.

The valid time is when it happened (`date`, EDTF as written); the transaction time is when it was
reported (`reported`). A claim is immutable and named by a hash of its content: a correction is a
new claim that retracts the old one, by naming its id in the extra column `retracts` (several ids
bar-separated). From the day on which the new claim was reported the old one no longer counts. A
claim whose own status is `retracted` states nothing: it only withdraws, or is kept for the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Literal, get_args, overload

Kind = Literal["control", "strike", "clash", "siege", "toll", "other"]
Status = Literal["claimed", "reported", "confirmed", "disputed", "retracted"]
KINDS: tuple[str, ...] = get_args(Kind)
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Source:
    """Who published a report. `date` is ISO or EDTF; `reliability` a letter A (best) to F.

    `relays` is the id of the source whose report it passes on: the two count as one. `party` is
    the actor whose own medium it is, empty for none.
    """

    id: str
    publisher: str = ""
    author: str = ""
    title: str = ""
    date: str = ""
    url: str = ""
    reliability: str = ""
    relays: str = ""
    party: str = ""


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
        """Sixteen hex digits of SHA-256 over every field but `id`: same words, same name.

        Extra columns count only where they say something, in alphabetical order: a column that is
        added to the table later does not rename the claims above.
        """
        named = (f.name for f in fields(self) if f.name not in ("id", "extra"))
        parts = [f"{name}={getattr(self, name)!r}" for name in named]
        parts.append(f"extra={tuple(sorted(pair for pair in self.extra if pair[1]))!r}")
        text = "\x1f".join(parts)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def key(self) -> str:
        """The id given in the data, or the content hash."""
        return self.id or self.content_hash


COLUMNS = (
    "id",
    "kind",
    "date",
    "place",
    "place_id",
    "lon",
    "lat",
    "uncertainty_m",
    "actor",
    "target",
    "status",
    "source",
    "reported",
    "killed",
    "wounded",
    "weapon",
    "note",
)
"""The columns of `claims.csv`, in their order."""
_NUMBERS = ("lon", "lat", "uncertainty_m")


class Claims(Sequence[Claim]):
    """Claims kept as columns of text; a `Claim` is made when one is asked for.

    A million claims as objects cost seconds and gigabytes that a map never needs. Texts are kept
    as written, so that a file goes out as it came in.
    """

    def __init__(self, columns: Mapping[str, Sequence[str]], length: int) -> None:
        """`columns` holds any of `COLUMNS` and extra ones, each of `length` texts."""
        self._length = length
        self._columns = dict(columns)
        self._extra = tuple(name for name in self._columns if name not in COLUMNS)
        self._row_of: dict[str, int] | None = None
        self._texts = [(name, self.column(name)) for name in COLUMNS if name not in _NUMBERS]
        self._numbers = [self.column(name) for name in _NUMBERS]

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Claims:
        """The columns of some claims."""
        rows = list(claims)
        extras = dict.fromkeys(name for claim in rows for name, _ in claim.extra)
        columns: dict[str, list[str]] = {name: [] for name in COLUMNS}
        for claim in rows:
            for name in COLUMNS:
                value = getattr(claim, name)
                columns[name].append("" if value is None else str(value))
        for name in extras:
            columns[name] = [dict(claim.extra).get(name, "") for claim in rows]
        return cls(columns, len(rows))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Claim: ...
    @overload
    def __getitem__(self, index: slice) -> list[Claim]: ...
    def __getitem__(self, index: int | slice) -> Claim | list[Claim]:
        if isinstance(index, slice):
            return [self._claim(i) for i in range(*index.indices(self._length))]
        if not -self._length <= index < self._length:
            raise IndexError(f"claim {index} of {self._length}")
        return self._claim(index % self._length)

    def __iter__(self) -> Iterator[Claim]:
        return map(self._claim, range(self._length))

    def _claim(self, index: int) -> Claim:
        texts = {name: column[index] for name, column in self._texts}
        texts["status"] = texts["status"] or "reported"
        lon, lat, uncertainty_m = (_number(column[index]) for column in self._numbers)
        extra = tuple((name, self._columns[name][index]) for name in self._extra)
        return Claim(**texts, lon=lon, lat=lat, uncertainty_m=uncertainty_m, extra=extra)

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """The columns that the data has, as text, in its order."""
        return self._columns

    def column(self, name: str) -> Sequence[str]:
        """One column as text; empty texts where the data has none."""
        return self._columns.get(name) or _Blank(self._length)

    def key(self, index: int) -> str:
        """The id given in the data, or the content hash."""
        return self.column("id")[index] or self._claim(index).content_hash

    def index_of(self, key: str) -> int:
        """The row of the claim with this key. KeyError if there is none."""
        if self._row_of is None:
            self._row_of = {self.key(i): i for i in range(self._length - 1, -1, -1)}
        return self._row_of[key]


class _Blank(Sequence[str]):
    """As many empty texts as asked for, without keeping them."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return "" if isinstance(index, int) else [""] * len(range(*index.indices(self._length)))

    def __iter__(self) -> Iterator[str]:
        return repeat("", self._length)


def _number(text: str) -> float | None:
    return float(text) if text.strip() else None
