"""Values of spreadsheet cells (ECMA-376 part 1, 18.3 and 18.8) as texts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from timelines.importers.report import Unfit
from timelines.importers.safexml import Node

# Built-in number formats that show a date, with or without a time (18.8.30).
_BUILT_IN = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` is the `t` attribute: n, s, str, inlineStr, b, e or d; `style` the index of its xf."""

    kind: str
    value: str
    style: int
    formula: bool


def read(node: Node) -> Cell:
    """A `c` element."""
    kind = node.attributes.get("t", "n")
    style = node.attributes.get("s", "0")
    inline = node.child("is")
    value = joined(inline) if inline is not None else ""
    raw = node.child("v")
    if raw is not None:
        value = raw.text
    number = int(style) if style.isdecimal() and len(style) < 7 else 0
    return Cell(kind, value, number, node.child("f") is not None)


def joined(node: Node) -> str:
    """The text of a string item, its runs joined, without the phonetic guides."""
    parts = []
    for child in node.children:
        if child.name == "t":
            parts.append(child.text)
        elif child.name == "r":
            parts.extend(run.text for run in child.children if run.name == "t")
    return "".join(parts)


def is_date(number_format: str, formats: Mapping[str, str]) -> bool:
    """Does a number format show a date?"""
    code = formats.get(number_format)
    if code is None:
        return number_format.isdecimal() and int(number_format) in _BUILT_IN
    bare = _QUOTED.sub("", code.split(";", 1)[0]).lower()
    return bool(re.search(r"[yd]", bare)) and "general" not in bare


def text(cell: Cell, strings: Sequence[str], dates: Set[int], from_1904: bool) -> str:
    """The cell as text.

    Raises:
        Unfit: a shared string that is not there, or a date that is in no calendar.
    """
    if cell.kind == "s":
        index = int(cell.value) if cell.value.strip().isdecimal() else -1
        if not 0 <= index < len(strings):
            raise Unfit("", "refers to a text that is not in the workbook.", "Save it again.")
        return strings[index]
    if cell.kind == "b":
        return "yes" if cell.value.strip() == "1" else "no"
    if cell.kind in ("str", "inlineStr", "e", "d"):
        return cell.value
    if cell.style in dates and cell.value.strip():
        return _day(cell.value.strip(), from_1904)
    return _plain(cell.value.strip())


def _plain(value: str) -> str:
    """A number without the noise of binary fractions: 37.15 is stored as 37.149999999999999."""
    try:
        number = float(value)
    except ValueError:
        return value
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(float(f"{number:.15g}"))


def _day(value: str, from_1904: bool) -> str:
    """A serial number of days as an ISO day, with its minute where it has one.

    Day 60 of the 1900 system is 29 February 1900, which never was; earlier ones are one off.
    """
    try:
        serial = float(value)
        if not 1 <= serial < 2_958_466:
            raise ValueError(value)
    except ValueError:
        raise Unfit("date", f"the number {value[:20]} is no date.", "Write 2015-10-09.") from None
    whole = int(serial)
    if not from_1904 and whole == 60:
        raise Unfit("date", "29 February 1900 never was.", "Write the day that is meant.")
    start = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30 if whole > 60 else 31)
    day = (start + dt.timedelta(days=whole)).isoformat()
    minutes = round((serial - whole) * 1440)
    if not 0 < minutes < 1440:
        return day
    return f"{day}T{minutes // 60:02d}:{minutes % 60:02d}"
