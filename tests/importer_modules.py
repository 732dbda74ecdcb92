"""Hostile detailed maps of Wikipedia and TimeMap's events."""

from __future__ import annotations

import json
from typing import Any

from tests.importer_cases import VRT, Case
from tests.importer_shapes import json_cases
from tests.importer_tables import _with
from timelines.importers import FieldMapping

LEGEND = FieldMapping(on="2016-02-15", values={"actor": {"red": "government", "lime": "rebels"}})


def wikimap_cases() -> dict[str, Case]:
    def module(*marks: str) -> bytes:
        return ("return {\n marks = {\n" + ",\n".join(marks) + "\n}}").encode()

    def mark(lat: str = '"36.2"', lon: str = '"37.5"', dot: str = '"Location dot red.svg"') -> str:
        return f'{{ lat = {lat}, long = {lon}, mark = {dot}, label = "[[Dabiq]]" }}'

    good = module(mark())
    link = '"' + "[[" * 90_000 + '"'
    return {
        "empty": Case(b"", "error", "empty"),
        "cut off": Case(good[:-3], "error", "not closed"),
        "open text": Case(good + b' "never', "error", "no end"),
        "open long text": Case(b"return {[==[ never", "error", "no end"),
        "open comment": Case(b"--[[ never", "error", "no end"),
        "brackets by the million": Case(lambda: b"[[" * 1_000_000, "error", "no end"),
        "equals by the million": Case(b"[" + b"=" * 1_000_000 + b"{", "error", ""),
        "tables 100,000 deep": Case(b"return " + b"{" * 100_000, "error", "deeper"),
        "words by the million": Case(lambda: b"return {" + b"a=1," * 2_000_000, "error", "words"),
        "code that runs": Case(b'os.execute("touch /tmp/evil")\n' + good, "taken"),
        "call for a value": Case(
            module(mark(lat='io.open("/etc/passwd"):read()')), "error", "no detailed map"
        ),
        "no module": Case(b"print('hello')", "error", "no detailed map"),
        "a page of html": Case(b"<html>lat long</html>", "error", "no detailed map"),
        "arabic windows bytes": Case(
            good.decode().replace("Dabiq", "دابق").encode("cp1256"), "error", "cp1256"
        ),
        "NaN": Case(module(mark(lat='"NaN"')), "refused", "not a number"),
        "1e999": Case(module(mark(lat="1e999")), "refused", "not a number"),
        "swapped": Case(module(mark(lat='"137.5"', lon='"36.2"')), "refused", "swapped"),
        "null island": Case(module(mark(lat='"0"', lon='"0"')), "refused", "missing"),
        "unknown colour": Case(
            module(mark(dot='"Location dot teal.svg"')), "refused", "nothing says who teal is"
        ),
        "no legend": Case(
            good, "error", "what its colours mean", mapping=FieldMapping(on="2016-02-15")
        ),
        "no day": Case(good, "error", "Say `on`", mapping=FieldMapping()),
        "day that never was": Case(
            good, "error", "calendar", mapping=_with(LEGEND, on="2016-02-30")
        ),
        "label of open links": Case(module(mark() + f", {{lat=1,long=2,label={link}}}"), "taken"),
        "escapes": Case(module(mark(dot='"Location dot \\114\\x65\\u{64}.svg"')), "taken"),
        "vrt": Case(VRT, "error", "no detailed map"),
    }


def timemap_cases() -> dict[str, Case]:
    def event(lon: Any, lat: Any, **more: Any) -> dict[str, Any]:
        base = {"id": "1", "description": "Shell hit", "date": "2/24/2022", "location": "Dabiq"}
        return {**base, "latitude": str(lat), "longitude": lon, **more}

    def wrap(*events: Any) -> list[Any]:
        return list(events)

    def one(**more: Any) -> bytes:
        return json.dumps([event(37.5, 36.2, **more)]).encode()

    return json_cases(event, wrap) | {
        "a thirteenth month": Case(one(date="24/2/2022"), "refused", "month first"),
        "no date": Case(one(date=""), "taken"),
        "no day at all": Case(one(date=""), "refused", "is empty", mapping=FieldMapping()),
        "sources that are no list": Case(one(sources={"a": 1}), "taken"),
        "text for a coordinate": Case(one(latitude="north"), "refused", "not a number"),
        "no place": Case(one(location="", latitude="", longitude=""), "refused", "is empty"),
        "events that are none": Case(
            json.dumps([7, event(37.5, 36.2)]).encode(), "refused", "is no event"
        ),
        "a list of strangers": Case(b'[{"a":1}]', "error", "TimeMap"),
    }
