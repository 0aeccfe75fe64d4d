"""Summary statistics of complex numbers: mean and standard deviation of the numbers, extremes and histogram of their moduli."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from winitgen.audit.inspect.summary import BINS, Summary, merged_moments, moments, summary_of
from winitgen.numeric.arrays import Array
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.wide_floats import as_complex128

_LARGEST = float(np.finfo(np.float64).max)


class ComplexSummary(NamedTuple):
    """Summary of a run of complex numbers z: that of |z|, and mean and std of the real and the imaginary parts.

    A number counts as NaN or infinite if one of its parts is, NaN first, and as zero if both are. A modulus beyond
    float64 counts as its largest number.
    """

    modulus: Summary = Summary()
    real: Summary = Summary()
    imaginary: Summary = Summary()

    @property
    def mean(self) -> complex:
        """The mean of the finite numbers."""
        return complex(self.real.mean, self.imaginary.mean)

    @property
    def std(self) -> float:
        """The square root of the mean of the square of |z - mean|."""
        return math.hypot(self.real.std, self.imaginary.std)

    @property
    def varies(self) -> bool:
        """Whether there is more than one finite number."""
        return self.std > 0

    def plus(self, other: ComplexSummary, bins: int = BINS) -> ComplexSummary:
        """Return the summary of both runs together."""
        return ComplexSummary(
            self.modulus.plus(other.modulus, bins),
            _joined(self.real, other.real),
            _joined(self.imaginary, other.imaginary),
        )

    def times(self, number: int) -> ComplexSummary:
        """Return the summary of ``number`` copies of the numbers."""
        return ComplexSummary(*(part.times(number) for part in self))


def _joined(one: Summary, other: Summary) -> Summary:
    """Return mean and standard deviation of two runs, the rest of whose summaries is not known."""
    if not (one.finite and other.finite):
        return one if one.finite else other
    mean, std = merged_moments(one, other)
    return Summary(one.finite + other.finite, mean=mean, std=std)


def complex_summary(values: Array, workspace: Workspace, bins: int = BINS) -> ComplexSummary:
    """Return the summary of a flat array of complex numbers."""
    wide = as_complex128(values)
    finite = np.isfinite(wide)
    nans = int(np.count_nonzero(np.isnan(wide)))
    wide = wide[finite]
    modulus = summary_of(np.minimum(np.abs(wide), _LARGEST), workspace, bins)
    modulus = modulus._replace(nans=nans, infinities=values.size - nans - wide.size)
    return ComplexSummary(modulus, _part(wide.real, workspace), _part(wide.imag, workspace))


def _part(values: Array, workspace: Workspace) -> Summary:
    """Return mean and standard deviation of real or imaginary parts."""
    if not values.size:
        return Summary()
    values = np.ascontiguousarray(values)
    _, mean, std = moments(values, float(values.min()), float(values.max()), workspace)
    return Summary(values.size, mean=mean, std=std)
