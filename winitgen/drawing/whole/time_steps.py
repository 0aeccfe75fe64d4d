"""Biases whose softplus is a time step, as in Mamba."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision, Span
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class TimeSteps(WholeArray):
    """Biases whose softplus is log-uniform (Gu & Dao 2023, Mamba, 3.6).

    ``low`` and ``high`` are the logarithms of its bounds; ``reach`` is the largest magnitude of a bias.
    """

    count: int
    low: float
    high: float
    reach: float

    @property
    def extent(self) -> Extent:
        """The larger magnitude of the two ends."""
        return Extent(self.reach)

    def span(self) -> Span:
        """Return the biases of the shortest and the longest step, to 12 digits.

        The last digits of these functions differ between machines, but those of a report must not.
        """
        ends = (math.log(math.expm1(math.exp(end))) for end in (self.low, self.high))
        low, high = (float(f"{end:.12g}") for end in ends)
        return low, high

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the biases."""
        import numpy as np

        from winitgen.drawing.whole.elementary import inverse_softplus_of_exp

        logs = drawn(Uniform(self.low, self.high), key, dtype, self.count)
        return inverse_softplus_of_exp(logs.astype(np.float64)).astype(dtype)
