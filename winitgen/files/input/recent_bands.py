"""The parts of arrays that were put into C order last: they are kept for the next runs, of all arrays together."""

from __future__ import annotations

import weakref
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

_KEPT = 1 << 28
"""Bytes of bands that are kept."""


class Banded(Protocol):
    """An array that keeps bands of its values by a number of each."""

    bands: dict[int, Array]


class _Recent:
    """The bands that were read last; those of an array go with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queue: deque[tuple[weakref.ref[Banded], int, int]] = deque()
        self._held = 0

    def add(self, values: Banded, number: int, band: Array) -> None:
        """Keep a band with its array, and let go of the oldest ones."""
        with self._lock:
            values.bands[number] = band
            self._queue.append((weakref.ref(values), number, band.nbytes))
            self._held += band.nbytes
            while self._held > _KEPT:
                oldest, first, nbytes = self._queue.popleft()
                self._held -= nbytes
                if owner := oldest():
                    owner.bands.pop(first, None)


RECENT = _Recent()
