"""JSON of strangers: measured before it is parsed, so that it can neither crash nor swell."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from timelines.errors import DataError
from timelines.importers.limits import MAX_JSON_DEPTH, MAX_JSON_MEMORY, MAX_WHOLE_BYTES
from timelines.importers.raw import Data, decode, read_all
from timelines.problems import shown

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_DIGITS = re.compile(rb"\d{310}")
_PIECE = 1_000_000


def load(data: Data, name: str, encoding: str = "", limit: int = MAX_WHOLE_BYTES) -> Any:
    """The parsed document.

    Raises:
        DataError: too large, too deep, no JSON, or with NaN and Infinity, which are not JSON.
    """
    content = read_all(data, name, limit)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = decode(content, name, encoding).encode("utf-8", "surrogatepass")
    measure(content, name)
    text = decode(content, name, encoding)
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{shown(name)} is not JSON: {str(error)[:120]}.") from error


def measure(content: bytes, name: str) -> None:
    """Raises DataError where nesting, or the memory that parsing would take, is past the bounds."""
    depth = deepest = objects = lists = values = 0
    # The decoder cuts a string at every escape.
    text = 2 * len(content) + 20 * content.count(b"\\")
    if text > MAX_JSON_MEMORY:
        raise DataError(f"{shown(name)} has too many escaped letters. Save it as plain UTF-8.")
    if _DIGITS.search(content):
        raise DataError(f"{shown(name)} holds a number of over 300 digits; no map needs that.")
    bare = _STRING.sub(b"", content)
    for start in range(0, len(bare), _PIECE):
        codes = np.frombuffer(bare[start : start + _PIECE], np.uint8)
        braces, brackets = codes == ord("{"), codes == ord("[")
        steps = braces.astype(np.int8) + brackets.astype(np.int8)
        steps -= ((codes == ord("}")) | (codes == ord("]"))).astype(np.int8)
        heights = np.cumsum(steps, dtype=np.int64) + depth
        if len(heights):
            deepest, depth = max(deepest, int(heights.max())), int(heights[-1])
        objects += int(braces.sum())
        lists += int(brackets.sum())
        values += int((codes == ord(",")).sum())
    if deepest > MAX_JSON_DEPTH:
        raise DataError(f"{shown(name)} is nested {deepest:,} deep; no map needs that.")
    memory = 240 * objects + 88 * lists + 40 * values + text
    if memory > MAX_JSON_MEMORY:
        raise DataError(
            f"{shown(name)} would take {memory // 10**6:,} MB of memory. Split it, or give it as "
            "CSV, which is read row by row."
        )


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not a number in JSON")


def _finite(word: str) -> float:
    value = float(word)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{word[:20]} is too large a number")
    return value


def text_of(value: Any) -> str:
    """A JSON value as the text of a cell; lists of plain values are joined by bars."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list) and all(not isinstance(v, dict | list) for v in value):
        return "|".join(text_of(v) for v in value)
    return json.dumps(value, ensure_ascii=False)
