"""Tests of the correlation of neighbours along each axis, and of tensors of one shape."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.relations.trace import Trace
from winitgen.audit.statistics.sample import CLIP
from winitgen.audit.statistics.tests import Test
from winitgen.numeric.arrays import Array

MOST = 4096
"""Most tensors of one shape that are compared in pairs; of more, those that are near each other in the file."""

_ROOM = 1.05
"""Largest mean square of a standardised value, with what frameworks round."""


def of_neighbours(trace: Trace, values: Array, weights: Array) -> list[Test]:
    """Return a test for each axis: the mean product of values that are neighbours along it.

    ``values`` are the possible clipped values, in standard deviations, with ``weights``.
    """
    mean, square = float((weights * values).sum()), float((weights * values**2).sum())
    planned, variance = mean * mean, square * square - mean**4
    largest = float(np.abs(values).max()) ** 2 + planned
    found = []
    for axis, total in trace.lags.sums.items():
        parts = trace.lags.pairs(axis)
        seen = total / max(sum(parts), 1)
        off = abs(seen - planned)
        p = min(1.0, sum(bounds.bennett(off, variance, largest, count) for count in parts if count))
        z = (seen - planned) * math.sqrt(sum(parts) / variance) if variance > 0.0 else 0.0
        found.append(Test(f"correlation along axis {axis}", seen, planned, z, p))
    return found


class Correlation(NamedTuple):
    """Two tensors, by their numbers: the estimate of their correlation, and a bound on the chance of one as large."""

    one: int
    two: int
    value: float
    p: float


def of_tensors(traces: Sequence[Trace]) -> tuple[list[Correlation], int]:
    """Return the likeliest correlations of tensors of one shape, and how many pairs there are.

    Only correlations with a chance below 1 in 10^4 are returned.
    """
    shapes: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, trace in enumerate(traces):
        if trace.independent and trace.size > 1:
            shapes[trace.shape].append(number)
    found: list[Correlation] = []
    pairs = 0
    for numbers in shapes.values():
        for first in range(0, len(numbers), MOST):
            chosen = numbers[first : first + MOST]
            pairs += len(chosen) * (len(chosen) - 1) // 2
            found += _pairs(traces, chosen)
    return found, pairs


def _pairs(traces: Sequence[Trace], numbers: Sequence[int]) -> list[Correlation]:
    """Return the correlations of all pairs of tensors of one shape that are unlikely.

    Given one sketch, its product with another is a weighted sum of independent values: Bernstein's inequality bounds it.
    """
    sums = np.array([traces[number].sketch.sums for number in numbers])
    each = traces[numbers[0]].sketch.each
    variances, largest = _ROOM * (sums * sums) @ each, CLIP * np.abs(sums).max(axis=1)
    lengths = np.sqrt((sums * sums).sum(axis=1))
    found = []
    for one in range(len(numbers) - 1):
        products = sums[one + 1 :] @ sums[one]
        with np.errstate(divide="ignore", invalid="ignore"):
            exponents = products**2 / 2 / (variances[one] + largest[one] * np.abs(products) / 3)
        for place in np.flatnonzero(exponents > math.log(2e4)).tolist():
            two = one + 1 + place
            value = float(products[place] / (lengths[one] * lengths[two]))
            found.append(
                Correlation(
                    numbers[one], numbers[two], value, 2.0 * math.exp(-min(float(exponents[place]), 745.0))
                )
            )
    return found
