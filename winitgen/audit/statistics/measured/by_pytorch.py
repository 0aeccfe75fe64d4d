"""How PyTorch draws in formats of two bytes on the processor, and timm and Keras with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.masses import (
    ROOT,
    Masses,
    as_float32,
    ideal,
    inverse_erf,
    one,
    rounded,
)

CUT = 2.0
"""Where Keras cuts a normal, in standard deviations, and timm by default, in units of the values."""

_STANDARD = Law("normal")


def uniform(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a uniform draw: what is rounded to the upper end is moved to the lower one."""
    low, high = (one(end, dtype) for end in law.bounds)
    yield ideal(law, dtype).through(lambda values: np.where(values >= high, low, values))


def truncated(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a truncated normal draw: rounded normals, drawn again until they lie between the rounded cuts."""
    whole = ideal(Law("normal", law.centre, law.scale), dtype)
    yield whole.within(*(one(end, dtype) for end in law.bounds))


def keras_uniform(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of a uniform draw in [0, 1), multiplied and shifted in the format."""
    (first,) = uniform(Law("uniform", 0.5, 0.5, -1.0, 1.0), dtype)
    low, high = law.bounds
    yield first.times(high - low, dtype).plus(one(low, dtype), dtype)


def keras_truncated(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of the first of four normals within the cut, or of the first of all if none is."""
    if (law.low, law.high) != (-CUT, CUT):
        return
    whole = ideal(_STANDARD, dtype)
    valid = np.abs(whole.numbers) < CUT
    share = float(whole.shares[valid].sum())
    shares = whole.shares * np.where(valid, (1.0 - (1.0 - share) ** 4) / share, (1.0 - share) ** 3)
    yield Masses(whole.numbers, shares).times(law.scale, dtype).plus(law.centre, dtype)


def timm_normal(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of timm's truncated normal, by default cut at -2 and 2 in units of the values."""
    low, high = law.bounds if math.isfinite(law.low) else (-CUT, CUT)
    yield _by_inverse(law.centre, law.scale, low, high, dtype)


def timm_scaled(law: Law, dtype: np.dtype[Any]) -> Iterator[Masses]:
    """Yield the law of timm's truncated normal that is cut before it is scaled."""
    standard = _by_inverse(0.0, 1.0, law.low, law.high, dtype)
    yield standard.times(law.scale, dtype).plus(law.centre, dtype)


def _by_inverse(mean: float, std: float, low: float, high: float, dtype: np.dtype[Any]) -> Masses:
    """Return the law of the inverse error function of a uniform draw, whose end -1 becomes the lower cut."""
    begin, end = (math.erf((cut - mean) / std / ROOT) for cut in (low, high))
    drawn = _inverse(begin, end, dtype).times(as_float32(std * ROOT), dtype).plus(mean, dtype)
    return drawn.clipped(one(low, dtype), one(high, dtype))


@lru_cache(maxsize=16)
def _inverse(begin: float, end: float, dtype: np.dtype[Any]) -> Masses:
    """Return the law of the inverse error function of a uniform draw; it costs most, and is the same for most deviations."""
    (drawn,) = uniform(Law("uniform", (begin + end) / 2, (end - begin) / 2, -1.0, 1.0), dtype)
    return drawn.through(lambda values: rounded(inverse_erf(values), dtype))
