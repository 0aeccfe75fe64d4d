"""Orthogonal matrices, whose singular values all equal the gain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import WIDTH, Extent, Precision, Span
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class Orthogonal(WholeArray):
    """``matrices`` of shape (rows, columns), each with orthonormal rows or columns, whichever are fewer.

    Each is uniform over all such matrices (Saxe, McClelland & Ganguli 2013), times ``gain``.
    """

    matrices: int
    rows: int
    columns: int
    gain: float

    @property
    def extent(self) -> Extent:
        """The gain, which no element exceeds."""
        return Extent(self.gain, self.gain)

    def span(self) -> Span:
        """Return the span of elements of a row or column whose norm is the gain."""
        return span_of_units(self.gain, max(self.rows, self.columns))

    def varies(self, smallest: float) -> bool:
        """Return True if there are two rows or columns that are orthogonal, and not all elements round to zero.

        Of n numbers whose squares have the sum gain^2, one is at least gain / sqrt(n).
        """
        return min(self.rows, self.columns) > 1 and self.largest >= smallest

    @property
    def largest(self) -> float:
        """A bound that the largest element of a row or a column reaches, whichever is longer."""
        return self.gain / math.sqrt(max(self.rows, self.columns, 1))

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the matrices, computed from the normals that this parameter would otherwise hold."""
        from winitgen.drawing.whole.householder import orthonormalize

        shape = self.matrices, self.rows, self.columns
        values = drawn(Normal(1.0), key, dtype, self.matrices * self.rows * self.columns).reshape(shape)
        for matrix in values:
            orthonormalize(matrix if self.rows >= self.columns else matrix.T, self.gain)
        return values


def span_of_units(gain: float, size: int) -> Span:
    """Return the span of the elements of a random vector of ``size`` elements whose norm is the gain."""
    half = gain * min(1.0, WIDTH / math.sqrt(size))
    return -half, half
