"""Kernels of convolutions that are orthogonal at their centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.distribution import Extent, Precision, Span
from winitgen.drawing.whole.orthogonal import Orthogonal, span_of_units
from winitgen.drawing.whole.whole_array import WholeArray

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class DeltaOrthogonal(WholeArray):
    """Kernels that are zero but for an orthogonal matrix at the centre tap, one for each group.

    Under circular padding such a convolution keeps the norm of what flows in, where there are at least
    as many outputs as inputs (Xiao et al. 2018, Dynamical isometry and a mean field theory of CNNs).
    ``shape`` is (groups * rows, columns, *kernel_size); the centre of an even size k is (k - 1) // 2.
    """

    shape: tuple[int, ...]
    groups: int
    gain: float

    @property
    def extent(self) -> Extent:
        """No element is above the gain."""
        return Extent(self.gain, self.gain)

    def span(self) -> Span:
        """Return the range of the orthogonal matrices, in which zero is."""
        return span_of_units(self.gain, max(self.shape[0] // self.groups, self.shape[1]))

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the kernel; its matrices are those that a 1x1 kernel of the same id would hold."""
        import numpy as np

        rows, columns, *kernel_size = self.shape
        matrices = Orthogonal(self.groups, rows // self.groups, columns, self.gain).array(key, dtype)
        values = np.zeros(self.shape, dtype)
        centre: Any = (..., *((size - 1) // 2 for size in kernel_size))
        values[centre] = matrices.reshape(rows, columns)
        return values
