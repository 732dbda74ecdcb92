"""Tables in Lua source, read as text: nothing is executed.

Understood is what data modules are made of: `return {...}`, `local name = {...}`, strings, numbers,
nested tables, comments, and names that stand for a string in such a table (`mark = mk.red`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from timelines.errors import DataError
from timelines.problems import shown

MAX_BYTES = 20_000_000
MAX_DEPTH = 30
MAX_TOKENS = 800_000
MAX_STRING = 200_000
_TOKEN = re.compile(
    r"""[ \t\r\n\f\v]+
    |(?P<long>(?:--)?\[=*\[)
    |--[^\n]*
    |"(?P<double>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"
    |'(?P<single>[^'\\\n]*+(?:\\.[^'\\\n]*+)*+)'
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<dots>\.\.)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(\d{1,3}|x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]{1,6}\}|z\s*|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "f": "", "v": ""}


@dataclass(slots=True)
class Table:
    """A table constructor: its named fields that are texts or numbers, and where it stands."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def tables(text: str, name: str) -> Iterator[Table]:
    """Every table constructor of the source, inner ones first.

    Raises:
        DataError: too large, too deep, or a table that is not closed.
    """
    if len(text) > MAX_BYTES:
        raise DataError(f"{shown(name)} is larger than {MAX_BYTES // 10**6} MB.")
    open_tables: list[Table] = []
    names: list[str] = []
    constants: dict[str, str] = {}
    waiting: list[_Token] = []
    for token in _tokens(text, name):
        if token.text == "{" and token.kind == "mark":
            if len(open_tables) >= MAX_DEPTH:
                raise DataError(f"{shown(name)} has tables nested deeper than {MAX_DEPTH}.")
            names.append(_key_of(waiting) if waiting else "")
            open_tables.append(Table(token.line))
            waiting = []
        elif token.kind == "mark" and token.text in ",;}" and open_tables:
            _put(open_tables[-1], waiting, constants)
            waiting = []
            if token.text == "}":
                done, label = open_tables.pop(), names.pop()
                if label and not open_tables:
                    constants.update({f"{label}.{k}": v for k, v in done.fields.items()})
                yield done
        elif not open_tables and token.kind == "name" and token.text in ("local", "return"):
            waiting = []
        elif len(waiting) < 64:
            waiting.append(token)
        else:
            waiting = waiting[-8:]
    if open_tables:
        raise DataError(
            f"{shown(name)}: the table that begins in line {open_tables[-1].line} is not closed. "
            "Was the file cut off?"
        )


def _tokens(text: str, name: str) -> Iterator[_Token]:
    line, count, at = 1, 0, 0
    while match := _TOKEN.match(text, at):
        at, kind = match.end(), match.lastgroup
        begun = line
        if kind == "long":
            # Looked for by hand: a pattern would look to the end of the file from every bracket.
            mark = match.group()
            close = "]" + "=" * mark.count("=") + "]"
            end = text.find(close, at)
            if end < 0:
                raise _no_end(name, line)
            content, at = text[at:end], end + len(close)
            line += content.count("\n")
            if mark.startswith("--"):
                continue
        else:
            content = match.group(kind) if kind else ""
            line += match.group().count("\n")
        if kind is None:
            continue
        count += 1
        if count > MAX_TOKENS:
            raise DataError(f"{shown(name)} has more than {MAX_TOKENS:,} words.")
        if len(content) > MAX_STRING:
            raise DataError(f"{shown(name)}: the text in line {begun} is too long.")
        if kind in ("double", "single"):
            yield _Token("text", _unescaped(content), begun)
        elif kind == "long":
            yield _Token("text", content.removeprefix("\n"), begun)
        elif kind == "mark" and content in "\"'":
            raise _no_end(name, begun)
        else:
            yield _Token(kind, content, begun)


def _no_end(name: str, line: int) -> DataError:
    return DataError(f"{shown(name)}: the text that begins in line {line} has no end.")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0].isdigit():
        return chr(int(code)) if int(code) < 128 else "\ufffd"
    if code[0] in "xu" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return "" if code[0] == "z" else _PLAIN.get(code, code)


def _put(table: Table, tokens: list[_Token], constants: dict[str, str]) -> None:
    """A field `name = value` or `["name"] = value`, or a value alone, into its table."""
    if not tokens:
        return
    equals = next((i for i, t in enumerate(tokens) if t.kind == "mark" and t.text == "="), -1)
    if equals < 0:
        value = _value(tokens, constants)
        if value is not None:
            table.items.append(value)
        return
    value = _value(tokens[equals + 1 :], constants)
    if value is not None:
        table.fields[_key_of(tokens[:equals])] = value


def _key_of(tokens: list[_Token]) -> str:
    words = [t.text for t in tokens if t.kind in ("name", "text")]
    return words[-1] if words else ""


def _value(tokens: list[_Token], constants: dict[str, str]) -> str | None:
    """The text of a value: strings and numbers, joined by `..`; a name that stands for one."""
    out = []
    expects = True
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.kind == "dots":
            if expects:
                return None
            expects = True
            i += 1
            continue
        if not expects:
            return None
        if token.kind in ("text", "number"):
            out.append(token.text)
            i += 1
        elif token.kind == "name":
            path, used = _path(tokens[i:])
            found = constants.get(path, token.text if token.text in ("true", "false") else None)
            if found is None:
                return None
            out.append(found)
            i += used
        else:
            return None
        expects = False
    return "".join(out) if out and not expects else None


def _path(tokens: list[_Token]) -> tuple[str, int]:
    """`mk.red` and `mk["red"]` as `mk.red`, and how many tokens that is."""
    texts = [t.text for t in tokens]
    if len(tokens) >= 3 and texts[1] == "." and tokens[2].kind == "name":
        return f"{texts[0]}.{texts[2]}", 3
    if len(tokens) >= 4 and texts[1] == "[" and tokens[2].kind == "text" and texts[3] == "]":
        return f"{texts[0]}.{texts[2]}", 4
    return texts[0], 1
