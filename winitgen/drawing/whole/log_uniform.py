"""Logarithms of even numbers, as in Mamba-2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision, Span
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

LEAST = 2.0**-32
"""The smallest number of which a logarithm is drawn, as a share of the largest: 0 has none."""


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

        numbers = drawn(Uniform(self.low, self.high), key, dtype, self.count).astype(np.float64)
        return log(np.maximum(numbers, self.high * LEAST)).astype(dtype)
