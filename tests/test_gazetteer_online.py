"""The geocoder on the network, against a local server that answers like Nominatim."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from gazetteer import Gazetteer, Place
from gazetteer.online import Online, OnlineError, geocode, open_online, with_online
from tests.http_servers import serving
from timelines.cli import main

ROOT = Path(__file__).resolve().parent.parent
ANSWER = [
    {
        "place_id": 1,
        "osm_type": "node",
        "osm_id": 42,
        "lat": "36.5371",
        "lon": "37.2680",
        "name": "Dabiq",
        "display_name": "Dabiq, Aleppo, Syria",
        "type": "village",
        "boundingbox": ["36.52", "36.55", "37.25", "37.28"],
        "namedetails": {"name": "دابق", "name:ar": "دابق"},
    },
]
WILD = [{"lat": "98.0", "lon": "37.0", "display_name": "Nonsense"}]


class _Nominatim(BaseHTTPRequestHandler):
    asked: ClassVar[list[dict[str, list[str]]]] = []
    agents: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.asked.append(query)
        self.agents.append(self.headers["User-Agent"])
        name = query["q"][0]
        known = {"nothing": [], "wild": WILD, "shapeless": {"x": 1}, "numbers": [1, 2]}
        answer = b"<html>" if name == "broken" else json.dumps(known.get(name, ANSWER)).encode()
        self.send_response(503 if name == "down" else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def online(tmp_path: Path) -> Iterator[Online]:
    _Nominatim.asked.clear()
    _Nominatim.agents.clear()
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), _Nominatim)) as address:
        opened = open_online(
            domain=address.removeprefix("http://"),
            scheme="http",
            cache=tmp_path / "c" / "online.sqlite",
            pause_s=0.05,
        )
        # Before it asks a second time geopy would wait for five seconds.
        opened.ask.error_wait_seconds = 0.05  # type: ignore[attr-defined]
        yield opened


def test_answers_carry_attribution_and_radius(online: Online) -> None:
    (place,) = geocode(online, "Dabiq", country="SY")
    assert (place.id, place.name, place.name_ar) == ("nominatim:node42", "Dabiq", "دابق")
    assert "OpenStreetMap contributors" in place.source
    assert place.uncertainty_m == pytest.approx(1900, abs=100)
    assert _Nominatim.asked[0]["countrycodes"] == ["sy"]
    assert "frontlines" in _Nominatim.agents[0]


def test_asked_once_then_remembered(online: Online) -> None:
    assert geocode(online, "Dabiq") == geocode(online, " dabiq ")
    assert geocode(online, "nothing") == geocode(online, "nothing") == []
    assert len(_Nominatim.asked) == 2


def test_requests_are_spaced_out(online: Online) -> None:
    began = time.monotonic()
    for name in ("a", "b", "c"):
        geocode(online, name)
    assert time.monotonic() - began >= 0.1


def test_local_answers_are_never_replaced(online: Online) -> None:
    local = Gazetteer.from_places(
        [Place("own", "Dabiq", 37.0, 36.0), Place("m", "Marea", 37.2, 36.5)]
    )
    matches = local.resolve_many(["Dabiq", "Qwxzzk", ""])
    told = with_online(matches, online)
    assert told[0] == matches[0] and told[0].place is not None and told[0].place.id == "own"
    assert told[1].status == "ambiguous" and told[1].place is None
    assert "online" in told[1].why and told[1].candidates[0].id == "nominatim:node42"
    assert told[2] == matches[2]
    assert [query["q"] for query in _Nominatim.asked] == [["Qwxzzk"]]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("down", "does not answer"),
        ("broken", "does not answer"),
        ("wild", "no list of places"),
        ("shapeless", "no list of places"),
        ("numbers", "no list of places"),
    ],
)
def test_geocoder_that_fails_says_so(online: Online, name: str, told: str) -> None:
    with pytest.raises(OnlineError, match=told):
        geocode(online, name)


def test_a_machine_that_is_offline_gets_one_line(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from gazetteer.online import OnlineError, geocode, open_online\n"
        "o = open_online(domain='127.0.0.1:1', scheme='http', cache=Path(sys.argv[1]))\n"
        "o.ask.error_wait_seconds = 0.01\n"
        "try:\n    geocode(o, 'Dabiq')\nexcept OnlineError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "o.sqlite")],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stderr == "" and "ConnectionRefusedError" in run.stdout
    assert run.stdout.count("\n") == 1 and run.stdout.endswith("or ask without the network\n")


def test_a_geocoder_that_fails_costs_no_local_answer(
    online: Online, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gazetteer.online.open_online", lambda *_, **__: online)
    names = ["Aleppo", "Qwxzzkv", "Vvqxwkz", "Manbij", "Zzqvvkx"]
    monkeypatch.setattr("gazetteer.online.geocode", _down_at("Vvqxwkz"))
    assert main(["resolve", "--online", "--json", *names]) == 2
    out, err = capsys.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert [row["query"] for row in told] == names
    assert [told[i]["status"] for i in (0, 3)] == ["resolved", "resolved"]
    assert told[1]["candidates"][0]["id"] == "nominatim:node42"
    assert [told[i]["status"] for i in (2, 4)] == ["unknown", "unknown"]
    assert "does not answer" in err and "Traceback" not in err


def _down_at(name: str) -> Callable[..., list[Place]]:
    def ask(online: Online, query: str, *, country: str = "") -> list[Place]:
        return geocode(online, "down" if query == name else "Dabiq", country=country)

    return ask


def test_unknown_geocoder_is_refused() -> None:
    with pytest.raises(OnlineError, match=r"no-such-service.*knows.*nominatim, .*photon"):
        open_online("no-such-service")
    with pytest.raises(OnlineError, match="cannot be used"):
        open_online("google", nonsense=1)


def test_nothing_goes_online_unasked() -> None:
    code = "import sys, gazetteer, gazetteer.sources; print('geopy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert run.stdout.strip() == b"False"
