"""Scaled identity matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision
from winitgen.drawing.whole.pattern import Pattern

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class Identity(Pattern):
    """``matrices`` of shape (rows, columns) with ``gain`` on the diagonal (Le, Jaitly & Hinton 2015)."""

    matrices: int
    rows: int
    columns: int
    gain: float

    @property
    def extent(self) -> Extent:
        """The gain."""
        return Extent(self.gain)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the matrices."""
        import numpy as np

        values = np.zeros((self.matrices, self.rows, self.columns), dtype)
        diagonal = np.arange(min(self.rows, self.columns))
        values[:, diagonal, diagonal] = self.gain
        return values
