"""Names that a row of work leaves open: which places they may mean, and a small map of those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from timelines.contents import Contents
from timelines.edits import Edit
from timelines.folding import slug
from timelines.places import PlaceNames, TimelinePlace, valid_lonlat
from timelines.problems import Problem
from timelines.reading import MAX_UNCERTAINTY_M, read_places
from timelines.svgmap import PAPER, Frame, basemap_lines, svg_text
from timelines.tables import Table

if TYPE_CHECKING:
    from gazetteer import Candidate

MOST = 8
LEAST_DEG = 0.4
NEAR_DEG = 4.0  # from the likeliest candidate: what the map shows
WIDTH_PX = 360
FONT_PX = 13


@dataclass(frozen=True, slots=True)
class Option:
    """A place that may be meant. `row` is what places.csv needs for it, None where it is there."""

    place: TimelinePlace
    why: str
    row: Mapping[str, str] | None

    @property
    def label(self) -> str:
        """In one line, for a list to choose from."""
        kind = ", ".join(part for part in (self.place.kind, self.place.admin1) if part)
        where = (
            f"{self.place.lon:.4f}, {self.place.lat:.4f}" if self.place.located else "not located"
        )
        return f"{self.place.name} ({kind or 'kind not given'}; {where})"


def open_names(
    contents: Contents, edits: Sequence[Edit], problems: Sequence[Problem]
) -> dict[str, tuple[Option, ...]]:
    """The names among the edits that mean no one place, with what they may mean."""
    names = dict.fromkeys(
        edits[problem.row - 1].row.get("place", "")
        for problem in problems
        if problem.column == "place" and 0 < problem.row <= len(edits)
    )
    asked = [name for name in names if name]
    return options_of(contents, asked) if asked else {}


def options_of(contents: Contents, names: Sequence[str]) -> dict[str, tuple[Option, ...]]:
    """What each name may mean: places of the timeline of that name, else the gazetteer's."""
    from gazetteer import Gazetteer

    table = contents.tables.get("places") or Table("places.csv", {"id": []})
    # Read from a copy: the problems of places.csv are told elsewhere.
    places = read_places(Table(table.file, table.columns, table.rows))
    known = PlaceNames(places.values())
    found = {
        name: tuple(Option(place, "of this timeline", None) for place in known.find(name)[:MOST])
        for name in names
    }
    missing = [name for name in names if not found[name]]
    if missing:
        near = _middle(places.values())
        for name, match in zip(
            missing, Gazetteer.default().resolve_many(missing, near=near), strict=True
        ):
            found[name] = tuple(_option(c, places) for c in match.candidates[:MOST])
    return found


def new_option(
    contents: Contents, name: str, *, lon: str, lat: str, radius: str = "", source: str = ""
) -> Option:
    """A place of a name where somebody says it is (degrees; radius in metres), for places.csv.

    Raises:
        ValueError: that is no place on the globe, or no radius.
    """
    table = contents.tables.get("places") or Table("places.csv", {"id": []})
    try:
        x, y, metres = float(lon), float(lat), float(radius or 0)
    except ValueError:
        raise ValueError("Write lon, lat and metres as numbers, as in 37.2, 36.5, 500.") from None
    if not valid_lonlat(x, y):
        raise ValueError(f"lon {x:g}, lat {y:g} is no place on the globe. Are they swapped?")
    if not 0 <= metres <= MAX_UNCERTAINTY_M:
        raise ValueError(f"{metres:g} m is no radius of a place.")
    row = {
        "id": slug(name, set(table.column("id")), otherwise="place"),
        "name": name,
        "lon": lon.strip(),
        "lat": lat.strip(),
        "uncertainty_m": radius.strip(),
        "source": source.strip() or "entered by hand",
    }
    made = TimelinePlace(row["id"], name, lon=x, lat=y, uncertainty_m=metres)
    return Option(made, row["source"], row)


def settled(edit: Edit, option: Option) -> Edit:
    """The edit with the place that was chosen for its name."""
    return replace(edit, row={**edit.row, "place_id": option.place.id})


def options_svg(options: Sequence[Option]) -> str:
    """A small map of the numbered candidates around the first; empty where none is located."""
    points = [(o.place.lon, o.place.lat) for o in options]
    at = np.array([(x, y) for x, y in points if x is not None and y is not None], float)
    if not len(at):
        return ""
    at[:, 1] = at[:, 1].clip(-84.0, 84.0)  # where Web Mercator ends
    at = at[(np.abs(at - at[0]) <= NEAR_DEG).all(axis=1)]  # a namesake far off is only listed
    low, high = at.min(axis=0), at.max(axis=0)
    # As wide as high on the ground.
    slim = float(np.cos(np.radians((low[1] + high[1]) / 2)))
    half_deg = max(LEAST_DEG, *((high - low) * (0.65 * slim, 0.65)).tolist())
    half = np.array([half_deg / slim, half_deg])
    (west, south), (east, north) = (low + high) / 2 - half, (low + high) / 2 + half
    frame = Frame(
        (float(west), max(-85.0, float(south)), float(east), min(85.0, float(north))), WIDTH_PX
    )
    marks = []
    for number, (lon, lat) in enumerate(points, 1):
        if lon is not None and lat is not None and frame.holds(lon, lat):
            x, y = frame.px(np.array([(lon, lat)]))[0].tolist()
            marks.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="#2b6a8f" stroke="#ffffff"/>'
                f'<text x="{x:.1f}" y="{y + 4.5:.1f}" fill="#ffffff" text-anchor="middle">'
                f"{svg_text(str(number))}</text>"
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {frame.height}" '
        f'width="{WIDTH_PX}" height="{frame.height}" font-family="system-ui, sans-serif" '
        f'font-size="{FONT_PX}"><rect width="{WIDTH_PX}" height="{frame.height}" fill="{PAPER}"/>'
        f"{basemap_lines(frame)}{''.join(marks)}</svg>"
    )


def _middle(places: Iterable[TimelinePlace]) -> tuple[float, float] | None:
    located = [(p.lon, p.lat) for p in places if p.located]
    if not located:
        return None
    lon, lat = np.median(np.array(located, float), axis=0).tolist()
    return lon, lat


def _option(candidate: Candidate, places: Mapping[str, TimelinePlace]) -> Option:
    place = candidate.place
    row = {
        "id": place.id,
        "name": place.name,
        "name_ar": place.name_ar,
        "lon": str(place.lon),
        "lat": str(place.lat),
        "uncertainty_m": f"{place.uncertainty_m:g}" if place.uncertainty_m else "",
        "kind": place.kind,
        "admin1": place.admin1,
        "population": str(place.population or ""),
        "source": f"gazetteer: {place.source}" if place.source else "gazetteer",
    }
    shown = TimelinePlace(
        id=place.id,
        name=place.name,
        name_ar=place.name_ar,
        lon=place.lon,
        lat=place.lat,
        kind=place.kind,
        admin1=place.admin1,
    )
    return Option(shown, candidate.why, None if place.id in places else row)
