"""Bytes as printable text that may stand in HTML, 6.5 bits a character where base64 has 6.

Thirteen bits go into two characters of ninety-one, as in Joachim Henke's basE91 without its
fourteenth bit. `&`, `<` and `{` are not used, so neither HTML nor a template finds anything in it.
The first character, `0` or `1`, says how many of the bytes at the end are only padding.
`player/text.mjs` reads it.
"""

from __future__ import annotations

import numpy as np

ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in "&<{")
_BITS = 13


def to_text(data: bytes) -> str:
    """`data` as text; the same text for the same bytes."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    pairs = -(-bits.size // _BITS)
    padded = np.zeros(pairs * _BITS, np.int64)
    padded[: bits.size] = bits
    values = padded.reshape(-1, _BITS) @ (1 << np.arange(_BITS))
    letters = np.frombuffer(ALPHABET.encode("ascii"), np.uint8)
    text = letters[np.stack(np.divmod(values, len(ALPHABET)), axis=1)].tobytes().decode("ascii")
    return f"{pairs * _BITS // 8 - len(data)}{text}"


def from_text(text: str) -> bytes:
    """The inverse of `to_text`. Raises ValueError for text that it did not write."""
    codes = np.frombuffer(text.encode("ascii"), np.uint8)
    letters = np.frombuffer(ALPHABET.encode("ascii"), np.uint8)
    if (
        not codes.size
        or codes[0] not in b"01"
        or codes.size % 2 == 0
        or not np.isin(codes[1:], letters).all()
    ):
        raise ValueError("this is no text of geo.densetext: its characters are not those it uses")
    where = np.zeros(128, np.int64)
    where[letters] = np.arange(letters.size)
    high, low = where[codes[1:]].reshape(-1, 2).T
    values = high * len(ALPHABET) + low
    bits = (values[:, None] >> np.arange(_BITS)) & 1
    whole = bits.reshape(-1)[: bits.size // 8 * 8].astype(np.uint8)
    data = np.packbits(whole, bitorder="little").tobytes()
    return data[: len(data) - int(text[0])]
