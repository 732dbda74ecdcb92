"""A still picture of a scene on one day as SVG, and its holders as rows: for pages without script.

Presentation attributes only, so that it shows under a content security policy without styles.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from geo.escape import html_text
from geo.scene import UNKNOWN, Scene

WIDTH_PX = 640
MOST_BYTES = 4_000  # of land in one picture; above, it is drawn on a coarser lattice
SPECK = 4  # lattice steps; what is smaller is left out
HATCH = {
    "diagonal": "M0 8L8 0",
    "cross": "M0 8L8 0M0 0L8 8",
    "dots": "M4 3.9L4 4.1",
    "vertical": "M4 0V8",
    "horizontal": "M0 4H8",
}


def holders_on(scene: Scene, day: int) -> NDArray[np.int32]:
    """Holder code of every place (n,) on a day."""
    held = np.full(len(scene.places), UNKNOWN, np.int32)
    end = int(np.searchsorted(scene.flips.day, day, side="right"))
    held[scene.flips.place[:end]] = scene.flips.holder[:end]  # later rows win: sorted by day
    return held


def holder_name(scene: Scene, code: int) -> str:
    """The holder in words."""
    if code >= 0:
        return scene.actors[code].name
    if code == UNKNOWN:
        return "not known"
    return "contested: " + " / ".join(scene.actors[a].name for a in scene.contests[-2 - code])


def still_svg(scene: Scene, day: int, *, label: str) -> str:
    """The land of one day, `WIDTH_PX` wide, in Web Mercator, with basemap lines and a label."""
    west, south, east, north = scene.view
    top, bottom = _mercator(np.array([north, south]))
    scale = WIDTH_PX / max(1e-9, east - west)
    height = max(1, round(float(top - bottom) * scale))

    def pixels(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        x = (lonlat[:, 0] - west) * scale
        return np.stack([x, (float(top) - _mercator(lonlat[:, 1])) * scale], axis=1)

    cells = _cell_codes(scene, holders_on(scene, day))
    exact = pixels(np.asarray(scene.tessellation.vertices).reshape(-1, 2))
    sides = _sides(scene)
    shapes, lattice_px = "", 1
    for lattice_px in (1, 2, 4, 8, 16):  # the paths count in steps of the lattice: small numbers
        shapes = _shapes(sides, cells, np.rint(exact / lattice_px))
        if len(shapes) <= MOST_BYTES:
            break
    lines = [
        f'<path d="{path}" fill="none" stroke="{"#7fa3bd" if line.kind != "border" else "#777"}"/>'
        for line in scene.lines
        if (path := _line(np.rint(pixels(line.points)), height))
    ]
    patterns = (_pattern(scene, int(c), lattice_px) for c in np.unique(cells[cells != UNKNOWN]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {height}" role="img" '
        f'width="{WIDTH_PX}" height="{height}" aria-label="{html_text(label)}">'
        f'<defs>{"".join(patterns)}</defs><rect width="{WIDTH_PX}" height="{height}" '
        f'fill="#f3f1ec"/><g transform="scale({lattice_px})" fill-rule="evenodd" '
        f'fill-opacity=".75" stroke="#333" stroke-width="{0.7 / lattice_px:.3g}">{shapes}</g>'
        f"{''.join(lines)}</svg>"
    )


def _mercator(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    sine = np.sin(np.radians(np.clip(lat, -85.0511, 85.0511)))
    degrees: NDArray[np.float64] = np.degrees(np.arctanh(sine))
    return degrees


def _cell_codes(scene: Scene, held: NDArray[np.int32]) -> NDArray[np.int32]:
    land = scene.tessellation
    cell = np.array([p.cell for p in scene.places], np.int64)
    count = max((int(a.max()) + 1 for a in (land.ring_cell, cell) if a.size), default=0)
    codes = np.full(count, UNKNOWN, np.int32)
    on = np.flatnonzero(cell >= 0)[::-1]
    codes[cell[on]] = held[on]
    return codes


def _sides(scene: Scene) -> NDArray[np.int64]:
    """Every step from vertex to vertex along a ring, with its cell on the left: (k, 3)."""
    land = scene.tessellation
    vertex = land.ring_vertex.astype(np.int64)
    after = np.roll(vertex, -1)
    if len(vertex):
        after[land.ring_offset[1:] - 1] = vertex[land.ring_offset[:-1]]
    cell = np.repeat(land.ring_cell, np.diff(land.ring_offset)).astype(np.int64)
    return np.stack([vertex, after, cell], axis=1)


def _shapes(sides: NDArray[np.int64], cells: NDArray[np.int32], points: NDArray[np.float64]) -> str:
    return "".join(
        f'<path d="{_rings(sides, cells, int(code), points)}" fill="url(#fl-p{code})"/>'
        for code in np.unique(cells[cells != UNKNOWN])
    )


def _rings(
    sides: NDArray[np.int64],
    cells: NDArray[np.int32],
    code: int,
    points: NDArray[np.float64],
) -> str:
    """The outline of one holder's land: sides that it holds on the left only, linked to rings."""
    own = sides[cells[sides[:, 2]] == code]
    walked = {(a, b) for a, b, _ in own.tolist()}
    ahead: dict[int, list[int]] = defaultdict(list)
    for a, b in sorted(walked):
        if (b, a) not in walked:
            ahead[a].append(b)
    out = []
    for start in list(ahead):
        while ahead[start]:
            ring = [start, ahead[start].pop()]
            while ahead.get(ring[-1]):
                ring.append(ahead[ring[-1]].pop())
            out.append(_path(points[ring[:-1]], speck=SPECK))
    return "".join(out)


def _line(points: NDArray[np.float64], height: int) -> str:
    """A basemap line, empty where it lies wholly beside the picture."""
    low, high = points.min(axis=0), points.max(axis=0)
    beside = high[0] < 0 or high[1] < 0 or low[0] > WIDTH_PX or low[1] > height
    return "" if beside else _path(points)


def _path(points: NDArray[np.float64], *, speck: int = 0) -> str:
    """Whole numbers as relative steps; a ring where `speck` is given, empty where smaller."""
    if len(points) < 2 or np.ptp(points, axis=0).max() < speck:
        return ""
    kept = points[np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])]
    steps = np.diff(kept.astype(np.int64), axis=0).tolist()
    start = f"M{kept[0][0]:.0f} {kept[0][1]:.0f}"
    return f"{start}{_steps(steps)}{'z' if speck else ''}" if steps else ""


def _steps(steps: list[list[int]]) -> str:
    """Commands of a path; along an axis a step needs one number, and a command is said once."""
    parts: list[tuple[str, list[int]]] = []
    for x, y in steps:
        name, numbers = ("h", [x]) if y == 0 else ("v", [y]) if x == 0 else ("l", [x, y])
        if name != "l" and parts and parts[-1][0] == name and parts[-1][1][0] * numbers[0] > 0:
            parts[-1][1][0] += numbers[0]
        else:
            parts.append((name, numbers))
    text = "".join(
        f"{name}{' '.join(str(n) for _, numbers in run for n in numbers)}"
        for name, run in groupby(parts, key=itemgetter(0))
    )
    return text.replace(" -", "-")


def swatch_svg(scene: Scene, code: int) -> str:
    """A small square filled as the land of one holder code is."""
    size, tile = _tile(scene, code)
    return f'<svg width="16" height="16" viewBox="0 0 {size} {size}">{tile}</svg>'


def _tile(scene: Scene, code: int) -> tuple[int, str]:
    """What fills the land of a holder code: its size, and its shapes."""
    who = [code] if code >= 0 else list(scene.contests[-2 - code])
    size = 8 if code >= 0 else 8 * max(1, len(who))
    stripes = "".join(
        f'<path d="M{8 * i} 0h8v{size}h-8z" fill="{html_text(scene.actors[a].color)}"/>'
        for i, a in enumerate(who)
    )
    hatch = HATCH.get(scene.actors[code].pattern, "") if code >= 0 else ""
    ink = f'<path d="{hatch}" stroke="#2229" stroke-linecap="round"/>'
    return size, f"{stripes}{ink if hatch else ''}"


def _pattern(scene: Scene, code: int, lattice_px: int) -> str:
    size, tile = _tile(scene, code)
    turn = f"scale({1 / lattice_px:g})" + ("" if code >= 0 else " rotate(45)")
    return (
        f'<pattern id="fl-p{code}" width="{size}" height="{size}" '
        f'patternUnits="userSpaceOnUse" patternTransform="{turn}">{tile}</pattern>'
    )
