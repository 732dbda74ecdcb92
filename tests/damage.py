"""Files as a bad disk or a broken download leaves them."""

from __future__ import annotations

import random


def damaged(data: bytes, seed: int, *, most: int = 8) -> bytes:
    """The data with up to `most` bytes changed, or for every fourth seed cut off somewhere."""
    chance = random.Random(seed)
    broken = bytearray(data)
    for _ in range(chance.randint(1, most)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken if seed % 4 else broken[: chance.randrange(len(broken))])
