"""Kernels that upsample by linear interpolation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Extent, Precision
from winitgen.drawing.whole.pattern import Pattern

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class Bilinear(Pattern):
    """Transposed kernels that interpolate each channel linearly along every spatial axis (Long et al. 2015).

    ``shape`` is (groups * channels, channels, *kernel_size). Along an axis of size k the taps are
    1 - |x - c| / f with f = ceil(k / 2) and c = (k - 1) / 2, the middle.
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
        tent = np.ones(())
        for size in kernel_size:
            tent = np.multiply(tent[..., np.newaxis], np.array(taps(size)))
        values = np.zeros((self.groups, rows // self.groups, *self.shape[1:]), dtype)
        diagonal = np.arange(columns)
        values[:, diagonal, diagonal] = tent
        return values


def taps(size: int) -> list[float]:
    """Return the taps along one axis.

    >>> taps(4)
    [0.25, 0.75, 0.75, 0.25]
    """
    factor = (size + 1) // 2
    return [1.0 - abs(position - (size - 1) / 2) / factor for position in range(size)]
