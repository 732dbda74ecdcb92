"""A visit to the app: a page, what it asked of anyone, and whether Python is still at work."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser import LIMIT_S, until

FINISHED = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
}
QUIET_S = 0.5
QUIET_LOOKS = 5
# Asked for within a frame of the browser: what it waits to draw is drawn by the next look.
LOOK = """() => new Promise((told) => requestAnimationFrame(() => told([
    location.href,
    document.querySelector("[data-testid=stMain]")?.scrollHeight ?? 0,
    document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState ?? "",
].join(" "))))"""


class Visit:
    """A page of the app, and everything it asked of anyone but the app itself."""

    def __init__(self, browser: Browser, address: str, **context: object) -> None:
        self.context = browser.new_context(**context)  # type: ignore[arg-type]
        self.context.set_default_timeout(1000 * LIMIT_S)
        self.page: Page = self.context.new_page()
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.sent = 0
        self.busy = True
        own = (address, address.replace("http", "ws"), "data:", "blob:")
        self.page.on(
            "request",
            lambda r: None if r.url.startswith(own) else self.foreign.append(r.url),
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", self._listen)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def open(self, url: str) -> Page:
        """Go to a page with a player; back when that has drawn all it has."""
        # A fresh process on a machine with ten times its load needs more than a minute.
        self.page.goto(url, timeout=180_000)
        self.page.locator(".fl-slider").wait_for(timeout=180_000)
        self.page.locator(".fl-sources").wait_for(state="attached")
        return self.page

    def at_rest(self) -> None:
        """Wait until Python has answered all that it was asked, and the page keeps its size.

        Before that what is to be clicked may move on while the mouse is down, and then nothing is
        clicked; and what has the focus may be drawn anew and lose it.
        """
        end = time.monotonic() + 3 * LIMIT_S
        before, since, looks = "", 0.0, 0
        while looks < QUIET_LOOKS or time.monotonic() - since < QUIET_S:
            assert time.monotonic() < end, f"the app never comes to rest: {before}"
            self.page.wait_for_timeout(50)
            now = str(self.page.evaluate(LOOK))
            if self.busy or now.endswith(" running") or now != before:
                before, since, looks = now, time.monotonic(), 0
            looks += 1

    def _listen(self, socket: WebSocket) -> None:
        self.busy = True
        socket.on("framesent", self._asked)
        socket.on("framereceived", self._told)

    def _asked(self, payload: str | bytes) -> None:
        self.sent += 1
        message = BackMsg.FromString(payload) if isinstance(payload, bytes) else BackMsg()
        if message.WhichOneof("type") == "rerun_script":
            self.busy = True

    def _told(self, payload: str | bytes) -> None:
        message = ForwardMsg.FromString(payload) if isinstance(payload, bytes) else ForwardMsg()
        if message.WhichOneof("type") == "new_session":
            self.busy = True
        elif message.WhichOneof("type") == "script_finished":
            self.busy = message.script_finished not in FINISHED


def let_go_at(page: Page, day: str) -> None:
    """Move the slider to a day as a hand does: input, then change."""
    page.locator(".fl-slider").evaluate(
        """(s, day) => { s.value = Date.parse(day) / 864e5;
        s.dispatchEvent(new Event("input", {bubbles: true}));
        s.dispatchEvent(new Event("change", {bubbles: true})); }""",
        day,
    )


def wait_for_url(page: Page, part: str) -> None:
    until(page, f"location.search.includes({part!r})")
