"""Mean, spread and extremes of every tensor, and histograms where they are wanted.

All is gathered block by block from the drawing threads.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from winitgen.numeric.histogram import BINS, Histogram, counts_of
from winitgen.numeric.powers import near
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.sums import Sums, sums_of


class Measured(NamedTuple):
    """What the values of one tensor are like: ``std`` is that of the values themselves (over n)."""

    mean: float
    std: float
    low: float
    high: float


class Statistics:
    """An observer of the writing. Blocks are added up in their order, whoever draws them first.

    ``shifts`` are the planned means, one for each tensor: sums of squares are taken about them.
    ``scales`` are the planned standard deviations: where their squares leave the range of float64,
    values are first divided by a power of two near them, which changes no digit.
    ``spans`` are the ends of the histograms; without them none is counted.
    """

    def __init__(
        self,
        shifts: Sequence[float],
        scales: Sequence[float] | None = None,
        spans: Sequence[tuple[float, float]] | None = None,
    ) -> None:
        self._shifts = shifts
        self._spans = spans
        self._scales = [near(scale) for scale in scales or [1.0] * len(shifts)]
        self._lock = threading.Lock()
        self._local = threading.local()
        self.begin()

    def begin(self) -> None:
        """Forget everything: a new pass over all values begins."""
        self._sums = [Sums() for _ in self._shifts]
        self._counts = [np.zeros(BINS, np.int64) for _ in self._spans or ()]
        self._next = [0] * len(self._shifts)
        self._early: dict[tuple[int, int], Sums] = {}

    def see(self, tensor: int, block: int, values: np.ndarray[Any, Any]) -> None:
        """Add one block; called from any thread."""
        workspace = self._workspace()
        sums = sums_of(values, workspace, self._shifts[tensor], self._scales[tensor])
        counts = None if self._spans is None else counts_of(values, *self._spans[tensor], workspace)
        with self._lock:
            if counts is not None:
                self._counts[tensor] += counts
            self._early[tensor, block] = sums
            while (tensor, self._next[tensor]) in self._early:
                self._sums[tensor] = self._sums[tensor].plus(self._early.pop((tensor, self._next[tensor])))
                self._next[tensor] += 1

    def _workspace(self) -> Workspace:
        """Return the scratch of the calling thread."""
        if not hasattr(self._local, "workspace"):
            self._local.workspace = Workspace()
        workspace: Workspace = self._local.workspace
        return workspace

    def measured(self, tensor: int) -> Measured:
        """Return the figures of one tensor, after a whole pass."""
        sums = self._sums[tensor]
        if sums.low == sums.high:  # a sum of equal values is rounded, in another way on every processor
            return Measured(sums.low, 0.0, sums.low, sums.high)
        offset = sums.total / sums.seen
        variance = max(sums.squares / sums.seen - offset * offset, 0.0)
        mean = self._shifts[tensor] + offset * self._scales[tensor]
        return Measured(mean, math.sqrt(variance) * self._scales[tensor], sums.low, sums.high)

    def histogram(self, tensor: int) -> Histogram:
        """Return the histogram of one tensor, after a whole pass; there were spans."""
        assert self._spans is not None
        return Histogram(*self._spans[tensor], tuple(self._counts[tensor].tolist()))
