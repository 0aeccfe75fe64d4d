"""How JAX draws in formats of two bytes: from 7 random bits in bfloat16, from 10 in float16, by the inverse error function."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.masses import ROOT, Masses, below, equal, inverse_erf, one, rounded
from winitgen.numeric.arrays import Array

BITS = {"bfloat16": 7, "float16": 10}
"""Random bits of a value: those of the format's significand."""

CORRECTION = 0.87962566103423978
"""The standard deviation of a standard normal cut at 2, by which variance scaling divides."""


def grid(low: float, high: float, dtype: np.dtype[Any]) -> Array:
    """Return the values of a uniform draw: multiples of the range, which hold the lower end but not the upper."""
    low, size = one(low, dtype), 1 << BITS[dtype.name]
    width = one(one(high, dtype) - low, dtype)
    return np.maximum(rounded(rounded(np.arange(size) / size * width, dtype) + low, dtype), low)


def uniform(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a uniform draw between two ends, and of one in [-1, 1) that is scaled."""
    yield equal(grid(*law.bounds, dtype))
    if law.centre == 0.0:
        variance = one(law.std * law.std, dtype)
        yield equal(grid(-1.0, 1.0, dtype)).times(one(math.sqrt(one(3.0 * variance, dtype)), dtype), dtype)


def normal(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a normal draw: the inverse error function of a uniform one."""
    standard = _gaussian(-below(1.0, dtype), 1.0, dtype)
    yield standard.times(one(law.scale, dtype), dtype).plus(law.centre, dtype)


def truncated(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a truncated normal draw, scaled by the deviation, and by that of variance scaling."""
    root = one(ROOT, dtype)
    low, high = (one(math.erf(one(end / root, dtype)), dtype) for end in (law.low, law.high))
    inner = [math.copysign(below(abs(one(end, dtype)), dtype), end) for end in (law.low, law.high)]
    standard = _gaussian(low, high, dtype).clipped(*inner)
    yield standard.times(one(law.scale, dtype), dtype).plus(law.centre, dtype)
    root = one(math.sqrt(one(law.std * law.std, dtype)), dtype)
    yield standard.times(one(root / one(CORRECTION, dtype), dtype), dtype).plus(law.centre, dtype)


@lru_cache(maxsize=16)
def _gaussian(low: float, high: float, dtype: np.dtype[Any]) -> Masses:
    """Return the law of the inverse error function of a uniform draw times the root of 2."""
    values = rounded(inverse_erf(grid(low, high, dtype)), dtype)
    return equal(rounded(values * one(ROOT, dtype), dtype))
