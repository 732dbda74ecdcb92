"""Google Sheets played by a server on this machine: it answers what a test tells it to."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.http_servers import serving


class Answers(BaseHTTPRequestHandler):
    """Plays Google: the path says what to answer; what was asked is kept."""

    asked: list[tuple[str, dict[str, str]]]
    script: list[tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, dict(self.headers)))
        status, headers, body = type(self).script.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Google:
    """A server on this machine, and a way to reach it under Google's names."""

    def __init__(self) -> None:
        self.answers = type("Here", (Answers,), {"asked": [], "script": []})
        self.server = HTTPServer(("127.0.0.1", 0), self.answers)
        self.hosts: list[str] = []

    def connect(self, host: str, timeout_s: float) -> http.client.HTTPConnection:
        self.hosts.append(host)
        return http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=timeout_s)

    def says(self, *script: tuple[int, dict[str, str], bytes]) -> None:
        self.answers.script[:] = script


@contextmanager
def answering() -> Iterator[Google]:
    """The server while it runs."""
    here = Google()
    with serving(here.server):
        yield here
