"""What a reader waits for: `python -m pytest tests/bench_app.py -s`.

A real Chromium on the installed app with the bundled timeline, and with one of 5,000 places and
10,000 claims (M). Scrub steps are timed from the
slider's input to the next drawn frame, with frames not held back to 60 a second; the way back to
Python from letting go to the new address, which Python writes; commands as whole processes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.app_server import running_app
from tests.bench_timelines import contents_of
from tests.browser import UNLIMITED, open_browser
from timelines.stores import new_store

COMMANDS = {
    "resolve Kuweris": 0.7,
    "gazetteer list": 2.0,
    "check aleppo": 2.0,
    "state aleppo --on 2016-10-10": 2.0,
    "diff aleppo --from 2016-10-01 --to 2016-10-31": 2.0,
    "export aleppo --on 2015-10-09 -o day.geojson": 2.0,
    "export aleppo --from 2015-01-01 --to 2016-12-31 -o range.geojson": 2.0,
    "embed aleppo -o map.html": 2.0,
    "render aleppo --on 2015-10-09 -o map.png": 2.0,
}
SCRUB = """async () => {
  const slider = document.querySelector(".fl-slider") || [...document.querySelectorAll("*")]
    .map((e) => e.shadowRoot && e.shadowRoot.querySelector(".fl-slider")).find(Boolean);
  const low = Number(slider.min), high = Number(slider.max), times = [];
  for (let k = 0; k < 300; k++) {
    slider.value = low + Math.round(((high - low) * k) / 300);
    const begin = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => {
      const channel = new MessageChannel();  // after the frame's own work, before the next task
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    }));
    times.push(performance.now() - begin);
  }
  return times;
}"""
LET_GO = """(day) => new Promise((done) => {
  const slider = document.querySelector(".fl-slider") || [...document.querySelectorAll("*")]
    .map((e) => e.shadowRoot && e.shadowRoot.querySelector(".fl-slider")).find(Boolean);
  slider.value = Date.parse(day) / 864e5;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  const begin = performance.now();
  const look = () =>
    location.search.includes(day) ? done(performance.now() - begin) : setTimeout(look, 5);
  look();
})"""


def show(name: str, value: float, unit: str, goal: float) -> None:
    print(f"{name:<62} {value:9.2f} {unit:<3} goal {goal:g} {unit}")


@pytest.mark.parametrize("size", ["bundled", "M"])
def test_app(size: str, tmp_path: Path) -> None:
    given = ["aleppo"]
    if size == "M":
        given = [str(tmp_path / "m")]
        new_store(tmp_path / "m").write(contents_of(5_000, 10_000))
    print(f"\n{size}")
    with running_app(tmp_path, *given) as address, open_browser(*UNLIMITED) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        paints = []
        for _ in range(4):  # the first visitor of a process waits for its imports
            begin = time.monotonic()
            page.goto(address)
            page.locator(".fl-slider").wait_for(timeout=60_000)
            paints.append(time.monotonic() - begin)
        show("first visitor of a fresh process: open to first paint", paints[0], "s", 5)
        show(
            "later visitors: open to first paint, median of 3",
            statistics.median(paints[1:]),
            "s",
            5,
        )
        page.wait_for_timeout(1500)
        page.evaluate(SCRUB)
        times = sorted(page.evaluate(SCRUB))
        show("scrub step, median of 300", times[150], "ms", 16)
        show("scrub step, 95th percentile", times[285], "ms", 16)
        days = [f"2015-{month:02d}-17" for month in range(1, 13)]
        back = []
        for day in days:
            back.append(page.evaluate(LET_GO, day))
            page.wait_for_timeout(400)
        show(
            "let go to the address rewritten by Python, median of 12",
            statistics.median(back),
            "ms",
            200,
        )
        show("let go to the address rewritten by Python, slowest", max(back), "ms", 200)


@pytest.mark.parametrize("line", COMMANDS)
def test_command(line: str, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "frontlines"), *line.split()]
    took = []
    for _ in range(4):
        begin = time.monotonic()
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        took.append(time.monotonic() - begin)
    show(f"frontlines {line}", statistics.median(took[1:]), "s", COMMANDS[line])
    if "embed" in line:
        show("  size of the embed", (tmp_path / "map.html").stat().st_size / 1000, "KB", 600)
