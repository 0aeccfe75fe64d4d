"""A few sums of a tensor's values, whose products tell how tensors of one shape correlate."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array

SUMS = 512
"""Sums of each tensor."""


class Sketch:
    """Sums of every 512th value with signs that change from round to round in no order.

    The values of a copy are summed alike, so that the sums of two tensors correlate as their values do. ``each`` is how
    many values are in each sum.
    """

    def __init__(self, size: int) -> None:
        self.sums = np.zeros(min(size, SUMS))
        self._size = size

    def see(self, start: int, values: Array) -> None:
        """Add the values of elements from ``start`` on."""
        width = self.sums.size
        while values.size:
            turn, place = divmod(start, width)
            if place or values.size < width:
                count = min(width - place, values.size)
                self.sums[place : place + count] += _signs(turn, 1)[0] * values[:count]
            else:
                turns = values.size // width
                count = turns * width
                self.sums += _signs(turn, turns) @ values[:count].reshape(turns, width)
            start, values = start + count, values[count:]

    @property
    def each(self) -> Array:
        """How many values each sum has."""
        width = self.sums.size
        return np.full(width, self._size // width) + (np.arange(width) < self._size % width)


def _signs(first: int, count: int) -> Array:
    """Return signs without order: of the low bits of mixed numbers (Steele, Lea & Flood 2014)."""
    mixed = np.arange(first + 1, first + count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.where(mixed >> np.uint64(63), 1.0, -1.0)
