"""Powers of two that keep squares within the range of float64."""

from __future__ import annotations

import math

MODERATE = 200
"""Numbers with a binary exponent below this, in magnitude, can be squared and summed without losing digits."""


def near(scale: float) -> float:
    """Return a power of two near ``scale``, or 1 if its square is well within the range of float64.

    >>> near(0.02), near(0.0), near(2.0**500)
    (1.0, 1.0, 3.273390607896142e+150)
    """
    exponent = math.frexp(scale)[1] - 1 if scale else 0
    return 1.0 if abs(exponent) < MODERATE else math.ldexp(1.0, exponent)
