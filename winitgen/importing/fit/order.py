"""Whether whole numbers follow one another by a rule: how often numbers and steps come again, and at which distances."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from winitgen.importing.fit.kinds import UNLIKELY
from winitgen.importing.fit.structure import FAR
from winitgen.numeric.arrays import Array

EACH = 8
"""How often each number must be expected, so that the frequencies of all are about chi-square."""

LEAST = 4
"""Degrees of freedom below which frequencies are equal by chance."""

FURTHEST = 1 << 16
"""Values whose distances are looked at: a transform of more takes most of the time."""

OVERLAP = 64
"""Pairs of values at a distance, at least, so that the sum of their products is about normal."""


def order_of(values: Array, count: float, far: float = FAR) -> Iterator[str]:
    """Yield what makes a row of whole numbers no independent draws of ``count`` equally likely ones, in words.

    Of correlations, those beyond ``far`` standard errors.
    """
    wide = values.astype(np.float64)
    yield from _evenness(wide, count)
    yield from _steps(wide, count)
    yield from _distances(wide[:FURTHEST], far)


def _evenness(values: Array, count: float) -> Iterator[str]:
    """Yield that numbers come again less or more often than by chance, as in an order without repetition.

    Of n values, n (n - 1) / (2 count) pairs are equal, with about the same variance; where each number comes often,
    the sum of squared deviations is chi-square, whose lower tail is bounded by (x/d e^(1 - x/d))^(d/2).
    """
    times = np.unique(values, return_counts=True)[1].astype(np.float64)
    size = float(values.size)
    pairs = float((times * (times - 1)).sum()) / 2
    expected = size * (size - 1) / 2 / count
    too_many = pairs > expected + 6 * math.sqrt(expected * (1 - 1 / count)) + 12
    if too_many or _log_chance_of_fewer(pairs, expected) < math.log(UNLIKELY):
        what = "more" if too_many else "fewer"
        yield f"{what} of them are equal than by chance: {pairs:,.0f} pairs, planned {expected:,.0f}"
        return
    free = count - 1
    share = (count / size * float(times @ times) - size) / free + count / size
    if size < EACH * count or free < LEAST or share >= 1:
        return
    if free / 2 * (math.log(share) + 1 - share) < math.log(UNLIKELY):
        yield f"each of {count:.0f} numbers comes too equally often, from {times.min():,.0f} to {times.max():,.0f} times"


def _log_chance_of_fewer(pairs: float, expected: float) -> float:
    """Return a bound of the logarithm of the chance of so few pairs, or fewer, as for a Poisson law (Chernoff)."""
    if pairs >= expected:
        return 0.0
    return pairs - expected + (pairs * math.log(expected / pairs) if pairs else 0.0)


def _steps(values: Array, count: float) -> Iterator[str]:
    """Yield that one difference of neighbours comes more often than by chance, which is once in ``count`` at most."""
    steps, times = np.unique(np.diff(values), return_counts=True)
    most, expected = int(times.max()), (values.size - 1) / count
    if most > expected + FAR * math.sqrt(expected) + 16:
        yield f"{most:,} of them are {steps[times.argmax()]:+.0f} from the one before, planned {expected:,.4g} at most"


def _distances(values: Array, far: float) -> Iterator[str]:
    """Yield that values are correlated with those at some distance, as where they come again after a period.

    All sums of products are found at once by a Fourier transform (Wiener 1930, Khinchin 1934).
    """
    size = values.size
    standard = (values - values.mean()) / values.std()
    spectrum = np.fft.rfft(standard, 2 * size)
    sums = np.fft.irfft(np.abs(spectrum) ** 2, 2 * size)[1 : max(2, size - OVERLAP)]
    errors = np.abs(sums) / np.sqrt(size - np.arange(1, sums.size + 1))
    worst = int(errors.argmax())
    if errors[worst] > far:
        yield f"values are correlated with those {worst + 1:,} before them ({errors[worst]:.0f} standard errors)"
