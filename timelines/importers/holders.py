"""Who holds an area, by its properties.

DeepStateMap names every area in three parts, of which the last is a key of its own, as in
`... /// Occupied /// geoJSON.status.occupied`. The keys say occupied or liberated in the war
between Russia and Ukraine; areas elsewhere that it marks with `geoJSON.territories` are its
editors' commentary and no part of the control map.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from timelines.importers.mapping import ALIASES, FieldMapping
from timelines.importers.report import Unfit
from timelines.importers.series import CONTESTED, HELD
from timelines.problems import shown

_KEY = re.compile(r"geoJSON\.(status|territories)\.([a-z_]+)", re.IGNORECASE)
_DEEPSTATE: Mapping[str, str] = {
    "occupied": "russia",
    "crimea": "russia",
    "ordlo": "russia",
    "tuzla": "russia",
    "dismissed": "ukraine",
    "dismissed_at": "ukraine",
    "unknown": "",
}
_CONTESTED = ("contested", "disputed", "grey zone", "gray zone", "unknown")
CREDIT = "DeepStateMap (deepstatemap.live), under its terms of use; name it where this is shown."


@dataclass(frozen=True, slots=True)
class Holding:
    """`holder` is empty where `status` is `contested`."""

    holder: str
    status: str
    label: str


def of(properties: Mapping[str, str], mapping: FieldMapping) -> Holding | None:
    """Who holds an area; None for one that its source marks as commentary.

    Raises:
        Unfit: nothing says who.
    """
    said = mapping.columns.get("actor")
    if said:
        return _plain(properties.get(said, ""), mapping)
    for text in properties.values():
        if match := _KEY.search(text):
            return _deepstate(match[1].lower(), match[2].lower(), text, mapping)
    low = {name.lower(): name for name in properties}
    for alias in ALIASES["actor"]:
        if alias in low and properties[low[alias]].strip():
            return _plain(properties[low[alias]], mapping)
    return _plain("", mapping)


def _plain(text: str, mapping: FieldMapping) -> Holding:
    label = text.strip()
    holder = mapping.translate("actor", label) or mapping.constants.get("actor", "")
    if holder.lower() in _CONTESTED:
        return Holding("", CONTESTED, label)
    if not holder:
        remedy = (
            "Say who (--set actor=NAME; in a mapping constants.actor), or map the property that "
            "names the holder (--map actor=PROPERTY)."
        )
        raise Unfit("actor", "nothing says who holds the area.", remedy)
    return Holding(holder, HELD, label)


def _deepstate(group: str, key: str, text: str, mapping: FieldMapping) -> Holding | None:
    label = " ".join(text.split())[:200]
    holder = mapping.values.get("actor", {}).get(key, _DEEPSTATE.get(key))
    if holder is None:
        if group == "territories":
            return None
        remedy = f"Say who that is in values.actor.{key}."
        raise Unfit("actor", f"{shown(key)} is no status that is known here.", remedy)
    return Holding(holder, HELD if holder else CONTESTED, label)


def credits_for(labels: Iterable[str]) -> tuple[str, ...]:
    """The lines that a map made from areas with these labels has to carry."""
    return (CREDIT,) if any(_KEY.search(label) for label in set(labels)) else ()
