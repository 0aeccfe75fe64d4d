"""What a parameter's values are drawn from: small frozen values, cheap to make, compare and print.

Each distribution makes samplers. A sampler turns a stream's key and a run of element numbers into values
of the drawing precision, float32 or float64; the arithmetic is in ``samplers.py``, and NumPy is imported
with it, when something is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.scratch import Workspace

Precision = Literal["float32", "float64"]

FAR = 10.0
"""Standard deviations that no drawn normal reaches: the farthest is 9.1 from the mean."""


class Sampler(Protocol):
    """Draws elements ``start`` to ``start + count`` of the stream that ``key`` (16 bytes) names.

    The result is a flat array in the workspace, valid until its next use. A sampler may be shared
    between threads; a workspace may not.
    """

    def __call__(self, key: bytes, start: int, count: int, workspace: Workspace) -> np.ndarray[Any, Any]:
        """Return ``count`` values of the drawing precision."""
        ...


class Extent(NamedTuple):
    """How far values reach from zero, and, where they spread, the number that must keep its digits."""

    reach: float
    width: float | None = None


class Distribution(Protocol):
    """Anything values can be drawn from."""

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        ...

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler for a parameter of ``count`` elements in all."""
        ...


class Constant(NamedTuple):
    """The same value everywhere, rounded once to the drawing precision."""

    value: float

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(abs(self.value))

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler; ``count`` changes nothing."""
        from winitgen.drawing import samplers

        return samplers.constant(self, dtype)


class ConstantMaps(NamedTuple):
    """One value for each of the maps stacked along the first axis, such as the gates of an LSTM.

    The maps are of one size, the parameter's element count over their number.
    """

    values: tuple[float, ...]

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(max(abs(value) for value in self.values))

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler for ``count`` elements in all, a multiple of the number of maps."""
        from winitgen.drawing import samplers

        return samplers.constant_maps(self, dtype, count)


class Normal(NamedTuple):
    """The normal distribution; ``std`` > 0."""

    std: float
    mean: float = 0.0

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(abs(self.mean) + FAR * self.std, self.std)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler, made for speed at ``count`` elements in all."""
        from winitgen.drawing import samplers

        return samplers.normal(self, dtype, count)


class Uniform(NamedTuple):
    """The uniform distribution on [low, high], low < high; both ends, rounded, can be drawn."""

    low: float
    high: float

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(max(abs(self.low), abs(self.high)), (self.high - self.low) / 2)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler; ``count`` changes nothing."""
        from winitgen.drawing import samplers

        return samplers.uniform(self, dtype)


class TruncatedNormal(NamedTuple):
    """The normal distribution of standard deviation ``std`` (the parent's), cut to +-``bound`` of it.

    0.1 <= bound < 6.4; ``p`` and ``q`` are ``truncation.tails(bound)``. ``mean`` moves the values and
    their bounds.
    """

    std: float
    bound: float
    p: float
    q: float
    mean: float = 0.0

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(abs(self.mean) + FAR * self.std, self.std)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler, made for speed at ``count`` elements in all."""
        from winitgen.drawing import samplers

        return samplers.truncated_normal(self, dtype, count)


class IntervalNormal(NamedTuple):
    """The normal distribution of standard deviation ``std`` (the parent's), cut to any interval.

    ``low`` < ``high`` are in units of ``std`` from ``mean``, the parent's mean; ``lower`` = Phi(low) and
    ``upper`` = 1 - Phi(high) are the probabilities cut away, as ``truncation.interval`` gives them.
    """

    std: float
    low: float
    high: float
    lower: float
    upper: float
    mean: float = 0.0

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(abs(self.mean) + FAR * self.std, self.std)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler; ``count`` changes nothing."""
        from winitgen.drawing import samplers

        return samplers.interval_normal(self, dtype)
