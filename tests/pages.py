"""A real browser without a network, and a scene in which every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import folium
from playwright.sync_api import Browser, Page

from geo.scene import Scene
from tests.hostile import HOSTILE


class Seen:
    """A page, and what it asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))


def show(
    browser: Browser,
    page_map: folium.Map,
    path: Path,
    *,
    width: int = 1280,
    wait: str = ".fl-legend",
) -> Seen:
    page_map.save(str(path))
    context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
    seen = Seen(context.new_page())
    seen.page.goto(path.as_uri())
    seen.page.wait_for_selector(wait)
    return seen


def foreign(seen: Seen) -> list[str]:
    return [url for url in seen.asked if not url.startswith(("file:", "data:", "blob:"))]


def hostile_scene(base: Scene) -> Scene:
    """Every text of the scene is a hostile one, and each of the table is there."""
    bad = iter(HOSTILE * 50)
    return replace(
        base,
        title="{{7*7}}" + "".join(HOSTILE[:90]),
        description="".join(HOSTILE),
        rule="{{lipsum.__globals__.os.popen('id').read()}}",
        licence=next(bad),
        credits=HOSTILE,
        data_hash="</script><script>window.pwned=1</script>",
        actors=tuple(
            replace(a, id=f"{a.id}{next(bad)}", name=next(bad), side=a.side) for a in base.actors
        ),
        places=tuple(
            replace(p, id=f"{n}{next(bad)}", name=HOSTILE[n % len(HOSTILE)], name_ar=next(bad))
            for n, p in enumerate(base.places)
        ),
        sources=tuple(
            replace(s, publisher=next(bad), title=next(bad), url=HOSTILE[n % len(HOSTILE)])
            for n, s in enumerate(base.sources * 80)
        ),
        claims=tuple(
            replace(
                c, note=next(bad), weapon=next(bad), place_as_written=next(bad), killed=next(bad)
            )
            for c in base.claims
        ),
        towns=tuple(replace(t, name=next(bad), name_ar=next(bad)) for t in base.towns),
        flips=replace(base.flips, why=tuple(next(bad) for _ in base.flips.why)),
    )
