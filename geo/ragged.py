"""Rows of different lengths, one after another in one array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def spread(start: NDArray[Any] | int, size: NDArray[Any]) -> NDArray[np.int64]:
    """For each row in turn `size` numbers from `start` on: the entries that the rows take."""
    end = np.cumsum(size, dtype=np.int64)
    return np.repeat(start - end + size, size) + np.arange(int(end[-1]) if end.size else 0)
