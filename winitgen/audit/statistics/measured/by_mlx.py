"""How MLX draws in formats of two bytes on the processor: every step is rounded to the format."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.masses import ROOT, Masses, below, ideal, inverse_erf, one, rounded


def uniform(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a uniform draw between two ends."""
    yield _between(*law.bounds, dtype)


def normal(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a normal draw: with a variance of 1/2, rounded, times the deviation and the root of 2."""
    half = ideal(Law("normal", 0.0, 1.0 / ROOT), dtype)
    factor = one(one(law.scale, dtype) * one(ROOT, dtype), dtype)
    yield half.times(factor, dtype).plus(one(law.centre, dtype), dtype)


def truncated(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a truncated normal draw times a deviation."""
    root = one(ROOT, dtype)
    low, high = (one(math.erf(one(end / root, dtype)), dtype) for end in (law.low, law.high))
    standard = _inverse(low, high, dtype).times(root, dtype).clipped(law.low, law.high)
    yield standard.times(one(law.scale, dtype), dtype).plus(one(law.centre, dtype), dtype)


@lru_cache(maxsize=16)
def _inverse(low: float, high: float, dtype: np.dtype[Any]) -> Masses:
    """Return the law of the inverse error function of a uniform draw."""
    return _between(low, high, dtype).through(lambda values: rounded(inverse_erf(values), dtype))


def _between(low: float, high: float, dtype: np.dtype[Any]) -> Masses:
    """Return the law of a draw from [0, 1] that is rounded to below 1, times the range, plus the lower end."""
    low = one(low, dtype)
    first = ideal(Law("uniform", 0.5, 0.5, -1.0, 1.0), dtype).clipped(0.0, below(1.0, dtype))
    return first.times(one(one(high, dtype) - low, dtype), dtype).plus(low, dtype)
