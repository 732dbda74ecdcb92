"""How far the line could be off as one still SVG: the line, and around it where else it could run.

It needs no script, no style sheet and no request; texts are escaped as XML.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo.escape import xml_text
from geo.image.labels import Label, place_labels
from timelines import dates
from timelines.doubt import Doubt
from timelines.land import view_of
from timelines.palette import UNKNOWN_COLOR
from timelines.series import CONTESTED, side_looks
from timelines.svgmap import PAPER, Box, Frame, basemap_lines, svg_text
from timelines.tally import control_on, side_numbers

FONT_PX = 12.0
LETTER = 0.54  # mean width of a letter, in font sizes
ROW_PX = 20
TOWNS = 12
PALE = 0.25
AROUND = 0.08  # margin around the line, as a share of its extent
LEAST = 0.3  # of the timeline's own view that is shown at least
BAND, OTHER, RIM, LINE = "#0072b2", "#d55e00", "#666666", "#000000"


def svg(doubt: Doubt, *, width_px: int = 880) -> str:
    """The picture, `width_px` wide, cut to the front, with its legend below."""
    frame = Frame(_view(doubt), width_px)
    legend, legend_px = _legend(doubt, frame)
    body = [
        f'<rect width="{width_px}" height="{frame.height}" fill="{PAPER}"/>',
        _land(doubt, frame),
        basemap_lines(frame),
        _shape(frame, doubt.rim, 'fill="url(#fl-rim)"'),
        _shape(frame, doubt.between, f'fill="{BAND}" fill-opacity="0.42"'),
        _shape(frame, doubt.otherwise, f'fill="url(#fl-other)" stroke="{OTHER}"'),
        _line(frame, doubt.line),
        _towns(frame),
        f'<rect y="{frame.height}" width="{width_px}" height="{legend_px}" fill="#ffffff"/>',
        legend,
    ]
    label = f"How far the front of {dates.iso(doubt.on)} could be off"
    height = frame.height + legend_px
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height}" '
        f'width="{width_px}" height="{height}" role="img" aria-label="{svg_text(label)}" '
        f'font-family="system-ui, sans-serif" font-size="{FONT_PX:g}">'
        f"<defs>{_PATTERNS}</defs>{''.join(body)}</svg>"
    )


_PATTERNS = (
    '<pattern id="fl-rim" width="6" height="6" patternUnits="userSpaceOnUse">'
    f'<circle cx="2" cy="2" r="1" fill="{RIM}"/></pattern>'
    '<pattern id="fl-other" width="7" height="7" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="2.5" height="7" fill="{OTHER}"/></pattern>'
)


def _view(doubt: Doubt) -> Box:
    """Where the front runs, with a margin, within the timeline's own view."""
    west, south, east, north = view_of(doubt.timeline)
    shapes = [s for s in (doubt.line, doubt.between, doubt.otherwise) if not s.is_empty]
    inside = shapely.clip_by_rect(shapely.union_all(shapes), west, south, east, north)
    if not shapes or inside.is_empty:
        return west, south, east, north
    found = np.array(inside.bounds)
    whole = np.array([east - west, north - south])
    size = np.maximum((found[2:] - found[:2]) * (1 + 2 * AROUND), whole * LEAST)
    # Between a square and two to one: a front may be a thin strip.
    middle = (found[:2] + found[2:]) / 2
    across = size[0] * np.cos(np.radians(middle[1]))
    size = size * np.array([max(1.0, size[1] / across), max(1.0, across / 2 / size[1])])
    a, b = middle - size / 2, middle + size / 2
    return float(a[0]), max(-85.0, float(a[1])), float(b[0]), min(85.0, float(b[1]))


def _land(doubt: Doubt, frame: Frame) -> str:
    """Who holds what as drawn, faint, by side."""
    from geo.territory import territories

    timeline = doubt.timeline
    held = control_on(
        timeline, doubt.on, known_on=doubt.known_on, policy=doubt.policy, reach_km=doubt.reach_km
    )
    number, sides = side_numbers(timeline, doubt.on)
    coded = np.where(held >= 0, number[np.maximum(held, 0)], held)
    land = territories(timeline.land(doubt.reach_km).tessellation, coded)
    looks = side_looks(timeline, list(sides))
    shapes = []
    for code, shape in zip(land["controller"].tolist(), land.geometry, strict=True):
        side = sides[code] if code >= 0 else CONTESTED
        color = xml_text((looks[side][0] if side in looks else "") or UNKNOWN_COLOR)
        style = f'fill="{color}" fill-opacity="{PALE}" stroke="#ffffff" stroke-width="0.6"'
        shapes.append(_shape(frame, shape, style))
    return "".join(shapes)


def _shape(frame: Frame, shape: Any, style: str) -> str:
    path = "" if shape.is_empty else frame.path(shape)
    return f'<path d="{path}" {style} fill-rule="evenodd"/>' if path else ""


def _line(frame: Frame, line: Any) -> str:
    path = "" if line.is_empty else frame.path(line)
    if not path:
        return ""
    return (
        f'<path d="{path}" fill="none" stroke="#ffffff" stroke-width="4"/>'
        f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="2"/>'
    )


def _towns(frame: Frame) -> str:
    """Towns to find one's way by."""
    from timelines.towns import towns_within

    towns = towns_within(frame.box, TOWNS)
    if not towns:
        return ""
    at = frame.px(np.array([(town.lon, town.lat) for town in towns], float))
    labels = [
        # `place_labels` counts y upwards.
        Label(town.name, x, -y, len(town.name) * FONT_PX * LETTER, FONT_PX, float(rank))
        for rank, (town, (x, y)) in enumerate(zip(towns, at.tolist(), strict=True))
    ]
    box = (2.0, 2.0 - frame.height, frame.width - 2.0, -2.0)
    placed = place_labels(labels, frame=box, most=max(4, frame.width // 70))
    dots = "".join(f'<circle cx="{p.label.x:.1f}" cy="{-p.label.y:.1f}" r="2"/>' for p in placed)
    texts = "".join(
        f'<text x="{p.left:.1f}" y="{-p.bottom - 0.18 * FONT_PX:.1f}">{svg_text(p.label.text)}'
        "</text>"
        for p in placed
    )
    return (
        f'<g fill="#111111" stroke="#ffffff" stroke-width="0.8">{dots}</g>'
        '<g fill="#111111" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" '
        f'paint-order="stroke">{texts}</g>'
    )


def _legend(doubt: Doubt, frame: Frame) -> tuple[str, int]:
    """What each mark means; only marks that are in the picture."""
    rows = []
    if not doubt.line.is_empty:
        rows.append((f'stroke="{LINE}" stroke-width="2"', "The front as drawn"))
    if not doubt.between.is_empty:
        style = f'fill="{BAND}" fill-opacity="0.42"'
        rows.append((style, "Up to the nearest places: it may run here"))
    if not doubt.otherwise.is_empty:
        style = f'fill="url(#fl-other)" stroke="{OTHER}"'
        rows.append((style, "Another side's, if the claims are read otherwise"))
    if not doubt.rim.is_empty:
        reaches = doubt.choices["reach_km"]
        text = f"Drawn with some reaches of {reaches.min():g} to {reaches.max():g} km only"
        rows.append(('fill="url(#fl-rim)" stroke="#999999"', text))
    if doubt.line.is_empty:
        rows.append(("", "No front between rivals on this day."))
    drawn = []
    for i, (style, text) in enumerate(rows):
        y = frame.height + 10 + i * ROW_PX
        if "fill" in style:
            drawn.append(f'<rect x="10" y="{y}" width="24" height="14" {style}/>')
        elif style:
            drawn.append(f'<path d="M10 {y + 7}H34" {style}/>')
        drawn.append(f'<text x="{40 if style else 10}" y="{y + 11}">{svg_text(text)}</text>')
    return "".join(drawn), len(rows) * ROW_PX + 16
