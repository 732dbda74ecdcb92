"""Join the player's ES modules into one classic script, the same bytes for the same files.

No bundler is needed because the modules keep to a discipline, which is checked here: one-line
imports of named exports from siblings, no default export, top-level names unique over all of them,
no template literal over several lines. Then joining is: dependencies first, imports and `export`
dropped; rjsmin and rcssmin take comments and spaces out.
"""

from __future__ import annotations

import re
from importlib.resources import files

import rcssmin
import rjsmin

IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./([\w-]+\.mjs)";$')
TOP = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|var|class) ([\w$]+)")
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)")


class BundleError(ValueError):
    """A module of the player breaks the discipline that joining needs."""


def read_player(name: str) -> str:
    """The text of a file of `geo/player/`."""
    return (files("geo") / "player" / name).read_text(encoding="utf-8")


def join_modules(entry: str, exports: tuple[str, ...]) -> str:
    """One expression in JavaScript: an object with `exports`, of the entry module and all it needs.

    Raises BundleError where a module breaks the rules in the module's docstring.
    """
    order: list[str] = []
    _visit(entry, order, ())
    owner: dict[str, str] = {}
    body = []
    for name in order:
        text = read_player(name)
        _check(name, text, owner)
        body.append(_strip(text))
    missing = [e for e in exports if e not in owner]
    if missing:
        raise BundleError(f"no module defines {', '.join(missing)}")
    joined = "\n".join(body)
    return _smaller(
        f'(() => {{\n"use strict";\n{joined}\nreturn {{ {", ".join(exports)} }};\n}})()'
    )


def strip_module(name: str) -> str:
    """The code of a module that imports nothing, without comments and `export`, to run as it is."""
    return _smaller(_strip(read_player(name)))


def _smaller(code: str) -> str:
    return str(rjsmin.jsmin(code))


def squeeze_css(text: str) -> str:
    """A style sheet without comments and spaces."""
    return str(rcssmin.cssmin(text))


def _visit(name: str, order: list[str], path: tuple[str, ...]) -> None:
    if name in path:
        raise BundleError(f"import cycle: {' > '.join((*path, name))}")
    if name in order:
        return
    for line in read_player(name).splitlines():
        match = IMPORT.match(line)
        if match:
            _visit(match.group(2), order, (*path, name))
    order.append(name)


def _check(name: str, text: str, owner: dict[str, str]) -> None:
    for line in text.splitlines():
        if line.startswith("import") and not IMPORT.match(line):
            raise BundleError(
                f"{name}: write the import on one line, named, from a sibling: {line}"
            )
        if line.startswith("export") and not EXPORT.match(line):
            raise BundleError(f"{name}: only named exports at their definition: {line}")
        match = TOP.match(line)
        if match:
            taken = owner.setdefault(match.group(1), name)
            if taken != name:
                raise BundleError(f"{name}: {match.group(1)} is a name of {taken} too")
    for line in _strip(text).splitlines():
        if line.count("`") % 2:
            raise BundleError(f"{name}: template literal over several lines: {line}")


def _strip(text: str) -> str:
    bare = re.sub(r"^\s*/\*\*?.*?\*/\s*$", "", text, flags=re.S | re.M)
    lines = []
    for line in bare.splitlines():
        stripped = EXPORT.sub("", line.strip())
        if stripped and not stripped.startswith("//") and not IMPORT.match(line):
            lines.append(stripped)
    return "\n".join(lines)
