"""The logarithms of 1, 2, 3, ..., as in Mamba."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision
from winitgen.drawing.whole.pattern import Pattern

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class LogRange(Pattern):
    """log 1, log 2, ..., log ``states`` in each of ``rows`` rows: Mamba's real A (S4D-Real)."""

    rows: int
    states: int
    reach: float

    @property
    def extent(self) -> Extent:
        """The last logarithm."""
        return Extent(self.reach)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the rows, which are all equal."""
        import numpy as np

        from winitgen.drawing.whole.elementary import log

        values = np.empty((self.rows, self.states), dtype)
        values[:] = log(np.arange(1, self.states + 1, dtype=np.float64))
        return values
