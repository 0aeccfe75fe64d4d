"""Whether the values of a tensor are independent of each other, by what several seeds give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from winitgen.numeric.arrays import Array

FAR = 6.0
"""Standard deviations by which the spread of means may be off."""

ENOUGH_SEEDS = 16
"""Places with the same value for this many seeds have it for all: a coarse number format repeats some values by chance."""


def repeats(draws: Iterable[Array]) -> bool:
    """Return whether two places have the same value, or the opposite one, with every seed."""
    mixed: Array = np.zeros(1, np.uint64)
    for draw in draws:
        bits = np.abs(draw.astype(np.float64)).ravel().view(np.uint64)
        mixed = (mixed ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(32)
        if np.unique(mixed).size == mixed.size:
            return False
    return True


def correlate(draws: Sequence[Array]) -> bool:
    """Return whether the means along an axis spread more, or less, than those of independent values.

    The sum of their squares follows a chi-squared law, whose cube root is nearly normal (Wilson and Hilferty, 1931).
    """
    values = np.stack([draw.astype(np.float64) for draw in draws])
    values -= values.mean()
    variance = float(values.var())
    for axis in range(1, values.ndim):
        means = values.mean(axis=axis)
        ratio = float(np.mean(means**2)) * values.shape[axis] / variance
        error = 2 / (9 * means.size)
        if abs(ratio ** (1 / 3) - (1 - error)) > FAR * math.sqrt(error):
            return True
    return False
