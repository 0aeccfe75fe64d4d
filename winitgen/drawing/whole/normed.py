"""Values that follow from a kernel: its lengths (weight normalization), its leading singular vectors (spectral).

The kernel is drawn again, as the file has it, from its own key; nothing else is random but the direction in
which the search for the singular vectors starts. Lengths are square roots of sums of squares, added as trees
of elementwise additions; `singular` says how the vectors are found. All in float64, rounded once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from winitgen.drawing.distributions.distribution import Distribution, Extent, Precision
from winitgen.drawing.exactly import Exactly
from winitgen.drawing.whole.whole_array import WholeArray
from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

_FAR = 200  # exponents of values whose fourth powers, summed, may be beyond float64


class KernelDraw(NamedTuple):
    """A kernel, as `draw` draws it."""

    distribution: Distribution
    key: bytes
    shape: tuple[int, ...]
    dtype: str
    zeroed: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def rows(self, axis: int) -> Array:
        """Return the drawn kernel as a matrix in float64, with a row for each index of an axis."""
        import numpy as np

        from winitgen.drawing.draw import whole

        kernel = np.moveaxis(whole(self), axis, 0)
        return np.ascontiguousarray(kernel.reshape(self.shape[axis], -1), dtype=np.float64)


@dataclass(frozen=True)
class KernelLengths(WholeArray):
    """The length g of each part of a kernel along an axis: w = g v / |v| (Salimans & Kingma 2016)."""

    kernel: KernelDraw
    axis: int

    @property
    def extent(self) -> Extent:
        """The length of a kernel whose elements are all as large as they can be."""
        count = self.kernel.size // self.kernel.shape[self.axis]
        return Extent(self.kernel.distribution.extent.reach * math.sqrt(count))

    def span(self) -> tuple[float, float]:
        """Return zero and the largest length."""
        return 0.0, self.extent.reach

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the lengths."""
        return self.of(self.kernel.rows(self.axis)).astype(dtype)

    @staticmethod
    def of(rows: Array) -> Array:
        """Return the length of each row, in float64."""
        import numpy as np

        from winitgen.drawing.whole.householder import WIDTH, total

        squares = np.empty(len(rows))
        for first in range(0, len(rows), WIDTH):
            go_on()
            columns = np.ascontiguousarray(rows[first : first + WIDTH].T)
            squares[first : first + WIDTH] = total(columns * columns)
        return np.sqrt(squares)


class SingularTriple(NamedTuple):
    """The leading singular vectors of a matrix, u (rows,) and v (columns,), and its largest singular value."""

    left: Array
    right: Array
    value: float


@dataclass(frozen=True)
class SingularVector(WholeArray):
    """A leading singular vector of a kernel, as a matrix with a row for each index of ``axis``.

    u has an element for each row, and v for each column; u^T W v is the largest singular value, by which
    the layer divides W (Miyato et al. 2018). ``start`` is the key of the direction in which the search starts.
    """

    kernel: KernelDraw
    axis: int
    left: bool
    start: bytes

    @property
    def extent(self) -> Extent:
        """One."""
        return Extent(1.0)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the vector."""
        found = self.triple()
        return (found.left if self.left else found.right).astype(dtype)

    def triple(self) -> SingularTriple:
        """Return both vectors and the singular value."""
        return _leading(Exactly(self.kernel), self.axis, self.start)


@lru_cache(maxsize=1)
def _leading(drawn_from: Exactly, axis: int, start: bytes) -> SingularTriple:
    """Return both singular vectors, of which one is asked for after the other, and the value, infinity beyond float64.

    Values whose fourth powers are beyond float64 are scaled by a power of 2, which changes no digit.
    """
    import numpy as np

    from winitgen.drawing.distributions.normal import Normal
    from winitgen.drawing.whole.singular import leading, length, product
    from winitgen.drawing.whole.whole_array import drawn

    matrix = cast("KernelDraw", drawn_from.it).rows(axis)
    _, exponent = math.frexp(float(np.abs(matrix).max(initial=0.0)))
    exponent = exponent if abs(exponent) > _FAR else 0
    if exponent:
        matrix = np.ldexp(matrix, -exponent)
    normals = drawn(Normal(1.0), start, "float64", min(matrix.shape))
    u, v = leading(matrix, normals.astype(np.float64))
    value = length(product(np.ascontiguousarray(matrix.T), v))
    with np.errstate(over="ignore"):
        return SingularTriple(u, v, float(np.ldexp(value, exponent)))
