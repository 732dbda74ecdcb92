"""The editing grid in a real browser: what hands write is saved, and two people lose nothing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.app_server import running_app
from timelines.claims import Claims
from timelines.stores import new_store, store_at

LIMIT_MS = 90_000
STEP_MS = 5_000
MARK_PX, HEADER_PX, ROW_PX = 37, 35, 35


def edit_page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(LIMIT_MS)
    page.goto(f"{address}/data")
    page.get_by_role("tab", name="Edit").click()
    expect(page.get_by_text("Change a cell to correct a claim")).to_be_visible(timeout=LIMIT_MS)
    return page


def write(page: Page, row: int, text: str) -> None:
    """Into the actor of a row on the screen, by mouse and keyboard: the grid is a canvas.

    A redraw of the page may swallow a click or a key, or put another grid under the mouse. What
    the grid tells a screen reader says which cell has been reached, and only that one is opened.
    """
    grid = page.get_by_role("tabpanel", name="Edit").locator('[data-testid="stDataFrame"]')
    field = page.locator("#portal textarea")
    for _ in range(20):
        grid.scroll_into_view_if_needed()
        header = grid.locator("thead th", has_text="actor")
        actor = int(header.get_attribute("aria-colindex") or 0)
        at = grid.bounding_box()
        assert at and actor
        page.mouse.click(at["x"] + MARK_PX + 20, at["y"] + HEADER_PX + ROW_PX * row + ROW_PX / 2)
        try:
            reach(grid, 1, row)
            for column in range(2, actor + 1):
                page.keyboard.press("ArrowRight")
                reach(grid, column, row)
            page.keyboard.press("Enter")
            field.fill(text, timeout=STEP_MS)
            field.press("Enter", timeout=STEP_MS)
            expect(grid.locator(f"#glide-cell-{actor}-{row}")).to_have_text(text, timeout=STEP_MS)
            return
        except (PlaywrightTimeout, AssertionError):
            page.keyboard.press("Escape")
    raise AssertionError(f"the actor of row {row} could not be written")


def reach(grid: Locator, column: int, row: int) -> None:
    """Waits until the selection is at a cell (columns from 1, rows from 0)."""
    cell = grid.locator(f"#glide-cell-{column}-{row}")
    expect(cell).to_have_attribute("aria-selected", "true", timeout=STEP_MS)


def actors_of(where: Path) -> dict[str, str]:
    """Who holds what by the newest claim about each place, withdrawn ones left out."""
    table = store_at(where).read().claims
    claims = Claims(table.columns, len(table))
    gone = set(claims.column("retracts"))
    return {claim.place: claim.actor for claim in claims if claim.key not in gone}


def test_edits_one_after_another_on_a_large_timeline(browser: Browser, tmp_path: Path) -> None:
    where = tmp_path / "war"
    new_store(where).write(store_at("aleppo").read())
    before = len(store_at(where).read().claims)
    with running_app(tmp_path, str(where)) as address:
        page = edit_page(browser, address)
        write(page, 0, "sdf")
        write(page, 1, "opposition")  # at once: the page is still being drawn anew
        write(page, 2, "sdf")
        expect(page.get_by_text("3 corrected")).to_be_visible(timeout=LIMIT_MS)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved: 3 claim(s) added")).to_be_visible(timeout=LIMIT_MS)
        page.context.close()
    assert len(store_at(where).read().claims) == before + 3
    found = actors_of(where)
    assert (found["Baraan"], found["Baroza"], found["Ghor"]) == ("sdf", "opposition", "sdf")


def test_two_people_at_one_claim(browser: Browser, tmp_path: Path) -> None:
    where = tmp_path / "mine"
    where.mkdir()
    (where / "claims.csv").write_text(
        "id,kind,date,place,actor,source,reported,lon,lat\n"
        "m1,control,2015-10-09,Marea,isil,lwj,2015-10-09,37.2,36.5\n"
        "a1,control,2015-10-10,Azaz,rebels,lwj,2015-10-10,37.05,36.59\n",
        "utf-8",
    )
    with running_app(tmp_path, str(where)) as address:
        first, second = (edit_page(browser, address) for _ in range(2))
        write(first, 0, "sdf")
        write(second, 0, "rebels")
        write(second, 1, "turkey")
        expect(second.get_by_text("2 corrected")).to_be_visible(timeout=LIMIT_MS)
        first.get_by_role("button", name="Save", exact=True).click()
        expect(first.get_by_text("Saved: 1 claim(s) added")).to_be_visible(timeout=LIMIT_MS)
        second.get_by_role("button", name="Save", exact=True).click()
        expect(second.get_by_text("1 edit(s) were not saved")).to_be_visible(timeout=LIMIT_MS)
        expect(second.get_by_text("Somebody has corrected this claim")).to_be_visible(
            timeout=LIMIT_MS
        )
        assert actors_of(where) == {"Marea": "sdf", "Azaz": "turkey"}
        second.get_by_role("button", name="Undo the last save").click()
        expect(second.get_by_text("Undone.")).to_be_visible(timeout=LIMIT_MS)
        for page in (first, second):
            page.context.close()
    assert len(store_at(where).read().claims) == 5
