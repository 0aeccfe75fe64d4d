"""Numbers with an equal distance, in C order: 0, 1, 2, ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class Arange(NamedTuple):
    """``first`` + ``step`` n for element n of ``size``, computed in float64 and rounded to the drawing precision."""

    first: float
    step: float
    size: int

    @property
    def last(self) -> float:
        """The last element."""
        return self.first + self.step * (self.size - 1)

    @property
    def extent(self) -> Extent:
        """The larger magnitude of the first and the last element."""
        return Extent(max(abs(self.first), abs(self.last)))

    def density(self) -> None:
        """Return None: nothing is random."""

    def span(self) -> Span:
        """Return the lowest and the highest element."""
        return min(self.first, self.last), max(self.first, self.last)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; it does not depend on ``count``."""

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            import numpy as np

            values = workspace.array("values", count, dtype)
            steps = np.arange(start, start + count, dtype=np.float64)
            np.multiply(steps, self.step, out=steps)
            np.add(steps, self.first, out=steps)
            values[:] = steps
            return values

        return sample
