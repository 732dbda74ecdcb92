"""A Google Sheet that is shared or published: the address of its CSV, and fetching it when asked.

`fetch` is the only function of the importers that opens a connection, and only when it is called.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from urllib.parse import urlencode, urljoin, urlsplit

from timelines.errors import DataError
from timelines.importers.limits import MAX_WHOLE_BYTES
from timelines.problems import shown

HOST = "docs.google.com"
_HOSTS = re.compile(r"docs\.google\.com|[a-z0-9-]+(\.[a-z0-9-]+)*\.googleusercontent\.com")
_ID = re.compile(r"/spreadsheets/(?:u/\d+/)?d/(e/)?([A-Za-z0-9_-]{20,200})")
_GID = re.compile(r"(?:^|[?&#])gid=(\d{1,12})")
_REMEDY = (
    "Give the address of a Google Sheet, as in https://docs.google.com/spreadsheets/d/.../edit, "
    "shared with anyone who has the link, or published to the web."
)
MAX_REDIRECTS = 5
TIMEOUT_S = 20.0

Connect = Callable[[str, float], http.client.HTTPConnection]


def export_url(link: str) -> str:
    """The address of the CSV of a sheet, from the link that people copy.

    Links of published sheets (`/d/e/...`) and of shared ones (`/d/...`, with `gid` for the tab)
    are understood.

    Raises:
        DataError: not a link to a Google Sheet.
    """
    try:
        parts = urlsplit(link.strip())
        host, port, user = parts.hostname, parts.port, parts.username
    except ValueError:
        host, port, user = None, None, None
    match = _ID.match(parts.path) if host == HOST else None
    if not match or parts.scheme not in ("http", "https") or port or user:
        raise DataError(f"{shown(link)} is no link to a Google Sheet. {_REMEDY}")
    gid = _GID.search(f"?{parts.query}#{parts.fragment}")
    if match[1]:
        query = {"output": "csv", "single": "true", **({"gid": gid[1]} if gid else {})}
        return f"https://{HOST}/spreadsheets/d/e/{match[2]}/pub?{urlencode(query)}"
    query = {"format": "csv", **({"gid": gid[1]} if gid else {})}
    return f"https://{HOST}/spreadsheets/d/{match[2]}/export?{urlencode(query)}"


def fetch(
    link: str,
    *,
    limit: int = MAX_WHOLE_BYTES,
    timeout_s: float = TIMEOUT_S,
    connect: Connect | None = None,
) -> bytes:
    """The CSV of a sheet, over the network; call it only when the user has asked for it.

    Only Google's own hosts are spoken to, also after a redirect, and no cookie or name is sent.
    `connect` (host, timeout) is for tests and for newsrooms behind a proxy.

    Raises:
        DataError: not a sheet, not shared, not reachable, too large.
    """
    url = export_url(link)
    for _ in range(MAX_REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme != "https" or not _HOSTS.fullmatch(parts.netloc):
            raise DataError(
                f"The sheet is not open to everyone: it leads to {shown(parts.netloc or url)}. "
                "Share it with anyone who has the link."
            )
        status, location, kind, body = _get(url, limit, timeout_s, connect or _https)
        if status in (301, 302, 303, 307, 308) and location:
            url = urljoin(url, location)
            continue
        if status != 200:
            raise DataError(f"Google answered {status} for the sheet. {_REMEDY}")
        if "csv" not in kind and "octet-stream" not in kind:
            raise DataError(f"Google sent {shown(kind)} instead of a table. {_REMEDY}")
        if len(body) > limit:
            raise DataError(f"The sheet is larger than {limit:,} bytes. Export it, and split it.")
        return body
    raise DataError(f"The sheet leads from one address to the next. {_REMEDY}")


def _https(host: str, timeout_s: float) -> http.client.HTTPConnection:
    return http.client.HTTPSConnection(host, timeout=timeout_s)


def _get(url: str, limit: int, timeout_s: float, connect: Connect) -> tuple[int, str, str, bytes]:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = connect(parts.netloc, timeout_s)
    try:
        connection.request("GET", path, headers={"Accept": "text/csv"})
        answer = connection.getresponse()
        body = answer.read(limit + 1)
        kind = answer.getheader("Content-Type") or ""
        return answer.status, answer.getheader("Location") or "", kind.lower(), body
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DataError(
            f"The sheet cannot be reached ({error}). Download it as CSV and import that."
        ) from error
    finally:
        connection.close()
