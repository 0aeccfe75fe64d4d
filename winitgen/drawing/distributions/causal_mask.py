"""Which place of a sequence may look at which: a number for those before it, another for those after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span
from winitgen.drawing.distributions.listed import as_drawn

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class CausalMask(NamedTuple):
    """``below`` on and below the diagonal of matrices of ``rows`` by ``columns``, ``above`` above it.

    ``narrow`` says that the file's format has fewer digits than the drawing precision.
    """

    rows: int
    columns: int
    below: float
    above: float
    narrow: bool = False

    @property
    def values(self) -> tuple[float, float]:
        """The two numbers."""
        return self.below, self.above

    @property
    def extent(self) -> Extent:
        """The larger magnitude of the two numbers."""
        return Extent(max(abs(self.below), abs(self.above)))

    def density(self) -> None:
        """Return None: nothing is random."""

    def span(self) -> Span:
        """Return the smaller and the larger number."""
        return min(self.values), max(self.values)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; it does not depend on ``count``."""
        below, above = as_drawn(self.values, dtype, narrow=self.narrow)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            import numpy as np

            row, column = np.divmod(np.arange(start, start + count), self.columns)
            values = workspace.array("values", count, dtype)
            values[:] = np.where(column <= row % self.rows, below, above)
            return values

        return sample
