"""The embed's first pictures: drawn once, names clear of the date and buttons, the foot legible."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser import DESK, comes_true, open_page, until
from tests.embeds import SCENE, ready

COUNT = """
window.counted = {land: 0, lines: 0};
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
  const at = [...document.querySelectorAll(".fl-canvas")].indexOf(this.canvas);
  if (at === 0) window.counted.land += 1;
  if (at === 1) window.counted.lines += 1;
  return put.apply(this, given);
};"""
# Pixels of names (the fourth canvas) that lie under the date, the buttons and the scale.
UNDER = """() => {
  const canvas = document.querySelectorAll(".fl-canvas")[3];
  const from = canvas.getBoundingClientRect();
  const ratio = canvas.width / from.width;
  return [".fl-date", ".fl-corner", ".fl-scale"].map((name) => {
    const box = document.querySelector(name).getBoundingClientRect();
    const data = canvas.getContext("2d").getImageData((box.left - from.left) * ratio,
      (box.top - from.top) * ratio, box.width * ratio, box.height * ratio).data;
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
  });
}"""
# Links of what is said about a place: there, and high enough for a finger.
LINKS_HIGH = """() => { const links = [...document.querySelectorAll(".fl-claims a")];
  return links.length > 0 && links.every((a) => a.getBoundingClientRect().height >= 24); }"""
MIDDLE = """() => {
  const canvas = document.querySelectorAll(".fl-canvas")[3];
  const map = document.querySelector(".fl-map").getBoundingClientRect();
  const from = canvas.getBoundingClientRect();
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 3; i < data.length; i += 4) {
    const x = from.left + ((i - 3) / 4) % width;
    const y = from.top + Math.floor((i - 3) / 4 / width);
    const inside = x > map.left + 260 && x < map.right - 120 && y > map.top + 120;
    if (data[i] && inside && y < map.bottom - 60) return [x, y];
  }
}"""


def test_a_page_draws_its_land_once_and_its_fronts_once(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, troubles):
        page.add_init_script(COUNT)
        ready(page, embed)
        until(page, "window.counted.lines > 0")
        page.wait_for_timeout(300)  # a second drawing would come with a rest of the map
        assert page.evaluate("window.counted") == {"land": 1, "lines": 1}
        assert troubles == []


def test_the_legend_has_its_pictures_soon_and_keeps_them(browser: Browser, embed: str) -> None:
    empty = """() => [...document.querySelectorAll("canvas.fl-swatch")].filter((c) =>
      !c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((v) => v)).length"""
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        comes_true(page, lambda: page.evaluate(empty) == 0)
        assert page.locator("canvas.fl-swatch").count() > 2
        page.evaluate("() => { window.before = document.querySelector('.fl-legend input'); }")
        page.locator(".fl-legend input").first.click()
        until(page, "!window.before.isConnected")  # the legend is built again
        assert page.evaluate(empty) == 0


def test_no_name_slips_under_the_date_or_the_buttons(browser: Browser, embed: str) -> None:
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        for name in (".fl-date", ".fl-corner", ".fl-scale"):
            drag_to(page, name)
            comes_true(page, lambda: page.evaluate(UNDER) == [0, 0, 0])


def drag_to(page: Page, name: str) -> None:
    """Drag the map until a name of it lies under a thing over it, for as long as the hand holds."""
    comes_true(page, lambda: page.evaluate(MIDDLE) is not None)
    x, y = page.evaluate(MIDDLE)
    box = page.locator(name).bounding_box()
    assert box is not None
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    comes_true(page, lambda: any(page.evaluate(UNDER)), "the name comes to lie there")
    page.wait_for_timeout(80)  # held still for at least so long, the map does not glide on
    page.mouse.up()


def test_another_language_draws_the_bars_the_other_way_round(browser: Browser, embed: str) -> None:
    look = """() => { const c = document.querySelector(".fl-marks");
      const bins = Math.max(10, Math.min(240, Math.floor(c.clientWidth / 4)));
      const d = c.getContext("2d").getImageData(0, c.height - 1, c.width, 1).data;
      return Array.from({length: bins}, (_, i) => Math.floor((i + 0.5) * c.width / bins))
        .map((x) => d[4 * x + 3] > 0); }"""
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        comes_true(page, lambda: any(page.evaluate(look)))
        before = page.evaluate(look)
        page.locator(".fl-tools > .fl-text-button").click()
        until(page, "document.querySelector('.fl-root').dir === 'rtl'")
        after = page.evaluate(look)
        assert after == before[::-1]
        assert after != before, "bars that are the same both ways show nothing"


def test_the_foot_says_licence_and_version_first_and_its_links_are_high_enough(
    browser: Browser, embed: str
) -> None:
    with open_page(browser, **DESK) as (page, _):
        ready(page, embed)
        credits = page.locator(".fl-credits").inner_text()
        assert credits.index(SCENE.data_hash) < credits.index(SCENE.credits[0])
        page.locator(".fl-sources summary").click()
        heights = page.locator(".fl-sources a").evaluate_all(
            "(links) => links.map((a) => a.getBoundingClientRect().height)"
        )
        assert heights and min(heights) >= 24


def test_a_place_chosen_far_down_shows_the_head_of_what_is_said_of_it(
    browser: Browser, embed: str
) -> None:
    small = {"viewport": {"width": 1280, "height": 560}, "reduced_motion": "reduce"}
    shown = """() => { const [side, head] = [".fl-side", ".fl-panel-head"].map((name) =>
      document.querySelector(name).getBoundingClientRect());
      return head.top >= side.top - 1 && head.bottom <= Math.min(side.bottom, innerHeight) + 1; }"""
    with open_page(browser, **small) as (page, _):
        ready(page, embed)
        page.locator(".fl-feed-item").first.wait_for()
        page.locator(".fl-feed-item").last.click()
        until(page, "!document.querySelector('.fl-panel').hidden")
        comes_true(page, lambda: page.evaluate(shown))
        comes_true(page, lambda: page.evaluate(LINKS_HIGH))  # the panel is drawn more than once
