"""Events of VIINA: what a model read in news reports, never a claim of control.

The labels say that a report is about control or occupation, not who holds the place afterwards.
"""

from __future__ import annotations

import re
from decimal import Decimal

from timelines.claims import Source
from timelines.importers import cells, records
from timelines.importers.collect import Collector
from timelines.importers.mapping import FieldMapping

SOURCE = Source(
    "viina-events",
    "VIINA, events read from news by a model",
    url="https://github.com/zhukovyuri/VIINA",
)
STRIKES = {
    "t_airstrike_b": "airstrike",
    "t_uav_b": "drone",
    "t_artillery_b": "artillery",
    "t_ied_b": "explosive device",
}
CLASHES = ("t_firefight_b", "t_armor_b", "t_raid_b")
# The codebook names STREET and ADM1 as the ends of the scale and gives no radii; these are ours.
_SHORTENED = re.compile(r"\d(\.\d{1,15})?e\+\d\d", re.ASCII | re.IGNORECASE)
RADIUS_M = {"STREET": "500", "ADM3": "10000", "ADM2": "40000", "ADM1": "120000"}
KEPT = (
    ("event_id_1pd", "event_id"),
    ("event_id", "event_id"),  # in event_info: one event may be told by several reports
    ("event_ids", "report_ids"),
    ("n_reports", "n_reports"),
    ("sources", "source_names"),
    ("source", "source_names"),
    ("url", "url"),
    ("GEO_PRECISION", "geo_precision"),
    ("ADM1_NAME", "admin1"),
    ("ADM2_NAME", "admin2"),
    ("time", "time_of_report"),
)


def claims(
    record: records.Record, mapping: FieldMapping, collector: Collector
) -> list[dict[str, str]]:
    """The claim of one event; none for reports that are not about the war."""
    get = {name: text.strip() for name, text in record.items() if text != "NA"}.get
    if get("t_mil_b", "1") in ("0", "0.0", "FALSE"):
        collector.account.skip("reports that VIINA's model does not take for military events")
        return []
    labels = sorted(
        name[2:-2]
        for name, text in record.items()
        if name.startswith("t_") and name.endswith("_b") and _yes(text)
    )
    weapons = [weapon for label, weapon in STRIKES.items() if _yes(get(label, ""))]
    clash = any(_yes(get(label, "")) for label in CLASHES)
    actor, target = _sides(record, mapping)
    day = cells.date(get("date", ""), mapping.date_order)
    draft = {
        "kind": "strike" if weapons else "clash" if clash else "other",
        "date": day,
        "reported": day,
        "place": get("asciiname", "") or get("address", ""),
        "actor": actor,
        "target": target,
        "source": SOURCE.id,
        "weapon": ", ".join(weapons),
        "note": get("text", ""),
        "labels": "|".join(labels),
    }
    if get("geonameid"):
        draft["place_id"] = f"gn-{plain_id(get('geonameid', ''))}"
    records.place_at(draft, get("longitude", ""), get("latitude", ""), mapping)
    draft["uncertainty_m"] = RADIUS_M.get(get("GEO_PRECISION", ""), "")
    for column, own in KEPT:
        if text := get(column, ""):
            draft[own] = text
    return [draft]


def plain_id(text: str) -> str:
    """An id as it is where R wrote it as a number: `461727.0`, or `7e+05` for 700000."""
    bare = text.strip().removesuffix(".0")
    return str(int(Decimal(bare))) if _SHORTENED.fullmatch(bare) else bare


def _yes(text: str) -> bool:
    return text.strip() in ("1", "1.0", "TRUE")


def _sides(record: records.Record, mapping: FieldMapping) -> tuple[str, str]:
    """Who began it and against whom, where exactly one side is said to have begun it."""
    russia = _yes(record.get("a_rus_init_b", ""))
    ukraine = _yes(record.get("a_ukr_init_b", ""))
    if russia == ukraine:
        return "", ""
    both = (mapping.translate("actor", "russia"), mapping.translate("actor", "ukraine"))
    return both if russia else (both[1], both[0])
