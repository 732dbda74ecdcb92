"""Files of a view at addresses of their own: what the buttons under the map lead to.

An address says all that the file depends on, so it works while a page is drawn anew, in a new
tab, and in a script. A timeline that the app was started with goes by its name; one that a visitor
uploaded goes by a word that only their page knows.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from geo.embed import embed_html
from geo.errors import GeoError
from geo.export import FORMATS, export_bytes
from geo.image import image_bytes
from geo.scene import Scene
from timelines import dates
from timelines.compose import compose
from timelines.errors import DateError, TimelinesError
from timelines.screens.session import chosen_name, fingerprint, located, served
from timelines.store import open_timeline

TYPES = {
    "geojson": "application/geo+json",
    "json": "application/json",
    "kml": "application/vnd.google-earth.kml+xml",
    "kmz": "application/vnd.google-earth.kmz",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/octet-stream",
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "html": "text/html; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
}
_PICTURES = ("png", "svg")
_MOST_UPLOADS = 1000
_words: dict[str, str] = {}  # the word of an upload, to its folder
_lock = threading.Lock()


class TakeError(ValueError):
    """A file that cannot be made as asked; the message says what to change."""


def address(choice: str, kind: str, **asked: str) -> str:
    """Where a file of a timeline is served; `asked` as in `made`, empty values left out."""
    query = urlencode({key: value for key, value in sorted(asked.items()) if value})
    return f"/take/{quote(_key(choice))}.{kind}" + (f"?{query}" if query else "")


def made(key: str, kind: str, asked: Mapping[str, str]) -> tuple[bytes, str]:
    """A file's bytes and its name.

    `asked` may say `on` (a day) or `from` and `to`, and `known`, the day of knowledge; all ISO;
    `policy` how claims are weighed.
    Raises `TakeError`; `KeyError` where there is no such timeline or kind of file.
    """
    choice = served().get(key) or _words[key]
    where = located(choice)
    days = {name: _day(asked, name) for name in ("on", "from", "to", "known")}
    on, first, last = days["on"], days["from"], days["to"]
    if kind not in TYPES:
        raise KeyError(kind)
    if on is not None and (first is not None or last is not None):
        raise TakeError("Give on, or from and to, not both.")
    try:
        known = None if days["known"] is None else dates.iso(days["known"])
        scene = _scene(where, fingerprint(where), known, asked.get("policy") or "default")
        span = (
            scene.first_day if first is None else first,
            scene.last_day if last is None else last,
        )
        said = dates.iso(on) if on is not None else "all" if first is last is None else (
            f"{dates.iso(span[0])}-{dates.iso(span[1])}")  # fmt: skip
        data = _bytes(scene, kind, on, span)
    except (GeoError, TimelinesError) as error:
        raise TakeError(str(error)) from error
    stem = chosen_name(choice)
    return data, f"{stem}.html" if kind == "html" else f"{stem}-{said}.{kind}"


def _bytes(scene: Scene, kind: str, on: int | None, span: tuple[int, int]) -> bytes:
    if kind == "html":
        return embed_html(scene, date=None if on is None else dates.iso(on)).encode()
    if kind in _PICTURES:
        if on is None:
            raise TakeError("A picture shows one day: give on.")
        return image_bytes(scene, on, format=kind, scale=2)
    assert kind in FORMATS  # noqa: S101  (the two tables are held to each other by a test)
    return export_bytes(scene, kind, on=on, between=None if on is not None else span)


@lru_cache(maxsize=8)
def _scene(where: str, mark: str, known: str | None, policy: str) -> Scene:
    del mark  # part of the cache's key only
    return compose(open_timeline(where, strict=False), known_on=known, policy=policy)


def _day(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name, "")[:40]
    try:
        return dates.day(text) if text else None
    except DateError as error:
        raise TakeError(f"{name} is not a day such as 2015-10-09.") from error


def _key(choice: str) -> str:
    """The name of a timeline that is served to all, or the word of an upload."""
    found = next((name for name, opens in served().items() if opens == choice), None)
    if found is not None:
        return found
    folder = str(Path(choice))
    with _lock:
        word = next((word for word, known in _words.items() if known == folder), None)
        if word is None:
            word = secrets.token_urlsafe(24)
            _words[word] = folder
            while len(_words) > _MOST_UPLOADS:
                del _words[next(iter(_words))]
    return word
