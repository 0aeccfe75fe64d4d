"""Which row of a table of relative positions belongs to each pair of places in a window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class RelativePositionIndex(NamedTuple):
    """The index of the distance between places i and j of a ``window``, for element (i, j) (Liu et al. 2021, Swin).

    Along an axis of size w the distance i - j runs from 1 - w to w - 1; w - 1 is added, and the axes are
    the digits of the index, each to the base 2 w - 1, the last axis the last digit.
    """

    window: tuple[int, ...]

    @property
    def largest(self) -> int:
        """The last row of the table."""
        return math.prod(2 * size - 1 for size in self.window) - 1

    @property
    def extent(self) -> Extent:
        """The last row of the table."""
        return Extent(float(self.largest))

    def density(self) -> None:
        """Return None: nothing is random."""

    def span(self) -> Span:
        """Return the first and the last row of the table."""
        return 0.0, float(self.largest)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; it does not depend on ``count``."""

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            import numpy as np

            places = math.prod(self.window)
            here, there = np.divmod(np.arange(start, start + count), places)
            index, stride = np.zeros(count, np.int64), 1
            for size in reversed(self.window):
                here, own = np.divmod(here, size)
                there, other = np.divmod(there, size)
                index += (own - other + size - 1) * stride
                stride *= 2 * size - 1
            values = workspace.array("values", count, dtype)
            values[:] = index
            return values

        return sample
