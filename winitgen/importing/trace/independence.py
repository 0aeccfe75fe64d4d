"""Whether the values of a tensor are independent of each other and of other tensors, by what several seeds give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from winitgen.numeric.arrays import Array

FAR = 6.0
"""Standard deviations by which the spread of means may be off."""

ENOUGH_SEEDS = 16
"""Places with the same value for this many seeds have it for all: a coarse number format repeats some values by chance."""


_NOTHING: Array = np.zeros(1, np.uint64)


def repeats(draws: Iterable[Array]) -> bool:
    """Return whether two places have the same value, or the opposite one, with every seed."""
    mixed = _NOTHING
    for draw in draws:
        mixed = _mixed(mixed, draw)
        if np.unique(mixed).size == mixed.size:
            return False
    return True


def meeting(draws: Iterable[Sequence[Array]]) -> dict[int, int]:
    """Return which arrays have a value, or its opposite, of an earlier one at some place with every seed, and of which.

    Each item of ``draws`` has all arrays for one seed, in the same order.
    """
    mixed: list[Array] = []
    found: dict[int, int] = {}
    for arrays in draws:
        mixed = [
            _mixed(old, array) for old, array in zip(mixed or [_NOTHING] * len(arrays), arrays, strict=True)
        ]
        owners = np.repeat(np.arange(len(mixed)), [one.size for one in mixed])
        values = np.concatenate(mixed)
        order = np.argsort(values, kind="stable")
        values, owners = values[order], owners[order]
        met = (values[1:] == values[:-1]) & (owners[1:] != owners[:-1])
        pairs = zip(owners[1:][met].tolist(), owners[:-1][met].tolist(), strict=True)
        found = dict(sorted(pairs, reverse=True))
        if not found:
            break
    return found


def _mixed(before: Array, draw: Array) -> Array:
    """Return numbers that tell the places of an array apart by their values, up to the sign, for all seeds so far."""
    bits = np.abs(draw.astype(np.float64)).ravel().view(np.uint64)
    mixed = (before ^ bits) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(mixed ^ (mixed >> np.uint64(32)))


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
