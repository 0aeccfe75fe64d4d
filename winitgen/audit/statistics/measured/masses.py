"""A law of finitely many numbers: what is left of a law that a library computes in a coarse number format."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np

from winitgen.audit.statistics.lattice import largest_of, numbers, ordinals_of
from winitgen.audit.statistics.laws import Law
from winitgen.numeric.arrays import Array

_NORMAL = NormalDist()

ROOT = math.sqrt(2.0)

_REACH = 8.0


class Masses:
    """``numbers`` in ascending order, as float64, and the probability of each, ``shares``; nobody changes them."""

    def __init__(self, numbers: Array, shares: Array) -> None:
        self.numbers, index = np.unique(numbers, return_inverse=True)
        self.shares = np.bincount(index.reshape(-1), shares, self.numbers.size)

    @property
    def is_sound(self) -> bool:
        """Whether there are numbers, all finite, as there are not of a law that is beyond its format."""
        return bool(self.numbers.size and np.isfinite(self.numbers).all() and np.isfinite(self.shares).all())

    def through(self, step: Callable[[Array], Array]) -> Masses:
        """Return the law of a function of the numbers."""
        return Masses(step(self.numbers), self.shares)

    def times(self, factor: float, dtype: np.dtype[Any]) -> Masses:
        """Return the law of the product with a float32 number, rounded to the format."""
        return self.through(lambda values: rounded(values * as_float32(factor), dtype))

    def plus(self, term: float, dtype: np.dtype[Any]) -> Masses:
        """Return the law of the sum with a float32 number, rounded to the format."""
        return self if term == 0.0 else self.through(lambda values: rounded(values + as_float32(term), dtype))

    def within(self, low: float, high: float) -> Masses:
        """Return the law of values that are drawn again until they lie in an interval."""
        kept = (self.numbers >= low) & (self.numbers <= high)
        return Masses(self.numbers[kept], self.shares[kept] / self.shares[kept].sum())

    def clipped(self, low: float, high: float) -> Masses:
        """Return the law of values clipped to an interval."""
        return self.through(lambda values: np.clip(values, low, high))


def as_float32(value: float) -> float:
    """Return a number as float32 holds it."""
    return float(np.float32(value))


def rounded(values: Array, dtype: np.dtype[Any]) -> Array:
    """Return numbers rounded to float32 and then to the format, as a program that computes in float32 does."""
    with np.errstate(over="ignore"):
        return np.asarray(values, np.float64).astype(np.float32).astype(dtype).astype(np.float64)


def one(value: float, dtype: np.dtype[Any]) -> float:
    """Return one number rounded to the format."""
    return float(rounded(np.array(value), dtype))


def below(value: float, dtype: np.dtype[Any]) -> float:
    """Return the number of the format that is next to a positive one on the way to 0."""
    return float(numbers(ordinals_of(np.array([value]).astype(dtype)) - 1, dtype)[0])


@lru_cache(maxsize=32)
def ideal(law: Law, dtype: np.dtype[Any]) -> Masses:
    """Return a law after rounding; of an unbounded one what lies within `_REACH` standard deviations."""
    low, high = law.bounds
    ends = np.array([max(low, law.centre - _REACH * law.scale), min(high, law.centre + _REACH * law.scale)])
    largest = largest_of(dtype)
    first, last = ordinals_of(np.clip(ends, -largest, largest).astype(dtype)).tolist()
    found = numbers(np.arange(first, last + 1), dtype)
    under = np.concatenate([[0.0], law.cdf((found[1:] + found[:-1]) / 2), [1.0]])
    return Masses(found, np.diff(under))


def equal(values: Array) -> Masses:
    """Return the law of values that are equally likely."""
    return Masses(values, np.full(values.size, 1.0 / values.size))


def inverse_erf(values: Array) -> Array:
    """Return the inverse error function, infinite at -1 and 1."""
    return np.array([_inverse_erf(value) for value in values.tolist()])


def _inverse_erf(value: float) -> float:
    if abs(value) >= 1.0:
        return math.copysign(math.inf, value)
    # in the lower tail, where the argument keeps its digits
    return math.copysign(_NORMAL.inv_cdf((1.0 - abs(value)) / 2.0) / ROOT, value) if value else 0.0
