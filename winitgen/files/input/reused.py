"""Memory that a thread reads into again and again: to fresh memory, which the system clears first, reading takes twice as long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

LEAST = 1 << 16
"""Bytes from which on memory is reused."""


class _Kept(threading.local):
    """The memory of one thread: buffers that are lent in turn, as many as there are ``turns``; 0 if none are lent."""

    turns = 0

    def __init__(self) -> None:
        self.buffers: list[Array] = []

    def lent(self, size: int) -> memoryview:
        """Return the first bytes of the buffer that was lent longest ago."""
        import numpy as np

        del self.buffers[: -self.turns]  # of an earlier block with more turns
        oldest = self.buffers.pop(0) if len(self.buffers) >= self.turns else np.empty(size, np.uint8)
        if len(oldest) < size:
            oldest = np.empty(size, np.uint8)
        self.buffers.append(oldest)
        return oldest[:size].data


_kept = _Kept()


@contextmanager
def reused(runs: int) -> Iterator[None]:
    """Let this thread read runs of values into ``runs`` buffers in turn, until the block ends.

    The values of a run are valid until so many others have been read.
    """
    before, _kept.turns = _kept.turns, runs
    try:
        yield
    finally:
        _kept.turns = before


def buffer(size: int) -> memoryview:
    """Return memory for a run of ``size`` bytes, with any contents: that of an earlier run within `reused`."""
    return _kept.lent(size) if _kept.turns and size >= LEAST else memoryview(bytearray(size))
