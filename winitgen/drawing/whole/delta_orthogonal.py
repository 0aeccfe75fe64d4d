"""Convolution kernels that are orthogonal at their centre tap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.distribution import Extent, Precision, Span
from winitgen.drawing.whole.orthogonal import Orthogonal, span_of_units
from winitgen.drawing.whole.whole_array import WholeArray

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class DeltaOrthogonal(WholeArray):
    """Kernels that are zero except for an orthogonal matrix at the centre tap, one per group.

    With circular padding such a convolution preserves the norm of its input, if it has at least as many
    outputs as inputs (Xiao et al. 2018, Dynamical isometry and a mean field theory of CNNs).
    ``shape`` is (groups * rows, columns, *kernel_size); the centre of an even size k is (k - 1) // 2.
    """

    shape: tuple[int, ...]
    groups: int
    gain: float

    @property
    def extent(self) -> Extent:
        """The gain, which no element exceeds."""
        return Extent(self.gain, self.gain)

    def span(self) -> Span:
        """Return the span of the orthogonal matrices, which contains zero."""
        return span_of_units(self.gain, max(self.shape[0] // self.groups, self.shape[1]))

    def varies(self, smallest: float) -> bool:
        """Return True if the matrices vary, or have a value other than 0 beside taps of zeros."""
        rows, columns, *kernel_size = self.shape
        matrices = Orthogonal(self.groups, rows // self.groups, columns, self.gain)
        return matrices.varies(smallest) or (math.prod(kernel_size) > 1 and matrices.largest >= smallest)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the kernel; its matrices are those of a 1x1 kernel with the same id."""
        import numpy as np

        rows, columns, *kernel_size = self.shape
        matrices = Orthogonal(self.groups, rows // self.groups, columns, self.gain).array(key, dtype)
        values = np.zeros(self.shape, dtype)
        centre: Any = (..., *((size - 1) // 2 for size in kernel_size))
        values[centre] = matrices.reshape(rows, columns)
        return values
