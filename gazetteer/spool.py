"""What a build of an index sets aside on disk, so that a world of places needs little memory.

Places sorted by importance, names gathered by form, and keys in parts by their leading bits: all
of it in temporary files that vanish with the process, however it ends.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, groupby, islice
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from gazetteer import keys
from gazetteer.memory import AREA_MAX, MEMBERS_MAX, admin_text
from gazetteer.names import Forms
from gazetteer.places import Name, Place

PLACE_COLUMNS = (
    "id, name, lon, lat, population, kind, uncertainty_m, admin1, admin2, country, source, name_ar"
)
IN_MEMORY = 300_000
"""Places that are sorted in memory; more of them are sorted on disk."""
PART_BITS = 6
_KEY = np.dtype([("key", "<u8"), ("form", "<u4")])
_TABLES = """
create table place (people integer, row text, id text unique);
create table pending (
    flat text, slavic integer, number integer, rough text, bare text, core text);
create table form (
    first integer, flat text, rough text, bare text, core text, slavic integer, names blob);
"""
Row = tuple[str, str, str, str, int, bytes]
"""A form: flat, rough, bare, core, slavic, and the numbers of its names (uint32)."""


class Spool:
    """Temporary files of one build; a context manager."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.keys_total = 0

    def __enter__(self) -> Self:
        # A database without a name is a temporary file that nobody else sees.
        self._db = sqlite3.connect("", isolation_level=None)
        self._open.callback(self._db.close)
        self._db.execute("pragma journal_mode = off")
        self._db.execute("pragma synchronous = off")
        self._db.execute("pragma cache_size = -60000")
        self._db.executescript(_TABLES)
        self._db.execute("begin")
        self._parts: list[IO[bytes]] = [
            self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (closed by _open)
            for _ in range(2**PART_BITS)
        ]
        return self

    def __exit__(self, *told: object) -> None:
        self._open.close()

    def by_importance(self, places: Iterable[Place]) -> Iterator[Place]:
        """The places, those with many people first, ties in order; of one id only the first."""
        given = iter(places)
        some: dict[str, Place] = {}
        for place in islice(given, IN_MEMORY):
            some.setdefault(place.id, place)
        more = next(given, None)
        if more is None:
            yield from sorted(some.values(), key=lambda p: -(p.population or 0))
            return
        everyone = chain(some.values(), [more], given)
        self._db.executemany(
            "insert or ignore into place values (?,?,?)",
            ((p.population or 0, _packed(p), p.id) for p in everyone),
        )
        some.clear()
        rows = self._db.execute("select row from place order by people desc, rowid")
        yield from (_unpacked(row) for (row,) in rows)
        self._db.execute("delete from place")

    def add_forms(self, made: Forms, slavic: Sequence[bool], first: int) -> None:
        """The forms of a batch of names, numbered from ``first`` on."""
        met: set[tuple[str, bool]] = set()

        def rows() -> Iterator[tuple[object, ...]]:
            for i, flat in enumerate(made.flat):
                key = (flat, slavic[i])
                fresh = key not in met
                met.add(key)
                told = (made.rough[i], made.bare[i], made.core[i]) if fresh else (None,) * 3
                yield (flat, int(slavic[i]), first + i, *told)

        self._db.executemany("insert into pending values (?,?,?,?,?,?)", rows())

    def forms(self) -> Iterator[Row]:
        """Every form once, in the order in which names first had it."""
        rows = self._db.execute("select * from pending order by flat, slavic, number")
        self._db.executemany("insert into form values (?,?,?,?,?,?,?)", _grouped(rows))
        self._db.execute("delete from pending")
        yield from self._db.execute(
            "select flat, rough, bare, core, slavic, names from form order by first"
        )

    def add_keys(self, key: keys.U64, form: NDArray[np.int64]) -> None:
        """Keys of some forms; forms come in rising order."""
        part = (key >> np.uint64(64 - PART_BITS)).astype(np.int64)
        order = np.argsort(part, kind="stable")
        pairs = np.empty(len(key), dtype=_KEY)
        pairs["key"], pairs["form"] = key[order], form[order]
        ends = np.cumsum(np.bincount(part, minlength=len(self._parts)))
        for handle, low, high in zip(self._parts, [0, *ends[:-1]], ends, strict=True):
            handle.write(pairs[low:high].tobytes())
        self.keys_total += len(key)

    def keys(self, *, whole: bool) -> Iterator[tuple[keys.U64, NDArray[np.uint32]]]:
        """(keys, forms) part by part in the order of the keys' leading bits, or all at once."""
        parts = (self._read(handle) for handle in self._parts)
        for pairs in [np.concatenate(list(parts))] if whole else parts:
            yield pairs["key"].astype(np.uint64), pairs["form"]

    @staticmethod
    def _read(handle: IO[bytes]) -> NDArray[Any]:
        handle.seek(0)
        return np.frombuffer(handle.read(), dtype=_KEY)


class AreaForms:
    """Which forms the places of each area have, gathered in memory: four bytes a name."""

    def __init__(self) -> None:
        # Places whose area is not told are numbered 0, and left out.
        self._number = {admin_text(Place("", "", 0.0, 0.0)): 0}
        self._of_name: list[NDArray[np.uint32]] = []
        self._pairs: list[NDArray[np.uint64]] = []

    def add_names(self, admins: Sequence[str], owner: NDArray[np.int64]) -> None:
        """The next names; ``owner`` tells the place of each, ``admins`` the areas of the places."""
        number = [self._number.setdefault(admin, len(self._number)) for admin in admins]
        self._of_name.append(np.array(number, dtype=np.uint32)[owner])

    def add_forms(self, names: Sequence[bytes], first: int) -> None:
        """The names of each form, as :data:`Row` has them; forms are numbered from ``first`` on."""
        if len(self._of_name) > 1:
            self._of_name = [np.concatenate(self._of_name)]
        count = [len(blob) // 4 for blob in names]
        form = np.repeat(np.arange(first, first + len(names), dtype=np.uint64), count)
        area = self._of_name[0][np.frombuffer(b"".join(names), dtype="<u4")].astype(np.uint64)
        self._pairs.append(np.unique((area << np.uint64(32) | form)[area > 0]))

    def rows(self) -> Iterator[tuple[int, str, bytes | None]]:
        """(number, area, its forms as little-endian uint32 or None for more than AREA_MAX)."""
        pairs = np.sort(np.concatenate([np.zeros(0, dtype=np.uint64), *self._pairs]))
        edges = np.searchsorted(pairs, np.arange(len(self._number) + 1, dtype=np.uint64) << 32)
        for admin, number in self._number.items():
            low, high = edges[number : number + 2].tolist()
            if number:
                few = high - low <= AREA_MAX
                yield number, admin, pairs[low:high].astype("<u4").tobytes() if few else None


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[object, ...]]:
    for (flat, slavic), members in groupby(rows, key=lambda row: (row[0], row[1])):
        # The least number of a form was the first of its batch, which carries the texts.
        _, _, first, *texts = next(members)
        others = [row[2] for row in islice(members, MEMBERS_MAX - 1)]
        names = np.array([first, *others], dtype="<u4").tobytes()
        yield first, flat, *texts, slavic, names


def place_row(place: Place) -> tuple[object, ...]:
    """The values of PLACE_COLUMNS."""
    return tuple(getattr(place, column) for column in PLACE_COLUMNS.split(", "))


def _packed(place: Place) -> str:
    names = [
        [str(n), n.lang, n.kind, n.begin, n.end] if isinstance(n, Name) else n for n in place.names
    ]
    return json.dumps([*place_row(place), names])


def _unpacked(row: str) -> Place:
    *fields, names = json.loads(row)
    values = dict(zip(PLACE_COLUMNS.split(", "), fields, strict=True))
    return Place(
        **values,
        names=tuple(
            n if isinstance(n, str) else Name(n[0], lang=n[1], kind=n[2], begin=n[3], end=n[4])
            for n in names
        ),
    )
