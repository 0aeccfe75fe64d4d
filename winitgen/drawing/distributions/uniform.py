"""The uniform distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.drawing.compiled_samplers import UniformEnds
    from winitgen.drawing.density import Density
    from winitgen.drawing.distributions.distribution import PlainSampler
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class Uniform(NamedTuple):
    """The uniform distribution on [low, high], low < high; both ends, rounded, can be drawn."""

    low: float
    high: float

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the width."""
        return Extent(max(abs(self.low), abs(self.high)), (self.high - self.low) / 2)

    def density(self) -> Density:
        """Return its ends.

        >>> Uniform(-0.5, 0.5).density()
        {'kind': 'uniform', 'low': -0.5, 'high': 0.5}
        """
        return {"kind": "uniform", "low": self.low, "high": self.high}

    def span(self) -> Span:
        """Return its ends."""
        return self.low, self.high

    def _ends(self) -> UniformEnds:
        from winitgen.drawing.compiled_samplers import UniformEnds

        return UniformEnds(
            self.low, self.high, (self.high - self.low) / 2 * 2.0**-31, (self.low + self.high) / 2
        )

    def plain_sampler(self, kernels: ModuleType) -> PlainSampler:
        """Return a sampler of the same values that needs no NumPy."""
        from winitgen.drawing import compiled_samplers

        return compiled_samplers.plain_uniform(kernels, self._ends())

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler of f w, w = limit/2^31, or of f w + centre if the ends are not opposite.

        w and centre are computed in float64 and rounded once. f w cannot exceed the limit, as w is the
        rounded limit over a power of two; with a centre the sum is clipped to the rounded ends. The sampler
        does not depend on ``count``.
        """
        import numpy as np

        from winitgen.compiled.kernels import kernels
        from winitgen.drawing import compiled_samplers, ranks

        low, high = self
        wide = self._ends()
        if compiled := kernels():
            return compiled_samplers.uniform(compiled, wide, dtype)
        scalar = np.dtype(dtype).type
        width, centre, ends = scalar(wide.width), scalar(wide.centre), (scalar(low), scalar(high))

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values = ranks.read(dtype, key, start, count, workspace)
            np.multiply(values, width, out=values)
            if low != -high:
                np.add(values, centre, out=values)
                np.clip(values, *ends, out=values)
            return values

        return sample
