"""What the running app serves beside its pages: embeds, oEmbed and files to take away.

Embeds are of timelines that the app was started with, never of an upload of a visitor. Each answer
comes under a strict policy.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from geo.embed import embed_html, iframe_snippet
from timelines import dates
from timelines.compose import compose
from timelines.errors import TimelinesError
from timelines.screens import take
from timelines.screens.session import fingerprint, located, served, started_with
from timelines.store import bundled, open_timeline

WIDTH_PX, HEIGHT_PX = 900, 720
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


def routes() -> list[Route]:
    """`/embed/<timeline>`, `/oembed`, `/take/<timeline>.<kind>`; `/map` is the first page."""
    return [
        Route("/embed/{name}", _embed, methods=["GET"]),
        Route("/oembed", _oembed, methods=["GET"]),
        Route("/take/{key}.{kind}", _take, methods=["GET"]),
        Route("/map", _first_page, methods=["GET"]),
    ]


def _first_page(request: Request) -> Response:
    query = request.url.query
    return RedirectResponse("/" + (f"?{query}" if query else ""))


def _take(request: Request) -> Response:
    key, kind = (str(request.path_params[name]) for name in ("key", "kind"))
    try:
        data, name = take.made(key, kind, request.query_params)
    except KeyError:
        return PlainTextResponse("There is no such file.\n", status_code=404)
    except take.TakeError as error:
        return PlainTextResponse(f"{error}\n", status_code=400)
    except OSError as error:  # a full disk, most likely
        return PlainTextResponse(f"{error}\n", status_code=500)
    return Response(
        data,
        media_type=take.TYPES[kind],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@asynccontextmanager
async def warmed(app: object) -> AsyncIterator[dict[str, Any]]:
    """Make the first visitor's map while nobody waits: imports, boundary and basemap stay."""
    del app
    threading.Thread(target=_warm, daemon=True).start()
    yield {}


def _warm() -> None:
    from gazetteer.bundle import cities_file

    choice = started_with() or next(iter(bundled()), "")
    with suppress(TimelinesError):  # the page will say it
        compose(open_timeline(located(choice), strict=False))
    cities_file()  # indexed once on a machine, for the Names page


def _embed(request: Request) -> Response:
    name = str(request.path_params["name"])
    lang = request.query_params.get("lang", "en")
    theme = request.query_params.get("theme", "auto")
    found = served()
    if name not in found or lang not in ("en", "ar") or theme not in _THEMES:
        return PlainTextResponse("There is no such embed.\n", status_code=404)
    try:
        where = located(found[name])
        page = _page(where, fingerprint(where), lang, theme)
    except TimelinesError as error:
        return PlainTextResponse(f"{error}\n", status_code=500)
    return HTMLResponse(page, headers=_headers(page))


_THEMES = ("auto", "light", "dark", "transparent")


@lru_cache(maxsize=16)
def _page(where: str, mark: str, lang: str, theme: str) -> str:
    del mark  # part of the cache's key only
    timeline = open_timeline(where)
    opens = timeline.settings.open_day
    date = None if opens is None else dates.iso(opens)
    return embed_html(compose(timeline), date=date, lang=lang, theme=theme)


def _headers(page: str) -> dict[str, str]:
    found = _POLICY.search(page)
    policy = html.unescape(found.group(1)) if found else "default-src 'none'"
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=300",
    }


def _oembed(request: Request) -> Response:
    """https://oembed.com, for pages of this app only."""
    asked = urlsplit(request.query_params.get("url", ""))
    name = asked.path.removeprefix("/embed/")
    if request.query_params.get("format", "json") != "json":
        return PlainTextResponse("Only JSON is served.\n", status_code=501)
    if asked.netloc != request.url.netloc or name not in served():
        return PlainTextResponse("This address is no embed of this app.\n", status_code=404)
    title = open_timeline(located(served()[name]), strict=False).title
    width = _size(request.query_params.get("maxwidth"), WIDTH_PX)
    height = _size(request.query_params.get("maxheight"), HEIGHT_PX)
    address = f"{request.url.scheme}://{request.url.netloc}/embed/{name}"
    return JSONResponse(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": "frontlines",
            "title": title,
            "width": width,
            "height": height,
            "html": iframe_snippet(address, title=title, height_px=height),
        }
    )


def _size(text: str | None, default: int) -> int:
    return (
        min(default, max(200, int(text)))
        if text and text.isdecimal() and len(text) < 6
        else default
    )
