"""The normal distribution, truncated symmetrically about its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing import truncation
from winitgen.drawing.density import truncated
from winitgen.drawing.distributions.distribution import FAR, WIDTH, Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.drawing.compiled_samplers import NormalLaw
    from winitgen.drawing.density import Density
    from winitgen.drawing.distributions.distribution import PlainSampler
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class TruncatedNormal(NamedTuple):
    """The normal distribution of standard deviation ``std`` (the parent's), truncated to +-``bound`` times it.

    0.1 <= bound < 6.4; ``p`` and ``q`` are ``truncation.tails(bound)``. ``mean`` shifts the values and
    their bounds.
    """

    std: float
    bound: float
    p: float
    q: float
    mean: float = 0.0

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the width."""
        return Extent(abs(self.mean) + FAR * self.std, self.std)

    def density(self) -> Density:
        """Return the parent's mean and standard deviation, and the bounds."""
        reach = self.bound * self.std
        return truncated(self.mean, self.std, -reach, reach)

    def span(self) -> Span:
        """Return the bounds, or the mean -+ `WIDTH` standard deviations of the truncated values, if nearer."""
        reach = min(self.bound * self.std, WIDTH * (self.std * truncation.tau(self.bound)))
        return self.mean - reach, self.mean + reach

    def _law(self) -> NormalLaw:
        from winitgen.drawing.compiled_samplers import NormalLaw

        return NormalLaw(self.std, self.mean, True, self.p, self.q, self.bound * self.std)

    def plain_sampler(self, kernels: ModuleType) -> PlainSampler:
        """Return a sampler of the same values that needs no NumPy."""
        from winitgen.drawing import compiled_samplers

        return compiled_samplers.plain_normal(kernels, self._law())

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler of the normal with ranks f p + copysign(q, f), clipped to +-bound std.

        The mean is added last. p, q, the limit bound * std and the mean are each rounded once to ``dtype``.
        The sampler is optimized for ``count`` elements.
        """
        import numpy as np

        from winitgen.compiled.kernels import kernels
        from winitgen.drawing import compiled_samplers, quantile, ranks

        std, bound, p, q, mean = self
        if compiled := kernels():
            return compiled_samplers.normal(compiled, self._law(), dtype, count)
        scalar = np.dtype(dtype).type
        inside, tail, shift = scalar(p), scalar(q), scalar(mean)
        limit = scalar(bound * std)
        look_up = quantile.look_up(std, dtype, count)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            found = ranks.read(dtype, key, start, count, workspace)
            tails = ranks.copysign(tail, found, workspace)
            np.multiply(found, inside, out=found)
            np.add(found, tails, out=found)
            values = look_up(found, workspace)
            np.clip(values, -limit, limit, out=values)
            return np.add(values, shift, out=values) if mean else values

        return sample
