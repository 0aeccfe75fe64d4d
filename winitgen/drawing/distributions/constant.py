"""The same number everywhere."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.drawing.distributions.distribution import PlainSampler
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.plain_values import PlainScratch
    from winitgen.numeric.scratch import Workspace


class Constant(NamedTuple):
    """The same value everywhere, rounded once to the drawing precision."""

    value: float

    @property
    def extent(self) -> Extent:
        """The magnitude of the value."""
        return Extent(abs(self.value))

    def density(self) -> None:
        """Return None: all values are equal."""

    def span(self) -> Span:
        """Return the value, twice."""
        return self.value, self.value

    def plain_sampler(self, kernels: ModuleType) -> PlainSampler:
        """Return a sampler of the same values that needs no NumPy, nor the kernels."""
        one = array("f", [self.value])

        def sample(key: bytes, start: int, count: int, scratch: PlainScratch) -> memoryview:
            values = scratch.array("values", count, "float32")
            values[:] = memoryview(one * count)
            return values

        return sample

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; it does not depend on ``count``."""

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values = workspace.array("values", count, dtype)
            values.fill(self.value)
            return values

        return sample
