"""LSTM biases that spread its memory over many time scales (chrono initialization)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.whole_array import WholeArray, drawn
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class Chrono(WholeArray):
    """Biases of an LSTM's four gates: log U(1, t_max - 1) for f, its negative for i (Tallec & Ollivier 2018).

    ``reach`` is log(t_max - 1), ``units`` the size of each gate.
    """

    units: int
    t_max: float
    reach: float

    @property
    def extent(self) -> Extent:
        """The logarithm of the longest time scale."""
        return Extent(self.reach)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the gates i, f, g, o, drawn with the words of the first gate's elements.

        Times beyond the precision's largest number are drawn in float64: only their logarithms are stored.
        """
        import numpy as np

        from winitgen.drawing.whole.elementary import log

        longest = self.t_max - 1.0
        precision: Precision = dtype if longest <= DTYPES[dtype].largest else "float64"
        times = drawn(Uniform(1.0, longest), key, precision, self.units)
        values = np.zeros((4, self.units), dtype)
        values[1] = log(times.astype(np.float64))
        np.negative(values[1], out=values[0])
        return np.add(values, 0.0, out=values)  # turns -0 into 0
