"""Summary statistics of a block, and how to merge two."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from winitgen.audit.inspect.grid import Grid, grid_of, joined
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.sums import sums_of
from winitgen.numeric.wide_floats import as_float64

BINS = 64
"""The most bins of a histogram; there are more than half as many, unless the values are very close together."""

_RUN = 1 << 15
"""Values summed at once: the scratch memory fits a core's cache."""

_SAMPLE = 1024
"""Values sampled to estimate the mean of a block."""


class Summary(NamedTuple):
    """Summary of a run of values. Mean, std, extremes and grid cover only the finite values.

    ``unusual`` are clauses about the values that only the counts of all bit patterns tell.
    """

    finite: int = 0
    zeros: int = 0
    nans: int = 0
    infinities: int = 0
    mean: float = 0.0
    std: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    grid: Grid | None = None
    unusual: tuple[str, ...] | None = None

    @property
    def varies(self) -> bool:
        """Whether there is more than one finite value."""
        return self.low < self.high

    def plus(self, other: Summary, bins: int = BINS) -> Summary:
        """Return the summary of both runs together."""
        if not (self.finite and other.finite):
            some, none = (self, other) if self.finite else (other, self)
            nans, infinities = self.nans + other.nans, self.infinities + other.infinities
            return some._replace(zeros=some.zeros + none.zeros, nans=nans, infinities=infinities)
        assert self.grid is not None
        assert other.grid is not None
        low, high = min(self.low, other.low), max(self.high, other.high)
        mean, std = merged_moments(self, other)
        return Summary(
            self.finite + other.finite,
            self.zeros + other.zeros,
            self.nans + other.nans,
            self.infinities + other.infinities,
            mean,
            std,
            low,
            high,
            joined([self.grid, other.grid], low, high, bins),
        )

    def times(self, number: int) -> Summary:
        """Return the summary of ``number`` copies of the values."""
        return self._replace(
            finite=self.finite * number,
            zeros=self.zeros * number,
            nans=self.nans * number,
            infinities=self.infinities * number,
            grid=None if self.grid is None else self.grid.times(number),
        )


def merged_moments(one: Summary, other: Summary) -> tuple[float, float]:
    """Return mean and standard deviation of two runs (Chan et al. 1979), without overflow in float64."""
    share = other.finite / (one.finite + other.finite)
    half = (other.mean / 2 - one.mean / 2) * share  # the whole difference may exceed float64's range
    between = math.sqrt(share * (1 - share))
    std = math.hypot(
        math.sqrt(1 - share) * one.std,
        math.sqrt(share) * other.std,
        between * other.mean - between * one.mean,
    )
    return one.mean + half + half, std


def summary_of(values: Array, workspace: Workspace, bins: int = BINS) -> Summary:
    """Return the summary of a flat array of real numbers, integers, or booleans.

    Integers of more than 53 bits are rounded to float64, except for the extremes. A long double beyond float64 counts as
    the nearest number of that.
    """
    if not values.size:
        return Summary()
    values = plain(values)
    low, high = values.min(), values.max()
    nans = infinities = 0
    if values.dtype.kind == "f" and not (math.isfinite(low) and math.isfinite(high)):
        finite = np.isfinite(values)
        nans = int(np.count_nonzero(np.isnan(values)))
        infinities = values.size - nans - int(np.count_nonzero(finite))
        values = values[finite]
        if not values.size:
            return Summary(nans=nans, infinities=infinities)
        low, high = values.min(), values.max()
    ends = float(low), float(high)
    zeros, mean, std = moments(values, *ends, workspace)
    grid = grid_of(values, *ends, bins, workspace)
    return Summary(values.size, zeros, nans, infinities, mean, std, low.item(), high.item(), grid)


def plain(values: Array) -> Array:
    """Return the values in a format that NumPy computes with."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    narrow = values.dtype.kind in "iu" or values.dtype in (np.float32, np.float64)
    return values if narrow else as_float64(values)


def moments(values: Array, low: float, high: float, workspace: Workspace) -> tuple[int, float, float]:
    """Return the number of zeros, the mean, and the standard deviation."""
    if low == high:
        return (0 if low else values.size), low, 0.0
    scale = near(max(abs(low), abs(high)))
    shift = _shift(values)
    zeros, total, squares = 0, 0.0, 0.0
    for start in range(0, values.size, _RUN):
        run = values[start : start + _RUN]
        if low <= 0 <= high:
            nothing = np.equal(run, 0, out=workspace.array("zeros", run.size, np.bool_))
            zeros += int(np.count_nonzero(nothing))
        sums = sums_of(run, workspace, shift, scale)
        total, squares = total + sums.total, squares + sums.squares
    offset = total / values.size
    variance = max(squares / values.size - offset * offset, 0.0)
    return zeros, shift + offset * scale, math.sqrt(variance) * scale


def _shift(values: Array) -> float:
    """Return a number near the mean if the values are far from zero compared with their spread, else zero.

    Sums of squares about this number keep their precision. A sample suffices: an outlier in it that moves
    the number also widens the spread.
    """
    sample = values[:: max(1, values.size // _SAMPLE)].astype(np.float64)
    middle = float((sample / sample.size).sum())
    return middle if abs(middle) > float(np.abs(sample - middle).max()) else 0.0
