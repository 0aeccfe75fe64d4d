"""The standard normal density and distribution function for whole arrays: NumPy has no error function."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from winitgen.numeric.arrays import Array

END = 9.0
"""The distribution function is set to 0 and 1 beyond this; the error is below 2e-19."""

STEPS = 512
"""Nodes of the table per unit: a third-order Taylor step from the nearest node is accurate to 2e-14."""


@lru_cache(maxsize=2)
def nodes(dtype: np.dtype[Any]) -> Array:
    """Return the distribution function from -END to END in steps of 1 / STEPS."""
    last = int(END * STEPS)
    values = [0.5 * math.erfc(-node / STEPS / math.sqrt(2.0)) for node in range(-last, last + 1)]
    values[0], values[-1] = 0.0, 1.0
    return np.array(values, dtype)


def density(x: Array) -> Array:
    """Return exp(-x^2 / 2) / sqrt(2 pi) as a new array."""
    values = x * x
    values *= -0.5
    np.exp(values, out=values)
    values *= 1.0 / math.sqrt(2.0 * math.pi)
    return values


def distribution(x: Array, weight: Array) -> Array:
    """Return Phi(x) as a new array, for values between -END and END with their densities ``weight``.

    With h the distance from the nearest node x0, the Taylor series about x gives
    Phi(x) = Phi(x0) + weight (h + x h^2 / 2 + (x^2 - 1) h^3 / 6 + ...).
    """
    offset = x * STEPS
    np.rint(offset, out=offset)
    index = offset.astype(np.intp)
    index += int(END * STEPS)
    offset *= -1.0 / STEPS
    offset += x
    near = nodes(x.dtype).take(index, mode="clip")
    step = 0.5 * x
    if x.dtype == np.float64:
        step += offset * (x * x - 1.0) / 6.0
    step *= offset
    step += 1.0
    step *= offset
    step *= weight
    near += step
    return near
