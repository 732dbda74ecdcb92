"""The reconciliation service: shapes the specification asks for, over functions and over HTTP.

The schemas below restate in our words what the JSON schemas of version 0.2 of the W3C
specification require (https://reconciliation-api.github.io/specs/0.2/); jsonschema checks by them.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from gazetteer import Gazetteer, GazetteerError, Place, reconcile
from gazetteer.memory import MemoryIndex
from gazetteer.serve import server
from gazetteer.stack import StackedIndex
from tests.http_servers import serving
from tests.reconcile_schemas import (
    EXTENSION,
    MANIFEST,
    RESULTS,
    SUGGESTIONS,
)

HOSTILE = "</title><script>alert(1)</script>{{7*7}}"
PLACES = [
    Place("s1", "Suran", 37.2127, 36.5658, ("صوران",), admin1="Aleppo", country="SY"),
    Place("s2", "Suran", 36.7485, 35.2919, ("Souran",), admin1="Hama", country="SY"),
    Place("d", "Dabiq", 37.268, 36.538, ("دابق",), 3000, "village", 500.0, name_ar="دابق"),
    Place("x", HOSTILE, 30.0, 30.0, source=HOSTILE),
]


@pytest.fixture(scope="module")
def known() -> Gazetteer:
    return Gazetteer.from_places(PLACES)


@pytest.fixture(scope="module")
def base(known: Gazetteer) -> Iterator[str]:
    with serving(server(known, port=0)) as address:
        yield address


def get(address: str, data: bytes | None = None, **headers: str) -> Any:
    request = urllib.request.Request(address, data, headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        text = answer.read().decode()
        return json.loads(text) if "json" in answer.headers["Content-Type"] else text


def check_results(batch: dict[str, Any]) -> None:
    jsonschema.validate(batch, RESULTS)


def test_schemas_refuse_what_the_specification_refuses() -> None:
    wrong: list[tuple[object, dict[str, Any]]] = [
        ([], RESULTS),
        ({"q0": {}}, RESULTS),
        ({"q0": {"result": [{"name": "x", "score": 1}]}}, RESULTS),
        ({"name": "x", "identifierSpace": "x", "schemaSpace": "x"}, MANIFEST),
        ({**reconcile.manifest("http://x"), "view": {"url": "http://x"}}, MANIFEST),
        ({"result": [{"id": "x"}]}, SUGGESTIONS),
        ({"meta": []}, EXTENSION),
    ]
    for told, schema in wrong:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(told, schema)


def test_manifest_has_what_clients_need() -> None:
    told = reconcile.manifest("http://localhost:1")
    jsonschema.validate(told, MANIFEST)
    assert "0.2" in told["versions"]
    for name in ("name", "identifierSpace", "schemaSpace"):
        assert isinstance(told[name], str) and told[name]
    assert "{{id}}" in told["view"]["url"] and "{{id}}" in told["preview"]["url"]
    assert isinstance(told["preview"]["width"], int)
    assert set(told["suggest"]) == {"entity", "property", "type"}


def test_batch_of_queries(known: Gazetteer) -> None:
    batch = {
        "q0": {"query": "Dabeq"},
        "q1": {"query": "Suran", "limit": 1},
        "q2": {
            "query": "Suran",
            "properties": [{"pid": "admin1", "v": {"id": "1", "name": "Hama"}}],
        },
        "q3": {
            "query": "Suran",
            "properties": [{"pid": "near", "v": "37.2,36.5"}],
            "type": "village",
        },
        "q4": {"query": "Qwxzzk"},
    }
    told = reconcile.answer(known, batch)
    check_results(told)
    assert list(told) == list(batch)
    assert told["q0"]["result"][0]["match"] is True and told["q0"]["result"][0]["id"] == "d"
    assert len(told["q1"]["result"]) == 1 and told["q1"]["result"][0]["match"] is False
    assert [c["id"] for c in told["q2"]["result"] if c["match"]] == ["s2"]
    assert [c["id"] for c in told["q3"]["result"] if c["match"]] == ["s1"]
    assert not any(c["match"] for c in told["q4"]["result"])


@pytest.mark.parametrize(
    "batch",
    [
        [],
        "x",
        {"q": {}},
        {"q": {"query": 3}},
        {"q": 5},
        {"q": {"query": "x", "limit": "many"}},
        {"q": {"query": "x", "limit": 0}},
        {"q": {"query": "x", "properties": [{"pid": "near", "v": "here"}]}},
        {"q": {"query": "x", "properties": [{"pid": "near", "v": "400,0"}]}},
        {str(i): {"query": "x"} for i in range(reconcile.BATCH_MAX + 1)},
    ],
)
def test_batches_that_are_none(known: Gazetteer, batch: object) -> None:
    with pytest.raises(GazetteerError):
        reconcile.answer(known, batch)


def test_suggest(known: Gazetteer) -> None:
    for answer in (
        reconcile.suggest_entity(known, "sur"),
        reconcile.suggest_type("vil"),
        reconcile.suggest_property("lon"),
    ):
        jsonschema.validate(answer, SUGGESTIONS)
    told = reconcile.suggest_entity(known, "sur")["result"]
    assert [entry["id"] for entry in told[:2]] == ["s1", "s2"]
    assert len({entry["description"] for entry in told[:2]}) == 2
    assert reconcile.suggest_entity(known, "sur", 1)["result"][0]["id"] == "s2"
    assert {t["id"] for t in reconcile.suggest_type("vil")["result"]} == {"village"}
    assert {p["id"] for p in reconcile.suggest_property("lon")["result"]} >= {"lon"}


def test_extend(known: Gazetteer) -> None:
    asked = {"ids": ["d", "gone"], "properties": [{"id": "lon"}, {"id": "name_ar"}, {"id": "evil"}]}
    told = reconcile.extend(known, asked)
    jsonschema.validate(told, EXTENSION)
    assert [m["id"] for m in told["meta"]] == ["lon", "name_ar"]
    assert told["rows"]["d"] == {"lon": [{"float": 37.268}], "name_ar": [{"str": "دابق"}]}
    assert told["rows"]["gone"] == {"lon": [], "name_ar": []}
    for wrong in (None, {}, {"ids": 3, "properties": []}):
        with pytest.raises(GazetteerError):
            reconcile.extend(known, wrong)


def test_preview_shows_hostile_names_as_text(known: Gazetteer) -> None:
    page = reconcile.preview(known, "x")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "<script" not in reconcile.preview(known, HOSTILE)


def test_over_http(base: str) -> None:
    manifest = get(base)
    assert manifest["preview"]["url"].startswith(base)
    queries = json.dumps({"q0": {"query": "Dabeq"}})
    form = urllib.parse.urlencode({"queries": queries})
    for told in (get(f"{base}/?{form}"), get(f"{base}/reconcile", form.encode())):
        check_results(told)
        assert told["q0"]["result"][0]["match"] is True
    asked = urllib.parse.urlencode({"extend": '{"ids": ["d"], "properties": [{"id": "lat"}]}'})
    assert get(f"{base}/", asked.encode())["rows"]["d"]["lat"] == [{"float": 36.538}]
    assert get(f"{base}/suggest/entity?prefix=dab")["result"][0]["id"] == "d"
    assert get(f"{base}/properties?type=place")["properties"]
    assert "Dabiq" in get(f"{base}/preview?id=d")


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("/?queries=%7Bbroken", None, 400),
        ("/?queries=" + "%5B" * 20_000, None, 400),
        ("/nothing", None, 404),
        ("/../../etc/passwd", None, 404),
        ("/", b"queries=3", 400),
    ],
)
def test_bad_requests_are_told_so(base: str, path: str, data: bytes | None, code: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(base + path, data)
    with caught.value as error:
        assert error.code == code and "error" in json.loads(error.read())


def test_too_large_a_request_is_refused(base: str) -> None:
    request = urllib.request.Request(base, b"", {"Content-Length": "99999999"}, method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=120)
    with caught.value as error:
        assert error.code == 413


def test_suggestions_of_an_added_source_do_not_wait_behind_a_world() -> None:
    world = MemoryIndex(Place(f"w{i}", f"Surmanah {i}", 30.0, i / 9) for i in range(60))
    added = MemoryIndex([Place("a", "Surkah", 37.0, 36.0), Place("b", "Sur", 35.2, 33.3)])
    told = reconcile.suggest_entity(Gazetteer(StackedIndex([world, added])), "Sur")["result"]
    assert told[0]["id"] == "b"  # the very name first
    assert "a" in [place["id"] for place in told[:3]]
