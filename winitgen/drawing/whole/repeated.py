"""Kernels of a layer before a pixel shuffle: the pixels that one channel becomes start equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.distribution import Distribution, Extent, Precision, Span
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    import numpy as np

    from winitgen.drawing.density import Density

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Repeated(WholeArray):
    """``count`` kernels of ``size`` elements drawn from ``base``, each ``times`` times, one after the other.

    It is initialised to convolution with nearest-neighbour resize (Aitken et al. 2017): with ``times``
    the square of the factor, outputs c r^2 to c r^2 + r^2 - 1, which a pixel shuffle by r turns into
    r x r pixels of channel c, are the same.
    """

    base: Distribution
    count: int
    size: int
    times: int

    @property
    def extent(self) -> Extent:
        """That of the base."""
        return self.base.extent

    def density(self) -> Density | None:
        """Return that of the base: each of its values is there several times, which changes no share."""
        return self.base.density()

    def span(self) -> Span:
        """Return that of the base."""
        return self.base.span()

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return all kernels."""
        import numpy as np

        kernels = drawn(self.base, key, dtype, self.count * self.size).reshape(self.count, self.size)
        return np.repeat(kernels, self.times, axis=0)
