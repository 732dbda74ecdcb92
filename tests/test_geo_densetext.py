"""Bytes as text: nothing lost, nothing that HTML or a template would read, smaller than base64."""

from __future__ import annotations

import base64
import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.deflate import gzip_parts
from geo.densetext import ALPHABET, from_text, to_text


@given(st.binary(max_size=300))
def test_bytes_come_back(data: bytes) -> None:
    assert from_text(to_text(data)) == data


def test_the_alphabet_means_nothing_in_html_or_a_template() -> None:
    assert len(set(ALPHABET)) == 91
    assert not set(ALPHABET) & set("&<{ \n\t")


def test_it_is_smaller_than_base64() -> None:
    data = bytes(range(256)) * 40
    assert len(to_text(data)) < 0.925 * len(base64.b64encode(data))


@pytest.mark.parametrize("text", ["", "0a", "2aa", "0a<", "0\u0661"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_text(text)


@given(st.lists(st.binary(max_size=2000), max_size=6))
def test_parts_are_one_gzip_member(parts: list[bytes]) -> None:
    packed = gzip_parts(parts)
    assert gzip.decompress(packed) == b"".join(parts)
    assert packed == gzip_parts(parts)


def test_noise_and_repeats_each_have_their_way() -> None:
    draw = random.Random(1)
    noise = bytes(min(255, int(draw.expovariate(0.3))) for _ in range(20_000))
    parts = [b"the same words again " * 900, noise, bytes(9000)]
    assert len(gzip_parts(parts)) < 0.97 * len(gzip.compress(b"".join(parts), 9))
