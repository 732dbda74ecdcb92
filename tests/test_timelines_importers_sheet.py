"""Google Sheets: the address of the CSV, and a fetch that speaks to Google alone and when asked."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from tests.sheet_server import Google, answering
from timelines.errors import DataError
from timelines.importers import FORMATS, FieldMapping
from timelines.importers.sheet import export_url, fetch

KEY = "1AbCdEfGhIjKlMnOpQrStUvWxYz012345-_"
LINK = f"https://docs.google.com/spreadsheets/d/{KEY}/edit?usp=sharing#gid=77"
CSV = "date,place,kind,source\n2015-10-09,دابق,control,a\n".encode()


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (LINK, f"https://docs.google.com/spreadsheets/d/{KEY}/export?format=csv&gid=77"),
        (
            f"https://docs.google.com/spreadsheets/d/{KEY}",
            f"https://docs.google.com/spreadsheets/d/{KEY}/export?format=csv",
        ),
        (
            f" http://docs.google.com/spreadsheets/u/1/d/{KEY}/view?gid=5 ",
            f"https://docs.google.com/spreadsheets/d/{KEY}/export?format=csv&gid=5",
        ),
        (
            f"https://docs.google.com/spreadsheets/d/e/{KEY}/pubhtml?gid=3&single=true",
            f"https://docs.google.com/spreadsheets/d/e/{KEY}/pub?output=csv&single=true&gid=3",
        ),
    ],
)
def test_links_that_people_copy_become_the_address_of_the_csv(link: str, url: str) -> None:
    assert export_url(link) == url
    assert export_url(url) == url


@pytest.mark.parametrize(
    "link",
    [
        "",
        "sheet",
        "file:///etc/passwd",
        f"https://evil.example/spreadsheets/d/{KEY}/edit",
        f"https://docs.google.com.evil.example/spreadsheets/d/{KEY}/edit",
        f"https://docs.google.com@evil.example/spreadsheets/d/{KEY}/edit",
        f"https://user@docs.google.com/spreadsheets/d/{KEY}/edit",
        f"https://docs.google.com:8080/spreadsheets/d/{KEY}/edit",
        "https://docs.google.com/spreadsheets/d/short/edit",
        "https://docs.google.com/document/d/" + KEY,
        f"https://docs.google.com/spreadsheets/d/{KEY[:10]}/../../{KEY}",
        "https://[::1",
        f"ftp://docs.google.com/spreadsheets/d/{KEY}",
    ],
)
def test_other_links_are_refused(link: str) -> None:
    with pytest.raises(DataError, match="Google Sheet"):
        export_url(link)


@pytest.fixture
def google() -> Iterator[Google]:
    with answering() as here:
        yield here


TABLE = {"Content-Type": "text/csv; charset=utf-8"}


def test_a_sheet_is_fetched_and_imported(google: Google) -> None:
    away = "https://doc-0s-sheets.googleusercontent.com/export/x?id=1"
    google.says((307, {"Location": away}, b""), (200, TABLE, CSV))
    data = fetch(LINK, connect=google.connect)
    assert google.hosts == ["docs.google.com", "doc-0s-sheets.googleusercontent.com"]
    asked = [path for path, _ in google.answers.asked]
    assert asked == [f"/spreadsheets/d/{KEY}/export?format=csv&gid=77", "/export/x?id=1"]
    assert all("Cookie" not in headers for _, headers in google.answers.asked)
    claims, _ = FORMATS["csv"].parse(data, mapping=FieldMapping(), name="sheet")
    assert claims[0].place == "دابق"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((302, {"Location": "https://accounts.google.com/login"}, b""), "not open to everyone"),
        ((302, {"Location": "http://docs.google.com/x"}, b""), "not open to everyone"),
        ((302, {"Location": "https://127.0.0.1/x"}, b""), "not open to everyone"),
        ((302, {"Location": "https://a.googleusercontent.com.evil.example/"}, b""), "not open"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "not open to everyone"),
        ((404, TABLE, b""), "answered 404"),
        ((302, {}, b""), "answered 302"),
        ((200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"), "instead of a table"),
        ((200, TABLE, b"x" * 2000), "larger than"),
    ],
)
def test_what_is_no_open_sheet_ends_in_one_error(
    google: Google, answer: tuple[int, dict[str, str], bytes], says: str
) -> None:
    google.says(answer)
    with pytest.raises(DataError, match=says):
        fetch(LINK, connect=google.connect, limit=1000)
    assert len(google.answers.asked) == 1


def test_circles_end(google: Google) -> None:
    here = (302, {"Location": export_url(LINK)}, b"")
    google.says(*[here] * 20)
    with pytest.raises(DataError, match="from one address to the next"):
        fetch(LINK, connect=google.connect)
    assert len(google.answers.asked) == 6


def test_no_network_ends_in_one_error() -> None:
    def nobody(host: str, timeout_s: float) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", 1, timeout=timeout_s)

    with pytest.raises(DataError, match="cannot be reached"):
        fetch(LINK, connect=nobody, timeout_s=2.0)
