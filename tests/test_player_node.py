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

from geo.payload import pack, unpack
from tests.scenes import moving_front

FOLDER = Path(__file__).parent / "player"


def node() -> str:
    """The machine's node if it is new enough for `node --test`, else the one inside Playwright."""
    found = shutil.which("node")
    if found:
        run = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        if int(run.stdout.lstrip("v").split(".")[0]) >= 20:
            return found
    return str(compute_driver_executable()[0])


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
            "offset": land.edge_offset.tolist(),
            "vertex": land.edge_vertex.tolist(),
            "left": land.edge_left.tolist(),
            "right": land.edge_right.tolist(),
            "kind": land.edge_kind.tolist(),
            "lon": land.vertices[:, 0].tolist(),
        },
        "why": flips.why[3],
        "deciding": list(flips.claims[3]),
        "claims": [c.id for c in scene.claims],
    }
    (folder / "scene.bin").write_bytes(data)
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
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "# pass 0" not in run.stdout
