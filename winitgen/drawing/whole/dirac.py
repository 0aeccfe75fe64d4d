"""Kernels that pass their input through unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.distribution import Extent, Precision
from winitgen.drawing.whole.pattern import Pattern

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class Dirac(Pattern):
    """Kernels that pass channel d of each group on as channel d (Zagoruyko & Komodakis 2017, DiracNets).

    ``shape`` is (groups * rows, columns, *kernel_size); the centre of an even size k is k // 2, PyTorch's.
    """

    shape: tuple[int, ...]
    groups: int

    @property
    def extent(self) -> Extent:
        """One."""
        return Extent(1.0)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the kernel."""
        import numpy as np

        rows, columns, *kernel_size = self.shape
        centre = tuple(size // 2 for size in kernel_size)
        values = np.zeros((self.groups, rows // self.groups, *self.shape[1:]), dtype)
        diagonal = np.arange(min(rows // self.groups, columns))
        position: Any = (slice(None), diagonal, diagonal, *centre)
        values[position] = 1.0
        return values
