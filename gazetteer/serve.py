"""The reconciliation service over HTTP, for this machine unless told otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gazetteer import reconcile
from gazetteer.lookup import Gazetteer
from gazetteer.places import GazetteerError

BODY_MAX = 2_000_000
TIMEOUT_S = 30
DEFAULT_PORT = 8765


def server(
    gazetteer: Gazetteer, host: str = "127.0.0.1", port: int = DEFAULT_PORT
) -> ThreadingHTTPServer:
    """A server that is bound but not yet running; call ``serve_forever`` and ``server_close``.

    Port 0 picks a free one (``server_port``).
    """
    return ThreadingHTTPServer((host, port), partial(_Handler, gazetteer))


class _Handler(BaseHTTPRequestHandler):
    server_version = "frontlines"
    sys_version = ""
    timeout = TIMEOUT_S

    def __init__(self, gazetteer: Gazetteer, *args: Any) -> None:
        self._gazetteer = gazetteer
        super().__init__(*args)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._respond(parts.path, parse_qs(parts.query, max_num_fields=20))

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_MAX:
            self._send({"error": f"send at most {BODY_MAX} bytes, and say how many"}, 413)
            return
        body = self.rfile.read(int(length)).decode("utf-8", errors="replace")
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
        try:
            fields = (
                {"queries": [body]}
                if kind == "application/json"
                else parse_qs(body, max_num_fields=20)
            )
        except ValueError:
            fields = {}
        self._respond(parts.path, {**parse_qs(parts.query, max_num_fields=20), **fields})

    def do_OPTIONS(self) -> None:
        self._send({}, 200)

    def _respond(self, path: str, fields: Mapping[str, list[str]]) -> None:
        first = {name: values[0] for name, values in fields.items()}
        try:
            if path == "/preview":
                self._send_page(reconcile.preview(self._gazetteer, first.get("id", "")))
                return
            found = self._found(path.rstrip("/"), first)
        except GazetteerError as error:
            self._send({"error": str(error)}, 400)
            return
        if found is None:
            self._send({"error": "there is nothing at this address"}, 404)
        else:
            self._send(found, 200)

    def _found(self, path: str, first: Mapping[str, str]) -> dict[str, Any] | None:
        prefix = first.get("prefix", "")
        if path == "/suggest/entity":
            cursor = first.get("cursor", "0")
            return reconcile.suggest_entity(
                self._gazetteer, prefix, int(cursor) if cursor.isdigit() else 0
            )
        if path == "/suggest/type":
            return reconcile.suggest_type(prefix)
        if path == "/suggest/property":
            return reconcile.suggest_property(prefix)
        if path == "/properties":
            return reconcile.propose_properties(first.get("type", "place"))
        if path not in ("", "/reconcile"):
            return None
        if "queries" in first:
            return reconcile.answer(self._gazetteer, _json(first["queries"], "queries"))
        if "extend" in first:
            return reconcile.extend(self._gazetteer, _json(first["extend"], "extend"))
        return reconcile.manifest(f"http://{self._host()}")

    def _host(self) -> str:
        """The address the caller used, when it is a plain host and port; else our own."""
        asked = self.headers.get("Host", "")
        plain = asked and all(c.isalnum() or c in ".:-[]" for c in asked) and len(asked) < 256
        host, port = self.connection.getsockname()[:2]
        return asked if plain else f"{host}:{port}"

    def _send(self, answer: Mapping[str, Any], status: int) -> None:
        data = json.dumps(answer, ensure_ascii=True).encode("ascii")
        self._write(data, "application/json", status)

    def _send_page(self, page: str) -> None:
        self._write(page.encode("utf-8", errors="replace"), "text/html; charset=utf-8", 200)

    def _write(self, data: bytes, kind: str, status: int) -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        # Everything here is public, and browsers of other origins may read it.
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: names that are looked up are nobody's business."""


def _json(text: str, what: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GazetteerError(f"{what} is not JSON: {error}") from error
