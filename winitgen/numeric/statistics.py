"""Mean, standard deviation, extremes and histogram of a tensor, collected block by block while it is drawn."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, NamedTuple

from winitgen.numeric.plain_values import PlainValues
from winitgen.numeric.powers import near
from winitgen.numeric.sums import NOTHING, Sums, sums_of

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.histogram import Histogram
    from winitgen.numeric.scratch import Workspace


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
        self._counts: Array | None = None
        self._early: dict[int, Sums] | None = None

    def see(self, start: int, values: Array | PlainValues, workspace: Workspace) -> None:
        """Add the block that begins at element ``start``, unless it has been added before."""
        if start < self._sums.seen or start in (self._early or ()):
            return
        sums, counts = self._plain_sums(values), None
        if sums is None:
            array = values.array() if isinstance(values, PlainValues) else values
            sums, counts = self._sums_and_counts(array, workspace)
        with self._lock:
            if counts is not None:
                self._counts = counts if self._counts is None else self._counts + counts
            self._add(start, sums)

    def _plain_sums(self, values: Array | PlainValues) -> Sums | None:
        """Return the sums of a block, if they need no NumPy."""
        if not isinstance(values, PlainValues) or self._scale != 1.0 or self._span is not None:
            return None
        found = values.sums(self._shift)
        return None if found is None else Sums(len(values.memory), *found)

    def _sums_and_counts(self, values: Array, workspace: Workspace) -> tuple[Sums, Array | None]:
        """Return the sums of a block, and what lies in each bin of the histogram, if there is one."""
        import numpy as np

        from winitgen.numeric.histogram import counts_of

        with np.errstate(all="ignore"):  # a sum beyond float64 is infinite
            sums = sums_of(values, workspace, self._shift, self._scale)
            if self._span is None:
                return sums, None
            counted = values if self._finite else values[np.isfinite(values)]
            return sums, counts_of(counted, *self._span, workspace)

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
        from winitgen.numeric.histogram import BINS, Histogram

        assert self._span is not None
        counts = [0] * BINS if self._counts is None else self._counts.tolist()
        return Histogram(*self._span, tuple(counts))
