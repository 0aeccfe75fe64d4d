"""Orthogonal kernels: every singular value is the gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions import Extent, Normal, Precision
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

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the kernel; its matrices are those that a 1x1 kernel of the same id would hold."""
        import numpy as np

        rows, columns, *kernel_size = self.shape
        matrices = Orthogonal(self.groups, rows // self.groups, columns, self.gain).array(key, dtype)
        values = np.zeros(self.shape, dtype)
        centre: Any = (..., *((size - 1) // 2 for size in kernel_size))
        values[centre] = matrices.reshape(rows, columns)
        return values
