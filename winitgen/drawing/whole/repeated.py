"""Kernels of a layer before a pixel shuffle (ICNR): all pixels made from one channel start equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Distribution, Extent, Precision, Span
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    from winitgen.drawing.density import Density
    from winitgen.numeric.arrays import Array


@dataclass(frozen=True)
class Repeated(WholeArray):
    """``count`` kernels of ``size`` elements drawn from ``base``, each repeated ``times`` times in a row.

    The layer starts as a convolution with nearest-neighbour resize (Aitken et al. 2017): with ``times`` = r^2,
    the outputs c r^2 to c r^2 + r^2 - 1, which a pixel shuffle by r turns into r x r pixels of channel c,
    are equal.
    """

    base: Distribution
    count: int
    size: int
    times: int

    @property
    def extent(self) -> Extent:
        """The extent of the base."""
        return self.base.extent

    def density(self) -> Density | None:
        """Return the density of the base: repeating every value equally often does not change it."""
        return self.base.density()

    def span(self) -> Span:
        """Return the span of the base."""
        return self.base.span()

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return all kernels."""
        import numpy as np

        kernels = drawn(self.base, key, dtype, self.count * self.size).reshape(self.count, self.size)
        return np.repeat(kernels, self.times, axis=0)
