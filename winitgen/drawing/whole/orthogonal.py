"""Orthogonal matrices: every singular value is the gain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.distribution import WIDTH, Extent, Precision, Span
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Orthogonal(WholeArray):
    """``maps`` matrices of ``rows`` and ``columns``: of each, whichever are fewer are orthonormal.

    Each is evenly distributed over all such matrices (Saxe, McClelland & Ganguli 2013), times ``gain``.
    """

    maps: int
    rows: int
    columns: int
    gain: float

    @property
    def extent(self) -> Extent:
        """No element is above the gain."""
        return Extent(self.gain, self.gain)

    def span(self) -> Span:
        """Return the range of elements whose squares, one column of them, add up to the gain's."""
        return span_of_units(self.gain, max(self.rows, self.columns))

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the matrices, made of the normals that this parameter would otherwise hold."""
        import numpy as np

        from winitgen.drawing.whole.householder import orthonormal

        shape = self.maps, self.rows, self.columns
        values = drawn(Normal(1.0), key, dtype, self.maps * self.rows * self.columns).reshape(shape)
        for matrix in values:
            tall = matrix if self.rows >= self.columns else matrix.T
            found = orthonormal(tall.astype(np.float64))
            np.multiply(found, self.gain, out=found)
            np.copyto(tall, found, casting="same_kind")
        return values


def span_of_units(gain: float, size: int) -> Span:
    """Return the range of elements whose squares, ``size`` of them, add up to the gain's."""
    half = gain * min(1.0, WIDTH / math.sqrt(size))
    return -half, half
