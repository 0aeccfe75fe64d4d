"""One number everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.scratch import Workspace


class Constant(NamedTuple):
    """The same value everywhere, rounded once to the drawing precision."""

    value: float

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(abs(self.value))

    def density(self) -> None:
        """Return None: all values are one."""

    def span(self) -> Span:
        """Return the value, twice."""
        return self.value, self.value

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; ``count`` changes nothing."""

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> np.ndarray[Any, Any]:
            values = workspace.array("values", count, dtype)
            values.fill(self.value)
            return values

        return sample
