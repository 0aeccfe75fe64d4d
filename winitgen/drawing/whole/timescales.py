"""Biases that spread the time scales of a layer with a memory: chrono's, and Mamba's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions import Extent, Precision, Uniform
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Chrono(WholeArray):
    """Biases of an LSTM's four gates: log U(1, t_max - 1) for f, its opposite for i (Tallec & Ollivier 2018).

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
        """Return the gates i, f, g, o; the words are those of the first gate's elements."""
        import numpy as np

        from winitgen.drawing.whole.elementary import log

        times = drawn(Uniform(1.0, self.t_max - 1.0), key, dtype, self.units)
        values = np.zeros((4, self.units), dtype)
        values[1] = log(times.astype(np.float64))
        np.negative(values[1], out=values[0])
        return np.add(values, 0.0, out=values)  # makes -0 a plain 0


@dataclass(frozen=True)
class TimeSteps(WholeArray):
    """Biases whose softplus is evenly distributed in its logarithm (Gu & Dao 2023, Mamba, 3.6).

    ``low`` and ``high`` are the logarithms of the ends; ``reach`` is the largest magnitude.
    """

    count: int
    low: float
    high: float
    reach: float

    @property
    def extent(self) -> Extent:
        """The farther of the two ends."""
        return Extent(self.reach)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the biases."""
        import numpy as np

        from winitgen.drawing.whole.elementary import inverse_softplus_of_exp

        logs = drawn(Uniform(self.low, self.high), key, dtype, self.count)
        return inverse_softplus_of_exp(logs.astype(np.float64)).astype(dtype)


@dataclass(frozen=True)
class LogRange(WholeArray):
    """log 1, log 2 ... log ``states`` in each of ``rows`` rows: Mamba's A, which is real (S4D-Real)."""

    rows: int
    states: int
    reach: float

    @property
    def extent(self) -> Extent:
        """The last logarithm."""
        return Extent(self.reach)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the rows, which are equal."""
        import numpy as np

        from winitgen.drawing.whole.elementary import log

        values = np.empty((self.rows, self.states), dtype)
        values[:] = log(np.arange(1, self.states + 1, dtype=np.float64))
        return values
