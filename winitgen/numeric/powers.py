"""Powers of two that keep squares inside the range of float64."""

from __future__ import annotations

import math

MODERATE = 200
"""Exponents of two whose squares, and sums of them, float64 holds with all their digits."""


def near(scale: float) -> float:
    """Return a power of two near ``scale``, and 1 where squares are far inside the range anyway.

    >>> near(0.02), near(0.0), near(2.0**500)
    (1.0, 1.0, 3.273390607896142e+150)
    """
    exponent = math.frexp(scale)[1] - 1 if scale else 0
    return 1.0 if abs(exponent) < MODERATE else math.ldexp(1.0, exponent)
