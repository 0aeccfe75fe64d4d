"""A law after rounding to a number format: the format's numbers in its range, and their probabilities.

Formats of one and two bytes are so coarse that the moments and the distribution function of rounded values
differ from those of the law. So is float32 if the spread is small compared with the mean.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from winitgen.audit.statistics.laws import FEW_NUMBERS, Law
from winitgen.numeric.arrays import Array

FINE = 2.0**-10
"""Largest step of a format, in standard deviations, that is too small to matter."""

_REACH = 8.0
"""Standard deviations from the mean beyond which numbers are not distinguished."""


class Lattice:
    """The numbers of a format around a law's mean, in order; ``first`` is the ordinal of the first."""

    def __init__(self, law: Law, dtype: np.dtype[Any]) -> None:
        ends = np.array([law.mean - _REACH * law.std, law.mean + _REACH * law.std])
        largest = largest_of(dtype)
        low, high = ordinals_of(np.clip(ends, -largest, largest).astype(dtype)).tolist()
        self.first = low
        self.numbers = numbers(np.arange(low, high + 1), dtype)
        middle = (self.numbers[1:] + self.numbers[:-1]) / 2
        self.thresholds = np.append(middle, np.inf)
        """Values up to this threshold are rounded to the number or to a smaller one."""
        self.below = np.append(law.cdf(middle), 1.0)
        self.shares = np.diff(self.below, prepend=0.0)

    def indices(self, values: Array) -> Array:
        """Return the index of each value among the numbers, clipped to the first and last."""
        return np.asarray(np.clip(ordinals_of(values) - self.first, 0, self.numbers.size - 1))


class WholeNumbers(Lattice):
    """The numbers of a law of whole numbers, which every format holds; ``first`` is the first of them."""

    def __init__(self, law: Law) -> None:
        self.first = int(law.low)
        self.numbers = np.arange(law.low, law.high + 1)
        count = self.numbers.size
        self.thresholds = np.append(self.numbers[:-1] + 0.5, np.inf)
        self.below = np.arange(1, count + 1) / count
        self.shares = np.full(count, 1 / count)

    def indices(self, values: Array) -> Array:
        """Return the index of each value, or of the number next to it."""
        places = np.rint(values.astype(np.float64)) - self.first
        return np.asarray(np.clip(places, 0, self.numbers.size - 1).astype(np.int64))


def is_coarse(law: Law, dtype: np.dtype[Any]) -> bool:
    """Tell whether the steps of a format matter for values of this law."""
    if dtype.itemsize <= 2:
        return True
    reach = max(abs(law.mean - law.std), abs(law.mean + law.std))
    last = float(
        np.nextafter(np.array(largest_of(dtype), dtype), dtype.type(0))
    )  # the largest has no next number
    return bool(float(np.spacing(np.array(min(reach, last), dtype))) > FINE * law.std)


@lru_cache(maxsize=8)
def lattice_of(law: Law, dtype: np.dtype[Any]) -> Lattice | None:
    """Return the lattice of a law in a number format, which nobody changes; None if the format is fine enough."""
    if law.kind == "integers":
        return WholeNumbers(law) if law.high - law.low < FEW_NUMBERS else None
    return Lattice(law, dtype) if is_coarse(law, dtype) else None


def ordinals_of(values: Array) -> Array:
    """Return the ordinal of each number among all numbers of its format; the ordinal of 0 is 0."""
    bits = 8 * values.dtype.itemsize
    patterns = np.ascontiguousarray(values).view(f"i{values.dtype.itemsize}").astype(np.int64)
    magnitudes = patterns & ((1 << (bits - 1)) - 1)
    return np.asarray(np.where(patterns < 0, -magnitudes, magnitudes))


def numbers(ordinals: Array, dtype: np.dtype[Any]) -> Array:
    """Return the numbers of a format with these ordinals, as float64."""
    size = dtype.itemsize
    magnitudes = np.abs(ordinals).astype(f"i{size}")
    found: Array = magnitudes.view(dtype).astype(np.float64)
    return np.asarray(np.where(ordinals < 0, -found, found))


def largest_of(dtype: np.dtype[Any]) -> float:
    """Return the largest finite number of a format."""
    return float(_info(dtype).max)


def epsilon_of(dtype: np.dtype[Any]) -> float:
    """Return the distance from 1 to the next larger number of a format."""
    return float(_info(dtype).eps)


def smallest_of(dtype: np.dtype[Any]) -> float:
    """Return the smallest positive number of a format, a subnormal."""
    return float(_info(dtype).smallest_subnormal)


def _info(dtype: np.dtype[Any]) -> Any:
    import ml_dtypes

    finfo: Any = ml_dtypes.finfo
    return finfo(dtype)
