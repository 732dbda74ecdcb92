"""Hostile text through every escape: it comes out as text, and nothing else comes of it."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.escape import cell_text, file_stem, html_text, json_block, link, visible, xml_text
from tests.hostile import HOSTILE

TEXT = st.text(st.characters(codec=None, exclude_categories=()))  # lone surrogates too


class Reader(HTMLParser):
    """What a browser sees: tags, attribute values, and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.titles: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value for _, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.text += data


def twice_rendered(text: str) -> str:
    """What branca does: its output is compiled as a template once more."""
    environment = jinja2.Environment()
    once = environment.from_string("{{ x }}").render(x=text)
    return environment.from_string(once).render()


def test_the_table_is_large_and_each_string_once() -> None:
    assert len(HOSTILE) >= 200
    assert len(set(HOSTILE)) == len(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_is_text_even_when_rendered_twice(text: str) -> None:
    escaped = html_text(text)
    assert twice_rendered(f"<p>{escaped}</p>") == f"<p>{escaped}</p>".rstrip("\n")
    reader = Reader()
    reader.feed(f"<p title=\"{escaped}\" alt='{escaped}'>{escaped}</p>")
    reader.close()
    assert reader.tags == ["p"]
    assert reader.titles == [visible(text)] * 2
    assert reader.text == visible(text)
    assert not set("<>\"'`${}\\") & set(escaped)


@pytest.mark.parametrize("text", HOSTILE)
def test_json_blocks_cannot_end_and_lose_nothing(text: str) -> None:
    data = {"name": text, text: [1, {"a": {"b": {}}}], "list": [[text]]}
    block = json_block(data)
    assert json.loads(block) == data
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(block)
    assert twice_rendered(block) == block
    block.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_xml_parses_to_one_element(text: str) -> None:
    escaped = xml_text(text)
    root = ET.fromstring(f"<a b='{escaped}' c=\"{escaped}\">{escaped}</a>")
    assert list(root) == []
    assert "<" not in escaped
    kept = xml_safe(text).replace("\r\n", "\n").replace("\r", "\n")
    assert (root.text or "") == kept
    # XML readers turn white space in attributes into blanks.
    assert root.attrib["b"] == root.attrib["c"] == kept.replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_cells_are_never_formulas_and_keep_their_text(text: str) -> None:
    cell = cell_text(text)
    bare = cell.lstrip(" \t\r\n\u00a0\ufeff\ufffd")
    assert not bare.startswith(("=", "@", "\uff1d", "\uff0b", "|", "%"))
    assert not (bare.startswith(("+", "-")) and not bare[1:].replace(".", "", 1).isdigit())
    assert cell.removeprefix("'") == xml_safe(text) or cell == xml_safe(text)
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(buffer.getvalue(), newline=""))) == [cell, "next"]


def xml_safe(text: str) -> str:
    ok = "\t\n\r"
    return "".join(
        c if c in ok or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        else "\ufffd"
        for c in text
    )  # fmt: skip


@pytest.mark.parametrize("text", ["12", "-3", "+4.5", "8..10", "10..", "Kafr Noran", "مارع"])
def test_honest_cells_stay_as_they_are(text: str) -> None:
    assert cell_text(text) == text


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        (" https://example.org ", True),
        ("https://example.org/مارع", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("example.org", False),
        ("https://", False),
        ("https://bank.example@evil.example/", False),
        ("https://example.org:99999/", False),
        ("http://[::1", False),
        ("https://example.org/<script>", False),
        ('https://example.org/"onclick="', False),
        ("https://example.org/{{7*7}}", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    assert link(url) == (url.strip() if kept else "")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_becomes_a_link_or_a_path(text: str) -> None:
    assert link(text) == ""
    stem = file_stem(text)
    assert stem
    assert len(stem) <= 80
    assert not set('/\\:*?"<>|.\0 \n') & set(stem)


@given(TEXT)
def test_any_text_survives(text: str) -> None:
    assert json.loads(json_block([text])) == [text]
    reader = Reader()
    reader.feed(f"<p>{html_text(text)}</p>")
    reader.close()
    assert reader.text == visible(text)
    assert reader.tags == ["p"]
    html_text(text).encode("utf-8")
    ET.fromstring(f"<a>{xml_text(text)}</a>")
    cell_text(text).encode("utf-8")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_json_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_block({"x": [number]})
