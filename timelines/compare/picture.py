"""What changed as one still SVG: land in the colour of who has it now, striped by who had it.

It needs no script, no style sheet and no request; texts are escaped as XML. Shown as a picture
(`<img>`), nothing in it could act anyway.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.escape import xml_text
from geo.image.labels import Label, place_labels
from timelines.compare.land import pieces
from timelines.compare.words import moment_words
from timelines.land import view_of
from timelines.palette import UNKNOWN_COLOR
from timelines.svgmap import PAPER, Box, Frame, basemap_lines, svg_text
from timelines.tally import control_on

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from timelines.compare import Change, Comparison

Holders = tuple[str, ...]
FONT_PX = 12.0
LETTER = 0.54  # mean width of a letter, in font sizes
LABELS_A_MEGAPIXEL = 110
MOST_LETTERS = 28
MOST_NAME = 60  # letters of a name in the legend
MOST_LINES = 4  # of the legend for one pair
LEGEND_ROWS = 8
ROW_PX = 20
DEGREE_M = 111_320.0
TOWNS = 4  # named for orientation
TOWN_RANK = -1e9
PALE = 0.22
AROUND = 0.12  # margin around what changed, as a share of it
LEAST = 0.3  # of the timeline's own view that is shown at least


def svg(comparison: Comparison, *, width_px: int = 880) -> str:
    """The picture, `width_px` wide, cut to where something changed, with its legend below."""
    changed = pieces(comparison)
    frame = Frame(_view(comparison, changed), width_px)
    rows = _legend_rows(comparison, changed)
    if len(changed):
        changed = changed.set_geometry(
            shapely.coverage_simplify(changed.geometry.to_numpy(), frame.px_deg)
        )
    legend, legend_px = _legend(rows, comparison, frame)
    patterns = "".join(_pattern(comparison, i, pair) for i, (pair, _) in enumerate(rows))
    body = [
        f'<rect width="{width_px}" height="{frame.height}" fill="{PAPER}"/>',
        _pale_land(comparison, frame),
        basemap_lines(frame),
        _changed_land(changed, rows, frame),
        _points(comparison, frame),
        f'<rect y="{frame.height}" width="{width_px}" height="{legend_px}" fill="#ffffff"/>',
        legend,
    ]
    before, after = comparison.before.moment, comparison.after.moment
    label = f"What changed from {moment_words(before)} to {moment_words(after)}"
    height = frame.height + legend_px
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height}" '
        f'width="{width_px}" height="{height}" role="img" aria-label="{svg_text(label)}" '
        f'font-family="system-ui, sans-serif" font-size="{FONT_PX:g}">'
        f"<defs>{patterns}</defs>{''.join(body)}</svg>"
    )


def _view(comparison: Comparison, changed: GeoDataFrame) -> Box:
    """Where something changed, with a margin, and not narrower than a part of the whole view."""
    west, south, east, north = view_of(comparison.timeline)
    lonlat = [(c.lon, c.lat) for c in comparison.changes if c.lon == c.lon]
    boxes = [*changed.geometry.bounds.to_numpy().tolist(), *((x, y, x, y) for x, y in lonlat)]
    inside = [b for b in boxes if b[0] < east and b[2] > west and b[1] < north and b[3] > south]
    if not inside:
        return west, south, east, north
    found = np.array(inside, float)
    low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    low, high = np.maximum(low, (west, south)), np.minimum(high, (east, north))
    whole = np.array([east - west, north - south])
    size = np.maximum((high - low) * (1 + 2 * AROUND), whole * LEAST)
    # Between a square and two to one: what changed may be a thin strip.
    across = size[0] * np.cos(np.radians((low[1] + high[1]) / 2))
    size = size * np.array([max(1.0, size[1] / across), max(1.0, across / 2 / size[1])])
    middle = (low + high) / 2
    a, b = middle - size / 2, middle + size / 2
    return float(a[0]), max(-85.0, float(a[1])), float(b[0]), min(85.0, float(b[1]))


def _pale_land(comparison: Comparison, frame: Frame) -> str:
    """Who holds what at the second moment, faint."""
    from geo.territory import territories

    timeline, moment = comparison.timeline, comparison.after.moment
    held = control_on(
        timeline,
        moment.on,
        known_on=moment.known_on,
        policy=comparison.policy,
        reach_km=comparison.reach_km,
    )
    tessellation = timeline.land(comparison.reach_km).tessellation
    land = territories(tessellation, held, tolerance_m=frame.px_deg * DEGREE_M)
    shapes = []
    for code, shape in zip(land["controller"].tolist(), land.geometry, strict=True):
        names = comparison.names(code, moment.on) if code >= 0 else ()
        color = _color(comparison, names[0]) if names else UNKNOWN_COLOR
        path = frame.path(shape)
        if path:
            shapes.append(
                f'<path d="{path}" fill="{color}" fill-opacity="{PALE}" fill-rule="evenodd" '
                'stroke="#ffffff" stroke-width="0.6"/>'
            )
    return "".join(shapes)


def _changed_land(
    changed: GeoDataFrame, rows: list[tuple[tuple[Holders, Holders], float]], frame: Frame
) -> str:
    dashed = ' stroke-dasharray="5 3"'
    paths: dict[tuple[Holders, Holders], list[str]] = {pair: [] for pair, _ in rows}
    for lost_by, gained_by, shape in zip(
        changed["lost_by"], changed["gained_by"], changed.geometry, strict=True
    ):
        paths[lost_by, gained_by].append(frame.path(shape))
    return "".join(
        f'<path d="{"".join(drawn)}" fill="url(#fl-c{number})" fill-rule="evenodd" '
        f'stroke="#222222" stroke-width="1.2"{"" if pair[0] else dashed}/>'
        for number, (pair, drawn) in enumerate(paths.items())
    )


def _points(comparison: Comparison, frame: Frame) -> str:
    """The changed places, named where there is room, and a few towns to find one's way by."""
    from timelines.towns import towns_within

    shown = [c for c in comparison.changes if frame.holds(c.lon, c.lat)]
    # A place that changed hands goes before one newly known.
    named = {
        _short(c.place): (c.lon, c.lat, (c.kind != "changed") * 1e9 - c.area_km2) for c in shown
    }
    towns = [town for town in towns_within(frame.box, TOWNS) if _short(town.name) not in named]
    named |= {_short(town.name): (town.lon, town.lat, TOWN_RANK) for town in towns}
    if not named:
        return ""
    at = frame.px(np.array([(lon, lat) for lon, lat, _ in named.values()], float))
    labels = [
        # `place_labels` counts y upwards.
        Label(name, x, -y, len(name) * FONT_PX * LETTER, FONT_PX, named[name][2])
        for name, (x, y) in zip(named, at.tolist(), strict=True)
    ]
    most = max(6, round(frame.width * frame.height / 1e6 * LABELS_A_MEGAPIXEL))
    faint = ' fill-opacity="0.65"'
    box = (2.0, 2.0 - frame.height, frame.width - 2.0, -2.0)
    texts = [
        f'<text x="{p.left:.1f}" y="{-p.bottom - 0.18 * FONT_PX:.1f}"'
        f"{faint if p.label.rank == TOWN_RANK else ''}>{svg_text(p.label.text)}</text>"
        for p in place_labels(labels, frame=box, most=most)
    ]
    return (
        f"{_dots(shown, frame)}"
        '<g fill="#111111" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" '
        f'paint-order="stroke">{"".join(texts)}</g>'
    )


def _dots(shown: Sequence[Change], frame: Frame) -> str:
    """Round points, as two paths: twenty thousand circles would weigh megabytes."""
    points = frame.px(np.array([(c.lon, c.lat) for c in shown], float).reshape(-1, 2))
    spots = np.unique(np.rint(points).astype(np.int64), axis=0).tolist()
    path = "".join(f"M{x} {y}h0" for x, y in spots)
    wide = 4.4 if frame.width >= 600 else 3.0
    return "".join(
        f'<path d="{path}" stroke="{color}" stroke-width="{width:g}" stroke-linecap="round"/>'
        for color, width in (("#ffffff", wide + 1.6), ("#111111", wide))
    )


def _legend_rows(
    comparison: Comparison, changed: GeoDataFrame
) -> list[tuple[tuple[Holders, Holders], float]]:
    """Pairs (who had it, who has it) with their km², largest first."""
    area: dict[tuple[Holders, Holders], float] = {}
    pairs = zip(changed["lost_by"], changed["gained_by"], changed["area_km2"], strict=True)
    for lost_by, gained_by, km2 in pairs:
        area[lost_by, gained_by] = area.get((lost_by, gained_by), 0.0) + float(km2)
    return sorted(area.items(), key=lambda item: -item[1])


def _legend(
    rows: list[tuple[tuple[Holders, Holders], float]],
    comparison: Comparison,
    frame: Frame,
) -> tuple[str, int]:
    letters = int((frame.width - 50) / (FONT_PX * LETTER))
    texts = [
        f"{km2:,.0f} km² · {_named(comparison, lost)} → {_named(comparison, gained)}"
        for (lost, gained), km2 in rows[:LEGEND_ROWS]
    ]
    chips = len(texts)
    if len(rows) > LEGEND_ROWS:
        rest = sum(km2 for _, km2 in rows[LEGEND_ROWS:])
        texts.append(f"{rest:,.0f} km² · {len(rows) - LEGEND_ROWS} other pairs")
    if rows:
        texts += ["Stripes: who had it. Pale: no change.", "Dashed line: holder not known before."]
    else:
        texts.append("No land changed hands.")
    outside = sum(not frame.holds(c.lon, c.lat) for c in comparison.changes)
    if outside:
        texts.append(f"{outside} of the changed places not in the picture.")
    drawn, y = [], frame.height + 10
    for i, text in enumerate(texts):
        if i < chips:
            drawn.append(
                f'<rect x="10" y="{y}" width="24" height="14" fill="url(#fl-c{i})" '
                'stroke="#222222"/>'
            )
        # On a phone a pair of long names takes two lines or three; none is cut.
        for line in textwrap.wrap(text, letters, max_lines=MOST_LINES, placeholder=" …"):
            x = 40 if i < chips else 10
            drawn.append(f'<text x="{x}" y="{y + 11}">{svg_text(line)}</text>')
            y += ROW_PX
    return "".join(drawn), y + 6 - frame.height


def _pattern(comparison: Comparison, number: int, pair: tuple[Holders, Holders]) -> str:
    """Broad bands of who has it, narrow ones of who had it, aslant."""
    lost, gained = pair
    bands = [(_color(comparison, a), 8) for a in gained] or [("#ffffff", 8)]
    bands += [(_color(comparison, a), 3) for a in lost]
    x, drawn = 0, []
    for color, wide in bands:
        drawn.append(f'<rect x="{x}" width="{wide}" height="10" fill="{color}"/>')
        x += wide
    opacity = "0.85" if lost and gained else "0.5"
    return (
        f'<pattern id="fl-c{number}" width="{x}" height="10" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><g fill-opacity="{opacity}">{"".join(drawn)}</g></pattern>'
    )


def _color(comparison: Comparison, actor: str) -> str:
    return xml_text(comparison.timeline.actors[actor].color or UNKNOWN_COLOR)


def _named(comparison: Comparison, holders: Iterable[str]) -> str:
    return (
        " / ".join(_short(comparison.timeline.actors[a].name, MOST_NAME) for a in holders)
        or "not known"
    )


def _short(text: str, limit: int = MOST_LETTERS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: max(1, limit - 1)]}…"
