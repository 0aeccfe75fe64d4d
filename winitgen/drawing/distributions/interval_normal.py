"""The normal distribution, truncated to any interval."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing import truncation
from winitgen.drawing.density import truncated
from winitgen.drawing.distributions.distribution import FAR, WIDTH, Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    import numpy as np

    from winitgen.drawing.density import Density
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

_WHOLE = 2.0**32


class IntervalNormal(NamedTuple):
    """The normal distribution of standard deviation ``std`` (the parent's), truncated to any interval.

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
        """The largest magnitude that may be drawn, and the width."""
        return Extent(abs(self.mean) + FAR * self.std, self.std)

    def density(self) -> Density:
        """Return the parent's mean and standard deviation, and the bounds."""
        return truncated(self.mean, self.std, self.low * self.std, self.high * self.std)

    def span(self) -> Span:
        """Return the bounds, or the truncated mean -+ `WIDTH` truncated standard deviations, if nearer."""
        cut = truncation.interval(self.low, self.high)
        mean, reach = self.mean + self.std * cut.mean, WIDTH * (self.std * cut.std)
        low, high = self.mean + self.low * self.std, self.mean + self.high * self.std
        return max(low, mean - reach), min(high, mean + reach)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler of std * quantile(rank) + mean in float64, rounded once, clipped to the rounded ends.

        The rank is that within the interval (see ``_interval_ranks``), looked up in the float64 lines.
        The sampler does not depend on ``count``.
        """
        import numpy as np

        from winitgen.drawing import quantile, ranks

        std, low, high, mean = self.std, self.low, self.high, self.mean
        scalar = np.dtype(dtype).type
        ends = scalar(mean + low * std), scalar(mean + high * std)
        look_up = quantile.look_up(1.0, "float64", sys.maxsize)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            found = workspace.array("interval", count, np.float64)
            np.copyto(found, ranks.read(dtype, key, start, count, workspace))
            _interval_ranks(found, self, workspace)
            wide = look_up(found, workspace)
            np.multiply(wide, std, out=wide)
            np.add(wide, mean, out=wide)
            values = workspace.array("values", count, dtype)
            np.copyto(values, wide, casting="same_kind")
            return np.clip(values, *ends, out=values)

        return sample


def _interval_ranks(ranks: Array, distribution: IntervalNormal, workspace: Workspace) -> None:
    """Convert ranks of the whole distribution, in place, to ranks of the interval, in float64.

    A rank counts from the nearer end, positive ones from the top. With Z = 1 - lower - upper inside, f >= 0
    lies at upper 2^32 + Z f from the top and f < 0 at lower 2^32 + Z |f| from the bottom; beyond the median,
    2^31, it counts from the other end, which is 2^32 away. An interval on one side of zero always counts
    from its outer end, so that small tails keep their digits; Z is also a difference of the tails on that
    side, as 1 - lower is exact for lower >= 1/2.
    """
    import numpy as np

    _std, low, high, lower, upper, _mean = distribution
    inside = (1 - upper) - lower if high <= 0 else (1 - lower) - upper
    if low >= 0:
        _add_where(ranks, np.less, 0.0, _WHOLE, workspace)
    elif high <= 0:
        _add_where(ranks, np.greater_equal, 0.0, -_WHOLE, workspace)
    np.multiply(ranks, inside, out=ranks)
    # The addition keeps the sign, so no element meets both conditions.
    _add_where(ranks, np.less, 0.0, -lower * _WHOLE, workspace)
    _add_where(ranks, np.greater_equal, 0.0, upper * _WHOLE, workspace)
    if low < 0 < high:
        _add_where(ranks, np.greater, _WHOLE / 2, -_WHOLE, workspace)
        _add_where(ranks, np.less, -_WHOLE / 2, _WHOLE, workspace)


def _add_where(ranks: Array, compare: np.ufunc, edge: float, amount: float, workspace: Workspace) -> None:
    """Add ``amount`` to the ranks for which ``compare`` with ``edge`` is true: ten times faster than where=."""
    import numpy as np

    mask = workspace.array("mask", ranks.size, np.bool_)
    amounts = workspace.array("amounts", ranks.size, np.float64)
    compare(ranks, edge, out=mask)
    np.multiply(mask, amount, out=amounts)
    np.add(ranks, amounts, out=ranks)
