"""Files at addresses of their own: what is served, to whom, and under which name."""

from __future__ import annotations

import asyncio
import json
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from geo.export import FORMATS
from tests.hostile import HOSTILE
from timelines.screens import serve, session, take

CLAIMS = (
    "kind,date,place,lon,lat,actor,source\n"
    "control,2015-10-09,Dabiq,37.268,36.538,isil,a report\n"
    "control,2015-10-12,Dabiq,37.268,36.538,opposition,a report\n"
)


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


class Client:
    """Asks the routes as a server would, without one."""

    def __init__(self) -> None:
        self.app = Starlette(routes=serve.routes())

    def get(self, target: str) -> Answer:
        path, _, query = target.partition("?")
        scope = {"type": "http", "method": "GET", "path": unquote(path), "headers": [],
                 "raw_path": path.encode(), "query_string": query.encode(),
                 "scheme": "http", "server": ("127.0.0.1", 80)}  # fmt: skip
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]))


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def upload() -> str:
    folder, problems = session.keep_upload([("claims.csv", CLAIMS.encode())])
    assert folder is not None and not problems
    return str(folder)


def test_every_format_is_offered_and_has_its_type() -> None:
    assert set(take.TYPES) == {*FORMATS, "html", "png", "svg"}


@pytest.mark.filterwarnings("ignore::geo.features.ExportWarning")  # the page says it
@pytest.mark.parametrize("kind", take.TYPES)
def test_every_kind_is_served_whole(client: Client, kind: str) -> None:
    answer = client.get(take.address("aleppo", kind, on="2015-10-09"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == take.TYPES[kind]
    name = "aleppo.html" if kind == "html" else f"aleppo-2015-10-09.{kind}"
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert len(answer.content) > 1000


def test_a_file_is_of_its_days_and_its_day_of_knowledge(client: Client) -> None:
    def ids(**asked: str) -> set[str]:
        answer = client.get(take.address("aleppo", "geojson", **asked))
        return {feature["id"] for feature in json.loads(answer.content)["features"]}

    day, whole = ids(on="2015-10-10"), ids()
    assert day < whole
    span = {"from": "2015-10-01", "to": "2015-10-31"}
    assert day < ids(**span) < whole
    assert ids(on="2015-10-10", known="2015-10-08") != day


def test_an_upload_is_served_to_who_knows_its_word_only(client: Client, upload: str) -> None:
    target = take.address(upload, "zip")
    word = urlsplit(target).path.removeprefix("/take/").removesuffix(".zip")
    assert len(word) >= 32
    assert take.address(upload, "zip") == target
    with zipfile.ZipFile(BytesIO(client.get(target).content)) as archive:
        assert b"Dabiq" in archive.read("data/claims.csv")
    for guess in (Path(upload).name, upload.strip("/"), upload, word[:-1]):
        assert client.get(f"/take/{guess}.zip").status_code == 404


def test_the_timeline_of_the_command_goes_by_its_name(
    client: Client, upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(session.GIVEN, upload)
    target = take.address(upload, "csv")
    assert target == f"/take/{session.chosen_name(upload)}.csv"
    assert client.get(target).status_code == 200


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("/take/nope.kml", 404, "no such file"),
        ("/take/aleppo.exe", 404, "no such file"),
        ("/take/..%2F..%2Fetc.csv", 404, ""),
        ("/take/aleppo.png", 400, "give on"),
        ("/take/aleppo.csv?on=31-31-31", 400, "2015-10-09"),
        ("/take/aleppo.csv?on=2015-10-09&from=2015-10-01", 400, "not both"),
        ("/take/aleppo.csv?from=2016-10-09&to=2015-10-01", 400, "swap"),
    ],
)
def test_bad_addresses_say_what_to_change(
    client: Client, target: str, status: int, said: str
) -> None:
    answer = client.get(target)
    assert answer.status_code == status
    assert said in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("text", HOSTILE[::5])
def test_hostile_words_stay_words(client: Client, text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    for asked in ({"on": clean}, {"known": clean}):
        target = take.address("aleppo", "csv", **asked)
        assert re.fullmatch(r"[\w/.?=&%+~-]*", target, re.ASCII)
        assert parse_qs(urlsplit(target).query, keep_blank_values=True) in (
            {name: [value] for name, value in asked.items()},
            {},
        )
        if clean.strip():
            assert client.get(target).status_code == 400


def test_the_first_page_has_its_old_address_too(client: Client) -> None:
    answer = client.get("/map?on=2015-10-09")
    assert answer.headers["location"] == "/?on=2015-10-09"


def test_the_page_links_to_the_files_of_its_view() -> None:
    source = (
        "from timelines.screens import downloads, session\n"
        "opened = session.open_choice('aleppo')\n"
        "downloads.show(opened, 'aleppo', on=16717, known='2015-10-11')\n"
    )
    app = AppTest.from_string(source, default_timeout=300).run()
    assert not app.exception
    links = [
        link
        for block in app.get("html")
        for link in re.findall(r'href="([^"]*)"', block.proto.body)
    ]
    kinds = {urlsplit(link).path.rsplit(".", 1)[1] for link in links}
    assert kinds == set(take.TYPES) - {"json", "kml"}
    assert all("known=2015-10-11" in link for link in links)
    assert "/take/aleppo.png?known=2015-10-11&amp;on=2015-10-09" in links
