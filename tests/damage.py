"""Files as a bad disk or a broken download leaves them."""

from __future__ import annotations

import random
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager


def damaged(data: bytes, seed: int, *, most: int = 8) -> bytes:
    """The data with up to `most` bytes changed, or for every fourth seed cut off somewhere."""
    chance = random.Random(seed)
    broken = bytearray(data)
    for _ in range(chance.randint(1, most)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken if seed % 4 else broken[: chance.randrange(len(broken))])


@contextmanager
def full_disk(after_bytes: int) -> Iterator[None]:
    """A limit to the size of files stands in for a full disk: the same short write, no mount."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (after_bytes, hard))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
