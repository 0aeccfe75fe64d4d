"""Scratch arrays that one thread reuses for every block, so that drawing allocates no memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from winitgen.numeric.arrays import Array


class Workspace:
    """Named scratch arrays of one thread; do not share a workspace between threads."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[str, np.dtype[Any]], Array] = {}

    def array(self, name: str, count: int, dtype: Any) -> Array:
        """Return ``count`` elements of scratch under ``name``, uninitialized."""
        key = name, np.dtype(dtype)
        held = self._arrays.get(key)
        if held is None or held.size < count:
            held = self._arrays[key] = np.empty(count, key[1])
        return held[:count]
