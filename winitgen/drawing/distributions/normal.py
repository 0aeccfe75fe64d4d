"""The normal distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import FAR, WIDTH, Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.drawing.density import Density
    from winitgen.drawing.distributions.distribution import PlainSampler
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class Normal(NamedTuple):
    """The normal distribution; ``std`` > 0."""

    std: float
    mean: float = 0.0

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the width."""
        return Extent(abs(self.mean) + FAR * self.std, self.std)

    def density(self) -> Density:
        """Return its mean and standard deviation."""
        return {"kind": "normal", "mean": self.mean, "std": self.std}

    def span(self) -> Span:
        """Return the mean minus and plus `WIDTH` standard deviations."""
        return self.mean - WIDTH * self.std, self.mean + WIDTH * self.std

    def plain_sampler(self, kernels: ModuleType) -> PlainSampler:
        """Return a sampler of the same values that needs no NumPy."""
        from winitgen.drawing import compiled_samplers

        return compiled_samplers.plain_normal(kernels, compiled_samplers.NormalLaw(self.std, self.mean))

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler of A[segment] + B[segment] f; a mean other than 0 is added last.

        It is optimized for ``count`` elements.
        """
        import numpy as np

        from winitgen.compiled.kernels import kernels
        from winitgen.drawing import compiled_samplers, quantile, ranks

        if compiled := kernels():
            return compiled_samplers.normal(
                compiled, compiled_samplers.NormalLaw(self.std, self.mean), dtype, count
            )
        mean, shift = self.mean, np.dtype(dtype).type(self.mean)
        look_up = quantile.look_up(self.std, dtype, count)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values = look_up(ranks.read(dtype, key, start, count, workspace), workspace)
            return np.add(values, shift, out=values) if mean else values

        return sample
