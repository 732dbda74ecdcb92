"""A real Chromium for the tests: found on the machine, or installed. Never skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

# How long anything is waited for: a machine with ten times its load is slow, not wrong.
LIMIT_S = 120.0
expect.set_options(timeout=1000 * LIMIT_S)

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
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
    opened.set_default_timeout(1000 * LIMIT_S)
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


def shows(page: Page, day: str) -> None:
    """Wait until the player shows a day. Its land is drawn by then: the date is written last."""
    end = time.monotonic() + LIMIT_S
    while date(page) != day:
        assert time.monotonic() < end, f"shows {date(page)}, not {day}"
        page.wait_for_timeout(30)


def until(page: Page, condition: str) -> None:
    """Wait for a condition; Playwright's own way needs `eval`, which the page's policy forbids."""
    comes_true(page, lambda: bool(page.evaluate(condition)), condition)


def comes_true(page: Page, check: Callable[[], bool], what: str = "it") -> None:
    """Wait for what a test looks for: a busy machine draws late."""
    end = time.monotonic() + LIMIT_S
    while not check():
        assert time.monotonic() < end, f"never came true: {what}"
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
