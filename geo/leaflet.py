"""Leaflet's own files, read from the installed XStatic-Leaflet; no copy of them is kept here."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

VERSION = "1.9.3"


@cache
def leaflet_js() -> str:
    """Leaflet as one UMD script (sets `window.L`), without its source-map comment.

    Raises FileNotFoundError where XStatic-Leaflet is not installed.
    """
    return re.sub(r"//# sourceMappingURL=\S*\s*$", "", _read("leaflet.js"))


@cache
def leaflet_css() -> str:
    """Leaflet's style sheet without its pictures: the player uses none of the controls they serve.

    A `url(...)` left in would be a request to the page's host.
    """
    return re.sub(r"[^{}]+\{[^{}]*\}", _without_pictures, _read("leaflet.css"))


def _without_pictures(rule: re.Match[str]) -> str:
    return re.sub(r"[\w-]+\s*:[^;{}]*url\([^)]*\)[^;{}]*;?", "", rule.group(0))


def _read(name: str) -> str:
    try:
        return (files("xstatic.pkg.leaflet") / "data" / name).read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise FileNotFoundError(
            f"Leaflet's {name} was not found: pip install 'XStatic-Leaflet>=1.9.3,<1.10'"
        ) from error
