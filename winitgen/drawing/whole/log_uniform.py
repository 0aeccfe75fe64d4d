"""Logarithms of even numbers, as in Mamba-2."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision, Span
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

LEAST = 2.0**-32
"""The smallest number of which a logarithm is drawn, as a share of the largest: 0 has none."""

_FAR = 90
"""The binary exponent beyond which the numbers, or the least of them, may be beyond float32."""


@dataclass(frozen=True)
class LogOfUniform(WholeArray):
    """log U(low, high): A = -exp of it is even between the negatives of both (Dao & Gu 2024, Mamba-2).

    ``first`` and ``last`` are the logarithms of the smallest and the largest number.
    """

    count: int
    low: float
    high: float
    first: float
    last: float

    @property
    def extent(self) -> Extent:
        """The larger magnitude of the two ends."""
        return Extent(max(abs(self.first), abs(self.last)))

    def span(self) -> Span:
        """Return the two ends."""
        return self.first, self.last

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the logarithms."""
        import numpy as np

        from winitgen.drawing.whole.elementary import log

        scale = _unit(self.high)
        low, high = self.low / scale, self.high / scale
        numbers = drawn(Uniform(low, high), key, dtype, self.count).astype(np.float64)
        logarithms = log(np.maximum(numbers, high * LEAST))
        if scale != 1.0:
            logarithms += log(np.array([scale]))
        return logarithms.astype(dtype)


def _unit(high: float) -> float:
    """Return the power of two in which the numbers are drawn: 1, unless float32 does not reach as far.

    >>> _unit(16.0), _unit(2.0**200), _unit(2.0**-200) == 2.0**-200
    (1.0, 1.6069380442589903e+60, True)
    """
    exponent = math.frexp(high)[1] - 1
    return 1.0 if abs(exponent) < _FAR else math.ldexp(1.0, exponent)
