"""Text of strangers, made harmless for where it goes.

Names, notes and titles come from anyone. Each sink has its own way to be fooled, so each has its
own function here, and whoever writes into that sink calls it.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlsplit

# Jinja and template literals act on these even where HTML does not; branca renders text twice.
_TEMPLATE = str.maketrans({c: f"&#{ord(c)};" for c in "{}`$\\"})
_JSON_BLOCK = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "{": "\\u007b",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_IN_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA = re.compile(r"^[\s\u0000-\u001f\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_CONTROLS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def html_text(text: str) -> str:
    """Text for HTML, in elements and quoted attributes, safe through a second Jinja rendering.

    Also for text on its way into a JavaScript template literal or a quoted JavaScript string
    that ends up as HTML, which is how folium writes popups, tooltips and layer names.
    """
    return html.escape(visible(text), quote=True).translate(_TEMPLATE)


def json_block(data: Any) -> str:
    """`data` as JSON for a non-executing `<script type="application/json">` block.

    Nothing in a string can end the block, open a comment, or be taken for a template; parsing gives
    `data` back unchanged. Raises ValueError for NaN and infinity, which are not JSON.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _IN_STRING.sub(_escape_string, text)


def _escape_string(match: re.Match[str]) -> str:
    return "".join(_JSON_BLOCK.get(c) or _whole(c) for c in match.group())


def _whole(character: str) -> str:
    # Half of a surrogate pair has no bytes in UTF-8, but it has a JSON escape.
    half = "\ud800" <= character <= "\udfff"
    return f"\\u{ord(character):04x}" if half else character


def xml_text(text: str) -> str:
    """Text for XML elements and quoted attributes: characters XML has no place for go."""
    return html.escape(_NOT_XML.sub("\ufffd", _one_line_end(text)), quote=True)


def cell_text(text: str) -> str:
    """Text for a spreadsheet cell: what would run as a formula gets an apostrophe before it.

    Signed numbers stay as they are.
    """
    clean = _NOT_XML.sub("\ufffd", text)
    if _FORMULA.match(clean) and not _PLAIN_NUMBER.fullmatch(clean):
        return f"'{clean}"
    return clean


def link(url: str) -> str:
    """The address if it may become a link (http or https, a host, no user), else an empty text."""
    trimmed = url.strip()
    if any(c.isspace() or c in '<>"`{}\\^|' for c in trimmed):
        return ""
    try:
        parts = urlsplit(trimmed)
        honest = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
        honest = honest and parts.username is None and (parts.port or 1) > 0
    except ValueError:
        return ""
    return trimmed if honest else ""


def visible(text: str) -> str:
    """Text without control characters and without marks that turn the reading direction round."""
    return _CONTROLS.sub("\ufffd", _one_line_end(text))


def _one_line_end(text: str) -> str:
    # Readers of HTML and XML, and Jinja, make these newlines anyway; then let it be now.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def file_stem(text: str) -> str:
    """A file name without a suffix from any text: letters, digits, dash and underscore, never
    empty, never longer than 80 characters."""
    stem = re.sub(r"[^\w-]+", "-", text, flags=re.UNICODE).strip("-_.")[:80].strip("-_.")
    return stem or "map"


_TILES = re.compile(r"(https?://)(\{s\}\.)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?)/")


def tile_origin(url: str) -> str:
    """The one source that a content security policy must let in for tiles of this address.

    `{s}` may stand for the first part of the host. Raises ValueError for other addresses.
    """
    found = _TILES.match(url)
    if not found:
        raise ValueError(f"tiles {url!r}: use https://host/ or https://{{s}}.host/ before the rest")
    scheme, several, host = found.groups()
    return f"{scheme}{'*.' if several else ''}{host}"
