"""Claims as they are collected: checked like a timeline's own, named by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from timelines.claims import COLUMNS, KINDS, STATUSES, Claims, Source
from timelines.counts import REMEDY as COUNT_REMEDY
from timelines.counts import parse_count
from timelines.errors import DataError
from timelines.importers import cells
from timelines.importers.limits import MAX_CLAIMS, MAX_COLUMNS, MAX_ROWS
from timelines.importers.mapping import FieldMapping
from timelines.importers.report import Account, ImportReport, Progress, Unfit
from timelines.problems import shown
from timelines.reading import MAX_UNCERTAINTY_M

STEP = 20_000
_FORMULA = ("=", "+", "@", "\t", "\r")
_FREE = ("note", "weapon", "place")


class Collector:
    """Takes rows one by one; a row is either claims, or an entry in the report."""

    def __init__(
        self,
        format_: str,
        name: str,
        mapping: FieldMapping,
        progress: Progress | None = None,
        unnamed: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
    ) -> None:
        """`unnamed` are extra columns that do not make a claim another one (a time of upload).

        Raises:
            DataError: the mapping has options that this format does not know.
        """
        unknown = [option for option in mapping.options if option not in options]
        if unknown:
            known = ", ".join(options) or "none"
            raise DataError(f"{shown(unknown[0])} is no option of {format_}. It has: {known}.")
        self.account = Account(format_, plain_name(name))
        self.mapping = mapping
        self._progress = progress
        self._unnamed = frozenset(unnamed)
        self._columns: dict[str, list[str]] = {column: [] for column in COLUMNS}
        self._row_of: dict[str, int] = {}
        self._content_of: dict[str, str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self.total = 0

    def __len__(self) -> int:
        return len(self._columns["id"])

    def next_row(self) -> None:
        """Count a row of the file."""
        self.account.rows += 1
        if self.account.rows > MAX_ROWS:
            raise DataError(f"{self.account.name} has more than {MAX_ROWS:,} rows. Split it.")
        if self._progress and self.account.rows % STEP == 0:
            self._progress(self.account.rows, self.total)

    def take(self, row: int, make: Callable[[], list[dict[str, str]]]) -> None:
        """One row: `make` gives its claims (column -> text), or raises `Unfit`."""
        self.next_row()
        try:
            drafts = [self._checked(draft) for draft in make()]
        except Unfit as verdict:
            self.account.refuse(row, verdict.column, verdict.reason, verdict.remedy)
            return
        if not drafts:
            return
        new = [draft for draft in drafts if draft["id"] not in self._row_of]
        if not new:
            first = self._row_of[drafts[0]["id"]]
            self.account.repeated += 1
            if self.account.repeated <= 3:
                self.account.warn(f"Row {row} says the same as row {first}; it is taken once.")
            return
        self.account.taken += 1
        for draft in new:
            self._keep(row, draft)

    def add(self, row: int, draft: dict[str, str]) -> None:
        """A claim drawn from several rows, each already counted."""
        checked = self._checked(draft)
        if checked["id"] not in self._row_of:
            self._keep(row, checked)

    def _keep(self, row: int, draft: dict[str, str]) -> None:
        length = len(self)
        if length >= MAX_CLAIMS:
            raise DataError(f"{self.account.name} makes over {MAX_CLAIMS:,} claims. Split it.")
        self._row_of[draft["id"]] = row
        for name in draft:
            if name not in self._columns:
                if len(self._columns) >= MAX_COLUMNS:
                    raise DataError(f"{self.account.name} has more than {MAX_COLUMNS} columns.")
                self._columns[name] = [""] * length
        for name, column in self._columns.items():
            column.append(draft.get(name, ""))

    def _checked(self, draft: dict[str, str]) -> dict[str, str]:
        out: dict[str, str] = {}
        for name, raw in draft.items():
            text, mended = cells.clean(raw)
            if mended:
                self.account.count("cells held control characters; each is now a space.")
            if not text:
                continue
            if "\ufffd" in text:
                self.account.count("cells hold letters that could not be read; shown as \ufffd.")
            if text[0] in _FORMULA and name in _FREE:
                self.account.count("cells begin like a formula; kept as text, never run.")
            out[name] = cells.bounded(name, text)
        for name, default in self.mapping.constants.items():
            if default and not out.get(name):
                out[name] = default
        for name, check in _CHECKS.items():
            if name in out:
                self._check(name, out[name], check)
        for name in ("kind", "date", "source"):
            if not out.get(name):
                raise Unfit(name, "is empty.", _MISSING[name])
        if not out.get("place") and not out.get("place_id"):
            raise Unfit("place", "is empty.", "Write the name as the source writes it.")
        given, content = out.get("id", ""), content_id(out, self._unnamed)
        if given and self._content_of.setdefault(given, content) != content:
            reason = f"{shown(given)} is also the id of row {self._row_of.get(given, 0)}, "
            raise Unfit("id", f"{reason}which says something else.", "Rename one of the two.")
        out["id"] = given or content
        return out

    def _check(self, name: str, text: str, check: Callable[[str, str], None]) -> None:
        if (name, text) in self._known:
            return
        check(name, text)
        if len(self._known) < 200_000:
            self._known[name, text] = ""

    def finish(
        self, *, sources: tuple[Source, ...] = (), credits: tuple[str, ...] = ()
    ) -> tuple[Claims, ImportReport]:
        """The claims and the report."""
        if self._progress:
            self._progress(self.account.rows, self.account.rows)
        ids = self._columns["id"]
        digest = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
        claims = Claims(self._columns, len(ids))
        report = self.account.report(
            len(ids), sources=sources, credits=credits, content_hash=digest
        )
        return claims, report


def plain_name(name: str) -> str:
    """The last part of a file's name for messages: no path, no control characters, not long."""
    base = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return " ".join(cells.clean(base)[0].split())[:120] or "(unnamed)"


def content_id(draft: Mapping[str, str], leave_out: frozenset[str] = frozenset()) -> str:
    """Sixteen hex digits of SHA-256 over what the claim says: the same claim, the same name.

    Empty columns do not count, so that a column more in the next export changes nothing.
    """
    parts = [f"{k}\x1f{draft[k]}" for k in sorted(draft) if k != "id" and k not in leave_out]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:16]


_MISSING = {
    "kind": "Say constants.kind (--set kind=TEXT), or map a column that says one of "
    f"{', '.join(KINDS)}.",
    "date": "Map the column of the date, or say `on` (--on DATE) for a file of one day.",
    "source": "Say constants.source (--set source=ID): a claim without a source cannot be checked.",
}


def _kind(_: str, text: str) -> None:
    if text not in KINDS:
        remedy = f"Use {', '.join(KINDS)}, or translate it in values.kind."
        raise Unfit("kind", f"{shown(text)} is no kind.", remedy)


def _status(_: str, text: str) -> None:
    if text not in STATUSES:
        remedy = f"Use {', '.join(STATUSES)}, or translate it in values.status."
        raise Unfit("status", f"{shown(text)} is no status.", remedy)


def _count(name: str, text: str) -> None:
    try:
        parse_count(text)
    except ValueError as error:
        raise Unfit(name, str(error), COUNT_REMEDY) from None


def _date(name: str, text: str) -> None:
    cells.date(text, "", name)


def _radius(name: str, text: str) -> None:
    value = cells.number(name, text)
    if not 0 <= value <= MAX_UNCERTAINTY_M:
        raise Unfit(name, f"{value:g} m is no radius.", "Write 0 or more.")


_CHECKS: dict[str, Callable[[str, str], None]] = {
    "kind": _kind,
    "status": _status,
    "date": _date,
    "reported": _date,
    "killed": _count,
    "wounded": _count,
    "uncertainty_m": _radius,
}
