"""A real Chromium for the tests: found on the machine, or installed. Never skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# For measuring: frames as fast as they come, not sixty a second.
UNLIMITED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
REMEDY = (
    "The browser tests need Chromium. Install one of: `apt-get install chromium`, or "
    "`python -m playwright install --with-deps chromium`."
)


@cache
def chromium_path() -> str | None:
    """The machine's Chromium, else None for Playwright's own, which is installed if need be."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    if _playwright_has_one() or _run(sys.executable, "-m", "playwright", "install", "chromium"):
        if _starts(None):
            return None
        if os.geteuid() == 0:
            _run(sys.executable, "-m", "playwright", "install-deps", "chromium")
            if _starts(None):
                return None
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "-o", "DPkg::Lock::Timeout=300", "update")
        _run("apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "chromium")
        if found := shutil.which("chromium"):
            return found
    raise RuntimeError(REMEDY)


@contextmanager
def open_browser(*extra: str) -> Iterator[Browser]:
    """A headless Chromium with `extra` flags, closed at the end."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *extra])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser: Browser, **context: object) -> Iterator[tuple[Page, list[str]]]:
    """A page in a context of its own, and a list that fills with what went wrong in it.

    Troubles are script errors, console errors (policy violations are among them) and requests to
    anything but files and data.
    """
    opened = browser.new_context(**context)  # type: ignore[arg-type]
    page = opened.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on(
        "console",
        lambda message: (
            troubles.append(f"console: {message.text}")
            if message.type in ("error", "warning")
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            troubles.append(f"request: {request.url}")
            if not request.url.startswith(("file:", "data:", "blob:", "about:"))
            else None
        ),
    )
    try:
        yield page, troubles
    finally:
        opened.close()


def date(page: Page) -> str:
    """The day that the player shows, as ISO."""
    return str(page.locator("time.fl-date").get_attribute("datetime"))


def shows(page: Page, day: str, timeout_s: float = 5.0) -> None:
    """Wait until the player shows a day: a busy machine draws its next frame late."""
    end = time.monotonic() + timeout_s
    while date(page) != day:
        assert time.monotonic() < end, f"shows {date(page)}, not {day}"
        page.wait_for_timeout(30)


def keep_screenshot(page: Page, name: str) -> None:
    """Put a picture under `artifacts/`, which CI keeps and git ignores."""
    folder = Path(__file__).resolve().parent.parent / "artifacts"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _playwright_has_one() -> bool:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def _starts(path: str | None) -> bool:
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(executable_path=path, args=list(FLAGS)).close()
    except Exception:
        return False
    return True


def at_rest(page: Page) -> None:
    """Wait until a page of the app has kept its height for half a second.

    Above what is to be clicked the player may still be growing: then the button has moved on by the
    time that the mouse is let go, and nothing was clicked.
    """
    page.wait_for_function(
        """() => {
            const height = document.querySelector("[data-testid=stMain]").scrollHeight;
            const now = performance.now();
            if (!window.flRest || window.flRest.height !== height) window.flRest = { height, now };
            return now - window.flRest.now > 500;
        }"""
    )
