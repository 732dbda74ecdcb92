"""The player's pure functions under `node --test`, on a scene that Python packed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from geo.densetext import to_text
from geo.payload import pack, unpack
from geo.scene import Scene
from tests.scenes import moving_front
from timelines.screens.component import frame

FOLDER = Path(__file__).parent / "player"


def node() -> str:
    """The machine's node if it is new enough for `node --test`, else the one inside Playwright."""
    found = shutil.which("node")
    if found:
        run = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        if int(run.stdout.lstrip("v").split(".")[0]) >= 20:
            return found
    return str(compute_driver_executable()[0])


def sides(scene: Scene) -> list[list[int]]:
    """Every step along a ring: from, to, its cell, and the cell on the other side or -1."""
    land = scene.tessellation
    cell_of: dict[tuple[int, int], int] = {}
    for r, cell in enumerate(land.ring_cell.tolist()):
        ring = land.ring_vertex[land.ring_offset[r] : land.ring_offset[r + 1]].tolist()
        cell_of |= dict.fromkeys(zip(ring, [*ring[1:], ring[0]], strict=True), cell)
    return [[a, b, cell, cell_of.get((b, a), -1)] for (a, b), cell in cell_of.items()]


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scene")
    data = pack(moving_front(14, 10, changes=150, strikes=70))
    scene = unpack(data)
    land, flips, events = scene.tessellation, scene.flips, scene.events
    killed = [None if np.isnan(v) else v for v in events.killed.reshape(-1).tolist()]
    expected = {
        "title": scene.title,
        "flips": {
            "day": flips.day.tolist(),
            "place": flips.place.tolist(),
            "holder": flips.holder.tolist(),
            "age": flips.age_day.tolist(),
        },
        "maybes": {
            n: getattr(scene.maybes, n).tolist() for n in ("begin", "end", "place", "holder")
        },
        "events": {
            **{n: getattr(events, n).tolist() for n in ("begin", "end", "claim", "lon")},
            "killed": killed,
        },
        "places": {"lon": [p.lon for p in scene.places]},
        "land": {
            "lon": land.vertices[:, 0].tolist(),
            "lat": land.vertices[:, 1].tolist(),
            "sides": sorted(sides(scene)),
        },
        "why": flips.why[3],
        "deciding": list(flips.claims[3]),
        "claims": [c.id for c in scene.claims],
    }
    (folder / "scene.bin").write_bytes(data)
    (folder / "scene.txt").write_text(to_text(data), encoding="ascii")
    sent = frame.__wrapped__(
        data, b"other", "key", json.dumps({"lang": "ar", "date": "2014-01-01"})
    )
    (folder / "frame.bin").write_bytes(sent)
    (folder / "scene.json").write_text(json.dumps(expected), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", sorted(p.name for p in FOLDER.glob("*.test.mjs")))
def test_pure_functions(name: str, fixture: Path) -> None:
    run = subprocess.run(
        [node(), "--test", str(FOLDER / name)],
        env={**os.environ, "FRONTLINES_FIXTURE": str(fixture)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "# pass 0" not in run.stdout
