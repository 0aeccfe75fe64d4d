"""Tests of the moments, the distribution function and the extremes of a sample against its law."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.remainders import Remainders
from winitgen.audit.statistics.sample import CLIP, POWERS, Sample
from winitgen.numeric.arrays import Array

MOMENTS = ("mean", "std", "skewness", "kurtosis")
"""The names of the tests, by power."""

FEW = 100
"""Sample size below which the third and fourth moments are not tested, because they would detect nothing."""


class Test(NamedTuple):
    """One statistic: its ``value``, its ``planned`` value, and the difference in standard errors ``z``, or None.

    ``p`` is a bound on the probability of a value at least as far off, if the plan holds.
    """

    name: str
    value: float
    planned: float
    z: float | None
    p: float


def tests_of(sample: Sample) -> list[Test]:
    """Return all tests of a sample with at least one value, all of them finite."""
    found = _moments(sample)
    found.append(_distribution(sample))
    if sample.law.kind == "normal":
        found.append(_extremes(sample))
    if sample.remainders is not None:
        found.append(_frequencies(sample.remainders))
    return found


def _moments(sample: Sample) -> list[Test]:
    powers = POWERS if sample.count >= FEW else POWERS[:2]
    found = []
    for power in powers:
        draw = _raised(sample, power)
        mean = draw.expected
        spread = math.sqrt(max(draw.variance, 0.0) / sample.count)
        seen = float(sample.sums[power - 1]) / sample.count
        z = (seen - mean) / spread if spread else 0.0
        p = bounds.chernoff(draw, seen, sample.count)
        found.append(Test(MOMENTS[power - 1], *_shown(sample, power, seen, mean), z, p))
    return found


def _raised(sample: Sample, power: int) -> bounds.Draw:
    """Return the distribution of a power of one clipped value, in standard deviations."""
    if sample.lattice is None:
        law = sample.law
        return _of_shape(law.kind, law.low, law.high, power)
    values, weights = standardised(sample)
    return bounds.Draw.of(values**power, weights)


@lru_cache(maxsize=64)
def _of_shape(kind: str, low: float, high: float, power: int) -> bounds.Draw:
    """Return the same for all laws of one shape, whatever their centre and scale."""
    values, weights = Law(kind, low=low, high=high).nodes()
    return bounds.Draw.of(np.clip(values, -CLIP, CLIP) ** power, weights)


def standardised(sample: Sample) -> tuple[Array, Array]:
    """Return the possible clipped values, in standard deviations, and their weights."""
    if sample.lattice is None:
        values, weights = sample.law.nodes()
    else:
        values = ((sample.lattice.numbers - sample.law.mean) / sample.law.std)[:, np.newaxis]
        weights = sample.lattice.shares[:, np.newaxis]
    return np.clip(values, -CLIP, CLIP), weights


def _shown(sample: Sample, power: int, seen: float, planned: float) -> tuple[float, float]:
    """Return a moment and its planned value for display: mean and std in units of the values."""
    law = sample.law
    if power == 1:
        return sample.mean, law.mean + law.std * planned
    if power == 2:
        return sample.about_planned, law.std * math.sqrt(planned)
    return seen, planned


def _distribution(sample: Sample) -> Test:
    distance = distance_to(sample, sample.law)
    return Test("distribution", distance, 0.0, None, bounds.kolmogorov(distance, sample.count))


def distance_to(sample: Sample, law: Any) -> float:
    """Return the largest distance between the distribution functions of the sample and of a law."""
    thresholds, share = sample.below()
    own = sample.lattice if law is sample.law else None
    below = law.cdf(thresholds) if own is None else own.below[:-1]
    return float(np.abs(below - share).max()) if thresholds.size else 0.0


def _frequencies(remainders: Remainders) -> Test:
    """Return the test of how often each number comes: of all together, by G, and of the one that is farthest off."""
    p = min(1.0, 2 * min(remainders.chance_of_all, remainders.chance_of_one))
    return Test("frequencies", remainders.g, remainders.modulus - 1.0, None, p)


def _extremes(sample: Sample) -> Test:
    """Return the test of the value farthest from the mean: one of n values is that far with a probability of at most n p."""
    farthest = max(sample.high - sample.law.mean, sample.law.mean - sample.low)
    step = 0.0
    if sample.dtype.itemsize <= 4:
        edge = max(abs(sample.low), abs(sample.high))
        step = epsilon_of(sample.dtype) * edge
    p = min(1.0, sample.count * sample.law.beyond(farthest - step))
    return Test("extremes", farthest / sample.law.std, math.nan, None, p)
