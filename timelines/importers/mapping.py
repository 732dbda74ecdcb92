"""What the caller says about a file: which column means what, and what the file leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from timelines.claims import COLUMNS
from timelines.errors import DataError
from timelines.problems import shown

DateOrder = Literal["", "dmy", "mdy"]
Bounds = tuple[float, float, float, float]

# Names that say one thing only. "from", "to", "type", "name of source" and the like do not.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "claim_id"),
    "kind": ("kind",),
    "date": ("date", "event_date", "when", "datum", "begin", "date_start"),
    "place": ("place", "location", "place_name", "town", "village", "locality", "settlement"),
    "place_id": ("place_id", "geonameid"),
    "lon": ("lon", "long", "lng", "longitude", "x_lon", "lon_deg"),
    "lat": ("lat", "latitude", "lat_deg"),
    "uncertainty_m": ("uncertainty_m", "coordinateuncertaintyinmeters"),
    "actor": ("actor", "controller", "held_by", "holder", "controlled_by", "control"),
    "target": ("target", "taken_from", "prior_holder"),
    "status": ("status",),
    "source": ("source", "sources", "reference"),
    "reported": ("reported", "report_date", "date_reported"),
    "killed": ("killed", "fatalities", "deaths"),
    "wounded": ("wounded", "injured"),
    "weapon": ("weapon", "weapons"),
    "note": ("note", "notes", "comment", "comments", "description", "remarks"),
}


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """How to read a file. Every field may be left out; what is missing is asked for, not guessed.

    `columns` names, for a claim's column, the column of the file (`{"actor": "Controller"}`);
    `constants` a text for claims whose file or row says nothing (`{"source": "syria-map"}`);
    `values` translates texts of a column (`{"actor": {"SAA": "government"}}`).
    `date_order` says how `03/04/2016` is meant: `dmy` or `mdy`. `encoding` and `delimiter` are
    needed where the file is not UTF-8 or its delimiter is not plain; `decimal` is "." or ",".
    `on` is the day (EDTF) of a file that carries no dates of its own. `crs` is `EPSG:n` for
    coordinates in metres. `layer` names the sheet, layer or table. `bounds` (west, south, east,
    north in degrees) refuses what lies outside, and tells swapped coordinates. `options` are the
    choices of one importer, listed in its help.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_order: DateOrder = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: Literal[".", ","] = "."
    on: str = ""
    crs: str = ""
    layer: str = ""
    bounds: Bounds | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for where in (self.columns, self.constants, self.values):
            for name in where:
                if name not in COLUMNS and where is not self.columns:
                    raise DataError(
                        f"{shown(name)} is no column of claims. Use one of {', '.join(COLUMNS)}."
                    )
        if self.date_order not in ("", "dmy", "mdy"):
            raise DataError("The order of dates is dmy (day first) or mdy (month first).")
        if self.decimal not in (".", ","):
            raise DataError("The decimal sign is a point or a comma.")
        if len(self.delimiter) > 1:
            raise DataError("A delimiter is one character.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> FieldMapping:
        """The mapping in a parsed TOML or JSON table.

        Raises:
            DataError: unknown names, or values of another shape.
        """
        known = {f.name: f for f in fields(cls)}
        for name, value in data.items():
            if name not in known:
                raise DataError(f"{shown(name)} is no part of a mapping: use {', '.join(known)}.")
            if name in ("columns", "constants", "options") and not _texts(value):
                raise DataError(f"{name} is a table of texts, as in {{actor = 'Controller'}}.")
            if name == "values" and not (
                isinstance(value, Mapping) and all(_texts(inner) for inner in value.values())
            ):
                raise DataError("values is a table of tables of texts.")
        bounds = data.get("bounds")
        if bounds is not None and not (len(bounds) == 4 and all(_number(b) for b in bounds)):
            raise DataError("bounds are four numbers: west, south, east, north in degrees.")
        return cls(**{**data, **({"bounds": tuple(bounds)} if bounds is not None else {})})

    def translate(self, column: str, text: str) -> str:
        """The claim's text for a text of the file."""
        return self.values.get(column, {}).get(text, text)


def _texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(k, str) and isinstance(v, str) for k, v in value.items()
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def suggest(header: Iterable[str]) -> dict[str, str]:
    """Claim column -> column of the file, for names that leave no doubt."""
    found: dict[str, str] = {}
    names = {name.strip().lower().replace(" ", "_"): name for name in reversed(list(header))}
    for column, aliases in ALIASES.items():
        for alias in aliases:
            if alias in names and names[alias] not in found.values():
                found[column] = names[alias]
                break
    return found


def resolve_columns(header: Iterable[str], mapping: FieldMapping) -> dict[str, str]:
    """The columns said by the caller, completed by `suggest`.

    Raises:
        DataError: the caller names a column that the file has not.
    """
    names = list(header)
    for column, name in mapping.columns.items():
        if name and name not in names:
            listed = ", ".join(shown(n, 40) for n in names[:20])
            raise DataError(
                f"There is no column {shown(name)} for {column}. The file has: {listed}."
            )
    taken = set(mapping.columns.values())
    free = [name for name in names if name not in taken]
    found = {c: n for c, n in suggest(free).items() if c not in mapping.columns}
    return {**found, **{c: n for c, n in mapping.columns.items() if n}}
