"""Mean, standard deviation, extremes and histogram of a tensor, collected block by block while it is drawn."""

from __future__ import annotations

import math
import threading
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.histogram import BINS, Histogram, counts_of
from winitgen.numeric.powers import near
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.sums import NOTHING, Sums, sums_of


class Measured(NamedTuple):
    """Summary of the values of one tensor; ``std`` divides by n, not n - 1."""

    mean: float
    std: float
    low: float
    high: float


class Statistics:
    """An observer of one tensor. Blocks are summed in order, whichever is drawn first.

    ``shift`` is the planned mean: squares are summed about it. ``scale`` is the planned standard
    deviation: if its square exceeds the range of float64, values are first divided by a power of two near
    it, which changes no digit. ``span`` holds the ends of the histogram; if it is None, none is counted.
    ``finite`` says that all values are: of others, which a file may have, the histogram has the finite ones, and
    the summary is not finite either.
    """

    __slots__ = ("_counts", "_early", "_finite", "_lock", "_scale", "_shift", "_span", "_sums")

    def __init__(
        self,
        shift: float = 0.0,
        scale: float = 1.0,
        span: tuple[float, float] | None = None,
        *,
        finite: bool = True,
    ) -> None:
        self._finite = finite
        self._shift = shift
        self._scale = near(scale)
        self._span = span
        self._lock = threading.Lock()
        self._sums = NOTHING
        self._counts = None if span is None else np.zeros(BINS, np.int64)
        self._early: dict[int, Sums] | None = None

    def see(self, start: int, values: Array, workspace: Workspace) -> None:
        """Add the block that begins at element ``start``, unless it has been added before."""
        if start < self._sums.seen or start in (self._early or ()):
            return
        with np.errstate(all="ignore"):  # a sum beyond float64 is infinite
            sums = sums_of(values, workspace, self._shift, self._scale)
            counted = values if self._finite else values[np.isfinite(values)]
            counts = None if self._span is None else counts_of(counted, *self._span, workspace)
        with self._lock:
            if counts is not None:
                self._counts += counts
            self._add(start, sums)

    def _add(self, start: int, sums: Sums) -> None:
        """Add the sums of a block, and of those after it that came early."""
        early = self._early or {}
        early[start] = sums
        while (following := early.pop(self._sums.seen, None)) is not None:
            self._sums = self._sums.plus(following)
        self._early = early or None  # most tensors have one block

    def measured(self) -> Measured:
        """Return the summary of the tensor, after all of its blocks have been added; zeros if it has no elements."""
        sums = self._sums
        if not sums.seen:
            return Measured(0.0, 0.0, 0.0, 0.0)
        if sums.low == sums.high:  # a sum of equal values is rounded differently on every processor
            return Measured(sums.low, 0.0, sums.low, sums.high)
        offset = sums.total / sums.seen
        variance = max(sums.squares / sums.seen - offset * offset, 0.0)
        mean = self._shift + offset * self._scale
        return Measured(mean, math.sqrt(variance) * self._scale, sums.low, sums.high)

    def histogram(self) -> Histogram:
        """Return the histogram of the tensor, after all of its blocks have been added; requires a span."""
        assert self._span is not None
        assert self._counts is not None
        return Histogram(*self._span, tuple(self._counts.tolist()))
