"""Wikipedia's "detailed map" modules: a dated snapshot of thousands of places.

A module lists `{ lat = ..., long = ..., mark = "Location dot red.svg", label = "[[Dabiq]]" }`; the
colour of the mark says who holds the place. What a colour means differs between modules and years:
it is taken from the legend in the module's own caption, or from `values.actor`, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from timelines.claims import Claims, Source
from timelines.dates import day as one_day
from timelines.errors import DataError, DateError
from timelines.importers import cells, luatables, raw, records
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.problems import shown

SOURCE = Source(
    "wikipedia-map",
    publisher="Wikipedia contributors",
    title="Detailed map module",
    url="https://en.wikipedia.org/",
)
CREDITS = ("Wikipedia contributors, CC BY-SA 4.0; name the module and the revision.",)
COLOURS = (
    "red green lime yellow grey gray black blue teal purple orange white brown pink cyan maroon "
    "olive navy violet gold khaki magenta darkgreen deeppink"
)
_COLOUR = re.compile(rf"(?<![a-z])({'|'.join(COLOURS.split())})(?![a-z])")
_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,300}\|)?([^\[\]|]{1,300})\]\]")
# The words are only looked at: a line of a real legend holds one mark after the other.
_LEGEND = re.compile(
    r"\[\[(?:File|Image):([^\[\]|]{1,200})(?:\|[^\[\]]{0,200})?\]\](?=([^\n]{1,400}))"
)
_MARKUP = re.compile(r"<[^<>]{0,200}>|&nbsp;|'{2,5}")
_PRESSURE = re.compile(r"map-(arc|circle)|^arc", re.IGNORECASE)
_MIXED = re.compile(r"80x80|ctl[234]|contested|-anim", re.IGNORECASE)


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in the source of a module as of `mapping.on`, the day of its revision.

    Every place is held "by then" (`../2016-02-15`). Places under a mark of several colours are
    contested: one disputed claim for each holder. Arcs and rings around a place say that it is
    pressed or besieged by the colour: kind `siege`. Rows of the report are lines of the module.

    Raises:
        DataError: no day said, no such module, or nothing in it says what its colours mean.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("wikimap", name, mapping, progress)
    title = collector.account.name
    date = _date(mapping, title)
    text = raw.decode(raw.read_all(data, title, luatables.MAX_BYTES), title, mapping.encoding)
    found = [t for t in luatables.tables(text, title) if "lat" in t.fields and _lon(t.fields)]
    if not found:
        raise DataError(f"{shown(title)} is no detailed map module: it has no lat and long.")
    holders = _legend(text, mapping)
    collector.account.columns = tuple(sorted((colour, who) for colour, who in holders.items()))
    if not holders:
        seen = sorted({c for t in found for c in colours(t.fields.get("mark", ""))})
        raise DataError(
            f"{shown(title)} does not say what its colours mean. Say values.actor for "
            f"{', '.join(seen)}; the module's documentation page has the legend."
        )
    for table in found:
        collector.take(table.line, lambda t=table: _claims(t, date, holders, collector))  # type: ignore[misc]
    return collector.finish(sources=(SOURCE,), credits=CREDITS)


def _date(mapping: FieldMapping, name: str) -> str:
    if not mapping.on:
        raise DataError(f"Say `on`, the day of the revision of {shown(name)}, as in 2016-02-15.")
    try:
        one_day(mapping.on)
    except DateError as error:
        raise DataError(f"`on`: {error}") from error
    return f"../{mapping.on}"


def _lon(fields: Mapping[str, str]) -> str:
    return fields.get("long") or fields.get("lon") or fields.get("lng") or ""


def _claims(
    table: luatables.Table, date: str, holders: Mapping[str, str], collector: Collector
) -> list[dict[str, str]]:
    fields = table.fields
    mark = fields.get("mark", "")
    seen = colours(mark)
    if not seen:
        collector.account.skip("marks without a colour of a side (roads, fields, dams)")
        return []
    missing = [colour for colour in seen if colour not in holders]
    if missing:
        remedy = f"Say values.actor.{missing[0]}."
        raise Unfit("mark", f"{shown(mark)}: nothing says who {missing[0]} is.", remedy)
    base = {"date": date, "place": _label(fields), "source": "wikipedia-map", "mark": mark}
    records.place_at(base, _lon(fields), fields["lat"], collector.mapping)
    if not base["place"]:
        base["place"] = f"{base['lat']}, {base['lon']}"
    if _PRESSURE.search(mark):
        return [{**base, "kind": "siege", "actor": holders[seen[0]]}]
    actors = dict.fromkeys(holders[colour] for colour in seen)
    if len(actors) == 1:
        return [{**base, "kind": "control", "actor": next(iter(actors))}]
    note = "contested on that map" if _MIXED.search(mark) else "marked in several colours"
    return [
        {**base, "kind": "control", "actor": actor, "status": "disputed", "note": note}
        for actor in actors
    ]


def colours(mark: str) -> list[str]:
    """The colours that a mark's file name tells, in its order: `80x80-red-lime-anim.gif`."""
    text = mark.rsplit(".", 1)[0].lower().replace("_", " ")
    found = ["grey" if c == "gray" else c for c in _COLOUR.findall(text)]
    return list(dict.fromkeys(found))


def _label(fields: Mapping[str, str]) -> str:
    """The name of a place as the map shows it, else the article it links to."""
    for key in ("label", "link"):
        text = _MARKUP.sub(" ", _LINK.sub(r"\1", fields.get(key, "")))
        text = " ".join(text.split("#")[0].split())
        if text:
            return text[:300]
    return ""


def _legend(text: str, mapping: FieldMapping) -> dict[str, str]:
    """Colour -> holder, from the caption and from the caller, who is asked first."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if len(line) > 20_000:
            continue
        for match in _LEGEND.finditer(line):
            seen = colours(match[1])
            words = _MARKUP.sub(" ", _LINK.sub(r"\1", match[2].split("[[File:")[0]))
            who = " ".join(words.split()).strip(" ;:,-–")
            if len(seen) == 1 and who and not _PRESSURE.search(match[1]):
                found.setdefault(seen[0], cells.clean(who)[0][:200])
    said = {
        ("grey" if k == "gray" else k).lower(): v
        for k, v in mapping.values.get("actor", {}).items()
    }
    return {colour: said.get(who.lower(), who) for colour, who in found.items()} | {
        k: v for k, v in said.items() if k in COLOURS.split()
    }
