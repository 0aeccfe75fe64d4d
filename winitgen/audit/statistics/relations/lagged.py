"""Products of each value with the next one along each axis."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from winitgen.numeric.arrays import Array

FARTHEST = 1 << 20
"""Largest distance in elements at which values are multiplied; axes with a larger one are left out."""


class Lags:
    """Accumulates the products of the values of a tensor that are neighbours along an axis.

    Values are given once, in order. Where an axis ends, the next value along it is the first of the next line, which is as
    independent. ``sums`` has for each axis with its number: the sum of the products, and how many there are.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        steps = {axis: math.prod(shape[axis + 1 :]) for axis in range(len(shape)) if shape[axis] > 1}
        self.steps = {axis: step for axis, step in steps.items() if step <= FARTHEST}
        self.sums = dict.fromkeys(self.steps, 0.0)
        self.seen = 0
        self._kept: deque[tuple[int, Array]] = deque()

    def see(self, values: Array) -> None:
        """Add the next values, in an array that is not changed later."""
        first, self.seen = self.seen, self.seen + values.size
        self._kept.append((first, values))
        for axis, step in self.steps.items():
            self.sums[axis] += self._products(first, values, step)
        farthest = max(self.steps.values(), default=0)
        while self._kept and self._kept[0][0] + self._kept[0][1].size <= self.seen - farthest:
            self._kept.popleft()

    def _products(self, first: int, values: Array, step: int) -> float:
        """Return the sum of the products of values, of which the first is element ``first``, with those ``step`` before."""
        total = 0.0
        for start, before in reversed(self._kept):
            low = max(first, start + step)
            high = min(first + values.size, start + before.size + step)
            if low < high:
                total += float(
                    np.dot(
                        values[low - first : high - first], before[low - step - start : high - step - start]
                    )
                )
            if start + step <= first:
                break
        return total

    def pairs(self, axis: int) -> tuple[int, int]:
        """Return how many products of an axis there are, in two parts: those of each have no value in common."""
        step = self.steps[axis]
        count = max(0, self.seen - step)
        whole, rest = divmod(count, 2 * step)
        even = whole * step + min(rest, step)
        return even, count - even
