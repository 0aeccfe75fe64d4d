"""Scratch arrays that one thread reuses for every block, so that drawing allocates no memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from winitgen.numeric.plain_values import PlainScratch

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array


class Workspace:
    """Named scratch arrays of one thread; do not share a workspace between threads.

    ``plain`` is scratch of the same thread without NumPy.
    """

    def __init__(self) -> None:
        self.plain = PlainScratch()
        self._arrays: dict[tuple[str, np.dtype[Any]], Array] = {}

    def array(self, name: str, count: int, dtype: Any) -> Array:
        """Return ``count`` elements of scratch under ``name``, uninitialized."""
        import numpy as np

        key = name, np.dtype(dtype)
        held = self._arrays.get(key)
        if held is None or held.size < count:
            held = self._arrays[key] = np.empty(count, key[1])
        return held[:count]

    @contextmanager
    def lent(self, name: str, array: Array) -> Iterator[None]:
        """Use a flat array as the scratch under ``name`` for elements of its dtype, as long as the context lasts."""
        key = name, array.dtype
        before = self._arrays.get(key)
        self._arrays[key] = array
        try:
            yield
        finally:
            if before is not None:
                self._arrays[key] = before
            elif self._arrays.get(key) is array:
                del self._arrays[key]
