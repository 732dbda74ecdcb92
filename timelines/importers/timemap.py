"""TimeMap (Forensic Architecture's, as Bellingcat publishes it): events with links to sources.

Read are the list of events (`events.json`), the export of the page's own button, and the joint
`api.json` with `events`, `sources` and `associations`. Field names are those of TimeMap's event
schema and of its older documentation (`desc`, `lat`, `long`). Its dates are ISO, or month first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timelines.claims import Claims, Source
from timelines.errors import DataError
from timelines.importers import cells, jsonsafe, records
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping
from timelines.importers.raw import Data
from timelines.importers.report import ImportReport, Progress, Unfit
from timelines.problems import shown

SOURCE = Source("timemap", publisher="TimeMap", title="TimeMap events")
_NAMES = {
    "note": ("description", "desc"),
    "place": ("location", "place_desc"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "long", "lng"),
    "event_id": ("civId", "id"),
    "category": ("category_full", "category"),
    "time": ("time",),
}
MAX_LINKS = 50


def parse(
    data: Data,
    *,
    mapping: FieldMapping | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> tuple[Claims, ImportReport]:
    """The claims in a TimeMap file. Events record harm, not control: `kind` is `other` unless
    `constants.kind` or `values.kind` (by category) says what they are; `constants.source` names
    who published them (`timemap` otherwise).

    Raises:
        DataError: no list of TimeMap events.
    """
    mapping = mapping or FieldMapping()
    collector = Collector("timemap", name, mapping, progress)
    title = collector.account.name
    document = jsonsafe.load(data, title, mapping.encoding)
    events = document.get("events") if isinstance(document, dict) else document
    if not isinstance(events, list) or not any(_is_event(event) for event in events):
        raise DataError(f"{shown(title)} is no list of TimeMap events. Give events.json.")
    links, tags = ({}, {}) if not isinstance(document, dict) else _context(document)
    collector.total = len(events)
    for number, event in enumerate(events, 1):

        def make(event: Any = event) -> list[dict[str, str]]:
            return [_claim(event, links, tags, mapping)]

        collector.take(number, make)
    return collector.finish(sources=(SOURCE,) if not mapping.constants.get("source") else ())


def _is_event(event: Any) -> bool:
    keys = event.keys() if isinstance(event, dict) else ()
    return bool({"description", "desc"} & set(keys)) and bool(
        {"latitude", "lat", "date"} & set(keys)
    )


def _context(document: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Web addresses by source id, and names by association id."""
    sources, associations = document.get("sources"), document.get("associations")
    if isinstance(sources, list):
        sources = {str(one.get("id")): one for one in sources if isinstance(one, dict)}
    links = {}
    if isinstance(sources, dict):
        links = {str(key): _paths(value) for key, value in sources.items()}
    tags = {}
    if isinstance(associations, list):
        for one in associations:
            if isinstance(one, dict) and isinstance(one.get("filter_paths"), list):
                tags[str(one.get("id"))] = " / ".join(map(jsonsafe.text_of, one["filter_paths"]))
    return links, tags


def _paths(source: Any) -> list[str]:
    if isinstance(source, str):
        return [source]
    if not isinstance(source, dict):
        return []
    paths = source.get("paths") or source.get("path") or source.get("url") or []
    paths = paths if isinstance(paths, list) else [paths]
    return [path for path in paths if isinstance(path, str)]


def _claim(
    event: Any, links: Mapping[str, list[str]], tags: Mapping[str, str], mapping: FieldMapping
) -> dict[str, str]:
    if not isinstance(event, dict):
        raise Unfit("", "is no event.", "Remove it.")
    draft = {own: _first(event, names) for own, names in _NAMES.items()}
    lon, lat = draft.pop("lon"), draft.pop("lat")
    records.place_at(draft, lon, lat, mapping)
    text = _first(event, ("date",))
    draft["date"] = cells.date(text, mapping.date_order or "mdy") if text else mapping.on
    draft["kind"] = mapping.values.get("kind", {}).get(
        draft["category"], mapping.constants.get("kind", "other")
    )
    draft["source"] = mapping.constants.get("source", SOURCE.id)
    draft["source_links"] = "|".join(_links(event, links)[:MAX_LINKS])
    draft["tags"] = "|".join(_tags(event, tags)[:MAX_LINKS])
    return draft


def _first(event: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        if (text := jsonsafe.text_of(event.get(name)).strip()) != "":
            return text
    return ""


def _links(event: dict[str, Any], links: Mapping[str, list[str]]) -> list[str]:
    sources = event.get("sources")
    out: list[str] = []
    for one in sources if isinstance(sources, list) else []:
        out.extend(_paths(one) if isinstance(one, dict) else links.get(str(one), [str(one)]))
    return list(dict.fromkeys(out))


def _tags(event: dict[str, Any], tags: Mapping[str, str]) -> list[str]:
    out = []
    for key in ("associations", "filters"):
        for one in event[key] if isinstance(event.get(key), list) else []:
            if isinstance(one, dict):
                out.append(
                    f"{jsonsafe.text_of(one.get('key'))} / {jsonsafe.text_of(one.get('value'))}"
                )
            else:
                out.append(tags.get(str(one), str(one)))
    return list(dict.fromkeys(out))
