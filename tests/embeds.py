"""The one-file page for tests in a browser: written, opened, looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from geo.embed import embed_html
from geo.scene import Scene
from tests.browser import shows
from tests.scenes import moving_front

SCENE = moving_front()
KINDS = ("Strike", "Clash", "Siege", "Toll over an area")
LAND = """(n) => document.querySelectorAll(".fl-canvas")[n].toDataURL()"""


def write(folder: Path, scene: Scene, **options: Any) -> str:
    """The address of a scene's page."""
    path = folder / "map.html"
    path.write_text(embed_html(scene, **options), encoding="utf-8")
    return path.as_uri()


def ready(page: Page, address: str) -> Page:
    """Open a page; back when all of it is drawn: the list of its sources comes last."""
    page.goto(address)
    page.locator(".fl-slider").wait_for()
    page.locator(".fl-sources").wait_for()
    return page


def painted(page: Page, name: int = 0) -> int:
    """Pixels of a canvas that are not empty: 0 land, 1 basemap, 2 fronts and events, 3 names."""
    return page.evaluate(
        """(n) => { const c = document.querySelectorAll(".fl-canvas")[n];
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let k = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) k += 1; return k; }""",
        name,
    )


def iso(day: int) -> str:
    return str(np.datetime64(day, "D"))


def slider_to(page: Page, day: int) -> None:
    """Move the slider to a day as a hand does; back when that day is drawn."""
    page.locator(".fl-slider").evaluate(
        """(s, day) => { s.value = day;
        s.dispatchEvent(new Event("input", {bubbles: true}));
        s.dispatchEvent(new Event("change", {bubbles: true})); }""",
        day,
    )
    shows(page, iso(day))
