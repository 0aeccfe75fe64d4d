"""Accumulates values of one law, block by block: moments, extremes, and the share below many thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from winitgen.audit.statistics.lattice import lattice_of
from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.remainders import Remainders
from winitgen.numeric.arrays import Array

CLIP = 6.0
"""Standard deviations at which values are clipped for the tested moments, so that they are bounded."""

POWERS = (1, 2, 3, 4)

HELD = 1 << 16
"""Samples up to this size are kept and sorted; larger ones are counted in cells."""

CELLED = 8.0
"""Standard deviations from the mean up to which values are told apart."""

_CELLS = 1 << 16
_RUN = 1 << 18


class Sample:
    """The values that should follow one law, as seen so far.

    ``size`` is the expected number of values. Thresholds are values of the law before rounding to the
    format of the file.
    """

    def __init__(self, law: Law, dtype: np.dtype[Any], size: int) -> None:
        self.law = law
        self.dtype = dtype
        self.count = self.nans = self.infinite = self.outside = 0
        self.low, self.high = math.inf, -math.inf
        self.sums = np.zeros(len(POWERS))
        self._plain = np.zeros(2)
        self.lattice = lattice_of(law, dtype)
        self._kept: list[Array] | None = [] if size <= HELD and self.lattice is None else None
        bins = self.lattice.numbers.size if self.lattice else _CELLS + 2
        self._counts = np.zeros(0 if self._kept is not None else bins, np.int64)
        self._bounds = _tolerated(law, dtype)
        self.remainders = Remainders(law, size) if law.kind == "integers" else None

    def see(self, values: Array, hand: Callable[[int, Array], None] | None = None) -> None:
        """Add a flat block of values in the format of the file.

        ``hand`` is given the standardised values, clipped, of each run without a value that is not finite, after the
        number of values before it.
        """
        for start in range(0, values.size, _RUN):
            run = values[start : start + _RUN]
            standard = self._see(run)
            if hand is not None and standard.size == run.size:
                hand(start, standard)

    def _see(self, values: Array) -> Array:
        """Add a run, and return its finite values, standardised and clipped."""
        finite = np.isfinite(values)
        if not finite.all():
            nans = int(np.isnan(values).sum())
            self.nans += nans
            self.infinite += int(values.size - finite.sum()) - nans
            values = values[finite]
        if not values.size:
            return np.zeros(0)
        wide = values.astype(np.float64)
        low, high = float(wide.min()), float(wide.max())
        self.low, self.high = min(self.low, low), max(self.high, high)
        if low < self._bounds[0] or high > self._bounds[1]:
            self.outside += int(((wide < self._bounds[0]) | (wide > self._bounds[1])).sum())
        self.count += values.size
        self._count(values, wide)
        if self.remainders is not None:
            self.remainders.see(wide)
        standard = (wide - self.law.mean) / self.law.std
        self._plain += standard.sum(), np.dot(standard, standard)
        np.clip(standard, -CLIP, CLIP, out=standard)
        self._add(standard)
        return standard

    def _count(self, values: Array, wide: Array) -> None:
        """Count the values below the thresholds."""
        if self._kept is not None:
            self._kept.append(wide)
            return
        if self.lattice is not None:
            cells = self.lattice.indices(values)
        else:
            cells = (wide - self.law.mean) * (_CELLS / (2 * CELLED) / self.law.std)
            cells = np.clip(cells + (_CELLS / 2 + 1), 0, _CELLS + 1).astype(np.int64)
        self._counts += np.bincount(cells, minlength=self._counts.size)

    def _add(self, standard: Array) -> None:
        power = standard.copy()
        for index in range(len(POWERS)):
            self.sums[index] += power.sum()
            if index + 1 < len(POWERS):
                np.multiply(power, standard, out=power)

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return self.law.mean + self.law.std * float(self._plain[0]) / max(self.count, 1)

    @property
    def std(self) -> float:
        """The standard deviation of the values (over n)."""
        first, second = self._plain / max(self.count, 1)
        return self.law.std * math.sqrt(max(float(second - first * first), 0.0))

    @property
    def about_planned(self) -> float:
        """The root mean square distance from the planned mean."""
        return self.law.std * math.sqrt(float(self._plain[1]) / max(self.count, 1))

    @property
    def counts(self) -> Array:
        """How many values were rounded to each number of the lattice, if there is one."""
        return self._counts

    def far(self) -> tuple[int, int, float]:
        """Return how many values are farther below and above the mean than `CELLED`, and a bound of the farthest other."""
        reach = CELLED * self.law.std
        if self._kept is not None:
            off = np.concatenate(self._kept) - self.law.mean
            inner = np.abs(off[np.abs(off) <= reach])
            return int((off < -reach).sum()), int((off > reach).sum()), float(inner.max(initial=0.0))
        seen = np.flatnonzero(self._counts[1:-1])
        step = 2 * reach / _CELLS
        ends = [] if not seen.size else [reach - (seen[0] + 1) * step, seen[-1] * step - reach]
        return int(self._counts[0]), int(self._counts[-1]), max([0.0, *map(float, ends)])

    def below(self) -> tuple[Array, Array]:
        """Return thresholds, and the share of the values below each before rounding."""
        if self._kept is not None:
            values, counts = np.unique(np.concatenate(self._kept), return_counts=True)
            half = self._half_steps(values)
            after = np.cumsum(counts)
            thresholds = np.concatenate([values - half, values + half])
            return thresholds, np.concatenate([after - counts, after]) / self.count
        share = np.cumsum(self._counts)[:-1] / self.count
        if self.lattice is not None:
            return self.lattice.thresholds[:-1], share
        steps = np.arange(_CELLS + 1) * (2 * CELLED / _CELLS) - CELLED
        return self.law.mean + self.law.std * steps, share

    def _half_steps(self, values: Array) -> Array:
        """Return half the distance from each value to the next number that it could have been rounded to."""
        if self.law.kind == "integers":
            return np.full(values.size, 0.5)
        if self.dtype.itemsize == 8:
            return np.zeros(values.size)
        return np.asarray(np.abs(np.spacing(values.astype(self.dtype)).astype(np.float64) / 2))


def _tolerated(law: Law, dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return the bounds of valid values, with a tolerance for the rounding of frameworks.

    Frameworks compute in float32, even for float64 files; then the value is rounded to the format of the file.
    """
    if law.kind == "integers":
        return law.bounds
    slack = 2.0**-20
    if law.kind in ("time_steps", "log_uniform"):
        slack *= 16
    ends = []
    for end, sign in zip(law.bounds, (-1.0, 1.0), strict=True):
        if math.isinf(end):
            ends.append(end)
            continue
        room = slack * max(abs(end), abs(law.centre), law.scale)
        with np.errstate(over="ignore"):  # beyond the largest number of the format: no value is too large
            rounded = float(np.array(end + sign * room).astype(dtype))
        ends.append(rounded if sign * (rounded - end) > 0 else end + sign * room)
    return ends[0], ends[1]
